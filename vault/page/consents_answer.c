/* A guardian's way through an answer: choose, check, send; and taking it back. */
#include "vault/page/consents.h"

#include <stdio.h>

/* ---- the form ----------------------------------------------------------------------------- */

static enum consent_word read_word(struct span value)
{
	for (int w = SAID_AGREE; w <= SAID_DECLINE; w++)
		if (span_is(value, consent_word_name((enum consent_word)w)))
			return (enum consent_word)w;
	return SAID_NOTHING;
}

/* What was chosen for each item; a choice for what was never asked makes the form none of ours. */
static enum status read_words(struct consent_page *c, const struct ask *a,
			      enum consent_word words[static CONSENT_ITEMS])
{
	const struct form *f = &c->p->form;

	for (size_t i = 0; i < f->count; i++) {
		struct span name = f->pairs[i].name;
		long n;

		if (!span_starts(name, SPAN("i")) ||
		    !span_number(span_make(name.p + 1, name.n - 1), 99, &n))
			continue;
		if ((size_t)n >= a->nitems || !consent_item_visible(c, a, (size_t)n))
			return refuse(c->p->app, &c->p->q, "not-asked");
		words[n] = read_word(f->pairs[i].value);
		if (form_count(f, arena_str(c->p->arena, name)) != 1)
			return fail(ST_USAGE, "an answer that was given twice");
	}
	return ST_OK;
}

static enum status read_typed(struct consent_page *c, const struct ask *a,
			      struct consent_typed *out)
{
	const struct form *f = &c->p->form;

	*out = (struct consent_typed){.choice = {.ask = a->id,
						 .version = form_get(f, "version"),
						 .text = span_trim(form_get(f, "text"))}};
	return read_words(c, a, out->choice.words);
}

/* ---- checking ----------------------------------------------------------------------------- */

static void carry(struct consent_page *c, struct html *h, const struct ask *a,
		  const struct consent_typed *typed, const char *step)
{
	html_hidden(h, "step", span_of(step));
	if (typed->choice.version.n)
		html_hidden(h, "version", typed->choice.version);
	for (size_t i = 0; i < a->nitems; i++) {
		char id[CONSENT_FIELD];

		consent_field(i, id);
		if (consent_item_visible(c, a, i))
			html_hidden(h, id, span_of(consent_word_name(typed->choice.words[i])));
	}
	html_hidden(h, "text", typed->choice.text.p ? typed->choice.text : SPAN(""));
}

static const char *chosen(enum consent_word w)
{
	for (size_t i = 0; i < 3; i++)
		if (strcmp(consent_answers[i].value, consent_word_name(w)) == 0)
			return consent_answers[i].label;
	return "";
}

static enum status show_check(struct consent_page *c, const struct ask *a,
			      const struct consent_typed *typed)
{
	char action[HREF_MAX];
	struct html h;
	struct buf body;
	enum status st;

	consent_href(c, a->id, "", action);
	frame_body(&h, &body);
	html_leafs(&h, "p", "まだ おくっていません。この内容で よければ、おくってください。");
	facts_begin(&h);
	for (size_t i = 0; i < a->nitems; i++)
		if (consent_item_visible(c, a, i))
			fact_text(&h, consent_item_line(c, a, i),
				  span_of(chosen(typed->choice.words[i])));
	if (typed->choice.text.n)
		fact_text(&h, "直してほしいところ", typed->choice.text);
	html_close(&h);
	form_begin(&h, c->p, action);
	carry(c, &h, a, typed, "send");
	form_button(&h, "この内容で おくる", "");
	html_close(&h);
	form_begin(&h, c->p, action);
	carry(c, &h, a, typed, "edit");
	form_button(&h, "えらびなおす", "secondary");
	html_close(&h);
	st = consent_send(
	    c,
	    &(struct consent_screen){
		.status = 200, .title = "返事を たしかめる", .event = "consent.read", .ask = a},
	    &body);
	buf_clear(&body);
	return st;
}

/* What can be said before anything is looked up. */
static const char *mistake(const struct consent_page *c, const struct ask *a,
			   const struct consent_typed *typed)
{
	bool changes = false;

	for (size_t i = 0; i < a->nitems; i++) {
		if (consent_item_visible(c, a, i) && typed->choice.words[i] == SAID_NOTHING)
			return "3つから 1つ えらんでください";
		changes = changes || typed->choice.words[i] == SAID_CHANGES;
	}
	return changes && !typed->choice.text.n ? "直してほしいところを 書いてください" : NULL;
}

/* ---- sending ------------------------------------------------------------------------------ */

static enum status done(struct consent_page *c, struct span ask)
{
	char to[HREF_MAX];

	consent_href(c, ask, "?sent=1", to);
	return response_redirect(c->p->res, to);
}

