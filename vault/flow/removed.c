#include "vault/flow/removed.h"

#include "vault/journal/journal.h"

#include <stdio.h>
#include <stdlib.h>

struct removed {
	struct one {
		char repository[REPO_TEXT];
		bool lost;
	} * list;
	size_t count, cap;
	enum status st;
};

static bool collect(void *ctx, const struct record *r, struct span line)
{
	struct removed *all = ctx;
	bool lost = span_is(r->event, "restore.lost");
	struct one *grown;

	(void)line;
	if ((!lost && !span_is(r->event, "retention.remove")) || !r->repository.n)
		return true;
	if (all->count == all->cap) {
		all->cap = all->cap ? all->cap * 2 : 64;
		grown = realloc(all->list, all->cap * sizeof *grown);
		if (!grown) {
			all->st = fail(ST_NOMEM, "no memory for what was removed");
			return false;
		}
		all->list = grown;
	}
	all->list[all->count].lost = lost;
	if (span_copy(r->repository, all->list[all->count].repository, REPO_TEXT))
		all->count++;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct one *x = a, *y = b;

	return strcmp(x->repository, y->repository);
}

enum status removed_load(struct removed **out, struct app *app)
{
	const struct journal_filter f = {.class = "system"};
	struct removed *r = calloc(1, sizeof *r);
	enum status st;

	*out = r;
	if (!r)
		return fail(ST_NOMEM, "no memory for what was removed");
	st = journal_scan(app->journal, &f, collect, r);
	if (!st)
		st = r->st;
	if (r->count)
		qsort(r->list, r->count, sizeof *r->list, by_name);
	return st;
}

void removed_free(struct removed *r)
{
	if (r)
		free(r->list);
	free(r);
}

bool removed_has(const struct removed *r, const struct repo_name *name, bool *lost)
{
	struct one want = {.lost = false};
	const struct one *found;

	repo_name_text(name, want.repository);
	found = r && r->count ? bsearch(&want, r->list, r->count, sizeof want, by_name) : NULL;
	if (lost)
		*lost = found && found->lost;
	return found != NULL;
}

struct finding {
	struct span object;
	uint64_t n;
	bool found;
};

static bool look(void *ctx, const struct record *r, struct span line)
{
	struct finding *f = ctx;

	(void)line;
	if (!span_eq(r->object, f->object))
		return true;
	f->n = r->n;
	f->found = true;
	return false;
}

enum status removed_record(struct app *app, const char *event, struct span repository,
			   struct span object, uint64_t *n)
{
	const struct journal_filter filter = {.class = "system",
					      .event = span_of(event),
					      .repository = repository,
					      .newest_first = true};
	struct finding f = {.object = object};
	enum status st = journal_scan(app->journal, &filter, look, &f);

	*n = f.n;
	return st || f.found ? st : fail(ST_NOTFOUND, "no record of that");
}
