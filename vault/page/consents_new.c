/* Staff ask: what, of whom, until when; looked at as the guardian will read it; then sent. */
#include "generator/base/day.h"
#include "vault/flow/policy.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/consents.h"

#include <stdio.h>

enum { RECEIVERS = 3, DUE_DAYS = 14, PLACES_MAX = 500, NAME = 80 };

struct asking {
	struct consent_page c;
	struct question q; /* about the sheet */
	struct sheet_row row;
	const struct sheet_type *type;
	bool both;
};

/* ---- what there is to ask about ----------------------------------------------------------- */

/* The type and id come in the address, or in the form that it gave. */
static enum status find_sheet(struct asking *a, struct page *p, const struct form *from)
{
	struct decision d;
	struct policy policy;
	enum status st;

	a->q = p->q;
	a->q.action = ACT_SHEET_WRITE;
	a->q.type = form_get(from, "type");
	a->q.id = form_get(from, "id");
	if (!path_id(a->q.type) || !path_id(a->q.id))
		return refuse(p->app, &p->q, "no-sheet");
	st = decide(p->app, &a->q, &d, &a->row);
	if (!st && !consent_is_mine(p->app, p->who, &d, span_of(a->row.institution)))
		st = refuse(p->app, &a->q, "not-its-institution");
	if (!st)
		st = policy_load(p->app, &policy);
	if (st)
		return st;
	a->both = policy.both_guardians;
	a->type = types_find(p->app->types, a->q.type, 0);
	return a->type ? consent_page_open(&a->c, p) : ST_NOTFOUND;
}

static bool can_make(const struct asking *a)
{
	return (a->type->workflow & 1U << SHEET_CONSENT) != 0;
}

/* ---- the form ----------------------------------------------------------------------------- */

struct places {
	struct page *p;
	const char *own;
	struct field_choice *list;
	size_t count;
};

static enum status add_place(void *ctx, const struct institution *i)
{
	struct places *l = ctx;
	struct field_choice *c = &l->list[l->count];

	if (i->closed[0] || strcmp(i->id, l->own) == 0 || l->count == PLACES_MAX)
		return ST_OK;
	c->value = arena_str(l->p->arena, span_of(i->id));
	c->label = arena_str(l->p->arena, span_of(i->name));
	l->count++;
	return c->value && c->label ? ST_OK : ST_NOMEM;
}

static enum status load_places(struct asking *a, struct places *out)
{
	struct page *p = a->c.p;

	*out = (struct places){.p = p, .own = a->row.institution};
	out->list = arena_array(p->arena, PLACES_MAX + 1, sizeof *out->list);
	if (!out->list)
		return ST_NOMEM;
	out->list[out->count++] = (struct field_choice){"", "（えらばない）"};
	return institution_each(p->app->db, add_place, out);
}

static bool ticked(const struct asking *a, const char *name)
{
	return span_is(form_get(&a->c.p->form, name), "true");
}

static void receiver(struct asking *a, struct html *h, const struct places *places, int n)
{
	char id[NAME], label[NAME];

	snprintf(id, sizeof id, "r%d", n);
	snprintf(label, sizeof label, "共有先 %d", n + 1);
	field_select(h, &(struct field_look){.id = id, .label = label, .width = "l"}, places->list,
		     places->count, form_get(&a->c.p->form, id));
	html_open(h, "details");
	html_open(h, "summary");
	html_textf(h, "共有先 %d に見せるところを えらぶ（えらばなければ 全部）", n + 1);
	html_close(h);
	for (size_t i = 0; i < a->type->nsections; i++) {
		const struct section *s = &a->type->sections[i];

		if (s->unshared)
			continue;
		snprintf(id, sizeof id, "s%d-%.*s", n, SPAN_ARG(s->id));
		field_tick(
		    h, &(struct field_look){.id = id, .label = arena_str(a->c.p->arena, s->title)},
		    ticked(a, id));
	}
	html_close(h);
}

static void what_part(struct asking *a, struct html *h, const struct places *places)
{
	html_leafs(h, "h2", "何の同意を お願いしますか");
	if (can_make(a))
		field_tick(
		    h,
		    &(struct field_look){
			.id = "make",
			.label = "このシートを、この内容で 作ること",
			.hint = "下書きなら、お願いと いっしょに「保護者の確認中」になり、保護者が "
				"読めるように なります。返事がくるまで 書きかえられません"},
		    ticked(a, "make"));
	if (a->type->sharing != SHARING_CONSENT)
		return;
	html_leafs(h, "p", "ほかの機関に 見せること。共有先ごとに、返事を もらいます。");
	for (int n = 0; n < RECEIVERS; n++)
		receiver(a, h, places, n);
}

