#include "generator/base/day.h"
#include "generator/render/html_view.h"
#include "vault/flow/cache.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/print.h"
#include "vault/page/sheet_family.h"
#include "vault/page/step.h"

#include <stdio.h>

enum { JUST_SAVED_SECONDS = 60, SAID = 512 };

/* ---- the sheet itself --------------------------------------------------------------------- */

static void button(struct html *h, const char *href, const char *cls, const char *text)
{
	html_open(h, "a");
	html_class(h, cls);
	html_attrs(h, "href", href);
	html_texts(h, text);
	html_close(h);
}

/* The state, the number and the author of what is read. */
static void who_and_when(const struct page *p, struct html *h, const struct reading *r)
{
	struct account a;
	struct version_row v;
	struct span name;

	html_open(h, "p");
	html_class(h, "muted");
	list_status(h, r->row.status);
	if (version_get(p->app->db, span_of(r->row.version), &v) == ST_OK)
		html_textf(h, "　版 %lld", v.n);
	html_texts(h, "　");
	list_moment(h, r->row.at);
	if (account_get(p->app->db, span_of(r->row.account), &a) == ST_OK &&
	    (name = shield_person(&r->shield, &a)).n) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "nowrap", name);
	}
	html_close(h);
}

/* How many sheets of paper and bytes: what a family with a small telephone wants to know before. */
static enum status pdf_button(struct page *p, struct html *h, struct reading *r, const char *href)
{
	struct buf size;
	enum status st = ST_OK;

	buf_init(&size, 128);
	if (p->who->role == ROLE_HOUSEHOLD)
		st = paper_size(p, r, &size);
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", href);
	if (size.len)
		html_textf(h, "PDFを保存する（%s）", buf_str(&size));
	else
		html_texts(h, "PDFを開く");
	html_close(h);
	buf_clear(&size);
	return st;
}

static enum status actions(struct page *p, struct html *h, struct reading *r, bool writable)
{
	char href[HREF_MAX];
	struct span c = p->q.child, t = p->q.type, i = p->q.id;
	enum status st;

	html_open(h, "div");
	html_class(h, "actions");
	if (writable && !r->old) {
		href_sheet(href, c, t, i, "/edit");
		button(h, href, "button", "記入する");
	}
	if (r->old)
		snprintf(href, sizeof href, "/children/%.*s/sheets/%.*s/%.*s/history/%s.pdf",
			 SPAN_ARG(c), SPAN_ARG(t), SPAN_ARG(i), r->row.version);
	else
		href_sheet(href, c, t, i, ".pdf");
	st = pdf_button(p, h, r, href);
	if (r->decision.reason != WHY_HANDOVER) {
		href_sheet(href, c, t, i, "/history");
		button(h, href, "button button-secondary", "これまでの版");
	}
	html_close(h);
	return st;
}

/* All below the heading; what a reader may write stands in buttons, so it is kept with the rest. */
static enum status render(struct page *p, struct reading *r, const struct render_names *names,
			  struct buf *out)
{
	bool family = p->who->role == ROLE_HOUSEHOLD;
	const struct view_look look = {.names = names, .strengths_first = family};
	struct html h;
	enum status st = reading_view(r);

	if (st)
		return st;
	html_init(&h, out);
	who_and_when(p, &h, r);
	st = actions(p, &h, r, view_writable(r->view));
	if (st)
		return st;
	html_open(&h, "div");
	html_class(&h, "with-toc");
	list_contents_in(&h, r->view, &look);
	html_open(&h, "div");
	html_view(&h, r->view, &look);
	html_close(&h);
	html_close(&h);
	if (family)
		st = family_foot(p, &h, r);
	return st ? st : html_end(&h);
}

/* From the cache or made now. */
static enum status sheet_html(struct page *p, struct reading *r, struct buf *out)
{
	struct name_source source;
	struct render_names names;
	struct buf key;
	long long generation;
	enum status st = db_generation(p->app->db, &generation);

