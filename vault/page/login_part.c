#include "vault/page/login.h"

#include "vault/flow/kept.h"
#include "vault/http/percent.h"

#include <stdio.h>

struct attempt login_attempt(const struct page *p, struct span account, struct span password)
{
	return (struct attempt){
	    .account = account.p ? account : SPAN(""),
	    .password = password.p ? password : SPAN(""),
	    .peer = p->req->peer,
	    .agent = p->req->user_agent,
	    .request = p->req->id,
	    .now = p->req->now,
	};
}

/* ---- the cookie of the form ---------------------------------------------------------------- */

static const char pre_cookie[] = "pre";

enum status login_pre_begin(struct page *p, unsigned char bound[static SHA256_LEN])
{
	char text[TOKEN_TEXT];
	struct token token;

	token_new(&token, text);
	token_clear(&token);
	sha256(span_of(text), bound);
	csrf_token(p->csrf, p->app->csrf_key, bound);
	return response_cookie_set(p->res, pre_cookie, span_of(text), 0);
}

bool login_pre_check(const struct page *p, unsigned char bound[static SHA256_LEN])
{
	struct span cookie;

	if (!request_cookie(p->req, "__Host-pre", &cookie))
		return false;
	sha256(cookie, bound);
	return csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, bound);
}

bool login_is_weak(const struct page *p)
{
	return p->session.weak && p->session.account.id[0];
}

/* ---- where to ------------------------------------------------------------------------------ */

/* Only a path of this site may follow: no scheme, no host. */
static bool login_is_local(struct span next)
{
	if (next.n < 1 || next.n > 2048 || next.p[0] != '/' || (next.n > 1 && next.p[1] == '/'))
		return false;
	for (size_t i = 0; i < next.n; i++)
		if ((unsigned char)next.p[i] <= 0x20 || (unsigned char)next.p[i] >= 0x7f ||
		    next.p[i] == '\\')
			return false;
	return true;
}

struct span login_next(const struct page *p)
{
	struct span next = form_get(p->req->method == M_POST ? &p->form : &p->query, "next");

	return login_is_local(next) ? next : SPAN("/");
}

void login_hide_next(struct html *h, const struct page *p)
{
	struct span next = login_next(p);

	if (next.n > 1)
		html_hidden(h, "next", next);
}

void login_path(struct buf *out, const char *path, struct span next)
{
	buf_adds(out, path);
	if (next.n <= 1)
		return;
	buf_adds(out, strchr(path, '?') ? "&next=" : "?next=");
	while (next.p) { /* slashes stay: the address can be read */
		percent_encode(out, span_cut(&next, '/'));
		if (next.p)
			buf_addc(out, '/');
	}
}

static enum status redirect(struct page *p, struct buf *to)
{
	enum status st = to->st;

	if (!st)
		st = response_redirect(p->res, buf_str(to));
	buf_clear(to);
	return st;
}

enum status login_enter(struct page *p, char text[static TOKEN_TEXT], enum sign_step step,
			struct span account)
{
	struct span next = login_next(p);
	bool kept = false;
	struct buf to;
	enum status st = response_cookie_set(p->res, "karte", span_of(text), 0);

	explicit_bzero(text, TOKEN_TEXT);
	buf_init(&to, LOGIN_TO);
	if (!st)
		st = response_cookie_clear(p->res, pre_cookie);
	if (!st && step == SIGN_IN_DONE)
		st = kept_waits(p->app, account, p->req->now, &kept);
	if (step == SIGN_IN_CODE)
		login_path(&to, "/login/code", next);
	else if (step == SIGN_IN_ENROL)
		login_path(&to, "/account/factors", next);
	else
		buf_addspan(&to, kept ? SPAN("/kept") : next);
	if (st)
		buf_clear(&to);
	return st ? st : redirect(p, &to);
}

enum status login_second(struct page *p, struct span next, bool kept)
{
	struct factor_need need;
	struct buf to;
	enum status st = factor_need(p->app, &p->session.account, &need);

