/* /admin/accounts/:account: one account. */
#include "vault/page/admin_account.h"

#include "generator/base/day.h"
#include "vault/flow/slips.h"

#include <stdio.h>

/* ---- one that is there -------------------------------------------------------------------- */

static const char *const done_words[][2] = {
    {"added", "アカウントを作りました。はじめてのログインの紙を作って、本人に渡してください。"},
    {"changed", "変えました。"},
    {"disabled", "アカウントを止めました。ログイン中の画面も終わりました。"},
    {"enabled", "アカウントを動かしました。はじめてのログインの紙を作って、本人に渡してください。"},
    {"reset", "前のパスワードと鍵を終わりにしました。新しい紙を作って、本人に渡してください。"},
    {NULL, NULL},
};

/* What of the page was sent and refused. */
struct shown {
	struct page *p;
	struct html *h;
	struct account a;
	enum account_state state;
	bool self, last;
	struct form_state edit;
};

static enum status put_facts(struct shown *s)
{
	struct institution i;
	struct html *h = s->h;
	enum status st = ST_OK;

	facts_begin(h);
	fact_text(h, "ID", span_of(s->a.id));
	html_open(h, "div");
	html_leafs(h, "dt", "役割");
	html_open(h, "dd");
	account_role_text(h, &s->a);
	html_close(h);
	html_close(h);
	if (s->a.staff) {
		st = institution_get(s->p->app->db, span_of(s->a.institution), &i);
		fact_text(h, "機関", st ? span_of(s->a.institution) : span_of(i.name));
		fact_text(h, "担当の組・学級", s->a.whole ? SPAN("すべて") : span_of(s->a.classes));
	}
	fact_day(h, "最後の日", s->a.until, "なし");
	html_open(h, "div");
	html_leafs(h, "dt", "状態");
	html_open(h, "dd");
	account_state_tag(h, s->state);
	html_close(h);
	html_close(h);
	html_close(h);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static void put_links(struct shown *s)
{
	char href[HREF_MAX];

	if (!s->a.staff && s->a.role != ROLE_HOUSEHOLD)
		return;
	html_open(s->h, "p");
	snprintf(href, sizeof href, "/admin/access?account=%s", s->a.id);
	html_link(s->h, href, SPAN("この人に見えるものを調べる"));
	html_close(s->h);
}

static void put_slip(struct shown *s)
{
	char href[HREF_MAX];

	if (!slip_wanted(&s->a, s->p->req->now))
		return;
	account_href(href, s->a.id, "/slip");
	html_leafs(s->h, "h2", "はじめてのログインの紙");
	html_leafs(s->h, "p",
		   "1回だけ使えるコードを印刷して、本人に渡します。コードは 14日のあいだ使えます。"
		   "もう一度作ると、前の紙のコードは使えなくなります。");
	button_form(s->h, s->p, href, "紙を作る（PDF）", "");
}

static enum status put_edit(struct shown *s)
{
	struct html *h = s->h;
	char href[HREF_MAX];
	enum status st = ST_OK;

	account_href(href, s->a.id, "");
	people_fold(h, "登録の内容を変える", s->edit.error != NULL);
	form_error(h, &s->edit);
	form_begin(h, s->p, href);
	account_name_fields(s->p, h, &s->a, &s->edit);
	if (s->a.staff)
		st = account_staff_fields(s->p, h, &s->a, &s->edit);
	account_until_field(s->p, h, &s->a,
			    "終わりを決めないときは、空のままにします。例 2027-03-31", &s->edit);
	if (s->a.staff)
		html_leaf_class(h, "p", "hint",
				SPAN("機関を変えると、ログイン中の画面は終わります。"));
	form_button(h, "変える", "");
	html_close(h);
	html_close_to(h, "details");
	return st;
}

static void put_action(struct shown *s, const char *line, const char *about, const char *path,
		       const char *button, const char *kind)
{
	char href[HREF_MAX];

	account_href(href, s->a.id, path);
	people_fold(s->h, line, false);
	html_leafs(s->h, "p", about);
	button_form(s->h, s->p, href, button, kind);
	html_close_to(s->h, "details");
}

static void put_actions(struct shown *s)
{
	if (s->a.disabled) {
		put_action(s, "もう一度 動かす",
			   "前の鍵は終わっています。本人は、新しい紙で はじめからログインします。",
			   "/enable", "アカウントを動かす", "");
		return;
	}
	if (s->last) {
		html_leafs(
		    s->h, "p",
		    "ログインできる管理のアカウントは、これだけです。止めることも、出し直すことも"
		    "できません。");
		return;
	}
	if (s->a.key[0])
		put_action(
		    s, "パスワードをわすれた・機器をなくした",
		    "本人かどうかを 確かめてから 行ってください。いまのパスワード、鍵、確認の"
		    "機器は使えなくなり、ログイン中の画面は終わります。本人は、新しい紙で "
		    "はじめからログインします。これまでの署名は、正しいままです。",
		    "/reset", "出し直す", "danger");
	put_action(
	    s, "アカウントを止める",
	    "いますぐログインできなくなり、ログイン中の画面は終わります。鍵もここで終わります。"
	    "書いた記録と署名は残ります。",
	    "/disable", "止める", "danger");
}

static enum status put_account(struct shown *s)
{
	enum status st = put_facts(s);

