/* /admin/retention: whose time is over, what is proposed, what is held. */
#include "vault/page/admin_retention.h"
#include "vault/page/admin_account.h"

#include "generator/base/day.h"

#include <stdio.h>

enum { SHOWN = RETENTION_ITEMS };

static const char *const due_heads[] = {"消す", "子ども", "何を", "期間の終わり", "消えるもの"};

static void put_day(struct html *h, const char *iso)
{
	char text[DAY_TEXT] = "";
	struct day d;

	if (day_parse(span_of(iso), &d))
		day_era(d, text);
	html_texts(h, text);
}

void retention_tag(struct html *h, enum retention_state s)
{
	static const char *const words[][2] = {
	    [RETENTION_ASKED] = {"2人めの確認待ち", "tag tag-warning"},
	    [RETENTION_CONFIRMED] = {"消す日を待っている", "tag tag-info"},
	    [RETENTION_DECLINED] = {"取りやめ", "tag tag-blank"},
	    [RETENTION_DONE] = {"終わった", "tag tag-success"},
	};

	html_leaf_class(h, "span", words[s][1], span_of(words[s][0]));
}

/* ---- what is over ------------------------------------------------------------------------- */

struct asked {
	struct retention_item item;
	struct asked *next;
};

struct rows {
	struct page *p;
	struct html *h;
	size_t count;
	struct asked *asked;
};

static bool is_open(const struct retention_proposal *x)
{
	return x->state == RETENTION_ASKED || x->state == RETENTION_CONFIRMED;
}

/* Of an open proposal: what cannot be proposed again. */
static enum status keep_asked(struct rows *r, const struct retention_proposal *x)
{
	for (size_t i = 0; i < x->nitems; i++) {
		struct asked *a = arena_array(r->p->arena, 1, sizeof *a);

		if (!a)
			return fail(ST_NOMEM, "no memory for what is proposed");
		*a = (struct asked){.item = x->items[i], .next = r->asked};
		r->asked = a;
	}
	return ST_OK;
}

static bool is_asked(const struct rows *r, const struct retention_due *d)
{
	const struct asked *a = r->asked;

	while (a &&
	       (strcmp(a->item.child, d->child.id) != 0 || strcmp(a->item.sheet, d->sheet) != 0))
		a = a->next;
	return a != NULL;
}

/* Ticked before a mistake: ticked again. */
static bool was_ticked(const struct page *p, const char *value)
{
	size_t at = 0;

	for (struct span s; (s = form_next(&p->form, "item", &at)).p;)
		if (span_is(s, value))
			return true;
	return false;
}

static void tick(const struct page *p, struct html *h, const struct retention_due *d)
{
	char value[RETENTION_WHY], id[RETENTION_WHY + 8], label[640];

	snprintf(value, sizeof value, "%s%s%s", d->child.id, d->sheet[0] ? "/" : "", d->sheet);
	snprintf(id, sizeof id, "item-%s", value);
	snprintf(label, sizeof label, "%sの%sを消す", d->child.name,
		 d->sheet[0] ? d->title : "記録のすべて");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "id", id);
	html_attrs(h, "name", "item");
	html_attrs(h, "value", value);
	html_attrs(h, "aria-label", label);
	html_flag(h, "checked", was_ticked(p, value));
}

static enum status one_due(void *ctx, const struct retention_due *d)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char href[HREF_MAX];

	if (r->count++ >= SHOWN)
		return ST_OK;
	if (r->count == 1)
		list_table(h,
			   &(struct list_table){"due", "期間がすぎた記録", "list", due_heads, 5});
	snprintf(href, sizeof href, "/admin/children/%s", d->child.id);
	html_open(h, "tr");
	list_cell(h, due_heads[0]);
	if (is_asked(r, d))
		html_leaf_class(h, "span", "tag tag-info", SPAN("提案ずみ"));
	else
		tick(r->p, h, d);
	html_close(h);
	list_cell(h, due_heads[1]);
	html_link(h, href, span_of(d->child.name));
	html_leaf_class(h, "div", "note", span_of(d->child.id));
	html_close(h);
	list_cell(h, due_heads[2]);
	html_texts(h, d->sheet[0] ? d->title : "記録のすべて");
	html_close(h);
	list_cell(h, due_heads[3]);
	put_day(h, d->until);
	html_leaf_class(h, "div", "note", span_of(d->why));
	html_close(h);
	list_cell(h, due_heads[4]);
	html_textf(h, "シート %ld、版 %ld", d->sheets, d->versions);
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status put_due(struct page *p, struct html *h, struct asked *asked)
{
	struct rows rows = {.p = p, .h = h, .asked = asked};
	enum status st;

	html_leafs(h, "h2", "期間がすぎた記録");
	html_open(h, "p");
	html_textf(h,
		   "子どもの記録は、最後の在籍の終わりから%d年、%d歳になるまで、シートの種類ごとの"
		   "期間のすべてがすぎると、ここに出ます。その前でも、期間のすぎたシートは"
		   "1つずつ出ます。",
		   p->app->conf.retention_years, p->app->conf.retention_age);
	html_close(h);
	form_begin(h, p, "/admin/retention/ask");
	st = retention_due_each(p->app, p->req->now, one_due, &rows);
	if (rows.count)
		html_close_to(h, "div");
	if (rows.count > SHOWN)
		html_leafs(h, "p",
			   "ほかにもあります。ここに出ているものを決めると、続きが出ます。");
	if (rows.count) {
		field_text(h,
			   &(struct field_look){.id = "reason",
						.label = "消す理由",
						.hint = "5字から200字まで。登録と証明書に残ります",
						.required = true},
			   form_get(&p->form, "reason"));
		form_button(h, "選んだものを消すよう提案する", "");
	} else if (!st) {
		html_leaf_class(h, "p", "empty-state",
				SPAN("いま、期間のすぎた記録はありません。"));
	}
	html_close(h);
	return st;
}

