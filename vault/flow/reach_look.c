/* One child: the decisions of the pages, and what the gate leaves by them. */
#include "vault/flow/reach_impl.h"

#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"

enum { TITLES_MAX = 64 * 1024 };

/* ---- rows --------------------------------------------------------------------------------- */

struct gather {
	struct arena *arena;
	struct reach_rows *rows;
	size_t cap;
};

static bool grow(struct gather *g)
{
	const struct sheet_row **grown;

	if (g->rows->count < g->cap)
		return true;
	g->cap = g->cap ? g->cap * 2 : 16;
	grown = arena_array(g->arena, g->cap, sizeof(*grown));
	if (!grown)
		return false;
	if (g->rows->count)
		memcpy(grown, g->rows->list, g->rows->count * sizeof(*grown));
	g->rows->list = grown;
	return true;
}

static enum status keep_row(void *ctx, const struct sheet_row *row)
{
	struct gather *g = ctx;
	struct sheet_row *copy = arena_alloc(g->arena, sizeof *copy);

	if (!copy || !grow(g))
		return ST_NOMEM;
	*copy = *row;
	g->rows->list[g->rows->count++] = copy;
	return ST_OK;
}

enum status reach_rows(struct reach_walk *w, const struct child_row *c, struct reach_rows *out)
{
	struct gather g = {w->arena, out, 0};

	*out = (struct reach_rows){NULL, 0};
	return sheet_row_each(w->app->db, span_of(c->id), keep_row, &g);
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* As new_sheet() asks. */
static struct span types_to_make(struct reach_walk *w, struct ground *g)
{
	const struct types *types = w->app->types;
	struct decision d;
	struct buf text;
	struct span out;

	buf_init(&text, TITLES_MAX);
	for (size_t i = 0; w->who->staff && i < types_count(types); i++) {
		const struct sheet_type *t = types_at(types, i);

		if (ground_decide_type(g, ACT_SHEET_WRITE, t->id, true, &d) || !d.allow ||
		    !role_in(w->who->role, t->writers))
			continue;
		buf_adds(&text, text.len ? "、" : "");
		buf_addspan(&text, t->title);
	}
	out = arena_copy(w->arena, buf_span(&text));
	buf_clear(&text);
	return out;
}

static enum status look_at_sheet(struct ground *g, struct question *q, struct reach_sheet *s)
{
	struct sheet_row again;
	enum status st;

	q->type = span_of(s->row->type);
	q->id = span_of(s->row->id);
	q->action = ACT_SHEET_READ;
	st = ground_decide(g, q, &s->read, &again);
	q->action = ACT_SHEET_WRITE;
	return st ? st : ground_decide(g, q, &s->write, &again);
}

enum status reach_look(struct reach_walk *w, const struct child_row *c, struct ground *g,
		       const struct reach_rows *rows, struct reach_looks *out)
{
	struct question q = {
	    .action = ACT_CHILD_READ, .who = w->who, .child = span_of(c->id), .now = w->now};
	enum status st = ground_decide(g, &q, &out->karte, NULL);

	out->makes = types_to_make(w, g);
	out->count = rows->count;
	out->sheets = arena_array(w->arena, rows->count + 1, sizeof *out->sheets);
	if (!st && !out->sheets)
		st = ST_NOMEM;
	for (size_t i = 0; i < rows->count && !st; i++) {
		out->sheets[i].row = rows->list[i];
		st = look_at_sheet(g, &q, &out->sheets[i]);
	}
	return st;
}

bool reach_any(const struct reach_looks *looks)
{
	bool any = looks->karte.allow;

	for (size_t i = 0; i < looks->count && !any; i++)
		any = looks->sheets[i].read.allow || looks->sheets[i].write.allow;
	return any;
}

static bool same_ids(const char a[][ID_MAX + 1], size_t na, const char b[][ID_MAX + 1], size_t nb)
{
	bool same = na == nb;

	for (size_t i = 0; i < na && same; i++)
		same = strcmp(a[i], b[i]) == 0;
	return same;
}

static bool same(const struct decision *a, const struct decision *b)
{
	return a->allow == b->allow && a->reason == b->reason && a->relation == b->relation &&
	       a->as == b->as && a->read_only == b->read_only && strcmp(a->by, b->by) == 0 &&
	       strcmp(a->only, b->only) == 0 &&
	       same_ids(a->hidden, a->nhidden, b->hidden, b->nhidden) &&
	       same_ids(a->opened, a->nopened, b->opened, b->nopened);
}

bool reach_same_looks(const struct reach_looks *a, const struct reach_looks *b)
{
	if (!same(&a->karte, &b->karte) || !span_eq(a->makes, b->makes))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same(&a->sheets[i].read, &b->sheets[i].read) ||
		    !same(&a->sheets[i].write, &b->sheets[i].write))
			return false;
	return true;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Titles of the sections in the view that a decision leaves; absent: it leaves nothing. */
static enum status titles(struct reach_walk *w, const struct sheet *sheet,
			  const struct shield *shield, const struct decision *d, bool writable,
			  struct span *out)
{
	struct view *v = NULL;
	struct gate gate;
	struct buf text;
	enum status st;

