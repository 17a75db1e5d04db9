#include "vault/page/audit_proof.h"

#include "vault/flow/finding_text.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { FINDINGS_SHOWN = 200 };

_Static_assert((int)PROOF_STATES == (int)SIGNED_STATES, "the same six states");

struct shown {
	struct page *p;
	struct html *h;
	size_t shown; /* findings */
};

/* ---- one run ------------------------------------------------------------------------------ */

void audit_proof_result(struct html *h, const struct proof_run *r)
{
	if (r->failed)
		html_leaf_class(h, "span", "tag tag-error", SPAN("できなかった"));
	else if (r->findings) {
		html_open(h, "span");
		html_class(h, "tag tag-error");
		html_textf(h, "正しくない点 %zu件", r->findings);
		html_close(h);
	} else {
		html_leaf_class(h, "span", "tag tag-success", SPAN("すべて正しい"));
	}
}

const char *audit_proof_scope(const struct proof_run *r)
{
	if (r->child[0])
		return "ひとりのお子さん";
	return r->full ? "全部" : "前の検証のあと";
}

static void fact_number(struct html *h, const char *label, unsigned long long n)
{
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
	html_textf(h, "%llu", n);
	html_close(h);
	html_close(h);
}

static void put_run(struct shown *v, const struct proof_run *r)
{
	struct html *h = v->h;

	facts_begin(h);
	html_open(h, "div");
	html_leafs(h, "dt", "結果");
	html_open(h, "dd");
	audit_proof_result(h, r);
	html_close(h);
	html_close(h);
	fact_text(h, "見たもの", span_of(audit_proof_scope(r)));
	list_fact_moment(h, "はじめた日時", r->began);
	list_fact_moment(h, "終わった日時", r->ended);
	html_open(h, "div");
	html_leafs(h, "dt", "だれが");
	html_open(h, "dd");
	audit_person(v->p, h, span_of(r->by));
	html_close(h);
	html_close(h);
	if (!r->failed) {
		fact_number(h, "版", r->commits);
		fact_number(h, "記録", r->records);
		fact_text(h, "確認番号", span_of(r->checkpoint));
	}
	html_close(h);
	if (r->why[0]) {
		html_open(h, "p");
		html_class(h, "note");
		html_attrs(h, "lang", "en");
		html_texts(h, r->why);
		html_close(h);
	}
}

/* ---- how many signatures in which state ----------------------------------------------------- */

static const char *const state_heads[] = {"署名", "版の数"};

static void put_states(struct html *h, const struct proof_run *r)
{
	list_table(
	    h, &(struct list_table){"states", "署名の状態ごとの数", "dense list", state_heads, 2});
	for (int i = 0; i < SIGNED_STATES; i++) {
		html_open(h, "tr");
		list_cell(h, state_heads[0]);
		audit_signed(h, (enum signed_state)i);
		html_close(h);
		list_number(h, state_heads[1]);
		html_textf(h, "%zu", r->states[i]);
		html_close(h);
		html_close(h);
	}
	html_close_to(h, "div");
}

/* ---- what is not as it should be ------------------------------------------------------------ */

static const char *const finding_heads[] = {"何が", "どこの", "版", "くわしく"};

static void put_place(struct shown *v, const struct proof_finding *f)
{
	struct html *h = v->h;
	char href[HREF_MAX];
	bool has = f->version[0] && audit_href(href, span_of(f->repository), span_of(f->version));

	list_cell(h, finding_heads[1]);
	html_leaf_class(h, "span", "code-text", span_of(f->repository));
	html_close(h);
	list_cell(h, finding_heads[2]);
	html_open(h, "span");
	html_class(h, has ? "code-text nowrap" : "code-text");
	if (has)
		html_link(h, href, span_make(f->version, VERSION_SHORT));
	else
		html_texts(h, f->version[0] ? f->version : "－");
	html_close(h);
	html_close(h);
}

static enum status one_finding(void *ctx, const struct proof_finding *f)
{
	struct shown *v = ctx;
	struct html *h = v->h;

	if (v->shown == FINDINGS_SHOWN)
		return ST_OK;
	if (v->shown++ == 0)
		list_table(h, &(struct list_table){"findings", "正しくない点", "dense list",
						   finding_heads, 4});
	html_open(h, "tr");
	list_cell(h, finding_heads[0]);
	html_texts(h, finding_text(span_of(f->code)));
	html_leaf_class(h, "div", "note", span_of(f->code));
	html_close(h);
	put_place(v, f);
	list_cell(h, finding_heads[3]);
	html_open(h, "span");
	html_class(h, "note");
	html_attrs(h, "lang", "en");
	html_texts(h, f->text);
	html_close(h);
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status put_findings(struct shown *v, const struct proof_run *r)
{
	enum status st;

	if (!r->findings)
		return ST_OK;
	html_leafs(v->h, "h2", "正しくない点");
	html_leafs(
	    v->h, "p",
	    "サーバーを 止めずに、この画面と 報告書を 残し、管理の責任者に 知らせてください。");
	v->shown = 0;
	st = proof_findings_each(v->p->app, r, one_finding, v);
	if (v->shown)
		html_close_to(v->h, "div");
	if (r->findings > v->shown) {
		html_open(v->h, "p");
		html_textf(v->h, "ここには はじめの %zu件だけ 出ています。", v->shown);
		html_close(v->h);
	}
	return st;
}

/* ---- on paper ------------------------------------------------------------------------------- */

static void put_report_link(struct html *h, const struct proof_run *r, const char *file,
			    const char *label)
{
	char href[HREF_MAX];

	snprintf(href, sizeof href, VERIFY_PATH "/%lld/%s", (long long)r->id, file);
	html_open(h, "li");
	html_link(h, href, span_of(label));
	html_close(h);
}

static void put_reports(struct html *h, const struct proof_run *r)
{
	html_leafs(h, "h2", "報告書");
	html_leafs(h, "p",
		   "報告書には、この仕組みの鍵の 署名が つきます。ふたつを 同じ場所に 置き、"
		   "gpg --verify で 確かめられます。");
	html_open(h, "ul");
	put_report_link(h, r, "report.pdf", "報告書（PDF）");
	put_report_link(h, r, "report.pdf.asc", "PDFの署名（asc）");
	put_report_link(h, r, "report.csv", "報告書（CSV）");
	put_report_link(h, r, "report.csv.asc", "CSVの署名（asc）");
	html_close(h);
}

enum status audit_proof(struct page *p, struct html *h, const struct proof_run *r)
{
	struct shown v = {p, h, 0};
	enum status st;

	put_run(&v, r);
	if (r->failed)
		return ST_OK;
	put_states(h, r);
	st = put_findings(&v, r);
	put_reports(h, r);
	return st;
}