/* The sheet is another than the one that was shown: what is new is shown, and asked again. */
static enum status ask_again(struct consent_page *c, const struct ask *a,
			     struct consent_typed *typed)
{
	typed->before = typed->choice.version;
	memset(typed->choice.words, 0, sizeof typed->choice.words);
	return consent_family_page(c, a, 409, typed);
}

static enum status send(struct consent_page *c, const struct ask *a, struct consent_typed *typed)
{
	struct page *p = c->p;
	struct actor actor;
	char id[CONSENT_ID];
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = consent_reply(p->app, &actor, &p->q, &typed->choice, id);
	actor_clear(&actor);
	if (st == ST_OK || st == ST_EXISTS)
		return done(c, a->id);
	if (st == ST_STALE)
		return ask_again(c, a, typed);
	if (st != ST_INVALID)
		return st;
	typed->error = arena_printf(p->arena, "%s", fail_why());
	return consent_family_page(c, a, 422, typed);
}

static enum status answer(struct consent_page *c, const struct ask *a)
{
	struct span step = form_get(&c->p->form, "step");
	struct consent_typed typed;
	enum status st = read_typed(c, a, &typed);

	if (st)
		return st;
	if (span_is(step, "edit"))
		return consent_family_page(c, a, 200, &typed);
	typed.error = mistake(c, a, &typed);
	if (typed.error)
		return consent_family_page(c, a, 422, &typed);
	return span_is(step, "send") ? send(c, a, &typed) : show_check(c, a, &typed);
}

/* Of a guardian only: staff have nothing to answer. */
static enum status find(struct consent_page *c, struct page *p, const struct ask **a)
{
	enum status st = consent_page_open(c, p);

	if (!st)
		st = consent_page_ask(c, a);
	return !st && !c->me ? refuse(p->app, &p->q, "not-a-guardian") : st;
}

enum status page_consent_answer(struct page *p)
{
	struct consent_page c;
	const struct ask *a;
	enum status st = find(&c, p, &a);

	if (!st)
		st = answer(&c, a);
	consent_page_close(&c);
	return st;
}

/* ---- taking back -------------------------------------------------------------------------- */

static enum status show_withdraw(struct consent_page *c, const struct ask *a,
				 const struct consent_choice *choice)
{
	char action[HREF_MAX], id[CONSENT_FIELD + 1] = "w";
	struct html h;
	struct buf body;
	enum status st;

	consent_href(c, a->id, "/withdraw", action);
	frame_body(&h, &body);
	html_leafs(&h, "p", "まだ 取り消していません。取り消すと、次のように なります。");
	html_open(&h, "ul");
	html_leafs(&h, "li", "読むことの 同意は、すぐに なくなり、その機関は 読めなくなります。");
	html_leafs(&h, "li", "これまでの 返事と、読んだことの 記録は 残ります。");
	html_leafs(&h, "li", "お願いした機関に、取り消したことが 伝わります。");
	html_close(&h);
	form_begin(&h, c->p, action);
	html_hidden(&h, "sure", SPAN("yes"));
	facts_begin(&h);
	for (size_t i = 0; i < a->nitems; i++)
		if (choice->words[i] == SAID_REVOKE)
			fact_text(&h, "取り消すこと", span_of(consent_item_line(c, a, i)));
	html_close(&h);
	for (size_t i = 0; i < a->nitems; i++) {
		consent_field(i, id + 1);
		if (choice->words[i] == SAID_REVOKE)
			html_hidden(&h, id, SPAN("true"));
	}
	form_button(&h, "同意を 取り消す", "danger");
	html_close(&h);
	st = consent_send(
	    c,
	    &(struct consent_screen){
		.status = 200, .title = "取り消しを たしかめる", .event = "consent.read", .ask = a},
	    &body);
	buf_clear(&body);
	return st;
}

static enum status withdraw(struct consent_page *c, const struct ask *a)
{
	struct page *p = c->p;
	struct consent_choice choice = {.ask = a->id};
	char id[CONSENT_ID], field[CONSENT_FIELD + 1] = "w";
	struct actor actor;
	bool any = false;
	enum status st;

	for (size_t i = 0; i < a->nitems; i++) {
		consent_field(i, field + 1);
		if (!consent_item_visible(c, a, i) || !form_get(&p->form, field).n)
			continue;
		choice.words[i] = SAID_REVOKE;
		any = true;
	}
	if (!any)
		return consent_family_page(
		    c, a, 422, &(struct consent_typed){.error = "取り消すことを えらんでください"});
	if (!span_is(form_get(&p->form, "sure"), "yes"))
		return show_withdraw(c, a, &choice);
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = consent_withdraw(p->app, &actor, &p->q, &choice, id);
	actor_clear(&actor);
	return st == ST_OK || st == ST_EXISTS ? done(c, a->id) : st;
}

enum status page_consent_withdraw(struct page *p)
{
	struct consent_page c;
	const struct ask *a;
	enum status st = find(&c, p, &a);

	if (!st)
		st = withdraw(&c, a);
	consent_page_close(&c);
	return st;
}
