/* 記入: the sections of a sheet, who wrote them, and what waits there. */
#include "generator/base/day.h"
#include "generator/render/html_view.h"
#include "vault/flow/draft.h"
#include "vault/flow/section_last.h"
#include "vault/page/edit.h"

#include <stdio.h>

enum { DRAFTS_SEEN = 64, JUST_SAVED_SECONDS = 60, NAMES_BYTES = 4096 };

static const char *const heads[] = {"項目", "状態", "さいごに書いた人", "下書き"};
enum { HEADS = sizeof heads / sizeof *heads };

struct list {
	struct page *p;
	struct html *h;
	struct reading *r;
	struct section_last last[TYPE_SECTIONS_MAX];
	struct draft_row drafts[DRAFTS_SEEN];
	size_t ndrafts;
};

static enum status take_draft(void *ctx, const struct draft_row *d)
{
	struct list *l = ctx;

	if (l->ndrafts < DRAFTS_SEEN)
		l->drafts[l->ndrafts++] = *d;
	return ST_OK;
}

static bool is_mine(const struct list *l, const struct draft_row *d)
{
	return span_is(span_of(d->account), l->p->who->id);
}

static const struct draft_row *my_draft(const struct list *l, struct span section)
{
	for (size_t i = 0; i < l->ndrafts; i++)
		if (is_mine(l, &l->drafts[i]) && span_is(section, l->drafts[i].section))
			return &l->drafts[i];
	return NULL;
}

/* ---- the state of a section ----------------------------------------------------------------- */

static void put_state(const struct list *l, const struct view_section *s)
{
	const struct draft_row *mine = my_draft(l, s->section->id);
	size_t filled = 0, missing = 0;

	for (size_t i = 0; i < s->nfields; i++) {
		const struct view_field *f = &s->fields[i];

		if (f->field->kind == F_COMPUTED)
			continue;
		filled += f->value || f->withheld;
		missing += f->field->required && !f->value && !f->withheld;
	}
	html_open(l->h, "span");
	if (mine && mine->wrong) {
		html_class(l->h, "tag tag-error");
		html_texts(l->h, "直してください");
	} else if (mine || (filled && missing)) {
		html_class(l->h, "tag tag-info");
		html_texts(l->h, "記入中");
	} else if (!filled) {
		html_class(l->h, "tag tag-plain");
		html_texts(l->h, "未記入");
	} else {
		html_texts(l->h, "記入ずみ");
	}
	html_close(l->h);
}

/* ---- people --------------------------------------------------------------------------------- */

/* A name as this reader may know it; a household's guardian is called by the role where not. */
static bool name_of(const struct list *l, const char *account, struct account *a, struct span *name)
{
	if (account_get(l->p->app->db, span_of(account), a))
		return false;
	*name = shield_person(&l->r->shield, a);
	return name->n > 0;
}

static void put_last(const struct list *l, const struct section_last *last)
{
	struct account a;
	struct span name;

	if (!last->known)
		return;
	if (name_of(l, last->account, &a, &name)) {
		html_leaf_class(l->h, "span", "nowrap", name);
		html_texts(l->h, "　");
	}
	list_moment(l->h, last->at);
}

static void put_mine(const struct list *l, struct span section)
{
	const struct draft_row *d = my_draft(l, section);
	char at[EDIT_WHEN];

	if (!d)
		return;
	edit_when(l->p, d->at, at);
	html_open(l->h, "p");
	html_textf(l->h, "あなたの下書き（%s）", at);
	html_close(l->h);
}

