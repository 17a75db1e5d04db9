#include "vault/page/lists.h"

#include "generator/base/day.h"
#include "generator/render/html_view.h"
#include "vault/flow/glance.h"

#include <stdio.h>

enum { CONTENTS_LEAST = 5 };

void href_child(char out[static HREF_MAX], struct span child, const char *rest)
{
	snprintf(out, HREF_MAX, "/children/%.*s%s", SPAN_ARG(child), rest);
}

void href_sheet(char out[static HREF_MAX], struct span child, struct span type, struct span id,
		const char *rest)
{
	snprintf(out, HREF_MAX, "/children/%.*s/sheets/%.*s/%.*s%s", SPAN_ARG(child),
		 SPAN_ARG(type), SPAN_ARG(id), rest);
}

void list_status(struct html *h, const char *status)
{
	static const char *const looks[SHEET_STATUS_COUNT] = {
	    [SHEET_DRAFT] = "tag tag-plain",
	    [SHEET_REVIEW] = "tag tag-warning",
	    [SHEET_CONSENT] = "tag tag-info",
	    [SHEET_FINAL] = "tag tag-success",
	};
	enum sheet_status s;

	if (!sheet_status_find(span_of(status), &s))
		return;
	html_open(h, "span");
	html_class(h, looks[s]);
	html_texts(h, sheet_status_label(s));
	html_close(h);
}

void list_time(struct html *h, long long at)
{
	char text[DAY_TEXT], utc[DAY_TEXT];

	time_jst(at, text);
	time_utc(at, utc);
	html_open(h, "time");
	html_attrs(h, "datetime", utc);
	html_texts(h, text);
	html_close(h);
}

void list_moment(struct html *h, long long at)
{
	char iso[DAY_TEXT], era[DAY_TEXT], utc[DAY_TEXT];

	time_jst(at, iso);
	time_utc(at, utc);
	day_era(day_jst(at), era);
	html_open(h, "time");
	html_attrs(h, "datetime", utc);
	html_textf(h, "%s %s", era, iso + sizeof "2026-11-20");
	html_close(h);
}

void list_fact_moment(struct html *h, const char *label, long long at)
{
	if (!at)
		return;
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
	list_moment(h, at);
	html_close(h);
	html_close(h);
}

void list_cell(struct html *h, const char *label)
{
	html_open(h, "td");
	html_attrs(h, "data-label", label);
}

void list_number(struct html *h, const char *label)
{
	list_cell(h, label);
	html_class(h, "number");
}

/* May the section be led to?  What is only to be read has no heading in a form. */
static bool in_contents(const struct view_section *s, bool writing)
{
	return !writing || s->writable;
}

static void contents(struct html *h, const struct view *v, const struct view_look *look,
		     bool writing)
{
	size_t n = 0;

	for (size_t i = 0; i < view_sections(v); i++)
		n += in_contents(view_section(v, i), writing);
	if (n < CONTENTS_LEAST)
		return;
	html_open(h, "nav");
	html_class(h, "toc");
	html_attrs(h, "aria-label", "目次");
	html_open(h, "details");
	html_flag(h, "data-wide", true);
	html_open(h, "summary");
	html_textf(h, "目次（%zu項目）", n);
	html_close(h);
	html_open(h, "ol");
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *shown = view_section(v, html_view_at(v, look, i));
		const struct section *s = shown->section;

		if (!in_contents(shown, writing))
			continue;
		html_open(h, "li");
		html_open(h, "a");
		html_attrf(h, "href", "#s-%.*s", SPAN_ARG(s->id));
		html_text(h, s->title);
		html_close(h);
		html_close(h);
	}
	html_close_to(h, "nav");
}

void list_contents(struct html *h, const struct view *v, bool writing)
{
	contents(h, v, NULL, writing);
}

void list_contents_in(struct html *h, const struct view *v, const struct view_look *look)
{
	contents(h, v, look, false);
}

void list_search_at(struct html *h, const struct list_search *s, struct span q)
{
	html_open(h, "form");
	html_class(h, "search");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", s->action);
	html_attrs(h, "role", "search");
	html_open(h, "label");
	html_attrs(h, "for", "q");
	html_texts(h, s->label);
	html_close(h);
	if (s->hint) {
		html_open(h, "p");
		html_class(h, "hint");
		html_attrs(h, "id", "q-hint");
		html_texts(h, s->hint);
		html_close(h);
	}
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", "q");
	html_attrs(h, "name", "q");
	html_attrs(h, "type", "search");
	html_attrs(h, "autocomplete", "off");
	html_attrs(h, "aria-describedby", s->hint ? "q-hint" : NULL);
	html_attr(h, "value", q);
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "さがす");
	html_close(h);
	html_close(h);
}

