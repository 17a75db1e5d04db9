/* What a row of tests/access/table.tsv says, as facts for access_decide. */
#ifndef KARTE_TESTS_UNIT_ACCESS_FACTS_H
#define KARTE_TESTS_UNIT_ACCESS_FACTS_H

#include "tests/unit/access_columns.h"
#include "vault/access/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TABLE "tests/access/table.tsv"

static const char *const fact_columns[] = {
    "account", "role",	  "classes", "child",	"ties",	  "sheet",  "type",
    "ranges",  "managed", "action",  "setting", "answer", "reason", "relation",
    "as",      "mode",	  "hidden",  "opened",	"by",	  "where",
};

enum { STAYS_MAX = 4, RANGES_MAX = 4, DAYS_MAX = 1000 };

struct fact_row {
	int line;
	struct span cell[COLUMNS];
	enum action action;
	struct facts facts;
	struct policy policy;
	struct stay stays[STAYS_MAX];
	struct range ranges[RANGES_MAX];
};

static const struct day facts_day = {2026, 11, 20};

/* ---- cells ---------------------------------------------------------------------------------- */

static inline void facts_bad(const struct fact_row *r, enum column c, struct span word)
{
	fail_msg("%s:%d: %s: what is \"%.*s\"?", TABLE, r->line, fact_columns[c], SPAN_ARG(word));
}

/* The place of a word in a list, which must have it. */
static inline int facts_place(const struct fact_row *r, enum column c, struct span word,
			      const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (span_is(word, words[i]))
			return i;
	facts_bad(r, c, word);
	return -1;
}

/* The next of the words of a cell; false at its end. */
static inline bool facts_next_word(const struct fact_row *r, enum column c, struct span *rest,
				   struct span *word)
{
	if (!rest->p || span_is(*rest, "-"))
		return false;
	*word = span_cut(rest, ' ');
	if (!word->n)
		facts_bad(r, c, r->cell[c]);
	return true;
}

/* A number of days from today: 0, +30, -30. */
static inline struct day facts_day_from(const struct fact_row *r, enum column c, struct span s)
{
	bool sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	long n;

	if (!span_number(span_make(s.p + sign, s.n - sign), DAYS_MAX, &n) || sign == (n == 0))
		facts_bad(r, c, s);
	return day_plus(facts_day, (int)(s.p[0] == '-' ? -n : n));
}

/* A..B or A.. */
static inline void facts_days(const struct fact_row *r, enum column c, struct span s,
			      struct day *since, struct day *until)
{
	long dots = span_find(s, SPAN(".."));

	if (dots < 0)
		facts_bad(r, c, s);
	*since = facts_day_from(r, c, span_make(s.p, (size_t)dots));
	s = span_make(s.p + dots + 2, s.n - (size_t)dots - 2);
	*until = s.n ? facts_day_from(r, c, s) : (struct day){0, 0, 0};
}

static inline void facts_account(struct fact_row *r)
{
	static const char *const words[] = {"unknown", "good",	 "disabled", "lastday",
					    "ended",   "closed", "weak",     NULL};
	struct facts *f = &r->facts;
	int i = facts_place(r, ACCOUNT, r->cell[ACCOUNT], words);

	f->known = i > 0;
	f->disabled = i == 2;
	if (i == 3 || i == 4)
		f->account_until = day_plus(facts_day, i == 3 ? 0 : -1);
	f->institution_closed = i == 5;
	f->weak = i == 6;
}

static inline void facts_role(struct fact_row *r)
{
	r->facts.role = role_find(r->cell[ROLE]);
	if (r->facts.role == ROLE_NOBODY && !span_is(r->cell[ROLE], "nobody"))
		facts_bad(r, ROLE, r->cell[ROLE]);
}

static inline void facts_classes(struct fact_row *r)
{
	struct facts *f = &r->facts;

	f->by_class = !span_is(r->cell[CLASSES], "-");
	f->whole = span_is(r->cell[CLASSES], "whole");
	if (f->by_class && !f->whole && !span_is(r->cell[CLASSES], "none"))
		f->classes = r->cell[CLASSES];
}

static inline void facts_stay(struct fact_row *r, struct span word)
{
	struct stay *s = &r->stays[r->facts.nstays++];

	assert_true(r->facts.nstays <= STAYS_MAX);
	facts_days(r, TIES, span_cut(&word, '@'), &s->since, &s->until);
	s->class = word;
}

