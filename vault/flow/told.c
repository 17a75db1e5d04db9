#include "vault/flow/told.h"

#include "vault/flow/children.h"
#include "vault/flow/note.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- which sheets -------------------------------------------------------------------------- */

struct gathering {
	const struct reading *r;
	struct span section;
	struct arena *a;
	struct sheet_row *rows;
	size_t count, cap;
	enum status st;
};

static bool has_fact(const struct sheet_type *t, struct span fact)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (span_eq(t->sections[i].fields[j].fact, fact))
				return true;
	return false;
}

/* Has the other type a fact that is asked for in this section? */
static bool in_common(const struct gathering *g, const struct sheet_type *other)
{
	const struct view *v = g->r->view;

	for (size_t s = 0; s < view_sections(v); s++) {
		const struct view_section *sec = view_section(v, s);

		if (g->section.n && !span_eq(g->section, sec->section->id))
			continue;
		for (size_t i = 0; i < sec->nfields; i++)
			if (sec->fields[i].field->fact.n &&
			    has_fact(other, sec->fields[i].field->fact))
				return true;
	}
	return false;
}

static bool wanted(const struct gathering *g, const struct sheet_row *row)
{
	const struct sheet_type *t;

	if (span_is(g->r->q.type, row->type))
		return !span_is(g->r->q.id, row->id);
	t = types_find(g->r->app->types, span_of(row->type), 0);
	return t && in_common(g, t);
}

static enum status gather(void *ctx, const struct sheet_row *row)
{
	struct gathering *g = ctx;
	struct sheet_row *more;

	if (!wanted(g, row))
		return ST_OK;
	if (g->count == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 16;
		more = arena_array(g->a, g->cap, sizeof *more);
		if (!more)
			return ST_NOMEM;
		for (size_t i = 0; i < g->count; i++)
			more[i] = g->rows[i];
		g->rows = more;
	}
	g->rows[g->count++] = *row;
	return ST_OK;
}

static int newest_first(const void *a, const void *b)
{
	const struct sheet_row *x = a, *y = b;

	return (y->at > x->at) - (y->at < x->at);
}

/* ---- as this reader sees them -------------------------------------------------------------- */

/* The version that was decided about and is recorded, whatever is saved meanwhile. */
static enum status view_of(const struct reading *r, struct ground *ground, struct source *s)
{
	struct question q = r->q;
	struct decision d;
	struct sheet *sheet = NULL;
	struct oid version;
	struct gate gate;
	enum status st;

	q.action = ACT_SHEET_READ;
	q.type = span_of(s->row.type);
	q.id = span_of(s->row.id);
	st = ground_decide_row(ground, q.action, &s->row, &d);
	if (st || !d.allow)
		return st;
	if (!oid_parse(span_of(s->row.version), &version))
		return fail(ST_CORRUPT, "the index names no version of a sheet");
	s->why = d.reason;
	gate_open(&gate, &d, r->shield.words, r->shield.nwords);
	st = sheet_load(r->app, r->repo, &version, q.type, q.id, &sheet);
	if (!st)
		st = redact_for(&s->view, sheet, &gate.reader);
	sheet_free(sheet);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}

static enum status add_views(struct sources *out, const struct gathering *g, struct ground *ground)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < g->count && out->count < SOURCES_MAX && !st; i++) {
		struct source *s = &out->list[out->count];

		*s = (struct source){.row = g->rows[i]};
		st = view_of(g->r, ground, s);
		if (s->view) {
			out->seen[out->count] = (struct told_source){s->view, s->row.at};
			out->count++;
		}
	}
	return st;
}

/* Ids of years, terms, months and days have their order as texts. */
static void find_before(struct sources *s, const struct reading *r)
{
	enum period p = view_type(r->view)->period;

	for (size_t i = 0; i < s->count && p != PERIOD_FREE && p != PERIOD_ONCE; i++) {
		const struct sheet_row *row = &s->list[i].row;

		if (span_is(r->q.type, row->type) && span_cmp(span_of(row->id), r->q.id) < 0 &&
		    (!s->before || strcmp(row->id, s->before->row.id) > 0))
			s->before = &s->list[i];
	}
}

enum status sources_load(struct sources *out, const struct reading *r, struct span section,
			 struct arena *a)
{
	struct gathering g = {.r = r, .section = section, .a = a};
	struct ground *ground = NULL;
	enum status st;

	*out = (struct sources){.list = arena_array(a, SOURCES_MAX, sizeof *out->list)};
	if (!out->list)
		return ST_NOMEM;
	st = sheet_row_each(r->app->db, r->q.child, gather, &g);
	if (!st && g.count)
		qsort(g.rows, g.count, sizeof *g.rows, newest_first);
	if (!st)
		st = ground_load(&ground, r->app, &r->q);
	if (!st)
		st = add_views(out, &g, ground);
	ground_free(ground);
	if (!st)
		find_before(out, r);
	return st;
}

struct source *source_find(struct sources *s, struct span name)
{
	for (size_t i = 0; i < s->count; i++) {
		char own[2 * ID_MAX + 2];

		snprintf(own, sizeof own, "%s/%s", s->list[i].row.type, s->list[i].row.id);
		if (span_is(name, own))
			return &s->list[i];
	}
	return NULL;
}

enum status sources_done(const struct sources *s, const struct reading *r)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < s->count && !st; i++) {
		const struct sheet_row *row = &s->list[i].row;
		char object[2 * ID_MAX + sizeof row->version + 8];
		struct note n = {
		    .class = "read",
		    .event = "sheet.told",
		    .who = r->q.who,
		    .child = r->q.child,
		    .decision = "allow",
		    .reason = reason_name(s->list[i].why),
		    .request = r->q.request,
		    .hold = r->q.hold,
		};

		if (!s->list[i].shown)
			continue;
		snprintf(object, sizeof object, "%s/%s@%s", row->type, row->id, row->version);
		n.object = span_of(object);
		st = note_add(r->app, &n);
	}
	return st;
}

void sources_clear(struct sources *s)
{
	for (size_t i = 0; i < s->count; i++)
		view_free(s->list[i].view);
	s->count = 0;
}
