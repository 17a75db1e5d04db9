/* /admin/institutions/:institution/merge: what merging would do, then doing it. */
#include "generator/base/day.h"
#include "vault/page/admin_institution.h"

#include <stdio.h>

struct asked {
	struct institution from;
	struct merge merge;
	char into_name[NAME_ROOM];
};

/* From the address, or from the form that confirms. */
static enum status read_asked(struct page *p, struct asked *a)
{
	const struct form *sent = p->req->method == M_POST ? &p->form : &p->query;
	struct institution into;
	enum status st = institution_get(p->app->db, param(&p->params, "institution"), &a->from);

	if (st)
		return st;
	a->merge = (struct merge){.from = param(&p->params, "institution"),
				  .into = form_get(sent, "into"),
				  .day = span_trim(form_get(sent, "day"))};
	if (!a->merge.into.p)
		a->merge.into = SPAN("");
	st = institution_get(p->app->db, a->merge.into, &into);
	memcpy(a->into_name, st ? "" : into.name, st ? 1 : sizeof a->into_name);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- what will happen --------------------------------------------------------------------- */

static void put_plan(struct page *p, struct html *h, const struct asked *a,
		     const struct merge_done *d)
{
	char href[HREF_MAX], day[DAY_TEXT] = "";
	struct day last;

	if (day_parse_typed(a->from.into[0] ? span_of(a->from.closed) : a->merge.day, &last))
		day_long(last, day);
	html_open(h, "p");
	html_textf(h, "「%s」を「%s」に統合すると、次のように変わります。", a->from.name,
		   a->into_name);
	html_close(h);
	html_open(h, "ul");
	html_open(h, "li");
	html_textf(h, "「%s」は、%sで閉じます。もう一度は開けません。", a->from.name, day);
	html_close(h);
	html_open(h, "li");
	html_textf(h, "子ども %ld人の在籍がその日で終わり、次の日から「%s」で始まります。",
		   d->moved, a->into_name);
	html_close(h);
	html_open(h, "li");
	if (d->later)
		html_textf(h,
			   "職員 %ld人は、その日がきてから移ります。その日に、もう一度この画面で"
			   "「統合する」を押してください。",
			   d->later);
	else
		html_textf(h,
			   "職員 %ld人のアカウントが「%s」に移り、ログイン中の画面は終わります。",
			   d->staff, a->into_name);
	html_close(h);
	html_open(h, "li");
	html_textf(h, "これまでの記録は「%s」が書いたものとして残ります。", a->from.name);
	html_close(h);
	html_close(h);
	institution_href(href, a->from.id, "/merge");
	form_begin(h, p, href);
	html_hidden(h, "into", a->merge.into);
	html_hidden(h, "day", a->merge.day.p ? a->merge.day : SPAN(""));
	form_button(h, "統合する", "danger");
	html_close(h);
}

static enum status send(struct page *p, int status, const struct asked *a, struct buf *body,
			bool errors)
{
	char href[HREF_MAX];
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")},
				       {"/admin/institutions", SPAN("機関")},
				       {href, span_of(a->from.name)}};
	struct frame f = {.title = "機関の統合", .crumbs = crumbs, .ncrumbs = 3, .errors = errors};

	institution_href(href, a->from.id, "");
	return frame_send(p, status, &f, body);
}

/* The mistake, with the way back to the form. */
static enum status refuse_plan(struct page *p, const struct asked *a)
{
	char href[HREF_MAX];
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	error_box(&h, form_failed(p, NULL).error);
	institution_href(href, a->from.id, "");
	html_open(&h, "p");
	html_link(&h, href, SPAN("機関の画面にもどる"));
	html_close(&h);
	st = send(p, 422, a, &body, true);
	buf_clear(&body);
	return st;
}

enum status page_admin_merge(struct page *p)
{
	struct asked a;
	struct merge_done d;
	const char *field;
	struct html h;
	struct buf body;
	enum status st = read_asked(p, &a);

	if (st)
		return st;
	st = institution_merge_plan(p->app, &a.merge, p->req->now, &d, &field);
	if (people_mistake(st))
		return refuse_plan(p, &a);
	if (st)
		return st;
	frame_body(&h, &body);
	put_plan(p, &h, &a, &d);
	st = people_note(p, "admin.institution", a.merge.from);
	if (!st)
		st = send(p, 200, &a, &body, false);
	buf_clear(&body);
	return st;
}

/* ---- doing it ----------------------------------------------------------------------------- */

static void put_number(struct html *h, const char *label, long n)
{
	char text[32];

	snprintf(text, sizeof text, "%ld人", n);
	fact_text(h, label, span_of(text));
}

static enum status show_done(struct page *p, const struct asked *a, const struct merge_done *d)
{
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_open(&h, "p");
	html_textf(&h, "「%s」を「%s」に統合しました。", a->from.name, a->into_name);
	html_close(&h);
	facts_begin(&h);
	put_number(&h, "在籍を移した子ども", d->moved);
	put_number(&h, "移した職員", d->staff);
	if (d->later)
		put_number(&h, "最後の日がきてから移す職員", d->later);
	if (d->failed)
		put_number(&h, "移せなかった子ども", d->failed);
	html_close(&h);
	if (d->failed) {
		html_leafs(&h, "p", "移せなかったわけを直してから、もう一度 統合してください。");
		html_leafs(&h, "p", d->why);
	}
	st = send(p, 200, a, &body, false);
	buf_clear(&body);
	return st;
}

enum status page_admin_merge_post(struct page *p)
{
	struct asked a;
	struct merge_done d;
	struct actor who = {.secret = NULL};
	const char *field;
	enum status st = read_asked(p, &a);

	if (st)
		return st;
	st = people_actor(p, &who);
	if (!st)
		st = institution_merge(p->app, &who, &a.merge, NULL, &d, &field);
	actor_clear(&who);
	if (people_mistake(st))
		return refuse_plan(p, &a);
	return st ? st : show_done(p, &a, &d);
}
