/*
 * Marked values and the search for them.  Each value of a sheet bears a mark that occurs nowhere
 * else; a mark knows its section, so every output can be asked: is anything in it that this reader
 * may not read, and is everything there that it may?
 */
#ifndef KARTE_TESTS_PROPERTY_CANARY_H
#define KARTE_TESTS_PROPERTY_CANARY_H

#include "generator/base/buf.h"
#include "generator/sheet/type.h"

#include <stdio.h>
#include <stdlib.h>

enum { CANARIES_MAX = 32768, MARK_MAX = 100, LETTERS = 6 };

struct canary {
	char mark[MARK_MAX]; /* ASCII letters in lower case; or a date, a time, a number, a label */
	size_t len;
	const struct sheet_type *type;
	const struct section *section; /* NULL: the title of the sheet */
	const struct field *field;     /* NULL: the title, or a label */
	int turn;		       /* which of several sheets */
	bool label;		       /* a text of the type, not of a sheet */
	bool letters;		       /* LETTERS of them: also looked for in raw bytes */
	bool number;		       /* not a part of a longer number */
	bool shown;		       /* every rendering for reading must have it */
	bool seen;		       /* the reader of the moment may read it */
	bool met;		       /* found by the last search */
};

struct canaries {
	struct canary list[CANARIES_MAX];
	size_t count;
	const struct sheet_type *type; /* of what is added now */
	const struct field *field;
	int turn;
	const struct canary *by_mark[CANARIES_MAX]; /* those of LETTERS, sorted, for the search */
	size_t letters;
};

/* ---- random, the same for the same seed ----------------------------------------------------- */

static uint64_t random_state;

static inline uint32_t random_below(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % n;
}

/* Consonants only: no word of any language on a page.  A mark begins with q and has no other, so
   that two marks side by side do not make a third. */
static inline void random_letters(char *out, size_t n)
{
	static const char from[] = "bcdfghjkmnprstvwxz";

	out[0] = 'q';
	for (size_t i = 1; i < n; i++)
		out[i] = from[random_below(sizeof from - 1)];
	out[n] = '\0';
}

/* ---- the list ---------------------------------------------------------------------------------
 */

static inline bool canary_known(const struct canaries *cs, const char *mark)
{
	for (size_t i = 0; i < cs->count; i++)
		if (strstr(cs->list[i].mark, mark) || strstr(mark, cs->list[i].mark))
			return true;
	return false;
}

static inline struct canary *canary_add(struct canaries *cs, const struct section *s,
					const char *mark)
{
	struct canary *c = &cs->list[cs->count++];

	if (cs->count > CANARIES_MAX - 1 || strlen(mark) >= MARK_MAX)
		abort();
	*c = (struct canary){.type = cs->type,
			     .section = s,
			     .field = cs->field,
			     .turn = cs->turn,
			     .len = strlen(mark),
			     .shown = true};
	memcpy(c->mark, mark, c->len + 1);
	return c;
}

/* A new mark of at most max letters. */
static inline struct canary *canary_letters(struct canaries *cs, const struct section *s,
					    size_t max)
{
	size_t n = max < LETTERS ? max : LETTERS;
	char mark[LETTERS + 1];
	struct canary *c;

	do
		random_letters(mark, n);
	while (canary_known(cs, mark));
	c = canary_add(cs, s, mark);
	c->letters = n == LETTERS;
	return c;
}

static inline int by_mark(const void *a, const void *b)
{
	const struct canary *const *x = a, *const *y = b;

	return memcmp((*x)->mark, (*y)->mark, LETTERS);
}

/* Call when all have been added. */
static inline void canaries_sort(struct canaries *cs)
{
	cs->letters = 0;
	for (size_t i = 0; i < cs->count; i++)
		if (cs->list[i].letters)
			cs->by_mark[cs->letters++] = &cs->list[i];
	qsort(cs->by_mark, cs->letters, sizeof *cs->by_mark, by_mark);
}

/* ---- searching --------------------------------------------------------------------------------
 */

static inline void search_letters(struct canaries *cs, const char *p, size_t n)
{
	struct canary key = {.len = LETTERS};
	const struct canary *k = &key;

	for (size_t i = 0; i + LETTERS <= n; i++) {
		const struct canary **hit;

		memcpy(key.mark, p + i, LETTERS);
		hit = bsearch(&k, cs->by_mark, cs->letters, sizeof *cs->by_mark, by_mark);
		if (hit)
			cs->list[*hit - cs->list].met = true;
	}
}

/* Runs of letters long enough for a mark. */
static inline void search_runs(struct canaries *cs, struct span s)
{
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z')
			continue;
		if (i - from >= LETTERS)
			search_letters(cs, s.p + from, i - from);
		from = i + 1;
	}
}

static inline bool digit_at(struct span s, long at)
{
	return at >= 0 && (size_t)at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

static inline bool contains(struct span s, const struct canary *c)
{
	const struct span mark = span_make(c->mark, c->len);
	struct span rest = s;
	long at;

	while ((at = span_find(rest, mark)) >= 0) {
		long place = rest.p - s.p + at;

		if (!c->number || (!digit_at(s, place - 1) && !digit_at(s, place + (long)c->len)))
			return true;
		rest = span_make(rest.p + at + 1, rest.n - (size_t)at - 1);
	}
	return false;
}

/* Marks `met` in every canary that is in the text (in lower case).  raw: letters only. */
static inline void canaries_search(struct canaries *cs, struct span text, bool raw)
{
	for (size_t i = 0; i < cs->count; i++)
		cs->list[i].met = false;
	search_runs(cs, text);
	for (size_t i = 0; i < cs->count && !raw; i++)
		if (!cs->list[i].letters)
			cs->list[i].met = contains(text, &cs->list[i]);
}

/* ---- outputs in a form that can be searched --------------------------------------------------
 */

static inline bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

/* ASCII letters to lower case; with `tight`, white space away but for that between two digits. */
static inline void fold(struct span s, bool tight, struct buf *out)
{
	buf_cut(out, 0);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (tight && is_space(c)) {
			while (i + 1 < s.n && is_space(s.p[i + 1]))
				i++;
			if (!digit_at(buf_span(out), (long)out->len - 1) ||
			    !digit_at(s, (long)i + 1))
				continue;
			c = ' ';
		}
		buf_addc(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/*
 * A PDF whose streams are open (qpdf --qdf): the bytes without NUL, so that UTF-16 becomes ASCII,
 * and after them what its strings <of hexadecimal digits> say, without NUL too.
 */
static inline void open_strings(struct span pdf, struct buf *out)
{
	struct buf lower;

	buf_init(&lower, 64 * 1024 * 1024);
	fold(pdf, false, &lower);
	buf_cut(out, 0);
	for (size_t i = 0; i < lower.len; i++)
		if (lower.data[i] && lower.len - i >= 4 && !memcmp(lower.data + i, "\\000", 4))
			i += 3;
		else if (lower.data[i])
			buf_addc(out, lower.data[i]);
	for (size_t i = 0; i < lower.len; i++) {
		if (lower.data[i] != '<')
			continue;
		buf_addc(out, '\n');
		for (i++; i + 1 < lower.len; i += 2) {
			int hi = hex_digit(lower.data[i]), lo = hex_digit(lower.data[i + 1]);
			int byte = hi * 16 + lo;

			if (hi < 0 || lo < 0)
				break;
			if (byte)
				buf_addc(out, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a')
									 : (char)byte);
		}
		i--;
	}
	buf_clear(&lower);
}

#endif
