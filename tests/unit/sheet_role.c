/* Roles: names, order, and which of them may meet the content of a sheet. */
#include "generator/sheet/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_role_but_nobody_is_found_by_its_name(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		assert_int_equal(role_find(span_of(role_name((enum role)r))), r);
		assert_true(role_label((enum role)r)[0] != '\0');
	}
	assert_string_equal(role_name(ROLE_SCHOOL), "school");
	assert_string_equal(role_label(ROLE_SCHOOL), "学校");
}

static void what_is_no_role_is_nobody(void **state)
{
	static const char *const names[] = {"",	     "nobody", "School", "school ",
					    "staff", "schoo",  "schools"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(role_find(span_of(names[i])), ROLE_NOBODY);
	assert_int_equal(role_find(SPAN_NONE), ROLE_NOBODY);
	assert_string_equal(role_name(ROLE_COUNT), "nobody");
	assert_string_equal(role_name((enum role) - 1), "nobody");
	assert_false(role_reads_content(ROLE_COUNT));
}

static void nobody_auditor_and_admin_meet_no_content(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		assert_int_equal(role_reads_content((enum role)r),
				 r != ROLE_NOBODY && r != ROLE_AUDITOR && r != ROLE_ADMIN);
}

static void nobody_is_in_no_set(void **state)
{
	(void)state;
	assert_false(role_in(ROLE_NOBODY, ~(role_set)0));
	assert_true(role_in(ROLE_SCHOOL, ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_BOARD)));
	assert_false(role_in(ROLE_HEALTH, ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_BOARD)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_role_but_nobody_is_found_by_its_name),
	    cmocka_unit_test(what_is_no_role_is_nobody),
	    cmocka_unit_test(nobody_auditor_and_admin_meet_no_content),
	    cmocka_unit_test(nobody_is_in_no_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
