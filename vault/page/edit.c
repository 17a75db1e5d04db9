/* The form of a sheet: one section, or the whole; new, or a draft that goes on. */
#include "vault/page/edit.h"

#include "vault/flow/draft.h"

#include <stdio.h>

/* ---- the form ----------------------------------------------------------------------------- */

/* "all" is the whole form. */
static bool is_there(const struct view *v, struct span section)
{
	if (!section.n)
		return view_writable(v);
	for (size_t i = 0; i < view_sections(v); i++)
		if (span_eq(section, view_section(v, i)->section->id))
			return view_section(v, i)->writable;
	return false;
}

/* Which draft it is that goes on here, and how to throw it away. */
static void put_draft_line(struct page *p, struct html *h, const struct draft_row *d)
{
	char action[64], at[EDIT_WHEN];

	edit_when(p, d->at, at);
	html_open(h, "div");
	html_class(h, "draft-line");
	html_open(h, "p");
	html_textf(h, "%s の下書きの つづきです。まだ 版には なっていません。", at);
	html_close(h);
	snprintf(action, sizeof action, "/drafts/%lld", d->n);
	html_open(h, "form");
	html_class(h, "inline");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	frame_csrf(h, p);
	edit_button(h, "この下書きを すてる", "do", "drop", "button button-secondary");
	html_close(h);
	html_close(h);
}

struct others {
	struct page *p;
	struct html *h;
	long long shown; /* the one in the form */
	size_t count;
};

static enum status one_other(void *ctx, const struct draft_row *d)
{
	struct others *o = ctx;
	char at[EDIT_WHEN], to[HREF_MAX], href[HREF_MAX + 32];

	if (d->n == o->shown || !span_is(span_of(d->account), o->p->who->id) ||
	    !span_is(edit_section(o->p), d->section))
		return ST_OK;
	if (o->count++ == 0) {
		html_leafs(o->h, "p", "ほかにも 下書きが あります。");
		html_open(o->h, "ul");
	}
	edit_when(o->p, d->at, at);
	edit_href(o->p, to, edit_section(o->p));
	snprintf(href, sizeof href, "%s?draft=%lld", to, d->n);
	html_open(o->h, "li");
	html_open(o->h, "a");
	html_attrs(o->h, "href", href);
	html_textf(o->h, "%s の下書きを 開く", at);
	html_close(o->h);
	html_close(o->h);
	return ST_OK;
}

static enum status put_drafts(struct page *p, struct html *h, const struct edit_screen *s)
{
	struct others o = {p, h, s->draft, 0};
	struct draft_row d;
	enum status st = ST_OK;

	if (s->draft && draft_get(p->app->db, span_of(p->who->id), s->draft, &d, NULL) == ST_OK)
		put_draft_line(p, h, &d);
	st = draft_each_of(p->app->db, p->q.child, p->q.type, p->q.id, one_other, &o);
	if (o.count)
		html_close(h);
	return st;
}

static void put_buttons(struct page *p, struct html *h, bool section)
{
	char back[HREF_MAX];

	html_open(h, "p");
	html_class(h, "draft-state hint");
	html_attrs(h, "role", "status");
	html_close(h);
	html_open(h, "div");
	html_class(h, "edit-more");
	edit_button(h, "印刷の見え方", "use", "print", "button button-secondary");
	href_sheet(back, p->q.child, p->q.type, p->q.id, "/edit");
	html_link(h, back, SPAN("一覧へ もどる"));
	html_close(h);
	html_open(h, "div");
	html_class(h, "actions");
	if (section)
		edit_button(h, "保存して次へ", "next", "1", "button");
	else
		edit_button(h, "保存する", NULL, NULL, "button");
	edit_button(h, "下書きを保存", "draft", "1", "button button-secondary");
	html_close(h);
}

