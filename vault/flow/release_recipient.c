/* A child as a recipient: who gets it there now, and the digest of that. */
#include "generator/base/day.h"
#include "vault/flow/releases_impl.h"
#include "vault/flow/session.h"

#include <stdio.h>

void release_hash(struct sha256 *h, const char *text)
{
	sha256_add(h, text, strlen(text) + 1);
}

struct family {
	struct app *app;
	struct release_to *to;
	struct sha256 *hash;
	int64_t now;
	char today[DAY_TEXT];
};

static enum status one_guardian(void *ctx, const struct guardian *g)
{
	struct family *f = ctx;
	struct release_to *to = f->to;
	struct release_guardian *out;
	struct account a;
	enum status st = account_get(f->app->db, span_of(g->account), &a);

	if (st && st != ST_NOTFOUND)
		return st;
	release_hash(f->hash, g->account);
	release_hash(f->hash, st ? "" : a.name);
	release_hash(f->hash, g->relation);
	to->shielded = to->shielded || g->suspended[0];
	if (to->nguardians == RELEASE_GUARDIANS)
		return ST_OK;
	out = &to->guardians[to->nguardians++];
	*out = (struct release_guardian){
	    .rests = st || account_is_over(&a, f->now) ||
		     (g->suspended[0] && strcmp(g->suspended, f->today) <= 0)};
	release_hash(f->hash, out->rests ? "rests" : "");
	memcpy(out->account, g->account, sizeof out->account);
	memcpy(out->relation, g->relation, sizeof out->relation);
	if (!st)
		memcpy(out->name, a.name, sizeof out->name);
	return ST_OK;
}

static enum status one_protection(void *ctx, const struct protection *p)
{
	struct family *f = ctx;

	f->to->shielded = true;
	release_hash(f->hash, p->guardian);
	release_hash(f->hash, p->kind);
	release_hash(f->hash, p->value);
	return ST_OK;
}

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct family *f = ctx;

	if (strcmp(e->since, f->today) <= 0 && (!e->until[0] || strcmp(e->until, f->today) >= 0))
		memcpy(f->to->class, e->class, sizeof f->to->class);
	return ST_OK;
}

static void name_obstacle(struct release_to *to, bool may)
{
	bool any = false;

	for (size_t i = 0; i < to->nguardians; i++)
		any = any || !to->guardians[i].rests;
	to->obstacle = !may ? "not-yours" : !any ? "no-guardian" : NULL;
}

static enum status can_be_given(struct app *app, const struct account *preparer, int64_t now,
				struct span child, bool *may)
{
	struct question q = {.who = preparer, .now = now, .request = ""};

	*may = false;
	if (account_is_over(preparer, now))
		return ST_OK;
	return files_may_add_quietly(app, &q, child, may);
}

enum status release_recipient(struct app *app, const struct account *preparer, int64_t now,
			      struct span child, struct release_to *out)
{
	struct sha256 h;
	struct family f = {app, out, &h, now, ""};
	unsigned char raw[SHA256_LEN];
	bool may = false;
	enum status st;

	*out = (struct release_to){.nguardians = 0};
	span_copy(child, out->child.id, sizeof out->child.id);
	day_iso(day_jst(now), f.today);
	sha256_init(&h);
	st = child_get(app->db, child, &out->child);
	if (st == ST_NOTFOUND) {
		out->obstacle = "not-yours";
		return ST_OK;
	}
	release_hash(&h, out->child.id);
	release_hash(&h, out->child.name);
	if (!st)
		st = child_guardians(app->db, child, one_guardian, &f);
	if (!st)
		st = child_protections(app->db, child, one_protection, &f);
	if (!st)
		st = child_enrolments(app->db, child, one_stay, &f);
	if (!st)
		st = can_be_given(app, preparer, now, child, &may);
	sha256_end(&h, raw);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(out->line + 2 * i, 3, "%02x", raw[i]);
	name_obstacle(out, may);
	return st;
}
