#include "vault/page/history.h"
#include "generator/render/html_diff.h"
#include "generator/sheet/workflow.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

/* ---- the list of versions ----------------------------------------------------------------- */

/* What was done and why is for staff only. */
static const char *const heads[] = {"版", "日時", "書いた人", "所属", "したこと", "変更の理由"};
enum { HEADS = sizeof heads / sizeof *heads, HOUSEHOLD_HEADS = HEADS - 2 };

struct rows {
	struct page *p;
	struct html *h;
	struct reading *r;
};

static size_t columns(const struct page *p)
{
	return p->who->role == ROLE_HOUSEHOLD ? HOUSEHOLD_HEADS : HEADS;
}

static void action_cell(struct rows *r, const struct version_row *v)
{
	enum step step;

	list_cell(r->h, heads[HOUSEHOLD_HEADS]);
	html_texts(r->h, step_find(span_of(v->action), &step) ? step_past(step)
			 : strcmp(v->action, "create") == 0   ? "作った"
							      : "保存した");
	html_close(r->h);
}

static enum status reason_cell(struct rows *r, const struct version_row *v)
{
	struct buf reason;
	enum status st;

	buf_init(&reason, 64 * 1024);
	st = reading_reason(r->r, span_of(v->id), &reason);
	list_cell(r->h, heads[HEADS - 1]);
	html_text(r->h, buf_span(&reason));
	html_close(r->h);
	buf_clear(&reason);
	return st;
}

/* Who wrote it and for whom; of an institution that is kept from this reader not even the kind. */
static void author_cells(struct rows *r, const struct version_row *v)
{
	struct html *h = r->h;
	const struct shield *s = &r->r->shield;
	struct span kept = span_of(SHIELD_PLACE), name = SPAN_NONE;
	struct account a;
	struct institution i;
	bool hidden = false;

	if (account_get(r->p->app->db, span_of(v->account), &a))
		a = (struct account){.staff = false};
	else
		name = shield_person(s, &a);
	hidden = shield_hides_account(s, &a);
	list_cell(h, heads[2]);
	if (name.n)
		html_text(h, name);
	else if (a.id[0])
		html_texts(h, a.staff ? SHIELD_PLACE : role_label(a.role));
	else
		html_text(h, shield_say(s, span_of(v->account), kept));
	html_close(h);
	list_cell(h, heads[3]);
	if (hidden)
		html_text(h, kept);
	else if (a.staff && institution_get(r->p->app->db, span_of(a.institution), &i) == ST_OK)
		html_text(h, shield_place(s, &i));
	else
		html_texts(h, role_label(a.role));
	html_close(h);
}

static enum status one_version(void *ctx, const struct version_row *v)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char href[HREF_MAX];
	enum status st = ST_OK;

	snprintf(href, sizeof href, "/children/%s/sheets/%s/%s/history/%s", v->child, v->type,
		 v->sheet, v->id);
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_open(h, "a");
	html_attrs(h, "href", href);
	html_textf(h, "版 %lld", v->n);
	html_close(h);
	html_close(h);
	list_cell(h, heads[1]);
	list_moment(h, v->at);
	html_close(h);
	author_cells(r, v);
	if (columns(r->p) == HEADS) {
		action_cell(r, v);
		st = reason_cell(r, v);
	}
	html_close(h);
	return st;
}

static enum status table(struct page *p, struct html *h, struct reading *r)
{
	struct rows rows = {p, h, r};
	enum status st;

	list_table(h, &(struct list_table){
			  "versions",
			  "新しい順に ならんでいます。版を開くと、前の版との ちがいが出ます。",
			  "list", heads, columns(p)});
	st = version_each(p->app->db, p->q.child, p->q.type, p->q.id, one_version, &rows);
	html_close_to(h, "div");
	return st;
}

