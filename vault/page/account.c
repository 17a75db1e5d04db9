/* One's own account: password, factors, codes on paper, devices, and the key that signs. */
#include "vault/page/account.h"

#include "generator/base/day.h"
#include "vault/flow/password_change.h"
#include "vault/page/lists.h"

#include <stdio.h>

const struct crumb account_crumbs[] = {{"/", SPAN("ホーム")}, {"/account", SPAN("アカウント")}};

const struct account *account_self(const struct page *p)
{
	return &p->session.account;
}

/* ---- password ------------------------------------------------------------------------------ */

static void account_put_password(struct html *h, const struct page *p, const char *wrong_old,
				 const char *wrong_new)
{
	const struct field_look old = {.id = "old-password",
				       .label = "いまのパスワード",
				       .error = wrong_old,
				       .type = "password",
				       .autocomplete = "current-password"};
	const struct field_look fresh = {
	    .id = "new-password",
	    .label = "新しいパスワード",
	    .hint = "12文字以上に してください。ことばを いくつか つなげると、"
		    "おぼえやすく、あてられにくくなります。",
	    .error = wrong_new,
	    .type = "password",
	    .autocomplete = "new-password"};

	login_form(h, p, "/account/password");
	/* for password managers: whose password it is */
	html_open(h, "input");
	html_class(h, "visually-hidden");
	html_attrs(h, "type", "text");
	html_attrs(h, "name", "account");
	html_attrs(h, "value", account_self(p)->id);
	html_attrs(h, "autocomplete", "username");
	html_attrs(h, "aria-label", "ID");
	html_attrs(h, "tabindex", "-1");
	html_flag(h, "readonly", true);
	field_text(h, &old, SPAN_NONE);
	field_text(h, &fresh, SPAN_NONE);
	html_leafs(h, "p", "変えると、ほかの端末は ログアウトします。");
	form_button(h, "パスワードを変える", "");
	html_close(h);
}

static enum status password_page(struct page *p, int status, const char *error,
				 const char *wrong_old, const char *wrong_new)
{
	struct frame f = {.title = "パスワードを変える",
			  .crumbs = account_crumbs,
			  .ncrumbs = 2,
			  .errors = status >= 400};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	account_put_password(&h, p, wrong_old, wrong_new);
	st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_password(struct page *p)
{
	return password_page(p, 200, NULL, NULL, NULL);
}

enum status page_password_post(struct page *p)
{
	struct attempt a =
	    login_attempt(p, span_of(account_self(p)->id), form_get(&p->form, "old-password"));
	struct span fresh = form_get(&p->form, "new-password");
	char words[LOGIN_WORDS];
	const char *why = NULL;
	long wait = 0;
	enum status st;

	st = password_change(p->app, &a, &p->session, fresh.p ? fresh : SPAN(""), &wait, &why);
	if (st == ST_BUSY)
		return password_page(p, 429, login_wait(p, wait, words), NULL, NULL);
	if (st == ST_DENIED)
		return password_page(p, 422, NULL, "いまのパスワードが ちがいます。", NULL);
	if (st == ST_INVALID && why)
		return password_page(p, 422, NULL, NULL, why);
	return st ? st : response_redirect(p->res, "/account?done=password");
}

/* ---- the key ------------------------------------------------------------------------------- */

static void put_key(struct html *h, struct page *p)
{
	const struct account *who = account_self(p);
	char text[64] = "";
	struct key_row key;
	size_t n = 0;

	html_leafs(h, "h2", "あなたの署名の鍵");
	html_leafs(h, "p",
		   "シートを保存すると、この鍵で署名が付きます。鍵を開けられるのは、"
		   "あなたのパスワードと パスキーだけです。");
	for (const char *c = who->key; *c && n + 2 < sizeof text; c++) {
		if (c > who->key && (c - who->key) % 4 == 0)
			text[n++] = ' ';
		text[n++] = *c;
	}
	html_open(h, "dl");
	html_class(h, "values");
	html_open(h, "div");
	html_leafs(h, "dt", "鍵の番号");
	html_open(h, "dd");
	html_leaf_class(h, "span", "code-text", span_of(text));
	html_close(h);
	html_close(h);
	if (key_get(p->app->db, span_of(who->key), &key) == ST_OK) {
		html_open(h, "div");
		html_leafs(h, "dt", "いつから");
		html_open(h, "dd");
		list_moment(h, key.since);
		html_close(h);
		html_close(h);
	}
	html_close(h);
}

/* ---- the page ------------------------------------------------------------------------------ */

static const struct {
	const char *done, *text;
} banners[] = {
    {"password", "パスワードを変えました。ほかの端末は ログアウトしました。"},
    {"totp", "認証アプリを 登録しました。"},
    {"passkey", "パスキーを 登録しました。"},
    {"drop", "登録を 消しました。"},
    {"ended", "その端末を ログアウトしました。"},
    {"others", "ほかの端末を すべて ログアウトしました。"},
};

static void put_banner(const struct page *p, struct frame *f)
{
	struct span done = form_get(&p->query, "done");

	for (size_t i = 0; i < sizeof banners / sizeof *banners; i++)
		if (span_is(done, banners[i].done)) {
			f->banner_kind = "success";
			f->banner = banners[i].text;
		}
}

static void put_links(struct html *h)
{
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", "/account/factors");
	html_texts(h, "ほかの方法を 登録する");
	html_close(h);
	html_close(h);
}

static enum status put_all(struct html *h, struct page *p)
{
	const struct account *who = account_self(p);
	struct factor_need need = {0, true};
	struct factors *factors = NULL;
	enum status st;

	facts_begin(h);
	fact_text(h, "ID", span_of(who->id));
	fact_text(h, "名前", span_of(who->name));
	html_close(h);
	html_open(h, "p");
	html_link(h, "/account/password", SPAN("パスワードを変える"));
	html_close(h);
	if (who->role == ROLE_AUDITOR) {
		html_open(h, "p");
		html_link(h, "/account/tokens", SPAN("アクセストークン（git で写すとき）"));
		html_close(h);
	}
	html_leafs(h, "h2", "ログインの確認");
	st = factors_load(p->app, span_of(who->id), &factors);
	if (!st)
		st = factor_need(p->app, who, &need);
	if (!st)
		account_put_factors(h, p, factors, !need.needed || need.count > 1);
	put_links(h);
	if (!st)
		st = account_put_codes(h, p);
	if (!st)
		st = account_put_sessions(h, p);
	put_key(h, p);
	factors_free(factors);
	return st;
}

enum status page_account(struct page *p)
{
	struct frame f = {
	    .title = "アカウント", .crumbs = account_crumbs, .ncrumbs = 1, .wide = false};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	put_banner(p, &f);
	st = put_all(&h, p);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