	put_links(s);
	if (st)
		return st;
	if (s->self) {
		html_leafs(
		    s->h, "p",
		    "これは あなたのアカウントです。自分の権限は変えられません。ほかの管理の人に"
		    "頼んでください。");
		return ST_OK;
	}
	put_slip(s);
	html_leafs(s->h, "h2", "変える・止める");
	st = put_edit(s);
	put_actions(s);
	return st;
}

static enum status show(struct page *p, int status, const struct form_state *edit,
			const char *error)
{
	struct span id = param(&p->params, "account");
	struct shown s = {.p = p, .edit = *edit};
	struct frame f = {.title = "アカウント",
			  .crumbs = people_crumbs,
			  .ncrumbs = 2,
			  .errors = error || edit->error};
	struct html h;
	struct buf body;
	enum status st = account_get(p->app->db, id, &s.a);

	if (!st)
		st = account_is_last_admin(p->app, &s.a, p->req->now, &s.last);
	if (st)
		return st;
	frame_body(&h, &body);
	s.h = &h;
	s.state = account_state_of(&s.a, p->req->now);
	s.self = strcmp(s.a.id, p->who->id) == 0;
	f.heading = span_of(s.a.name);
	f.caption = span_of(s.a.kana);
	people_banner(p, &f, done_words);
	if (error)
		error_box(&h, error);
	st = put_account(&s);
	if (!st)
		st = people_note(p, "admin.account", id);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

static const struct form_state fresh = {NULL, NULL};

enum status page_admin_account(struct page *p)
{
	return show(p, 200, &fresh, NULL);
}

/* ---- what its forms do -------------------------------------------------------------------- */

/* Back to the page: with what was done, or with why not. */
static enum status answer(struct page *p, enum status st, const char *done)
{
	struct span id = param(&p->params, "account");
	char to[HREF_MAX];

	if (people_mistake(st) && st != ST_NOTFOUND)
		return show(p, 422, &fresh, form_failed(p, NULL).error);
	if (st)
		return st;
	snprintf(to, sizeof to, "/admin/accounts/%.*s?done=%s", SPAN_ARG(id), done);
	return response_redirect(p->res, to);
}

typedef enum status account_act(struct app *app, const struct actor *who, struct span id);

static enum status act(struct page *p, account_act *run, const char *done)
{
	struct actor who = {.secret = NULL};
	enum status st = people_actor(p, &who);

	if (!st)
		st = run(p->app, &who, param(&p->params, "account"));
	actor_clear(&who);
	return answer(p, st, done);
}

static enum status reset(struct app *app, const struct actor *who, struct span id)
{
	return account_reset(app, who, id, SPAN_NONE);
}

enum status page_admin_account_disable(struct page *p)
{
	return act(p, account_disable, "disabled");
}

enum status page_admin_account_enable(struct page *p)
{
	return act(p, account_enable, "enabled");
}

enum status page_admin_account_reset(struct page *p)
{
	return act(p, reset, "reset");
}

enum status page_admin_account_edit(struct page *p)
{
	const bool whole = form_get(&p->form, "whole").n > 0;
	struct span id = param(&p->params, "account");
	struct account_edit e = {.name = form_get(&p->form, "name"),
				 .kana = form_get(&p->form, "kana"),
				 .until = form_get(&p->form, "until")};
	struct actor who = {.secret = NULL};
	struct form_state s;
	struct account a;
	const char *field = NULL;
	enum status st = account_get(p->app->db, id, &a);

	if (st)
		return st;
	if (a.staff) {
		e.institution = form_get(&p->form, "institution");
		e.classes = form_get(&p->form, "classes");
		e.whole = &whole;
	}
	st = people_actor(p, &who);
	if (!st)
		st = account_edit(p->app, &who, id, &e, &field);
	actor_clear(&who);
	if (people_mistake(st)) {
		s = form_failed(p, field);
		return show(p, 422, &s, NULL);
	}
	return answer(p, st, "changed");
}