static enum status send(struct page *p, const struct reading *r, const char *title,
			const struct buf *body)
{
	struct child_row child;
	char karte[HREF_MAX], sheet[HREF_MAX], history[HREF_MAX];
	struct span name = view_title(r->view);
	struct crumb crumbs[] = {{"/", SPAN("ホーム")},
				 {karte, SPAN("カルテ")},
				 {sheet, name},
				 {history, SPAN("これまでの版")}};
	struct frame f = {
	    .title = title,
	    .caption = name,
	    .child = &child,
	    .crumbs = crumbs,
	    .ncrumbs = r->q.action == ACT_SHEET_READ && param(&p->params, "version").n ? 4 : 3};
	enum status st = child_get(p->app->db, p->q.child, &child);

	if (r->old) {
		f.banner_kind = "warning";
		f.banner = "これは 前の版です。いまの版は、上の道すじから開けます。";
	}
	href_child(karte, p->q.child, "");
	href_sheet(sheet, p->q.child, p->q.type, p->q.id, "");
	href_sheet(history, p->q.child, p->q.type, p->q.id, "/history");
	return st ? st : frame_send(p, 200, &f, body);
}

enum status page_history(struct page *p)
{
	struct reading r;
	struct html h;
	struct buf body;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	frame_body(&h, &body);
	if (!st)
		st =
		    reading_history(&r); /* who may see nothing of it may not see that it changed */
	if (!st)
		st = table(p, &h, &r);
	if (!st)
		st = reading_done(&r, "sheet.history");
	if (!st)
		st = send(p, &r, "これまでの版", &body);
	reading_clear(&r);
	buf_clear(&body);
	return st;
}

/* ---- one version: what changed ------------------------------------------------------------ */

/* The version of the sheet before this one; *out stays NULL for the first. */
static enum status view_before(struct page *p, struct reading *r, struct view **out)
{
	struct version_row now, before = {.n = 0};
	struct oid id;
	enum status st = version_get_of(p->app->db, span_of(r->row.version), p->q.child, p->q.type,
					p->q.id, &now);

	*out = NULL;
	if (!st && now.n > 1)
		st = version_number(p->app->db, p->q.child, p->q.type, p->q.id, now.n - 1, &before);
	if (st || !before.n)
		return st;
	return oid_parse(span_of(before.id), &id) ? reading_other(r, &id, out) : ST_CORRUPT;
}

static void versions_line(struct page *p, struct html *h, const struct reading *r)
{
	char href[HREF_MAX];
	struct account a;
	struct version_row v;
	struct span name;

	html_open(h, "p");
	html_class(h, "muted");
	if (version_get(p->app->db, span_of(r->row.version), &v) == ST_OK)
		html_textf(h, "版 %lld　", v.n);
	list_moment(h, r->row.at);
	if (account_get(p->app->db, span_of(r->row.account), &a) == ST_OK &&
	    (name = shield_person(&r->shield, &a)).n) {
		html_texts(h, "　");
		html_text(h, name);
	}
	html_close(h);
	html_open(h, "div");
	html_class(h, "actions");
	snprintf(href, sizeof href, "/children/%.*s/sheets/%.*s/%.*s/history/%s.pdf",
		 SPAN_ARG(p->q.child), SPAN_ARG(p->q.type), SPAN_ARG(p->q.id), r->row.version);
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", href);
	html_texts(h, "この版のPDFを開く");
	html_close(h);
	html_close(h);
}

enum status page_version(struct page *p)
{
	struct view *before = NULL;
	struct name_source source;
	struct render_names names;
	struct reading r;
	struct html h;
	struct buf body;
	enum status st = reading_begin(&r, p->app, &p->q, param(&p->params, "version"));

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (!st)
		st = reading_view(&r);
	if (!st)
		st = view_before(p, &r, &before);
	if (!st) {
		versions_line(p, &h, &r);
		html_leafs(&h, "h2", "前の版との ちがい");
		if (before)
			html_diff(&h, before, r.view,
				  &(struct view_look){.level = 3, .names = &names});
		else
			html_leafs(&h, "p", "はじめての版です。前の版は ありません。");
		html_leafs(&h, "h2", "この版の内容");
		html_view(&h, r.view, &(struct view_look){.level = 3, .names = &names});
	}
	if (!st && r.old)
		st = history_restore_form(p, &h, param(&p->params, "version"));
	if (!st)
		st = reading_done(&r, "sheet.version");
	if (!st)
		st = send(p, &r, "版の内容", &body);
	view_free(before);
	reading_clear(&r);
	buf_clear(&body);
	return st;
}
