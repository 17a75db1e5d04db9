/* Proving the whole record: run it now, what came of it, and taking the result away. */
#include "vault/page/audit_proof.h"
#include "vault/page/frame.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { RUN_MAX = 2000000000 };

struct verify_page {
	struct page *p;
	struct html *h;
	size_t shown; /* rows of a table */
};

/* ---- run it now ----------------------------------------------------------------------------- */

static void put_progress(struct verify_page *v, size_t done, size_t total)
{
	struct html *h = v->h;

	html_open(h, "section");
	html_class(h, "banner");
	html_attrs(h, "aria-label", "いまの検証");
	html_open(h, "p");
	if (total)
		html_textf(h, "いま 検証しています（%zu/%zu）。", done, total);
	else
		html_texts(h, "いま 検証しています（記録を 読んでいます）。");
	html_close(h);
	html_open(h, "p");
	html_texts(h, "ほかの画面に 移っても、続きます。　");
	html_link(h, VERIFY_PATH, SPAN("どこまで進んだかを 見る"));
	html_close(h);
	html_close(h);
}

static void put_button(struct verify_page *v, const char *what, const char *label, const char *kind)
{
	struct html *h = v->h;

	form_begin(h, v->p, VERIFY_PATH);
	html_hidden(h, "what", span_of(what));
	form_button(h, label, kind);
	html_close(h);
}

static void put_start(struct verify_page *v)
{
	size_t done, total;

	if (proof_progress(v->p->app, &done, &total)) {
		put_progress(v, done, total);
		return;
	}
	html_open(v->h, "div");
	html_class(v->h, "actions");
	put_button(v, "full", "全部を 検証する", "");
	put_button(v, "new", "前の検証のあとを 検証する", "secondary");
	html_close(v->h);
}

enum status page_audit_verify_start(struct page *p)
{
	struct span what = form_get(&p->form, "what");
	enum status st;

	if (!span_is(what, "full") && !span_is(what, "new"))
		return page_error(p, 400, 0);
	st = proof_start(p->app, span_is(what, "full"), p->who->id);
	if (st && st != ST_BUSY) /* one that runs already is as good */
		return st;
	return response_redirect(p->res, VERIFY_PATH);
}

/* ---- all runs ------------------------------------------------------------------------------- */

static const char *const run_heads[] = {"終わった日時", "見たもの", "結果", "だれが"};

static enum status one_run(void *ctx, const struct proof_run *r)
{
	struct verify_page *v = ctx;
	struct html *h = v->h;
	char href[HREF_MAX];

	if (v->shown++ == 0)
		list_table(h, &(struct list_table){"runs", "これまでの検証（新しい順）",
						   "dense list", run_heads, 4});
	snprintf(href, sizeof href, VERIFY_PATH "/%lld", (long long)r->id);
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_open(h, "a");
	html_attrs(h, "href", href);
	list_time(h, r->ended);
	html_close(h);
	html_close(h);
	list_cell(h, run_heads[1]);
	html_texts(h, audit_proof_scope(r));
	html_close(h);
	list_cell(h, run_heads[2]);
	audit_proof_result(h, r);
	html_close(h);
	list_cell(h, run_heads[3]);
	audit_person(v->p, h, span_of(r->by));
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status put_runs(struct verify_page *v)
{
	enum status st;

	v->shown = 0;
	html_leafs(v->h, "h2", "検証の一覧");
	st = proof_run_each(v->p->app, one_run, v);
	if (v->shown)
		html_close_to(v->h, "div");
	else if (!st)
		html_leaf_class(
		    v->h, "p", "empty-state",
		    SPAN("まだ 検証していません。「全部を 検証する」を おすと はじまります。"));
	return st;
}

static enum status put_newest(struct verify_page *v)
{
	struct proof_run r;
	enum status st = proof_run_last(v->p->app, true, &r);

	if (st == ST_NOTFOUND)
		return ST_OK;
	if (st)
		return st;
	html_leafs(v->h, "h2", "いちばん新しい 全部の検証");
	return audit_proof(v->p, v->h, &r);
}

enum status page_audit_verify(struct page *p)
{
	struct frame f = {.title = "検証", .wide = true};
	struct html h;
	struct verify_page v = {.p = p, .h = &h};
	struct buf body;
	enum status st = audit_looked(p, "audit.proofs", SPAN_NONE, SPAN_NONE);

	frame_body(&h, &body);
	html_leafs(&h, "p",
		   "すべての版の署名、内容、順番が、記録と登録簿に 合っているかを 確かめます。"
		   "「前の検証のあと」は、いちばん新しい検証よりも あとの分だけを 見るので、"
		   "すぐに 終わります。");
	put_start(&v);
	if (!st)
		st = put_newest(&v);
	if (!st)
		st = put_runs(&v);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* ---- one of them ---------------------------------------------------------------------------- */

static enum status run_of(struct page *p, struct proof_run *out)
{
	long id;

	if (!span_number(param(&p->params, "run"), RUN_MAX, &id))
		return fail(ST_NOTFOUND, "no such run");
	return proof_run_get(p->app->db, id, out);
}

enum status page_audit_verify_run(struct page *p)
{
	static const struct crumb crumbs[] = {{"/audit", {"概要", sizeof "概要" - 1}},
					      {VERIFY_PATH, {"検証", sizeof "検証" - 1}}};
	struct frame f = {.title = "検証の結果", .wide = true, .crumbs = crumbs, .ncrumbs = 2};
	struct html h;
	struct proof_run r;
	struct buf body;
	enum status st = run_of(p, &r);

	frame_body(&h, &body);
	if (!st)
		st = audit_looked(p, "audit.proofs", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = audit_proof(p, &h, &r);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
