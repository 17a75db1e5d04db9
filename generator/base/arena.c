#include "generator/base/arena.h"

#include "generator/base/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct block {
	struct block *next;
	size_t used;
	size_t cap;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *newest;
	size_t used;
	size_t max;
};

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 256 * 1024 };

struct arena *arena_new(size_t max)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a) {
		fail(ST_NOMEM, "no memory for an arena");
		return NULL;
	}
	a->max = max;
	return a;
}

void arena_free(struct arena *a)
{
	struct block *next;

	if (!a)
		return;
	for (struct block *b = a->newest; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static bool add_block(struct arena *a, size_t n)
{
	size_t cap = a->newest ? a->newest->cap * 2 : FIRST_BLOCK;
	struct block *b;

	if (cap > LARGEST_STEP)
		cap = LARGEST_STEP;
	if (cap < n)
		cap = n;
	b = malloc(sizeof *b + cap);
	if (!b)
		return false;
	*b = (struct block){.next = a->newest, .cap = cap};
	a->newest = b;
	return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	void *p;

	if (n > SIZE_MAX - align)
		goto exhausted;
	n = (n + align - 1) / align * align;
	if (n > a->max || a->used > a->max - n)
		goto exhausted;
	if (!a->newest || a->newest->cap - a->newest->used < n)
		if (!add_block(a, n))
			goto exhausted;
	p = a->newest->bytes + a->newest->used;
	a->newest->used += n;
	a->used += n;
	return memset(p, 0, n);

exhausted:
	fail(ST_NOMEM, "more than %zu bytes of memory needed", a->max);
	return NULL;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		fail(ST_NOMEM, "array of %zu elements", count);
		return NULL;
	}
	return arena_alloc(a, count * size);
}

struct span arena_copy(struct arena *a, struct span s)
{
	char *p = arena_str(a, s);

	return p ? span_make(p, s.n) : SPAN_NONE;
}

char *arena_str(struct arena *a, struct span s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = arena_alloc(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
