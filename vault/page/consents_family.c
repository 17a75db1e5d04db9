/* What a guardian reads about one thing that is asked: who, what, why, until when, and then. */
#include "generator/render/html_diff.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/consents.h"

#include <stdio.h>

/* The sheet that it is about, as this guardian may read it now. */
struct about {
	bool readable;
	struct reading reading;
	struct view *before; /* at the version that is compared with; NULL: none */
	struct name_source source;
	struct render_names names;
	struct buf diff;
};

/* ---- the sheet ---------------------------------------------------------------------------- */

/* The version that this guardian agreed to last, of the same sheet. */
static struct span agreed_version(const struct consent_page *c, const struct ask *a)
{
	struct span found = SPAN_NONE;

	for (size_t i = 0; i < c->book->all.nreplies; i++) {
		const struct reply *r = &c->book->all.replies[i];
		const struct ask *of = consents_find(&c->book->all, r->ask);

		if (!r->version.n || !of || !span_eq(of->type, a->type) ||
		    !span_eq(of->sheet, a->sheet) || !span_is(reply_whose(r), c->p->who->id) ||
		    !paper_agrees(&c->book->all, r))
			continue;
		for (size_t k = 0; k < of->nitems; k++)
			if (r->words[k] == SAID_AGREE)
				found = r->version;
	}
	return found;
}

static enum status compare(struct consent_page *c, struct about *b, struct span version)
{
	struct html h;
	struct oid id;
	enum status st;

	if (!oid_parse(version, &id) || oid_eq(&id, &b->reading.version))
		return ST_OK;
	st = reading_other(&b->reading, &id, &b->before);
	if (st || !b->before)
		return st;
	html_init(&h, &b->diff);
	names_init(&b->names, &b->source, c->p->app);
	html_diff(&h, b->before, b->reading.view,
		  &(struct view_look){.level = 4, .names = &b->names});
	return html_end(&h);
}

/* Nothing is refused here: a sheet that is being written again is only not there yet. */
static enum status load_about(struct consent_page *c, const struct ask *a, struct span before,
			      struct about *b)
{
	struct question q = c->p->q;
	struct sheet_row row;
	enum status st;

	b->readable = false;
	b->before = NULL;
	b->reading = (struct reading){.repo = NULL};
	buf_init(&b->diff, PAGE_HTML_MAX);
	if (!a->digest.n)
		return ST_OK;
	st = sheet_row_get(c->p->app->db, q.child, a->type, a->sheet, &row);
	if (!st)
		st = list_may_read(c->p, &row, &b->readable);
	if (st || !b->readable)
		return st == ST_NOTFOUND ? ST_OK : st;
	q.action = ACT_SHEET_READ;
	q.type = a->type;
	q.id = a->sheet;
	st = reading_begin(&b->reading, c->p->app, &q, span_of(row.version));
	if (!st)
		st = reading_view(&b->reading);
	if (!st)
		st = compare(c, b, before.n ? before : agreed_version(c, a));
	return !st && b->diff.len ? reading_done(&b->reading, "sheet.version") : st;
}

static void clear_about(struct about *b)
{
	view_free(b->before);
	reading_clear(&b->reading);
	buf_clear(&b->diff);
}

static void sheet_links(struct consent_page *c, struct html *h, const struct ask *a,
			const struct about *b, bool changed)
{
	struct version_row v;
	char href[HREF_MAX];

	if (!b->readable)
		return;
	href_sheet(href, c->p->q.child, a->type, a->sheet, "");
	html_open(h, "p");
	html_link(h, href, SPAN("シートを 読む"));
	if (version_get(c->p->app->db, span_of(b->reading.row.version), &v) == ST_OK)
		html_textf(h, "（版 %lld　", v.n);
	list_moment(h, b->reading.row.at);
	html_texts(h, "）");
	html_close(h);
	if (!b->diff.len)
		return;
	html_open(h, "details");
	html_flag(h, "open", changed);
	html_leafs(h, "summary",
		   changed ? "さっきの画面からの ちがい" : "前に 同意したときからの ちがい");
	html_raw(h, buf_span(&b->diff));
	html_close(h);
}

/* ---- what is asked ------------------------------------------------------------------------ */

static void who_asks(struct consent_page *c, struct html *h, const struct ask *a)
{
	struct account by;
	struct span name = SPAN_NONE;

	facts_begin(h);
	fact_text(h, "お願いすること", consent_title(c, a));
	if (a->institution.n)
		fact_text(h, "お願いする機関", consent_place(c, a->institution));
	if (account_get(c->p->app->db, a->by, &by) == ST_OK)
		name = shield_person(&c->me->shield, &by);
	if (name.n)
		fact_text(h, "お願いする人", arena_copy(c->p->arena, name));
	if (a->due.n)
		fact_text(h, "いつまで", span_of(consent_day(c, a->due)));
	if (a->note.n)
		fact_text(h, "ひとこと",
			  shield_say(&c->me->shield, a->note, SPAN("（ここには 出せません）")));
	html_close(h);
}

