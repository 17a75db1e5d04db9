/* What is over: the rules of types and of children over what the index knows. */
#include "vault/flow/retention_impl.h"

#include "generator/sheet/retention.h"
#include "generator/sheet/type.h"
#include "vault/db/sheet.h"

#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 200, SHEETS_MAX = 2000 };

/* One child while it is looked at. */
struct looking {
	struct app *app;
	struct retention_facts facts;
	struct day today, latest; /* latest: the last day that any of its rules asks for */
	bool open;		  /* something has no last day yet */
	bool still;		  /* a stay has no end yet */
	long sheets, versions;
	struct over {
		struct sheet_row row;
		struct day until;
		const struct sheet_type *type;
		long versions;
	} * over; /* sheets whose time is over */
	size_t nover;
	enum status st;
};

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct looking *l = ctx;
	struct day until;

	l->facts.stays = true;
	if (!day_parse(span_of(e->until), &until))
		l->still = true;
	else if (day_cmp(until, l->facts.left) > 0)
		l->facts.left = until;
	return ST_OK;
}

static void keep_until(struct looking *l, struct day d)
{
	if (day_cmp(d, l->latest) > 0)
		l->latest = d;
}

static enum status made_on(struct looking *l, const struct sheet_row *s, long *versions)
{
	struct version_row first;
	long long newest = 0;
	enum status st = version_number(l->app->db, span_of(s->child), span_of(s->type),
					span_of(s->id), 1, &first);

	if (!st)
		st = version_newest(l->app->db, span_of(s->child), span_of(s->type), span_of(s->id),
				    &newest);
	l->facts.made = day_jst(first.at);
	*versions = (long)newest;
	return st;
}

static enum status newest_of_all(void *ctx, const struct sheet_row *s)
{
	struct looking *l = ctx;
	struct day d = day_jst(s->at);

	if (day_cmp(d, l->facts.changed) > 0)
		l->facts.changed = d;
	return ST_OK;
}

static enum status one_sheet(void *ctx, const struct sheet_row *s)
{
	struct looking *l = ctx;
	const struct sheet_type *t = types_find(l->app->types, span_of(s->type), 0);
	struct day until;
	long versions = 0;
	enum status st = made_on(l, s, &versions);

	l->facts.changed = day_jst(s->at);
	l->sheets++;
	l->versions += versions;
	if (st)
		return st;
	/* of a type that is not there any more nobody knows how long */
	if (!t || !retention_sheet(t, &l->facts, &until)) {
		l->open = true;
		return ST_OK;
	}
	keep_until(l, until);
	if (day_cmp(until, l->today) < 0 && l->nover < SHEETS_MAX)
		l->over[l->nover++] = (struct over){*s, until, t, versions};
	return ST_OK;
}

/* Facts of the child, and each of its sheets. */
static enum status look(struct looking *l, const struct child_row *c)
{
	struct span id = span_of(c->id);
	struct day own;
	enum status st = child_enrolments(l->app->db, id, one_stay, l);

	if (l->still)
		l->facts.left = (struct day){0, 0, 0};
	day_parse(span_of(c->born), &l->facts.born);
	if (!st)
		st = sheet_row_each(l->app->db, id, newest_of_all, l);
	if (!l->facts.changed.y) /* nothing was ever written */
		l->facts.changed = l->facts.born;
	if (!retention_child(l->app->conf.retention_years, l->app->conf.retention_age, &l->facts,
			     &own))
		l->open = true;
	else
		keep_until(l, own);
	return st ? st : sheet_row_each(l->app->db, id, one_sheet, l);
}

static bool all_over(const struct looking *l)
{
	return !l->open && l->latest.y && day_cmp(l->latest, l->today) < 0;
}

static void put_day(struct day d, char out[static DAY_ROOM])
{
	char text[DAY_TEXT];

	day_iso(d, text);
	span_copy(span_of(text), out, DAY_ROOM);
}

