/* The growth of a child: every chart that the reader may see, on a page and on paper. */
#include "generator/render/growth_figures.h"
#include "generator/render/print.h"
#include "vault/db/child.h"
#include "vault/flow/child_views.h"
#include "vault/flow/note.h"
#include "vault/flow/shield.h"
#include "vault/journal/journal.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/page.h"
#include "vault/page/tabs.h"

#include <stdio.h>

enum { PDF_MAX = 32 * 1024 * 1024 };

/* ---- gathering --------------------------------------------------------------------------------
 */

struct gather {
	struct growth_set set;
	long long newest;
};

static enum status gather_view(void *ctx, const struct sheet_row *row, const struct view *v)
{
	struct gather *g = ctx;

	if (row->at > g->newest)
		g->newest = row->at;
	return growth_collect(&g->set, v);
}

/*
 * All that the reader may see of how p->q.child grew, as figures in the page's arena; *newest (may
 * be NULL) is the time of the newest version that was read.  Not recorded here.
 */
static enum status page_growth_figures(struct page *p, const struct child_row *child,
				       const struct shield *shield, struct growth_figures *out,
				       long long *newest)
{
	struct growth_child about = {.sex = growth_sex_of(span_of(child->sex))};
	struct gather *g = arena_alloc(p->arena, sizeof *g);
	enum status st;

	if (!g)
		return ST_NOMEM;
	growth_set_init(&g->set, p->arena);
	st = child_views(p->app, &p->q, shield, gather_view, g);
	if (!st)
		st = growth_settle(&g->set);
	if (st)
		return st;
	if (!day_parse(span_of(child->born), &about.born))
		about.born = (struct day){0};
	about.weeks = g->set.weeks;
	if (newest)
		*newest = g->newest;
	return growth_figures_make(out, p->arena, p->app->growth, &about, &g->set);
}

/* What both forms begin with. */
static enum status load(struct page *p, struct child_row *child, struct growth_figures *out,
			long long *newest)
{
	struct shield shield;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	if (!st)
		st = child_get(p->app->db, p->q.child, child);
	if (!st)
		st = page_growth_figures(p, child, &shield, out, newest);
	shield_clear(&shield);
	return st;
}

static enum status record(struct page *p, const char *event)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = reason_name(p->decision.reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

/* ---- on a page --------------------------------------------------------------------------------
 */

enum status page_growth(struct page *p)
{
	struct growth_figures *figures = arena_alloc(p->arena, sizeof *figures);
	struct child_row child;
	char karte[HREF_MAX], pdf[HREF_MAX];
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {.title = PRINT_GROWTH_TITLE,
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .wide = true};
	struct html h;
	struct buf body;
	enum status st = figures ? load(p, &child, figures, NULL) : ST_NOMEM;

	href_child(karte, p->q.child, "");
	href_child(pdf, p->q.child, "/growth.pdf");
	frame_body(&h, &body);
	if (!st) {
		child_tabs(p, &h, TAB_GROWTH);
		growth_html(&h, figures);
		html_open(&h, "p");
		if (figures->count)
			html_link(&h, pdf, SPAN("成長の記録のPDFを開く"));
		html_close(&h);
		st = record(p, "child.growth");
	}
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- on paper ---------------------------------------------------------------------------------
 */

static struct span made_for(struct page *p)
{
	struct institution i;
	const char *from = role_label(p->who->role);

	if (p->who->staff && institution_get(p->app->db, span_of(p->who->institution), &i) == ST_OK)
		from = i.name;
	return span_of(arena_printf(p->arena, "%s %s", from, p->who->name));
}

static enum status print(struct page *p, const struct child_row *child,
			 const struct growth_figures *figures, long long newest, struct buf *pdf)
{
	char checkpoint[JOURNAL_SHORT];
	struct print_job job = {
	    .growth = figures,
	    .child_name = span_of(child->name),
	    .child_kana = span_of(child->kana),
	    .made_for = made_for(p),
	    .at = newest,
	};

	journal_checkpoint_seen(p->app->journal, checkpoint);
	day_parse(span_of(child->born), &job.born);
	job.checkpoint = span_of(checkpoint);
	return print_pdf(p->app->style, p->app->fonts, &job, pdf, NULL);
}

enum status page_growth_pdf(struct page *p)
{
	struct growth_figures *figures = arena_alloc(p->arena, sizeof *figures);
	struct child_row child;
	struct buf pdf;
	char name[64];
	long long newest = 0;
	enum status st = figures ? load(p, &child, figures, &newest) : ST_NOMEM;

	if (!st && !figures->count)
		return refuse(p->app, &p->q, "nothing-to-print");
	buf_init(&pdf, PDF_MAX);
	if (!st)
		st = record(p, "child.growth.pdf");
	if (!st)
		st = print(p, &child, figures, newest, &pdf);
	if (!st) {
		buf_clear(&p->res->body);
		buf_addspan(&p->res->body, buf_span(&pdf));
		p->res->status = 200;
		p->res->type = "application/pdf";
		snprintf(name, sizeof name, "growth-%.*s.pdf", SPAN_ARG(p->q.child));
		st = response_inline(p->res, span_of(name));
	}
	buf_clear(&pdf);
	return st;
}