/* ---- proposals ---------------------------------------------------------------------------- */

static enum status one_proposal(void *ctx, const struct retention_proposal *x)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char href[HREF_MAX];

	if (!is_open(x))
		return ST_OK;
	if (r->count++ == 0) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	snprintf(href, sizeof href, "/admin/retention/%s", x->id);
	html_open(h, "li");
	html_class(h, "card");
	html_open(h, "p");
	retention_tag(h, x->state);
	html_textf(h, " %zu件", x->nitems);
	html_close(h);
	facts_begin(h);
	fact_text(h, "理由", span_of(x->reason));
	fact_text(h, "提案した人", span_of(account_label(r->p, x->asked_by)));
	list_fact_moment(h, "消しはじめる日時", x->due);
	html_close(h);
	html_open(h, "p");
	html_link(h, href,
		  x->state == RETENTION_ASKED ? SPAN("一覧を見て、確かめる") : SPAN("くわしく"));
	html_close(h);
	html_close(h);
	return keep_asked(r, x);
}

static enum status put_proposals(struct page *p, struct html *h, struct asked **asked)
{
	struct rows rows = {.p = p, .h = h};
	enum status st;

	html_leafs(h, "h2", "提案");
	st = retention_each(p->app, one_proposal, &rows);
	*asked = rows.asked;
	if (rows.count)
		html_close(h);
	else if (!st)
		html_leafs(h, "p", "いま、待っている提案はありません。");
	return st;
}

/* ---- what is held ------------------------------------------------------------------------- */

static enum status one_hold(void *ctx, const struct retention_hold *x)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	char id[64];

	if (r->count++ == 0) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	html_open(h, "li");
	html_class(h, "card");
	facts_begin(h);
	fact_text(h, "子ども", span_of(child_label(r->p, x->child)));
	fact_text(h, "理由", span_of(x->reason));
	fact_text(h, "決めた人", span_of(account_label(r->p, x->by)));
	list_fact_moment(h, "決めた日時", x->at);
	html_close(h);
	people_fold(h, "「消さない」をやめる", false);
	form_begin(h, r->p, "/admin/retention/unhold");
	html_hidden(h, "child", span_of(x->child));
	snprintf(id, sizeof id, "unhold-%s", x->child);
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", id);
	html_texts(h, "やめる理由");
	html_close(h);
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", id);
	html_attrs(h, "name", "reason");
	html_flag(h, "required", true);
	html_close(h);
	form_button(h, "「消さない」をやめる", "secondary");
	html_close_to(h, "details");
	html_close(h);
	return ST_OK;
}

static enum status put_holds(struct page *p, struct html *h)
{
	struct rows rows = {.p = p, .h = h};
	enum status st;

	html_leafs(h, "h2", "消さない記録");
	html_leafs(h, "p",
		   "争いや調査が続いているときなど、期間がすぎても消さない子どもです。"
		   "いつでも決められ、確かめたあとの提案も止まります。");
	st = retention_hold_each(p->app, one_hold, &rows);
	if (rows.count)
		html_close(h);
	people_fold(h, "ある子どもの記録を「消さない」にする",
		    form_get(&p->form, "hold-child").n + form_get(&p->form, "hold-reason").n > 0);
	form_begin(h, p, "/admin/retention/hold");
	field_text(h,
		   &(struct field_look){.id = "hold-child",
					.label = "子どもの番号",
					.hint = "例 c7k3m9q2v4",
					.width = "m",
					.required = true},
		   form_get(&p->form, "hold-child"));
	field_text(h,
		   &(struct field_look){.id = "hold-reason",
					.label = "消さない理由",
					.hint = "5字から200字まで",
					.required = true},
		   form_get(&p->form, "hold-reason"));
	form_button(h, "「消さない」にする", "secondary");
	html_close_to(h, "details");
	return st;
}

/* ---- the page ----------------------------------------------------------------------------- */

enum status retention_list(struct page *p, int status, const char *error)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")}};
	struct frame f = {.title = "保存期間",
			  .wide = true,
			  .crumbs = crumbs,
			  .ncrumbs = 1,
			  .errors = error != NULL};
	struct asked *asked = NULL;
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	st = put_proposals(p, &h, &asked);
	if (!st)
		st = put_due(p, &h, asked);
	if (!st)
		st = put_holds(p, &h);
	html_leafs(&h, "h2", "消した記録");
	if (!st)
		st = certificates_part(p, &h, "まだ ありません。");
	if (!st)
		st = admin_note(p, "admin.retention", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_retention(struct page *p)
{
	return retention_list(p, 200, NULL);
}
