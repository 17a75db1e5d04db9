#include "generator/base/sha256.h"
#include "vault/page/frame.h"

#include <stdio.h>
#include <stdlib.h>

/* Before signing in a form is tied to a cookie of its own. */
static const char pre_cookie[] = "pre";

static void pre_hash(struct span value, unsigned char out[static SHA256_LEN])
{
	sha256(value, out);
}

/* Sets the cookie anew each time the form is shown. */
static enum status begin_pre(struct page *p)
{
	unsigned char hash[SHA256_LEN];
	char text[TOKEN_TEXT];
	struct token token;

	token_new(&token, text);
	token_clear(&token);
	pre_hash(span_of(text), hash);
	csrf_token(p->csrf, p->app->csrf_key, hash);
	return response_cookie_set(p->res, pre_cookie, span_of(text), 0);
}

static bool check_pre(const struct page *p)
{
	unsigned char hash[SHA256_LEN];
	struct span cookie;

	if (!request_cookie(p->req, "__Host-pre", &cookie))
		return false;
	pre_hash(cookie, hash);
	return csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, hash);
}

/* Only a path of this site may follow: no scheme, no host. */
static bool is_local(struct span next)
{
	if (next.n < 1 || next.n > 2048 || next.p[0] != '/' || (next.n > 1 && next.p[1] == '/'))
		return false;
	for (size_t i = 0; i < next.n; i++)
		if ((unsigned char)next.p[i] <= 0x20 || (unsigned char)next.p[i] >= 0x7f ||
		    next.p[i] == '\\')
			return false;
	return true;
}

static void field(struct html *h, const char *id, const char *label, const char *type,
		  const char *autocomplete, struct span value, bool wrong)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", id);
	html_texts(h, label);
	html_close(h);
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", id);
	html_attrs(h, "name", id);
	html_attrs(h, "type", type);
	html_attrs(h, "autocomplete", autocomplete);
	html_attrs(h, "autocapitalize", "none");
	html_attrs(h, "spellcheck", "false");
	if (wrong) {
		html_attrs(h, "aria-invalid", "true");
		html_attrs(h, "aria-describedby", "login-error");
	}
	html_attr(h, "value", value);
	if (strcmp(type, "password") == 0)
		html_attrs(h, "data-show", "パスワードを表示する");
	html_close(h);
}

static enum status show_form(struct page *p, int status, struct span account, struct span next,
			     const char *error)
{
	struct frame f = {.title = "ログイン", .errors = error != NULL};
	struct html h;
	struct buf body;
	enum status st = begin_pre(p);

	frame_body(&h, &body);
	if (error) {
		html_open(&h, "div");
		html_class(&h, "error-summary");
		html_attrs(&h, "id", "login-error");
		html_attrs(&h, "role", "alert");
		html_leafs(&h, "p", error);
		html_close(&h);
	}
	html_open(&h, "form");
	html_class(&h, "login");
	html_attrs(&h, "method", "post");
	html_attrs(&h, "action", "/login");
	html_flag(&h, "novalidate", true);
	frame_csrf(&h, p);
	if (is_local(next))
		html_hidden(&h, "next", next);
	field(&h, "account", "ID", "text", "username", account, error != NULL);
	field(&h, "password", "パスワード", "password", "current-password", SPAN_NONE,
	      error != NULL);
	html_open(&h, "div");
	html_class(&h, "actions");
	html_open(&h, "button");
	html_attrs(&h, "type", "submit");
	html_class(&h, "button");
	html_texts(&h, "ログインする");
	html_close(&h);
	html_close(&h);
	html_close(&h);
	html_open(&h, "p");
	html_texts(&h, "IDやパスワードが わからないときは、通っている園・学校か、役所の担当の課に "
		       "おたずねください。");
	html_close(&h);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_login(struct page *p)
{
	if (p->who)
		return response_redirect(p->res, "/");
	return show_form(p, 200, SPAN_NONE, form_get(&p->query, "next"), NULL);
}

static enum status too_often(struct page *p, struct span account, struct span next, long wait)
{
	char text[256];

	if (wait >= 60)
		snprintf(text, sizeof text,
			 "まちがいが続いたため、少し お待ちください。あと %ld分で もう一度 "
			 "おためしいただけます。",
			 (wait + 59) / 60);
	else
		snprintf(text, sizeof text,
			 "少し お待ちください。あと %ld秒で もう一度 おためしいただけます。",
			 wait ? wait : 5);
	response_retry_after(p->res, wait ? wait : 5);
	return show_form(p, 429, account, next, text);
}

enum status page_login_post(struct page *p)
{
	struct attempt a = {
	    .account = span_trim(form_get(&p->form, "account")),
	    .password = form_get(&p->form, "password"),
	    .peer = p->req->peer,
	    .request = p->req->id,
	    .now = p->req->now,
	};
	struct span next = form_get(&p->form, "next");
	char text[TOKEN_TEXT], to[2050];
	long wait;
	enum status st;

	if (!check_pre(p))
		return page_error(p, 403, 0);
	if (!a.account.p)
		a.account = SPAN("");
	if (!a.password.p)
		a.password = SPAN("");
	st = sign_in(p->app, &a, text, &wait);
	if (st == ST_BUSY)
		return too_often(p, a.account, next, wait);
	if (st == ST_DENIED || st == ST_TOOBIG)
		return show_form(p, 422, a.account, next,
				 "IDかパスワードが ちがいます。もう一度 たしかめてください。");
	if (st)
		return st;
	st = response_cookie_set(p->res, "karte", span_of(text), 0);
	explicit_bzero(text, sizeof text);
	if (!st)
		st = response_cookie_clear(p->res, pre_cookie);
	if (!st)
		st = response_redirect(p->res,
				       is_local(next) && span_copy(next, to, sizeof to) ? to : "/");
	return st;
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
