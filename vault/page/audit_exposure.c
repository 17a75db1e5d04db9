/*
 * /audit/exposure and /children/:child/exposure: who opened something of a child, by person, and
 * to whom it was handed.  Auditors have numbers of children only; the board sees its child.
 */
#include "vault/page/audit_parts.h"

#include "generator/base/day.h"
#include "vault/flow/journal_exposure.h"
#include "vault/page/tabs.h"
#include "vault/page/widgets.h"

#include <stdio.h>

static const char *const look_heads[] = {"だれが", "方法", "回数", "最初", "最後"};
static const char *const handed_heads[] = {"なにを", "だれに", "だれが", "いつ"};

static void put_form(struct page *p, struct html *h, const char *action, bool with_child)
{
	html_leafs(h, "p",
		   "対象は、シートなら kyoiku-shien/2026、ファイルなら files/f7k3m9q2v4 のように "
		   "書きます。うしろに @ と 版の番号を つけると、その版だけに なります。");
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", action);
	if (with_child)
		field_text(h, &(struct field_look){.id = "child", .label = "お子さんの番号"},
			   form_get(&p->query, "child"));
	field_text(h,
		   &(struct field_look){.id = "object",
					.label = "対象（なくてもよい）",
					.hint = "例 kyoiku-shien/2026"},
		   form_get(&p->query, "object"));
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しらべる");
	html_close(h);
	html_close(h);
	html_close(h);
}

static void put_look(struct page *p, struct html *h, const struct exposure *e)
{
	html_open(h, "tr");
	list_cell(h, look_heads[0]);
	audit_who(p, h, e->account, e->role, e->institution);
	html_close(h);
	list_cell(h, look_heads[1]);
	html_texts(h, exposure_way_label(e->way));
	if (e->whole)
		html_leaf_class(h, "div", "note", SPAN("カルテ全体（これも入ることがある）"));
	html_close(h);
	list_number(h, look_heads[2]);
	html_textf(h, "%zu回", e->times);
	html_close(h);
	list_cell(h, look_heads[3]);
	list_time(h, e->first);
	html_close(h);
	list_cell(h, look_heads[4]);
	list_time(h, e->last);
	html_close(h);
	html_close(h);
}

static void put_looks(struct page *p, struct html *h, const struct exposures *list)
{
	char caption[96];

	html_leafs(h, "h2", "だれが開いたか");
	if (!list->count) {
		html_leaf_class(h, "p", "empty-state", SPAN("開いた人は 記録にありません。"));
		return;
	}
	snprintf(caption, sizeof caption, "人と方法ごとに（いちばん新しい順、%zu行）", list->count);
	list_table(h, &(struct list_table){"looks", caption, "dense list", look_heads, 5});
	for (size_t i = 0; i < list->count; i++)
		put_look(p, h, &list->rows[i]);
	html_close_to(h, "div");
}

static const char *kind_label(const char *kind)
{
	return strcmp(kind, "handover") == 0  ? "引き継ぎ"
	       : strcmp(kind, "package") == 0 ? "引き継ぎの包み（PDF・ファイル）"
					      : "配布";
}

static void put_handed(struct page *p, struct html *h, const struct handed *x)
{
	html_open(h, "tr");
	list_cell(h, handed_heads[0]);
	html_texts(h, kind_label(x->kind));
	html_leaf_class(h, "div", "note", x->id);
	html_close(h);
	list_cell(h, handed_heads[1]);
	if (span_is(x->to, "household"))
		html_texts(h, "お子さんの家庭");
	else
		audit_institution(p, h, x->to);
	if (x->since.n) {
		html_open(h, "div");
		html_class(h, "note");
		html_textf(h, "%.*s から %.*s まで", SPAN_ARG(x->since), SPAN_ARG(x->until));
		html_close(h);
	}
	html_close(h);
	list_cell(h, handed_heads[2]);
	audit_person(p, h, x->by);
	html_close(h);
	list_cell(h, handed_heads[3]);
	list_time(h, x->at);
	html_close(h);
	html_close(h);
}

static void put_handeds(struct page *p, struct html *h, const struct exposures *list)
{
	html_leafs(h, "h2", "だれに渡したか");
	if (!list->nhanded) {
		html_leaf_class(h, "p", "empty-state",
				SPAN("引き継ぎや 配布で 渡したものは ありません。"));
		return;
	}
	list_table(h, &(struct list_table){"handed", "引き継ぎと配布（新しい順）", "dense list",
					   handed_heads, 4});
	for (size_t i = 0; i < list->nhanded; i++)
		put_handed(p, h, &list->handed[i]);
	html_close_to(h, "div");
}

static enum status put_list(struct page *p, struct html *h, struct span child)
{
	struct exposures list;
	enum status st =
	    exposure_find(&list, p->app, child, span_trim(form_get(&p->query, "object")));

	if (!st) {
		if (list.cut)
			html_leafs(h, "p", "多すぎるので、新しいものだけを数えました。");
		put_looks(p, h, &list);
		put_handeds(p, h, &list);
	}
	exposures_clear(&list);
	return st;
}

/* What was asked about is in the record of the asking. */
static enum status record(struct page *p, const char *event, struct span child)
{
	struct span object = span_trim(form_get(&p->query, "object"));

	return audit_note(p, event, child, object.n ? object : SPAN_NONE,
			  span_of(reason_name(p->decision.reason)));
}

enum status page_audit_exposure(struct page *p)
{
	struct frame f = {.title = "だれが開いたか", .wide = true};
	struct span child = span_trim(form_get(&p->query, "child"));
	bool asked = child.n != 0, good = path_child(child);
	struct html h;
	struct buf body;
	enum status st;

	if (form_get(&p->query, "object").n > AUDIT_TEXT || (asked && !good)) {
		f.banner_kind = "error";
		f.banner = good ? "対象が長すぎます。" : "お子さんの番号ではありません。";
		good = false;
	}
	frame_body(&h, &body);
	audit_nav(&h, AUDIT_EXPOSURE);
	html_leafs(&h, "p",
		   "ある お子さんの シートや ファイルを、だれが、どの方法で、何回開いたかを すぐに "
		   "出します。見られなかったもの（断ったもの）は 入りません。調べたことも "
		   "記録されます。");
	put_form(p, &h, "/audit/exposure", true);
	st = record(p, "audit.exposure", good ? child : SPAN_NONE);
	if (!st && good)
		st = put_list(p, &h, child);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_exposure(struct page *p)
{
	struct child_row child;
	char karte[HREF_MAX], action[HREF_MAX];
	const struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {.title = "だれが開いたか（名前で）",
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .wide = true};
	struct html h;
	struct buf body;
	enum status st;

	/* names of staff are not for families, who have /accesses */
	if (p->who->role == ROLE_HOUSEHOLD) {
		st = refuse(p->app, &p->q, "no-rule");
		return st == ST_DENIED ? page_error(p, 404, 0) : st;
	}
	if (form_get(&p->query, "object").n > AUDIT_TEXT)
		return page_error(p, 400, 0);
	href_child(karte, p->q.child, "");
	href_child(action, p->q.child, "/exposure");
	frame_body(&h, &body);
	child_tabs(p, &h, TAB_ACCESSES);
	html_leafs(&h, "p",
		   "このお子さんの シートや ファイルを、だれが、どの方法で、何回開いたかです。"
		   "調べたことも 記録されます。");
	put_form(p, &h, action, false);
	st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = record(p, "child.exposure", p->q.child);
	if (!st)
		st = put_list(p, &h, p->q.child);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
