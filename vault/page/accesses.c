/* Who looked at a child's records: for the family, a month at a time, in plain words. */
#include "vault/page/accesses.h"

#include "generator/base/day.h"
#include "vault/flow/journal_search.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/tabs.h"

#include <stdio.h>

enum { PAGES_MAX = 10000, MONTH_TEXT = 8 };

/* ---- months ------------------------------------------------------------------------------- */

struct month {
	int y, m; /* in Japan; y 0: none */
};

static struct month month_of(int64_t t)
{
	struct day d = day_jst(t);

	return (struct month){d.y, d.m};
}

static int64_t month_begin(struct month m)
{
	return day_begin_jst((struct day){m.y, m.m, 1});
}

static int64_t month_end(struct month m)
{
	return month_begin(m.m == 12 ? (struct month){m.y + 1, 1} : (struct month){m.y, m.m + 1});
}

/* "2026-11" of the address. */
static bool month_parse(struct span text, struct month *out)
{
	char day[DAY_ROOM];
	struct day d;

	if (text.n != MONTH_TEXT - 1)
		return false;
	snprintf(day, sizeof day, "%.7s-01", text.p);
	if (!day_parse(span_of(day), &d))
		return false;
	*out = (struct month){d.y, d.m};
	return true;
}

static bool first_look(void *ctx, const struct record *r, struct span line)
{
	int64_t *t = ctx;

	(void)line;
	if (!is_look(r))
		return true;
	*t = r->t;
	return false;
}

/* Those in which is_look may find one. */
static unsigned look_classes(void)
{
	return 1u << record_class(SPAN("read")) | 1u << record_class(SPAN("admin")) |
	       1u << record_class(SPAN("access"));
}

/* The month of the nearest look before or after a time; none: y is 0. */
static enum status nearest(struct page *p, int64_t from, int64_t to, bool newest, struct month *out)
{
	const struct trace_query q = {.classes = look_classes(),
				      .field[TRACE_CHILD] = p->q.child,
				      .from = from,
				      .to = to,
				      .oldest_first = !newest};
	int64_t t = 0;
	enum status st = log_search(p->app, &q, first_look, &t);

	*out = t ? month_of(t) : (struct month){0, 0};
	return st;
}

/* 令和8年11月 */
static void put_month_name(struct html *h, struct month m)
{
	char era[DAY_TEXT];

	day_era((struct day){m.y, m.m, 1}, era);
	html_text(h, span_make(era, strlen(era) - strlen("1日")));
}

static void month_link(struct page *p, struct html *h, struct month m, long page, const char *text)
{
	char rest[64], href[HREF_MAX];

	snprintf(rest, sizeof rest,
		 page ? "/accesses?month=%04d-%02d&page=%ld" : "/accesses?month=%04d-%02d", m.y,
		 m.m, page);
	href_child(href, p->q.child, rest);
	html_open(h, "li");
	html_open(h, "a");
	html_attrs(h, "href", href);
	if (text)
		html_texts(h, text);
	else
		put_month_name(h, m);
	html_close(h);
	html_close(h);
}

static enum status pager(struct accesses *a, struct month m, long page)
{
	struct page *p = a->p;
	struct month before, after;
	enum status st = nearest(p, 0, month_begin(m), true, &before);

	if (!st)
		st = nearest(p, month_end(m), 0, false, &after);
	if (st)
		return st;
	html_open(a->h, "nav");
	html_attrs(a->h, "aria-label", "ページと月");
	html_open(a->h, "ul");
	html_class(a->h, "pager");
	if (page > 0)
		month_link(p, a->h, m, page - 1, "新しい100件");
	if (a->count > LOOKS_SHOWN)
		month_link(p, a->h, m, page + 1, "古い100件");
	if (before.y)
		month_link(p, a->h, before, 0, NULL);
	if (after.y)
		month_link(p, a->h, after, 0, NULL);
	html_close(a->h);
	html_close(a->h);
	return ST_OK;
}

/* ---- the page ----------------------------------------------------------------------------- */

static enum status put_month(struct accesses *a, struct month m, long page)
{
	const struct trace_query q = {.classes = look_classes(),
				      .field[TRACE_CHILD] = a->p->q.child,
				      .from = month_begin(m),
				      .to = month_end(m)};
	enum status st;

	html_open(a->h, "h2");
	put_month_name(a->h, m);
	html_close(a->h);
	a->skip = page * LOOKS_SHOWN;
	st = log_search(a->p->app, &q, put_look, a);
	if (a->count)
		html_close_to(a->h, "div");
	else if (!st)
		html_leaf_class(a->h, "p", "empty-state", SPAN("この月に 見た人は いません。"));
	return st ? st : pager(a, m, page);
}

static enum status record(struct page *p)
{
	struct note n = {.class = "read",
			 .event = action_name(ACT_CHILD_ACCESSES),
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = reason_name(p->decision.reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

static enum status put_body(struct accesses *a, struct month m, long page)
{
	struct page *p = a->p;
	enum status st = shield_load(&a->shield, p->app, p->q.child, p->who);

	child_tabs(p, a->h, TAB_ACCESSES);
	if (!st)
		st = list_readable(p, p->q.child, &a->shield, &a->sheets);
	if (!st && !m.y)
		st = nearest(p, 0, 0, true, &m);
	if (!m.y)
		m = month_of(p->req->now);
	html_leafs(a->h, "p",
		   "お子さんの 記録を、どの機関の どんな役割の人が、いつ 見たかが わかります。"
		   "職員の名前は 出ません。この画面を 見たことも 記録されます。");
	return st ? st : put_month(a, m, page);
}

enum status page_accesses(struct page *p)
{
	struct child_row child;
	char karte[HREF_MAX];
	const struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {.title = "だれが見たか", .child = &child, .crumbs = crumbs, .ncrumbs = 2};
	struct span text = form_get(&p->query, "month");
	struct accesses a = {.p = p};
	struct month m = {0, 0};
	long page = 0;
	struct html h;
	struct buf body;
	enum status st;

	if (text.p && !month_parse(text, &m))
		return page_error(p, 400, 0);
	span_number(form_get(&p->query, "page"), PAGES_MAX, &page);
	href_child(karte, p->q.child, "");
	names_init(&a.names, &a.source, p->app);
	frame_body(&h, &body);
	a.h = &h;
	st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = put_body(&a, m, page);
	if (!st)
		st = record(p);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	shield_clear(&a.shield);
	buf_clear(&body);
	return st;
}
