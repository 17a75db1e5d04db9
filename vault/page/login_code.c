/* The second step of signing in: a code of an app, a code from paper, or a passkey. */
#include "vault/page/login.h"

#include <stdio.h>

/* What the person can answer with. */
struct means {
	bool app;
	struct buf passkeys; /* ids in base64url, separated by spaces */
};

static void add_id(struct buf *out, const struct factor_row *f)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, held = 0;

	if (out->len)
		buf_addc(out, ' ');
	for (size_t i = 0; i < f->handle_len; i++) {
		held = (held << 8 | f->handle[i]) & 0x3fff;
		for (bits += 8; bits >= 6; bits -= 6)
			buf_addc(out, digits[held >> (bits - 6) & 63]);
	}
	if (bits)
		buf_addc(out, digits[held << (6 - bits) & 63]);
}

void login_passkey_ids(const struct factors *f, struct buf *out)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->rows[i].kind, "passkey") == 0)
			add_id(out, &f->rows[i]);
}

static enum status find_means(struct page *p, struct means *m)
{
	struct factors *f;
	enum status st = factors_load(p->app, span_of(p->session.account.id), &f);

	m->app = false;
	for (size_t i = 0; f && i < f->count; i++)
		m->app = m->app || strcmp(f->rows[i].kind, "totp") == 0;
	if (f)
		login_passkey_ids(f, &m->passkeys);
	factors_free(f);
	return st;
}

static void put_code(struct html *h, const struct page *p, bool paper)
{
	const struct field_look app = {.id = "code",
				       .label = "確認コード",
				       .hint = "認証アプリに出ている 6けたの数字です。",
				       .width = "m",
				       .autocomplete = "one-time-code",
				       .inputmode = "numeric"};
	const struct field_look printed = {
	    .id = "code",
	    .label = "紙のコード",
	    .hint = "印刷しておいた リカバリーコードの 1つです。1つのコードは 1回だけ 使えます。",
	    .autocomplete = "off"};

	login_form(h, p, "/login/code");
	login_hide_next(h, p);
	if (paper)
		html_hidden(h, "paper", SPAN("1"));
	field_text(h, paper ? &printed : &app, SPAN(""));
	form_button(h, "ログインする", "");
	html_close(h);
}

static void put_other_way(struct html *h, const struct page *p, bool paper)
{
	struct buf to;

	buf_init(&to, LOGIN_TO);
	login_path(&to, paper ? "/login/code" : "/login/code?paper=1", login_next(p));
	html_open(h, "p");
	html_link(h, buf_str(&to),
		  paper ? SPAN("認証アプリや パスキーを使う")
			: SPAN("スマートフォンが 手もとに ないとき（紙のコードを使う）"));
	html_close(h);
	buf_clear(&to);
}

static void put_passkey(struct html *h, const struct page *p, const struct means *m)
{
	char challenge[CHALLENGE_TEXT];
	const struct passkey_look look = {.action = "/login/passkey",
					  .label = "パスキーで たしかめる",
					  .kind = m->app ? "secondary" : "",
					  .ceremony = "get",
					  .challenge = challenge,
					  .allow = buf_str(&m->passkeys)};

	if (!m->passkeys.len)
		return;
	passkey_ask(p->app, p->session.token.lookup, p->req->now, challenge);
	login_passkey_form(h, p, &look);
}

static void put_banner(const struct page *p, struct frame *f)
{
	if (!form_get(&p->query, "kept").n)
		return;
	f->banner_kind = "info";
	f->banner = "入力した内容は 預かっています。ログインすると、続きから はじめられます。";
}

static enum status show(struct page *p, int status, bool paper, const char *error)
{
	struct frame f = {.title = "ログインの確認", .errors = error != NULL};
	struct means m;
	struct html h;
	struct buf body;
	enum status st;

	buf_init(&m.passkeys, 64 * 1024);
	st = find_means(p, &m);
	frame_body(&h, &body);
	put_banner(p, &f);
	if (error)
		error_box(&h, error);
	html_leafs(&h, "p", "パスワードが 合いました。ご本人か、もう1つ たしかめます。");
	if (!paper)
		put_passkey(&h, p, &m);
	if (paper || m.app)
		put_code(&h, p, paper);
	put_other_way(&h, p, paper);
	button_form(&h, p, "/logout", "やめる", "secondary");
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	buf_clear(&m.passkeys);
	return st;
}

