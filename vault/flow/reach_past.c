#include "vault/flow/past_impl.h"

#include "vault/db/factor.h"
#include "vault/db/share.h"
#include "vault/flow/consent.h"
#include "vault/flow/decide.h"
#include "vault/flow/glass.h"
#include "vault/flow/registry.h"
#include "vault/journal/journal.h"

#include <stdlib.h>

enum { EVERY_VERSION = 100000, DAY_SECONDS = 86400, READERS_ROOM = 64 };

/* ---- the child, then ---------------------------------------------------------------------- */

static enum status one_event(void *ctx, const struct child_event *e)
{
	struct past *p = ctx;

	if (e->at > p->end)
		return ST_OK;
	if (!p->found)
		*p->as_it_was = *e->after;
	p->found = true;
	past_note_child(p, e);
	return ST_OK;
}

static enum status find_child(struct past *p)
{
	enum status st = child_history(p->app, p->child, EVERY_VERSION, one_event, p);

	return st || p->found ? st : fail(ST_NOTFOUND, "there was no such child then");
}

static enum status put_child(struct past *p)
{
	const struct child *c = p->as_it_was;

	return child_put(p->then.db, &(struct child_all){
					 .row = &c->row,
					 .enrolments = c->enrolments,
					 .enrolment_count = c->enrolment_count,
					 .guardians = c->guardians,
					 .guardian_count = c->guardian_count,
					 .protections = c->protections,
					 .protection_count = c->protection_count,
				     });
}

static bool newest_file(void *arg, const struct version *v)
{
	struct past *p = arg;

	if (v->time > p->end)
		return true;
	p->file = v->id;
	return false;
}

/* What guardians had agreed to by then. */
static enum status put_consents(struct past *p)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, p->app, p->child);

	if (!st)
		st = history_walk(repo, NULL, NULL, newest_file, p);
	if (!st)
		st = consent_index_at(&p->then, repo, p->child, &p->file, p->end);
	repo_close(repo);
	return st;
}

/* ---- the registry, then ------------------------------------------------------------------- */

enum status past_registry(struct past *p, const struct oid *from, history_fn fn, void *arg)
{
	const struct repo_name name = {.kind = REPO_REGISTRY};
	struct repo *repo = NULL;
	enum status st = repo_open(&repo, p->app->store, &name);

	if (!st)
		st = history_walk(repo, from, NULL, fn, arg);
	repo_close(repo);
	return st;
}

static bool newest_then(void *arg, const struct version *v)
{
	struct past *p = arg;

	if (v->time > p->end)
		return true;
	p->registry = v->id;
	p->found = true;
	return false;
}

static enum status find_registry(struct past *p)
{
	enum status st;

	p->found = false;
	st = past_registry(p, NULL, newest_then, p);
	return st || p->found ? st : fail(ST_NOTFOUND, "there was no vault then");
}

/* ---- reasons given ------------------------------------------------------------------------ */

struct openings {
	struct past *p;
	int staff_minutes; /* as it was set then */
	enum status st;
};

/* Was the door still open when the day began? */
static bool reached_the_day(const struct openings *o, const struct record *r)
{
	bool admin = span_is(r->role, role_name(ROLE_ADMIN));

	return r->t + (admin ? GLASS_ADMIN_MINUTES : o->staff_minutes) * 60 > o->p->begin;
}

static bool one_opening(void *ctx, const struct record *r, struct span line)
{
	struct openings *o = ctx;
	struct glass_row g = {.since = o->p->end, .until = o->p->end + 1};

	(void)line;
	if (!span_is(r->decision, "allow") || !reached_the_day(o, r) ||
	    !span_copy(r->account, g.account, sizeof g.account) ||
	    !span_copy(r->child, g.child, sizeof g.child))
		return true;
	past_note_reason(o->p, r->account, r->t);
	o->st = glass_put(o->p->then.db, &g);
	return !o->st;
}

/* They are in the journal alone. */
static enum status openings(struct past *p)
{
	const struct journal_filter f = {
	    .class = "access",
	    .event = SPAN("child.open"),
	    .child = p->child,
	    .from = p->begin - POLICY_GLASS_MAX * 60,
	    .to = p->end + 1,
	    .newest_first = true,
	};
	struct openings o = {p, 0, ST_OK};
	struct policy policy;
	enum status st = policy_load(&p->then, &policy);