/* Advice, no lock: 「高橋さんが 14:30 から記入中」. */
static void put_others(const struct list *l, struct span section)
{
	for (size_t i = 0; i < l->ndrafts; i++) {
		const struct draft_row *d = &l->drafts[i];
		bool now = l->p->req->now - d->at <= DRAFT_ACTIVE;
		struct account a;
		struct span name;
		char at[EDIT_WHEN];

		if (is_mine(l, d) || !span_is(section, d->section) ||
		    !name_of(l, d->account, &a, &name))
			continue;
		edit_when(l->p, now ? d->since : d->at, at);
		html_open(l->h, "p");
		if (now)
			html_textf(l->h, "%.*sさんが %s から記入中", SPAN_ARG(name), at);
		else
			html_textf(l->h, "%.*sさんの下書きあり（%s）", SPAN_ARG(name), at);
		html_close(l->h);
	}
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void put_row(const struct list *l, const struct view_section *s,
		    const struct section_last *last)
{
	char href[HREF_MAX];
	struct html *h = l->h;

	edit_href(l->p, href, s->section->id);
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_link(h, href, s->section->title);
	html_close(h);
	list_cell(h, heads[1]);
	put_state(l, s);
	html_close(h);
	list_cell(h, heads[2]);
	put_last(l, last);
	html_close(h);
	list_cell(h, heads[3]);
	put_mine(l, s->section->id);
	put_others(l, s->section->id);
	html_close(h);
	html_close(h);
}

/* A guardian's own paragraph: written and signed by a household, nobody else may change it. */
static void put_family(const struct list *l, const struct view_section *s,
		       const struct section_last *last)
{
	char day[DAY_TEXT];

	if (s->section->writers != ROLE_BIT(ROLE_HOUSEHOLD))
		return;
	html_open(l->h, "p");
	html_class(l->h, "hint");
	if (last->known) {
		day_long(day_jst(last->at), day);
		html_textf(l->h, "保護者の方が書きました（署名 %s）。保護者の方だけが 直せます。",
			   day);
	} else {
		html_texts(l->h, "保護者の方が書くところです。");
	}
	html_close(l->h);
}

static void put_readonly(const struct list *l, const struct view_section *s,
			 const struct section_last *last, const struct view_look *look)
{
	html_open(l->h, "details");
	html_class(l->h, "readonly-section");
	html_open(l->h, "summary");
	html_text(l->h, s->section->title);
	html_leaf_class(l->h, "span", "tag tag-plain", SPAN("読むだけ"));
	html_close(l->h);
	put_family(l, s, last);
	html_view_fields(l->h, s, look);
	html_close(l->h);
}

/* A household is shown what it writes itself, and no more. */
static void put_others_sections(const struct list *l)
{
	struct name_source source;
	struct render_names names;
	struct view_look look = {.level = 3, .names = &names};
	const struct view *v = l->r->view;
	bool any = false;

	names_init(&names, &source, l->p->app);
	for (size_t i = 0; i < view_sections(v) && l->p->who->role != ROLE_HOUSEHOLD; i++) {
		if (view_section(v, i)->writable)
			continue;
		if (!any)
			html_leafs(l->h, "h2", "ほかの人が 書くところ");
		any = true;
		put_readonly(l, view_section(v, i), &l->last[i], &look);
	}
}

static void put_table(const struct list *l)
{
	const struct view *v = l->r->view;

	list_table(l->h, &(struct list_table){"sections", "項目をえらんで、1つずつ 書きます。",
					      "list", heads, HEADS});
	for (size_t i = 0; i < view_sections(v); i++)
		if (view_section(v, i)->writable)
			put_row(l, view_section(v, i), &l->last[i]);
	html_close_to(l->h, "div");
}

static void put_links(const struct list *l)
{
	char href[HREF_MAX];
	struct html *h = l->h;

	html_open(h, "div");
	html_class(h, "actions");
	if (l->p->who->staff && view_status(l->r->view) == SHEET_DRAFT) {
		href_sheet(href, l->p->q.child, l->p->q.type, l->p->q.id, "/check");
		html_open(h, "a");
		html_class(h, "button");
		html_attrs(h, "href", href);
		html_texts(h, "確認へ 進む");
		html_close(h);
	}
	edit_href(l->p, href, SPAN_NONE);
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", href);
	html_texts(h, "ぜんぶの項目を 1ページで書く");
	html_close(h);
	html_open(h, "a");
	html_class(h, "button button-secondary");
	html_attrs(h, "href", "/drafts");
	html_texts(h, "下書きと ごみ箱");
	html_close(h);
	href_sheet(href, l->p->q.child, l->p->q.type, l->p->q.id, "");
	html_link(h, href, SPAN("シートへ もどる"));
	html_close(h);
}

/* ---- what was just done, from what is stored and nothing else -------------------------------- */

static void add_label(void *ctx, const struct field *f)
{
	struct buf *b = ctx;

	buf_addf(b, "%s「%.*s」", b->len ? "" : " ほかの人が 同時に書いた欄も 残っています：",
		 SPAN_ARG(f->label));
}

/* What others had changed in between: up to the version before this one. */
static enum status add_merged(struct page *p, struct reading *r, long long n, struct buf *out)
{
	struct span from = form_get(&p->query, "merged");
	struct version_row before;
	enum status st;

	if (!from.n || n < 2)
		return ST_OK;
	st = version_number(p->app->db, p->q.child, p->q.type, p->q.id, n - 1, &before);
	if (!st)
		st = section_changed(r, from, span_of(before.id), add_label, out);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* 「14:32 に保存しました（版 2）。」 if the newest version is this reader's and of just now. */
static enum status said(struct page *p, struct reading *r, const char **out)
{
	char at[DAY_TEXT];
	struct version_row v;
	struct buf others;
	enum status st;

	if (strcmp(r->row.account, p->who->id) != 0 || p->req->now < r->row.at ||
	    p->req->now - r->row.at >= JUST_SAVED_SECONDS ||
	    version_get(p->app->db, span_of(r->row.version), &v))
		return ST_OK;
	time_jst(r->row.at, at);
	buf_init(&others, NAMES_BYTES);
	st = add_merged(p, r, v.n, &others);
	*out = arena_printf(p->arena, "%s に保存しました（版 %lld）。%s", at + sizeof "2026-11-20",
			    v.n, buf_str(&others));
	buf_clear(&others);
	return st;
}

static enum status show(struct page *p, struct reading *r)
{
	struct list *l = arena_alloc(p->arena, sizeof *l);
	struct edit_screen s = {.banner_kind = "success"};
	struct html h;
	struct buf body;
	enum status st;

	if (!l)
		return ST_NOMEM;
	*l = (struct list){.p = p, .h = &h, .r = r};
	st = section_last(r, l->last);
	if (!st)
		st = draft_each_of(p->app->db, p->q.child, p->q.type, p->q.id, take_draft, l);
	if (!st)
		st = said(p, r, &s.banner);
	if (!s.banner)
		s.banner_kind = NULL;
	frame_body(&h, &body);
	if (!st) {
		put_table(l);
		put_links(l);
		put_others_sections(l);
		st = reading_done(r, "sheet.edit");
	}
	if (!st)
		st = edit_send(p, 200, "記入", &s, view_title(r->view), &body);
	buf_clear(&body);
	return st;
}

enum status page_edit_list(struct page *p)
{
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = reading_view(&r);
	if (!st && !view_writable(r.view))
		st = refuse(p->app, &r.q, "nothing-to-write");
	if (!st)
		st = show(p, &r);
	reading_clear(&r);
	return st;
}
