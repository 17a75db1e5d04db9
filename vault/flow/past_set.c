/* Who set the rule by which somebody could see a child. */
#include "vault/flow/past_impl.h"

#include "vault/db/handover.h"
#include "vault/flow/registry_file.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 64 * 1024, FILE_MEMORY = 1024 * 1024 };

/* ---- what child.md and the journal say ---------------------------------------------------- */

static void add_setter(struct past *p, const char *key, struct span by, int64_t at)
{
	struct setter *s = &p->setters[p->nsetters];

	if (p->nsetters == SETTERS_MAX)
		return;
	*s = (struct setter){.at = at};
	p->nsetters +=
	    span_copy(span_of(key), s->key, sizeof s->key) && span_copy(by, s->by, sizeof s->by);
}

static void stay_key(const struct enrolment *e, char out[static SETTER_KEY])
{
	snprintf(out, SETTER_KEY, "stay %s %s", e->institution, e->since);
}

static void account_key(const char *what, const char *id, char out[static SETTER_KEY])
{
	snprintf(out, SETTER_KEY, "%s %s", what, id);
}

static bool had_stay(const struct child *c, const struct enrolment *e)
{
	for (size_t i = 0; c && i < c->enrolment_count; i++)
		if (strcmp(c->enrolments[i].institution, e->institution) == 0 &&
		    strcmp(c->enrolments[i].since, e->since) == 0)
			return true;
	return false;
}

static bool had_guardian(const struct child *c, const struct guardian *g)
{
	for (size_t i = 0; c && i < c->guardian_count; i++)
		if (strcmp(c->guardians[i].account, g->account) == 0)
			return true;
	return false;
}

void past_note_child(struct past *p, const struct child_event *e)
{
	const struct child *c = e->after;
	char key[SETTER_KEY];

	for (size_t i = 0; i < c->enrolment_count; i++)
		if (!had_stay(e->before, &c->enrolments[i])) {
			stay_key(&c->enrolments[i], key);
			add_setter(p, key, e->account, e->at);
		}
	for (size_t i = 0; i < c->guardian_count; i++)
		if (!had_guardian(e->before, &c->guardians[i])) {
			account_key("guardian", c->guardians[i].account, key);
			add_setter(p, key, e->account, e->at);
		}
}

void past_note_reason(struct past *p, struct span account, int64_t at)
{
	char key[SETTER_KEY], id[ID_MAX + 1];

	if (!span_copy(account, id, sizeof id))
		return;
	account_key("glass", id, key);
	add_setter(p, key, account, at);
}

static void set_by_note(const struct past *p, const char *key, struct past_reader *out)
{
	for (size_t i = 0; i < p->nsetters; i++)
		if (strcmp(p->setters[i].key, key) == 0) {
			memcpy(out->set_by, p->setters[i].by, sizeof out->set_by);
			out->set_at = p->setters[i].at;
			return;
		}
}

/* Days, as YYYY-MM-DD in their order: how far a stay is from a day, 0 if the day is in it. */
static int64_t distance(const struct enrolment *e, int64_t at)
{
	struct day since = {0, 0, 0}, until;
	int64_t from, to;

	day_parse(span_of(e->since), &since);
	from = day_begin_jst(since);
	to = day_parse(span_of(e->until), &until) ? day_begin_jst(day_plus(until, 1)) : INT64_MAX;
	return at < from ? from - at : at >= to ? at - to + 1 : 0;
}

/* The stay nearest to the day is the one by which the decision was made. */
static void set_by_stay(const struct past *p, struct past_reader *out)
{
	const struct child *c = p->as_it_was;
	const struct enrolment *best = NULL;
	char key[SETTER_KEY];

	for (size_t i = 0; i < c->enrolment_count; i++) {
		const struct enrolment *e = &c->enrolments[i];

		if (strcmp(e->institution, out->account.institution) == 0 &&
		    (!best || distance(e, p->end) < distance(best, p->end)))
			best = e;
	}
	if (!best)
		return;
	stay_key(best, key);
	set_by_note(p, key, out);
}

static enum status set_by_range(struct past *p, struct past_reader *out)
{
	struct range_row r;
	enum status st = range_get(p->then.db, span_of(out->by), &r);

	if (st)
		return st;
	memcpy(out->set_by, r.asked_by, sizeof out->set_by);
	memcpy(out->confirmed_by, r.confirmed_by, sizeof out->confirmed_by);
	out->set_at = r.asked_at;
	return ST_OK;
}

static enum status set_by_handover(struct past *p, struct past_reader *out)
{
	struct handover_row r;
	enum status st = handover_row_get(p->then.db, p->child, span_of(out->by), &r);

	if (st)
		return st;
	memcpy(out->set_by, r.opened_by, sizeof r.opened_by);
	out->set_at = r.opened_at;
	return ST_OK;
}

/* ---- what the registry says --------------------------------------------------------------- */

/* For those whose rule is their role: who put the account where it is, told by the versions from
   the newest back until it was elsewhere.  For a setting: who changed it. */