	if (st)
		return st;
	o.staff_minutes = policy.glass_minutes;
	st = journal_scan(p->app->journal, &f, one_opening, &o);
	return st ? st : o.st;
}

/* ---- everybody ---------------------------------------------------------------------------- */

static struct past_reader *new_reader(struct past *p)
{
	size_t room = p->room ? p->room * 2 : READERS_ROOM;
	struct past_reader *grown;

	if (p->nreaders == p->room) {
		grown = realloc(p->readers, room * sizeof *grown);
		if (!grown)
			return NULL;
		p->readers = grown;
		p->room = room;
	}
	return &p->readers[p->nreaders++];
}

/* What others' sheets guardians had opened to this institution. */
static enum status note_shares(struct past *p, struct past_reader *r)
{
	enum { ROOM = 1024 * 1024 };
	struct arena *arena = arena_new(ROOM);
	struct share *list;
	struct buf types;
	char day[DAY_TEXT];
	size_t n = 0;
	enum status st;

	if (!arena)
		return fail(ST_NOMEM, "no memory for the past");
	day_iso(day_jst(p->end), day);
	buf_init(&types, sizeof r->shared);
	st = share_list(p->then.db, p->child, span_of(r->account.institution), span_of(day), arena,
			&list, &n);
	for (size_t i = 0; i < n && !st; i++)
		if (!i || !span_eq(list[i].type, list[i - 1].type))
			buf_addf(&types, "%s%.*s", types.len ? "," : "", SPAN_ARG(list[i].type));
	span_copy(buf_span(&types), r->shared, sizeof r->shared);
	buf_clear(&types);
	arena_free(arena);
	return st;
}

static enum status one_account(void *ctx, const struct account *a)
{
	struct past *p = ctx;
	struct past_reader *r;
	struct institution i;
	const struct question q = {
	    .action = ACT_CHILD_READ, .who = a, .child = p->child, .now = p->end};
	struct decision d;
	enum status st = decide_quietly(&p->then, &q, &d, NULL);

	if (st || !d.allow)
		return st;
	r = new_reader(p);
	if (!r)
		return fail(ST_NOMEM, "no memory for the past");
	*r = (struct past_reader){.account = *a, .why = d.reason, .read_only = d.read_only};
	if (d.reason == WHY_RANGE || d.reason == WHY_HANDOVER)
		memcpy(r->by, d.by, sizeof r->by);
	if (a->staff && institution_get(p->then.db, span_of(a->institution), &i) == ST_OK)
		memcpy(r->institution, i.name, sizeof r->institution);
	return a->staff ? note_shares(p, r) : ST_OK;
}

static enum status fill(struct past *p)
{
	enum status st = find_child(p);

	if (!st)
		st = find_registry(p);
	if (!st)
		st = registry_index(&p->then, &p->registry);
	if (!st)
		st = put_child(p);
	if (!st)
		st = put_consents(p);
	return st ? st : openings(p);
}

static enum status find_readers(struct past *p)
{
	enum status st = db_open_past(&p->then.db);

	if (!st)
		st = fill(p);
	if (!st)
		st = account_each(p->then.db, one_account, p);
	if (!st)
		st = past_who_set_it(p);
	db_close(p->then.db);
	return st;
}

enum status reach_past(struct app *app, struct span child, struct day day, int64_t now,
		       past_reader_fn fn, void *ctx)
{
	struct past *p;
	enum status st;

	if (!day_exists(day) || day_begin_jst(day) > now)
		return fail(ST_INVALID, "その日は、まだ来ていません");
	p = calloc(1, sizeof *p);
	if (!p)
		return fail(ST_NOMEM, "no memory for the past");
	p->app = app;
	p->then = *app;
	p->then.db = NULL;
	p->child = child;
	p->begin = day_begin_jst(day);
	p->end = p->begin + DAY_SECONDS - 1;
	p->end = p->end < now ? p->end : now;
	p->as_it_was = calloc(1, sizeof *p->as_it_was);
	st = p->as_it_was ? find_readers(p) : fail(ST_NOMEM, "no memory for the past");
	for (size_t i = 0; i < p->nreaders && !st; i++)
		st = fn(ctx, &p->readers[i]);
	free(p->readers);
	free(p->as_it_was);
	free(p);
	return st;
}
