/* From birth to the 18th birthday: where the child was and what was written, by school year. */
#include "generator/base/day.h"
#include "vault/flow/glance.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/tabs.h"

#include <stdio.h>
#include <stdlib.h>

enum { GROWN_UP = 18, SCHOOL_AGE = 7 };

enum event_kind { EVENT_BORN, EVENT_ENTERS, EVENT_LEAVES, EVENT_SHEET, EVENT_SAVED, EVENT_GROWN };

struct event {
	struct day on;
	enum event_kind kind;
	struct span text, note;	       /* the arena's, already through the shield */
	const struct sheet_row *sheet; /* to be led to; NULL: none */
};

struct timeline {
	struct page *p;
	const struct shield *shield;
	struct day born, today;
	struct event *events;
	size_t count, cap;
	struct ground *ground;	     /* by what each sheet is open */
	const struct sheet_row *row; /* whose versions are being read */
};

static enum status add(struct timeline *t, struct event e)
{
	struct event *bigger;

	if (t->count == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		bigger = arena_array(t->p->arena, t->cap, sizeof *bigger);
		if (!bigger)
			return ST_NOMEM;
		if (t->count)
			memcpy(bigger, t->events, t->count * sizeof *bigger);
		t->events = bigger;
	}
	t->events[t->count++] = e;
	return ST_OK;
}

/* ---- where the child was -------------------------------------------------------------------- */

static struct span place(struct timeline *t, const char *institution)
{
	struct institution i;

	if (institution_get(t->p->app->db, span_of(institution), &i))
		return arena_copy(t->p->arena, shield_say(t->shield, span_of(institution),
							  span_of(SHIELD_PLACE)));
	return arena_copy(t->p->arena, shield_place(t->shield, &i));
}

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct timeline *t = ctx;
	struct span where, class;
	struct day day;
	enum status st = ST_OK;

	if (shield_hides_institution(t->shield, e->institution))
		return ST_OK;
	where = place(t, e->institution);
	class = arena_copy(t->p->arena, shield_say(t->shield, span_of(e->class), SPAN("")));
	if (day_parse(span_of(e->since), &day))
		st = add(t, (struct event){day, EVENT_ENTERS, where, class, NULL});
	if (!st && day_parse(span_of(e->until), &day))
		st = add(t, (struct event){day, EVENT_LEAVES, where, SPAN_NONE, NULL});
	return st;
}

/* ---- what was written ----------------------------------------------------------------------- */

/* A save in another school year than that of the sheet itself: staff see that it was worked on. */
static enum status one_version(void *ctx, const struct version_row *v)
{
	struct timeline *t = ctx;
	struct day on = day_jst(v->at);
	int own = day_fiscal_year(glance_day(t->p->app->types, t->row));
	const struct event *last = t->count ? &t->events[t->count - 1] : NULL;
	char *note;

	if (day_fiscal_year(on) == own)
		return ST_OK;
	if (last && last->kind == EVENT_SAVED && last->sheet == t->row &&
	    day_fiscal_year(last->on) == day_fiscal_year(on))
		return ST_OK; /* the newest of a year is enough */
	note = arena_printf(t->p->arena, "版 %lld", v->n);
	if (!note)
		return ST_NOMEM;
	return add(t, (struct event){on, EVENT_SAVED,
				     shield_say(t->shield, span_of(t->row->title), SPAN("シート")),
				     span_of(note), t->row});
}

/* A handover opens one version, and not how it came to be. */
static enum status put_versions(struct timeline *t, const struct sheet_row *r)
{
	struct decision d;
	enum status st = ground_decide_row(t->ground, ACT_SHEET_READ, r, &d);

	if (st || !d.allow || d.reason == WHY_HANDOVER)
		return st;
	return version_each(t->p->app->db, span_of(r->child), span_of(r->type), span_of(r->id),
			    one_version, t);
}

static enum status one_sheet(struct timeline *t, const struct sheet_row *r)
{
	struct event e = {glance_day(t->p->app->types, r), EVENT_SHEET,
			  shield_say(t->shield, span_of(r->title), SPAN("シート")),
			  place(t, r->institution), r};
	enum status st = add(t, e);

	t->row = r;
	if (!st && t->p->who->role != ROLE_HOUSEHOLD)
		st = put_versions(t, r);
	return st;
}

static enum status gather(struct timeline *t)
{
	struct page *p = t->p;
	struct sheet_list list = {NULL, 0};
	struct day grown = {t->born.y + GROWN_UP, t->born.m, t->born.d};
	enum status st = add(t, (struct event){t->born, EVENT_BORN, SPAN_NONE, SPAN_NONE, NULL});

	if (!day_exists(grown)) /* 29 February */
		grown = (struct day){grown.y, 3, 1};
	if (!st)
		st = add(t, (struct event){grown, EVENT_GROWN, SPAN_NONE, SPAN_NONE, NULL});
	if (!st && p->decision.reason != WHY_HANDOVER) /* it opens sections, and no stays */
		st = child_enrolments(p->app->db, p->q.child, one_stay, t);
	if (!st)
		st = ground_load(&t->ground, p->app, &p->q);
	if (!st)
		st = list_readable(p, p->q.child, t->shield, &list);
	for (size_t i = 0; i < list.count && !st; i++)
		st = one_sheet(t, &list.rows[i]);
	return st;
}

static int by_day(const void *pa, const void *pb)
{
	const struct event *a = pa, *b = pb;
	int d = day_cmp(a->on, b->on);

	if (d)
		return d;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return span_cmp(a->text, b->text);
}

