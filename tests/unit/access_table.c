/* Every row of tests/access/table.tsv, whose head says what the columns mean. */
#include "tests/unit/access_columns.h"
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

static const char *const columns[] = {
    "account", "role",	  "classes", "child",	"ties",	  "sheet",  "type",
    "ranges",  "managed", "action",  "setting", "answer", "reason", "relation",
    "as",      "mode",	  "hidden",  "opened",	"by",	  "where",
};

enum { STAYS_MAX = 4, RANGES_MAX = 4, DAYS_MAX = 1000 };

struct row {
	int line;
	struct span cell[COLUMNS];
	enum action action;
	struct facts facts;
	struct policy policy;
	struct stay stays[STAYS_MAX];
	struct range ranges[RANGES_MAX];
};

static const struct day today = {2026, 11, 20};
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

/* ---- cells ---------------------------------------------------------------------------------- */

static void bad(const struct row *r, enum column c, struct span word)
{
	fail_msg("%s:%d: %s: what is \"%.*s\"?", TABLE, r->line, columns[c], SPAN_ARG(word));
}

/* The place of a word in a list, which must have it. */
static int place(const struct row *r, enum column c, struct span word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (span_is(word, words[i]))
			return i;
	bad(r, c, word);
	return -1;
}

/* The next of the words of a cell; false at its end. */
static bool next_word(const struct row *r, enum column c, struct span *rest, struct span *word)
{
	if (!rest->p || span_is(*rest, "-"))
		return false;
	*word = span_cut(rest, ' ');
	if (!word->n)
		bad(r, c, r->cell[c]);
	return true;
}

/* A number of days from today: 0, +30, -30. */
static struct day day_from(const struct row *r, enum column c, struct span s)
{
	bool sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	long n;

	if (!span_number(span_make(s.p + sign, s.n - sign), DAYS_MAX, &n) || sign == (n == 0))
		bad(r, c, s);
	return day_plus(today, (int)(s.p[0] == '-' ? -n : n));
}

/* A..B or A.. */
static void days(const struct row *r, enum column c, struct span s, struct day *since,
		 struct day *until)
{
	long dots = span_find(s, SPAN(".."));

	if (dots < 0)
		bad(r, c, s);
	*since = day_from(r, c, span_make(s.p, (size_t)dots));
	s = span_make(s.p + dots + 2, s.n - (size_t)dots - 2);
	*until = s.n ? day_from(r, c, s) : (struct day){0, 0, 0};
}

static void account(struct row *r)
{
	static const char *const words[] = {"unknown", "good",	 "disabled", "lastday",
					    "ended",   "closed", "weak",     NULL};
	struct facts *f = &r->facts;
	int i = place(r, ACCOUNT, r->cell[ACCOUNT], words);

	f->known = i > 0;
	f->disabled = i == 2;
	if (i == 3 || i == 4)
		f->account_until = day_plus(today, i == 3 ? 0 : -1);
	f->institution_closed = i == 5;
	f->weak = i == 6;
}

static void role(struct row *r)
{
	r->facts.role = role_find(r->cell[ROLE]);
	if (r->facts.role == ROLE_NOBODY && !span_is(r->cell[ROLE], "nobody"))
		bad(r, ROLE, r->cell[ROLE]);
}

static void classes(struct row *r)
{
	struct facts *f = &r->facts;

	f->by_class = !span_is(r->cell[CLASSES], "-");
	f->whole = span_is(r->cell[CLASSES], "whole");
	if (f->by_class && !f->whole && !span_is(r->cell[CLASSES], "none"))
		f->classes = r->cell[CLASSES];
}

static void stay(struct row *r, struct span word)
{
	struct stay *s = &r->stays[r->facts.nstays++];

	assert_true(r->facts.nstays <= STAYS_MAX);
	days(r, TIES, span_cut(&word, '@'), &s->since, &s->until);
	s->class = word;
}

static void ties(struct row *r)
{
	static const char *const words[] = {"guardian", "suspended", "handover", "glass", NULL};
	struct span rest = r->cell[TIES], word;

	while (next_word(r, TIES, &rest, &word)) {
		if (span_find(word, SPAN("..")) >= 0) {
			stay(r, word);
			continue;
		}
		switch (place(r, TIES, word, words)) {
		case 0:
			r->facts.guardian = true;
			break;
		case 1:
			r->facts.suspended = true;
			break;
		case 2: /* one that a sheet lies in says so there */
			if (span_is(r->cell[SHEET], "-"))
				r->facts.handover = SPAN("h1");
			break;
		default:
			r->facts.glass = true;
		}
	}
}

/* shared:SECTION,SECTION and handed:SECTION,SECTION */
static bool agreement(struct facts *f, struct span word)
{
	struct span sections = word, what = span_cut(&sections, ':');

	if (!sections.n || (!span_is(what, "shared") && !span_is(what, "handed")))
		return false;
	f->sheet_exists = true;
	if (span_is(what, "shared")) {
		f->shared = true;
		f->only = sections;
	} else {
		f->handover = SPAN("h1");
		f->handed = sections;
	}
	return true;
}

