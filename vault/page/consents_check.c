/* A second person looks at an answer on paper: opens the scan, and confirms it or sends it back. */
#include "vault/flow/consent_paper.h"
#include "vault/page/consents.h"
#include "vault/page/files.h"

#include <stdio.h>

/* An answer on paper, and what this reader may do with it. */
struct checking {
	struct consent_page c;
	const struct ask *ask;
	const struct reply *paper;
	bool mine;  /* the reader wrote it down … */
	bool alone; /* … and there is nobody else */
};

/* Only for the institution that asked; the paper must agree to something. */
static enum status find(struct checking *k, struct page *p)
{
	enum status st;

	*k = (struct checking){.ask = NULL};
	st = consent_page_open(&k->c, p);
	if (!st)
		st = consent_page_ask(&k->c, &k->ask);
	if (!st && !consent_manages(&k->c, k->ask))
		st = refuse(p->app, &p->q, "not-asked-by-us");
	if (!st)
		k->paper = consent_paper_find(k->c.book, k->ask, param(&p->params, "paper"));
	if (!st && (!k->paper || paper_state(&k->c.book->all, k->paper) == PAPER_COUNTS))
		st = refuse(p->app, &p->q, "no-ask");
	if (st)
		return st;
	k->mine = span_is(k->paper->by, p->who->id);
	return k->mine ? consent_paper_alone(p->app, &p->q, k->ask->institution, &k->alone) : ST_OK;
}

static void href_paper(const struct checking *k, const char *rest, char out[static HREF_MAX])
{
	char below[CONSENT_ID + 24];

	snprintf(below, sizeof below, "/papers/%.*s%s", SPAN_ARG(k->paper->id), rest);
	consent_href(&k->c, k->ask->id, below, out);
}

/* ---- the page ----------------------------------------------------------------------------- */

static void put_facts(struct checking *k, struct html *h)
{
	const struct reply *r = k->paper;

	html_open(h, "p");
	consent_paper_tag(&k->c, h, r);
	html_close(h);
	facts_begin(h);
	fact_text(h, "お願いしたこと", consent_title(&k->c, k->ask));
	fact_text(h, "紙に書いた方", span_of(consent_signer(&k->c, r)));
	fact_text(h, "書いた日", span_of(consent_day(&k->c, r->on)));
	fact_text(h, "書きとめた人", span_of(consent_name(&k->c, r->by)));
	list_fact_moment(h, "書きとめた日時", r->at);
	html_close(h);
	html_leafs(h, "h2", "書きとめた返事");
	consent_reply_words(&k->c, h, k->ask, r);
}

static void put_scan(struct checking *k, struct html *h)
{
	char href[HREF_MAX];

	html_leafs(h, "h2", "紙を写したファイル");
	html_leafs(
	    h, "p",
	    "開いて、書いた方、書いた日、ひとつずつの返事が、上の内容と 同じか 見てください。");
	href_paper(k, "/scan", href);
	html_open(h, "p");
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", href);
	html_texts(h, "紙を 開く");
	html_close(h);
	html_close(h);
}

static void put_steps(struct checking *k, struct html *h, const char *error)
{
	const struct form *f = &k->c.p->form;
	char href[HREF_MAX];

	if (k->mine && !k->alone) {
		html_leafs(h, "p",
			   "書きとめた人とは 別の職員が たしかめます。たしかめるまで、この同意は "
			   "きまりません。");
		return;
	}
	html_leafs(h, "h2", "たしかめる");
	if (k->alone)
		html_leafs(h, "p",
			   "あなたの機関に、ほかに たしかめられる職員が いません。ひとりで "
			   "たしかめたことが、記録に のこります。");
	href_paper(k, "/confirm", href);
	button_form(h, k->c.p, href, "紙と 同じです", "");
	if (k->mine)
		return;
	html_open(h, "details");
	html_flag(h, "open", error && form_count(f, "text") > 0);
	html_leafs(h, "summary", "紙と ちがう：差しもどす");
	href_paper(k, "/return", href);
	form_begin(h, k->c.p, href);
	field_area(h,
		   &(struct field_look){.id = "text",
					.label = "どこが ちがうか",
					.hint = "書きとめた人に とどきます。400字まで",
					.required = true},
		   3, form_get(f, "text"));
	form_button(h, "差しもどす", "secondary");
	html_close(h);
	html_close(h);
}

static enum status send(struct checking *k, int status, const char *error)
{
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	put_facts(k, &h);
	put_scan(k, &h);
	if (consent_paper_waits(k->c.book, k->paper))
		put_steps(k, &h, error);
	st = consent_send(&k->c,
			  &(struct consent_screen){.status = status,
						   .title = "紙の同意を たしかめる",
						   .event = "consent.read",
						   .ask = k->ask,
						   .errors = error != NULL},
			  &body);
	buf_clear(&body);
	return st;
}

enum status page_consent_check(struct page *p)
{
	struct checking k;
	enum status st = find(&k, p);

	if (!st)
		st = send(&k, 200, NULL);
	consent_page_close(&k.c);
	return st;
}

/* That it was opened is recorded first; the file itself is given out where files are. */
enum status page_consent_scan(struct page *p)
{
	struct checking k;
	struct file_row row;
	char to[3 * HREF_MAX];
	enum status st = find(&k, p);

	if (!st)
		st = consent_paper_scan(p->app, &p->q, k.paper, &row);
	if (!st) {
		href_file(to, p->q.child, row.id, span_of(row.name), "");
		st = response_redirect(p->res, to);
	} else if (st == ST_INVALID) {
		st = send(&k, 422,
			  "紙を写したファイルが ありません。書きとめた人に、入れて "
			  "もらってください");
	}
	consent_page_close(&k.c);
	return st;
}

/* ---- the steps ---------------------------------------------------------------------------- */

static enum status check(struct page *p, bool send_back)
{
	struct checking k;
	struct actor actor = {.secret = NULL};
	struct consent_checking in = {.send_back = send_back};
	char to[HREF_MAX];
	enum status st = find(&k, p);

	if (!st)
		st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st) {
		in.ask = k.ask->id;
		in.paper = k.paper->id;
		in.text = send_back ? span_trim(form_get(&p->form, "text")) : SPAN_NONE;
		st = consent_check(p->app, &actor, &p->q, &in);
	}
	actor_clear(&actor);
	if (st == ST_INVALID) {
		st = send(&k, 422, arena_printf(p->arena, "%s", fail_why()));
	} else if (!st || st == ST_EXISTS) {
		consent_href(&k.c, k.ask->id, "", to);
		st = response_redirect(p->res, to);
	}
	consent_page_close(&k.c);
	return st;
}

enum status page_consent_confirm(struct page *p)
{
	return check(p, false);
}

enum status page_consent_return(struct page *p)
{
	return check(p, true);
}
