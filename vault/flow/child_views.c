#include "vault/flow/child_views.h"

#include "generator/base/arena.h"
#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"

enum { ROWS_MEMORY = 64 * 1024 * 1024 };

struct rows {
	struct arena *arena;
	struct sheet_row *list;
	size_t n, cap;
};

static enum status take(void *ctx, const struct sheet_row *r)
{
	struct rows *rows = ctx;
	struct sheet_row *more;

	if (rows->n == rows->cap) {
		rows->cap = rows->cap ? rows->cap * 2 : 32;
		more = arena_array(rows->arena, rows->cap, sizeof *more);
		if (!more)
			return ST_NOMEM;
		if (rows->n)
			memcpy(more, rows->list, rows->n * sizeof *more);
		rows->list = more;
	}
	rows->list[rows->n++] = *r;
	return ST_OK;
}

/* What all sheets of one walk have in common. */
struct walk {
	struct app *app;
	const struct question *q;
	const struct shield *shield;
	struct ground *ground;
	struct repo *repo;
};

/* As handed_version() of read_sheet.c: a handover opens the version that was handed over. */
static enum status load(const struct walk *w, const struct decision *d, const struct sheet_row *row,
			struct sheet **out)
{
	struct oid version;
	bool handed = d->reason == WHY_HANDOVER;

	*out = NULL;
	if (handed && !oid_parse(span_of(row->version), &version))
		return fail(ST_NOTFOUND, "no such version");
	return sheet_load(w->app, w->repo, handed ? &version : NULL, span_of(row->type),
			  span_of(row->id), out);
}

/* NULL in *out: nothing of it may be seen. */
static enum status view_of(const struct walk *w, const struct sheet_row *r, struct view **out)
{
	struct question q = *w->q;
	struct sheet_row row;
	struct sheet *sheet = NULL;
	struct decision d;
	struct gate gate;
	enum status st;

	*out = NULL;
	q.action = ACT_SHEET_READ;
	q.type = span_of(r->type);
	q.id = span_of(r->id);
	st = ground_decide(w->ground, &q, &d, &row);
	if (st || !d.allow)
		return st;
	gate_open(&gate, &d, w->shield->words, w->shield->nwords);
	st = load(w, &d, &row, &sheet);
	if (!st)
		st = redact_for(out, sheet, &gate.reader);
	sheet_free(sheet);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}

enum status child_views(struct app *app, const struct question *q, const struct shield *shield,
			enum status (*each)(void *, const struct sheet_row *, const struct view *),
			void *ctx)
{
	struct rows rows = {.arena = arena_new(ROWS_MEMORY)};
	struct walk w = {.app = app, .q = q, .shield = shield};
	enum status st = rows.arena ? ST_OK : ST_NOMEM;

	if (!st)
		st = sheet_row_each(app->db, q->child, take, &rows);
	if (!st)
		st = ground_load(&w.ground, app, q);
	if (!st)
		st = child_repo(&w.repo, app, q->child);
	for (size_t i = 0; i < rows.n && !st; i++) {
		struct view *view = NULL;

		st = view_of(&w, &rows.list[i], &view);
		if (!st && view)
			st = each(ctx, &rows.list[i], view);
		view_free(view);
	}
	ground_free(w.ground);
	repo_close(w.repo);
	arena_free(rows.arena);
	return st;
}
