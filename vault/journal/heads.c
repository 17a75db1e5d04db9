/* The newest change of each branch. */
#include "vault/journal/journal_impl.h"

#include <stdlib.h>
#include <string.h>

/* Names seen so far: open addressing, at most half full. */
struct seen {
	char **name;
	size_t cap, count;
	journal_each *each;
	void *ctx;
	enum status st;
};

static size_t slot_of(const struct seen *s, const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
	size_t i;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	for (i = (size_t)h & (s->cap - 1); s->name[i]; i = (i + 1) & (s->cap - 1))
		if (strcmp(s->name[i], name) == 0)
			break;
	return i;
}

static enum status grow(struct seen *s)
{
	struct seen bigger = *s;

	bigger.cap = s->cap ? 2 * s->cap : 1024;
	bigger.name = calloc(bigger.cap, sizeof *bigger.name);
	if (!bigger.name)
		return fail(ST_NOMEM, "no memory for the journal's heads");
	for (size_t i = 0; i < s->cap; i++)
		if (s->name[i])
			bigger.name[slot_of(&bigger, s->name[i])] = s->name[i];
	free(s->name);
	*s = bigger;
	return ST_OK;
}

/* True if this branch was not seen before. */
static bool is_new(struct seen *s, const struct record *r)
{
	struct buf b;
	char *name;
	size_t i;

	if (2 * s->count >= s->cap && (s->st = grow(s)))
		return false;
	buf_init(&b, RECORD_MAX);
	buf_addf(&b, "%.*s\n%.*s", SPAN_ARG(r->repository), SPAN_ARG(r->ref));
	name = buf_detach(&b, NULL);
	if (!name) {
		s->st = ST_NOMEM;
		return false;
	}
	i = slot_of(s, name);
	if (s->name[i]) {
		free(name);
		return false;
	}
	s->name[i] = name;
	s->count++;
	return true;
}

static bool look(void *ctx, const struct record *r, struct span line)
{
	struct seen *s = ctx;

	if (is_new(s, r) && !s->each(s->ctx, r, line))
		return false;
	return s->st == ST_OK;
}

enum status journal_heads(struct journal *j, journal_each *each, void *ctx)
{
	struct journal_filter f = {.class = "change", .newest_first = true};
	struct seen seen = {.each = each, .ctx = ctx};
	enum status st = journal_scan(j, &f, look, &seen);

	for (size_t i = 0; i < seen.cap; i++)
		free(seen.name[i]);
	free(seen.name);
	return st ? st : seen.st;
}