static void sheet(struct row *r)
{
	static const char *const words[] = {"gone", "other", "own", "shared", "shielded", NULL};
	struct span rest = r->cell[SHEET], word;
	struct facts *f = &r->facts;

	while (next_word(r, SHEET, &rest, &word)) {
		int i;

		if (agreement(f, word))
			continue;
		i = place(r, SHEET, word, words);
		f->sheet_exists = f->sheet_exists || (i >= 1 && i <= 3);
		f->own_sheet = f->own_sheet || i == 2;
		f->shared = f->shared || i == 3;
		f->shielded = f->shielded || i == 4;
	}
	if (!span_is(r->cell[TYPE], "-"))
		f->type = r->cell[TYPE];
	f->open_type = span_is(f->type, "shugaku-shien");
	if (f->sheet_exists != (f->type.n && !span_starts(r->cell[SHEET], SPAN("gone"))))
		bad(r, TYPE, r->cell[TYPE]);
}

/* +TYPE/SECTION:w@A..B */
static void range(struct row *r, struct span word)
{
	static const char *const ids[RANGES_MAX] = {"r1", "r2", "r3", "r4"};
	size_t i = r->facts.nranges++;
	struct range *g = &r->ranges[i];
	struct span what;

	assert_true(i < RANGES_MAX);
	g->id = span_of(ids[i]);
	g->since = day_plus(today, -1);
	what = span_cut(&word, '@');
	if (word.p)
		days(r, RANGES, word, &g->since, &g->until);
	if (what.p[0] != '+' && what.p[0] != '-')
		bad(r, RANGES, what);
	g->opens = what.p[0] == '+';
	g->write = span_ends(what, SPAN(":w"));
	g->section = span_make(what.p + 1, what.n - 1 - (g->write ? 2 : 0));
	g->type = span_cut(&g->section, '/');
	if (span_is(g->type, "all") || span_is(g->type, "*"))
		g->type = SPAN_NONE;
}

static void ranges(struct row *r)
{
	struct span rest = r->cell[RANGES], word;

	while (next_word(r, RANGES, &rest, &word))
		range(r, word);
}

static void managed(struct row *r)
{
	static const char *const words[] = {"self", "asked", "last", NULL};
	struct span rest = r->cell[MANAGED], word;
	struct facts *f = &r->facts;

	while (next_word(r, MANAGED, &rest, &word)) {
		int i = place(r, MANAGED, word, words);

		f->self = f->self || i == 0;
		f->asked = f->asked || i == 1;
		f->last_admin = f->last_admin || i == 2;
	}
}

static int number(const struct row *r, struct span word, int max)
{
	long n;

	if (!span_number(word, max, &n))
		bad(r, SETTING, word);
	return (int)n;
}

static void setting(struct row *r)
{
	static const char *const words[] = {"lead", "tail", "glass", "admin", NULL};
	static const char *const reads[] = {"never", "reason", "always", NULL};
	struct span rest = r->cell[SETTING], value;
	struct policy *p = &r->policy;

	if (span_is(rest, "-"))
		return;
	r->facts.policy = p;
	if (span_is(rest, "default")) {
		policy_default(p);
		return;
	}
	p->staff_second_factor = true;
	while (next_word(r, SETTING, &rest, &value)) {
		switch (place(r, SETTING, span_cut(&value, '='), words)) {
		case 0:
			p->lead_days = number(r, value, POLICY_DAYS_MAX);
			break;
		case 1:
			p->tail_days = number(r, value, POLICY_DAYS_MAX);
			break;
		case 2:
			p->glass_minutes = number(r, value, POLICY_GLASS_MAX);
			break;
		default:
			p->admin_reads = (enum admin_reads)place(r, SETTING, value, reads);
		}
	}
}

static void action(struct row *r)
{
	for (int a = 0; a < ACT_COUNT; a++)
		if (span_is(r->cell[ACTION], action_name((enum action)a))) {
			r->action = (enum action)a;
			return;
		}
	bad(r, ACTION, r->cell[ACTION]);
}

static void understand(struct row *r)
{
	static const char *const there[] = {"-", "gone", "there", NULL};
	static const char *const where[] = {"vault", "facts", NULL};

	r->facts = (struct facts){.today = today};
	r->policy = (struct policy){0};
	memset(r->stays, 0, sizeof r->stays);
	memset(r->ranges, 0, sizeof r->ranges);
	r->facts.stays = r->stays;
	r->facts.ranges = r->ranges;
	r->facts.child_exists = place(r, CHILD, r->cell[CHILD], there) == 2;
	place(r, WHERE, r->cell[WHERE], where);
	account(r);
	role(r);
	classes(r);
	ties(r);
	sheet(r);
	ranges(r);
	managed(r);
	setting(r);
	action(r);
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
	struct row r = {.line = 0};
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
	struct row r = {.line = 0};

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
		struct row r = {.line = 0};
		bool met = false;

		while (!met && next_row(&rest, &r))
			met = span_is(r.cell[REASON], reason_name((enum reason)w));
		if (!met)
			fail_msg("%s: nothing has the reason %s", TABLE,
				 reason_name((enum reason)w));
	}
}

/* What stands in the columns of the facts, with the tabs between. */
static struct span facts_text(const struct row *r)
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
	struct row r = {.line = 0};
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
		assert_true(span_is(span_cut(&line, '\t'), columns[i]));
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
