/* Writing: one section of a sheet, or the whole; as a draft, or as a version. */
#include "vault/page/edit.h"

#include "vault/flow/draft.h"
#include "vault/flow/unusual.h"

#include <stdio.h>

enum { REASON_BYTES = 2000 };

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

enum status edit_show(struct page *p, const struct edit_screen *s)
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
	return edit_show(p, &s);
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
		return edit_show(p, &s);
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
	return edit_show(p, &s);
}

enum status page_edit(struct page *p)
{
	long long n;
	enum status st = which_draft(p, &n);

	if (st)
		return st;
	return n ? show_draft(p, n) : edit_show(p, &(struct edit_screen){.status = 200});
}

/* ---- drafts ------------------------------------------------------------------------------- */

/* The form as it is kept: its fields and the reason, in the order in which they came. */
static enum status keep_draft(struct page *p, struct edit_form *in, struct span base, bool wrong)
{
	struct draft_place at = edit_place(p, base);
	struct pair *pairs = arena_array(p->arena, in->count + 1, sizeof *pairs);

	if (!pairs)
		return ST_NOMEM;
	for (size_t i = 0; i < in->count; i++)
		pairs[i] = in->fields[i];
	pairs[in->count] = (struct pair){SPAN("reason"), in->reason.p ? in->reason : SPAN("")};
	return draft_keep(p->app, span_of(p->who->id), &at, &(struct form){pairs, in->count + 1},
			  wrong, p->req->now, &in->draft);
}

/* For the script: the number, and what is to be said. */
static enum status say_kept(struct page *p, const struct edit_form *in)
{
	char at[EDIT_WHEN];

	edit_when(p, p->req->now, at);
	p->res->status = 200;
	p->res->type = "text/plain; charset=utf-8";
	buf_addf(&p->res->body, "%lld\n%s に下書きを保存しました。", in->draft, at);
	return p->res->body.st;
}

/* Whoever may write in the sheet keeps a draft of it, also while it is with those who look at it.
 */
static enum status save_draft(struct page *p, struct edit_form *in)
{
	struct span how = form_get(&p->form, "draft");
	struct decision d;
	struct oid older;
	char to[HREF_MAX], query[64];
	bool later = oid_parse(how, &older); /* begins from there: see edit_conflict */
	enum status st = decide(p->app, &p->q, &d, NULL);

	if (!st && !oid_parse(in->base, &older))
		st = fail(ST_USAGE, "the form has no version");
	if (!st)
		st = keep_draft(p, in, later ? how : in->base, false);
	if (st || span_is(how, "auto"))
		return st ? st : say_kept(p, in);
	if (later) {
		href_sheet(to, p->q.child, p->q.type, p->q.id, "/edit");
		return response_redirect(p->res, to);
	}
	edit_href(p, to, edit_section(p));
	snprintf(query, sizeof query, "?draft=%lld&kept=1", in->draft);
	return response_redirect(p->res, arena_printf(p->arena, "%s%s", to, query));
}

/* ---- saving ------------------------------------------------------------------------------- */

struct following {
	struct span after;
	bool found;
	struct span next;
};

static void look_next(struct following *f, const struct view *v)
{
	for (size_t i = 0; i < view_sections(v) && !f->next.n; i++) {
		const struct view_section *s = view_section(v, i);

		if (f->found && s->writable)
			f->next = s->section->id;
		f->found = f->found || span_eq(s->section->id, f->after);
	}
}

/* The section after this one in which this person may write; absent: there is none. */
static enum status next_section(struct page *p, struct span *out)
{
	struct following f = {.after = edit_section(p)};
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = reading_view(&r);
	if (!st)
		look_next(&f, r.view);
	*out = f.next.n ? arena_copy(p->arena, f.next) : SPAN_NONE;
	reading_clear(&r);
	return st;
}

/* To the sheet, or to the list; after a section to the next one. */
static enum status saved_page(struct page *p, const struct saved *saved, const struct edit_form *in)
{
	char to[HREF_MAX];
	struct span next = SPAN_NONE;
	bool section = edit_section(p).n > 0;
	enum status st = ST_OK;

