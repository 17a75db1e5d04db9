#include "vault/flow/ranges.h"

#include "generator/base/day.h"
#include "generator/sheet/type.h"
#include "vault/db/child.h"
#include "vault/flow/ids.h"
#include "vault/flow/reason.h"
#include "vault/flow/registry.h"

#include <stdio.h>

/* EACH_MOST: of one account or institution; an account's and its institution's are one decision. */
enum { EACH_MOST = STANDING_RANGES / 2, TRIES = 5 };

bool range_is_over(const struct range_row *r, int64_t now)
{
	char today[DAY_TEXT];

	day_iso(day_jst(now), today);
	return r->until[0] && strcmp(r->until, today) < 0;
}

bool range_is_open(const struct range_row *r)
{
	return strcmp(r->state, "ended") != 0 && strcmp(r->state, "declined") != 0;
}

/* ---- is it as it may be ------------------------------------------------------------------- */

static enum status missing(enum status st, const char *what)
{
	return st == ST_NOTFOUND ? fail(ST_INVALID, "%s", what) : st;
}

static enum status check_whom(struct app *app, const struct range_row *r)
{
	struct institution i;
	struct account a;
	enum status st;

	if ((r->account[0] != 0) == (r->institution[0] != 0))
		return fail(ST_INVALID, "アカウントか機関の、どちらか1つを指定してください");
	if (r->institution[0])
		return missing(institution_get(app->db, span_of(r->institution), &i),
			       "その番号の機関はありません");
	st = account_get(app->db, span_of(r->account), &a);
	if (!st && r->opens && !a.staff)
		st = fail(ST_INVALID, "広げられるのは、職員のアカウントだけです");
	if (!st && a.role == ROLE_AUDITOR)
		st = fail(ST_INVALID, "この役割のアカウントには、見る範囲がありません");
	return missing(st, "その番号のアカウントはありません");
}

static enum status check_about(struct app *app, const struct range_row *r)
{
	struct institution i;
	struct child_row c;

	if (r->child[0] && r->children_of[0])
		return fail(ST_INVALID, "子どもか機関の、どちらか1つを指定してください");
	if (r->child[0])
		return missing(child_get(app->db, span_of(r->child), &c),
			       "その番号の子どもはいません");
	if (r->children_of[0])
		return missing(institution_get(app->db, span_of(r->children_of), &i),
			       "その番号の機関はありません");
	return ST_OK;
}

static enum status check_what(struct app *app, const struct range_row *r)
{
	const struct sheet_type *t;

	if (!r->type[0])
		return r->section[0]
			   ? fail(ST_INVALID, "欄を選ぶときは、シートの種類も選んでください")
			   : ST_OK;
	t = types_find(app->types, span_of(r->type), 0);
	if (!t)
		return fail(ST_INVALID, "その番号のシートの種類はありません");
	if (r->section[0] && !type_section(t, span_of(r->section)))
		return fail(ST_INVALID, "その種類のシートに、その番号の欄はありません");
	if (r->section[0] && r->write)
		return fail(ST_INVALID, "欄ごとには、読むことだけを 決められます");
	return ST_OK;
}

static enum status check_days(struct range_row *r, int64_t now)
{
	char today[DAY_TEXT];
	struct day since, until;

	if (!r->since[0]) {
		day_iso(day_jst(now), today);
		span_copy(span_of(today), r->since, sizeof r->since);
	}
	if (!day_parse(span_of(r->since), &since) ||
	    (r->until[0] && !day_parse(span_of(r->until), &until)))
		return fail(ST_INVALID, "日付を確かめてください（例 2026-04-01）");
	if (r->until[0] && day_cmp(until, since) < 0)
		return fail(ST_INVALID, "終わりの日が、始まりの日より前です");
	if (range_is_over(r, now))
		return fail(ST_INVALID, "終わりの日が、もう過ぎています");
	return ST_OK;
}

struct tally {
	const struct range_row *r;
	int64_t now;
	size_t others;
};

/* Whose: the same account, or the same institution. */
static enum status count_other(void *ctx, const struct range_row *o)
{
	struct tally *t = ctx;

	t->others += range_is_open(o) && !range_is_over(o, t->now) &&
		     strcmp(o->id, t->r->id) != 0 && strcmp(o->account, t->r->account) == 0 &&
		     strcmp(o->institution, t->r->institution) == 0;
	return ST_OK;
}

/* More than a decision can weigh would shut out whom they are about. */
static enum status check_number(struct app *app, const struct range_row *r, int64_t now)
{
	struct tally t = {r, now, 0};
	enum status st = range_each(app->db, count_other, &t);

	if (!st && t.others >= EACH_MOST)
		st = fail(ST_INVALID,
			  "この人や機関の範囲は %d件までです。いらないものを終わりにしてください",
			  EACH_MOST);
	return st;
}

enum status range_check(struct app *app, struct range_row *r, int64_t now)
{
	enum status st = check_whom(app, r);

	if (!st)
		st = check_about(app, r);
	if (!st)
		st = check_what(app, r);
	if (!st)
		st = check_days(r, now);
	if (!st)
		st = check_number(app, r, now);
	return st ? st : reason_check(span_of(r->reason), sizeof r->reason);
}

/* ---- steps -------------------------------------------------------------------------------- */

static bool is_self(const struct actor *who, const struct range_row *r)
{
	return r->account[0] && strcmp(r->account, who->account.id) == 0;
}

static void sign_as(const struct actor *who, char *out, size_t cap)
{
	span_copy(span_of(who->account.id), out, cap);
}

