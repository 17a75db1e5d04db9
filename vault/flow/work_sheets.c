/* Sheets that wait: returned ones and drafts for who is to write them, those in review for all who
   may look at them. */
#include "generator/base/day.h"
#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/work.h"
#include "vault/flow/work_sources.h"
#include "vault/flow/workflow.h"
#include "vault/store/history.h"

struct finding {
	const struct work_ask *ask;
	struct work_list *list;
	size_t count;
};

/* Whose work it is by the index; whether it may be done, by the decision. */
static bool waits(const struct steps *s, enum work_kind *kind)
{
	if (!s->taker.writer)
		return false;
	if (strcmp(s->row.status, "draft") == 0) {
		*kind = strcmp(s->row.step, "return") == 0 ? WORK_RETURNED : WORK_DRAFT;
		return true;
	}
	*kind = WORK_REVIEW;
	return strcmp(s->row.status, "review") == 0 && (!s->taker.submitted || s->taker.alone);
}

static bool take_comment(void *ctx, const struct version *v)
{
	buf_addspan(ctx, v->reason);
	return false;
}

/* What was said when it was sent back. */
static enum status comment_of(const struct work_ask *ask, const struct sheet_row *r,
			      struct span *out)
{
	struct repo *repo = NULL;
	struct oid id;
	struct buf text;
	enum status st = oid_parse(span_of(r->step_version), &id)
			     ? child_repo(&repo, ask->app, span_of(r->child))
			     : ST_CORRUPT;

	buf_init(&text, 64 * 1024);
	if (!st)
		st = history_one(repo, &id, take_comment, &text);
	if (!st)
		*out = arena_copy(ask->arena, buf_span(&text));
	buf_clear(&text);
	repo_close(repo);
	return st ? st : out->p ? ST_OK : ST_NOMEM;
}

/* Since when it waits; of a draft, when it was saved last. */
static enum status since(const struct work_ask *ask, const struct sheet_row *r, enum work_kind kind,
			 long long *out)
{
	struct version_row v;
	enum status st;

	*out = r->at;
	if (kind == WORK_DRAFT)
		return ST_OK;
	st = version_get_of(ask->app->db, span_of(r->step_version), span_of(r->child),
			    span_of(r->type), span_of(r->id), &v);
	if (!st)
		*out = v.at;
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status add(struct finding *f, const struct sheet_row *r, enum work_kind kind)
{
	struct arena *a = f->ask->arena;
	struct work_item item = {.kind = kind};
	const char *object = arena_printf(a, "%s/%s", r->type, r->id);
	const char *href = arena_printf(a, "/children/%s/sheets/%s/%s%s", r->child, r->type, r->id,
					kind == WORK_REVIEW ? "/check" : "");
	enum status st = since(f->ask, r, kind, &item.at);

	item.child = arena_copy(a, span_of(r->child));
	item.title = arena_copy(a, span_of(r->title));
	if (!object || !href || !item.child.p || !item.title.p)
		return ST_NOMEM;
	item.object = span_of(object);
	item.href = span_of(href);
	if (!st && kind == WORK_RETURNED)
		st = comment_of(f->ask, r, &item.note);
	return st ? st : work_add(f->ask, f->list, &item);
}

static enum status one(void *ctx, const struct sheet_row *r)
{
	struct finding *f = ctx;
	const struct question q = {.action = ACT_SHEET_WRITE,
				   .who = f->ask->who,
				   .child = span_of(r->child),
				   .type = span_of(r->type),
				   .id = span_of(r->id),
				   .request = f->ask->request,
				   .now = f->ask->now};
	struct steps steps;
	enum work_kind kind;
	enum status st;

	if (f->count++ == WORK_MAX) {
		f->list->more = true;
		return ST_OK;
	}
	st = workflow_steps(f->ask->app, &q, &steps);
	return st || !waits(&steps, &kind) ? st : add(f, &steps.row, kind);
}

enum status work_sheets(const struct work_ask *ask, struct work_list *list)
{
	struct finding f = {ask, list, 0};
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT];
	enum status st;

	if (!ask->who->staff)
		return ST_OK;
	day_iso(day_jst(ask->now), today);
	st = scope_of(ask->app, ask->who, today, &scope, &room);
	if (st)
		return st;
	return sheet_row_waiting(ask->app->db,
				 &(struct sheet_wait){.institution = scope.institution,
						      .account = span_of(ask->who->id),
						      .today = scope.today,
						      .until = scope.to,
						      .all = scope.all},
				 WORK_MAX + 1, one, &f);
}