static inline void facts_ties(struct fact_row *r)
{
	static const char *const words[] = {"guardian", "suspended", "handover", "glass", NULL};
	struct span rest = r->cell[TIES], word;

	while (facts_next_word(r, TIES, &rest, &word)) {
		if (span_find(word, SPAN("..")) >= 0) {
			facts_stay(r, word);
			continue;
		}
		switch (facts_place(r, TIES, word, words)) {
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
static inline bool facts_agreement(struct facts *f, struct span word)
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

static inline void facts_sheet(struct fact_row *r)
{
	static const char *const words[] = {"gone", "other", "own", "shared", "shielded", NULL};
	struct span rest = r->cell[SHEET], word;
	struct facts *f = &r->facts;

	while (facts_next_word(r, SHEET, &rest, &word)) {
		int i;

		if (facts_agreement(f, word))
			continue;
		i = facts_place(r, SHEET, word, words);
		f->sheet_exists = f->sheet_exists || (i >= 1 && i <= 3);
		f->own_sheet = f->own_sheet || i == 2;
		f->shared = f->shared || i == 3;
		f->shielded = f->shielded || i == 4;
	}
	if (!span_is(r->cell[TYPE], "-"))
		f->type = r->cell[TYPE];
	f->open_type = span_is(f->type, "shugaku-shien");
	if (f->sheet_exists != (f->type.n && !span_starts(r->cell[SHEET], SPAN("gone"))))
		facts_bad(r, TYPE, r->cell[TYPE]);
}

/* +TYPE/SECTION:w@A..B */
static inline void facts_range(struct fact_row *r, struct span word)
{
	static const char *const ids[RANGES_MAX] = {"r1", "r2", "r3", "r4"};
	size_t i = r->facts.nranges++;
	struct range *g = &r->ranges[i];
	struct span what;

	assert_true(i < RANGES_MAX);
	g->id = span_of(ids[i]);
	g->since = day_plus(facts_day, -1);
	what = span_cut(&word, '@');
	if (word.p)
		facts_days(r, RANGES, word, &g->since, &g->until);
	if (what.p[0] != '+' && what.p[0] != '-')
		facts_bad(r, RANGES, what);
	g->opens = what.p[0] == '+';
	g->write = span_ends(what, SPAN(":w"));
	g->section = span_make(what.p + 1, what.n - 1 - (g->write ? 2 : 0));
	g->type = span_cut(&g->section, '/');
	if (span_is(g->type, "all") || span_is(g->type, "*"))
		g->type = SPAN_NONE;
}

static inline void facts_ranges(struct fact_row *r)
{
	struct span rest = r->cell[RANGES], word;

	while (facts_next_word(r, RANGES, &rest, &word))
		facts_range(r, word);
}

static inline void facts_managed(struct fact_row *r)
{
	static const char *const words[] = {"self", "asked", "last", NULL};
	struct span rest = r->cell[MANAGED], word;
	struct facts *f = &r->facts;

	while (facts_next_word(r, MANAGED, &rest, &word)) {
		int i = facts_place(r, MANAGED, word, words);

		f->self = f->self || i == 0;
		f->asked = f->asked || i == 1;
		f->last_admin = f->last_admin || i == 2;
	}
}

static inline int facts_number(const struct fact_row *r, struct span word, int max)
{
	long n;

	if (!span_number(word, max, &n))
		facts_bad(r, SETTING, word);
	return (int)n;
}

static inline void facts_setting(struct fact_row *r)
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
	while (facts_next_word(r, SETTING, &rest, &value)) {
		switch (facts_place(r, SETTING, span_cut(&value, '='), words)) {
		case 0:
			p->lead_days = facts_number(r, value, POLICY_DAYS_MAX);
			break;
		case 1:
			p->tail_days = facts_number(r, value, POLICY_DAYS_MAX);
			break;
		case 2:
			p->glass_minutes = facts_number(r, value, POLICY_GLASS_MAX);
			break;
		default:
			p->admin_reads = (enum admin_reads)facts_place(r, SETTING, value, reads);
		}
	}
}

static inline void facts_action(struct fact_row *r)
{
	for (int a = 0; a < ACT_COUNT; a++)
		if (span_is(r->cell[ACTION], action_name((enum action)a))) {
			r->action = (enum action)a;
			return;
		}
	facts_bad(r, ACTION, r->cell[ACTION]);
}

static inline void facts_understand(struct fact_row *r)
{
	static const char *const there[] = {"-", "gone", "there", NULL};
	static const char *const where[] = {"vault", "facts", NULL};

	r->facts = (struct facts){.today = facts_day};
	r->policy = (struct policy){0};
	memset(r->stays, 0, sizeof r->stays);
	memset(r->ranges, 0, sizeof r->ranges);
	r->facts.stays = r->stays;
	r->facts.ranges = r->ranges;
	r->facts.child_exists = facts_place(r, CHILD, r->cell[CHILD], there) == 2;
	facts_place(r, WHERE, r->cell[WHERE], where);
	facts_account(r);
	facts_role(r);
	facts_classes(r);
	facts_ties(r);
	facts_sheet(r);
	facts_ranges(r);
	facts_managed(r);
	facts_setting(r);
	facts_action(r);
}

#endif
