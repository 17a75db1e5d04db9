/* GET /children/:child/handover: what was handed over to whom, for who may know. */
#include "vault/page/handover.h"
#include "vault/page/tabs.h"

#include <stdio.h>

struct shown {
	struct html *h;
	size_t count;
};

static enum status one(void *ctx, struct handover_look *l)
{
	struct shown *s = ctx;
	struct html *h = s->h;
	char href[HREF_MAX];

	if (s->count++ == 0) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	href_handover(href, l->q.child, l->h.id, "");
	html_open(h, "li");
	html_class(h, "card");
	html_open(h, "a");
	html_attrs(h, "href", href);
	html_text(h, handover_place(l, l->h.from));
	html_texts(h, " から ");
	html_text(h, handover_receiver(l));
	html_texts(h, " へ");
	html_close(h);
	html_open(h, "p");
	handover_tag(h, l);
	html_texts(h, "　");
	handover_day(h, l->h.since);
	html_texts(h, "から ");
	handover_day(h, l->h.until);
	html_texts(h, "まで");
	html_close(h);
	html_close(h);
	return ST_OK;
}

enum status page_handovers(struct page *p)
{
	struct handover_look l;
	char href[HREF_MAX];
	struct html h;
	struct buf body;
	struct shown s = {&h, 0};
	enum status st;

	frame_body(&h, &body);
	child_tabs(p, &h, TAB_HANDOVER);
	st = handover_each(&l, p->app, &p->q, one, &s);
	if (s.count)
		html_close(&h);
	else
		html_leafs(&h, "p", "引き継ぎは まだ ありません。");
	if (!st && handover_gives(p->who, &l.decision)) {
		href_handover(href, p->q.child, SPAN("new"), "");
		html_open(&h, "p");
		html_open(&h, "a");
		html_class(&h, "button");
		html_attrs(&h, "href", href);
		html_texts(&h, "新しく 引き継ぐ");
		html_close(&h);
		html_close(&h);
	}
	l.side = HANDOVER_STRANGER; /* the look is at all of them */
	if (!st)
		st = handover_noted(&l, "handover.list");
	if (!st)
		st = handover_send(
		    p, &(struct handover_screen){.status = 200, .title = "引き継ぎ", .list = true},
		    &body);
	handover_end(&l);
	buf_clear(&body);
	return st;
}
