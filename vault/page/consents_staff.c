/* One ask for those who asked: how it stands, who said what; and taking it back. */
#include "generator/base/day.h"
#include "vault/flow/consent_paper.h"
#include "vault/page/consents.h"

#include <stdio.h>

/* ---- what was said ------------------------------------------------------------------------ */

static const char *const heads[] = {"だれ", "返事", "いつ", "受付番号"};
enum { HEADS = sizeof heads / sizeof *heads };

/* 「紙で受け取りました（記録：だれ）」 */
static void how_it_came(struct consent_page *c, struct html *h, const struct reply *r)
{
	if (!r->paper)
		return;
	html_open(h, "p");
	html_class(h, "note");
	html_textf(h, "紙で受け取りました（記録：%s、書いた日 %s）", consent_name(c, r->by),
		   consent_day(c, r->on));
	if (r->file.n) {
		char href[HREF_MAX];

		snprintf(href, sizeof href, "/children/%s/files/%.*s", c->child.id,
			 SPAN_ARG(r->file));
		html_texts(h, " ");
		html_link(h, href, SPAN("書類を見る"));
	}
	html_close(h);
}

const char *consent_name(const struct consent_page *c, struct span account)
{
	struct account a;
	const char *name = NULL;

	if (account_get(c->p->app->db, account, &a) == ST_OK)
		name = arena_str(c->p->arena, span_of(a.name));
	return name ? name : "";
}

const char *consent_signer(const struct consent_page *c, const struct reply *r)
{
	if (!r->paper || r->account.n)
		return consent_person_label(c, reply_whose(r));
	return arena_printf(c->p->arena, "%.*s（%.*s）", SPAN_ARG(r->name), SPAN_ARG(r->relation));
}

void consent_reply_words(struct consent_page *c, struct html *h, const struct ask *a,
			 const struct reply *r)
{
	html_open(h, "ul");
	for (size_t i = 0; i < a->nitems; i++)
		if (r->words[i] != SAID_NOTHING) {
			html_open(h, "li");
			html_textf(h, "%s：%s", consent_item_line(c, a, i),
				   consent_word_label(r->words[i]));
			html_close(h);
		}
	html_close(h);
	if (r->text.n)
		html_leaf(h, "p", r->text);
}

void consent_paper_tag(const struct consent_page *c, struct html *h, const struct reply *r)
{
	static const struct {
		const char *label, *look;
	} tags[] = {
	    [PAPER_WAITS] = {"紙の同意：確認待ち", "tag tag-warning"},
	    [PAPER_CONFIRMED] = {"紙の同意：確認ずみ", "tag tag-success"},
	    [PAPER_SENT_BACK] = {"紙の同意：差しもどし", "tag tag-attention"},
	};
	enum paper_state st = paper_state(&c->book->all, r);

	if (st == PAPER_WAITS && !consent_paper_waits(c->book, r))
		html_leaf_class(h, "span", "tag", SPAN("紙の同意：そのあとに 返事が あります"));
	else if (st != PAPER_COUNTS)
		html_leaf_class(h, "span", tags[st].look, span_of(tags[st].label));
}

/* Who looked at the paper besides who wrote it down, and what they said. */
static void how_far(struct consent_page *c, struct html *h, const struct ask *a,
		    const struct reply *r)
{
	const struct reply *checked = paper_checked(&c->book->all, r);
	char href[HREF_MAX], rest[CONSENT_ID + 16];

	if (paper_state(&c->book->all, r) == PAPER_COUNTS)
		return;
	html_open(h, "p");
	consent_paper_tag(c, h, r);
	if (checked)
		html_textf(h, "　%s　", consent_name(c, checked->by));
	if (checked)
		list_moment(h, checked->at);
	if (consent_paper_waits(c->book, r) && consent_manages(c, a)) {
		snprintf(rest, sizeof rest, "/papers/%.*s", SPAN_ARG(r->id));
		consent_href(c, a->id, rest, href);
		html_texts(h, "　");
		html_link(h, href, SPAN("紙を たしかめる"));
	}
	html_close(h);
	if (checked && checked->text.n)
		html_leaf(h, "p", checked->text);
}

