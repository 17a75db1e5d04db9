/* Who could see a child on a day, by which rule, set by whom. */
#include "vault/flow/reach_past.h"

#include "generator/base/day.h"
#include "vault/page/admin_access.h"
#include "vault/page/words.h"

#include <stdio.h>

static const char *const heads[] = {"人", "所属", "決まり", "書いた人", "いつ"};
enum { HEADS = sizeof heads / sizeof *heads };

struct shown {
	struct page *p;
	struct html *h;
	size_t count;
};

static void put_rule(struct html *h, const struct past_reader *r)
{
	const char *word = word_of_reason(span_of(reason_name(r->why)));
	char href[HREF_MAX];

	html_texts(h, word ? word : reason_name(r->why));
	if (!r->by[0])
		return;
	if (r->why == WHY_HANDOVER) {
		html_textf(h, " %s", r->by);
		return;
	}
	snprintf(href, sizeof href, "/admin/access?range=%s", r->by);
	html_texts(h, " ");
	html_link(h, href, span_of(r->by));
}

/* Sheets of others that guardians had opened to this institution. */
static void put_shared(struct page *p, struct html *h, const struct past_reader *r)
{
	struct span rest = span_of(r->shared);

	while (rest.n) {
		struct span id = span_cut(&rest, ',');
		const struct sheet_type *t = types_find(p->app->types, id, 0);

		html_open(h, "div");
		html_class(h, "note");
		html_texts(h, "同意：");
		html_text(h, t ? t->title : id);
		html_close(h);
	}
}

static enum status one_reader(void *ctx, const struct past_reader *r)
{
	struct shown *s = ctx;
	struct html *h = s->h;

	if (s->count++ == 0)
		list_table(h, &(struct list_table){"past", "見られた人", "list", heads, HEADS});
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, r->account.name);
	html_leaf_class(h, "div", "note", span_of(r->account.id));
	html_close(h);
	list_cell(h, heads[1]);
	html_texts(h, r->institution[0] ? r->institution : role_label(r->account.role));
	html_close(h);
	list_cell(h, heads[2]);
	put_rule(h, r);
	put_shared(s->p, h, r);
	html_close(h);
	list_cell(h, heads[3]);
	html_texts(h, r->set_by[0] ? account_label(s->p, r->set_by) : "わからない");
	if (r->confirmed_by[0])
		html_textf(h, "、確かめた人 %s", account_label(s->p, r->confirmed_by));
	html_close(h);
	list_cell(h, heads[4]);
	if (r->set_at)
		list_moment(h, r->set_at);
	html_close(h);
	html_close(h);
	return ST_OK;
}

/* Another day of the same child. */
static void day_form(struct html *h, const char *child, const char *day)
{
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/admin/access");
	html_hidden(h, "child", span_of(child));
	field_text(h,
		   &(struct field_look){.id = "at", .label = "日（例 2026/11/20）", .width = "m"},
		   span_of(day));
	form_button(h, "しらべる", "secondary");
	html_close(h);
}

static enum status put_readers(struct page *p, struct html *h, const struct child_row *c,
			       struct day day)
{
	struct shown s = {p, h, 0};
	char said[DAY_TEXT], iso[DAY_TEXT];
	enum status st;

	day_long(day, said);
	day_iso(day, iso);
	html_open(h, "p");
	if (day_cmp(day, day_jst(p->req->now)) == 0)
		html_texts(h, "いま この子のカルテを開ける人と、きょう 理由を書いて開いた人です。");
	else
		html_textf(h,
			   "%sの終わりに この子のカルテを開けた人と、その日に 理由を書いて開いた"
			   "人です。",
			   said);
	html_texts(h, "署名のある登録と記録から求めました。");
	html_close(h);
	day_form(h, c->id, iso);
	st = reach_past(p->app, span_of(c->id), day, p->req->now, one_reader, &s);
	if (s.count)
		html_close_to(h, "div");
	else if (!st)
		html_leaf_class(h, "p", "empty-state", SPAN("だれも 開けませんでした。"));
	return st;
}

enum status admin_reach_past(struct page *p, struct span child, struct span at)
{
	struct frame f = {.title = "だれが見られたか",
			  .crumbs = access_crumbs,
			  .ncrumbs = ACCESS_CRUMBS,
			  .wide = true};
	struct day day = day_jst(p->req->now);
	struct child_row row;
	char iso[DAY_TEXT];
	struct html h;
	struct buf body;
	enum status st = path_child(child) ? child_get(p->app->db, child, &row)
					   : fail(ST_NOTFOUND, "no such child");

	if (st == ST_NOTFOUND)
		return admin_problem(p, 404, f.title, "その番号の子どもはいません。");
	if (!st && at.n && !day_parse_typed(at, &day))
		return admin_problem(p, 422, f.title, "日付を確かめてください（例 2026/11/20）。");
	if (st)
		return st;
	f.child = &row;
	frame_body(&h, &body);
	st = put_readers(p, &h, &row, day);
	day_iso(day, iso);
	if (!st)
		st = admin_note(p, "admin.reach", child, span_of(iso));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	if (st == ST_INVALID)
		return admin_problem(p, 422, f.title, fail_why());
	if (st == ST_NOTFOUND)
		return admin_problem(p, 404, f.title,
				     "その日には、まだ この子の登録がありません。");
	return st;
}
