/*
 * /children/:child/handover/:handover/package: what is open as one locked PDF, for who does not use
 * this system, or as an archive encrypted to a key (handover_archive.c).  The password stands on
 * the page with the button and goes with its form; it is written down nowhere.
 */
#include "vault/page/handover_papers.h"

#include "vault/flow/pdf_lock.h"

#include <stdio.h>

/* ---- the page before ------------------------------------------------------------------------ */

static void put_form(struct page *p, struct html *h, struct span id, const char *password)
{
	char href[HREF_MAX];

	html_leafs(h, "h2", "パスワードつきの PDF");
	html_leafs(h, "p",
		   "引き継いだ欄だけを、1つの PDFに します。開くには、次のパスワードが いります。");
	html_open(h, "p");
	html_leaf_class(h, "span", "code-text", span_of(password));
	html_close(h);
	html_open(h, "ul");
	html_leafs(h, "li", "このパスワードは、いま ここにだけ 出ています。書きとってください。");
	html_leafs(h, "li",
		   "PDFとは べつの方法（電話など）で、相手に 伝えてください。PDFと いっしょに "
		   "送らないでください。");
	html_leafs(h, "li", "出したことと 理由は、記録に残り、保護者も 見られます。");
	html_close(h);
	href_handover(href, p->q.child, id, "/package");
	form_begin(h, p, href);
	html_hidden(h, "password", span_of(password));
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "だれに、なぜ わたしますか",
					.hint = "1000字まで。",
					.required = true},
		   form_get(&p->form, "reason"));
	form_button(h, "PDFを 出す", "");
	html_close(h);
}

/* The other way: the key is looked at first. */
static void put_key_form(struct page *p, struct html *h, struct span id)
{
	char href[HREF_MAX];

	html_leafs(h, "h2", "相手の鍵で 暗号にした ファイル");
	html_leafs(h, "p",
		   "相手が OpenPGP の鍵を 持っているときに 使えます。ウェブページと PDF を 1つに "
		   "まとめ、その鍵の 持ち主だけが 開けるように します。");
	href_handover(href, p->q.child, id, "/package/key");
	form_begin(h, p, href);
	field_area(h,
		   &(struct field_look){.id = "key",
					.label = "相手の 公開鍵",
					.hint =
					    "-----BEGIN PGP PUBLIC KEY BLOCK----- から おわりまで、"
					    "そのまま はりつけてください。",
					.required = true},
		   6, form_get(&p->form, "key"));
	form_button(h, "鍵を 確かめる", "secondary");
	html_close(h);
}

enum status handover_package_show(struct page *p, int status, const char *error)
{
	struct handover_look l;
	char password[PDF_PASSWORD];
	struct html h;
	struct buf body;
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	if (!st)
		st = handover_may_give_out(&l);
	if (!st)
		st = pdf_password(password);
	if (st == ST_INVALID) {
		error = arena_printf(p->arena, "%s", fail_why());
		status = 422;
	}
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	if (!st)
		put_form(p, &h, l.h.id, password);
	if (!st)
		put_key_form(p, &h, l.h.id);
	if (st == ST_INVALID)
		st = ST_OK;
	if (!st)
		st = handover_noted(&l, "handover.read");
	if (!st)
		st = handover_send(p,
				   &(struct handover_screen){.status = status,
							     .title = "引き継ぎの ファイル",
							     .error = error},
				   &body);
	handover_end(&l);
	buf_clear(&body);
	explicit_bzero(password, sizeof password);
	return st;
}

enum status page_handover_package(struct page *p)
{
	return handover_package_show(p, 200, NULL);
}

/* ---- the document --------------------------------------------------------------------------- */

static enum status make(struct page *p, struct span password, struct buf *out)
{
	struct papers k;
	struct buf pdf;
	enum status st = papers_begin(&k, p);

	buf_init_secret(&pdf, PAPERS_PDF_MAX);
	if (!st)
		st = papers_pdf(&k, &pdf);
	if (!st)
		st = pdf_encrypt(buf_span(&pdf), password, out);
	if (!st)
		st = handover_noted(&k.l, "handover.package");
	papers_end(&k);
	buf_clear(&pdf);
	return st;
}

static enum status send(struct page *p, const struct buf *pdf)
{
	char file[128];

	buf_clear(&p->res->body);
	buf_addspan(&p->res->body, buf_span(pdf));
	p->res->status = 200;
	p->res->type = "application/pdf";
	snprintf(file, sizeof file, "handover-%.*s.pdf", SPAN_ARG(p->q.child));
	return response_inline(p->res, span_of(file));
}

/* It is written down before it leaves. */
enum status page_handover_package_pdf(struct page *p)
{
	struct span password = form_get(&p->form, "password");
	struct span reason = form_get(&p->form, "reason");
	struct actor actor;
	struct buf pdf;
	enum status st;

	buf_init(&pdf, PAPERS_PDF_MAX);
	st = make(p, password.p ? password : SPAN(""), &pdf);
	if (!st) {
		st = session_actor(p->app, &p->session, p->req->id, &actor);
		if (!st)
			st = handover_give_out(p->app, &actor, &p->q, param(&p->params, "handover"),
					       reason.p ? reason : SPAN(""), SPAN(""));
		actor_clear(&actor);
	}
	if (st == ST_INVALID)
		st = handover_package_show(p, 422, arena_printf(p->arena, "%s", fail_why()));
	else if (!st)
		st = send(p, &pdf);
	buf_clear(&pdf);
	return st;
}
