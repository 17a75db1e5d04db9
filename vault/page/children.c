#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { PER_PAGE = 50 };

struct rows {
	struct page *p;
	struct html *h;
	struct span q; /* what is searched for */
	int count;
};

static const char *const heads[] = {"氏名", "生年月日", "所属"};

/* Where a child is today, by name. */
static enum status put_institution(void *ctx, const struct enrolment *e)
{
	struct rows *r = ctx;
	struct institution i;
	char today[DAY_TEXT];

	day_iso(day_jst(r->p->req->now), today);
	if (strcmp(e->since, today) > 0 || (e->until[0] && strcmp(e->until, today) < 0))
		return ST_OK;
	if (institution_get(r->p->app->db, span_of(e->institution), &i) || i.kind == ROLE_HEALTH)
		return ST_OK;
	html_leafs(r->h, "div", i.name);
	return ST_OK;
}

static void table_head(struct html *h, struct span q)
{
	list_table(h, &(struct list_table){"found", q.n ? "見つかった子ども" : "担当している子ども",
					   "list", heads, 3});
}

static enum status one_row(void *ctx, const struct child_row *c)
{
	struct rows *r = ctx;
	char href[HREF_MAX], born[DAY_TEXT] = "";
	struct day b;
	enum status st;

	if (r->count++ == PER_PAGE)
		return ST_OK; /* one more than shown tells that there is a next page */
	if (r->count == 1)
		table_head(r->h, r->q);
	href_child(href, span_of(c->id), "");
	html_open(r->h, "tr");
	html_open(r->h, "th");
	html_attrs(r->h, "scope", "row");
	html_link(r->h, href, span_of(c->name));
	html_open(r->h, "div");
	html_class(r->h, "note");
	html_texts(r->h, c->kana);
	html_close(r->h);
	html_close(r->h);
	if (day_parse(span_of(c->born), &b))
		day_long(b, born);
	list_cell(r->h, heads[1]);
	if (born[0])
		html_textf(r->h, "%s　%d歳", born, day_age(b, day_jst(r->p->req->now)));
	html_close(r->h);
	list_cell(r->h, heads[2]);
	st = child_enrolments(r->p->app->db, span_of(c->id), put_institution, r);
	html_close(r->h);
	html_close(r->h);
	return st;
}

static void pages(struct html *h, struct span q, long page, bool more)
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
		buf_adds(&href, "/children?q=");
		for (size_t i = 0; i < q.n; i++)
			buf_addf(&href, "%%%02X", (unsigned char)q.p[i]);
		buf_addf(&href, "&page=%ld", page + step);
		html_open(h, "li");
		html_link(h, buf_str(&href), step < 0 ? SPAN("前の50人") : SPAN("次の50人"));
		html_close(h);
	}
	html_close(h);
	html_close(h);
	buf_clear(&href);
}

static void nobody_found(struct html *h, struct span q)
{
	html_leaf_class(
	    h, "p", "empty-state",
	    q.n ? SPAN("見つかりませんでした。ふりがなや生年月日でも さがしてみてください。"
		       "担当していない子どもは 出ません。")
		: SPAN("いま 担当している子どもは いません。"));
}

/* How many names were shown is recorded, never what was searched for: that is a name too. */
static enum status record(struct page *p, int shown)
{
	char object[32];
	struct note n = {.class = "read",
			 .event = "child.list",
			 .who = p->who,
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id,
			 .hold = p->q.hold};

	snprintf(object, sizeof object, "n=%d", shown);
	n.object = span_of(object);
	return note_add(p->app, &n);
}

enum status page_children(struct page *p)
{
	struct frame f = {.title = "子どもをさがす", .wide = true};
	struct span q = span_trim(form_get(&p->query, "q"));
	struct child_scope scope;
	struct rows rows = {p, NULL, q, 0};
	char today[DAY_TEXT];
	long page = 0;
	struct html h;
	struct buf body;
	enum status st;

	if (q.n > 256)
		return page_error(p, 400, 0);
	span_number(form_get(&p->query, "page"), 10000, &page);
	day_iso(day_jst(p->req->now), today);
	scope_of(p->who, today, &scope);
	frame_body(&h, &body);
	rows.h = &h;
	list_search(&h, q);
	st =
	    child_search(p->app->db, &scope, q, PER_PAGE + 1, (int)page * PER_PAGE, one_row, &rows);
	if (rows.count)
		html_close_to(&h, "div");
	else if (!st)
		nobody_found(&h, q);
	pages(&h, q, page, rows.count > PER_PAGE);
	if (!st)
		st = record(p, rows.count > PER_PAGE ? PER_PAGE : rows.count);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
