/* The form of writing around its fields. */
#include "generator/base/day.h"
#include "vault/page/edit.h"

#include <stdio.h>
#include <stdlib.h>

enum { INSTITUTIONS_MAX = 500 };

struct span edit_section(const struct page *p)
{
	struct span s = param(&p->params, "section");

	return span_is(s, "all") ? SPAN_NONE : s;
}

void edit_href(const struct page *p, char out[static HREF_MAX], struct span section)
{
	snprintf(out, HREF_MAX, "/children/%.*s/sheets/%.*s/%.*s/edit/%.*s", SPAN_ARG(p->q.child),
		 SPAN_ARG(p->q.type), SPAN_ARG(p->q.id),
		 SPAN_ARG(section.n ? section : SPAN("all")));
}

struct draft_place edit_place(const struct page *p, struct span base)
{
	return (struct draft_place){p->q.child, p->q.type, p->q.id, edit_section(p), base};
}

void edit_when(const struct page *p, long long at, char out[static EDIT_WHEN])
{
	char iso[DAY_TEXT], now[DAY_TEXT], era[DAY_TEXT];

	time_jst(at, iso);
	time_jst(p->req->now, now);
	day_era(day_jst(at), era);
	if (strncmp(iso, now, sizeof "2026-11-20" - 1) == 0)
		snprintf(out, EDIT_WHEN, "%s", iso + sizeof "2026-11-20");
	else
		snprintf(out, EDIT_WHEN, "%s %s", era, iso + sizeof "2026-11-20");
}

/* ---- what came in -------------------------------------------------------------------------- */

/* The page's own fields, known by name: each at most once. */
static bool is_own(const struct page *p, struct span name)
{
	static const char *const own[] = {"csrf", "base", "reason", "draft", "draft-n",
					  "use",  "from", "next",   "sure"};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (span_is(name, own[i]))
			return form_count(&p->form, own[i]) == 1;
	return false;
}

enum status edit_read(struct page *p, struct edit_form *out)
{
	struct pair *list = arena_array(p->arena, p->form.count + 1, sizeof *list);
	long n = 0;

	*out = (struct edit_form){.fields = list,
				  .base = form_get(&p->form, "base"),
				  .reason = span_trim(form_get(&p->form, "reason"))};
	if (!list)
		return ST_NOMEM;
	for (size_t i = 0; i < p->form.count; i++) {
		if (span_starts(p->form.pairs[i].name, SPAN("f.")))
			list[out->count++] = p->form.pairs[i];
		else if (!is_own(p, p->form.pairs[i].name))
			return fail(ST_USAGE, "a field that no form of ours has");
	}
	if (span_number(form_get(&p->form, "draft-n"), DRAFT_NUMBER_MAX, &n))
		out->draft = n;
	return ST_OK;
}

/* ---- what every form needs ----------------------------------------------------------------- */

struct gather {
	struct arena *a;
	struct edit_choices *out;
};

static enum status add_institution(void *ctx, const struct institution *i)
{
	struct gather *g = ctx;
	struct choice *c = &g->out->list[g->out->count];

	if (i->closed[0] || g->out->count == INSTITUTIONS_MAX)
		return ST_OK;
	c->id = arena_copy(g->a, span_of(i->id));
	c->label = arena_copy(g->a, span_of(i->name));
	g->out->count++;
	return c->label.p ? ST_OK : ST_NOMEM;
}

enum status edit_choices(struct page *p, struct edit_choices *out)
{
	struct gather g = {p->arena, out};

	out->count = 0;
	out->list = arena_array(p->arena, INSTITUTIONS_MAX, sizeof *out->list);
	return out->list ? institution_each(p->app->db, add_institution, &g) : ST_NOMEM;
}

void edit_button(struct html *h, const char *label, const char *name, const char *value,
		 const char *cls)
{
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_attrs(h, "name", name);
	html_attrs(h, "value", value);
	html_class(h, cls);
	html_texts(h, label);
	html_close(h);
}

/* Enter in a field presses the first button of a form: let that be the harmless one. */
static void first_button(struct html *h)
{
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_attrs(h, "name", "draft");
	html_attrs(h, "value", "1");
	html_flag(h, "hidden", true);
	html_texts(h, "下書きを保存");
	html_close(h);
}

static void put_texts(struct html *h)
{
	html_attrs(h, "data-draft", "30"); /* seconds */
	html_attrs(h, "data-failed",
		   "いまの文章は まだ保存できていません。この画面を閉じないでください。");
	html_attrs(h, "data-ended",
		   "ログアウトしています。いまの文章は お預かりしました。"
		   "もう一度ログインすると つづきから書けます。");
	html_attrs(h, "data-again", "もう一度 保存する");
}

void edit_open_form(struct page *p, struct html *h, struct span base, long long draft, bool typed)
{
	char action[HREF_MAX], number[24];
	bool whole = !edit_section(p).n;

	if (whole)
		href_sheet(action, p->q.child, p->q.type, p->q.id, "/edit");
	else
		edit_href(p, action, edit_section(p));
	html_open(h, "form");
	html_class(h, "edit");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	html_flag(h, "novalidate", true);
	html_attrs(h, "autocomplete", "off"); /* what is stored counts, not what a browser kept */
	html_flag(h, "data-guard", true);
	html_flag(h, "data-typed", typed);
	put_texts(h);
	frame_csrf(h, p);
	html_hidden(h, "base", base);
	snprintf(number, sizeof number, "%lld", draft ? draft : draft_number());
	html_hidden(h, "draft-n", span_of(number));
	first_button(h);
}

void edit_reason(struct html *h, struct span reason, bool needed, const struct problems *ps)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "reason");
	html_texts(h, "変更の理由　");
	if (needed)
		html_leaf_class(h, "span", "required", SPAN("※必須"));
	else
		html_texts(h, "※任意");
	html_close(h);
	html_open(h, "p");
	html_class(h, "hint");
	html_attrs(h, "id", "hint.reason");
	html_texts(
	    h, "これまでの版の一覧と、監査の記録に残ります。子どもの名前は書かないでください。");
	html_close(h);
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", "reason");
	html_attrs(h, "name", "reason");
	html_attrs(h, "autocomplete", "off");
	html_attrs(h, "maxlength", "200");
	html_described(h, ps, "reason", true);
	html_attr(h, "value", reason);
	html_field_problems(h, ps, "reason");
	html_close(h);
}

enum status edit_send(struct page *p, int status, const char *title, const struct edit_screen *s,
		      struct span sheet_title, const struct buf *body)
{
	struct child_row child;
	char karte[HREF_MAX], sheet[HREF_MAX], list[HREF_MAX];
	struct crumb crumbs[] = {{"/", SPAN("ホーム")},
				 {karte, SPAN("カルテ")},
				 {sheet, sheet_title},
				 {list, SPAN("記入")}};
	struct frame f = {.title = title,
			  .caption = sheet_title,
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = edit_section(p).n ? 4 : 3,
			  .wide = true,
			  .errors = s->problems && s->problems->errors,
			  .banner_kind = s->banner_kind,
			  .banner = s->banner};
	struct buf summary;
	struct html h;
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_sheet(sheet, p->q.child, p->q.type, p->q.id, "");
	href_sheet(list, p->q.child, p->q.type, p->q.id, "/edit");
	frame_body(&h, &summary);
	if (s->problems)
		html_problems(&h, s->problems);
	f.summary = buf_span(&summary);
	if (!st)
		st = frame_send(p, status, &f, body);
	buf_clear(&summary);
	return st;
}
