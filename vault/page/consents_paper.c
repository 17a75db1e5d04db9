/* Consent on paper: the page to be signed, and what staff write down of a signed one. */
#include "generator/base/day.h"
#include "vault/flow/consent_paper.h"
#include "vault/flow/consent_print.h"
#include "vault/flow/files.h"
#include "vault/page/consents.h"

#include <stdio.h>

enum { PDF_MAX = 4 * 1024 * 1024 };

/* ---- the form ----------------------------------------------------------------------------- */

static void who_signed(struct consent_page *c, struct html *h, const struct ask *a)
{
	struct field_choice people[CONSENT_PEOPLE + 1];
	const struct form *f = &c->p->form;
	size_t n = 0;

	for (size_t i = 0; i < a->nto; i++)
		people[n++] = (struct field_choice){arena_str(c->p->arena, a->to[i]),
						    consent_person_label(c, a->to[i])};
	people[n++] = (struct field_choice){"", "ほかの方（アカウントのない保護者）"};
	field_select(h, &(struct field_look){.id = "account", .label = "書いた方", .width = "l"},
		     people, n,
		     form_count(f, "account") ? form_get(f, "account") : span_of(people[0].value));
	field_text(h,
		   &(struct field_look){.id = "name",
					.label = "名前",
					.hint = "「ほかの方」のときに 書きます",
					.width = "m"},
		   form_get(f, "name"));
	field_text(h, &(struct field_look){.id = "relation", .label = "続柄", .width = "s"},
		   form_get(f, "relation"));
}

/* The scan is one of the child's files that this reader sees, and that can be one. */
static void scan_choice(struct consent_page *c, struct html *h)
{
	struct arena *a = c->p->arena;
	struct file_list files = {NULL, 0};
	struct field_choice *list;
	char href[HREF_MAX];
	size_t n = 0;

	if (files_list(c->p->app, &c->p->q, a, &files))
		files.count = 0;
	list = arena_array(a, files.count + 1, sizeof *list);
	if (!list)
		return;
	list[n++] = (struct field_choice){"", "なし（「同意します」が ないとき だけ）"};
	for (size_t i = 0; i < files.count; i++)
		if (consent_is_scan(&files.rows[i]))
			list[n++] = (struct field_choice){files.rows[i].id, files.rows[i].title};
	field_select(
	    h,
	    &(struct field_look){.id = "file",
				 .label = "紙を写したファイル",
				 .hint = "「同意します」のときは かならず。PDF か 写真を、先に "
					 "このお子さんの「ファイル」に入れておきます",
				 .width = "l"},
	    list, n, form_get(&c->p->form, "file"));
	href_child(href, c->p->q.child, "/files");
	html_open(h, "p");
	html_link(h, href, SPAN("ファイルを入れる"));
	html_close(h);
}

void consent_paper_form(struct consent_page *c, struct html *h, const struct ask *a)
{
	const struct form *f = &c->p->form;
	char href[HREF_MAX], id[CONSENT_FIELD];

	html_leafs(h, "h2", "紙で 受け取る");
	html_open(h, "ul");
	for (size_t i = 0; i < a->nto; i++) {
		consent_href(c, a->id, "/paper.pdf?for=", href);
		snprintf(href + strlen(href), sizeof href - strlen(href), "%.*s",
			 SPAN_ARG(a->to[i]));
		html_open(h, "li");
		html_link(h, href,
			  span_of(arena_printf(c->p->arena, "書いてもらう紙（PDF）：%s",
					       consent_person_label(c, a->to[i]))));
		html_close(h);
	}
	consent_href(c, a->id, "/paper.pdf", href);
	html_open(h, "li");
	html_link(h, href, SPAN("書いてもらう紙（PDF）：ほかの保護者"));
	html_close(h);
	html_close(h);
	html_open(h, "details");
	html_flag(h, "open", f->count > 0);
	html_leafs(h, "summary", "紙で受け取った返事を 書きとめる");
	html_leafs(h, "p",
		   "「同意します」は、ほかの職員が 紙を 開いて たしかめてから きまります。"
		   "「同意しません」と「直してほしい」は、すぐに きまります。");
	consent_href(c, a->id, "/paper", href);
	form_begin(h, c->p, href);
	who_signed(c, h, a);
	field_text(
	    h,
	    &(struct field_look){
		.id = "on", .label = "書いた日", .type = "date", .width = "m", .required = true},
	    form_get(f, "on"));
	for (size_t i = 0; i < a->nitems; i++) {
		consent_field(i, id);
		field_radios(h,
			     &(struct field_look){
				 .id = id, .label = consent_item_line(c, a, i), .required = true},
			     consent_answers, 3, form_get(f, id));
	}
	scan_choice(c, h);
	form_button(h, "紙で受け取ったと 書きとめる", "");
	html_close(h);
	html_close(h);
}

