/* Two institutions become one: the children and the staff go on at the other. */
#include "vault/flow/institutions.h"

#include "generator/base/day.h"
#include "vault/db/session.h"
#include "vault/flow/children_impl.h"
#include "vault/flow/people_impl.h"
#include "vault/flow/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A merge whose two institutions and days are in order. */
struct plan {
	struct institution from, into;
	char day[DAY_ROOM], next[DAY_ROOM];
	bool begun; /* `from` is closed already */
	bool come;  /* the day is today or has passed */
};

/* ---- may it be ---------------------------------------------------------------------------- */

static enum status get(struct app *app, struct span id, struct institution *out)
{
	enum status st = institution_get(app->db, id, out);

	return st == ST_NOTFOUND ? fail(ST_NOTFOUND, "機関「%.*s」はありません", SPAN_ARG(id)) : st;
}

static enum status check_pair(const struct plan *p)
{
	if (strcmp(p->from.id, p->into.id) == 0)
		return fail(ST_INVALID, "同じ機関です");
	if (p->from.kind != p->into.kind)
		return fail(ST_INVALID, "種類がちがう機関には、統合できません");
	if (p->into.into[0] || (p->into.closed[0] && strcmp(p->into.closed, p->day) <= 0))
		return fail(ST_INVALID, "統合先の機関「%s」は、その日には閉じています", p->into.id);
	if (p->from.into[0] && strcmp(p->from.into, p->into.id) != 0)
		return fail(ST_INVALID, "機関「%s」は、もう「%s」に統合されています", p->from.id,
			    p->from.into);
	if (!p->begun && p->from.closed[0])
		return fail(ST_INVALID,
			    "機関「%s」は %s に閉じています。統合するときは、"
			    "先に開き直してください",
			    p->from.id, p->from.closed);
	if (p->from.opened[0] && strcmp(p->day, p->from.opened) < 0)
		return fail(ST_INVALID, "統合する日が、はじまりの日（%s）より前です",
			    p->from.opened);
	return ST_OK;
}

/* Doing it again goes on with the day of the first time. */
static enum status read_day(struct plan *p, struct span typed, int64_t now)
{
	char iso[DAY_TEXT], today[DAY_TEXT];
	struct day d;

	p->begun = p->from.into[0] != 0;
	if (!day_parse_typed(p->begun ? span_of(p->from.closed) : span_trim(typed), &d))
		return fail(ST_INVALID, "最後の日は 2027-03-31 や 令和9年3月31日 の形で"
					"書いてください");
	day_iso(d, iso);
	if (!span_copy(span_of(iso), p->day, sizeof p->day))
		return fail(ST_INVALID, "最後の日を確かめてください");
	day_iso(day_plus(d, 1), iso);
	span_copy(span_of(iso), p->next, sizeof p->next);
	day_iso(day_jst(now), today);
	p->come = strcmp(p->day, today) <= 0;
	return ST_OK;
}

static enum status make_plan(struct plan *p, struct app *app, const struct merge *m, int64_t now,
			     const char **field)
{
	enum status st = get(app, m->from, &p->from);

	people_wrong(field, NULL, ST_OK);
	if (!st && get(app, m->into, &p->into))
		return people_wrong(field, "into", ST_NOTFOUND);
	if (!st && read_day(p, m->day, now))
		return people_wrong(field, "closed", ST_INVALID);
	if (!st && check_pair(p))
		return people_wrong(field, "into", ST_INVALID);
	return st;
}

/* ---- whom it concerns --------------------------------------------------------------------- */

struct names {
	char (*ids)[ID_MAX + 1];
	size_t count, room;
	const char *institution; /* of accounts */
};

static enum status add_name(struct names *n, const char *id)
{
	if (n->count == n->room) {
		size_t room = n->room ? n->room * 2 : 64;
		void *grown = realloc(n->ids, room * sizeof *n->ids);

		if (!grown)
			return fail(ST_NOMEM, "no memory for %zu names", room);
		n->ids = grown;
		n->room = room;
	}
	span_copy(span_of(id), n->ids[n->count++], sizeof *n->ids);
	return ST_OK;
}

static enum status add_child(void *ctx, const struct child_row *c)
{
	return add_name(ctx, c->id);
}

static enum status add_staff(void *ctx, const struct account *a)
{
	struct names *n = ctx;

	return a->staff && !a->disabled && strcmp(a->institution, n->institution) == 0
		   ? add_name(n, a->id)
		   : ST_OK;
}

/* Children with a stay there after the day. */
static enum status find_children(struct app *app, const struct plan *p, struct names *out)
{
	const struct child_scope scope = {.institution = span_of(p->from.id),
					  .from = span_of(p->next),
					  .to = SPAN("9999-12-31"),
					  .today = span_of(p->next)};

	return child_search(app->db, &scope, SPAN_NONE, -1, 0, add_child, out);
}

static enum status find_staff(struct app *app, const struct plan *p, struct names *out)
{
	out->institution = p->from.id;
	return account_each(app->db, add_staff, out);
}

enum status institution_merge_plan(struct app *app, const struct merge *m, int64_t now,
				   struct merge_done *out, const char **field)
{
	struct names children = {NULL, 0, 0, NULL}, staff = {NULL, 0, 0, NULL};
	struct plan p;
	enum status st = make_plan(&p, app, m, now, field);

	*out = (struct merge_done){.moved = 0};
	if (!st)
		st = find_children(app, &p, &children);
	if (!st)
		st = find_staff(app, &p, &staff);
	if (!st) {
		out->moved = (long)children.count;
		*(p.come ? &out->staff : &out->later) = (long)staff.count;
	}
	free(children.ids);
	free(staff.ids);
	return st;
}

/* ---- one child ---------------------------------------------------------------------------- */

