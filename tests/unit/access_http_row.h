/* The rows of tests/access/table.tsv. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_ROW_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_ROW_H

#include "tests/unit/access_facts.h"
#include "tests/unit/access_http_marks.h"

#include "vault/flow/read_sheet.h"

enum { ACCOUNTS_MAX = 128, SHEETS = 2 };

/* The sheets of a child, both of the row's type: one that is final and one that is a draft. */
static const struct {
	const char *id, *status;
	char letter;
} sheets[SHEETS] = {{"2025", "final", 'f'}, {"2026", "draft", 'd'}};

#define OTHERS ((ROLE_BIT(ROLE_COUNT) - 1) & ~ROLE_BIT(ROLE_HOUSEHOLD))

/* The files of a child: of whoever the row is about or their institution, or of another. */
enum { FILES = 5 };
static const struct {
	char letter;
	bool own, open, staff_only;
	role_set readers;
} files[FILES] = {
    {'o', true, false, false, 0},
    {'p', false, false, false, OTHERS},
    {'q', false, true, false, OTHERS | ROLE_BIT(ROLE_HOUSEHOLD)},
    {'r', false, true, false, ROLE_BIT(ROLE_HEALTH)},
    {'s', false, true, true, OTHERS | ROLE_BIT(ROLE_HOUSEHOLD)},
};

struct row {
	unsigned line;
	struct span cell[COLUMNS];
	enum action action;
	enum role role;
	bool allow;
	char reason[WORD_MAX];
	/* in the vault */
	struct account account;
	struct caller caller;
	char child[11];
	const struct sheet_type *type;
	bool written; /* the sheets are there … */
	int newest;   /* … in so many versions: two where both can be seen */
	char institution[ID_MAX + 1];
	struct version_row versions[SHEETS][2];
	char stored[SHEETS][TYPE_SECTIONS_MAX]; /* the version of the mark in each section now */
};

/* No two children have a file in common. */
static inline void file_id(const struct row *r, int i, char out[static 11])
{
	snprintf(out, 11, "f%04u%04u0", r->line % 10000, (unsigned)i % 10000);
}

static inline bool cell_is(const struct row *r, enum column c, const char *text)
{
	return span_is(r->cell[c], text);
}

static inline bool cell_has(const struct row *r, enum column c, const char *word)
{
	struct span rest = r->cell[c];

	while (rest.p)
		if (span_is(span_cut(&rest, ' '), word))
			return true;
	return false;
}

/* What stands behind "WORD:" in a cell, "" for WORD alone; absent without it. */
static inline struct span cell_after(const struct row *r, enum column c, const char *word)
{
	struct span rest = r->cell[c], one;

	while (rest.p) {
		one = span_cut(&rest, ' ');
		if (span_is(span_cut(&one, ':'), word))
			return one.p ? one : SPAN("");
	}
	return SPAN_NONE;
}

static inline enum action find_action(struct span name)
{
	int a = 0;

	while (a < ACT_COUNT && !span_is(name, action_name((enum action)a)))
		a++;
	assert_true(a < ACT_COUNT);
	return (enum action)a;
}

/* The next row that can be in a vault; false at the end. */
static inline bool next_row(struct span *rest, struct row *r, unsigned *line)
{
	while (rest->p) {
		struct span text = span_cut(rest, '\n');

		++*line;
		if (text.n == 0 || text.p[0] == '#')
			continue;
		*r = (struct row){.line = *line};
		for (int i = 0; i < COLUMNS; i++)
			r->cell[i] = span_cut(&text, '\t');
		assert_non_null(r->cell[WHERE].p);
		if (!cell_is(r, WHERE, "vault"))
			continue;
		r->action = find_action(r->cell[ACTION]);
		r->role = role_find(r->cell[ROLE]);
		r->allow = cell_is(r, ANSWER, "allow");
		span_copy(r->cell[REASON], r->reason, sizeof r->reason);
		return true;
	}
	return false;
}

/* ---- other questions about the same facts ---------------------------------------------------- */

static inline struct fact_row facts_of_row(const struct row *r)
{
	struct fact_row f = {.line = (int)r->line};

	memcpy(f.cell, r->cell, sizeof f.cell);
	return f;
}

/* Pointers into *f: it must stay where it is. */
static inline struct facts *facts_start(struct fact_row *f, const struct row *r)
{
	*f = facts_of_row(r);
	facts_understand(f);
	return &f->facts;
}

/* About the row's sheet, but another action. */
static inline struct decision decide_sheet(const struct row *r, enum action a)
{
	struct fact_row f;

	return access_decide(a, facts_start(&f, r));
}

/* About the row's child, whatever is said of its sheet. */
static inline struct decision decide_child(const struct row *r)
{
	struct fact_row row;
	struct facts *f = facts_start(&row, r);

	f->sheet_exists = f->own_sheet = f->open_type = f->shared = f->shielded = false;
	f->type = f->only = f->handed = f->handover = SPAN_NONE;
	if (cell_has(r, TIES, "handover"))
		f->handover = SPAN("h1");
	return access_decide(ACT_CHILD_READ, f);
}

/* About what is kept like sheets of the type "files", by the account's institution or another. */
static inline struct decision decide_files(const struct row *r, enum action a, bool own)
{
	struct fact_row row;
	struct facts *f = facts_start(&row, r);

	f->sheet_exists = true;
	f->type = SPAN("files");
	f->own_sheet = own && r->account.staff;
	f->open_type = f->shared = f->shielded = false;
	f->only = f->handed = f->handover = SPAN_NONE;
	return access_decide(a, f);
}

/* ---- days ------------------------------------------------------------------------------------ */

static inline int days_from_today(struct span s)
{
	bool sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	long n;

	assert_true(span_number(span_make(s.p + sign, s.n - sign), DAYS_MAX, &n));
	return (int)(s.p[0] == '-' ? -n : n);
}

/* A..B or A.. */
static inline void put_days(struct span s, char since[static DAY_ROOM], char until[static DAY_ROOM])
{
	long dots = span_find(s, SPAN(".."));
	struct span first = span_make(s.p, (size_t)dots);

	assert_true(dots > 0);
	span_copy(span_of(day_text(days_from_today(first))), since, DAY_ROOM);
	s = span_make(s.p + dots + 2, s.n - (size_t)dots - 2);
	if (s.n)
		span_copy(span_of(day_text(days_from_today(s))), until, DAY_ROOM);
}

#endif
