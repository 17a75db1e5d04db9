#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/work.h"

enum { CHILDREN_SHOWN = 50 };

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

/* ---- household: one's children ------------------------------------------------------------ */

struct family {
	struct page *p;
	struct html *h;
	size_t count;
};

static enum status one_child(void *ctx, const struct child_row *c)
{
	struct family *f = ctx;
	struct question q = f->p->q;
	struct decision d;
	char href[HREF_MAX];
	enum status st;

	q.action = ACT_CHILD_READ;
	q.child = span_of(c->id);
	st = decide_quietly(f->p->app, &q, &d, NULL);
	if (st || !d.allow)
		return st;
	f->count++;
	href_child(href, span_of(c->id), "");
	html_open(f->h, "li");
	html_class(f->h, "card");
	html_link(f->h, href, span_of(c->name));
	html_leafs(f->h, "p", c->kana);
	html_close(f->h);
	return ST_OK;
}

static enum status family_home(struct page *p, struct html *h)
{
	struct family f = {p, h, 0};
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT];
	enum status st;

	day_iso(day_jst(p->req->now), today);
	st = scope_of(p->app, p->who, today, &scope, &room);
	if (st)
		return st;
	st = work_section(p, h, "お願いしていること", "いま お願いしていることは ありません。");
	if (st)
		return st;
	heading(h, "あなたのお子さん");
	html_open(h, "ul");
	html_class(h, "cards");
	st = child_search(p->app->db, &scope, SPAN_NONE, CHILDREN_SHOWN, 0, one_child, &f);
	html_close(h);
	if (!f.count)
		html_leafs(h, "p",
			   "まだ お子さんの情報が つながっていません。通っている園・学校に "
			   "おたずねください。");
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
		st = family_home(p, &h);
	else
		st = staff_home(p, &h);
	if (!st)
		st = note_add(p->app, &n);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