static enum status put_form(struct page *p, struct html *h, struct reading *r,
			    const struct edit_screen *s, struct edit_beside *beside)
{
	struct span section = edit_section(p);
	struct edit_choices choices;
	struct form_fill fill = {.names = beside->names,
				 .sent = s->sent,
				 .nsent = s->nsent,
				 .problems = s->problems,
				 .only = section};
	char newest[OID_HEX];
	enum status st = edit_choices(p, &choices);

	if (st)
		return st;
	if (section.n) {
		fill.beside = edit_beside_field;
		fill.ctx = beside;
	}
	fill.institutions = choices.list;
	fill.ninstitutions = choices.count;
	oid_hex(&r->version, newest);
	html_open(h, "div");
	html_class(h, "with-toc");
	if (!section.n)
		list_contents(h, r->view, true);
	edit_open_form(p, h, s->base.n ? s->base : span_of(newest), s->draft, s->sent && s->unkept);
	if (s->ask_sure)
		html_hidden(h, "sure", SPAN("1"));
	if (section.n)
		edit_copy(beside, h, s->compare);
	html_form(h, r->view, &fill);
	edit_reason(h, s->reason, view_status(r->view) == SHEET_FINAL, s->problems);
	put_buttons(p, h, section.n > 0);
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status show(struct page *p, struct reading *r, const struct edit_screen *s)
{
	struct name_source source;
	struct render_names names;
	struct edit_beside beside = {p, r, {.count = 0}, &names, edit_section(p)};
	struct html h;
	struct buf body;
	enum status st = ST_OK;

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (beside.section.n)
		st = sources_load(&beside.sources, r, beside.section, p->arena);
	if (!st)
		st = put_drafts(p, &h, s);
	if (!st)
		st = put_form(p, &h, r, s, &beside);
	if (!st)
		st = sources_done(&beside.sources, r);
	if (!st)
		st = reading_done(r, "sheet.edit");
	if (!st)
		st = edit_send(p, s->status, "記入", s, view_title(r->view), &body);
	sources_clear(&beside.sources);
	buf_clear(&body);
	return st;
}

/* Shows the section, or the whole; records the look. */
static enum status show_form(struct page *p, const struct edit_screen *s)
{
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = reading_view(&r);
	if (!st && !is_there(r.view, edit_section(p)))
		st = refuse(p->app, &r.q, "nothing-to-write");
	if (!st)
		st = show(p, &r, s);
	reading_clear(&r);
	return st;
}

enum status edit_show_typed(struct page *p, const struct edit_form *in, struct edit_screen s)
{
	s.sent = in->fields;
	s.nsent = in->count;
	s.base = in->base;
	s.reason = in->reason;
	s.draft = in->draft;
	s.unkept = s.status == 200 || !in->draft;
	return show_form(p, &s);
}

/* ---- opening it ---------------------------------------------------------------------------- */

/* Which draft goes on: the one that is asked for, else the newest here; none for "?draft=none". */
static enum status which_draft(struct page *p, long long *n)
{
	struct span asked = form_get(&p->query, "draft");
	struct draft_place at = edit_place(p, SPAN_NONE);
	struct draft_row d;
	long number = 0;
	enum status st;

	*n = 0;
	if (span_is(asked, "none"))
		return ST_OK;
	if (span_number(asked, DRAFT_NUMBER_MAX, &number)) {
		*n = number;
		return ST_OK;
	}
	st = draft_newest(p->app, span_of(p->who->id), &at, &d);
	if (!st)
		*n = d.n;
	return st == ST_NOTFOUND ? ST_OK : st;
}

static bool is_here(const struct page *p, const struct draft_row *d)
{
	return !d->dropped && span_is(p->q.child, d->child) && span_is(p->q.type, d->type) &&
	       span_is(p->q.id, d->sheet) && span_is(edit_section(p), d->section);
}

static enum status show_draft(struct page *p, long long n)
{
	struct edit_screen s = {.status = 200, .draft = n};
	struct draft_row d;
	struct form form;
	char at[EDIT_WHEN];
	enum status st = draft_open(p->app, &p->session, n, p->arena, &d, &form);

	if (st == ST_DENIED) {
		s.draft = 0;
		s.banner_kind = "warning";
		s.banner = "署名の鍵が新しくなったため、前の下書きは開けません。";
		return show_form(p, &s);
	}
	if (!st && !is_here(p, &d))
		st = fail(ST_NOTFOUND, "not a draft of this form");
	if (st)
		return st;
	s.sent = form.pairs;
	s.nsent = form.count;
	s.base = arena_copy(p->arena, span_of(d.base));
	s.reason = form_get(&form, "reason");
	edit_when(p, d.at, at);
	if (span_is(form_get(&p->query, "kept"), "1")) {
		s.banner_kind = "success";
		s.banner = arena_printf(p->arena, "%s に下書きを保存しました。", at);
	}
	return show_form(p, &s);
}

enum status page_edit(struct page *p)
{
	long long n;
	enum status st = which_draft(p, &n);

	if (st)
		return st;
	return n ? show_draft(p, n) : show_form(p, &(struct edit_screen){.status = 200});
}
