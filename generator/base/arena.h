/*
 * Memory that is given back all at once.  A tree (a parsed sheet, a type, a view) lives in one
 * arena, so freeing it is one call without recursion, and hostile input meets one bound.
 */
#ifndef KARTE_BASE_ARENA_H
#define KARTE_BASE_ARENA_H

#include "generator/base/span.h"

struct arena;

/* A new arena that gives out at most max bytes; NULL if there is no memory. */
struct arena *arena_new(size_t max);
/* Gives everything back.  NULL does nothing. */
void arena_free(struct arena *a);

/*
 * n bytes, zeroed and aligned for any type; NULL when memory or the bound is exhausted (fail() is
 * set).  Belongs to the arena.
 */
void *arena_alloc(struct arena *a, size_t n);
/* An array of count zeroed elements; NULL on overflow too. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A terminated copy; SPAN_NONE when exhausted.  A copy of an absent span is an empty text. */
struct span arena_copy(struct arena *a, struct span s);
/* A terminated copy as a C string; NULL when exhausted. */
char *arena_str(struct arena *a, struct span s);
/* printf into the arena; NULL when exhausted. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* How many bytes have been given out. */
size_t arena_used(const struct arena *a);

#endif