	if (section && form_get(&p->form, "next").n && !saved->merged)
		st = next_section(p, &next);
	if (st)
		return st;
	if (next.n)
		edit_href(p, to, next);
	else
		href_sheet(to, p->q.child, p->q.type, p->q.id,
			   section || saved->merged ? "/edit" : "");
	if (saved->merged)
		return response_redirect(
		    p->res, arena_printf(p->arena, "%s?merged=%.*s", to, SPAN_ARG(in->base)));
	return response_redirect(p->res, to);
}

static struct save as_save(const struct page *p, const struct edit_form *in)
{
	return (struct save){.base = in->base,
			     .form = in->fields,
			     .nform = in->count,
			     .reason = in->reason,
			     .section = edit_section(p)};
}

static enum status save(struct page *p, const struct edit_form *in, struct saved *saved)
{
	const struct save what = as_save(p, in);
	struct actor actor = {.key = NULL};
	enum status st = in->reason.n > REASON_BYTES
			     ? fail(ST_TOOBIG, "the reason is too long")
			     : session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = save_sheet(saved, p->app, &actor, &p->q, &what);
	actor_clear(&actor);
	return st;
}

/* Whatever could not be saved is a draft, so that it is not lost when the page is closed. */
static void keep_what_was_not_saved(struct page *p, struct edit_form *in, bool wrong)
{
	if (keep_draft(p, in, in->base, wrong))
		in->draft = 0;
}

/* A value that may be mistyped is asked about once; *asked: the answer has been made. */
static enum status ask_unusual(struct page *p, struct edit_form *in, bool *asked)
{
	const struct save what = as_save(p, in);
	struct problems ps;
	enum status st = ST_OK;

	*asked = false;
	if (form_get(&p->form, "sure").n)
		return ST_OK;
	problems_init(&ps);
	st = unusual_values(p->app, &p->q, &what, &ps);
	if (!st && ps.count) {
		*asked = true;
		keep_what_was_not_saved(p, in, false);
		st = edit_show_typed(
		    p, in,
		    (struct edit_screen){.status = 422,
					 .problems = &ps,
					 .ask_sure = true,
					 .banner_kind = "warning",
					 .banner = "ふだんと違う値が あります。このままでよければ、"
						   "もう一度 保存してください。"});
	}
	problems_clear(&ps);
	return st;
}

static enum status save_version(struct page *p, struct edit_form *in)
{
	struct saved saved = {.base = NULL};
	bool asked;
	enum status st = ask_unusual(p, in, &asked);

	if (st || asked)
		return st;
	st = save(p, in, &saved);
	if (st == ST_OK || st == ST_EXISTS) {
		st = in->draft ? draft_remove(p->app->db, span_of(p->who->id), in->draft) : ST_OK;
		if (!st)
			st = saved_page(p, &saved, in);
	} else if (st == ST_INVALID) {
		keep_what_was_not_saved(p, in, true);
		st = edit_show_typed(
		    p, in, (struct edit_screen){.status = 422, .problems = &saved.problems});
	} else if (st == ST_STALE && saved.theirs) {
		keep_what_was_not_saved(p, in, false);
		st = edit_conflict(p, &saved, in);
	}
	saved_clear(&saved);
	return st;
}

/* Buttons that only change what stands in the form. */
static enum status use(struct page *p, struct span what, struct edit_form *in)
{
	struct edit_screen s = {.status = 200};
	enum status st = ST_OK;

	if (span_is(what, "print"))
		return edit_preview(p, in);
	if (span_is(what, "look"))
		s.compare = form_get(&p->form, "from");
	else if (!span_is(what, "back"))
		st = edit_use(p, what, in);
	return st ? st : edit_show_typed(p, in, s);
}

enum status page_save(struct page *p)
{
	struct edit_form in;
	struct span what = form_get(&p->form, "use");
	enum status st = edit_read(p, &in);

	if (st)
		return st;
	if (what.n)
		return use(p, what, &in);
	if (form_get(&p->form, "draft").n)
		return save_draft(p, &in);
	return save_version(p, &in);
}
