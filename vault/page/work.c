#include "vault/page/work.h"

#include "generator/base/day.h"
#include "vault/flow/shield.h"
#include "vault/flow/work.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { SHOWN = 20, DAY_SECONDS = 24 * 60 * 60 };

static const char *const groups[WORK_KIND_COUNT] = {
    [WORK_RETURNED] = "差しもどされたシート", [WORK_REVIEW] = "確認を お願いされているシート",
    [WORK_PAPER] = "紙の同意の確認",	      [WORK_ANSWER] = "返事を お願いしていること",
    [WORK_ANSWERED] = "返事が とどいたこと",  [WORK_HANDOVER] = "引き継ぎ",
    [WORK_FEEDBACK] = "引き継ぎへの返事",     [WORK_RELEASE] = "出す前の確認",
    [WORK_DRAFT] = "書きかけの下書き",
};

/* 「11月30日まで」 or 「3日前から」 */
static void put_when(const struct page *p, struct html *h, const struct work_item *i)
{
	char era[DAY_TEXT];
	struct day due;
	long long days = ((long long)p->req->now - i->at) / DAY_SECONDS;

	if (day_parse(i->due, &due)) {
		day_era(due, era);
		html_textf(h, "　%s まで", era);
	} else if (i->at) {
		html_texts(h, i->kind == WORK_DRAFT ? "　さいごの保存 " : "　");
		list_moment(h, i->at);
		if (days > 0)
			html_textf(h, "（%lld日前）", days);
	}
}

static enum status put_item(struct page *p, struct html *h, const struct work_item *i)
{
	struct shield shield;
	struct child_row c;
	enum status st = i->child.n ? child_get(p->app->db, i->child, &c) : ST_OK;

	if (!st)
		st = shield_load(&shield, p->app, i->child, p->who);
	if (st)
		return st;
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, i->href.p, shield_say(&shield, i->title, SPAN("シート")));
	html_open(h, "p");
	if (i->child.n)
		html_textf(h, "%s（%s）", c.name, c.kana);
	put_when(p, h, i);
	html_close(h);
	if (i->note.n) {
		html_open(h, "p");
		html_class(h, "as-typed");
		html_text(h, shield_say(&shield, i->note, SPAN("")));
		html_close(h);
	}
	html_close(h);
	shield_clear(&shield);
	return ST_OK;
}

static enum status put_list(struct page *p, struct html *h, const struct work_item *items, size_t n)
{
	enum status st = ST_OK;

	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < n && !st; i++)
		st = put_item(p, h, &items[i]);
	html_close_to(h, "ul");
	return st;
}

/* The first ones, and the others behind a line that opens. */
static enum status put_group(struct page *p, struct html *h, const struct work_item *items,
			     size_t n)
{
	size_t first = n < SHOWN ? n : SHOWN;
	enum status st;

	html_open(h, "h3");
	html_textf(h, "%s（%zu件）", groups[items[0].kind], n);
	html_close(h);
	st = put_list(p, h, items, first);
	if (st || first == n)
		return st;
	html_open(h, "details");
	html_open(h, "summary");
	html_textf(h, "ほかの %zu件も見る", n - first);
	html_close(h);
	st = put_list(p, h, items + first, n - first);
	html_close_to(h, "details");
	return st;
}

enum status work_section(struct page *p, struct html *h, const char *heading, const char *none)
{
	const struct work_ask ask = {p->app, p->who, p->req->id, p->req->now, p->arena};
	struct work_list list;
	size_t n;
	enum status st = work_find(&ask, &list);

	html_leafs(h, "h2", heading);
	if (!st && !list.count)
		html_leafs(h, "p", none);
	for (size_t i = 0; i < list.count && !st; i += n) {
		n = 1;
		while (i + n < list.count && list.items[i + n].kind == list.items[i].kind)
			n++;
		st = put_group(p, h, &list.items[i], n);
	}
	if (!st && list.more)
		html_leafs(h, "p", "とても多いので、古いものから 出しています。");
	return st;
}