static void one_reply(struct consent_page *c, struct html *h, const struct ask *a,
		      const struct reply *r)
{
	const char *who = consent_signer(c, r);

	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, who ? who : "");
	html_close(h);
	list_cell(h, heads[1]);
	if (r->cancel)
		html_texts(h, "お願いの取りやめ");
	else
		consent_reply_words(c, h, a, r);
	how_it_came(c, h, r);
	how_far(c, h, a, r);
	html_close(h);
	list_cell(h, heads[2]);
	list_moment(h, r->at);
	html_close(h);
	list_cell(h, heads[3]);
	html_text(h, r->id);
	html_close(h);
	html_close(h);
}

static void replies(struct consent_page *c, struct html *h, const struct ask *a)
{
	bool any = false;

	html_leafs(h, "h2", "返事");
	for (size_t i = 0; i < c->book->all.nreplies; i++) {
		const struct reply *r = &c->book->all.replies[i];

		if (!span_eq(r->ask, a->id) || r->checks.n)
			continue;
		if (!any)
			list_table(h, &(struct list_table){"replies", "受け取った返事", "list",
							   heads, HEADS});
		any = true;
		one_reply(c, h, a, r);
	}
	if (any)
		html_close_to(h, "div");
	else
		html_leaf_class(h, "p", "empty-state", SPAN("まだ 返事は ありません。"));
}

/* ---- what was asked ----------------------------------------------------------------------- */

static void items(struct consent_page *c, struct html *h, const struct ask *a, struct span digest)
{
	html_leafs(h, "h2", "お願いしたこと");
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < a->nitems; i++) {
		const char *more = consent_item_more(c, a, i);

		html_open(h, "li");
		html_open(h, "p");
		html_textf(h, "%s ", consent_item_line(c, a, i));
		consent_state_tag(h, consent_of_item(c->book, a, i, digest, c->today));
		html_close(h);
		if (more)
			html_leaf_class(h, "p", "note", span_of(more));
		html_close(h);
	}
	html_close(h);
}

/* Those whose right rests, or who must not know of it, are asked but do not count. */
static void people(struct consent_page *c, struct html *h, const struct ask *a)
{
	struct buf names;

	buf_init(&names, 8 * 1024);
	for (size_t i = 0; i < a->nto; i++) {
		const struct consent_person *p = consent_person(c->book, a->to[i]);

		if (names.len)
			buf_adds(&names, "、");
		buf_adds(&names, consent_person_label(c, a->to[i]));
		if (!consent_counts(p, c->today))
			buf_adds(&names, "（数えません）");
	}
	fact_text(h, "お願いした方", arena_copy(c->p->arena, buf_span(&names)));
	buf_clear(&names);
}

static void facts(struct consent_page *c, struct html *h, const struct ask *a)
{
	struct account by;
	struct version_row v;

	facts_begin(h);
	people(c, h, a);
	fact_text(h, "同意が いる方",
		  a->both ? SPAN("保護者 全員") : SPAN("保護者の だれか ひとり"));
	if (a->institution.n)
		fact_text(h, "お願いした機関", consent_place(c, a->institution));
	if (account_get(c->p->app->db, a->by, &by) == ST_OK)
		fact_text(h, "お願いした人", arena_copy(c->p->arena, span_of(by.name)));
	list_fact_moment(h, "お願いした日時", a->at);
	if (a->due.n)
		fact_text(h, "返事の期限", span_of(consent_day(c, a->due)));
	if (a->version.n && version_get_of(c->p->app->db, a->version, c->p->q.child, a->type,
					   a->sheet, &v) == ST_OK)
		fact_text(h, "シートの版", span_of(arena_printf(c->p->arena, "版 %lld", v.n)));
	if (a->note.n)
		fact_text(h, "ひとこと", a->note);
	html_close(h);
}

