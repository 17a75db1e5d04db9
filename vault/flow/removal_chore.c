/* What the server does by itself about the end of retention. */
#include "vault/flow/removal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WAITING_MAX = 1000, MEMORY = 4 * 1024 * 1024 };

/* Copied, since rows are written while they are gone through. */
struct waiting {
	struct removal list[WAITING_MAX];
	size_t count;
};

static enum status collect(void *ctx, const struct removal *r)
{
	struct waiting *w = ctx;

	if (w->count < WAITING_MAX)
		w->list[w->count++] = *r;
	return ST_OK;
}

/* One that cannot be finished does not keep the others. */
static enum status finish(struct app *app, int before, bool children_only)
{
	struct waiting *w = calloc(1, sizeof *w);
	enum status st = w ? removal_each(app->db, before, collect, w) : ST_NOMEM, failed = ST_OK;

	for (size_t i = 0; w && !st && i < w->count; i++) {
		enum status one = children_only && w->list[i].sheet[0]
				      ? ST_OK
				      : removal_run(app, &w->list[i], before);
		failed = one ? one : failed;
	}
	free(w);
	return st ? st : failed;
}

enum status removal_resume(struct app *app)
{
	return finish(app, REMOVAL_PAPER, true);
}

/* ---- what is due -------------------------------------------------------------------------- */

struct due {
	char ids[64][ID_MAX + 1];
	size_t count;
	int64_t now;
};

static enum status look(void *ctx, const struct retention_proposal *p)
{
	struct due *d = ctx;

	if (p->state == RETENTION_CONFIRMED && p->due <= d->now &&
	    d->count < sizeof d->ids / sizeof *d->ids)
		memcpy(d->ids[d->count++], p->id, sizeof d->ids[0]);
	return ST_OK;
}

static enum status carry_out_item(struct app *app, const struct retention_proposal *p,
				  const struct retention_item *item, int64_t now)
{
	struct removal r;
	enum status st = removal_get(app->db, span_of(item->child), span_of(item->sheet), &r);

	if (!st && strcmp(r.proposal, p->id) == 0)
		return removal_run(app, &r, REMOVAL_DONE);
	if (st && st != ST_NOTFOUND)
		return st;
	st = removal_begin(app, p, item, now, &r);
	if (st == ST_STALE || st == ST_NOTFOUND)
		return removal_leave(app, p, item, now);
	return st ? st : removal_run(app, &r, REMOVAL_DONE);
}

static enum status carry_out(struct app *app, const char *id, int64_t now)
{
	struct arena *a = arena_new(MEMORY);
	struct retention_proposal p = {.nitems = 0};
	enum status st = a ? retention_get(app, span_of(id), a, &p, NULL) : ST_NOMEM,
		    failed = ST_OK;

	/* stopped in this very moment? */
	for (size_t i = 0; i < p.nitems && !st && p.state == RETENTION_CONFIRMED; i++) {
		enum status one = carry_out_item(app, &p, &p.items[i], now);
		failed = one ? one : failed;
	}
	arena_free(a);
	if (!st && !failed)
		st = retention_done(app, span_of(id));
	return st ? st : failed;
}

enum status removal_chore(struct app *app)
{
	struct due due = {.now = (int64_t)time(NULL)};
	enum status st = finish(app, REMOVAL_DONE, false), failed;

	failed = st;
	st = retention_each(app, look, &due);
	for (size_t i = 0; i < due.count && !st; i++) {
		enum status one = carry_out(app, due.ids[i], due.now);
		failed = one ? one : failed;
	}
	return st ? st : failed;
}
