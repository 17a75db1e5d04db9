/* Work: one's own drafts, so that none is forgotten until it is thrown away. */
#include "vault/flow/work_drafts.h"

#include "generator/base/day.h"
#include "vault/flow/decide.h"
#include "vault/flow/draft.h"
#include "vault/flow/shield.h"

struct finding {
	const struct work_ask *ask;
	struct work_list *list;
	size_t count;
};

/* When it goes is said as it comes near; before that nothing is due. */
static struct span due_of(const struct finding *f, const struct draft_row *d)
{
	char day[DAY_TEXT];
	long long ends = draft_ends(d);

	if (ends - f->ask->now > (long long)DRAFT_WARN_DAYS * 86400)
		return SPAN_NONE;
	day_iso(day_jst(ends), day);
	return arena_copy(f->ask->arena, span_of(day));
}

static enum status put(struct finding *f, const struct draft_row *d, const struct sheet_row *row,
		       struct span title)
{
	struct arena *a = f->ask->arena;
	struct work_item item = {.kind = WORK_DRAFT, .at = d->at, .due = due_of(f, d)};

	item.child = arena_copy(a, span_of(d->child));
	item.object = span_of(arena_printf(a, "%s/%s", row->type, row->id));
	item.title = arena_copy(a, title);
	item.href =
	    span_of(arena_printf(a, "/children/%s/sheets/%s/%s/edit/%s?draft=%lld", d->child,
				 d->type, d->sheet, d->section[0] ? d->section : "all", d->n));
	if (item.due.n)
		item.note = SPAN("この日に ごみ箱へ 入ります。");
	if (!item.child.p || !item.object.p || !item.title.p || !item.href.p)
		return ST_NOMEM;
	return work_add(f->ask, f->list, &item);
}

/* Of a child whom the account may read now; the title as far as the shield lets it. */
static enum status one(void *ctx, const struct draft_row *d)
{
	struct finding *f = ctx;
	struct question q = {.action = ACT_SHEET_READ,
			     .who = f->ask->who,
			     .child = span_of(d->child),
			     .type = span_of(d->type),
			     .id = span_of(d->sheet),
			     .request = f->ask->request,
			     .now = f->ask->now};
	struct decision decision;
	struct sheet_row row;
	struct shield shield;
	enum status st;

	if (d->dropped)
		return ST_OK;
	if (f->count++ == WORK_MAX) {
		f->list->more = true;
		return ST_OK;
	}
	st = decide_quietly(f->ask->app, &q, &decision, &row);
	if (st == ST_NOTFOUND || (!st && !decision.allow))
		return ST_OK;
	if (!st)
		st = shield_load(&shield, f->ask->app, q.child, f->ask->who);
	if (st)
		return st;
	if (!shield_hides_sheet(&shield, &row))
		st = put(f, d, &row, shield_say(&shield, span_of(row.title), SPAN("シート")));
	shield_clear(&shield);
	return st;
}

enum status work_drafts(const struct work_ask *ask, struct work_list *list)
{
	struct finding f = {ask, list, 0};

	return draft_each(ask->app->db, span_of(ask->who->id), one, &f);
}
