/* The page on which a sheet is looked at once more before it leads on. */
#include "generator/render/html_view.h"
#include "vault/page/lists.h"
#include "vault/page/step.h"

#include <stdio.h>

/* ---- what is missing ---------------------------------------------------------------------- */

/* Where a field or a section is written. */
static void href_edit(char out[static HREF_MAX], const struct page *p, const char *kind,
		      struct span id)
{
	char rest[HREF_MAX / 2];

	snprintf(rest, sizeof rest, "/edit#%s%.*s", kind, SPAN_ARG(id));
	href_sheet(out, p->q.child, p->q.type, p->q.id, rest);
}

/* The field of a problem ("f.goal"), as this reader sees it. */
static const struct view_field *field_of(const struct view *v, const struct problem *pr)
{
	struct span path = span_of(pr->field ? pr->field : "");

	if (!span_starts(path, SPAN("f.")))
		return NULL;
	span_cut(&path, '.');
	return view_field(v, path);
}

static void one_problem(const struct page *p, struct html *h, const struct view *v,
			const struct problem *pr)
{
	const struct view_field *f = field_of(v, pr);
	char href[HREF_MAX];

	html_open(h, "li");
	if (f && f->writable) {
		href_edit(href, p, "f.", f->field->id);
		html_link(h, href, span_of(pr->text));
	} else if (f || !pr->field) {
		html_texts(h, pr->text);
	} else if (strcmp(pr->field, "comment") == 0) {
		html_link(h, "#comment", span_of(pr->text));
	} else { /* of what this reader does not see, not even a date */
		html_texts(h, "あなたには見えない欄に、直すところがあります。"
			      "その欄を書く人に 伝えてください。");
	}
	html_close(h);
}

static void summary(const struct page *p, struct html *h, const struct view *v,
		    const struct problems *ps)
{
	if (!ps->count)
		return;
	html_open(h, "div");
	html_class(h, ps->errors ? "error-summary" : "error-summary warnings");
	html_attrs(h, "id", "problems");
	html_open(h, "div");
	html_attrs(h, "role", "alert");
	html_leafs(h, "h2",
		   ps->errors ? "書かれていないところや、直すところが あります"
			      : "まちがいが ないか、もう一度 見てください");
	html_open(h, "ul");
	for (size_t i = 0; i < ps->count; i++)
		one_problem(p, h, v, &ps->list[i]);
	html_close(h);
	html_close(h);
	html_close(h);
}

/* ---- everything, to be read --------------------------------------------------------------- */

static void sections(const struct page *p, struct html *h, const struct view *v,
		     const struct render_names *names)
{
	const struct view_look look = {.names = names};
	char href[HREF_MAX];

	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		html_view_section(h, s, &look);
		if (!s->writable)
			continue;
		href_edit(href, p, "s-", s->section->id);
		html_open(h, "p");
		html_open(h, "a");
		html_attrs(h, "href", href);
		html_texts(h, "変更");
		html_open(h, "span");
		html_class(h, "visually-hidden");
		html_textf(h, "（%.*s）", SPAN_ARG(s->section->title));
		html_close(h);
		html_close(h);
		html_close(h);
	}
}

/* The text of the mistake that belongs to the comment. */
static const char *comment_error(const struct problems *ps)
{
	for (size_t i = 0; i < ps->count; i++)
		if (ps->list[i].field && strcmp(ps->list[i].field, "comment") == 0)
			return ps->list[i].text;
	return NULL;
}

static enum status body_of(struct page *p, struct html *h, struct reading *r, const struct steps *s,
			   const struct check_screen *screen, const struct problems *ps)
{
	struct step_look look = {.looked = true, .stopped = ps->errors > 0};
	struct name_source source;
	struct render_names names;
	char base[OID_HEX];
	enum status st = step_said(p, h, r, s);

	oid_hex(&r->version, base);
	look.base = base;
	look.comment = screen->comment;
	look.error = comment_error(ps);
	look.stopped = look.stopped && !look.error;
	names_init(&names, &source, p->app);
	sections(p, h, r->view, &names);
	html_leafs(h, "h2", "次にすること");
	step_buttons(p, h, s, &look);
	if (look.stopped && step_onward(s) != STEP_COUNT)
		html_leafs(h, "p", "上の一覧の ところを 書くと、先へ 進めます。");
	return st;
}

static enum status send(struct page *p, const struct reading *r, const struct check_screen *screen,
			const struct problems *ps, const struct buf *body)
{
	struct child_row child;
	char karte[HREF_MAX], sheet[HREF_MAX];
	struct span title = view_title(r->view);
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {sheet, title}};
	struct frame f = {.title = "内容の確認",
			  .caption = title,
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 3,
			  .wide = true,
			  .errors = ps->errors > 0,
			  .banner_kind = screen->banner_kind,
			  .banner = screen->banner};
	struct buf top;
	struct html h;
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_sheet(sheet, p->q.child, p->q.type, p->q.id, "");
	frame_body(&h, &top);
	summary(p, &h, r->view, ps);
	f.summary = buf_span(&top);
	if (!st)
		st = frame_send(p, screen->status, &f, body);
	buf_clear(&top);
	return st;
}

/* Problems of looking: those that the step which leads on would meet. */
static enum status look_again(struct page *p, const struct steps *s, struct problems *ps)
{
	enum step on = step_onward(s);
	enum status st = on == STEP_COUNT ? ST_OK : workflow_check(p->app, &p->q, on, ps);

	return st == ST_INVALID ? ST_OK : st;
}

static enum status show(struct page *p, struct reading *r, const struct steps *s,
			const struct check_screen *screen)
{
	struct problems looked;
	const struct problems *ps = screen->problems ? screen->problems : &looked;
	struct html h;
	struct buf body;
	enum status st = reading_view(r);

	problems_init(&looked);
	frame_body(&h, &body);
	if (!st && !screen->problems)
		st = look_again(p, s, &looked);
	if (!st)
		st = body_of(p, &h, r, s, screen, ps);
	if (!st)
		st = reading_done(r, "sheet.check");
	if (!st)
		st = send(p, r, screen, ps, &body);
	problems_clear(&looked);
	buf_clear(&body);
	return st;
}

enum status check_show(struct page *p, const struct check_screen *screen)
{
	struct steps steps;
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = workflow_steps(p->app, &p->q, &steps);
	if (!st)
		st = show(p, &r, &steps, screen);
	reading_clear(&r);
	return st;
}

/* Whoever has nothing to do here any more, sees the sheet. */
enum status page_check(struct page *p)
{
	struct steps steps;
	struct reading r;
	char to[HREF_MAX];
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = workflow_steps(p->app, &p->q, &steps);
	if (!st && !steps.taker.writer)
		st = refuse(p->app, &p->q, "not-a-writer");
	if (!st && step_onward(&steps) == STEP_COUNT && !steps.may[STEP_RETURN]) {
		href_sheet(to, p->q.child, p->q.type, p->q.id, "");
		st = response_redirect(p->res, to);
	} else if (!st) {
		st = show(p, &r, &steps, &(struct check_screen){.status = 200});
	}
	reading_clear(&r);
	return st;
}
