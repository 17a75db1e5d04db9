#include "vault/flow/change_look.h"

#include "generator/base/sha256.h"

struct look {
	struct app *app;
	struct repo *repo;
	const struct change_entry *e;
	struct arena *a;
	int64_t now;
	struct change_look *out;
	enum status st;
};

static enum change_trouble compare(const struct look *l, const struct version *v)
{
	char sha256[SHA256_HEX];
	struct oid before;
	bool has = oid_parse(l->e->before, &before);

	sha256_hex(v->object, sha256);
	if (!span_is(l->e->sha256, sha256))
		return CHANGE_ALTERED;
	if (has != (v->parent_count > 0) || v->parent_count > 1 ||
	    (has && !oid_eq(&before, &v->parents[0])))
		return CHANGE_CUT;
	return CHANGE_WHOLE;
}

static bool one_version(void *arg, const struct version *v)
{
	struct look *l = arg;
	struct change_look *out = l->out;

	out->trouble = compare(l, v);
	out->author_email = arena_copy(l->a, v->author_email);
	out->committer_email = arena_copy(l->a, v->committer_email);
	out->subject = arena_copy(l->a, v->subject);
	out->reason = arena_copy(l->a, v->reason);
	out->digest = arena_copy(l->a, version_trailer(v, "Karte-Digest"));
	out->time = v->time;
	out->has_parent = v->parent_count > 0;
	if (out->has_parent)
		out->parent = v->parents[0];
	l->st = out->digest.p ? signed_look_at(l->app, l->repo, v, l->now, &out->sign)
			      : fail(ST_NOMEM, "no memory for a version");
	return false;
}

/* What is not there may have been given up: then nothing is missing. */
static enum status say_missing(struct look *l)
{
	bool abandoned;
	enum status st = changes_abandoned(l->app, l->e->version, &abandoned);

	l->out->trouble = abandoned ? CHANGE_ABANDONED : CHANGE_MISSING;
	return st;
}

enum status change_look_at(struct app *app, const struct change_entry *e, int64_t now,
			   struct arena *a, struct change_look *out)
{
	struct look l = {.app = app, .e = e, .a = a, .now = now, .out = out};
	struct repo_name name;
	enum status st;

	*out = (struct change_look){.trouble = CHANGE_MISSING,
				    .sign = {.state = SIGNED_UNCHECKED},
				    .author_email = SPAN(""),
				    .committer_email = SPAN(""),
				    .subject = SPAN(""),
				    .reason = SPAN(""),
				    .digest = SPAN("")};
	if (!oid_parse(e->version, &out->id) || repo_name_parse(e->repository, &name))
		return ST_OK;
	st = repo_open(&l.repo, app->store, &name);
	if (!st)
		st = history_one(l.repo, &out->id, one_version, &l);
	repo_close(l.repo);
	if (st == ST_NOTFOUND || st == ST_CORRUPT)
		return say_missing(&l);
	return st ? st : l.st;
}

/* ---- the branch --------------------------------------------------------------------------- */

struct branch {
	struct app *app;
	struct oid head;
	bool born, holds;
	enum status st;
};

/* The newest record that was not given up. */
static bool newest(void *ctx, const struct change_entry *e)
{
	struct branch *b = ctx;
	struct oid id;
	bool abandoned = false;

	b->holds = b->born && oid_parse(e->version, &id) && oid_eq(&id, &b->head);
	if (b->holds)
		return false;
	b->st = changes_abandoned(b->app, e->version, &abandoned);
	return !b->st && abandoned;
}

enum status change_branch_holds(struct app *app, struct span repository, bool *out)
{
	const struct change_filter f = {.repository = repository};
	struct branch b = {.app = app};
	struct repo_name name;
	struct repo *repo = NULL;
	enum status st;

	*out = false;
	if (repo_name_parse(repository, &name))
		return ST_OK;
	st = repo_open(&repo, app->store, &name);
	if (!st)
		st = repo_head(repo, &b.head);
	b.born = st == ST_OK;
	repo_close(repo);
	if (st && st != ST_NOTFOUND && st != ST_CORRUPT)
		return st;
	st = changes_each(app, &f, newest, &b);
	*out = b.holds;
	return st ? st : b.st;
}
