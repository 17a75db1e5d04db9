#include "vault/page/home.h"

#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/work.h"

static void heading(struct html *h, const char *text)
{
	html_leafs(h, "h2", text);
}

/* ---- staff: what waits, and the search ---------------------------------------------------- */

static enum status staff_home(struct page *p, struct html *h)
{
	enum status st =
	    work_section(p, h, "あなたの仕事", "いま お願いしている仕事はありません。");

	heading(h, "子どもをさがす");
	list_search(h, SPAN_NONE);
	return st;
}

enum status page_home(struct page *p)
{
	struct frame f = {.title = "ホーム"};
	struct note n = {.class = "read",
			 .event = "home",
			 .who = p->who,
			 .decision = "allow",
			 .reason = "own-pages",
			 .request = p->req->id,
			 .hold = p->q.hold};
	struct html h;
	struct buf body;
	enum status st = ST_OK;

	if (p->who->role == ROLE_AUDITOR)
		return response_redirect(p->res, "/audit");
	if (p->who->role == ROLE_ADMIN)
		return response_redirect(p->res, "/admin");
	frame_body(&h, &body);
	if (p->who->role == ROLE_HOUSEHOLD)
		st = home_family(p, &h);
	else
		st = staff_home(p, &h);
	if (!st)
		st = note_add(p->app, &n);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