static void changed_since(struct consent_page *c, struct html *h, const struct ask *a,
			  struct span digest)
{
	char href[HREF_MAX];

	if (!a->digest.n || span_eq(a->digest, digest))
		return;
	html_open(h, "p");
	html_texts(h, "お願いのあとに、シートが 書きかえられました。前の版への返事では、"
		      "作ることの同意に なりません。 ");
	if (consent_manages(c, a)) {
		snprintf(href, sizeof href, "/children/%s/consents/new?type=%.*s&id=%.*s",
			 c->child.id, SPAN_ARG(a->type), SPAN_ARG(a->sheet));
		html_link(h, href, SPAN("いまの版で もう一度 お願いする"));
	}
	html_close(h);
}

/* ---- the page ----------------------------------------------------------------------------- */

static void manage(struct consent_page *c, struct html *h, const struct ask *a)
{
	char href[HREF_MAX];

	if (!consent_manages(c, a) || consent_cancelled(c->book, a))
		return;
	consent_paper_form(c, h, a);
	html_leafs(h, "h2", "取りやめる");
	html_leafs(h, "p", "取りやめると、このお願いへの同意は なかったことになります。");
	consent_href(c, a->id, "/cancel", href);
	button_form(h, c->p, href, "このお願いを 取りやめる", "danger");
}

enum status consent_staff_page(struct consent_page *c, const struct ask *a, int status,
			       const char *error)
{
	char digest[CONSENT_DIGEST], sheet[HREF_MAX];
	struct html h;
	struct buf body;
	enum status st = consent_digest_now(c->book, a, digest);

	frame_body(&h, &body);
	if (!st) {
		if (error)
			error_box(&h, error);
		html_open(&h, "p");
		consent_state_tag(&h, consent_of_ask(c->book, a, span_of(digest), c->today));
		html_texts(&h, "　");
		href_sheet(sheet, c->p->q.child, a->type, a->sheet, "");
		if (a->digest.n)
			html_link(&h, sheet, consent_title(c, a));
		else
			html_text(&h, consent_title(c, a));
		html_close(&h);
		changed_since(c, &h, a, span_of(digest));
		facts(c, &h, a);
		items(c, &h, a, span_of(digest));
		replies(c, &h, a);
		manage(c, &h, a);
		st = consent_send(c,
				  &(struct consent_screen){.status = status,
							   .title = "同意の お願い",
							   .event = "consent.read",
							   .ask = a,
							   .errors = error != NULL},
				  &body);
	}
	buf_clear(&body);
	return st;
}

enum status page_consent(struct page *p)
{
	struct consent_page c;
	const struct ask *a;
	enum status st = consent_page_open(&c, p);

	if (!st)
		st = consent_page_ask(&c, &a);
	if (!st)
		st = c.me ? consent_family_page(&c, a, 200, NULL)
			  : consent_staff_page(&c, a, 200, NULL);
	consent_page_close(&c);
	return st;
}

enum status page_consent_cancel(struct page *p)
{
	struct consent_page c;
	const struct ask *a = NULL;
	struct actor actor = {.secret = NULL};
	char id[CONSENT_ID], to[HREF_MAX];
	enum status st = consent_page_open(&c, p);

	if (!st)
		st = consent_page_ask(&c, &a);
	if (!st)
		st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = consent_cancel(p->app, &actor, &p->q, a->id, id);
	actor_clear(&actor);
	if (st == ST_INVALID)
		st = consent_staff_page(&c, a, 422, arena_printf(p->arena, "%s", fail_why()));
	else if (!st) {
		consent_href(&c, a->id, "", to);
		st = response_redirect(p->res, to);
	}
	consent_page_close(&c);
	return st;
}
