#include "vault/access/access.h"

#include "generator/base/buf.h"
#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TABLE "tests/access/table.tsv"

enum { ACCOUNT, ROLE, CHILD, TIE, SHEET, ACTION, ANSWER, REASON, RELATION, COLUMNS };

struct row {
	int line;
	struct span cell[COLUMNS];
	struct facts facts;
	enum action action;
	enum role role;
	struct decision want;
};

static struct buf text;

static int load(void **state)
{
	(void)state;
	buf_init(&text, 1 << 20);
	return file_read(TABLE, &text) ? -1 : 0;
}

static int unload(void **state)
{
	(void)state;
	buf_clear(&text);
	return 0;
}

/* The place of a word in a list, which must have it. */
static int place(const struct row *r, int column, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (span_is(r->cell[column], words[i]))
			return i;
	fail_msg("%s:%d: what is \"%.*s\"?", TABLE, r->line, SPAN_ARG(r->cell[column]));
	return -1;
}

static enum action action_of(const struct row *r)
{
	for (int a = 0; a < ACT_COUNT; a++)
		if (span_is(r->cell[ACTION], action_name((enum action)a)))
			return (enum action)a;
	fail_msg("%s:%d: no action \"%.*s\"", TABLE, r->line, SPAN_ARG(r->cell[ACTION]));
	return ACT_COUNT;
}

static enum reason reason_of(const struct row *r)
{
	for (int w = 0; w < WHY_COUNT; w++)
		if (span_is(r->cell[REASON], reason_name((enum reason)w)))
			return (enum reason)w;
	fail_msg("%s:%d: no reason \"%.*s\"", TABLE, r->line, SPAN_ARG(r->cell[REASON]));
	return WHY_COUNT;
}

static void understand(struct row *r)
{
	static const char *const accounts[] = {"unknown", "good", "disabled", NULL};
	static const char *const there[] = {"-", "gone", "there", NULL};
	static const char *const ties[] = {"-", "enrolled", "guardian", "both", NULL};
	static const char *const sheets[] = {"-", "gone", "other", "own", "shared", NULL};
	static const char *const answers[] = {"deny", "allow", NULL};
	static const char *const relations[] = {[REL_NONE] = "none",
						[REL_OWN] = "own",
						[REL_SHARED] = "shared",
						[REL_ELSEWHERE] = "elsewhere",
						NULL};
	int account = place(r, ACCOUNT, accounts), tie = place(r, TIE, ties);
	int sheet = place(r, SHEET, sheets);

	r->role = role_find(r->cell[ROLE]);
	if (r->role == ROLE_NOBODY && !span_is(r->cell[ROLE], "nobody"))
		fail_msg("%s:%d: no role \"%.*s\"", TABLE, r->line, SPAN_ARG(r->cell[ROLE]));
	r->facts = (struct facts){
	    .known = account > 0,
	    .disabled = account == 2,
	    .role = r->role,
	    .child_exists = place(r, CHILD, there) == 2,
	    .enrolled = (tie & 1) != 0,
	    .guardian = (tie & 2) != 0,
	    .sheet_exists = sheet >= 2,
	    .own_sheet = sheet == 3,
	    .shared = sheet == 4,
	};
	r->action = action_of(r);
	r->want = (struct decision){place(r, ANSWER, answers) == 1, reason_of(r),
				    (enum relation)place(r, RELATION, relations)};
}

/* The next row of the table; false at its end. */
static bool next_row(struct span *rest, struct row *r)
{
	while (rest->p) {
		struct span line = span_cut(rest, '\n');

		r->line++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (int i = 0; i < COLUMNS; i++) {
			if (!line.p)
				fail_msg("%s:%d: %d columns", TABLE, r->line, i);
			r->cell[i] = span_cut(&line, '\t');
		}
		if (line.p)
			fail_msg("%s:%d: a column too many", TABLE, r->line);
		understand(r);
		return true;
	}
	return false;
}

static void every_row_of_the_table_is_decided_so(void **state)
{
	struct span rest = buf_span(&text);
	struct row r = {.line = 0};
	size_t rows = 0;

	(void)state;
	for (; next_row(&rest, &r); rows++) {
		struct decision got = access_decide(r.action, &r.facts);

		if (got.allow != r.want.allow || got.reason != r.want.reason ||
		    got.relation != r.want.relation)
			fail_msg("%s:%d: %s, %s, relation %d", TABLE, r.line,
				 got.allow ? "allow" : "deny", reason_name(got.reason),
				 got.relation);
	}
	assert_true(rows >= 150);
}

static void the_table_has_every_role_with_every_action(void **state)
{
	bool met[ROLE_COUNT][ACT_COUNT] = {{false}}, reasons[WHY_COUNT] = {false};
	struct span rest = buf_span(&text);
	struct row r = {.line = 0};

	(void)state;
	while (next_row(&rest, &r)) {
		met[r.role][r.action] = true;
		reasons[r.want.reason] = true;
	}
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int a = 0; a < ACT_COUNT; a++)
			if (!met[role][a])
				fail_msg("%s: nothing about %s and %s", TABLE,
					 role_name((enum role)role), action_name((enum action)a));
	for (int w = 0; w < WHY_COUNT; w++)
		if (!reasons[w])
			fail_msg("%s: nothing has the reason %s", TABLE,
				 reason_name((enum reason)w));
}

