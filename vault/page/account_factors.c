/* Setting up and removing what proves a person besides the password. */
#include "vault/page/account.h"

#include "vault/page/lists.h"

#include <stdio.h>

/* ---- the list ------------------------------------------------------------------------------ */

static const char *kind_label(const struct factor_row *f)
{
	if (strcmp(f->kind, "totp") == 0)
		return "6けたのコードを出すアプリ";
	return f->sealed[0] ? "パスキー（パスワードなしで ログインできます）"
			    : "パスキー（パスワードのあとの確認に 使います）";
}

static void put_time(struct html *h, const char *label, long long at, const char *none)
{
	html_open(h, "span");
	html_class(h, "note");
	html_textf(h, "%s ", label);
	if (at)
		list_moment(h, at);
	else
		html_texts(h, none);
	html_close(h);
}

static void put_factor(struct html *h, const struct page *p, const struct factor_row *f,
		       bool removable)
{
	char number[24];

	html_open(h, "li");
	html_leafs(h, "strong", f->name);
	html_open(h, "p");
	html_texts(h, kind_label(f));
	html_open(h, "br");
	put_time(h, "登録", f->since, "");
	html_open(h, "br");
	put_time(h, "さいごに使った日", f->used, "まだ");
	html_close(h);
	if (removable) {
		snprintf(number, sizeof number, "%lld", f->n);
		html_open(h, "form");
		html_attrs(h, "method", "post");
		html_attrs(h, "action", "/account/factors/drop");
		frame_csrf(h, p);
		html_hidden(h, "n", span_of(number));
		html_open(h, "button");
		html_class(h, "link-button");
		html_textf(h, "「%s」を消す", f->name);
		html_close(h);
		html_close(h);
	}
	html_close(h);
}

void account_put_factors(struct html *h, const struct page *p, const struct factors *f,
			 bool removable)
{
	if (!f->count) {
		html_leaf_class(h, "p", "empty-state",
				SPAN("まだ 登録がありません。いまは パスワードだけで "
				     "ログインできます。登録すると、パスワードを 知られても "
				     "ほかの人は 入れません。"));
		return;
	}
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < f->count; i++)
		put_factor(h, p, &f->rows[i], removable);
	html_close(h);
	if (!removable)
		html_leafs(h, "p",
			   "さいごの 1つは 消せません。べつのものを 登録してから 消してください。");
}

/* ---- what follows ------------------------------------------------------------------------- */

/* After the first factor the weak session becomes whole, and codes on paper are offered. */
enum status account_enrolled(struct page *p, const char *method)
{
	struct span account = span_of(account_self(p)->id);
	struct attempt a = login_attempt(p, account, SPAN_NONE);
	char text[TOKEN_TEXT], to[64];
	enum status st;

	if (!p->session.weak) {
		snprintf(to, sizeof to, "/account?done=%s", method);
		return response_redirect(p->res, to);
	}
	st = sign_in_enrolled(p->app, &a, &p->session, method, text);
	if (!st)
		st = response_cookie_set(p->res, "karte", span_of(text), 0);
	explicit_bzero(text, sizeof text);
	return st ? st : response_redirect(p->res, "/account/codes?first=1");
}

/* ---- passkeys ------------------------------------------------------------------------------ */

enum status page_passkey_add(struct page *p)
{
	struct attempt a = login_attempt(p, span_of(account_self(p)->id), SPAN_NONE);
	struct assertion in;
	bool alone;
	enum status st;

	if (!login_assertion(p, p->session.token.lookup, &in))
		return page_error(p, 400, 0);
	st = passkey_add(p->app, &a, &p->session, &in, form_get(&p->form, "name"), &alone);
	if (st == ST_DENIED || st == ST_INVALID)
		return frame_send_plain(
		    p, 422, "パスキーを 登録できませんでした",
		    "指紋、顔、暗証番号などで ご本人を たしかめられる端末でないか、"
		    "もう登録されているか、時間がすぎました。もう一度 おためしください。");
	if (st == ST_TOOBIG)
		return page_error(p, 413, 0);
	return st ? st : account_enrolled(p, "passkey");
}

static void put_passkey(struct html *h, const struct page *p, const struct factors *f)
{
	char challenge[CHALLENGE_TEXT], site[256];
	struct buf have;
	struct passkey_look look = {.action = "/account/factors/passkey",
				    .label = "パスキーを登録する",
				    .kind = "secondary",
				    .ceremony = "create",
				    .challenge = challenge,
				    .who = account_self(p),
				    .named = true};

	if (!passkey_site(p->app, site))
		return;
	buf_init(&have, 64 * 1024);
	login_passkey_ids(f, &have);
	look.allow = buf_str(&have);
	passkey_ask(p->app, p->session.token.lookup, p->req->now, challenge);
	html_leafs(h, "h2", "パスキー");
	html_leafs(h, "p",
		   "指紋、顔、端末の暗証番号などで 確かめます。端末とブラウザが 対応していれば、"
		   "次からは パスワードも いりません。対応していないときは、パスワードのあとの "
		   "確認に 使います。どちらになったかは、登録したあとに 出ます。");
	login_passkey_form(h, p, &look);
	buf_clear(&have);
}

/* ---- the page ------------------------------------------------------------------------------ */

static void put_forced(struct html *h, const struct page *p)
{
	if (!p->session.weak)
		return;
	html_leafs(h, "p",
		   "このサイトには お子さんの 大切な記録が あります。パスワードのほかに、"
		   "ご本人だと たしかめる方法を 1つ 登録してください。"
		   "登録が おわると、中に 入れます。");
}

static void put_app(struct html *h, const struct page *p)
{
	struct buf to;

	buf_init(&to, LOGIN_TO);
	login_path(&to, "/account/factors/totp", login_next(p));
	html_leafs(h, "h2", "認証アプリ");
	html_leafs(h, "p", "スマートフォンの アプリが出す 6けたの数字で 確かめます。");
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "a");
	html_class(h, "button");
	html_attrs(h, "href", buf_str(&to));
	html_texts(h, "認証アプリを登録する");
	html_close(h);
	html_close(h);
	buf_clear(&to);
}

enum status page_factors(struct page *p)
{
	struct frame f = {.title = "ログインの確認を 登録する"};
	struct factors *factors = NULL;
	struct html h;
	struct buf body;
	enum status st = factor_may_change(p->app, &p->session);

	if (st == ST_DENIED)
		return login_second(p, login_next(p), false);
	frame_body(&h, &body);
	if (p->who) {
		f.crumbs = account_crumbs;
		f.ncrumbs = 2;
	}
	if (!st)
		st = factors_load(p->app, span_of(account_self(p)->id), &factors);
	if (!st) {
		put_forced(&h, p);
		put_app(&h, p);
		put_passkey(&h, p, factors);
		if (p->session.weak)
			button_form(&h, p, "/logout", "やめる", "secondary");
		st = frame_send(p, 200, &f, &body);
	}
	factors_free(factors);
	buf_clear(&body);
	return st;
}

enum status page_factor_drop(struct page *p)
{
	long n;
	enum status st;

	if (!span_number(form_get(&p->form, "n"), 1000000000, &n))
		return page_error(p, 400, 0);
	st = factor_remove(p->app, &p->session, n, p->req->id);
	if (st == ST_EXISTS)
		return frame_send_plain(p, 422, "さいごの 1つは 消せません",
					"べつのものを 登録してから 消してください。");
	return st ? st : response_redirect(p->res, "/account?done=drop");
}
