/* /admin/institutions/:institution: one institution, and closing it. */
#include "vault/page/admin_institution.h"
#include "generator/base/day.h"

#include <stdio.h>

static const char *const done_words[][2] = {
    {"added", "登録しました。"},	  {"changed", "変えました。"},
    {"closed", "閉じる日を決めました。"}, {"reopened", "もう一度 開きました。"},
    {"merged", "統合しました。"},	  {NULL, NULL},
};

struct shown {
	struct page *p;
	struct html *h;
	struct institution i;
	struct institution_load load;
	struct form_state edit, close;
};

/* ---- what it is --------------------------------------------------------------------------- */

static void put_number(struct html *h, const char *label, long n, const char *unit)
{
	char text[48];

	snprintf(text, sizeof text, "%ld%s", n, unit);
	fact_text(h, label, span_of(text));
}

static void put_facts(struct shown *s)
{
	struct html *h = s->h;

	facts_begin(h);
	fact_text(h, "番号", span_of(s->i.id));
	fact_text(h, "種類", span_of(role_label(s->i.kind)));
	html_open(h, "div");
	html_leafs(h, "dt", "状態");
	html_open(h, "dd");
	institution_state_tag(h, &s->i, s->p->req->now);
	html_close(h);
	html_close(h);
	fact_day(h, "はじまりの日", s->i.opened, "—");
	if (s->i.closed[0])
		fact_day(h, "最後の日", s->i.closed, "—");
	if (s->i.into[0])
		fact_text(h, "統合先", span_of(s->i.into));
	fact_text(h, "見る子ども", s->i.by_class ? SPAN("担当の組・学級だけ") : SPAN("全員"));
	put_number(h, "職員のアカウント", s->load.staff, "人");
	put_number(h, "いまいる子ども", s->load.here, "人");
	if (s->i.closed[0])
		put_number(h, "最後の日より後も 在籍が続く子ども", s->load.coming, "人");
	html_close(h);
}

static void put_links(struct shown *s)
{
	char href[HREF_MAX];

	html_open(s->h, "p");
	snprintf(href, sizeof href, "/admin/accounts?institution=%s", s->i.id);
	html_link(s->h, href, SPAN("職員のアカウント"));
	if (!s->i.closed[0]) {
		html_texts(s->h, "　");
		snprintf(href, sizeof href, "/admin/accounts/new?role=staff&institution=%s",
			 s->i.id);
		html_link(s->h, href, SPAN("職員のアカウントを作る"));
	}
	html_close(s->h);
}

/* ---- forms -------------------------------------------------------------------------------- */

static void put_edit(struct shown *s)
{
	char href[HREF_MAX];

	institution_href(href, s->i.id, "");
	people_fold(s->h, "登録の内容を変える", s->edit.error != NULL);
	form_error(s->h, &s->edit);
	form_begin(s->h, s->p, href);
	institution_fields(s->p, s->h, &s->i, &s->edit);
	form_button(s->h, "変える", "");
	html_close(s->h);
	html_close_to(s->h, "details");
}

static void put_close(struct shown *s)
{
	struct html *h = s->h;
	char href[HREF_MAX];

	institution_href(href, s->i.id, "/close");
	people_fold(h, "閉じる", s->close.error != NULL);
	form_error(h, &s->close);
	html_open(h, "p");
	html_textf(h,
		   "最後の日の次の日から、職員 %ld人はログインできなくなります。いまいる子ども "
		   "%ld人の在籍は、自動では終わりません。書いた記録は残ります。",
		   s->load.staff, s->load.here);
	html_close(h);
	form_begin(h, s->p, href);
	field_text(h,
		   &(struct field_look){.id = "closed",
					.label = "最後の日",
					.hint = "例 2027-03-31",
					.width = "m",
					.error = form_error_of(&s->close, "closed"),
					.required = true},
		   form_value(s->p, "closed", SPAN("")));
	form_button(h, "閉じる日を決める", "danger");
	html_close(h);
	html_close_to(h, "details");
}

static enum status put_merge(struct shown *s)
{
	struct html *h = s->h;
	struct field_choice *others;
	char href[HREF_MAX];
	size_t count;
	enum status st =
	    institution_choices(s->p, "選んでください", "", s->i.kind, &others, &count);

	if (st)
		return st;
	institution_href(href, s->i.id, "/merge");
	people_fold(h, "ほかの機関に統合する", false);
	html_leafs(h, "p", "何が変わるかを、先に確かめられます。");
	html_open(h, "form");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", href);
	field_select(h, &(struct field_look){.id = "into", .label = "統合先"}, others, count,
		     SPAN(""));
	field_text(h,
		   &(struct field_look){.id = "day",
					.label = "この機関の最後の日",
					.hint = "統合先では、次の日から始まります。例 2027-03-31",
					.width = "m"},
		   SPAN(""));
	form_button(h, "変わることを見る", "secondary");
	html_close(h);
	html_close_to(h, "details");
	return ST_OK;
}

