/* The first sign-in with the code of a printed slip.  The code on the slip leads here; the script
   fills in what its address carries behind the "#", which never reaches a server. */
#include "vault/flow/first.h"
#include "vault/page/login.h"

static enum status show(struct page *p, int status, const char *error)
{
	static const struct field_look id = {
	    .id = "account", .label = "ID", .autocomplete = "username"};
	static const struct field_look code = {.id = "code",
					       .label = "はじめてのコード",
					       .hint = "紙に書いてある 16文字です。14日のあいだ、"
						       "1回だけ 使えます。"};
	static const struct field_look password = {
	    .id = "password",
	    .label = "新しいパスワード",
	    .hint = "12文字以上に してください。ことばを いくつか つなげると、"
		    "おぼえやすく、あてられにくくなります。",
	    .type = "password",
	    .autocomplete = "new-password"};
	struct frame f = {.title = "はじめてのログイン", .errors = error != NULL};
	unsigned char bound[SHA256_LEN];
	struct html h;
	struct buf body;
	enum status st = login_pre_begin(p, bound);

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	html_leafs(&h, "p",
		   "役所や 園・学校から もらった紙を 用意してください。"
		   "ここで きめるパスワードは、役所の人にも わかりません。");
	html_open(&h, "form");
	html_class(&h, "login");
	html_attrs(&h, "method", "post");
	html_attrs(&h, "action", "/first");
	html_flag(&h, "novalidate", true);
	html_flag(&h, "data-fragment", true);
	frame_csrf(&h, p);
	field_text(&h, &id, form_get(&p->form, "account"));
	field_text(&h, &code, form_get(&p->form, "code"));
	field_text(&h, &password, SPAN_NONE);
	form_button(&h, "つぎへ", "");
	html_close(&h);
	html_open(&h, "p");
	html_link(&h, "/login", SPAN("もう パスワードを きめた方は、こちらから"));
	html_close(&h);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_first(struct page *p)
{
	if (p->who)
		return response_redirect(p->res, "/");
	return show(p, 200, NULL);
}

enum status page_first_post(struct page *p)
{
	struct attempt a = login_attempt(p, span_trim(form_get(&p->form, "account")),
					 form_get(&p->form, "password"));
	struct span code = form_get(&p->form, "code");
	unsigned char bound[SHA256_LEN];
	char text[TOKEN_TEXT], words[LOGIN_WORDS];
	enum sign_step step;
	const char *why = NULL;
	long wait = 0;
	enum status st;

	if (!login_pre_check(p, bound))
		return page_error(p, 403, 0);
	st = first_sign_in(p->app, &a, code.p ? code : SPAN(""), text, &wait, &step, &why);
	if (st == ST_BUSY)
		return show(p, 429, login_wait(p, wait, words));
	if (st == ST_INVALID && why)
		return show(p, 422, why);
	if (st == ST_DENIED || st == ST_TOOBIG)
		return show(p, 422,
			    "IDか はじめてのコードが ちがうか、コードの期限が すぎています。"
			    "期限がすぎたときは、紙を もらったところに おたずねください。");
	return st ? st : login_enter(p, text, step, a.account);
}
