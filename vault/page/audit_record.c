/* /audit/log/:record: one record whole, and where it stands in the journal's tree. */
#include "vault/page/audit_parts.h"

#include "generator/base/day.h"
#include "vault/journal/note.h"
#include "vault/journal/proof.h"
#include "vault/page/widgets.h"

#include <limits.h>
#include <stdio.h>

struct showing {
	struct page *p;
	struct html *h;
	uint64_t n;
	char leaf[65];
	struct hash hash; /* the same */
	struct span account, child;
};

static void fact(struct html *h, const char *label, struct span value)
{
	if (value.n)
		fact_text(h, label, value);
}

static void code_fact(struct html *h, const char *label, struct span value)
{
	if (!value.n)
		return;
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
	html_leaf_class(h, "span", "code-text", value);
	html_close(h);
	html_close(h);
}

static void event_fact(struct html *h, struct span event)
{
	html_open(h, "div");
	html_leafs(h, "dt", "操作");
	html_open(h, "dd");
	audit_event(h, event);
	html_texts(h, " ");
	html_leaf_class(h, "span", "code-text", event);
	html_close(h);
	html_close(h);
}

static void who_fact(struct showing *s, const struct record *r)
{
	if (!r->account.n)
		return;
	html_open(s->h, "div");
	html_leafs(s->h, "dt", "だれが");
	html_open(s->h, "dd");
	audit_who(s->p, s->h, r->account, r->role, r->institution);
	html_close(s->h);
	html_close(s->h);
}

static void outcome_fact(struct showing *s, const struct record *r)
{
	struct html *h = s->h;

	html_open(h, "div");
	html_leafs(h, "dt", "結果");
	html_open(h, "dd");
	audit_outcome(s->p, h, r);
	html_close(h);
	html_close(h);
}

static bool put_record(void *ctx, const struct record *r, struct span line)
{
	struct showing *s = ctx;
	struct span object, version = r->new_;
	char text[DAY_TEXT], number[32];

	s->account = arena_copy(s->p->arena, r->account);
	s->child = arena_copy(s->p->arena, r->child);
	if (line.p) {
		journal_leaf(line, s->leaf);
		s->hash = hash_leaf(line);
	}
	log_object(r->object, &object, &version);
	facts_begin(s->h);
	snprintf(number, sizeof number, "%llu", (unsigned long long)r->n);
	fact(s->h, "記録の番号", span_of(number));
	list_fact_moment(s->h, "日時", r->t);
	time_utc(r->t, text);
	fact(s->h, "日時（UTC）", span_of(text));
	fact(s->h, "種類", span_of(audit_class_label(r->class)));
	event_fact(s->h, r->event);
	who_fact(s, r);
	fact(s->h, "お子さんの番号", r->child);
	fact(s->h, "対象", object);
	code_fact(s->h, "版", version);
	outcome_fact(s, r);
	code_fact(s->h, "要求の番号", r->request);
	fact(s->h, "リポジトリ", r->repository);
	code_fact(s->h, "その前の版", r->old);
	code_fact(s->h, "コミットのSHA-256", r->sha256);
	html_close(s->h);
	return true;
}

/* ---- the proof ----------------------------------------------------------------------------- */

enum { NOTE_BYTES = 32 * 1024, PATH_BYTES = 8 * 1024 };

/* The path from the leaf of this very line to the root that the checkpoint signs, in path.  false:
   they do not belong together. */
static enum status prove(struct showing *s, struct span note, struct buf *path, bool *holds)
{
	struct checkpoint c;
	struct proof proof;
	enum status st = note_read(note, NULL, &c);

	*holds = false;
	if (!st)
		st = journal_prove_inclusion(s->p->app->journal, s->n, c.size, &proof);
	if (st)
		return st == ST_CORRUPT || st == ST_NOTFOUND ? ST_OK : st;
	*holds = proof_inclusion_holds(&s->hash, s->n, c.size, &proof, &c.root);
	proof_write(path, &proof);
	return path->st;
}

