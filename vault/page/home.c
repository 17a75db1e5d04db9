#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { DRAFTS_SHOWN = 20, CHILDREN_SHOWN = 50 };

static void heading(struct html *h, const char *text)
{
	html_leafs(h, "h2", text);
}

/* ---- staff: what waits, and the search ---------------------------------------------------- */

struct drafts {
	struct page *p;
	struct html *h;
	size_t count;
};

/* The index says whose drafts there are; the decision and the gate, whether they may be seen. */
static enum status one_draft(void *ctx, const struct sheet_row *r)
{
	struct drafts *d = ctx;
	char href[HREF_MAX];
	struct child_row c;
	bool yes;
	enum status st = list_may_read(d->p, r, &yes);

	if (!st && yes)
		st = child_get(d->p->app->db, span_of(r->child), &c);
	if (st || !yes)
		return st;
	if (d->count++ == 0) {
		html_open(d->h, "ul");
		html_class(d->h, "cards");
	}
	href_sheet(href, span_of(r->child), span_of(r->type), span_of(r->id), "");
	html_open(d->h, "li");
	html_class(d->h, "card");
	html_link(d->h, href, span_of(r->title));
	html_open(d->h, "p");
	html_texts(d->h, c.name);
	html_textf(d->h, "（%s）　", c.kana);
	list_status(d->h, r->status);
	html_texts(d->h, "　さいごの保存 ");
	list_moment(d->h, r->at);
	html_close(d->h);
	html_close(d->h);
	return ST_OK;
}

static enum status staff_home(struct page *p, struct html *h)
{
	struct drafts d = {p, h, 0};
	char today[DAY_TEXT];
	enum status st;

	day_iso(day_jst(p->req->now), today);
	heading(h, "あなたの仕事");
	st = sheet_row_drafts(p->app->db, span_of(p->who->institution), span_of(today),
			      DRAFTS_SHOWN, one_draft, &d);
	if (d.count)
		html_close(h);
	else
		html_leafs(h, "p", "いま、書きかけの下書きはありません。");
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
