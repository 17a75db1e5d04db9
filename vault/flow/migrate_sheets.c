#include "vault/flow/migrate_sheets.h"

#include "generator/sheet/convert.h"
#include "vault/db/sheet.h"
#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/store_sheet.h"

enum { TRIES = 3 };

struct walk {
	struct app *app;
	const struct actor *who;
	const struct sheet_type *to;
	struct migration *m;
	struct repo *repo;
};

/* Converts what is there now, and stores it if nobody saved meanwhile. */
static enum status convert(struct walk *w, const struct sheet_row *row, struct problems *ps,
			   int *from)
{
	struct sheet *s = NULL, *made = NULL;
	struct oid head, version;
	enum status st = repo_head(w->repo, &head);

	if (!st)
		st = sheet_load(w->app, w->repo, &head, span_of(row->type), span_of(row->id), &s);
	*from = st ? 0 : sheet_type(s)->version;
	if (!st && *from < w->to->version)
		st = sheet_convert(&made, s, w->to, row->id, ps);
	if (!st && made && !w->m->dry)
		st = store_sheet(w->app, w->who, w->repo, &head, made, "sheet.migrate", SPAN_NONE,
				 &version);
	sheet_free(made);
	sheet_free(s);
	return st;
}

static enum status one_sheet(void *ctx, const struct sheet_row *row)
{
	struct walk *w = ctx;
	struct problems ps;
	int from = 0;
	enum status st = ST_STALE;

	if (!span_eq(w->to->id, span_of(row->type)))
		return ST_OK;
	problems_init(&ps);
	for (int i = 0; i < TRIES && st == ST_STALE; i++)
		st = convert(w, row, &ps, &from);
	if (!st && from < w->to->version)
		w->m->moved++;
	if (st == ST_INVALID)
		w->m->stayed++;
	if (w->m->tell && (st == ST_INVALID || (!st && from < w->to->version)))
		w->m->tell(w->m->ctx, span_of(row->child), span_of(row->id), from, &ps);
	problems_clear(&ps);
	return st == ST_INVALID ? ST_OK : st;
}

static enum status one_child(void *ctx, const struct repo_name *name)
{
	struct walk *w = ctx;
	enum status st = child_repo(&w->repo, w->app, span_of(name->id));

	if (!st)
		st = sheet_row_each(w->app->db, span_of(name->id), one_sheet, w);
	repo_close(w->repo);
	w->repo = NULL;
	return st;
}

enum status migrate_sheets(struct app *app, const struct actor *who, struct migration *m)
{
	struct walk w = {.app = app, .who = who, .m = m};
	struct repo_name name = {.kind = REPO_CHILD};

	m->moved = m->stayed = 0;
	w.to = types_find(app->types, m->type, 0);
	if (!w.to)
		return fail(ST_NOTFOUND, "%.*s という種類はありません", SPAN_ARG(m->type));
	if (!m->child.p)
		return store_each(app->store, REPO_CHILD, one_child, &w);
	if (!path_child(m->child) || !span_copy(m->child, name.id, sizeof name.id))
		return fail(ST_NOTFOUND, "no such child");
	return one_child(&w, &name);
}
