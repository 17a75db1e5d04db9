#include "vault/flow/overview.h"

#include "generator/role/redact.h"

#include <stdlib.h>

enum { UNSEEN_MAX = 400 };

/* What is being gathered; the arrays grow in the arena. */
struct gathering {
	struct glance_desk *desk;
	struct overview *out;
	struct sheet_row *rows;
	struct glances *says;
	size_t nrows, rows_cap, items_cap;
};

/* Twice the room, with what is there. */
static void *grow(struct arena *a, const void *old, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	*cap = *cap ? 2 * *cap : 32;
	bigger = arena_array(a, *cap, size);
	if (bigger && n)
		memcpy(bigger, old, n * size);
	return bigger;
}

static enum status take_row(void *ctx, const struct sheet_row *r)
{
	struct gathering *g = ctx;

	if (g->nrows == g->rows_cap) {
		g->rows = grow(g->desk->arena, g->rows, g->nrows, &g->rows_cap, sizeof *g->rows);
		if (!g->rows)
			return ST_NOMEM;
	}
	g->rows[g->nrows++] = *r;
	return ST_OK;
}

/* ---- what sheets say ------------------------------------------------------------------------ */

static int newer(const struct overview_item *a, const struct overview_item *b)
{
	int d = day_cmp(a->on, b->on);

	return d ? d : (a->sheet->at > b->sheet->at) - (a->sheet->at < b->sheet->at);
}

static enum status add_item(struct gathering *g, const struct overview_item *item)
{
	struct overview *o = g->out;

	for (size_t i = 0; i < o->nitems; i++) {
		struct overview_item *old = &o->items[i];

		if (old->says->kind != item->says->kind ||
		    !span_eq(old->says->key, item->says->key))
			continue;
		if (newer(item, old) > 0)
			*old = *item;
		return ST_OK;
	}
	if (o->nitems == g->items_cap) {
		o->items =
		    grow(g->desk->arena, o->items, o->nitems, &g->items_cap, sizeof *o->items);
		if (!o->items)
			return ST_NOMEM;
	}
	o->items[o->nitems++] = *item;
	return ST_OK;
}

static enum status add_sheet(struct gathering *g, const struct sheet_row *row,
			     const struct glances *says)
{
	struct overview_item item = {.sheet = row, .on = glance_day(g->desk->app->types, row)};
	enum status st = ST_OK;

	for (size_t i = 0; i < says->count && !st; i++) {
		item.says = &says->items[i];
		st = add_item(g, &item);
	}
	return st;
}

static int by_kind(const void *pa, const void *pb)
{
	const struct overview_item *a = pa, *b = pb;

	if (a->says->kind != b->says->kind)
		return a->says->kind < b->says->kind ? -1 : 1;
	return newer(b, a) ? newer(b, a) : span_cmp(a->says->key, b->says->key);
}

/* ---- what this role may not see ------------------------------------------------------------- */

static enum status add_unseen(struct gathering *g, const char *text)
{
	if (!text)
		return ST_NOMEM;
	if (g->out->nunseen < UNSEEN_MAX)
		g->out->unseen[g->out->nunseen++] = span_of(text);
	return ST_OK;
}

static bool is_opened(const struct glances *says, struct span section)
{
	for (size_t i = 0; i < says->nopened; i++)
		if (span_is(section, says->opened[i]))
			return true;
	return false;
}

static enum status unseen_sections(struct gathering *g, const struct sheet_type *t,
				   const struct glances *says)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < t->nsections && !st; i++) {
		const struct section *s = &t->sections[i];

		if (!section_readable(t, s, says->as) && !is_opened(says, s->id))
			st = add_unseen(g, arena_printf(g->desk->arena, "%.*sの「%.*s」",
							SPAN_ARG(t->title), SPAN_ARG(s->title)));
	}
	return st;
}

static bool reads_nothing(const struct sheet_type *t, enum role as)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (section_readable(t, &t->sections[i], as))
			return false;
	return true;
}

/* The first of the sheets to be read that is of this type. */
static const struct glances *sheet_of(const struct gathering *g, const struct sheet_type *t)
{
	for (size_t i = 0; i < g->out->nsheets; i++)
		if (span_is(t->id, g->rows[i].type))
			return &g->says[i];
	return NULL;
}

static enum status find_unseen(struct gathering *g, enum role as)
{
	const struct types *types = g->desk->app->types;
	enum status st = ST_OK;

	if (as == ROLE_HOUSEHOLD || as == ROLE_NOBODY)
		return ST_OK;
	g->out->unseen = arena_array(g->desk->arena, UNSEEN_MAX, sizeof *g->out->unseen);
	if (!g->out->unseen)
		return ST_NOMEM;
	for (size_t i = 0; i < types_count(types) && !st; i++) {
		const struct sheet_type *t = types_at(types, i);
		const struct glances *says = sheet_of(g, t);

		if (t->subject != SUBJECT_CHILD)
			continue;
		if (says)
			st = unseen_sections(g, t, says);
		else if (reads_nothing(t, as))
			st = add_unseen(g, arena_str(g->desk->arena, t->title));
	}
	return st;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static enum status gather(struct gathering *g)
{
	size_t n = 0;
	enum status st = ST_OK;

	g->says = arena_array(g->desk->arena, g->nrows, sizeof *g->says);
	if (!g->says)
		return ST_NOMEM;
	for (size_t i = 0; i < g->nrows && !st; i++) {
		st = glances_of(g->desk, &g->rows[i], &g->says[n]);
		if (st || !g->says[n].readable)
			continue;
		g->rows[n] = g->rows[i];
		n++;
	}
	g->out->sheets = g->rows;
	g->out->nsheets = n;
	for (size_t i = 0; i < n && !st; i++)
		st = add_sheet(g, &g->rows[i], &g->says[i]);
	if (!st && g->out->nitems)
		qsort(g->out->items, g->out->nitems, sizeof *g->out->items, by_kind);
	return st;
}

enum status overview_load(struct glance_desk *d, struct overview *out)
{
	struct gathering g = {.desk = d, .out = out};
	struct question q = d->q;
	struct decision decision;
	enum status st;

	*out = (struct overview){.nsheets = 0};
	q.action = ACT_CHILD_READ;
	st = sheet_row_each(d->app->db, q.child, take_row, &g);
	if (!st)
		st = gather(&g);
	if (!st)
		st = ground_decide(d->ground, &q, &decision, NULL);
	return st ? st : find_unseen(&g, decision.as);
}
