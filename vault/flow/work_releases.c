/* 「あなたの仕事」: releases that wait for a second person, and children who were left out. */
#include "vault/flow/releases_impl.h"
#include "vault/flow/work_sources.h"

#include <stdlib.h>

enum { TOLD_SECONDS = 7 * 86400 };

struct source {
	const struct work_ask *ask;
	struct work_list *list;
};

static enum status count_left(void *ctx, const struct release_child *c)
{
	*(size_t *)ctx += strcmp(c->state, "left") == 0;
	return ST_OK;
}

/* What is said of it to this account; NULL: nothing waits. */
static enum status what(struct source *s, const struct release_row *r, const char **out)
{
	const struct work_ask *ask = s->ask;
	const struct question q = {.who = ask->who, .now = ask->now, .request = ask->request};
	bool mine = strcmp(r->account, ask->who->id) == 0;
	bool one_of_two = mine || strcmp(r->confirmer, ask->who->id) == 0;
	size_t left = 0;
	bool yes = false;
	enum status st = ST_OK;

	*out = NULL;
	switch (release_state_of(span_of(r->state))) {
	case RELEASE_ASKED:
		st = release_may_confirm(ask->app, &q, r, &yes);
		*out = yes ? "配る前に、ふたりめの人の 確認が いります" : NULL;
		return st;
	case RELEASE_GIVEN:
		if (!one_of_two || ask->now - r->given > TOLD_SECONDS)
			return ST_OK;
		st = release_child_each(ask->app->db, span_of(r->id), count_left, &left);
		*out = left ? arena_printf(ask->arena, "%zu人には 渡していません", left) : NULL;
		return st;
	default:
		return ST_OK;
	}
}

static enum status one(void *ctx, const struct release_row *r)
{
	struct source *s = ctx;
	struct arena *a = s->ask->arena;
	const char *note;
	struct work_item item = {.kind = WORK_RELEASE};
	enum status st = what(s, r, &note);

	if (st || !note)
		return st;
	item.object = arena_copy(a, span_of(r->id));
	item.title = arena_copy(a, span_of(r->title));
	item.note = span_of(note);
	item.href = span_of(arena_printf(a, "/releases/%s", r->id));
	item.at = r->given ? r->given : r->asked;
	if (!item.object.p || !item.title.p || !item.href.p)
		return ST_NOMEM;
	return work_add(s->ask, s->list, &item);
}

enum status work_releases(const struct work_ask *ask, struct work_list *list)
{
	struct source s = {ask, list};

	if (!ask->who->staff)
		return ST_OK;
	return release_each(ask->app->db, span_of(ask->who->institution), RELEASE_LIST, one, &s);
}
