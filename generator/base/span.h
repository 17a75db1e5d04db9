/*
 * A view of bytes that somebody else owns: pointer and length, no terminator promised.
 */
#ifndef KARTE_BASE_SPAN_H
#define KARTE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p; /* NULL means "absent"; an empty text has a pointer and n == 0 */
	size_t n;
};

/* A name with its value: a field of a form, a trailer, a header. */
struct pair {
	struct span name, value;
};

#define SPAN_NONE ((struct span){NULL, 0})
/* A string literal as a span. */
#define SPAN(lit) ((struct span){"" lit, sizeof(lit) - 1})
/* For printf("%.*s", SPAN_ARG(s)). */
#define SPAN_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* A terminated string; NULL is absent. */
struct span span_of(const char *str);

static inline struct span span_make(const char *p, size_t n)
{
	return (struct span){p, n};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *str)
{
	return span_eq(a, span_of(str));
}

/* Like memcmp over the common length, then by length: the order of sorted lists. */
int span_cmp(struct span a, struct span b);

bool span_starts(struct span s, struct span prefix);
bool span_ends(struct span s, struct span suffix);

/* Without the ASCII white space (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);

/*
 * Cuts s at the first byte sep: returns what stands before and leaves in *s what stands after;
 * without a sep the whole is returned and *s becomes SPAN_NONE.
 */
struct span span_cut(struct span *s, char sep);

/* Where the needle begins, or -1. */
long span_find(struct span s, struct span needle);

/* A whole decimal number without sign or spaces, at most max; false if it is anything else. */
bool span_number(struct span s, long max, long *out);

/* Copies into a char array of size cap and terminates; false if it did not fit (then empty). */
bool span_copy(struct span s, char *out, size_t cap);

#endif