/* ---- writing it down ---------------------------------------------------------------------- */

static enum status read_paper(struct consent_page *c, const struct ask *a,
			      struct consent_paper *out)
{
	const struct form *f = &c->p->form;
	char id[CONSENT_FIELD];

	*out = (struct consent_paper){.ask = a->id,
				      .account = form_get(f, "account"),
				      .on = span_trim(form_get(f, "on")),
				      .file = span_trim(form_get(f, "file"))};
	if (!out->account.n) {
		out->name = span_trim(form_get(f, "name"));
		out->relation = span_trim(form_get(f, "relation"));
	}
	for (size_t i = 0; i < a->nitems; i++) {
		struct span value;

		consent_field(i, id);
		value = form_get(f, id);
		for (int w = SAID_AGREE; w <= SAID_DECLINE; w++)
			if (span_is(value, consent_word_name((enum consent_word)w)))
				out->words[i] = (enum consent_word)w;
	}
	return ST_OK;
}

enum status page_consent_paper(struct page *p)
{
	struct consent_page c;
	const struct ask *a;
	struct consent_paper in;
	struct actor actor = {.secret = NULL};
	char id[CONSENT_ID], to[HREF_MAX];
	enum status st = consent_page_open(&c, p);

	if (!st)
		st = consent_page_ask(&c, &a);
	if (!st)
		st = read_paper(&c, a, &in);
	if (!st)
		st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = consent_paper(p->app, &actor, &p->q, &in, id);
	actor_clear(&actor);
	if (st == ST_INVALID) {
		st = consent_staff_page(&c, a, 422, arena_printf(p->arena, "%s", fail_why()));
	} else if (!st || st == ST_EXISTS) {
		consent_href(&c, a->id, "", to);
		st = response_redirect(p->res, to);
	}
	consent_page_close(&c);
	return st;
}

/* ---- the page to be signed ---------------------------------------------------------------- */

/* Kept from this person, or, where it is nobody's in particular, from any guardian. */
static bool on_paper(const struct consent_page *c, const struct ask *a, size_t item,
		     const struct consent_person *whose)
{
	if (whose)
		return consent_may_know_item(c->book, a, item, whose);
	for (size_t i = 0; i < c->book->npeople; i++)
		if (c->book->people[i].guardian &&
		    (!consent_may_know(c->book, a, &c->book->people[i]) ||
		     !consent_may_know_item(c->book, a, item, &c->book->people[i])))
			return false;
	return true;
}

static struct span said(const struct page *p, const char *text)
{
	return span_of(arena_str(p->arena, span_of(text)));
}

/* A text as it may go to this person, or to whichever guardian signs it (支援措置). */
static struct span for_them(const struct consent_page *c, struct span text, struct span instead,
			    const struct consent_person *whose)
{
	if (whose)
		return shield_say(&whose->shield, text, instead);
	for (size_t i = 0; i < c->book->npeople; i++)
		if (c->book->people[i].guardian)
			text = shield_say(&c->book->people[i].shield, text, instead);
	return text;
}