static void what_follows(struct html *h, const struct ask *a)
{
	bool make = false, share = false;

	for (size_t i = 0; i < a->nitems; i++) {
		make = make || a->items[i].scope == SCOPE_MAKE;
		share = share || a->items[i].scope != SCOPE_MAKE;
	}
	html_leafs(h, "h2", "知っておいて いただきたいこと");
	html_open(h, "ul");
	if (share)
		html_leafs(h, "li",
			   "ほかの機関が 読むのは、お子さんの 支えを 続けるためです。"
			   "だれが読んだかは「だれが見たか」で わかります。");
	html_leafs(h, "li",
		   a->both ? "保護者 みなさんの 同意が そろうと、決まります。"
			   : "保護者の どなたか ひとりの 同意で 決まります。");
	if (make)
		html_leafs(h, "li",
			   "作ることに 同意しないときは、シートは 確定しません。先生と もう一度 "
			   "相談します。");
	if (share)
		html_leafs(h, "li",
			   "読むことに 同意しないときは、その機関は 読めません。それで お子さんが "
			   "不利に なることは ありません。");
	html_leafs(h, "li",
		   "同意は、いつでも この画面で 取り消せます。取り消すと、すぐに 読めなくなります。"
		   "それまでに 読んだことは、記録に 残ります。");
	html_close(h);
}

/* ---- the answer --------------------------------------------------------------------------- */

/* An item that is asked for the first time has no word; nothing is chosen beforehand. */
static void one_choice(struct consent_page *c, struct html *h, const struct ask *a, size_t item,
		       const struct consent_typed *typed)
{
	enum consent_word w = typed ? typed->choice.words[item] : SAID_NOTHING;
	char id[CONSENT_FIELD];
	bool missing = typed && typed->error && w == SAID_NOTHING;

	consent_field(item, id);
	field_radios(h,
		     &(struct field_look){.id = id,
					  .label = consent_item_line(c, a, item),
					  .hint = consent_item_more(c, a, item),
					  .error = missing ? "3つから 1つ えらんでください" : NULL,
					  .required = true},
		     consent_answers, 3, span_of(consent_word_name(w)));
}

static void answer_form(struct consent_page *c, struct html *h, const struct ask *a,
			const struct about *b, const struct consent_typed *typed)
{
	bool nothing_put_right =
	    typed && typed->error && strstr(typed->error, "直してほしい") != NULL;
	char action[HREF_MAX];

	consent_href(c, a->id, "", action);
	html_leafs(h, "h2", "あなたの返事");
	form_begin(h, c->p, action);
	if (b->readable)
		html_hidden(h, "version", span_of(b->reading.row.version));
	for (size_t i = 0; i < a->nitems; i++)
		if (consent_item_visible(c, a, i))
			one_choice(c, h, a, i, typed);
	field_area(
	    h,
	    &(struct field_look){.id = "text",
				 .label = "直してほしいところ",
				 .hint = "「直してほしいところが あります」を えらんだときに "
					 "書いてください。1000字まで",
				 .error = nothing_put_right ? "ここに 書いてください" : NULL},
	    4, typed ? typed->choice.text : SPAN(""));
	form_button(h, "たしかめる", "");
	html_close(h);
}

/* What counts; of a paper that is not confirmed yet, that it waits. */
static const char *my_word(const struct consent_page *c, const struct ask *a, size_t item,
			   const struct reply *last)
{
	const char *word =
	    consent_word_label(consent_stands(c->book, a, item, span_of(c->p->who->id)));

	if (paper_state(&c->book->all, last) != PAPER_WAITS || last->words[item] != SAID_AGREE)
		return word;
	word = arena_printf(c->p->arena, "%s（紙の同意：確認待ち）", word);
	return word ? word : "";
}

