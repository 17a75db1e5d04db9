#include "vault/page/handover_papers.h"

#include "generator/base/day.h"
#include "generator/render/print.h"

static enum status gather(struct papers *k)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < k->l.h.nsheets && !st; i++) {
		const struct handover_sheet *s = &k->l.h.sheets[i];
		struct version_row v = {.n = 0};
		struct view *view = NULL;

		if (!handover_is_newest(&k->l, i))
			continue;
		st = handover_view(&k->l, i, handover_shown(s, k->l.arena), &view);
		if (st || !view)
			continue;
		k->views[k->n] = view;
		k->shown[k->n] = view;
		st = version_get(k->p->app->db, s->version, &v);
		k->versions[k->n] = span_of(arena_printf(k->p->arena, "%lld（%.7s）", v.n,
							 s->version.n ? s->version.p : ""));
		k->at = v.at > k->at ? v.at : k->at;
		k->n++;
	}
	if (!st && !k->n)
		st = fail(ST_INVALID, "いま 引き継がれる内容が ありません");
	return st;
}

enum status papers_begin(struct papers *k, struct page *p)
{
	enum status st;

	*k = (struct papers){.p = p};
	st = handover_begin(&k->l, p->app, &p->q, param(&p->params, "handover"));
	if (!st)
		st = handover_may_give_out(&k->l);
	if (!st)
		st = gather(k);
	if (!st)
		st = child_get(p->app->db, p->q.child, &k->child);
	journal_checkpoint_seen(p->app->journal, k->checkpoint);
	return st;
}

void papers_end(struct papers *k)
{
	for (size_t i = 0; i < k->n; i++)
		view_free(k->views[i]);
	handover_end(&k->l);
}

enum status papers_pdf(struct papers *k, struct buf *pdf)
{
	struct app *app = k->p->app;
	struct name_source source;
	struct render_names names;
	struct print_job job = {.views = k->shown,
				.nviews = k->n,
				.child_name = span_of(k->child.name),
				.child_kana = span_of(k->child.kana),
				.made_for = handover_receiver(&k->l),
				.version = k->versions[0],
				.versions = k->versions,
				.at = k->at,
				.checkpoint = span_of(k->checkpoint),
				.names = &names};

	day_parse(span_of(k->child.born), &job.born);
	names_init(&names, &source, app);
	return print_pdf(app->style, app->fonts, &job, pdf, NULL);
}
