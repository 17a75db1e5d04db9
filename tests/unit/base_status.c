#include "generator/base/status.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static enum status failing(const char *text)
{
	return fail(ST_IO, "cannot: %s", text);
}

/* after fail() was used: it has a macro of that name */
#include <cmocka.h>

static void every_code_has_a_name_and_an_exit_code_of_its_own_kind(void **state)
{
	(void)state;
	for (int st = ST_BUG; st <= ST_OK; st++) {
		assert_string_not_equal(status_name((enum status)st), "unknown");
		if (st == ST_OK)
			assert_int_equal(status_exit(ST_OK), 0);
		else
			assert_in_range(status_exit((enum status)st), 64, 78);
		for (int other = ST_BUG; other < st; other++)
			assert_string_not_equal(status_name((enum status)st),
						status_name((enum status)other));
	}
	assert_string_equal(status_name((enum status)5), "unknown");
	assert_int_equal(status_exit((enum status)5), 70);
}

static void a_failure_keeps_its_reason_until_the_next(void **state)
{
	char text[1000];

	(void)state;
	assert_int_equal(failing("the disk"), ST_IO);
	assert_string_equal(fail_why(), "cannot: the disk");
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(failing(text), ST_IO);
	assert_int_equal(strlen(fail_why()), 511);
}

static void *elsewhere(void *arg)
{
	(void)arg;
	failing("another thread");
	return NULL;
}

static void each_thread_has_its_own_reason(void **state)
{
	pthread_t t;

	(void)state;
	failing("mine");
	assert_int_equal(pthread_create(&t, NULL, elsewhere, NULL), 0);
	pthread_join(t, NULL);
	assert_string_equal(fail_why(), "cannot: mine");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_has_a_name_and_an_exit_code_of_its_own_kind),
	    cmocka_unit_test(a_failure_keeps_its_reason_until_the_next),
	    cmocka_unit_test(each_thread_has_its_own_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