enum status range_ask(struct app *app, const struct actor *who, const struct question *q,
		      struct range_row *r)
{
	enum status st = decide_admin(app, q, ACT_ADMIN_CHANGE, is_self(who, r), false);

	if (!st)
		st = id_new(r->id, 'r');
	if (!st)
		st = range_check(app, r, q->now);
	if (st)
		return st;
	snprintf(r->state, sizeof r->state, "%s", r->opens ? "asked" : "in-force");
	r->confirmed_by[0] = r->ended_by[0] = '\0';
	sign_as(who, r->asked_by, sizeof r->asked_by);
	r->asked_at = q->now;
	return registry_put_range(app, who, r->opens ? "range.ask" : "range.narrow", r, NULL);
}

/* What follows from a state when somebody acts: the next state, who is named, the word of the
   journal. */
enum act { CONFIRM, DECLINE, END };
static const struct step {
	const char *from;
	enum act act;
	bool opens;
	const char *to, *action;
} steps[] = {
    {"asked", CONFIRM, true, "in-force", "range.confirm"},
    {"asked", DECLINE, true, "declined", "range.decline"},
    {"in-force", END, true, "ended", "range.end"},
    {"in-force", END, false, "end-asked", "range.end.ask"},
    {"end-asked", CONFIRM, false, "ended", "range.end"},
    {"end-asked", DECLINE, false, "in-force", "range.end.decline"},
};

static const struct step *find_step(const struct range_row *r, enum act act)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i].act == act && steps[i].opens == r->opens &&
		    strcmp(steps[i].from, r->state) == 0)
			return &steps[i];
	return NULL;
}

/* Who asked for what is waited for: the range itself, or its end. */
static const char *asker(const struct range_row *r)
{
	return strcmp(r->state, "end-asked") == 0 ? r->ended_by : r->asked_by;
}

/* An end that was declined was never there. */
static void name_actor(const struct actor *who, enum act act, struct range_row *r)
{
	if (act == CONFIRM)
		sign_as(who, r->confirmed_by, sizeof r->confirmed_by);
	else if (act == END || r->opens)
		sign_as(who, r->ended_by, sizeof r->ended_by);
	else
		r->ended_by[0] = '\0';
}

/* What was right when it was asked for may not be so any more. */
static enum status check_again(struct app *app, struct range_row *r, enum act act, int64_t now)
{
	return act == CONFIRM && r->opens ? range_check(app, r, now) : ST_OK;
}

/* Somebody was faster, or the list was old: let it be as the registry has it. */
static enum status no_step(struct app *app, struct span id)
{
	enum status st = registry_index_range(app, id);

	return st ? st : fail(ST_INVALID, "この範囲は、もう別の状態になっています");
}

static enum status try_step(struct app *app, const struct actor *who, const struct question *q,
			    struct span id, enum act act)
{
	const struct step *step;
	struct range_row r;
	struct oid base;
	bool asked;
	enum status st = registry_get_range(app, id, &r, &base);

	if (st)
		return missing(st, "その番号の範囲はありません");
	asked = act == CONFIRM && strcmp(asker(&r), who->account.id) == 0;
	st = decide_admin(app, q, act == CONFIRM ? ACT_ADMIN_CONFIRM : ACT_ADMIN_CHANGE,
			  is_self(who, &r), asked);
	step = find_step(&r, act);
	if (!st && !step)
		return no_step(app, id);
	if (!st)
		st = check_again(app, &r, act, q->now);
	if (st)
		return st;
	snprintf(r.state, sizeof r.state, "%s", step->to);
	name_actor(who, act, &r);
	return registry_put_range(app, who, step->action, &r, &base);
}

/* Others write to the registry too: then we look again. */
static enum status take_step(struct app *app, const struct actor *who, const struct question *q,
			     struct span id, enum act act)
{
	enum status st = ST_STALE;

	for (int i = 0; i < TRIES && st == ST_STALE; i++)
		st = try_step(app, who, q, id, act);
	return st;
}

enum status range_confirm(struct app *app, const struct actor *who, const struct question *q,
			  struct span id)
{
	return take_step(app, who, q, id, CONFIRM);
}

enum status range_decline(struct app *app, const struct actor *who, const struct question *q,
			  struct span id)
{
	return take_step(app, who, q, id, DECLINE);
}

enum status range_end(struct app *app, const struct actor *who, const struct question *q,
		      struct span id)
{
	return take_step(app, who, q, id, END);
}

/* ---- for whom and about whom
 * --------------------------------------------------------------------------- */

bool range_is_for(const struct range_row *r, const struct account *a)
{
	return r->account[0] ? strcmp(r->account, a->id) == 0
			     : a->staff && strcmp(r->institution, a->institution) == 0;
}

struct looking {
	const struct range_row *r;
	const char *today;
	bool found;
};

static enum status at_institution(void *ctx, const struct enrolment *e)
{
	struct looking *l = ctx;

	if (strcmp(e->institution, l->r->children_of) == 0 && strcmp(e->since, l->today) <= 0 &&
	    (!e->until[0] || strcmp(e->until, l->today) >= 0))
		l->found = true;
	return ST_OK;
}

enum status range_is_about(struct app *app, const struct range_row *r, struct span child,
			   struct span today, bool *out)
{
	char day[DAY_TEXT];
	struct looking l = {r, day, !r->child[0] && !r->children_of[0]};
	enum status st = ST_OK;

	span_copy(today, day, sizeof day);
	if (r->child[0])
		l.found = span_is(child, r->child);
	else if (r->children_of[0])
		st = child_enrolments(app->db, child, at_institution, &l);
	*out = l.found;
	return st;
}
