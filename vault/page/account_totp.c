/* Setting up one-time passwords: a secret as a code to read and as text to type, and its first use.
 */
#include "vault/page/account.h"

#include "generator/render/qr.h"

#include <stdlib.h>

/* One path for all dark modules: no style, no image. */
static void put_qr(struct html *h, struct span text)
{
	struct qr *qr = calloc(1, sizeof *qr);
	struct buf d;

	buf_init(&d, 512 * 1024);
	if (qr && !qr_encode(text, qr)) {
		for (int i = 0; i < qr->side * qr->side; i++)
			if (qr->dark[i])
				buf_addf(&d, "M%d %dh1v1h-1z", i % qr->side + QR_QUIET,
					 i / qr->side + QR_QUIET);
		html_open(h, "svg");
		html_attrs(h, "role", "img");
		html_attrs(h, "aria-label", "登録のためのQRコード");
		html_attrs(h, "width", "240");
		html_attrs(h, "height", "240");
		html_attrf(h, "viewBox", "0 0 %d %d", qr->side + 2 * QR_QUIET,
			   qr->side + 2 * QR_QUIET);
		html_open(h, "path");
		html_attrs(h, "fill", "#fff");
		html_attrf(h, "d", "M0 0h%dv%dH0z", qr->side + 2 * QR_QUIET,
			   qr->side + 2 * QR_QUIET);
		html_close(h);
		html_open(h, "path");
		html_attrs(h, "fill", "#000");
		html_attr(h, "d", buf_span(&d));
		html_close(h);
		html_close(h);
	}
	buf_clear(&d);
	free(qr);
}

/* In groups of four, so that it can be typed. */
static void put_key_text(struct html *h, const unsigned char secret[static TOTP_SECRET])
{
	char text[TOTP_TEXT], spaced[2 * TOTP_TEXT];
	size_t n = 0;

	totp_text(text, secret);
	for (size_t i = 0; text[i]; i++) {
		if (i && i % 4 == 0)
			spaced[n++] = ' ';
		spaced[n++] = text[i];
	}
	spaced[n] = '\0';
	html_open(h, "p");
	html_texts(h, "QRコードが 読めないときは、アプリで「手で入力」を えらび、この文字を "
		      "入れてください。");
	html_open(h, "br");
	html_leaf_class(h, "span", "code-text", span_of(spaced));
	html_close(h);
	explicit_bzero(text, sizeof text);
	explicit_bzero(spaced, sizeof spaced);
}

static enum status totp_page(struct page *p, int status, struct span challenge,
			     const unsigned char secret[static TOTP_SECRET], const char *error)
{
	const struct field_look code = {.id = "code",
					.label = "アプリに出た 6けたの数字",
					.error = error,
					.width = "m",
					.autocomplete = "one-time-code",
					.inputmode = "numeric"};
	struct frame f = {.title = "認証アプリを登録する", .errors = error != NULL};
	struct buf body, uri;
	struct html h;
	enum status st;

	buf_init_secret(&uri, 2048);
	totp_address(p->app, account_self(p), secret, &uri);
	frame_body(&h, &body);
	html_open(&h, "ol");
	html_leafs(&h, "li",
		   "スマートフォンに 認証アプリ（Google Authenticator、Microsoft "
		   "Authenticator など）を 入れます。");
	html_leafs(&h, "li", "アプリで、下のQRコードを 読みとります。");
	html_leafs(&h, "li", "アプリに出た 6けたの数字を 入れて、「登録する」を おします。");
	html_close(&h);
	put_qr(&h, buf_span(&uri));
	put_key_text(&h, secret);
	login_form(&h, p, "/account/factors/totp");
	login_hide_next(&h, p);
	html_hidden(&h, "challenge", challenge);
	field_text(&h, &code, SPAN(""));
	form_button(&h, "登録する", "");
	html_close(&h);
	html_open(&h, "p");
	html_link(&h, "/account/factors", SPAN("ほかの方法を えらぶ"));
	html_close(&h);
	st = uri.st ? uri.st : frame_send(p, status, &f, &body);
	buf_clear(&uri);
	buf_clear(&body);
	return st;
}

static enum status totp_start(struct page *p, int status, const char *error)
{
	unsigned char secret[TOTP_SECRET];
	char challenge[CHALLENGE_TEXT];
	enum status st = ST_BUG;

	totp_begin(p->app, &p->session, p->req->now, challenge);
	if (totp_pending(p->app, &p->session, span_of(challenge), p->req->now, secret))
		st = totp_page(p, status, span_of(challenge), secret, error);
	explicit_bzero(secret, sizeof secret);
	return st;
}

enum status page_totp(struct page *p)
{
	enum status st = factor_may_change(p->app, &p->session);

	return st ? st : totp_start(p, 200, NULL);
}

enum status page_totp_post(struct page *p)
{
	struct attempt a = login_attempt(p, span_of(account_self(p)->id), SPAN_NONE);
	struct span challenge = form_get(&p->form, "challenge"), code = form_get(&p->form, "code");
	unsigned char secret[TOTP_SECRET];
	enum status st = factor_may_change(p->app, &p->session);

	if (st)
		return st;
	st = totp_add(p->app, &a, &p->session, challenge, code.p ? code : SPAN(""));
	if (st == ST_INVALID)
		return totp_start(p, 422,
				  "時間がすぎました。新しいQRコードを 読みとってください。");
	if (st == ST_DENIED && totp_pending(p->app, &p->session, challenge, p->req->now, secret)) {
		st = totp_page(p, 422, challenge, secret,
			       "コードが合いません。スマートフォンの時計を 確かめてください。");
		explicit_bzero(secret, sizeof secret);
		return st;
	}
	if (st == ST_TOOBIG)
		return page_error(p, 413, 0);
	return st ? st : account_enrolled(p, "totp");
}
