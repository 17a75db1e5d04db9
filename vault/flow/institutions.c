#include "vault/flow/institutions.h"

#include "generator/base/day.h"
#include "vault/db/child.h"
#include "vault/flow/people_impl.h"
#include "vault/flow/registry.h"

#include <stdio.h>
#include <time.h>

/* ---- who is there ------------------------------------------------------------------------- */

struct counting {
	struct institution_load *out;
	struct span id;
};

static enum status count_account(void *ctx, const struct account *a)
{
	struct counting *c = ctx;

	if (!a->staff || !span_is(c->id, a->institution))
		return ST_OK;
	c->out->people++;
	c->out->staff += !a->disabled;
	return ST_OK;
}

static enum status count_child(void *ctx, const struct child_row *c)
{
	(void)c;
	++*(long *)ctx;
	return ST_OK;
}

enum status institution_count(struct app *app, struct span id, const char *day, int64_t now,
			      struct institution_load *out)
{
	struct counting c = {out, id};
	char today[DAY_TEXT], from[DAY_TEXT];
	struct child_scope later = {.institution = id, .to = SPAN("9999-12-31")};
	struct day last = {0, 0, 0};
	enum status st;

	*out = (struct institution_load){.here = 0};
	day_iso(day_jst(now), today);
	if (!day_parse(span_of(day), &last))
		last = day_jst(now);
	day_iso(day_plus(last, 1), from);
	later.from = span_of(from);
	later.today = span_of(today);
	st = child_count(app->db, id, span_of(today), &out->ever, &out->here);
	if (!st)
		st = child_search(app->db, &later, SPAN_NONE, -1, 0, count_child, &out->coming);
	return st ? st : account_each(app->db, count_account, &c);
}

/* ---- add, edit ---------------------------------------------------------------------------- */

static enum status check_opened(const struct institution *i)
{
	struct day d;

	if (i->opened[0] && !day_parse(span_of(i->opened), &d))
		return fail(ST_INVALID, "はじまりの日は 2026-04-01 の形で書いてください");
	if (i->opened[0] && i->closed[0] && strcmp(i->opened, i->closed) > 0)
		return fail(ST_INVALID, "はじまりの日が、閉じた日より後です");
	return ST_OK;
}

static enum status check_data(const struct institution *i, const char **field)
{
	if (!role_reads_content(i->kind) || i->kind == ROLE_HOUSEHOLD)
		return people_wrong(field, "kind",
				    fail(ST_INVALID, "種類は nursery school health welfare therapy "
						     "board provider のどれかです"));
	if (!people_line(span_of(i->name)))
		return people_wrong(
		    field, "name",
		    fail(ST_INVALID, "機関の名前を1行で書いてください（< と > は使えません）"));
	return check_opened(i) ? people_wrong(field, "opened", ST_INVALID) : ST_OK;
}

/* Checks a new one as institution_add does. */
static enum status institution_check(struct app *app, const struct institution *i,
				     const char **field)
{
	struct institution other;
	enum status st;

	people_wrong(field, NULL, ST_OK);
	if (!people_id(span_of(i->id)))
		return people_wrong(
		    field, "id",
		    fail(ST_INVALID, "機関の番号は a-z、0-9、- の32字までにしてください"));
	st = check_data(i, field);
	if (st)
		return st;
	st = institution_get(app->db, span_of(i->id), &other);
	if (!st)
		return people_wrong(field, "id", fail(ST_EXISTS, "機関 %s はもうあります", i->id));
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* Only what a new one may have. */
static enum status add(struct app *app, const struct actor *who, const struct institution *i,
		       const char **field)
{
	struct institution new = *i;
	enum status st = people_may(app, who, NULL, false);

	new.closed[0] = new.into[0] = '\0';
	if (!st)
		st = institution_check(app, &new, field);
	return st ? st : registry_put_institution(app, who, "institution.add", &new);
}

enum status institution_add(struct app *app, const struct actor *who, const struct institution *i,
			    const char **field)
{
	enum status st = people_begin(app);

	return st ? st : people_end(app, add(app, who, i, field));
}

static enum status get(struct app *app, struct span id, struct institution *out)
{
	enum status st = institution_get(app->db, id, out);

	return st == ST_NOTFOUND ? fail(st, "機関「%.*s」はありません", SPAN_ARG(id)) : st;
}

static enum status check_kind(struct app *app, const struct institution *was,
			      const struct institution *to)
{
	struct institution_load load;
	enum status st;

	if (was->kind == to->kind)
		return ST_OK;
	st = institution_count(app, span_of(was->id), "", (int64_t)time(NULL), &load);
	if (!st && (load.ever || load.people))
		st = fail(ST_INVALID, "アカウントか子どもがある機関の種類は、変えられません");
	return st;
}

static enum status edit(struct app *app, const struct actor *who, const struct institution *to,
			const char **field)
{
	struct institution i, was;
	enum status st = people_may(app, who, NULL, false);

	people_wrong(field, NULL, ST_OK);
	if (!st)
		st = get(app, span_of(to->id), &was);
	if (st)
		return st;
	i = was;
	i.kind = to->kind;
	i.by_class = to->by_class;
	memcpy(i.name, to->name, sizeof i.name);
	memcpy(i.opened, to->opened, sizeof i.opened);
	st = check_data(&i, field);
	if (!st)
		st = people_wrong(field, "kind", check_kind(app, &was, &i));
	if (!st)
		st = registry_put_institution(app, who, "institution.update", &i);
	if (!st)
		people_wrong(field, NULL, ST_OK);
	return st == ST_EXISTS ? fail(st, "変わったところがありません") : st;
}

enum status institution_edit(struct app *app, const struct actor *who, const struct institution *to,
			     const char **field)
{
	enum status st = people_begin(app);

	return st ? st : people_end(app, edit(app, who, to, field));
}

/* ---- close, open again -------------------------------------------------------------------- */

/* How many stays begin after a day. */
struct starting {
	struct app *app;
	const char *id, *day;
	long count;
};

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct starting *s = ctx;

	s->count += strcmp(e->institution, s->id) == 0 && strcmp(e->since, s->day) > 0;
	return ST_OK;
}