/* ---- shown ---------------------------------------------------------------------------------- */

/* Who is born on 1 April belongs to the year before (学校教育法 17 条, 年齢計算ニ関スル法律). */
static int first_school_year(struct day born)
{
	return day_fiscal_year(day_plus(born, -1)) + SCHOOL_AGE;
}

static const char *grade_of(int since_school)
{
	static const char *const grades[] = {"小学1年", "小学2年", "小学3年", "小学4年",
					     "小学5年", "小学6年", "中学1年", "中学2年",
					     "中学3年", "高校1年", "高校2年", "高校3年"};
	static const char *const before[] = {"5歳児クラス", "4歳児クラス", "3歳児クラス",
					     "2歳児クラス", "1歳児クラス", "0歳児クラス"};

	if (since_school >= 0)
		return since_school < 12 ? grades[since_school] : "";
	return since_school >= -6 ? before[-since_school - 1] : "";
}

/* 令和6年度　小学2年の年（6〜7歳） */
static void put_year(struct timeline *t, struct html *h, int year)
{
	char label[DAY_TEXT];
	struct day first = {year, 4, 1}, last = {year + 1, 3, 31};
	const char *grade = grade_of(year - first_school_year(t->born));
	int from, to = day_age(t->born, last);

	if (day_cmp(first, t->born) < 0)
		first = t->born;
	from = day_age(t->born, first);
	day_fiscal(year, label);
	html_open(h, "h2");
	html_texts(h, label);
	html_open(h, "span");
	html_class(h, "note");
	html_textf(h, "　%s%s", grade, grade[0] ? "の年　" : "");
	if (from == to)
		html_textf(h, "%d歳", to);
	else
		html_textf(h, "%d〜%d歳", from, to);
	html_close(h);
	html_close(h);
}

static void put_words(struct timeline *t, struct html *h, const struct event *e)
{
	static const char *const after[] = {
	    [EVENT_BORN] = "生まれた日",	[EVENT_ENTERS] = " に 入りました",
	    [EVENT_LEAVES] = " を 出ました",	[EVENT_SHEET] = "",
	    [EVENT_SAVED] = " を 保存しました", [EVENT_GROWN] = "18歳の誕生日"};
	char href[HREF_MAX];
	const struct sheet_row *r = e->sheet;

	if (r) {
		href_sheet(href, span_of(r->child), span_of(r->type), span_of(r->id), "");
		html_link(h, href, e->text);
	} else {
		html_text(h, e->text.p ? e->text : SPAN(""));
	}
	html_texts(h, after[e->kind]);
	if (e->note.n) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "note", e->note);
	}
	if (e->kind == EVENT_SHEET) {
		html_texts(h, "　");
		list_status(h, r->status);
	}
	if (day_cmp(t->today, e->on) < 0)
		html_leaf_class(h, "span", "note", SPAN("（これから）"));
}

static void put_event(struct timeline *t, struct html *h, const struct event *e)
{
	char iso[DAY_TEXT], era[DAY_TEXT];

	day_iso(e->on, iso);
	day_era(e->on, era);
	html_open(h, "li");
	html_open(h, "time");
	html_attrs(h, "datetime", iso);
	html_texts(h, era);
	html_close(h);
	html_texts(h, "　");
	put_words(t, h, e);
	html_close(h);
}

static void put_events(struct timeline *t, struct html *h)
{
	int year = -1;

	html_leafs(
	    h, "p",
	    "生まれてから 18歳の誕生日までを、年度ごとに ならべています。学年は 生年月日から "
	    "数えたものです。");
	for (size_t i = 0; i < t->count; i++) {
		const struct event *e = &t->events[i];

		if (day_fiscal_year(e->on) != year) {
			if (year >= 0)
				html_close(h);
			year = day_fiscal_year(e->on);
			put_year(t, h, year);
			html_open(h, "ol");
			html_class(h, "timeline");
		}
		put_event(t, h, e);
	}
	if (year >= 0)
		html_close(h);
}

static enum status put_body(struct page *p, struct html *h, const struct child_row *child,
			    const struct shield *shield)
{
	struct timeline t = {.p = p, .shield = shield, .today = day_jst(p->req->now)};
	enum status st = ST_OK;

	child_tabs(p, h, TAB_TIMELINE);
	if (!day_parse(span_of(child->born), &t.born))
		return fail(ST_CORRUPT, "a child without a birth date");
	st = gather(&t);
	ground_free(t.ground);
	if (st)
		return st;
	qsort(t.events, t.count, sizeof *t.events, by_day);
	put_events(&t, h);
	return ST_OK;
}

enum status page_timeline(struct page *p)
{
	struct child_row child;
	char karte[HREF_MAX];
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {.title = "できごと", .child = &child, .crumbs = crumbs, .ncrumbs = 2};
	const struct note n = {.class = "read",
			       .event = "child.timeline",
			       .who = p->who,
			       .child = p->q.child,
			       .decision = "allow",
			       .reason = reason_name(p->decision.reason),
			       .request = p->req->id,
			       .hold = p->q.hold};
	struct shield shield;
	struct html h;
	struct buf body;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	href_child(karte, p->q.child, "");
	frame_body(&h, &body);
	if (!st)
		st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = put_body(p, &h, &child, &shield);
	if (!st)
		st = note_add(p->app, &n);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	shield_clear(&shield);
	buf_clear(&body);
	return st;
}