static void put_raw(struct html *h, const char *title, struct span text)
{
	html_leafs(h, "h3", title);
	html_open(h, "pre");
	html_attrs(h, "tabindex", "0");
	html_text(h, text);
	html_close(h);
}

static void put_verdict(struct html *h, bool holds)
{
	html_open(h, "p");
	html_leaf_class(h, "span", holds ? "tag tag-success" : "tag tag-error",
			holds ? SPAN("ふくまれています") : SPAN("ふくまれていません"));
	html_texts(h, holds ? " いま計算して、下のチェックポイントの根になることを確かめました。"
			    : " 下のチェックポイントの根になりません。karte verify で "
			      "確かめてください。");
	html_close(h);
}

static enum status put_proof(struct showing *s)
{
	struct html *h = s->h;
	struct buf note, path;
	bool holds;
	enum status st;

	if (!s->leaf[0])
		return ST_OK;
	buf_init(&note, NOTE_BYTES);
	buf_init(&path, PATH_BYTES);
	st = journal_checkpoint(s->p->app->journal, &note);
	if (!st)
		st = prove(s, buf_span(&note), &path, &holds);
	html_leafs(h, "h2", "この記録の証明");
	html_leafs(
	    h, "p",
	    "記録は 1行ずつ ハッシュになり、1本の木の葉になります。葉が1つでも変わると、木の "
	    "根が変わります。下のチェックポイントは、この記録をふくむ木の根に、この保管庫が "
	    "署名したものです。");
	if (!st)
		put_verdict(h, holds);
	facts_begin(h);
	code_fact(h, "葉のハッシュ", span_of(s->leaf));
	html_close(h);
	put_raw(h, "いちばん新しいチェックポイント", buf_span(&note));
	if (path.len)
		put_raw(h, "葉から根までの道（C2SPの形）", buf_span(&path));
	buf_clear(&note);
	buf_clear(&path);
	return st;
}

static void put_link(struct html *h, const char *name, struct span value, const char *label)
{
	char href[HREF_MAX];

	if (!value.n)
		return;
	snprintf(href, sizeof href, "/audit/log?%s=%.*s", name, SPAN_ARG(value));
	html_open(h, "li");
	html_open(h, "a");
	html_attrs(h, "href", href);
	html_textf(h, "%s %.*s の記録", label, SPAN_ARG(value));
	html_close(h);
	html_close(h);
}

static void put_others(struct showing *s)
{
	char href[HREF_MAX];
	struct html *h = s->h;

	if (!path_id(s->account) && !path_child(s->child))
		return;
	html_leafs(h, "h2", "つながる記録");
	html_open(h, "ul");
	if (path_id(s->account))
		put_link(h, "account", s->account, "この人");
	if (path_child(s->child)) {
		put_link(h, "child", s->child, "このお子さん");
		snprintf(href, sizeof href, "/audit/exposure?child=%.*s", SPAN_ARG(s->child));
		html_open(h, "li");
		html_link(h, href, SPAN("このお子さんのものを だれが開いたか"));
		html_close(h);
	}
	html_close(h);
}

enum status page_audit_record(struct page *p)
{
	const struct crumb crumbs[] = {{"/audit/log", SPAN("操作と閲覧の記録")}};
	struct frame f = {.title = "1つの記録", .crumbs = crumbs, .ncrumbs = 1};
	struct showing s = {.p = p};
	struct html h;
	struct buf body;
	char object[64];
	long n;
	enum status st;

	if (!span_number(param(&p->params, "record"), LONG_MAX - 1, &n))
		return page_error(p, 404, 0);
	s.h = &h;
	s.n = (uint64_t)n;
	frame_body(&h, &body);
	html_leafs(&h, "p", "中身は出ません。この記録を見たことも記録されます。");
	st = log_record(p->app, s.n, put_record, &s);
	if (!st)
		st = put_proof(&s);
	put_others(&s);
	snprintf(object, sizeof object, "journal/%ld", n);
	if (!st)
		st = audit_note(p, "audit.read", s.child, span_of(object), SPAN_NONE);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
