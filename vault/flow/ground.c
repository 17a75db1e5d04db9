/* The facts of a decision: read once for an account and a child, asked as often as needed. */
#include "generator/base/day.h"
#include "vault/db/child.h"
#include "vault/db/factor.h"
#include "vault/db/range.h"
#include "vault/db/share.h"
#include "vault/flow/decide.h"
#include "vault/flow/policy.h"
#include "vault/flow/shield.h"

#include <stdlib.h>

struct ground {
	struct app *app;
	struct facts facts;
	struct policy policy;
	struct account account;
	struct standing standing;
	struct stay stays[STANDING_STAYS];
	struct shield shield;
	struct arena *arena; /* of what was shared */
	struct share *shares;
	size_t nshares;
	struct range ranges[STANDING_RANGES + 1];
	struct range_row rows[STANDING_RANGES]; /* last: only those that are there are touched */
};

static struct day day_of(const char *iso)
{
	struct day d = {0, 0, 0};

	day_parse(span_of(iso), &d);
	return d;
}

static void account_facts(struct ground *g, const struct question *q)
{
	struct facts *f = &g->facts;
	const struct account *a = &g->account;
	char today[DAY_TEXT];

	g->account = *q->who;
	f->known = true;
	f->disabled = a->disabled;
	f->weak = q->weak;
	f->account_until = day_of(a->until);
	day_iso(f->today, today);
	f->institution_closed =
	    a->institution_closed[0] && strcmp(a->institution_closed, today) < 0;
	f->role = a->role;
	f->by_class = a->by_class;
	f->whole = a->whole;
	f->classes = span_of(a->classes);
}

static struct span some(const char *text)
{
	return text[0] ? span_of(text) : SPAN_NONE;
}

static struct range range_of(const struct range_row *r)
{
	return (struct range){
	    .id = span_of(r->id),
	    .opens = r->opens,
	    .write = r->write,
	    .type = some(r->type),
	    .section = some(r->section),
	    .since = day_of(r->since),
	    .until = day_of(r->until),
	};
}

static enum status range_facts(struct ground *g, struct span child, struct span today)
{
	size_t n = 0;
	enum status st = range_about(g->app->db, child, &g->account, today, g->rows, &n);

	for (size_t i = 0; i < n && !st; i++)
		g->ranges[i] = range_of(&g->rows[i]);
	g->facts.ranges = g->ranges;
	g->facts.nranges = st ? 0 : n;
	return st;
}

/* The first handover that opens the child. */
static struct span handover_of(const struct ground *g)
{
	for (size_t i = 0; i < g->nshares; i++)
		if (g->shares[i].source.n && g->shares[i].sections.n)
			return g->shares[i].source;
	return SPAN_NONE;
}

/* What guardians agreed to show this institution today. */
static enum status share_facts(struct ground *g, struct span child, struct span today)
{
	enum { ROOM = 1024 * 1024 };
	const struct account *a = &g->account;
	enum status st;

	if (!a->staff || !a->institution[0])
		return ST_OK;
	g->arena = arena_new(ROOM);
	if (!g->arena)
		return fail(ST_NOMEM, "no memory for a decision");
	st = share_list(g->app->db, child, span_of(a->institution), today, g->arena, &g->shares,
			&g->nshares);
	g->facts.handover = handover_of(g);
	return st;
}

/* Is the share about this sheet?  Without a row: about sheets of the type that may come. */
static bool concerns(const struct share *s, struct span type, const struct sheet_row *row)
{
	if (!span_eq(s->type, type))
		return false;
	if (!row)
		return !s->sheet.n && !s->version.n;
	return (!s->sheet.n || span_is(s->sheet, row->id)) &&
	       (!s->version.n || span_is(s->version, row->version));
}

/* The sections of all shares of a kind together, if each names some. */
struct sections {
	bool any, all;
	struct span first; /* the handover of the first */
	struct span ids;
};

static enum status shared_sections(struct ground *g, struct span type, const struct sheet_row *row,
				   bool handed, struct sections *out)
{
	struct buf b;

	buf_init(&b, SHARE_SECTIONS);
	*out = (struct sections){.any = false};
	for (size_t i = 0; i < g->nshares; i++) {
		const struct share *s = &g->shares[i];

		if ((s->source.n > 0) != handed || !concerns(s, type, row))
			continue;
		if (!out->any)
			out->first = s->source;
		out->any = true;
		out->all = out->all || !s->sections.n;
		if (b.len)
			buf_addc(&b, ',');
		buf_addspan(&b, s->sections);
	}
	out->any = out->any && (out->all || !b.st);
	if (out->any && !out->all)
		out->ids = arena_copy(g->arena, buf_span(&b));
	buf_clear(&b);
	return out->any && !out->all && !out->ids.p ? ST_NOMEM : ST_OK;
}

/* What guardians agreed to show of a sheet, and what was handed over of it.  A handover that names
   no section shows none. */
static enum status agreed_sections(struct ground *g, struct span type, const struct sheet_row *row,
				   struct facts *f)
{
	const struct sheet_type *t = types_find(g->app->types, type, 0);
	struct sections agreed, handed;
	enum status st = shared_sections(g, type, row, false, &agreed);

	if (!st)
		st = shared_sections(g, type, row, true, &handed);
	if (st)
		return st;
	f->open_type = t && t->sharing == SHARING_OPEN;
	f->shared = agreed.any;
	f->only = agreed.ids;
	f->handover = handed.any && !handed.all ? handed.first : SPAN_NONE;
	f->handed = handed.ids;
	return ST_OK;
}

static enum status child_facts(struct ground *g, const struct question *q)
{
	char today[DAY_TEXT];
	struct standing *s = &g->standing;
	enum status st;