/* Those whose right rests are not in the list; where all are needed there is nothing to choose. */
static void whom_part(struct asking *a, struct html *h)
{
	char id[NAME];
	bool any = false;

	html_leafs(h, "h2", "だれに お願いしますか");
	if (a->both)
		html_leafs(h, "p",
			   "この自治体では、保護者 全員の同意が いります。全員に お願いします。");
	for (size_t i = 0; i < a->c.book->npeople; i++) {
		const struct consent_person *p = &a->c.book->people[i];

		if (!consent_counts(p, a->c.today))
			continue;
		any = true;
		snprintf(id, sizeof id, "to-%s", p->account.id);
		field_tick(
		    h,
		    &(struct field_look){
			.id = id, .label = consent_person_label(&a->c, span_of(p->account.id))},
		    ticked(a, id) || (a->both && a->c.p->req->method == M_GET));
	}
	if (!any)
		html_leafs(h, "p", "アカウントのある保護者が いません。");
	field_tick(
	    h,
	    &(struct field_look){.id = "nobody", .label = "画面では お願いせず、紙だけで 受け取る"},
	    ticked(a, "nobody"));
}

static void when_part(struct asking *a, struct html *h)
{
	const struct form *f = &a->c.p->form;
	char due[DAY_TEXT];

	html_leafs(h, "h2", "いつまでに");
	day_iso(day_plus(a->c.today, DUE_DAYS), due);
	field_text(
	    h,
	    &(struct field_look){
		.id = "due", .label = "返事の期限", .type = "date", .width = "m", .required = true},
	    form_count(f, "due") ? form_get(f, "due") : span_of(due));
	field_area(
	    h,
	    &(struct field_look){.id = "note",
				 .label = "保護者への ひとこと",
				 .hint = "何のために お願いするか。やさしい言葉で、400字まで"},
	    3, form_get(f, "note"));
}

static enum status show_form(struct asking *a, int status, const char *error)
{
	struct places places;
	char action[HREF_MAX];
	struct html h;
	struct buf body;
	enum status st = load_places(a, &places);

	consent_href(&a->c, SPAN("new"), "", action);
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	html_open(&h, "p");
	html_texts(&h, a->row.title);
	html_texts(&h, " ");
	list_status(&h, a->row.status);
	html_close(&h);
	form_begin(&h, a->c.p, action);
	html_hidden(&h, "type", a->q.type);
	html_hidden(&h, "id", a->q.id);
	html_hidden(&h, "base", span_of(a->row.version));
	if (!st) {
		what_part(a, &h, &places);
		whom_part(a, &h);
		when_part(a, &h);
	}
	form_button(&h, "保護者の画面で たしかめる", "");
	html_close(&h);
	if (!st)
		st = consent_send(&a->c,
				  &(struct consent_screen){.status = status,
							   .title = "同意を お願いする",
							   .event = "consent.list",
							   .errors = error != NULL},
				  &body);
	buf_clear(&body);
	return st;
}

/* ---- reading it --------------------------------------------------------------------------- */

static enum status read_sections(struct asking *a, int n, struct span *out)
{
	struct buf list;
	char id[NAME];

	buf_init(&list, 4096);
	for (size_t i = 0; i < a->type->nsections; i++) {
		const struct section *s = &a->type->sections[i];

		snprintf(id, sizeof id, "s%d-%.*s", n, SPAN_ARG(s->id));
		if (!ticked(a, id))
			continue;
		if (list.len)
			buf_addc(&list, ',');
		buf_addspan(&list, s->id);
	}
	*out = arena_copy(a->c.p->arena, buf_span(&list));
	buf_clear(&list);
	return out->p ? ST_OK : ST_NOMEM;
}

static enum status read_items(struct asking *a, struct consent_wish *w)
{
	enum status st = ST_OK;

	if (ticked(a, "make"))
		w->items[w->nitems++] = (struct consent_item){.scope = SCOPE_MAKE};
	for (int n = 0; n < RECEIVERS && !st; n++) {
		struct consent_item item = {.scope = SCOPE_SHARE};
		char id[NAME];

		snprintf(id, sizeof id, "r%d", n);
		item.institution = form_get(&a->c.p->form, id);
		st = read_sections(a, n, &item.sections);
		if (!st && !item.institution.n && item.sections.n)
			st = fail(ST_INVALID, "共有先 %d を えらんでください", n + 1);
		if (!st && item.institution.n)
			w->items[w->nitems++] = item;
	}
	return st;
}

static enum status read_wish(struct asking *a, struct consent_wish *w)
{
	const struct form *f = &a->c.p->form;