	if (st)
		return st;
	buf_init(&to, LOGIN_TO);
	if (need.count)
		login_path(&to, kept ? "/login/code?kept=1" : "/login/code", next);
	else
		login_path(&to, "/account/factors", next);
	return redirect(p, &to);
}

/* ---- forms --------------------------------------------------------------------------------- */

void login_form(struct html *h, const struct page *p, const char *action)
{
	html_open(h, "form");
	html_class(h, "login");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	html_flag(h, "novalidate", true);
	frame_csrf(h, p);
}

const char *login_wait(struct page *p, long wait, char out[static LOGIN_WORDS])
{
	if (wait < 1)
		wait = 5;
	if (wait >= 60)
		snprintf(out, LOGIN_WORDS,
			 "まちがいが続いたため、少し お待ちください。あと %ld分で もう一度 "
			 "おためしいただけます。",
			 (wait + 59) / 60);
	else
		snprintf(out, LOGIN_WORDS,
			 "少し お待ちください。あと %ld秒で もう一度 おためしいただけます。", wait);
	response_retry_after(p->res, wait);
	return out;
}

/* ---- passkeys ------------------------------------------------------------------------------ */

static const char *const sent[] = {"id", "client", "data", "signature", "prf"};
enum { SENT = sizeof sent / sizeof *sent };

void login_passkey_form(struct html *h, const struct page *p, const struct passkey_look *f)
{
	char site[256], handle[CHALLENGE_TEXT];

	if (!passkey_site(p->app, site))
		return;
	html_open(h, "form");
	html_class(h, "login");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", f->action);
	html_attrs(h, "data-passkey", f->ceremony);
	html_attrs(h, "data-site", site);
	html_attrs(h, "data-allow", f->allow);
	html_attrs(h, "data-failed", "パスキーを 使えませんでした。もう一度 おためしください。");
	if (f->who) {
		passkey_handle(p->app, span_of(f->who->id), handle);
		html_attrs(h, "data-user", handle);
		html_attrs(h, "data-account", f->who->id);
		html_attrs(h, "data-name", f->who->name);
	}
	html_flag(h, "hidden", true);
	frame_csrf(h, p);
	html_hidden(h, "challenge", span_of(f->challenge));
	for (int i = 0; i < SENT; i++)
		html_hidden(h, sent[i], SPAN(""));
	login_hide_next(h, p);
	if (f->named) {
		const struct field_look name = {
		    .id = "name",
		    .label = "このパスキーの名前",
		    .hint = "どの端末のものか、あとで わかるように。例：わたしのスマートフォン"};
		field_text(h, &name, SPAN(""));
	}
	form_button(h, f->label, f->kind);
	html_close(h);
	html_open(h, "noscript");
	html_leafs(h, "p", "パスキーを使うには、ブラウザの JavaScript が 必要です。");
	html_close(h);
}

/* One field as bytes; absent when it is empty. */
static bool take(struct page *p, const char *name, struct span *out)
{
	struct span text = form_get(&p->form, name);
	unsigned char *bytes;
	size_t n = 0;

	*out = SPAN_NONE;
	if (text.n == 0)
		return true;
	if (text.n > PASSKEY_PART_MAX)
		return false;
	bytes = arena_alloc(p->arena, text.n);
	if (!bytes || !passkey_decode(text, bytes, text.n, &n))
		return false;
	*out = span_make((const char *)bytes, n);
	return true;
}

bool login_assertion(struct page *p, const unsigned char *bound, struct assertion *out)
{
	*out = (struct assertion){
	    .challenge = form_get(&p->form, "challenge"), .host = p->req->host, .bound = bound};
	return take(p, "id", &out->id) && take(p, "client", &out->client) &&
	       take(p, "data", &out->data) && take(p, "signature", &out->signature) &&
	       take(p, "prf", &out->prf) && out->id.n && out->client.n && out->data.n;
}
