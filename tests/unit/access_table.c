/* Every row of tests/access/table.tsv, whose head says what the columns mean. */
#include "tests/unit/access_facts.h"

#include "generator/base/buf.h"
#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

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

/* The next row of the table; false at its end. */
static bool next_row(struct span *rest, struct fact_row *r)
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
		facts_understand(r);
		return true;
	}
	return false;
}

/* ---- decisions ------------------------------------------------------------------------------ */

/* "contact,goals", or "-" */
static void put_list(struct buf *b, const char list[][ID_MAX + 1], size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%s", i ? "," : "", list[i]);
	buf_adds(b, n ? "\t" : "-\t");
}

/* As the columns from ANSWER to BY have it, each with a tab behind. */
static void put_decision(struct buf *b, const struct decision *d)
{
	static const char *const relations[] = {[REL_NONE] = "none",
						[REL_OWN] = "own",
						[REL_SHARED] = "shared",
						[REL_ELSEWHERE] = "elsewhere"};

	buf_addf(b, "%s\t%s\t%s%s%s\t%s\t%s\t", d->allow ? "allow" : "deny", reason_name(d->reason),
		 relations[d->relation], d->only[0] ? ":" : "", d->only,
		 d->as == ROLE_NOBODY ? "-" : role_name(d->as), d->read_only ? "ro" : "-");
	put_list(b, d->hidden, d->nhidden);
	put_list(b, d->opened, d->nopened);
	put_list(b, &d->by, d->by[0] ? 1 : 0);
}

static void every_row_of_the_table_is_decided_so(void **state)
{
	struct span rest = buf_span(&text);
	struct fact_row r = {.line = 0};
	size_t rows = 0, wrong = 0;
	struct buf got, want;

	(void)state;
	buf_init(&got, 4096);
	buf_init(&want, 4096);
	for (; next_row(&rest, &r); rows++) {
		struct decision d = access_decide(r.action, &r.facts);

		got.len = want.len = 0;
		put_decision(&got, &d);
		for (int i = ANSWER; i <= BY; i++)
			buf_addf(&want, "%.*s\t", SPAN_ARG(r.cell[i]));
		if (span_eq(buf_span(&got), buf_span(&want)))
			continue;
		wrong++;
		print_error("%s:%d: %.*s\n", TABLE, r.line, SPAN_ARG(buf_span(&got)));
	}
	buf_clear(&got);
	buf_clear(&want);
	assert_int_equal(wrong, 0);
	assert_true(rows >= 800);
}

static void the_table_has_every_role_with_every_action(void **state)
{
	bool met[ROLE_COUNT][ACT_COUNT] = {{false}};
	struct span rest = buf_span(&text);
	struct fact_row r = {.line = 0};

	(void)state;
	while (next_row(&rest, &r))
		met[r.facts.role][r.action] = true;
	for (int i = 0; i < ROLE_COUNT; i++)
		for (int a = 0; a < ACT_COUNT; a++)
			if (!met[i][a])
				fail_msg("%s: nothing about %s and %s", TABLE,
					 role_name((enum role)i), action_name((enum action)a));
}

static void the_table_has_every_reason(void **state)
{
	(void)state;
	for (int w = 0; w < WHY_COUNT; w++) {
		struct span rest = buf_span(&text);
		struct fact_row r = {.line = 0};
		bool met = false;

		while (!met && next_row(&rest, &r))
			met = span_is(r.cell[REASON], reason_name((enum reason)w));
		if (!met)
			fail_msg("%s: nothing has the reason %s", TABLE,
				 reason_name((enum reason)w));
	}
}

/* What stands in the columns of the facts, with the tabs between. */
static struct span facts_text(const struct fact_row *r)
{
	const struct span *last = &r->cell[SETTING];

	return span_make(r->cell[0].p, (size_t)(last->p + last->n - r->cell[0].p));
}

static int by_facts(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* No row contradicts another, and none is there twice. */
static void the_same_facts_stand_in_one_row_only(void **state)
{
	static struct span all[4096];
	struct span rest = buf_span(&text);
	struct fact_row r = {.line = 0};
	size_t n = 0;

	(void)state;
	while (next_row(&rest, &r)) {
		assert_true(n < sizeof all / sizeof *all);
		all[n++] = facts_text(&r);
	}
	qsort(all, n, sizeof *all, by_facts);
	for (size_t i = 1; i < n; i++)
		if (span_eq(all[i], all[i - 1]))
			fail_msg("%s: twice: %.*s", TABLE, SPAN_ARG(all[i]));
}

static void the_head_names_the_columns(void **state)
{
	struct span rest = buf_span(&text), line = SPAN_NONE;

	(void)state;
	do
		line = span_cut(&rest, '\n');
	while (rest.p && !span_starts(line, SPAN("#account\t")));
	line = span_make(line.p + 1, line.n ? line.n - 1 : 0);
	for (int i = 0; i < COLUMNS; i++)
		assert_true(span_is(span_cut(&line, '\t'), fact_columns[i]));
	assert_null(line.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_head_names_the_columns),
	    cmocka_unit_test(every_row_of_the_table_is_decided_so),
	    cmocka_unit_test(the_table_has_every_role_with_every_action),
	    cmocka_unit_test(the_table_has_every_reason),
	    cmocka_unit_test(the_same_facts_stand_in_one_row_only),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
