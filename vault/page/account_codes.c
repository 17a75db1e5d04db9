/* Codes on paper: shown once, as text and as a letter to print. */
#include "vault/page/account.h"

#include "generator/base/day.h"
#include "generator/render/slip.h"
#include "vault/journal/journal.h"

#include <stdio.h>

enum { LETTER_MAX = 4 * 1024 * 1024 };

static const char codes_title[] = "リカバリーコード";

static void put_left(struct html *h, long left)
{
	html_open(h, "p");
	if (left)
		html_textf(h, "のこり %ldこ です。1つのコードは 1回だけ 使えます。", left);
	else
		html_texts(h, "まだ 作っていないか、使いきりました。作って、"
			      "スマートフォンとは べつの場所に しまってください。");
	html_close(h);
}

static void put_new(struct html *h, const struct page *p, long left)
{
	login_form(h, p, "/account/codes");
	if (left)
		html_leafs(h, "p", "新しく作ると、前のコードは 使えなくなります。");
	form_button(h, "新しいコードを作る", left ? "secondary" : "");
	html_close(h);
}

static const char about[] = "スマートフォンを なくしたり、こわしたりしたときに、"
			    "かわりに使う 紙のコードです。";

enum status account_put_codes(struct html *h, struct page *p)
{
	struct span account = span_of(account_self(p)->id);
	struct factor_need need;
	long left = 0;
	enum status st = factor_need(p->app, account_self(p), &need);

	if (!st)
		st = recovery_left(p->app, account, p->req->now, &left);
	if (st || !need.count) /* paper stands in for another factor */
		return st;
	html_leafs(h, "h2", codes_title);
	html_leafs(h, "p", about);
	put_left(h, left);
	put_new(h, p, left);
	return st;
}

static void put_banner(const struct page *p, struct frame *f)
{
	if (form_get(&p->query, "first").n) {
		f->banner_kind = "success";
		f->banner = "登録できました。つぎに、紙のコードも 作っておくと 安心です。";
	} else if (form_get(&p->query, "used").n) {
		f->banner_kind = "warning";
		f->banner = "紙のコードで ログインしました。使ったコードは、もう使えません。";
	}
}

enum status page_codes(struct page *p)
{
	struct frame f = {.title = codes_title, .crumbs = account_crumbs, .ncrumbs = 2};
	struct html h;
	struct buf body;
	long left = 0;
	enum status st = recovery_left(p->app, span_of(account_self(p)->id), p->req->now, &left);

	frame_body(&h, &body);
	put_banner(p, &f);
	html_leafs(&h, "p", about);
	put_left(&h, left);
	put_new(&h, p, left);
	html_open(&h, "p");
	html_link(&h, "/", SPAN("あとで作る（ホームへ）"));
	html_close(&h);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

static void put_codes(struct html *h, char codes[RECOVERY_CODES][CODE_TEXT])
{
	html_open(h, "ol");
	for (int i = 0; i < RECOVERY_CODES; i++) {
		html_open(h, "li");
		html_leaf_class(h, "span", "code-text", span_of(codes[i]));
		html_close(h);
	}
	html_close(h);
}

enum status page_codes_post(struct page *p)
{
	struct frame f = {.title = codes_title,
			  .crumbs = account_crumbs,
			  .ncrumbs = 2,
			  .banner_kind = "warning",
			  .banner = "この画面は 1回だけ 出ます。印刷するか、書きうつして、"
				    "しまってください。"};
	char codes[RECOVERY_CODES][CODE_TEXT];
	struct html h;
	struct buf body;
	enum status st = recovery_new(p->app, &p->session, p->req->now, p->req->id, codes);

	frame_body(&h, &body);
	if (!st) {
		html_leafs(&h, "p", about);
		put_codes(&h, codes);
		html_open(&h, "form");
		html_attrs(&h, "method", "post");
		html_attrs(&h, "action", "/account/codes.pdf");
		frame_csrf(&h, p);
		for (int i = 0; i < RECOVERY_CODES; i++)
			html_hidden(&h, "printed-code", span_of(codes[i]));
		form_button(&h, "PDFにする（A4・1まい）", "");
		html_close(&h);
		html_open(&h, "p");
		html_link(&h, "/", SPAN("しまったので、ホームへ すすむ"));
		html_close(&h);
		st = frame_send(p, 200, &f, &body);
	}
	explicit_bzero(codes, sizeof codes);
	buf_clear(&body);
	return st;
}

/* ---- as a letter --------------------------------------------------------------------------- */

/* The codes come back from the page that showed them: what has not their form is no code. */
static size_t read_codes(const struct page *p, struct span out[RECOVERY_CODES])
{
	char hash[CODE_HASH];
	struct span code;
	size_t at = 0, n = 0;

	while (n < RECOVERY_CODES && (code = form_next(&p->form, "printed-code", &at)).p) {
		if (code.n != CODE_TEXT - 1 || code_hash(hash, code, SPAN("")))
			return 0;
		out[n++] = code;
	}
	return n;
}

static enum status print_letter(const struct page *p, const struct span *codes, size_t n,
				struct buf *pdf)
{
	static const struct span steps[] = {
	    SPAN("ログインの画面で、IDとパスワードを 入れます。"),
	    SPAN("確認コードの画面で「紙のコードを使う」を えらびます。"),
	    SPAN("下のコードを 1つ 入れます。使ったコードは 線で けしてください。"),
	};
	const struct account *who = account_self(p);
	struct institution i = {.name = ""};
	char checkpoint[JOURNAL_SHORT];
	struct slip letter = {
	    .name = span_of(who->name),
	    .account = span_of(who->id),
	    .title = span_of(codes_title),
	    .lead = span_of(about),
	    .steps = steps,
	    .nsteps = sizeof steps / sizeof *steps,
	    .codes = codes,
	    .ncodes = n,
	    .codes_label = span_of(codes_title),
	    .sender = SPAN("こどもカルテ"),
	    .help = SPAN("わからないときは、通っている園・学校か、役所の担当の課に "
			 "おたずねください。"),
	    .on = day_jst(p->req->now),
	};

	if (who->staff && institution_get(p->app->db, span_of(who->institution), &i) == ST_OK)
		letter.institution = span_of(i.name);
	journal_checkpoint_seen(p->app->journal, checkpoint);
	letter.help = span_of(
	    arena_printf(p->arena, "%.*s　記録の確認番号 %s", SPAN_ARG(letter.help), checkpoint));
	return slip_pdf(p->app->style, p->app->fonts, &letter, 1, pdf, NULL);
}

enum status page_codes_pdf(struct page *p)
{
	struct span codes[RECOVERY_CODES];
	size_t n = read_codes(p, codes);
	struct buf pdf;
	enum status st;

	if (!n)
		return page_error(p, 400, 0);
	buf_init_secret(&pdf, LETTER_MAX);
	st = print_letter(p, codes, n, &pdf);
	if (!st) {
		buf_clear(&p->res->body);
		buf_addspan(&p->res->body, buf_span(&pdf));
		p->res->status = 200;
		p->res->type = "application/pdf";
		st = response_download(p->res, SPAN("recovery-codes.pdf"));
	}
	buf_clear(&pdf);
	return st;
}