/* A merger that was interrupted, or whose day had not come. */
static void put_rest(struct shown *s)
{
	char href[HREF_MAX];

	if (!s->load.coming && !s->load.staff)
		return;
	snprintf(href, sizeof href, "/admin/institutions/%s/merge?into=%s", s->i.id, s->i.into);
	html_open(s->h, "p");
	html_texts(s->h, "統合が、まだ終わっていません。");
	html_link(s->h, href, SPAN("残りを確かめる"));
	html_close(s->h);
}

static void put_reopen(struct shown *s)
{
	char href[HREF_MAX];

	institution_href(href, s->i.id, "/reopen");
	people_fold(s->h, "もう一度 開く", false);
	html_leafs(s->h, "p", "閉じる日を取り消します。");
	button_form(s->h, s->p, href, "もう一度 開く", "secondary");
	html_close_to(s->h, "details");
}

static enum status put_all(struct shown *s)
{
	put_facts(s);
	put_links(s);
	html_leafs(s->h, "h2", "変える");
	put_edit(s);
	if (s->i.into[0]) {
		put_rest(s);
		return ST_OK;
	}
	if (s->i.closed[0]) {
		put_reopen(s);
		return ST_OK;
	}
	put_close(s);
	return put_merge(s);
}

static enum status show(struct page *p, int status, const struct form_state *edit,
			const struct form_state *close, const char *error)
{
	struct span id = param(&p->params, "institution");
	struct shown s = {.p = p, .edit = *edit, .close = *close};
	struct frame f = {.title = "機関",
			  .crumbs = institution_crumbs,
			  .ncrumbs = 2,
			  .errors = error || edit->error || close->error};
	struct html h;
	struct buf body;
	enum status st = institution_get(p->app->db, id, &s.i);

	if (!st)
		st = institution_count(p->app, id, s.i.closed, p->req->now, &s.load);
	if (st)
		return st;
	frame_body(&h, &body);
	s.h = &h;
	f.heading = span_of(s.i.name);
	people_banner(p, &f, done_words);
	if (error)
		error_box(&h, error);
	st = put_all(&s);
	if (!st)
		st = people_note(p, "admin.institution", id);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

static const struct form_state fresh = {NULL, NULL};

enum status page_admin_institution(struct page *p)
{
	return show(p, 200, &fresh, &fresh, NULL);
}

/* ---- what the forms do -------------------------------------------------------------------- */

static enum status done(struct page *p, const char *what)
{
	char to[HREF_MAX];

	snprintf(to, sizeof to, "/admin/institutions/%.*s?done=%s",
		 SPAN_ARG(param(&p->params, "institution")), what);
	return response_redirect(p->res, to);
}

enum status page_admin_institution_edit(struct page *p)
{
	struct institution i;
	struct actor who = {.secret = NULL};
	struct form_state s;
	const char *field = NULL;
	enum status st = institution_get(p->app->db, param(&p->params, "institution"), &i);

	if (st)
		return st;
	st = institution_read_form(p, &i, &field);
	if (!st)
		st = people_actor(p, &who);
	if (!st)
		st = institution_edit(p->app, &who, &i, &field);
	actor_clear(&who);
	if (people_mistake(st)) {
		s = form_failed(p, field);
		return show(p, 422, &s, &fresh, NULL);
	}
	return st ? st : done(p, "changed");
}

enum status page_admin_institution_close(struct page *p)
{
	struct span id = param(&p->params, "institution");
	struct span day = span_trim(form_get(&p->form, "closed"));
	struct institution_load left;
	struct institution i;
	struct actor who = {.secret = NULL};
	struct form_state s;
	const char *field = NULL;
	enum status st = institution_get(p->app->db, id, &i);

	if (st)
		return st;
	if (!day.n) {
		field = "closed";
		st = fail(ST_INVALID, "最後の日を書いてください");
	}
	if (!st)
		st = people_actor(p, &who);
	if (!st)
		st = institution_close(p->app, &who, id, day, &left, &field);
	actor_clear(&who);
	if (people_mistake(st)) {
		s = form_failed(p, field);
		return show(p, 422, &fresh, &s, NULL);
	}
	return st ? st : done(p, "closed");
}

enum status page_admin_institution_reopen(struct page *p)
{
	struct span id = param(&p->params, "institution");
	struct institution i;
	struct actor who = {.secret = NULL};
	enum status st = institution_get(p->app->db, id, &i);

	if (!st)
		st = people_actor(p, &who);
	if (!st)
		st = institution_reopen(p->app, &who, id);
	actor_clear(&who);
	if (people_mistake(st) && st != ST_NOTFOUND)
		return show(p, 422, &fresh, &fresh, form_failed(p, NULL).error);
	return st ? st : done(p, "reopened");
}
