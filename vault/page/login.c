#include "vault/page/login.h"

/* Banners that the address asks for: harmless when somebody else wrote it. */
static void put_banner(const struct page *p, struct frame *f)
{
	if (!form_get(&p->query, "kept").n)
		return;
	f->banner_kind = "info";
	f->banner = "時間がすぎたため、ログアウトしました。入力した内容は 預かっています。"
		    "もう一度 ログインすると、続きから はじめられます。";
}

static void put_passkey(struct html *h, const struct page *p,
			const unsigned char bound[static SHA256_LEN])
{
	char challenge[CHALLENGE_TEXT];
	const struct passkey_look look = {.action = "/login/passkey",
					  .label = "パスキーでログイン",
					  .kind = "secondary",
					  .ceremony = "get",
					  .challenge = challenge,
					  .allow = ""};

	passkey_ask(p->app, bound, p->req->now, challenge);
	login_passkey_form(h, p, &look);
}

static enum status show_form(struct page *p, int status, struct span account, const char *error)
{
	static const struct field_look id = {
	    .id = "account", .label = "ID", .autocomplete = "username"};
	static const struct field_look password = {.id = "password",
						   .label = "パスワード",
						   .type = "password",
						   .autocomplete = "current-password"};
	struct frame f = {.title = "ログイン", .errors = error != NULL};
	unsigned char bound[SHA256_LEN];
	struct html h;
	struct buf body;
	enum status st = login_pre_begin(p, bound);

	frame_body(&h, &body);
	put_banner(p, &f);
	if (error)
		error_box(&h, error);
	login_form(&h, p, "/login");
	login_hide_next(&h, p);
	field_text(&h, &id, account);
	field_text(&h, &password, SPAN_NONE);
	form_button(&h, "ログインする", "");
	html_close(&h);
	put_passkey(&h, p, bound);
	html_open(&h, "p");
	html_link(&h, "/first", SPAN("はじめて ログインする方（紙のコードを お持ちの方）"));
	html_close(&h);
	html_leafs(&h, "p",
		   "IDやパスワードが わからないときは、通っている園・学校か、役所の担当の課に "
		   "おたずねください。");
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_login(struct page *p)
{
	if (p->who)
		return response_redirect(p->res, "/");
	return show_form(p, 200, SPAN_NONE, NULL);
}

enum status page_login_post(struct page *p)
{
	struct attempt a = login_attempt(p, span_trim(form_get(&p->form, "account")),
					 form_get(&p->form, "password"));
	unsigned char bound[SHA256_LEN];
	char text[TOKEN_TEXT], words[LOGIN_WORDS];
	enum sign_step step;
	long wait = 0;
	enum status st;

	if (!login_pre_check(p, bound))
		return page_error(p, 403, 0);
	st = sign_in(p->app, &a, text, &wait, &step);
	if (st == ST_BUSY)
		return show_form(p, 429, a.account, login_wait(p, wait, words));
	if (st == ST_DENIED || st == ST_TOOBIG)
		return show_form(p, 422, a.account,
				 "IDかパスワードが ちがいます。もう一度 たしかめてください。");
	return st ? st : login_enter(p, text, step, a.account);
}

enum status page_logout(struct page *p)
{
	enum status st = sign_out(p->app, &p->session, p->req->id);

	if (!st)
		st = response_cookie_clear(p->res, "karte");
	if (!st)
		st = response_forget(p->res);
	return st ? st : response_redirect(p->res, "/login");
}