static void fill_child(const struct looking *l, const struct child_row *c,
		       struct retention_due *out)
{
	*out = (struct retention_due){.child = *c, .sheets = l->sheets, .versions = l->versions};
	put_day(l->latest, out->until);
	snprintf(out->why, sizeof out->why,
		 "在籍の終わりから %d年、%d歳、すべてのシートの期間がすぎた",
		 l->app->conf.retention_years, l->app->conf.retention_age);
}

static void fill_sheet(const struct over *o, const struct child_row *c, struct retention_due *out)
{
	struct buf label;

	*out = (struct retention_due){.child = *c, .sheets = 1, .versions = o->versions};
	put_day(o->until, out->until);
	snprintf(out->sheet, sizeof out->sheet, "%s/%s", o->row.type, o->row.id);
	snprintf(out->why, sizeof out->why, "%sから %d年",
		 retention_after_label(o->type->retention_after), o->type->retention_years);
	buf_init(&label, 256);
	buf_addf(&label, "%.*s ", SPAN_ARG(o->type->title));
	period_label(o->type->period, span_of(o->row.id), &label);
	span_copy(span_trim(buf_span(&label)), out->title, sizeof out->title);
	buf_clear(&label);
}

static enum status begin(struct looking *l, struct app *app, int64_t now)
{
	*l = (struct looking){.app = app, .today = day_jst(now)};
	l->over = malloc(SHEETS_MAX * sizeof *l->over);
	return l->over ? ST_OK : fail(ST_NOMEM, "no memory for what is over");
}

static void again(struct looking *l)
{
	*l = (struct looking){.app = l->app, .today = l->today, .over = l->over};
}

/* ---- all of them -------------------------------------------------------------------------- */

struct listing {
	struct looking l;
	int count;
	enum status (*each)(void *, const struct retention_due *);
	void *ctx;
};

static enum status one_child(void *arg, const struct child_row *c)
{
	struct listing *list = arg;
	struct retention_due due;
	struct retention_hold hold;
	enum status st = retention_hold_get(list->l.app, span_of(c->id), &hold);

	list->count++;
	if (st != ST_NOTFOUND)
		return st; /* held, or it cannot be known */
	again(&list->l);
	st = look(&list->l, c);
	if (!st && all_over(&list->l)) {
		fill_child(&list->l, c, &due);
		return list->each(list->ctx, &due);
	}
	for (size_t i = 0; i < list->l.nover && !st; i++) {
		fill_sheet(&list->l.over[i], c, &due);
		st = list->each(list->ctx, &due);
	}
	return st;
}

enum status retention_due_each(struct app *app, int64_t now,
			       enum status (*each)(void *, const struct retention_due *), void *ctx)
{
	struct listing list = {.each = each, .ctx = ctx};
	struct child_scope scope = {.all = true};
	char today[DAY_TEXT];
	int offset = 0;
	enum status st = begin(&list.l, app, now);

	day_iso(list.l.today, today);
	scope.today = span_of(today);
	do {
		list.count = 0;
		if (!st)
			st = child_search(app->db, &scope, SPAN(""), AT_ONCE, offset, one_child,
					  &list);
		offset += AT_ONCE;
	} while (!st && list.count == AT_ONCE);
	free(list.l.over);
	return st;
}

enum status retention_due_get(struct app *app, struct span child, struct span sheet, int64_t now,
			      struct retention_due *out)
{
	struct looking l;
	struct child_row c;
	bool found = false;
	enum status st = begin(&l, app, now);

	if (!st)
		st = child_get(app->db, child, &c);
	if (!st)
		st = look(&l, &c);
	if (!st && !sheet.n && all_over(&l)) {
		fill_child(&l, &c, out);
		found = true;
	}
	for (size_t i = 0; i < l.nover && !st && sheet.n && !found; i++) {
		fill_sheet(&l.over[i], &c, out);
		found = span_is(sheet, out->sheet);
	}
	free(l.over);
	return st ? st : found ? ST_OK : fail(ST_NOTFOUND, "it is not over");
}
