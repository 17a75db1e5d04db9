/*
 * Memory for cmark.  Its own allocator calls abort() when memory runs out, and has no context: here
 * the one of this thread is an arena with a bound, and running out of it leaves cmark at once.
 */
#include "generator/sheet/markdown_impl.h"

#include <setjmp.h>
#include <stdint.h>

struct memory {
	struct arena *arena;
	size_t max;
	jmp_buf out;
};

enum { LEFT_BOUND = 1, LEFT_MEMORY };

static _Thread_local struct memory *current;

/* Stands before each piece, since realloc has to know how much to copy. */
union header {
	size_t size;
	max_align_t align;
};

/* A text that asks for half of all there is at once, or for more than is left, needs too much. */
static _Noreturn void leave(size_t wanted)
{
	bool bound = arena_used(current->arena) + wanted > current->max / 2;

	longjmp(current->out, bound ? LEFT_BOUND : LEFT_MEMORY);
}

void *md_memory_calloc(size_t n, size_t size)
{
	union header *h;

	if (size && n > (SIZE_MAX / 2 - sizeof *h) / size)
		leave(SIZE_MAX / 2);
	h = arena_alloc(current->arena, sizeof *h + n * size);
	if (!h)
		leave(n * size);
	h->size = n * size;
	return h + 1;
}

void *md_memory_realloc(void *old, size_t size)
{
	void *p = md_memory_calloc(1, size);
	size_t had = old ? ((union header *)old - 1)->size : 0;

	if (had)
		memcpy(p, old, had < size ? had : size);
	return p;
}

void md_memory_free(void *p)
{
	(void)p; /* all of it goes with the arena */
}

/* What setjmp gave, in a function of its own so that no variable is changed behind it. */
static enum status run_in(struct memory *m, enum status (*run)(void *), void *context)
{
	switch (setjmp(m->out)) {
	case 0:
		return run(context);
	case LEFT_BOUND:
		return fail(ST_TOOBIG, "a text of too many pieces");
	default:
		return ST_NOMEM; /* the arena has said why */
	}
}

enum status md_memory_run(size_t max, enum status (*run)(void *), void *context)
{
	struct memory m = {.arena = arena_new(max), .max = max}, *outer = current;
	enum status st;

	if (!m.arena)
		return ST_NOMEM;
	current = &m;
	st = run_in(&m, run, context);
	current = outer;
	arena_free(m.arena);
	return st;
}
