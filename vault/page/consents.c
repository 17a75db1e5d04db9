/* All that was asked about a child: the family's record of answers, and the staff's list. */
#include "vault/page/consents.h"
#include "generator/base/day.h"
#include "vault/page/tabs.h"

#include <stdio.h>

/* ---- for the family ----------------------------------------------------------------------- */

/* What this guardian said, item by item, and when. */
static void my_answer(struct consent_page *c, struct html *h, const struct ask *a,
		      const struct reply *last)
{
	bool waits = paper_state(&c->book->all, last) == PAPER_WAITS;

	html_open(h, "ul");
	for (size_t i = 0; i < a->nitems; i++) {
		enum consent_word w = consent_stands(c->book, a, i, span_of(c->p->who->id));

		if (!consent_item_visible(c, a, i))
			continue;
		html_open(h, "li");
		html_textf(h, "%s：", consent_item_line(c, a, i));
		html_leafs(h, "strong", consent_word_label(w));
		if (waits && last->words[i] == SAID_AGREE)
			html_texts(h, "（紙は、確認待ち）");
		html_close(h);
	}
	html_close(h);
	html_open(h, "p");
	html_class(h, "muted");
	html_textf(h, "受付番号 %.*s　", SPAN_ARG(last->id));
	list_moment(h, last->at);
	if (last->paper)
		html_texts(h, "　紙で 受け取りました");
	html_close(h);
	if (waits) {
		html_open(h, "p");
		consent_paper_tag(c, h, last);
		html_close(h);
	}
}

/* What is asked waits until it is answered, is over, or is not asked any more. */
static enum consent_state my_state(const struct consent_page *c, const struct ask *a,
				   const struct reply *last)
{
	struct day due;

	if (consent_cancelled(c->book, a))
		return CONSENT_CANCELLED;
	if (last)
		return CONSENT_AGREED; /* not shown: the words say more */
	return day_parse(a->due, &due) && day_cmp(due, c->today) < 0 ? CONSENT_EXPIRED
								     : CONSENT_WAITING;
}

static void family_card(struct consent_page *c, struct html *h, const struct ask *a)
{
	const struct reply *last = consent_last(c->book, a, span_of(c->p->who->id));
	enum consent_state st = my_state(c, a, last);
	char href[HREF_MAX];

	consent_href(c, a->id, "", href);
	html_open(h, "li");
	html_link(h, href, consent_title(c, a));
	html_open(h, "p");
	if (st != CONSENT_AGREED)
		consent_state_tag(h, st);
	if (st == CONSENT_WAITING && a->due.n)
		html_textf(h, "　%sまで", consent_day(c, a->due));
	if (a->institution.n)
		html_textf(h, "%s%.*sから", st != CONSENT_AGREED ? "　" : "",
			   SPAN_ARG(consent_place(c, a->institution)));
	html_close(h);
	if (last)
		my_answer(c, h, a, last);
	html_close(h);
}

/* ---- for staff ---------------------------------------------------------------------------- */

static void staff_card(struct consent_page *c, struct html *h, const struct ask *a)
{
	char href[HREF_MAX], digest[CONSENT_DIGEST] = "";

	consent_href(c, a->id, "", href);
	if (consent_digest_now(c->book, a, digest))
		digest[0] = '\0';
	html_open(h, "li");
	html_link(h, href, consent_title(c, a));
	html_open(h, "p");
	consent_state_tag(h, consent_of_ask(c->book, a, span_of(digest), c->today));
	if (a->due.n)
		html_textf(h, "　期限 %s", consent_day(c, a->due));
	if (a->institution.n)
		html_textf(h, "　%.*s", SPAN_ARG(consent_place(c, a->institution)));
	html_texts(h, "　");
	list_moment(h, a->at);
	html_close(h);
	html_open(h, "ul");
	for (size_t i = 0; i < a->nitems; i++) {
		html_open(h, "li");
		html_texts(h, consent_item_line(c, a, i));
		html_texts(h, " ");
		consent_state_tag(h, consent_of_item(c->book, a, i, span_of(digest), c->today));
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

/* Sheets of this institution about which can be asked. */
static enum status ask_links(struct consent_page *c, struct html *h)
{
	struct page *p = c->p;
	struct shield none = {.nwords = 0};
	struct sheet_list list = {NULL, 0};
	char href[HREF_MAX];
	bool any = false;
	enum status st = list_readable(p, p->q.child, &none, &list);

	for (size_t i = 0; i < list.count && !st; i++) {
		const struct sheet_row *r = &list.rows[i];

		if (!consent_is_mine(p->app, p->who, &p->decision, span_of(r->institution)))
			continue;
		if (!any) {
			html_leafs(h, "h2", "同意を お願いする");
			html_leafs(h, "p", "どのシートについて お願いしますか。");
			html_open(h, "ul");
		}
		any = true;
		snprintf(href, sizeof href, "/children/%s/consents/new?type=%s&id=%s", r->child,
			 r->type, r->id);
		html_open(h, "li");
		html_link(h, href, span_of(r->title));
		html_texts(h, " ");
		list_status(h, r->status);
		html_close(h);
	}
	if (any)
		html_close(h);
	return st;
}

/* ---- the page ----------------------------------------------------------------------------- */

static enum status put_all(struct consent_page *c, struct html *h)
{
	size_t shown = 0;

	html_leafs(h, "p",
		   c->me ? "お願いされたことと、あなたの返事です。同意は、いつでも 取り消せます。"
			 : "保護者に お願いしたことと、その返事です。");
	for (size_t i = c->book->all.nasks; i-- > 0;) {
		const struct ask *a = &c->book->all.asks[i];

		if (!consent_visible(c, a))
			continue;
		if (shown++ == 0) {
			html_open(h, "ul");
			html_class(h, "cards");
		}
		if (c->me)
			family_card(c, h, a);
		else
			staff_card(c, h, a);
	}
	if (shown)
		html_close(h);
	else
		html_leaf_class(h, "p", "empty-state",
				c->me ? SPAN("お願いしていることは ありません。")
				      : SPAN("まだ お願いは ありません。"));
	return c->me || !c->p->who->staff ? ST_OK : ask_links(c, h);
}

enum status page_consents(struct page *p)
{
	struct consent_page c;
	struct html h;
	struct buf body;
	enum status st = consent_page_open(&c, p);

	frame_body(&h, &body);
	if (!st)
		child_tabs(p, &h, TAB_CONSENTS);
	if (!st)
		st = put_all(&c, &h);
	if (!st)
		st = consent_send(&c,
				  &(struct consent_screen){
				      .status = 200, .title = "同意", .event = "consent.list"},
				  &body);
	consent_page_close(&c);
	buf_clear(&body);
	return st;
}