static void said_already(struct consent_page *c, struct html *h, const struct ask *a,
			 const struct reply *last)
{
	html_leafs(h, "h2", "いまの あなたの返事");
	facts_begin(h);
	for (size_t i = 0; i < a->nitems; i++)
		if (consent_item_visible(c, a, i))
			fact_text(h, consent_item_line(c, a, i), span_of(my_word(c, a, i, last)));
	fact_text(h, "受付番号", last->id);
	html_close(h);
	html_open(h, "p");
	html_class(h, "muted");
	list_moment(h, last->at);
	html_texts(h, last->paper ? "　紙で 受け取りました。" : "　に 受け取りました。");
	html_close(h);
	if (paper_state(&c->book->all, last) == PAPER_WAITS)
		html_leafs(h, "p",
			   "紙の「同意します」は、もう ひとりの 職員が 紙を 見て たしかめてから "
			   "きまります。書いた おぼえが ないときは、下で 返事を 変えられます。");
	if (last->text.n)
		html_leaf(h, "p", last->text);
}

/* Each agreement can be taken back alone. */
static void withdraw_form(struct consent_page *c, struct html *h, const struct ask *a)
{
	char action[HREF_MAX];
	bool any = false;

	for (size_t i = 0; i < a->nitems; i++) {
		char id[CONSENT_FIELD + 1];

		if (!consent_item_visible(c, a, i) ||
		    consent_stands(c->book, a, i, span_of(c->p->who->id)) != SAID_AGREE)
			continue;
		if (!any) {
			consent_href(c, a->id, "/withdraw", action);
			html_open(h, "details");
			html_leafs(h, "summary", "同意を 取り消す");
			form_begin(h, c->p, action);
		}
		any = true;
		id[0] = 'w';
		consent_field(i, id + 1);
		field_tick(h, &(struct field_look){.id = id, .label = consent_item_line(c, a, i)},
			   false);
	}
	if (!any)
		return;
	form_button(h, "取り消しを たしかめる", "secondary");
	html_close(h);
	html_close(h);
}

static void put_answer(struct consent_page *c, struct html *h, const struct ask *a,
		       const struct about *b, const struct consent_typed *typed)
{
	const struct reply *last = consent_last(c->book, a, span_of(c->p->who->id));

	if (last)
		said_already(c, h, a, last);
	withdraw_form(c, h, a);
	if (a->old)
		return;
	if (consent_cancelled(c->book, a)) {
		html_leafs(h, "p", "この お願いは 取りやめになりました。返事は いりません。");
		return;
	}
	if (a->digest.n && !b->readable) {
		html_leafs(h, "p",
			   "いま 先生が シートを 書き直しています。読めるように なったら、"
			   "ここで 返事が できます。");
		return;
	}
	if (!last || typed) {
		answer_form(c, h, a, b, typed);
		return;
	}
	html_open(h, "details");
	html_leafs(h, "summary", "返事を 変える");
	answer_form(c, h, a, b, NULL);
	html_close(h);
}

/* ---- the page ----------------------------------------------------------------------------- */

/* The answer is about another text than the one that there is now. */
static bool is_outdated(const struct consent_page *c, const struct ask *a)
{
	const struct reply *last = consent_last(c->book, a, span_of(c->p->who->id));
	char digest[CONSENT_DIGEST];

	return last && !a->old && a->digest.n && consent_digest_now(c->book, a, digest) == ST_OK &&
	       !span_is(last->digest, digest);
}

enum status consent_family_page(struct consent_page *c, const struct ask *a, int status,
				const struct consent_typed *typed)
{
	struct consent_screen s = {.status = status,
				   .title = "同意の お願い",
				   .event = "consent.read",
				   .ask = a,
				   .errors = typed && typed->error};
	struct about b;
	struct html h;
	struct buf body;
	bool changed = typed && typed->before.n;
	enum status st = load_about(c, a, changed ? typed->before : SPAN_NONE, &b);

	frame_body(&h, &body);
	if (!st) {
		if (typed && typed->error)
			error_box(&h, typed->error);
		who_asks(c, &h, a);
		sheet_links(c, &h, a, &b, changed);
		what_follows(&h, a);
		put_answer(c, &h, a, &b, typed);
	}
	if (changed) {
		s.banner_kind = "warning";
		s.banner = "お願いのあとに、シートが 書きかえられました。ちがいを 見て、"
			   "もう一度 えらんでください。まだ おくっていません。";
	} else if (!typed && is_outdated(c, a)) {
		s.banner_kind = "warning";
		s.banner = "あなたの返事のあとに、シートが 書きかえられました。"
			   "作ることの同意は、もう一度 返事が いります。";
	} else if (!typed && span_is(form_get(&c->p->query, "sent"), "1") &&
		   consent_last(c->book, a, span_of(c->p->who->id))) {
		s.banner_kind = "success";
		s.banner = "おくりました。受付番号と 日時は、下に あります。";
	}
	if (!st)
		st = consent_send(c, &s, &body);
	clear_about(&b);
	buf_clear(&body);
	return st;
}
