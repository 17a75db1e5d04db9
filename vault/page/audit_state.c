/* Is the record sound today?  Red only where somebody has to do something. */
#include "vault/flow/sound.h"
#include "vault/page/audit_said.h"
#include "vault/page/frame.h"

#include <stdio.h>

static const char *const parts[SOUND_PARTS] = {
    [SOUND_PROOF] = "検証",
    [SOUND_RECORD] = "記録",
    [SOUND_KEYS] = "鍵",
    [SOUND_CHECKS] = "動いているもの",
    [SOUND_EVENTS] = "この7日の 変わったできごと",
};

static void put_level(struct html *h, enum sound_level l)
{
	static const struct {
		const char *look, *mark, *word;
	} levels[] = {
	    [SOUND_GOOD] = {"tag tag-success", "○", "よい"},
	    [SOUND_LOOK] = {"tag tag-warning", "△", "見てください"},
	    [SOUND_ACT] = {"tag tag-error", "×", "することがあります"},
	};

	html_open(h, "span");
	html_class(h, levels[l].look);
	html_open(h, "span");
	html_attrs(h, "aria-hidden", "true");
	html_textf(h, "%s ", levels[l].mark);
	html_close(h);
	html_texts(h, levels[l].word);
	html_close(h);
}

static void put_label(struct html *h, const struct sound_item *i)
{
	if (i->href.n)
		html_link(h, i->href.p, span_of(i->label));
	else
		html_texts(h, i->label);
}

static void put_item(struct html *h, const struct sound_item *i)
{
	html_open(h, "li");
	html_open(h, "div");
	put_label(h, i);
	html_texts(h, " ");
	put_level(h, i->level);
	html_close(h);
	html_open(h, "div");
	html_text(h, i->text);
	if (i->at) {
		html_texts(h, "　");
		list_moment(h, i->at);
	}
	html_close(h);
	html_close(h);
}

static void put_part(struct html *h, const struct sound *s, enum sound_part part)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].part != part)
			continue;
		if (n++ == 0) {
			html_leafs(h, "h2", parts[part]);
			html_open(h, "ul");
			html_class(h, "sound");
		}
		put_item(h, &s->items[i]);
	}
	if (n)
		html_close(h);
}

/* The first thing on the page: nothing to do, or what. */
static void put_answer(struct html *h, const struct sound *s)
{
	html_open(h, "section");
	html_class(h, s->act ? "banner banner-error" : "banner banner-success");
	html_attrs(h, "aria-label", "きょうの答え");
	html_open(h, "p");
	if (s->act)
		html_textf(h, "することが %zu件 あります。", s->act);
	else
		html_texts(h, "いま、することは ありません。");
	html_close(h);
	if (s->act)
		html_open(h, "ul");
	for (size_t i = 0; i < s->count; i++) {
		const struct sound_item *item = &s->items[i];

		if (item->level != SOUND_ACT)
			continue;
		html_open(h, "li");
		put_label(h, item);
		html_textf(h, "：%s", item->todo ? item->todo : "");
		html_close(h);
	}
	if (s->act)
		html_close(h);
	html_close(h);
}

enum status page_audit_state(struct page *p)
{
	struct frame f = {.title = "記録の概要"};
	struct sound *s = arena_alloc(p->arena, sizeof *s);
	struct html h;
	struct buf body;
	enum status st = s ? audit_looked(p, "audit.state", SPAN_NONE, SPAN_NONE)
			   : fail(ST_NOMEM, "no memory for the state of the record");

	frame_body(&h, &body);
	if (!st)
		st = sound_ask(s, p->app, p->req->now, p->arena);
	if (!st) {
		put_answer(&h, s);
		for (int i = 0; i < SOUND_PARTS; i++)
			put_part(&h, s, (enum sound_part)i);
		html_leafs(&h, "p",
			   "お子さんの名前と、シートに書かれたことは 出ません。"
			   "この画面を 見たことも 記録されます。");
		st = frame_send(p, 200, &f, &body);
	}
	buf_clear(&body);
	return st;
}