	day_iso(g->facts.today, today);
	st = child_standing(g->app->db, q->child, &g->account, span_of(today), s);
	if (st || !s->exists)
		return st;
	g->facts.child_exists = true;
	g->facts.guardian = s->guardian;
	g->facts.suspended = s->suspended;
	for (size_t i = 0; i < s->nstays; i++)
		g->stays[i] = (struct stay){day_of(s->stays[i].since), day_of(s->stays[i].until),
					    some(s->stays[i].class)};
	g->facts.stays = g->stays;
	g->facts.nstays = s->nstays;
	st = range_facts(g, q->child, span_of(today));
	if (!st)
		st = share_facts(g, q->child, span_of(today));
	if (!st && g->account.role != ROLE_HOUSEHOLD)
		st = glass_get(g->app->db, span_of(g->account.id), q->child, q->now,
			       &g->facts.glass);
	g->facts.glass = g->facts.glass || q->reasoned;
	return st ? st : shield_load(&g->shield, g->app, q->child, &g->account);
}

enum status ground_load(struct ground **out, struct app *app, const struct question *q)
{
	struct ground *g = malloc(sizeof *g);
	enum status st;

	*out = NULL;
	if (!g)
		return fail(ST_NOMEM, "no memory for a decision");
	g->app = app;
	g->facts = (struct facts){.today = day_jst(q->now), .policy = &g->policy};
	g->standing = (struct standing){.exists = false};
	g->shield = (struct shield){.nwords = 0};
	g->arena = NULL;
	g->nshares = 0;
	st = policy_load(app, &g->policy);
	if (!st && q->who)
		account_facts(g, q);
	if (!st && q->who && q->child.n)
		st = child_facts(g, q);
	if (st)
		ground_free(g);
	else
		*out = g;
	return st;
}

void ground_free(struct ground *g)
{
	if (g) {
		shield_clear(&g->shield);
		arena_free(g->arena);
	}
	free(g);
}

enum { MERGERS = 8 };

/* A sheet belongs to the institution that wrote it, and after a merger to the one that goes on. */
static enum status is_own(struct ground *g, const char *wrote, bool *out)
{
	const struct account *a = &g->account;
	char now[ID_MAX + 1];
	struct institution i;
	enum status st = ST_OK;

	*out = false;
	if (!a->staff || !a->institution[0])
		return ST_OK;
	span_copy(span_of(wrote), now, sizeof now);
	for (int n = 0; n < MERGERS && now[0] && !st; n++) {
		*out = strcmp(a->institution, now) == 0;
		if (*out)
			return ST_OK;
		st = institution_get(g->app->db, span_of(now), &i);
		if (!st)
			memcpy(now, i.into, sizeof now);
	}
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* What is to be said of a sheet of a type, once it is known who wrote it. */
static enum status row_facts(struct ground *g, const struct sheet_row *row, struct facts *f)
{
	const struct account *a = &g->account;
	enum status st;

	f->sheet_exists = true;
	f->shielded = shield_hides_sheet(&g->shield, row);
	st = is_own(g, row->institution, &f->own_sheet);
	if (st || !a->staff || f->own_sheet)
		return st;
	return agreed_sections(g, f->type, row, f);
}

static enum status sheet_facts(struct ground *g, const struct question *q, struct facts *f,
			       struct sheet_row *row)
{
	enum status st = sheet_row_get(g->app->db, q->child, q->type, q->id, row);

	f->type = q->type;
	f->handover = SPAN_NONE;
	if (st == ST_NOTFOUND)
		return ST_OK;
	return st ? st : row_facts(g, row, f);
}

enum status ground_decide_row(struct ground *g, enum action a, const struct sheet_row *row,
			      struct decision *out)
{
	struct facts f = g->facts;
	enum status st = ST_OK;

	f.type = span_of(row->type);
	f.handover = SPAN_NONE;
	if (f.child_exists)
		st = row_facts(g, row, &f);
	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		*out = access_decide(a, &f);
	return st;
}

enum status ground_decide(struct ground *g, const struct question *q, struct decision *out,
			  struct sheet_row *row)
{
	struct facts f = g->facts;
	struct sheet_row own;
	enum status st = ST_OK;

	f.self = q->self;
	f.asked = q->asked;
	f.last_admin = q->last_admin;
	if (f.child_exists && q->type.n)
		st = sheet_facts(g, q, &f, row ? row : &own);
	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		*out = access_decide(q->action, &f);
	return st;
}

enum status ground_decide_type(struct ground *g, enum action a, struct span type, bool own,
			       struct decision *out)
{
	struct facts f = g->facts;
	enum status st = ST_OK;

	f.sheet_exists = true;
	f.type = type;
	f.own_sheet = own && g->account.staff;
	f.handover = SPAN_NONE;
	if (!f.own_sheet)
		st = agreed_sections(g, type, NULL, &f);
	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		*out = access_decide(a, &f);
	return st;
}

enum status ground_is_own(struct ground *g, const char *institution, bool *out)
{
	return is_own(g, institution, out);
}

void ground_set_policy(struct ground *g, const struct policy *p)
{
	g->policy = *p;
}

enum status ground_add_range(struct ground *g, const struct range_row *r)
{
	if (g->facts.nranges > STANDING_RANGES)
		return fail(ST_TOOBIG, "too many ranges");
	g->ranges[g->facts.nranges++] = range_of(r);
	g->facts.ranges = g->ranges;
	return ST_OK;
}

void ground_drop_range(struct ground *g, struct span id)
{
	size_t n = 0;

	for (size_t i = 0; i < g->facts.nranges; i++)
		if (!span_eq(g->ranges[i].id, id))
			g->ranges[n++] = g->ranges[i];
	g->facts.nranges = n;
}