static size_t put_lines(const struct consent_page *c, const struct ask *a,
			const struct consent_person *whose, struct span lines[static CONSENT_ITEMS])
{
	size_t n = 0;

	for (size_t i = 0; i < a->nitems && n < 12; i++) {
		const char *more = consent_item_more(c, a, i);

		if (on_paper(c, a, i, whose))
			lines[n++] =
			    said(c->p, arena_printf(c->p->arena,
						    "%s\n%s%s□ 同意します　□ 直してほしいところが "
						    "あります　□ 同意しません",
						    consent_item_line(c, a, i), more ? more : "",
						    more ? "\n" : ""));
	}
	if (n)
		lines[n++] = SPAN("書いた日　　令和　　　年　　　月　　　日\n"
				  "名前　　　　　　　　　　　　　　　　　　続柄");
	return n;
}

static enum status send_pdf(struct consent_page *c, const struct ask *asked,
			    const struct consent_person *whose)
{
	struct page *p = c->p;
	struct ask theirs = *asked;
	const struct ask *a = &theirs;
	struct span lines[CONSENT_ITEMS], place = consent_place(c, a->institution);
	char path[HREF_MAX];
	struct consent_letter l = {
	    .name = whose ? span_of(whose->account.name) : SPAN("保護者"),
	    .ask = a->id,
	    .sender = place,
	    .lines = lines,
	    .path = path,
	    .on = c->today,
	};
	struct buf pdf;
	enum status st;

	theirs.title = for_them(c, consent_title(c, asked), SPAN("シート"), whose);
	theirs.note = for_them(c, asked->note, SPAN(""), whose);
	l.nlines = put_lines(c, a, whose, lines);
	if (!l.nlines)
		return refuse(p->app, &p->q, "kept-from-guardians");
	consent_href(c, a->id, "", path);
	l.lead = said(p, arena_printf(p->arena,
				      "%.*sから、「%.*s」について お願いします。%.*s\n"
				      "同意は、あとから いつでも 取り消せます。",
				      SPAN_ARG(place), SPAN_ARG(consent_title(c, a)),
				      SPAN_ARG(a->note.p ? a->note : SPAN(""))));
	if (a->due.n)
		l.until = said(
		    p, arena_printf(p->arena, "%sまでに 出してください。", consent_day(c, a->due)));
	l.help = said(p, arena_printf(p->arena, "わからないときは、%.*sに 聞いてください。",
				      SPAN_ARG(place)));
	buf_init(&pdf, PDF_MAX);
	st = consent_print(p->app, &l, &pdf);
	if (!st) {
		buf_clear(&p->res->body);
		buf_addspan(&p->res->body, buf_span(&pdf));
		p->res->status = 200;
		p->res->type = "application/pdf";
		st = response_download(p->res, SPAN("consent.pdf"));
	}
	buf_clear(&pdf);
	return st;
}

/* Only for those who asked; for a guardian, what that guardian may know. */
enum status page_consent_pdf(struct page *p)
{
	struct consent_page c;
	const struct ask *a;
	const struct consent_person *whose = NULL;
	struct span account = form_get(&p->query, "for");
	enum status st = consent_page_open(&c, p);

	if (!st)
		st = consent_page_ask(&c, &a);
	if (!st && !consent_manages(&c, a))
		st = refuse(p->app, &p->q, "not-asked-by-us");
	if (!st && account.n) {
		whose = consent_is_for(c.book, a, account) ? consent_person(c.book, account) : NULL;
		st = whose ? ST_OK : refuse(p->app, &p->q, "not-asked");
	}
	if (!st)
		st = consent_page_note(&c, a, "consent.pdf");
	if (!st)
		st = send_pdf(&c, a, whose);
	consent_page_close(&c);
	return st;
}
