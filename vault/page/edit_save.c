/* What a form of a sheet sends: a draft, or a version. */
#include "vault/page/edit.h"

#include "vault/flow/draft.h"
#include "vault/flow/unusual.h"

#include <stdio.h>

enum { REASON_BYTES = 2000 };

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