	*w = (struct consent_wish){.due = span_trim(form_get(f, "due")),
				   .note = span_trim(form_get(f, "note")),
				   .base = form_get(f, "base"),
				   .nobody = ticked(a, "nobody")};
	for (size_t i = 0; i < f->count; i++) {
		struct span name = f->pairs[i].name;

		if (!span_starts(name, SPAN("to-")) || !span_is(f->pairs[i].value, "true"))
			continue;
		if (w->nto == CONSENT_PEOPLE)
			return fail(ST_INVALID, "お願いできるのは %d人までです", CONSENT_PEOPLE);
		w->to[w->nto++] = span_make(name.p + 3, name.n - 3);
	}
	return read_items(a, w);
}

/* ---- looking at it first ------------------------------------------------------------------ */

/* As the form was, but to be sent. */
static void carry_form(struct asking *a, struct html *h, const char *step)
{
	const struct form *f = &a->c.p->form;
	static const char *const own[] = {"csrf", "step"};

	html_hidden(h, "step", span_of(step));
	for (size_t i = 0; i < f->count; i++) {
		bool skip = false;

		for (size_t k = 0; k < sizeof own / sizeof *own; k++)
			skip = skip || span_is(f->pairs[i].name, own[k]);
		if (!skip)
			html_hidden(h, arena_str(a->c.p->arena, f->pairs[i].name),
				    f->pairs[i].value);
	}
}

static void step_form(struct asking *a, struct html *h, const char *step, const char *label,
		      const char *kind)
{
	char action[HREF_MAX];

	consent_href(&a->c, SPAN("new"), "", action);
	form_begin(h, a->c.p, action);
	carry_form(a, h, step);
	form_button(h, label, kind);
	html_close(h);
}

static void put_wish(struct asking *a, struct html *h, const struct consent_wish *w)
{
	struct ask ask = {.type = a->q.type, .title = span_of(a->row.title), .due = w->due};

	facts_begin(h);
	for (size_t i = 0; i < w->nto; i++)
		fact_text(h, "お願いする方", span_of(consent_person_label(&a->c, w->to[i])));
	fact_text(h, "いつまで", span_of(consent_day(&a->c, w->due)));
	if (w->note.n)
		fact_text(h, "ひとこと", w->note);
	html_close(h);
	html_leafs(h, "h2", "お願いすること");
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < w->nitems; i++) {
		const char *more;

		ask.items[i] = w->items[i];
		ask.items[i].type = a->q.type;
		more = consent_item_more(&a->c, &ask, i);
		html_open(h, "li");
		html_leafs(h, "p", consent_item_line(&a->c, &ask, i));
		if (more)
			html_leaf_class(h, "p", "note", span_of(more));
		html_close(h);
	}
	html_close(h);
}

static enum status show_check(struct asking *a, const struct consent_wish *w)
{
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_leafs(&h, "p", "まだ お願いしていません。保護者には、次のように 見えます。");
	put_wish(a, &h, w);
	step_form(a, &h, "send", "この内容で お願いする", "");
	step_form(a, &h, "edit", "書きなおす", "secondary");
	st = consent_send(&a->c,
			  &(struct consent_screen){.status = 200,
						   .title = "お願いを たしかめる",
						   .event = "consent.list"},
			  &body);
	buf_clear(&body);
	return st;
}

/* ---- the pages ---------------------------------------------------------------------------- */

enum status page_consent_new(struct page *p)
{
	struct asking a = {.type = NULL};
	enum status st = find_sheet(&a, p, &p->query);

	if (!st)
		st = show_form(&a, 200, NULL);
	consent_page_close(&a.c);
	return st;
}

static enum status send(struct asking *a, const struct consent_wish *w)
{
	struct page *p = a->c.p;
	struct actor actor;
	char id[CONSENT_ID], to[HREF_MAX];
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = consent_ask(p->app, &actor, &a->q, w, id);
	actor_clear(&actor);
	if (st == ST_STALE)
		return show_form(a, 409,
				 "シートが 書きかえられました。いまの版を たしかめてから、"
				 "もう一度 お願いしてください。");
	if (st && st != ST_EXISTS)
		return st;
	consent_href(&a->c, span_of(id), "", to);
	return response_redirect(p->res, to);
}

static enum status post(struct asking *a)
{
	struct page *p = a->c.p;
	struct span step = form_get(&p->form, "step");
	struct consent_wish w;
	enum status st = read_wish(a, &w);

	if (span_is(step, "edit"))
		return show_form(a, 200, NULL);
	if (!st && !w.nitems)
		st = fail(ST_INVALID, "何の同意を お願いするかを えらんでください");
	if (!st)
		st = span_is(step, "send") ? send(a, &w) : show_check(a, &w);
	return st == ST_INVALID ? show_form(a, 422, arena_printf(p->arena, "%s", fail_why())) : st;
}

enum status page_consent_ask(struct page *p)
{
	struct asking a = {.type = NULL};
	enum status st = find_sheet(&a, p, &p->form);

	if (!st)
		st = post(&a);
	consent_page_close(&a.c);
	return st;
}
