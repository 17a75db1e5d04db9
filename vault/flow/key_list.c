#include "vault/flow/key_list.h"

#include "vault/flow/changes.h"
#include "vault/store/history.h"

struct gather {
	struct key_items *out;
	size_t skip, most;
};

static enum status gather(void *ctx, const struct key_row *k)
{
	struct gather *g = ctx;

	if (g->skip) {
		g->skip--;
		return ST_OK;
	}
	if (g->out->count == g->most)
		g->out->more = true;
	else
		g->out->items[g->out->count++] =
		    (struct key_item){.row = *k, .ended = SPAN(""), .ended_why = SPAN("")};
	return ST_OK;
}

/* ---- what the journal has of them --------------------------------------------------------- */

/* As far as the registry's clock and a commit's may differ (design 8). */
enum { CLOCK_SECONDS = 120 };

static bool signs_for(const struct key_row *k, struct span account)
{
	return span_is(account, k->account) ||
	       (strcmp(k->account, "karte") == 0 && span_starts(account, SPAN("os:")));
}

/* Of the account itself, or of its key's file. */
static bool is_about(const struct key_row *k, struct span object)
{
	struct span dir = span_cut(&object, '/');

	if (span_ends(object, SPAN(".yaml")))
		object.n -= sizeof ".yaml" - 1;
	return (span_is(dir, "accounts") && span_is(object, k->account)) ||
	       (span_is(dir, "keys") && span_is(object, k->fingerprint));
}

static bool may_end_keys(struct span action)
{
	static const char *const actions[] = {"key.retire",    "account.disable",
					      "account.reset", "account.enable",
					      "account.move",  "account.update"};

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (span_is(action, actions[i]))
			return true;
	return false;
}

struct tally {
	struct app *app;
	struct arena *a;
	struct key_items *keys;
	bool full;
};

struct words {
	struct arena *a;
	struct span *out;
};

static bool take_reason(void *arg, const struct version *v)
{
	struct words *w = arg;

	*w->out = arena_copy(w->a, v->reason);
	return false;
}

/* Why: the words of whoever ended it.  A version that is not there has none. */
static void ended(struct tally *t, struct key_item *k, const struct change_entry *e)
{
	struct repo_name registry = {.kind = REPO_REGISTRY};
	struct repo *repo = NULL;
	struct oid id;
	struct words why = {t->a, &k->ended_why};

	k->ended = arena_copy(t->a, e->action);
	k->ended_by = arena_copy(t->a, e->account);
	if (oid_parse(e->version, &id) && !repo_open(&repo, t->app->store, &registry))
		history_one(repo, &id, take_reason, &why);
	repo_close(repo);
	t->full = t->full || !k->ended.p || !k->ended_by.p || !k->ended_why.p;
}

static bool count(void *ctx, const struct change_entry *e)
{
	struct tally *t = ctx;
	bool ends = may_end_keys(e->action) && span_is(e->repository, "registry");

	for (size_t i = 0; i < t->keys->count; i++) {
		struct key_item *k = &t->keys->items[i];
		long long until = k->row.until;

		if (signs_for(&k->row, e->account) && e->t >= k->row.since - CLOCK_SECONDS &&
		    (!until || e->t <= until + CLOCK_SECONDS))
			k->versions++;
		if (ends && until && !k->ended.n && is_about(&k->row, e->object) &&
		    e->t >= until - CLOCK_SECONDS && e->t <= until + CLOCK_SECONDS)
			ended(t, k, e);
	}
	return !t->full;
}

enum status key_list(struct app *app, struct span account, size_t skip, size_t most,
		     struct arena *a, struct key_items *out)
{
	const struct change_filter all = {.child = SPAN_NONE};
	struct gather g = {out, skip, most};
	struct tally t = {app, a, out, false};
	enum status st;

	*out = (struct key_items){.items = arena_array(a, most, sizeof *out->items)};
	if (!out->items)
		return fail(ST_NOMEM, "no memory for a list of keys");
	st = key_each(app->db, account, gather, &g);
	if (!st)
		st = changes_each(app, &all, count, &t);
	return !st && t.full ? fail(ST_NOMEM, "no memory for a list of keys") : st;
}

/* ---- which will end ----------------------------------------------------------------------- */

struct soon {
	const char *today, *until;
	enum status (*each)(void *ctx, const struct account *a);
	void *ctx;
};

static enum status one_account(void *ctx, const struct account *a)
{
	const struct soon *s = ctx;

	if (!a->key[0] || a->disabled || !a->until[0] || strcmp(a->until, s->today) < 0 ||
	    strcmp(a->until, s->until) > 0)
		return ST_OK;
	return s->each(s->ctx, a);
}

enum status keys_ending(struct app *app, const char *today, const char *until,
			enum status (*each)(void *ctx, const struct account *a), void *ctx)
{
	struct soon s = {today, until, each, ctx};

	return account_each(app->db, one_account, &s);
}
