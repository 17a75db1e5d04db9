#include "generator/base/day.h"
#include "vault/flow/glass.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { PER_PAGE = 50, BATCH = PER_PAGE + 1 };

struct rows {
	struct page *p;
	struct html *h;
	struct span q; /* what is searched for */
	long skip;     /* so many are on earlier pages */
	int seen;      /* found by the search in this batch */
	int count;     /* shown, and one more when there is a next page */
};

static const char *const heads[] = {"氏名", "生年月日", "所属"};

/* Where a child is today, by name; a family sees that on the child's own page. */
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

/* The search knows days and institutions; whether this child may be seen is for the decision. */
static enum status may_see(struct rows *r, const struct child_row *c, bool *out)
{
	struct question q = r->p->q;
	struct decision d;
	enum status st;

	q.action = ACT_CHILD_READ;
	q.child = span_of(c->id);
	st = decide_quietly(r->p->app, &q, &d, NULL);
	*out = d.allow;
	return st;
}

static enum status one_row(void *ctx, const struct child_row *c)
{
	struct rows *r = ctx;
	char href[HREF_MAX], born[DAY_TEXT] = "";
	struct day b;
	bool yes;
	enum status st = may_see(r, c, &yes);

	r->seen++;
	if (st || !yes)
		return st;
	if (r->skip > 0) {
		r->skip--;
		return ST_OK;
	}
	if (r->count++ == PER_PAGE)
		return ST_EXISTS; /* one more than shown: there is a next page, and that is enough
				   */
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
	st = r->p->who->staff ? child_enrolments(r->p->app->db, span_of(c->id), put_institution, r)
			      : ST_OK;
	html_close(r->h);
	html_close(r->h);
	return st;
}

static void nobody_found(struct html *h, struct span q)
{
	html_leaf_class(
	    h, "p", "empty-state",
	    q.n ? SPAN("見つかりませんでした。ふりがなや生年月日でも さがしてみてください。"
		       "担当していない子どもは 出ません。")
		: SPAN("いま 担当している子どもは いません。"));
}

/* To somebody whom the search does not find, where the municipality wants it. */
static enum status open_link(struct page *p, struct html *h)
{
	int minutes;
	enum status st = glass_minutes(p->app, p->who, &minutes);

	if (st || !minutes)
		return st;
	html_open(h, "p");
	html_link(h, "/children/open", SPAN("担当外のお子さんを、理由を書いて開く"));
	html_close(h);
	return ST_OK;
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

/* Batch by batch, until the page is full: most searches find none that may not be seen. */
static enum status search(struct page *p, const struct child_scope *scope, struct rows *rows)
{
	enum status st = ST_OK;

	rows->seen = BATCH;
	for (int offset = 0; rows->seen == BATCH && !st; offset += BATCH) {
		rows->seen = 0;
		st = child_search(p->app->db, scope, rows->q, BATCH, offset, one_row, rows);
	}
	return st == ST_EXISTS ? ST_OK : st;
}

enum status page_children(struct page *p)
{
	struct frame f = {.title = "子どもをさがす", .wide = true};
	struct span q = span_trim(form_get(&p->query, "q"));
	struct child_scope scope;
	struct rows rows = {.p = p, .q = q};
	struct scope_room room;
	char today[DAY_TEXT];
	long page = 0;
	struct html h;
	struct buf body;
	enum status st;

	if (q.n > 256)
		return page_error(p, 400, 0);
	span_number(form_get(&p->query, "page"), 10000, &page);
	day_iso(day_jst(p->req->now), today);
	frame_body(&h, &body);
	rows.h = &h;
	rows.skip = page * PER_PAGE;
	list_search(&h, q);
	st = scope_of(p->app, p->who, today, &scope, &room);
	if (!st)
		st = search(p, &scope, &rows);
	if (rows.count)
		html_close_to(&h, "div");
	else if (!st)
		nobody_found(&h, q);
	list_pager(&h, "/children", q, page, rows.count > PER_PAGE);
	if (!st)
		st = open_link(p, &h);
	if (!st)
		st = record(p, rows.count > PER_PAGE ? PER_PAGE : rows.count);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
