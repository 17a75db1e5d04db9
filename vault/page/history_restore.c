/* この版にもどす: the form below an old version, and what comes of it. */
#include "vault/flow/restore.h"
#include "vault/page/frame.h"
#include "vault/page/history.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

struct labels {
	struct html *h;
	bool back;
	size_t count;
};

static void one_label(void *ctx, const struct field *f, bool back)
{
	struct labels *l = ctx;

	if (back != l->back)
		return;
	if (l->h) {
		if (!l->count)
			html_open(l->h, "ul");
		html_leaf(l->h, "li", f->label);
	}
	l->count++;
}

/* The fields of one kind as a list; how many.  h NULL: only counted. */
static enum status labels(struct page *p, struct html *h, struct span version, bool back,
			  size_t *count)
{
	struct labels l = {h, back, 0};
	struct question q = p->q;
	enum status st;

	q.action = ACT_SHEET_WRITE;
	st = restore_look(p->app, &q, version, one_label, &l);
	if (h && l.count)
		html_close(h);
	*count = l.count;
	return st;
}

static void put_form(struct page *p, struct html *h, struct span version)
{
	const struct field_look reason = {
	    .id = "reason",
	    .label = "もどす理由",
	    .hint = "版の一覧に残ります。子どもの名前は書かないでください。",
	    .required = true};
	char to[HREF_MAX];

	href_sheet(to, p->q.child, p->q.type, p->q.id, "/history/");
	form_begin(h, p, arena_printf(p->arena, "%s%.*s", to, SPAN_ARG(version)));
	field_text(h, &reason, SPAN_NONE);
	form_button(h, "この版にもどす", "");
	html_close(h);
}

enum status history_restore_form(struct page *p, struct html *h, struct span version)
{
	size_t back = 0, stay = 0;
	enum status st = labels(p, NULL, version, true, &back);

	if (st == ST_DENIED || st == ST_NOTFOUND || (!st && !back))
		return ST_OK;
	if (st)
		return st;
	html_open(h, "section");
	html_leafs(h, "h2", "この版にもどす");
	html_leafs(h, "p",
		   "つぎの欄を この版の内容にした、新しい版を 作ります。いまの版も 残ります。");
	st = labels(p, h, version, true, &back);
	if (!st)
		st = labels(p, NULL, version, false, &stay);
	if (!st && stay) {
		html_leafs(h, "p", "つぎの欄は、あなたが書く欄ではないので もどりません。");
		st = labels(p, h, version, false, &stay);
	}
	put_form(p, h, version);
	html_close(h);
	return st;
}

/* Without a reason, or with what cannot be: said where it can be put right. */
static enum status say(struct page *p, int status, const char *text)
{
	char back[HREF_MAX];
	struct frame f = {.title = "この版にもどす", .errors = true};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	error_box(&h, text);
	href_sheet(back, p->q.child, p->q.type, p->q.id, "/history/");
	html_open(&h, "p");
	html_link(&h,
		  arena_printf(p->arena, "%s%.*s", back, SPAN_ARG(param(&p->params, "version"))),
		  SPAN("版に もどる"));
	html_close(&h);
	st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

/* Who may not write, or has nothing to put back, learns nothing here. */
static enum status ask_reason(struct page *p)
{
	size_t n;
	enum status st = decide(p->app, &p->q, &p->decision, NULL);

	if (st)
		return st;
	st = labels(p, NULL, param(&p->params, "version"), true, &n);
	if (st == ST_DENIED || st == ST_NOTFOUND)
		return refuse(p->app, &p->q, "nothing-to-write");
	return st ? st : say(p, 422, "もどす理由を 書いてください。");
}

enum status page_restore(struct page *p)
{
	struct span reason = span_trim(form_get(&p->form, "reason"));
	struct actor actor = {.key = NULL};
	struct problems ps;
	struct oid made;
	char to[HREF_MAX];
	enum status st;

	problems_init(&ps);
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st && reason.n > RESTORE_REASON_BYTES)
		st = fail(ST_TOOBIG, "the reason is too long");
	if (!st && !reason.n) {
		st = ask_reason(p);
	} else if (!st) {
		st = restore_sheet(p->app, &actor, &p->q, param(&p->params, "version"), reason, &ps,
				   &made);
		href_sheet(to, p->q.child, p->q.type, p->q.id, "");
		if (!st || st == ST_EXISTS)
			st = response_redirect(p->res, to);
		else if (st == ST_INVALID)
			st = say(p, 422, ps.count ? ps.list[0].text : "この版には もどせません。");
	}
	actor_clear(&actor);
	problems_clear(&ps);
	return st;
}
