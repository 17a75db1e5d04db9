/* What changed, when, by whom: the versions of all repositories, newest first. */
#include "vault/page/audit_changes.h"
#include "vault/page/frame.h"

#include <stdio.h>

enum { SHOWN = 50, REASON_SHOWN = 200 };

/* ---- the table ---------------------------------------------------------------------------- */

static const char *const heads[] = {"版",   "日時", "書いた人／受け付けたもの",
				    "何を", "理由", "署名"};
enum { HEADS = sizeof heads / sizeof *heads };

static void put_version(struct html *h, const struct change_entry *e)
{
	struct span shown = span_make(e->version.p, VERSION_SHORT);
	char href[HREF_MAX];
	bool has = audit_href(href, e->repository, e->version);

	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_open(h, "span");
	html_class(h, "code-text nowrap");
	if (has)
		html_link(h, href, shown);
	else
		html_text(h, shown);
	html_close(h);
	html_close(h);
}

static void put_people(struct changes_list *l, const struct change_entry *e,
		       const struct change_look *v)
{
	struct html *h = l->h;

	list_cell(h, heads[2]);
	audit_who(l->p, h, e->account, e->role, e->institution);
	if (v->committer_email.n) {
		html_open(h, "div");
		html_class(h, "note");
		html_textf(h, "受け付け：%.*s", SPAN_ARG(v->committer_email));
		html_close(h);
	}
	html_close(h);
}

static void put_what(struct changes_list *l, const struct change_entry *e)
{
	struct html *h = l->h;

	list_cell(h, heads[3]);
	audit_action(h, e->action);
	if (e->object.n) {
		html_open(h, "div");
		html_class(h, "note");
		audit_subject(l->p, h, e->action, e->object);
		html_close(h);
	}
	if (e->child.n) {
		html_open(h, "div");
		html_class(h, "note");
		html_textf(h, "お子さん %.*s", SPAN_ARG(e->child));
		html_close(h);
	}
	html_close(h);
}

/* Words about a child are content: of these only that they are there. */
static void put_reason(struct html *h, const struct change_entry *e, const struct change_look *v)
{
	list_cell(h, heads[4]);
	if (e->alone)
		html_leafs(h, "div", "ひとりで行った（ほかにできる人がいない）");
	if (!v->reason.n)
		html_texts(h, e->alone ? "" : "－");
	else if (e->child.n)
		html_texts(h, "書いてある");
	else if (v->reason.n <= REASON_SHOWN)
		html_text(h, v->reason);
	else
		html_texts(h, "書いてある（版を開くと 読めます）");
	html_close(h);
}

static void put_row(struct changes_list *l, const struct change_entry *e,
		    const struct change_look *v)
{
	struct html *h = l->h;

	html_open(h, "tr");
	put_version(h, e);
	list_cell(h, heads[1]);
	list_time(h, e->t);
	html_close(h);
	put_people(l, e, v);
	put_what(l, e);
	put_reason(h, e, v);
	list_cell(h, heads[5]);
	if (v->trouble == CHANGE_WHOLE || v->trouble == CHANGE_CUT)
		audit_signed(h, v->sign.state);
	audit_trouble(h, v->trouble);
	html_close(h);
	html_close(h);
}

static void put_table(struct changes_list *l)
{
	char caption[96];

	if (!l->found.count) {
		html_leaf_class(l->h, "p", "empty-state",
				SPAN("あてはまる変更は ありません。条件を へらしてみてください。"));
		return;
	}
	snprintf(caption, sizeof caption, "変更（新しい順、%ld件めから）", l->page * SHOWN + 1);
	list_table(l->h, &(struct list_table){"changes", caption, "dense list", heads, HEADS});
	for (size_t i = 0; i < l->found.count; i++)
		put_row(l, &l->found.entries[i], &l->looks[i]);
	html_close_to(l->h, "div");
}

static void put_pager(struct changes_list *l)
{
	struct html *h = l->h;
	struct buf href;

	if (!l->page && !l->found.more)
		return;
	buf_init(&href, CHANGES_QUERY);
	html_open(h, "nav");
	html_attrs(h, "aria-label", "ページ");
	html_open(h, "ul");
	html_class(h, "pager");
	for (int step = -1; step <= 1; step += 2) {
		if (step < 0 ? l->page == 0 : !l->found.more)
			continue;
		buf_cut(&href, 0);
		changes_address(l, CONDITIONS, l->page + step, &href);
		html_open(h, "li");
		html_link(h, buf_str(&href), step < 0 ? SPAN("新しい変更") : SPAN("古い変更"));
		html_close(h);
	}
	html_close(h);
	html_close(h);
	buf_clear(&href);
}

/* ---- is it all there ---------------------------------------------------------------------- */

static bool is_broken(enum change_trouble t)
{
	return t == CHANGE_MISSING || t == CHANGE_ALTERED || t == CHANGE_CUT;
}

static bool seen_before(const struct changes_list *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(l->found.entries[i].repository, l->found.entries[n].repository))
			return true;
	return false;
}

/* Each version of the page beside its record, and each branch of theirs. */
static enum status look(struct changes_list *l)
{
	struct page *p = l->p;
	enum status st;

	l->looks = arena_array(p->arena, SHOWN, sizeof *l->looks);
	st = l->looks ? changes_list(p->app, &l->filter, (size_t)l->page * SHOWN, SHOWN, p->arena,
				     &l->found)
		      : fail(ST_NOMEM, "no memory for a list of changes");
	for (size_t i = 0; i < l->found.count && !st; i++) {
		const struct change_entry *e = &l->found.entries[i];
		bool holds = true;

		st = change_look_at(p->app, e, p->req->now, p->arena, &l->looks[i]);
		if (!st && !seen_before(l, i))
			st = change_branch_holds(p->app, e->repository, &holds);
		l->broken += is_broken(l->looks[i].trouble) || !holds;
	}
	return st;
}

static void put_alarm(struct changes_list *l)
{
	struct html *h = l->h;

	if (!l->broken)
		return;
	html_open(h, "section");
	html_class(h, "banner banner-error");
	html_attrs(h, "aria-label", "記録と合わない変更");
	html_leafs(h, "p", "記録と 合わない変更が あります。");
	html_leafs(h, "p",
		   "版が 消されたか、書きかえられたか、古い写しに 戻されたかもしれません。"
		   "サーバーを 止めずに、この画面を 残し、管理の責任者に 知らせてください。");
	html_open(h, "p");
	html_link(h, "/audit/verify", SPAN("全体を 検証する"));
	html_close(h);
	html_close(h);
}

enum status page_audit_changes(struct page *p)
{
	struct frame f = {.title = "変更", .wide = true};
	struct html h;
	struct changes_list l = {.p = p, .h = &h};
	struct buf body;
	enum status st;

	changes_conditions(&l);
	frame_body(&h, &body);
	st = audit_looked(p, "audit.changes",
			  path_child(l.filter.child) ? l.filter.child : SPAN_NONE, SPAN_NONE);
	if (!st)
		st = look(&l);
	if (!st) {
		put_alarm(&l);
		html_leafs(&h, "p",
			   "だれが、いつ、何を 変えたかです。書かれた中身は 出ません。"
			   "この一覧を 見たことも 記録されます。");
		st = changes_filter(&l);
		put_table(&l);
		put_pager(&l);
	}
	if (l.mistake) {
		f.banner_kind = "error";
		f.banner = l.mistake;
	}
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
