#include "generator/base/day.h"
#include "generator/render/html_form.h"
#include "vault/flow/save_sheet.h"
#include "vault/flow/shield.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { INSTITUTIONS_MAX = 500, REASON_BYTES = 2000 };

/* ---- what every form of this page needs --------------------------------------------------- */

struct choices {
	struct arena *a;
	struct choice *list;
	size_t count;
};

static enum status add_institution(void *ctx, const struct institution *i)
{
	struct choices *c = ctx;

	if (i->closed[0] || c->count == INSTITUTIONS_MAX)
		return ST_OK;
	c->list[c->count].id = arena_copy(c->a, span_of(i->id));
	c->list[c->count].label = arena_copy(c->a, span_of(i->name));
	return c->list[c->count++].label.p ? ST_OK : ST_NOMEM;
}

static enum status load_choices(struct page *p, struct choices *c)
{
	*c = (struct choices){.a = p->arena};
	c->list = arena_array(p->arena, INSTITUTIONS_MAX, sizeof *c->list);
	return c->list ? institution_each(p->app->db, add_institution, c) : ST_NOMEM;
}

static void reason_field(struct html *h, struct span reason)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "reason");
	html_texts(h, "変更の理由　※任意");
	html_close(h);
	html_open(h, "p");
	html_class(h, "hint");
	html_attrs(h, "id", "reason-hint");
	html_texts(
	    h, "これまでの版の一覧と、監査の記録に残ります。子どもの名前は書かないでください。");
	html_close(h);
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", "reason");
	html_attrs(h, "name", "reason");
	html_attrs(h, "autocomplete", "off");
	html_attrs(h, "maxlength", "200");
	html_attrs(h, "aria-describedby", "reason-hint");
	html_attr(h, "value", reason);
	html_close(h);
}

static void open_form(struct page *p, struct html *h, const char *base)
{
	char action[HREF_MAX];

	href_sheet(action, p->q.child, p->q.type, p->q.id, "/edit");
	html_open(h, "form");
	html_class(h, "edit");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	html_flag(h, "novalidate", true);
	html_attrs(h, "autocomplete", "off"); /* what is stored counts, not what a browser kept */
	html_flag(h, "data-guard", true);
	frame_csrf(h, p);
	html_hidden(h, "base", span_of(base));
}

static void close_form(struct page *p, struct html *h, const char *button)
{
	char back[HREF_MAX];

	reason_field(h, form_get(&p->form, "reason"));
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, button);
	html_close(h);
	href_sheet(back, p->q.child, p->q.type, p->q.id, "");
	html_link(h, back, SPAN("保存しないで もどる"));
	html_close(h);
	html_close(h);
}

struct screen {
	int status;
	const char *title;
	const struct problems *problems; /* NULL: none */
	const char *banner_kind, *banner;
};