void list_search(struct html *h, struct span q)
{
	static const struct list_search children = {
	    "/children", "氏名、ふりがな、生年月日",
	    "一部だけでも さがせます。ひらがな・カタカナ、髙と高などの ちがいは 気にしません。"
	    "生年月日は 2017/5/12 や H29.5.12 の形でも さがせます。"};

	list_search_at(h, &children, q);
}

void list_pager(struct html *h, const char *path, struct span q, long page, bool more)
{
	struct buf href;

	if (page == 0 && !more)
		return;
	buf_init(&href, 8192);
	html_open(h, "nav");
	html_attrs(h, "aria-label", "ページ");
	html_open(h, "ul");
	html_class(h, "pager");
	for (int step = -1; step <= 1; step += 2) {
		if ((step < 0 && page == 0) || (step > 0 && !more))
			continue;
		buf_cut(&href, 0);
		buf_addf(&href, "%s?q=", path);
		for (size_t i = 0; i < q.n; i++)
			buf_addf(&href, "%%%02X", (unsigned char)q.p[i]);
		buf_addf(&href, "&page=%ld", page + step);
		html_open(h, "li");
		html_link(h, buf_str(&href), step < 0 ? SPAN("前のページ") : SPAN("次のページ"));
		html_close(h);
	}
	html_close(h);
	html_close(h);
	buf_clear(&href);
}

void list_table(struct html *h, const struct list_table *t)
{
	html_open(h, "div");
	html_class(h, "table-scroll");
	html_attrs(h, "tabindex", "0");
	html_attrs(h, "role", "region");
	html_attrs(h, "aria-labelledby", t->id);
	html_open(h, "table");
	html_class(h, t->cls);
	html_open(h, "caption");
	html_attrs(h, "id", t->id);
	html_texts(h, t->caption);
	html_close(h);
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < t->count; i++) {
		html_open(h, "th");
		html_attrs(h, "scope", "col");
		html_texts(h, t->heads[i]);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	html_open(h, "tbody");
}

static struct span institution_name(void *ctx, struct span id)
{
	struct name_source *s = ctx;

	if (span_is(id, s->last.id) && s->last.id[0])
		return span_of(s->last.name);
	return institution_get(s->db, id, &s->last) ? SPAN_NONE : span_of(s->last.name);
}

void names_init(struct render_names *names, struct name_source *ctx, struct app *app)
{
	*ctx = (struct name_source){.db = app->db};
	*names = (struct render_names){.institution = institution_name, .ctx = ctx};
}

struct gather {
	struct page *p;
	struct sheet_list *list;
	size_t cap;
};

static enum status take(void *ctx, const struct sheet_row *r)
{
	struct gather *g = ctx;
	struct sheet_row *grown;

	if (g->list->count == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		grown = arena_array(g->p->arena, g->cap, sizeof *grown);
		if (!grown)
			return ST_NOMEM;
		if (g->list->count)
			memcpy(grown, g->list->rows, g->list->count * sizeof *grown);
		g->list->rows = grown;
	}
	g->list->rows[g->list->count++] = *r;
	return ST_OK;
}

/* Asks the gate itself (what it says is kept), so a list can never show what a page would not. */
enum status list_readable(struct page *p, struct span child, const struct shield *shield,
			  struct sheet_list *out)
{
	struct sheet_list all = {NULL, 0};
	struct gather g = {p, &all, 0};
	struct question q = p->q;
	struct name_source source;
	struct render_names names;
	struct glance_desk desk;
	enum status st = sheet_row_each(p->app->db, child, take, &g);

	*out = (struct sheet_list){all.rows, 0};
	q.child = child;
	names_init(&names, &source, p->app);
	if (st)
		return st;
	st = glance_desk_open(&desk, p->app, &q, shield, &names, p->arena);
	for (size_t i = 0; i < all.count && !st; i++) {
		struct glances says;
		st = glances_of(&desk, &all.rows[i], &says);
		if (!st && says.readable)
			out->rows[out->count++] = all.rows[i];
	}
	glance_desk_close(&desk);
	return st;
}

enum status list_may_read(struct page *p, const struct sheet_row *r, bool *out)
{
	struct question q = p->q;
	struct name_source source;
	struct render_names names;
	struct glance_desk desk;
	struct glances says = {.readable = false};
	struct shield shield;
	enum status st;

	q.child = span_of(r->child);
	names_init(&names, &source, p->app);
	st = shield_load(&shield, p->app, q.child, p->who);
	if (!st) {
		st = glance_desk_open(&desk, p->app, &q, &shield, &names, p->arena);
		if (!st)
			st = glances_of(&desk, r, &says);
		glance_desk_close(&desk);
	}
	shield_clear(&shield);
	*out = says.readable;
	return st;
}

bool list_may_write(const struct page *p, const struct sheet_type *t)
{
	return role_in(p->who->role, t->writers);
}
