/* Who sees a file, case by case; and what stands beside a file reads as it was written. */
#include "vault/flow/file_gate.h"
#include "vault/flow/file_meta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define H ROLE_BIT(ROLE_HOUSEHOLD)
#define S ROLE_BIT(ROLE_SCHOOL)
#define N ROLE_BIT(ROLE_NURSERY)

static const struct {
	const char *what;
	bool allow;
	enum role as;
	enum relation relation;
	const char *only;
	role_set readers;
	bool open, mine, shielded;
	bool seen;
} table[] = {
    {"refused", false, ROLE_SCHOOL, REL_OWN, "", S | H, true, true, false, false},
    {"refused, nobody", false, ROLE_NOBODY, REL_NONE, "", ~0u, true, true, false, false},
    {"own, no readers", true, ROLE_SCHOOL, REL_OWN, "", 0, false, false, false, true},
    {"board", true, ROLE_BOARD, REL_OWN, "", 0, false, false, false, true},
    {"shared, a reader", true, ROLE_SCHOOL, REL_SHARED, "", S, false, false, false, true},
    {"shared, no reader", true, ROLE_SCHOOL, REL_SHARED, "", N | H, true, false, false, false},
    {"shared by name", true, ROLE_SCHOOL, REL_SHARED, "fa,fb", 0, false, false, false, true},
    {"shared, others named", true, ROLE_SCHOOL, REL_SHARED, "fa,fbb", S, false, false, false,
     false},
    {"shared, others named, open", true, ROLE_SCHOOL, REL_SHARED, "fa", S, true, false, false,
     true},
    {"elsewhere, a reader", true, ROLE_SCHOOL, REL_ELSEWHERE, "", S, false, false, false, false},
    {"elsewhere, open", true, ROLE_SCHOOL, REL_ELSEWHERE, "", S, true, false, false, true},
    {"elsewhere, open, no reader", true, ROLE_SCHOOL, REL_ELSEWHERE, "", N, true, false, false,
     false},
    {"no relation", true, ROLE_SCHOOL, REL_NONE, "", S, true, true, false, false},
    {"household, a reader", true, ROLE_HOUSEHOLD, REL_OWN, "", H, false, false, false, true},
    {"household, no reader", true, ROLE_HOUSEHOLD, REL_OWN, "", S | N, true, false, false, false},
    {"household, gave it", true, ROLE_HOUSEHOLD, REL_OWN, "", S, false, true, false, true},
    {"household, kept from it", true, ROLE_HOUSEHOLD, REL_OWN, "", H, true, false, true, false},
    {"household, own words kept", true, ROLE_HOUSEHOLD, REL_OWN, "", H, true, true, true, false},
};

static void a_file_is_seen_by_those_for_whom_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct decision d = {
		    .allow = table[i].allow, .as = table[i].as, .relation = table[i].relation};
		struct file_facts f = {.decision = &d,
				       .id = SPAN("fb"),
				       .readers = table[i].readers,
				       .open = table[i].open,
				       .mine = table[i].mine,
				       .shielded = table[i].shielded};

		snprintf(d.only, sizeof d.only, "%s", table[i].only);
		if (file_gate(&f) != table[i].seen)
			fail_msg("%s", table[i].what);
	}
}

/* What is for staff only, or was taken back, whatever else is said of it. */
static void marks_close_a_file(void **state)
{
	const struct decision family = {.allow = true, .as = ROLE_HOUSEHOLD, .relation = REL_OWN};
	const struct decision staff = {.allow = true, .as = ROLE_SCHOOL, .relation = REL_OWN};
	struct file_facts f = {.decision = &family, .id = SPAN("fb"), .readers = H | S};

	(void)state;
	assert_true(file_gate(&f));
	f.staff_only = true;
	assert_false(file_gate(&f));
	f.mine = true; /* who gave it knows it */
	assert_true(file_gate(&f));
	f.recalled = true;
	assert_false(file_gate(&f));
	f = (struct file_facts){.decision = &staff, .id = SPAN("fb"), .staff_only = true};
	assert_true(file_gate(&f));
	f.recalled = true;
	assert_false(file_gate(&f));
}

static void what_is_said_of_a_file_reads_as_it_was_written(void **state)
{
	struct file_row row = {.id = "f012345678",
			       .name = "𠮷田: #1 \"x\".pdf",
			       .title = "- no",
			       .category = "other",
			       .type = "application/pdf",
			       .bytes = 12345678901LL,
			       .readers = H | S,
			       .open = true,
			       .account = "tanaka",
			       .at = 1795000000,
			       .release = "r012345678",
			       .staff_only = true},
			again;
	struct buf text;

	(void)state;
	row.id[FILE_ID - 1] = '\0';
	memset(row.sha256, 'a', SHA256_HEX - 1);
	buf_init(&text, FILE_META_MAX);
	file_meta_write(&row, &text);
	assert_int_equal(file_meta_read(buf_span(&text), &again), ST_OK);
	assert_memory_equal(&row, &again, sizeof row);
	buf_clear(&text);
	assert_int_equal(file_meta_read(SPAN("---\nkarte: 1\n---\n"), &again), ST_INVALID);
	assert_int_equal(file_meta_read(SPAN("no head"), &again), ST_INVALID);
}

static void a_handover_shows_what_it_names_and_nothing_else(void **state)
{
	struct decision d = {.allow = true,
			     .as = ROLE_SCHOOL,
			     .relation = REL_SHARED,
			     .reason = WHY_HANDOVER,
			     .only = "fa"};
	struct file_facts f = {.decision = &d, .id = SPAN("fa"), .readers = S, .open = true};

	(void)state;
	assert_true(file_gate(&f));
	f.id = SPAN("fb");
	assert_false(file_gate(&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_seen_by_those_for_whom_it_is),
	    cmocka_unit_test(a_handover_shows_what_it_names_and_nothing_else),
	    cmocka_unit_test(marks_close_a_file),
	    cmocka_unit_test(what_is_said_of_a_file_reads_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