static bool apart(const struct enrolment *a, const struct enrolment *b)
{
	return (a->until[0] && strcmp(a->until, b->since) < 0) ||
	       (b->until[0] && strcmp(b->until, a->since) < 0);
}

static bool is_there(const struct child *c, const struct enrolment *e)
{
	for (size_t i = 0; i < c->enrolment_count; i++)
		if (!strcmp(c->enrolments[i].institution, e->institution) &&
		    !apart(&c->enrolments[i], e))
			return true;
	return false;
}

static void drop_stay(struct child *c, size_t at)
{
	c->enrolment_count--;
	memmove(c->enrolments + at, c->enrolments + at + 1,
		(c->enrolment_count - at) * sizeof *c->enrolments);
}

/* Ends one stay with the day, and lets it go on at the other unless the child is there anyway. */
static enum status move_stay(struct child *c, size_t at, const struct plan *p)
{
	struct enrolment *e = &c->enrolments[at], new = *e;
	bool began = strcmp(e->since, p->day) <= 0, there;

	memcpy(new.institution, p->into.id, sizeof new.institution);
	if (began)
		memcpy(new.since, p->next, sizeof new.since);
	there = is_there(c, &new);
	if (began && !there && c->enrolment_count == CHILD_ENROLMENTS_MAX)
		return fail(ST_TOOBIG, "在籍は%d件までです", CHILD_ENROLMENTS_MAX);
	if (began)
		memcpy(e->until, p->day, sizeof e->until);
	else
		drop_stay(c, at);
	if (!there)
		c->enrolments[c->enrolment_count++] = new;
	return ST_OK;
}

static enum status transfer(struct app *app, struct child *c, const void *arg)
{
	const struct plan *p = arg;
	bool changed = false;
	enum status st = ST_OK;

	(void)app;
	for (size_t i = c->enrolment_count; i-- > 0 && !st;) {
		const struct enrolment *e = &c->enrolments[i];

		if (strcmp(e->institution, p->from.id) ||
		    (e->until[0] && strcmp(e->until, p->day) <= 0))
			continue;
		st = move_stay(c, i, p);
		changed = true;
	}
	return st || changed ? st : fail(ST_EXISTS, "続いている在籍がありません");
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void tell(const struct merge_watch *w, size_t done, size_t all)
{
	if (w)
		w->step(w->ctx, (long)done, (long)all);
}

/* One child that cannot be moved keeps no other from it. */
static bool goes_on(enum status st)
{
	return !st || st == ST_EXISTS || st == ST_TOOBIG || st == ST_INVALID || st == ST_STALE;
}

static enum status move_children(struct app *app, const struct actor *who, const struct plan *p,
				 const struct merge_watch *watch, struct merge_done *out)
{
	struct names n = {NULL, 0, 0, NULL};
	char reason[2 * NAME_ROOM + 64];
	enum status st = find_children(app, p, &n);

	snprintf(reason, sizeof reason, "「%s」が「%s」に統合されたため", p->from.name,
		 p->into.name);
	for (size_t i = 0; i < n.count && goes_on(st); i++) {
		const struct child_task t = {.child = span_of(n.ids[i]), .reason = span_of(reason)};

		st = child_change(app, who, &t, &(struct child_change){"transfer", transfer, p});
		out->moved += !st;
		if (st && st != ST_EXISTS && goes_on(st)) {
			out->failed++;
			snprintf(out->why, sizeof out->why, "%s: %s", n.ids[i], fail_why());
		}
		tell(watch, i + 1, n.count);
	}
	free(n.ids);
	return goes_on(st) ? ST_OK : st;
}

static enum status move_account(struct app *app, const struct actor *who, const struct plan *p,
				struct span id, bool *moved)
{
	struct account a;
	enum status st = account_get(app->db, id, &a);

	if (st || a.disabled || strcmp(a.institution, p->from.id) != 0)
		return st;
	memcpy(a.institution, p->into.id, sizeof a.institution);
	st = registry_put_account(app, who, "account.move", &a, NULL, SPAN_NONE);
	*moved = !st;
	return st ? st : session_drop_all(app->db, id);
}

static enum status move_staff(struct app *app, const struct actor *who, const struct plan *p,
			      struct merge_done *out)
{
	struct names n = {NULL, 0, 0, NULL};
	enum status st = find_staff(app, p, &n);

	if (!p->come)
		out->later = (long)n.count;
	for (size_t i = 0; p->come && i < n.count && !st; i++) {
		bool moved = false;

		st = people_begin(app);
		if (!st)
			st = people_end(app, move_account(app, who, p, span_of(n.ids[i]), &moved));
		out->staff += moved;
	}
	free(n.ids);
	return st;
}

/* The first step, so that nobody enrols there any more: checked and done at once. */
static enum status begin(struct app *app, const struct actor *who, const struct merge *m,
			 struct plan *p, const char **field)
{
	struct institution closed;
	enum status st = people_may(app, who, NULL, false);

	if (!st)
		st = make_plan(p, app, m, (int64_t)time(NULL), field);
	if (st || p->begun)
		return st;
	closed = p->from;
	memcpy(closed.closed, p->day, sizeof closed.closed);
	memcpy(closed.into, p->into.id, sizeof closed.into);
	return registry_put_institution(app, who, "institution.merge", &closed);
}

enum status institution_merge(struct app *app, const struct actor *who, const struct merge *m,
			      const struct merge_watch *watch, struct merge_done *out,
			      const char **field)
{
	struct plan p;
	enum status st = people_begin(app);

	*out = (struct merge_done){.moved = 0};
	if (!st)
		st = people_end(app, begin(app, who, m, &p, field));
	if (!st)
		st = move_children(app, who, &p, watch, out);
	return st ? st : move_staff(app, who, &p, out);
}