static enum status stays_of(void *ctx, const struct child_row *c)
{
	struct starting *s = ctx;

	return child_enrolments(s->app->db, span_of(c->id), one_stay, s);
}

static enum status check_last_day(struct app *app, const struct institution *i)
{
	struct starting s = {app, i->id, i->closed, 0};
	struct child_scope all = {.institution = span_of(i->id),
				  .from = span_of(i->closed),
				  .to = SPAN("9999-12-31"),
				  .today = span_of(i->closed)};
	enum status st;

	if (i->opened[0] && strcmp(i->closed, i->opened) < 0)
		return fail(ST_INVALID, "閉じる日が、はじまりの日（%s）より前です", i->opened);
	st = child_search(app->db, &all, SPAN_NONE, -1, 0, stays_of, &s);
	if (!st && s.count)
		st = fail(ST_INVALID, "この日より後に、ここに入る子どもが %ld人います", s.count);
	return st;
}

static enum status read_day(struct span typed, char out[static DAY_ROOM])
{
	char iso[DAY_TEXT];
	struct day d = day_jst((int64_t)time(NULL));

	typed = span_trim(typed);
	if (typed.n && !day_parse_typed(typed, &d))
		return fail(ST_INVALID, "日付は 2027-03-31 や 令和9年3月31日 の形で書いてください");
	day_iso(d, iso);
	return span_copy(span_of(iso), out, DAY_ROOM) ? ST_OK
						      : fail(ST_INVALID, "日付を確かめてください");
}

static enum status close_one(struct app *app, const struct actor *who, struct span id,
			     struct span day, struct institution_load *left, const char **field)
{
	struct institution i;
	enum status st = people_may(app, who, NULL, false);

	people_wrong(field, NULL, ST_OK);
	if (!st)
		st = get(app, id, &i);
	if (!st && i.closed[0])
		st = fail(ST_EXISTS, "機関「%s」は %s に閉じています", i.id, i.closed);
	if (st)
		return st;
	st = read_day(day, i.closed);
	if (!st)
		st = check_last_day(app, &i);
	if (st)
		return people_wrong(field, "closed", st);
	st = registry_put_institution(app, who, "institution.close", &i);
	return st ? st : institution_count(app, id, i.closed, (int64_t)time(NULL), left);
}

enum status institution_close(struct app *app, const struct actor *who, struct span id,
			      struct span day, struct institution_load *left, const char **field)
{
	enum status st = people_begin(app);

	return st ? st : people_end(app, close_one(app, who, id, day, left, field));
}

static enum status reopen(struct app *app, const struct actor *who, struct span id)
{
	struct institution i;
	enum status st = people_may(app, who, NULL, false);

	if (!st)
		st = get(app, id, &i);
	if (!st && i.into[0])
		st = fail(ST_INVALID, "機関「%s」は「%s」に統合されています。もう一度は開けません",
			  i.id, i.into);
	if (!st && !i.closed[0])
		st = fail(ST_EXISTS, "機関「%s」は閉じていません", i.id);
	if (st)
		return st;
	i.closed[0] = '\0';
	return registry_put_institution(app, who, "institution.reopen", &i);
}

enum status institution_reopen(struct app *app, const struct actor *who, struct span id)
{
	enum status st = people_begin(app);

	return st ? st : people_end(app, reopen(app, who, id));
}