	*out = SPAN_NONE;
	if (!d->allow)
		return ST_OK;
	gate_open(&gate, d, shield->words, shield->nwords);
	st = redact_for(&v, sheet, &gate.reader);
	if (st)
		return st == ST_DENIED ? ST_OK : st;
	buf_init(&text, TITLES_MAX);
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		if (writable && !s->writable)
			continue;
		buf_adds(&text, text.len ? "、" : "");
		buf_addspan(&text, s->section->title);
	}
	*out = text.len ? arena_copy(w->arena, buf_span(&text)) : SPAN_NONE;
	buf_clear(&text);
	view_free(v);
	return ST_OK;
}

static enum status sheet_line(struct reach_walk *w, struct repo *repo, const struct shield *shield,
			      const struct reach_sheet *s, struct reach_line *out)
{
	struct sheet *sheet = NULL;
	enum status st =
	    sheet_load(w->app, repo, NULL, span_of(s->row->type), span_of(s->row->id), &sheet);

	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	st = titles(w, sheet, shield, &s->read, false, &out->reads);
	if (!st)
		st = titles(w, sheet, shield, &s->write, true, &out->writes);
	sheet_free(sheet);
	return st;
}

static struct reach_line line_of(const struct child_row *c, const struct sheet_row *row,
				 const struct decision *d)
{
	struct reach_line l = {
	    .child = c, .sheet = row, .why = d->reason, .read_only = !row && d->read_only};

	memcpy(l.by, d->by, sizeof l.by);
	return l;
}

static enum status sheet_lines(struct reach_walk *w, const struct child_row *c, struct repo *repo,
			       const struct reach_looks *looks, struct reach_lines *out)
{
	struct shield shield;
	enum status st = shield_load(&shield, w->app, span_of(c->id), w->who);

	for (size_t i = 0; i < looks->count && !st; i++) {
		const struct reach_sheet *s = &looks->sheets[i];
		struct reach_line l = line_of(c, s->row, s->read.allow ? &s->read : &s->write);

		if (!s->read.allow && !s->write.allow)
			continue;
		st = sheet_line(w, repo, &shield, s, &l);
		if (l.reads.n || l.writes.n)
			out->list[out->count++] = l;
	}
	shield_clear(&shield);
	return st;
}

enum status reach_lines(struct reach_walk *w, const struct child_row *c,
			const struct reach_looks *looks, struct reach_lines *out)
{
	struct repo *repo = NULL;
	enum status st;

	*out = (struct reach_lines){.list =
					arena_array(w->arena, looks->count + 1, sizeof *out->list)};
	if (!out->list)
		return ST_NOMEM;
	if (looks->karte.allow) {
		out->list[0] = line_of(c, NULL, &looks->karte);
		out->list[0].writes = looks->makes;
		out->count = 1;
	}
	st = child_repo(&repo, w->app, span_of(c->id));
	if (!st)
		st = sheet_lines(w, c, repo, looks, out);
	repo_close(repo);
	return st;
}
