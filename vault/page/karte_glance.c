/* The child at a glance: each thing with the sheet that says it, its day, and by whom. */
#include "vault/page/karte.h"

enum { OLD_DAYS = 2 * 366 };

struct span karte_place(struct karte *k, const char *institution)
{
	if (strcmp(k->last.id, institution) != 0 &&
	    institution_get(k->p->app->db, span_of(institution), &k->last)) {
		k->last.id[0] = '\0';
		return SPAN_NONE;
	}
	return shield_place(k->shield, &k->last);
}

/* 教育支援シート 令和8年度　令和8年11月20日　見本小学校　田中 花子 */
static void put_source(struct karte *k, const struct overview_item *item)
{
	const struct sheet_row *s = item->sheet;
	struct html *h = k->h;
	char href[HREF_MAX], day[DAY_TEXT];
	struct account a;
	struct span who;

	href_sheet(href, span_of(s->child), span_of(s->type), span_of(s->id), "");
	day_era(day_jst(s->at), day);
	html_open(h, "p");
	html_class(h, "source");
	html_link(h, href, shield_say(k->shield, span_of(s->title), SPAN("シート")));
	html_texts(h, "　");
	html_leaf_class(h, "span", "nowrap", span_of(day));
	html_texts(h, "　");
	html_text(h, karte_place(k, s->institution));
	if (account_get(k->p->app->db, span_of(s->account), &a) == ST_OK &&
	    (who = shield_person(k->shield, &a)).n) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "nowrap", who);
	}
	if (strcmp(s->status, sheet_status_name(SHEET_FINAL)) != 0) {
		html_texts(h, "　");
		list_status(h, s->status);
	}
	html_close(h);
}

static void put_item(struct karte *k, const struct overview_item *item)
{
	html_open(k->h, "div");
	html_class(k->h, "glance");
	html_leaf(k->h, "h3", item->says->label);
	html_open(k->h, "div");
	html_class(k->h, "said");
	html_raw(k->h, item->says->html);
	html_close(k->h);
	put_source(k, item);
	html_close(k->h);
}

static bool is_old(const struct karte *k, const struct overview_item *item)
{
	return day_cmp(item->on, day_plus(day_jst(k->p->req->now), -OLD_DAYS)) < 0;
}

/* Those of a kind that are old, or are not; returns how many there are.  h NULL: only counts. */
static size_t put_items(struct karte *k, enum glance kind, bool old, bool write)
{
	size_t n = 0;

	for (size_t i = 0; i < k->o->nitems; i++) {
		const struct overview_item *item = &k->o->items[i];

		if (item->says->kind != kind || is_old(k, item) != old)
			continue;
		n++;
		if (write)
			put_item(k, item);
	}
	return n;
}

/* What is life-threatening is never folded away, however old it is. */
static void put_urgent(struct karte *k)
{
	struct html *h = k->h;

	html_open(h, "section");
	html_class(h, "urgent");
	html_attrs(h, "aria-labelledby", "glance-urgent");
	html_open(h, "h2");
	html_attrs(h, "id", "glance-urgent");
	html_texts(h, "命に関わること");
	html_close(h);
	if (!(put_items(k, GLANCE_URGENT, false, true) + put_items(k, GLANCE_URGENT, true, true)))
		html_leafs(
		    h, "p",
		    "読めるシートには 書かれていません。ないと きまったわけではありません。");
	html_close(h);
}

static void put_kind(struct karte *k, enum glance kind, const char *title)
{
	struct html *h = k->h;
	size_t fresh = put_items(k, kind, false, false), old = put_items(k, kind, true, false);

	if (!(fresh + old))
		return;
	html_leafs(h, "h2", title);
	put_items(k, kind, false, true);
	if (!old)
		return;
	html_open(h, "details");
	html_class(h, "older");
	html_open(h, "summary");
	html_textf(h, "2年より前に 書かれたこと（%zu）", old);
	html_close(h);
	put_items(k, kind, true, true);
	html_close(h);
}

/* Named, so that nobody takes for empty what is only not for this role. */
static void put_unseen(struct karte *k)
{
	struct html *h = k->h;

	if (!k->o->nunseen)
		return;
	html_open(h, "section");
	html_class(h, "unseen");
	html_attrs(h, "aria-labelledby", "unseen");
	html_open(h, "h2");
	html_attrs(h, "id", "unseen");
	html_texts(h, "見る権限がないもの");
	html_close(h);
	html_leafs(h, "p",
		   "この役割では 次のところを見られません。書かれていても、ここには出ません。");
	html_open(h, "ul");
	for (size_t i = 0; i < k->o->nunseen; i++) {
		html_open(h, "li");
		html_text(h, k->o->unseen[i]);
		html_texts(h, "：見る権限がありません");
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

void karte_glances(struct karte *k)
{
	put_urgent(k);
	put_kind(k, GLANCE_STRENGTHS, "好きなこと・得意なこと");
	put_kind(k, GLANCE_HELPS, "うまくいく関わり方");
	put_kind(k, GLANCE_GOAL, "めざしていること");
	put_unseen(k);
}
