#include "vault/flow/second.h"

#include "vault/db/account.h"

#include <string.h>

struct second {
	struct app *app;
	const struct question *q;
	second_may *may;
	const void *ctx;
	bool found;
};

/* Only who has signed in once can sign; it ends at the first. */
static enum status could(void *arg, const struct account *a)
{
	struct second *s = arg;
	struct question q = *s->q;
	struct decision d;
	enum status st;

	if (strcmp(a->id, q.who->id) == 0 || !a->key[0])
		return ST_OK;
	q.who = a;
	q.weak = false;
	st = decide_quietly(s->app, &q, &d, NULL);
	if (st || !s->may(s->ctx, a, &d))
		return st;
	s->found = true;
	return ST_EXISTS;
}

enum status second_person(struct app *app, const struct question *q, struct span institution,
			  second_may *may, const void *ctx, bool *found)
{
	struct second s = {app, q, may, ctx, false};
	enum status st = account_staff(app->db, institution, could, &s);

	*found = s.found;
	return s.found ? ST_OK : st;
}