enum status page_code(struct page *p)
{
	struct factor_need need;
	enum status st;

	if (!login_is_weak(p))
		return response_redirect(p->res, "/");
	st = factor_need(p->app, &p->session.account, &need);
	if (!st && !need.count)
		return login_second(p, login_next(p), false);
	return st ? st : show(p, 200, form_get(&p->query, "paper").n > 0, NULL);
}

/* How many codes are left is said where new ones can be made. */
static enum status entered(struct page *p, char text[static TOKEN_TEXT], bool paper)
{
	struct span account = span_of(p->session.account.id);
	enum status st;

	if (!paper)
		return login_enter(p, text, SIGN_IN_DONE, account);
	st = response_cookie_set(p->res, "karte", span_of(text), 0);
	explicit_bzero(text, TOKEN_TEXT);
	return st ? st : response_redirect(p->res, "/account/codes?used=1");
}

enum status page_code_post(struct page *p)
{
	struct attempt a = login_attempt(p, span_of(p->session.account.id), SPAN_NONE);
	struct span code = form_get(&p->form, "code");
	bool paper = form_get(&p->form, "paper").n > 0, used_paper;
	char text[TOKEN_TEXT], words[LOGIN_WORDS];
	long wait = 0;
	enum status st;

	if (!login_is_weak(p))
		return response_redirect(p->res, "/");
	st = sign_in_code(p->app, &a, &p->session, code.p ? code : SPAN(""), text, &wait,
			  &used_paper);
	if (st == ST_BUSY)
		return show(p, 429, paper, login_wait(p, wait, words));
	if (st == ST_DENIED)
		return show(p, 422, paper,
			    paper ? "コードが合いません。1度 使ったコードは、もう使えません。"
				  : "コードが合いません。1つのコードは 1回だけ 使えます。"
				    "新しいコードを 入れてください。くり返すときは、"
				    "スマートフォンの時計を 確かめてください。");
	return st ? st : entered(p, text, used_paper);
}

/* ---- passkeys ------------------------------------------------------------------------------ */

static enum status not_alone(struct page *p)
{
	return frame_send_plain(
	    p, 422, "先に パスワードを入れてください",
	    "このパスキーは、2つめの確認に 使うものです。IDとパスワードでログインしてから、"
	    "もう一度 パスキーを お使いください。");
}

static enum status failed(struct page *p, long wait, enum status st)
{
	char words[LOGIN_WORDS];

	if (st == ST_BUSY)
		return frame_send_plain(p, 429, "少し お待ちください", login_wait(p, wait, words));
	return frame_send_plain(p, 422, "パスキーで たしかめられませんでした",
				"このパスキーは 登録されていないか、時間がすぎました。"
				"はじめから もう一度 おためしください。");
}

enum status page_passkey(struct page *p)
{
	struct session *s = login_is_weak(p) ? &p->session : NULL;
	struct attempt a = login_attempt(p, SPAN_NONE, SPAN_NONE);
	unsigned char bound[SHA256_LEN];
	char text[TOKEN_TEXT];
	struct assertion in;
	struct factor_row f;
	long wait = 0;
	enum status st;

	/* The sign-in page may still be open beside a weak session: then its own cookie counts. */
	if (s && csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, s->token.lookup))
		memcpy(bound, s->token.lookup, sizeof bound);
	else if (login_pre_check(p, bound))
		s = NULL;
	else
		return page_error(p, 403, 0);
	if (!login_assertion(p, bound, &in) || !in.signature.n)
		return page_error(p, 400, 0);
	st = sign_in_passkey(p->app, &a, s, &in, text, &wait);
	if (st == ST_STALE)
		return not_alone(p);
	if (st == ST_DENIED || st == ST_BUSY)
		return failed(p, wait, st);
	if (!st && !s)
		st = factor_by_handle(p->app->db, in.id, &f);
	return st ? st : login_enter(p, text, SIGN_IN_DONE, span_of(s ? s->account.id : f.account));
}
