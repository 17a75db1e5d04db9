/* GET /verify, /verify/:version: is a print genuine?  For anybody who holds it. */
#include "vault/flow/genuine.h"

#include "generator/base/text.h"
#include "vault/http/rate.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

enum { TEXT_MAX = 100 };

static bool is_broken(const struct genuine *g)
{
	return g->promise == PROMISE_BROKEN;
}

static void put_form(struct html *h, bool again, struct span version, struct span checkpoint)
{
	html_leafs(h, "h2", again ? "ほかの印刷物を 確かめる" : "印刷物を 確かめる");
	html_open(h, "form");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/verify");
	field_text(h,
		   &(struct field_look){.id = "version",
					.label = "版の番号（40けた）",
					.hint = "QRコードの アドレスの おわりに あります。"},
		   version);
	field_text(h,
		   &(struct field_look){
		       .id = "checkpoint",
		       .label = "記録の確認番号",
		       .hint = "紙の下の「記録」の あとの 番号です。例 1234 5f3a 9c01 77de"},
		   checkpoint);
	form_button(h, "確かめる", "");
	html_close(h);
}

static void put_version(struct html *h, const struct genuine *g)
{
	html_open(h, "p");
	html_texts(h, g->known && is_broken(g) ? "この番号の版は、この保管庫に あります。"
		      : g->known ? "この番号の版は、この保管庫で 作られた、ほんものの版です。"
				 : "この番号の版は、この保管庫には ありません。番号を もう一度 "
				   "確かめてください。");
	html_close(h);
	if (g->known)
		html_leafs(h, "p",
			   g->newest ? "これが いちばん新しい版です。"
				     : "そのあとに 新しい版が 保存されています。");
}

static void put_promise(struct html *h, const struct genuine *g)
{
	static const char *const words[] = {
	    [PROMISE_KEPT] = "記録の確認番号は、いまの記録と つながっています。",
	    [PROMISE_BROKEN] =
		"記録の確認番号が、いまの記録と つながりません。番号の 写しまちがいで "
		"なければ、この紙を とっておき、役所の 監査の担当に 知らせてください。",
	    [PROMISE_UNREAD] = "記録の確認番号は、1234 5f3a 9c01 77de の形で 書いてください。",
	};

	if (g->promise != PROMISE_NONE)
		html_leafs(h, "p", words[g->promise]);
}

static void put_nothing_else(struct html *h)
{
	html_leaf_class(h, "p", "note",
			SPAN("ここでは、ほんものかどうかと、新しい版が あるかどうかだけが "
			     "わかります。だれの 何の紙かは 出ません。"));
}

static enum status too_often(struct page *p, long wait)
{
	enum status st = response_retry_after(p->res, wait);

	return st ? st : page_error(p, 429, 0);
}

static enum status show(struct page *p, struct span version, struct span checkpoint,
			const struct genuine *g)
{
	bool asked = version.n || checkpoint.n;
	struct frame f = {.title = "印刷物の確認"};
	struct html h;
	struct buf body;
	enum status st;

	if (asked)
		f.banner_kind = is_broken(g) ? "error"
				: (version.n && !g->known) || g->promise == PROMISE_UNREAD
				    ? "warning"
				    : "success";
	if (asked)
		f.banner = is_broken(g)			  ? "記録が つながりません"
			   : version.n && !g->known	  ? "見つかりません"
			   : g->promise == PROMISE_UNREAD ? "記録の確認番号が 読めません"
			   : version.n			  ? "ほんものです"
							  : "記録は つながっています";
	frame_body(&h, &body);
	if (version.n)
		put_version(&h, g);
	put_promise(&h, g);
	put_nothing_else(&h);
	/* what did not hold stays, to be compared with the paper */
	put_form(&h, asked, g->known ? SPAN("") : version,
		 g->promise == PROMISE_KEPT ? SPAN("") : checkpoint);
	st = frame_send(p, version.n && !g->known ? 404 : 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* Copied by hand: spaces around it do not matter. */
static struct span given(struct page *p, const char *name)
{
	struct span s = span_trim(form_get(&p->query, name));

	return s.p && s.n <= TEXT_MAX ? s : SPAN("");
}

enum status page_verify(struct page *p)
{
	struct span version = param(&p->params, "version"), checkpoint = given(p, "checkpoint");
	long wait = rate_take(p->app->asks, p->req->peer, rate_clock());
	struct genuine g = {.known = false};
	enum status st = ST_OK;

	if (wait)
		return too_often(p, wait);
	if (!version.p)
		version = given(p, "version");
	if (version.n || checkpoint.n)
		st = genuine_ask(p->app, version, checkpoint, &g);
	return st ? st : show(p, version, checkpoint, &g);
}
