/* The rows of tests/access/table.tsv. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_ROW_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_ROW_H

#include "tests/unit/access_columns.h"
#include "tests/unit/access_http_marks.h"

#include "vault/flow/read_sheet.h"

#define TABLE "tests/access/table.tsv"

enum { ACCOUNTS_MAX = 128, DAYS_MAX = 1000, SHEETS = 2 };

/* The sheets of a child, both of the row's type: one that is final and one that is a draft. */
static const struct {
	const char *id, *status;
	char letter;
} sheets[SHEETS] = {{"2025", "final", 'f'}, {"2026", "draft", 'd'}};

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
};

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