struct back {
	struct past *p;
	struct repo *repo;
	bool *done; /* for each reader */
	enum status st;
	char setting_by[64], setting_confirmed[64];
	int64_t setting_at;
};

static enum status account_at(struct repo *repo, const struct oid *at, const char *id,
			      struct account *out)
{
	struct arena *a = arena_new(FILE_MEMORY);
	struct ynode *root = NULL;
	struct buf text;
	char path[64];
	enum status st = a ? ST_OK : ST_NOMEM;

	snprintf(path, sizeof path, "accounts/%s.yaml", id);
	buf_init(&text, FILE_MAX);
	if (!st)
		st = repo_read(repo, at, path, &text);
	if (!st && yaml_read(a, path, buf_span(&text), 1, &root, NULL))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	if (!st)
		account_read(root, out);
	buf_clear(&text);
	arena_free(a);
	return st;
}

static void back_account(struct back *b, const struct version *v, struct span id)
{
	for (size_t i = 0; i < b->p->nreaders && !b->st; i++) {
		struct past_reader *r = &b->p->readers[i];
		struct account was;

		if (b->done[i] || !span_is(id, r->account.id))
			continue;
		b->st = account_at(b->repo, &v->id, r->account.id, &was);
		b->done[i] = b->st || was.staff != r->account.staff ||
			     strcmp(was.institution, r->account.institution) != 0 ||
			     (!was.staff && was.role != r->account.role);
		if (b->done[i])
			continue;
		span_copy(version_trailer(v, "Karte-Account"), r->set_by, sizeof r->set_by);
		r->set_at = v->time;
	}
}

/* Newest first: a confirmation, and then who had asked for it. */
static void back_setting(struct back *b, const struct version *v)
{
	struct span action = version_trailer(v, "Karte-Action");
	struct span who = version_trailer(v, "Karte-Account");
	bool waiting = b->setting_confirmed[0] && !b->setting_by[0];

	if (b->setting_by[0])
		return;
	if (!waiting && span_is(action, "setting.confirm"))
		span_copy(who, b->setting_confirmed, sizeof b->setting_confirmed);
	if ((waiting && span_is(action, "setting.ask")) ||
	    (!waiting && span_is(action, "setting.change"))) {
		span_copy(who, b->setting_by, sizeof b->setting_by);
		b->setting_at = v->time;
	}
}

static bool one_back(void *arg, const struct version *v)
{
	struct back *b = arg;
	struct span what = v->subject, head = span_cut(&what, ':'), folder = span_cut(&head, '/');

	if (span_is(folder, "accounts"))
		back_account(b, v, span_cut(&head, '.'));
	else if (span_is(folder, "settings"))
		back_setting(b, v);
	return !b->st;
}

static bool by_role(enum reason why)
{
	return why == WHY_OVERSIGHT || why == WHY_ADMIN_READS;
}

static enum status set_by_registry(struct past *p)
{
	const struct repo_name name = {.kind = REPO_REGISTRY};
	struct back b = {.p = p, .done = calloc(p->nreaders + 1, sizeof *b.done)};
	size_t asked = 0;

	for (size_t i = 0; b.done && i < p->nreaders; i++) {
		b.done[i] = !by_role(p->readers[i].why);
		asked += !b.done[i];
	}
	b.st = b.done ? ST_OK : ST_NOMEM;
	if (!b.st && asked)
		b.st = repo_open(&b.repo, p->app->store, &name);
	if (!b.st && asked)
		b.st = past_registry(p, &p->registry, one_back, &b);
	for (size_t i = 0; !b.st && i < p->nreaders; i++)
		if (p->readers[i].why == WHY_ADMIN_READS && b.setting_by[0]) {
			memcpy(p->readers[i].set_by, b.setting_by, sizeof b.setting_by);
			memcpy(p->readers[i].confirmed_by, b.setting_confirmed,
			       sizeof b.setting_confirmed);
			p->readers[i].set_at = b.setting_at;
		}
	repo_close(b.repo);
	free(b.done);
	return b.st;
}

/* ---- all of them -------------------------------------------------------------------------- */

static enum status set_one(struct past *p, struct past_reader *r)
{
	char key[SETTER_KEY];

	switch (r->why) {
	case WHY_ENROLLED:
	case WHY_ENTERING:
	case WHY_LEFT:
		set_by_stay(p, r);
		return ST_OK;
	case WHY_GUARDIAN:
	case WHY_GLASS:
		account_key(r->why == WHY_GLASS ? "glass" : "guardian", r->account.id, key);
		set_by_note(p, key, r);
		return ST_OK;
	case WHY_RANGE:
		return set_by_range(p, r);
	case WHY_HANDOVER:
		return set_by_handover(p, r);
	default:
		return ST_OK;
	}
}

enum status past_who_set_it(struct past *p)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < p->nreaders && !st; i++)
		st = set_one(p, &p->readers[i]);
	return st ? st : set_by_registry(p);
}