	if (st)
		return st;
	buf_init(&key, 1024);
	reading_key(r, "html", &key);
	/* names of people and institutions are in it, and the number of the version */
	buf_addf(&key, " %lld %s", generation, r->row.version);
	names_init(&names, &source, p->app);
	if (!cache_get(p->app->cache, buf_span(&key), out)) {
		st = render(p, r, &names, out);
		if (!st)
			cache_put(p->app->cache, buf_span(&key), buf_span(out));
	}
	buf_clear(&key);
	return st ? st : out->st;
}

/*
 * 「14:32 に保存しました」, from what is stored and nothing else: the newest version is this
 * reader's and was made a moment ago.  So it is never said of something that was not kept.
 */
static bool just_saved(const struct page *p, const struct reading *r, char out[static SAID])
{
	struct version_row v;
	char at[DAY_TEXT];

	if (r->old || strcmp(r->row.account, p->who->id) != 0 || p->req->now < r->row.at ||
	    p->req->now - r->row.at >= JUST_SAVED_SECONDS ||
	    version_get(p->app->db, span_of(r->row.version), &v))
		return false;
	time_jst(r->row.at, at);
	if (step_banner(v.action))
		snprintf(out, SAID, "%s（版 %lld）", step_banner(v.action), v.n);
	else
		snprintf(out, SAID, "%s に保存しました（版 %lld）。", at + sizeof "2026-11-20",
			 v.n);
	return true;
}

/* Where it is in the workflow, and what this reader may do: not for the cache. */
static enum status put_steps(struct page *p, struct html *h, struct reading *r)
{
	struct steps steps;
	char base[OID_HEX];
	enum status st;

	if (r->old)
		return ST_OK;
	st = workflow_steps(p->app, &p->q, &steps);
	if (!st)
		st = step_said(p, h, r, &steps);
	oid_hex(&r->version, base);
	if (!st)
		step_buttons(p, h, &steps, &(struct step_look){.base = base});
	return st;
}

static enum status show(struct page *p, struct reading *r, const char *event)
{
	struct child_row child;
	char karte[HREF_MAX], newest[HREF_MAX];
	struct crumb crumbs[] = {
	    {"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {newest, SPAN_NONE}};
	struct frame f = {.title = "シート", .child = &child, .crumbs = crumbs, .wide = true};
	char said[SAID];
	struct html h;
	struct buf body, html;
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_sheet(newest, p->q.child, p->q.type, p->q.id, "");
	buf_init(&html, PAGE_HTML_MAX);
	frame_body(&h, &body);
	if (!st)
		st = sheet_html(p, r, &html);
	if (!st) {
		crumbs[2].label = f.heading =
		    shield_say(&r->shield, span_of(r->row.title), SPAN("シート"));
		f.ncrumbs = r->old ? 3 : 2;
		if (r->old) {
			f.banner_kind = "warning";
			f.banner = "これは 前の版です。いまの版は、上の道すじから開けます。";
		} else if (just_saved(p, r, said)) {
			f.banner_kind = "success";
			f.banner = said;
		}
		st = put_steps(p, &h, r);
		html_raw(&h, buf_span(&html));
	}
	if (!st)
		st = reading_done(r, event);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&html);
	buf_clear(&body);
	return st;
}

enum status page_sheet(struct page *p)
{
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = show(p, &r, "sheet.read");
	reading_clear(&r);
	return st;
}

static enum status send_pdf(struct page *p, struct span version)
{
	struct sheet_row row = {.at = 0};
	struct paper paper;
	const char *error = NULL;
	enum status st;

	if (!span_copy(p->q.type, row.type, sizeof row.type) ||
	    !span_copy(p->q.id, row.id, sizeof row.id))
		return refuse(p->app, &p->q, "no-sheet");
	st = paper_begin(&paper, p, 1);
	if (!st)
		st = paper_add(&paper, &row, version);
	if (!st && paper_pages(&paper, form_get(&p->query, "pages"), &error))
		st = print_again(p, p->q.type, p->q.id, error);
	else if (!st)
		st = paper_send(&paper, row.type);
	paper_clear(&paper);
	return st;
}

enum status page_sheet_pdf(struct page *p)
{
	return send_pdf(p, SPAN_NONE);
}

/* ---- an older version ---------------------------------------------------------------------- */

enum status page_version_pdf(struct page *p)
{
	return send_pdf(p, param(&p->params, "version"));
}