/* No row contradicts another, and none is there twice. */
static void the_same_facts_stand_in_one_row_only(void **state)
{
	struct span rest = buf_span(&text);
	struct row r = {.line = 0};

	(void)state;
	while (next_row(&rest, &r)) {
		struct span later = rest;
		struct row other = {.line = r.line};

		while (next_row(&later, &other)) {
			bool same = true;

			for (int i = ACCOUNT; i <= ACTION; i++)
				same = same && span_eq(r.cell[i], other.cell[i]);
			if (same)
				fail_msg("%s:%d is said in line %d too", TABLE, r.line, other.line);
		}
	}
}

/* ---- over all facts there are ------------------------------------------------------------------
 */

enum { FACT_BITS = 8, COMBINATIONS = 1 << FACT_BITS };

static struct facts facts_of(enum role role, unsigned bits)
{
	return (struct facts){
	    .role = role,
	    .known = bits & 1,
	    .disabled = bits & 2,
	    .child_exists = bits & 4,
	    .enrolled = bits & 8,
	    .guardian = bits & 16,
	    .sheet_exists = bits & 32,
	    .own_sheet = bits & 64,
	    .shared = bits & 128,
	};
}

/* What must hold whatever the table says. */
static void check_one(enum action a, const struct facts *f)
{
	struct decision d = access_decide(a, f);
	bool sheet = a == ACT_SHEET_READ || a == ACT_SHEET_WRITE;
	bool content = sheet || a == ACT_CHILD_READ;

	assert_true((unsigned)d.reason < WHY_COUNT);
	if (d.relation != REL_NONE)
		assert_true(d.allow && sheet && f->sheet_exists);
	if (!d.allow || a == ACT_PUBLIC)
		return;
	assert_true(f->known && !f->disabled && f->role != ROLE_NOBODY);
	if (content) {
		assert_true(f->child_exists);
		assert_true(role_reads_content(f->role));
		assert_true(f->role == ROLE_BOARD || f->enrolled || f->guardian);
	}
	if (sheet)
		assert_true(f->sheet_exists && d.relation != REL_NONE);
	if (d.relation == REL_SHARED)
		assert_true(f->shared);
	if (d.relation == REL_OWN)
		assert_true(f->own_sheet || f->role == ROLE_BOARD || f->role == ROLE_HOUSEHOLD);
}

static void no_combination_of_facts_opens_what_must_stay_shut(void **state)
{
	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int a = 0; a < ACT_COUNT; a++)
			for (unsigned bits = 0; bits < COMBINATIONS; bits++) {
				struct facts f = facts_of((enum role)role, bits);
				check_one((enum action)a, &f);
			}
}

static void no_facts_and_zeroed_facts_deny_all_but_public_pages(void **state)
{
	struct facts zero;

	(void)state;
	memset(&zero, 0, sizeof zero);
	for (int a = 0; a < ACT_COUNT; a++) {
		struct decision none = access_decide((enum action)a, NULL);
		struct decision zeroed = access_decide((enum action)a, &zero);

		assert_int_equal(none.allow, a == ACT_PUBLIC);
		assert_int_equal(zeroed.allow, a == ACT_PUBLIC);
		assert_int_equal(none.relation, REL_NONE);
		assert_int_equal(zeroed.relation, REL_NONE);
		assert_int_equal(none.reason, a == ACT_PUBLIC ? WHY_PUBLIC : WHY_NO_ACCOUNT);
		assert_int_equal(zeroed.reason, a == ACT_PUBLIC ? WHY_PUBLIC : WHY_NO_ACCOUNT);
	}
}

static void an_action_or_a_role_that_does_not_exist_is_denied(void **state)
{
	static const int strange[] = {ACT_COUNT, ACT_COUNT + 1, -1, 1000000};
	struct facts f = facts_of(ROLE_SCHOOL, COMBINATIONS - 1);

	(void)state;
	f.disabled = false;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		struct decision d = access_decide((enum action)strange[i], &f);

		assert_false(d.allow);
		assert_int_equal(d.reason, WHY_NO_RULE);
		assert_string_equal(action_name((enum action)strange[i]), "unknown");
	}
	assert_string_equal(reason_name(WHY_COUNT), "unknown");
	f.role = ROLE_COUNT;
	for (int a = ACT_PUBLIC + 1; a < ACT_COUNT; a++)
		assert_false(access_decide((enum action)a, &f).allow);
}

static void every_action_and_reason_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ACT_COUNT; i++) {
		assert_non_null(action_name((enum action)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(action_name((enum action)i),
						action_name((enum action)k));
	}
	for (int i = 0; i < WHY_COUNT; i++) {
		assert_non_null(reason_name((enum reason)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(reason_name((enum reason)i),
						reason_name((enum reason)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_of_the_table_is_decided_so),
	    cmocka_unit_test(the_table_has_every_role_with_every_action),
	    cmocka_unit_test(the_same_facts_stand_in_one_row_only),
	    cmocka_unit_test(no_combination_of_facts_opens_what_must_stay_shut),
	    cmocka_unit_test(no_facts_and_zeroed_facts_deny_all_but_public_pages),
	    cmocka_unit_test(an_action_or_a_role_that_does_not_exist_is_denied),
	    cmocka_unit_test(every_action_and_reason_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