static enum status send(struct page *p, const struct screen *s, struct span sheet_title,
			const struct buf *body)
{
	struct child_row child;
	char karte[HREF_MAX], sheet[HREF_MAX];
	struct crumb crumbs[] = {
	    {"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {sheet, sheet_title}};
	struct frame f = {.title = s->title,
			  .caption = sheet_title,
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 3,
			  .wide = true,
			  .errors = s->problems && s->problems->errors,
			  .banner_kind = s->banner_kind,
			  .banner = s->banner};
	struct buf summary;
	struct html h;
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_sheet(sheet, p->q.child, p->q.type, p->q.id, "");
	frame_body(&h, &summary);
	if (s->problems)
		html_problems(&h, s->problems);
	f.summary = buf_span(&summary);
	if (!st)
		st = frame_send(p, s->status, &f, body);
	buf_clear(&summary);
	return st;
}

/* ---- the form ----------------------------------------------------------------------------- */

/* The way through it, and the form. */
static void put_form(struct page *p, struct html *h, const struct view *v,
		     const struct form_fill *fill, const char *base)
{
	html_open(h, "div");
	html_class(h, "with-toc");
	list_contents(h, v, true);
	open_form(p, h, base);
	html_form(h, v, fill);
	close_form(p, h, "保存する");
	html_close(h);
}

enum status page_edit(struct page *p)
{
	struct reading r;
	struct choices choices;
	struct name_source source;
	struct render_names names;
	struct form_fill fill = {.names = &names};
	char base[OID_HEX];
	struct html h;
	struct buf body;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (!st)
		st = reading_view(&r);
	if (!st && !view_writable(r.view))
		st = refuse(p->app, &r.q, "nothing-to-write");
	if (!st)
		st = load_choices(p, &choices);
	if (!st) {
		fill.institutions = choices.list;
		fill.ninstitutions = choices.count;
		oid_hex(&r.version, base);
		put_form(p, &h, r.view, &fill, base);
		st = reading_done(&r, "sheet.edit");
	}
	if (!st)
		st = send(p, &(struct screen){200, "記入", NULL, NULL, NULL}, view_title(r.view),
			  &body);
	reading_clear(&r);
	buf_clear(&body);
	return st;
}

/* ---- saving ------------------------------------------------------------------------------- */

/* The fields of the sheet: "f.…"; the others are the page's own and known by name. */
static enum status sheet_fields(struct page *p, const struct pair **out, size_t *n)
{
	static const char *const own[] = {"csrf", "base", "reason"};
	struct pair *list = arena_array(p->arena, p->form.count + 1, sizeof *list);

	*n = 0;
	if (!list)
		return ST_NOMEM;
	for (size_t i = 0; i < p->form.count; i++) {
		struct span name = p->form.pairs[i].name;
		bool known = false;

		if (span_starts(name, SPAN("f."))) {
			list[(*n)++] = p->form.pairs[i];
			continue;
		}
		for (size_t k = 0; k < sizeof own / sizeof *own; k++)
			known =
			    known || (span_is(name, own[k]) && form_count(&p->form, own[k]) == 1);
		if (!known)
			return fail(ST_USAGE, "a field that no form of ours has");
	}
	*out = list;
	return ST_OK;
}

/* 422: the same form with everything as it was typed. */
static enum status show_problems(struct page *p, const struct saved *saved, const struct save *in)
{
	struct reading r;
	struct choices choices;
	struct name_source source;
	struct render_names names;
	struct form_fill fill = {
	    .sent = in->form, .nsent = in->nform, .problems = &saved->problems, .names = &names};
	char base[OID_HEX];
	struct html h;
	struct buf body;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (!st)
		st = reading_view(&r);
	if (!st)
		st = load_choices(p, &choices);
	if (!st) {
		fill.institutions = choices.list;
		fill.ninstitutions = choices.count;
		span_copy(in->base, base, sizeof base);
		put_form(p, &h, r.view, &fill, base);
		st = reading_done(&r, "sheet.edit");
	}
	if (!st)
		st = send(p, &(struct screen){422, "記入", &saved->problems, NULL, NULL},
			  view_title(r.view), &body);
	reading_clear(&r);
	buf_clear(&body);
	return st;
}

/* 「小林 直樹さん（あおぞら小学校）が 14:31 に このシートを 保存しました。…」 */
static const char *name_first(struct page *p, const struct shield *s, const struct sheet_row *v,
			      const struct account *a)
{
	char at[DAY_TEXT];
	struct institution i;
	struct span name = shield_person(s, a), place = span_of(role_label(a->role));

	if (!name.n)
		return NULL;
	if (a->staff && institution_get(p->app->db, span_of(a->institution), &i) == ST_OK)
		place = shield_place(s, &i);
	time_jst(v->at, at);
	return arena_printf(p->arena,
			    "%.*sさん（%.*s）が %s に このシートを 保存しました。"
			    "あなたの文章は 下の欄に そのまま あります。",
			    SPAN_ARG(name), SPAN_ARG(place), at + sizeof "2026-11-20");
}

/* Of this sheet: the child's newest commit may be another's.  Without a name if it is not known, or
   not for this reader. */
static const char *who_was_first(struct page *p)
{
	struct shield shield;
	struct sheet_row row;
	struct account a;
	const char *text = NULL;

	if (shield_load(&shield, p->app, p->q.child, p->who) == ST_OK &&
	    sheet_row_get(p->app->db, p->q.child, p->q.type, p->q.id, &row) == ST_OK &&
	    account_get(p->app->db, span_of(row.account), &a) == ST_OK)
		text = name_first(p, &shield, &row, &a);
	shield_clear(&shield);
	return text ? text
		    : "あなたが書いている間に、ほかの人が このシートを 保存しました。"
		      "あなたの文章は 下の欄に そのまま あります。";
}

/* 409: both texts, and a form whose base is the newest version. */
static enum status show_conflict(struct page *p, const struct saved *saved, const struct save *in)
{
	struct choices choices;
	struct name_source source;
	struct render_names names;
	struct form_fill fill = {
	    .sent = in->form, .nsent = in->nform, .problems = &saved->problems, .names = &names};
	char base[OID_HEX];
	struct html h;
	struct buf body;
	enum status st = load_choices(p, &choices);

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (!st) {
		fill.institutions = choices.list;
		fill.ninstitutions = choices.count;
		oid_hex(&saved->newest, base);
		open_form(p, &h, base);
		if (saved->mine)
			html_conflict(&h, saved->base, saved->theirs, saved->mine, &fill);
		else
			html_form(&h, saved->theirs, &fill);
		close_form(p, &h, "この内容で保存する");
		st = send(p,
			  &(struct screen){409, "ほかの人が 先に 保存しました", &saved->problems,
					   "warning", who_was_first(p)},
			  view_title(saved->theirs), &body);
	}
	buf_clear(&body);
	return st;
}

static enum status saved_page(struct page *p)
{
	char to[HREF_MAX];

	href_sheet(to, p->q.child, p->q.type, p->q.id, "");
	return response_redirect(p->res, to);
}

enum status page_save(struct page *p)
{
	struct save in = {.base = form_get(&p->form, "base"),
			  .reason = span_trim(form_get(&p->form, "reason"))};
	struct actor actor = {.key = NULL};
	struct saved saved = {.base = NULL};
	enum status st = sheet_fields(p, &in.form, &in.nform);

	if (!st && in.reason.n > REASON_BYTES)
		st = fail(ST_TOOBIG, "the reason is too long");
	if (!st)
		st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = save_sheet(&saved, p->app, &actor, &p->q, &in);
	actor_clear(&actor);
	if (st == ST_OK || st == ST_EXISTS)
		st = saved_page(p);
	else if (st == ST_INVALID)
		st = show_problems(p, &saved, &in);
	else if (st == ST_STALE && saved.theirs)
		st = show_conflict(p, &saved, &in);
	saved_clear(&saved);
	return st;
}
