/* What a search answers while the index of the journal is being made: how far it is. */
#include "vault/page/log_wait.h"

#include "vault/flow/journal_search.h"
#include "vault/page/frame.h"

enum { COME_AGAIN = 10 };

/* The same page once more. */
static void put_again(struct page *p, struct html *h)
{
	struct buf href;

	buf_init(&href, 64 * 1024);
	buf_addspan(&href, p->req->raw_path);
	if (p->req->query.n) {
		buf_addc(&href, '?');
		buf_addspan(&href, p->req->query);
	}
	html_open(h, "p");
	html_link(h, href.st ? "/" : buf_str(&href), SPAN("もう一度 見る"));
	html_close(h);
	buf_clear(&href);
}

enum status page_log_wait(struct page *p, bool *sent)
{
	struct frame f = {.title = "記録の索引を 作っています"};
	struct html h;
	struct buf body;
	int percent;
	enum status st;

	*sent = false;
	if (p->req->method != M_GET || !p->who || !log_behind(p->app, &percent))
		return ST_OK;
	buf_cut(&p->res->body, 0);
	frame_body(&h, &body);
	html_open(&h, "p");
	html_class(&h, "banner");
	html_textf(&h, "記録を さがすための索引を 作っています。いま %d%%です。", percent);
	html_close(&h);
	html_leafs(&h, "p",
		   "記録が たくさんあるときに、はじめの1回だけ 時間が かかります。この画面を "
		   "閉じても、サーバーが 続けて作ります。10秒ほど 待ってから、もう一度 "
		   "見てください。");
	put_again(p, &h);
	st = response_retry_after(p->res, COME_AGAIN);
	if (!st)
		st = frame_send(p, 503, &f, &body);
	buf_clear(&body);
	*sent = !st;
	return st;
}
