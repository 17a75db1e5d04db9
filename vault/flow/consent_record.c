/* What the institution that asked may do with an ask of its own; and that it is taken back. */
#include "vault/flow/consent_impl.h"

/* Of the institution that asked; whoever else does not get to know that there is such an ask. */
enum status consent_find_ours(struct consent_try *t, struct span id, const struct ask **out)
{
	enum status st = decide(t->app, t->q, &t->decision, NULL);

	if (!st)
		st = consent_find(t, id, out);
	if (!st &&
	    ((*out)->old || !consent_is_mine(t->app, t->q->who, &t->decision, (*out)->institution)))
		st = refuse(t->app, t->q, "not-asked-by-us");
	if (!st && consent_cancelled(t->book, *out))
		st = fail(ST_INVALID, "このお願いは、もう 取りやめてあります");
	return st;
}

/* ---- taking back -------------------------------------------------------------------------- */

static enum status try_cancel(struct consent_try *t, struct span ask)
{
	const struct ask *a;
	struct reply r = {.cancel = true};
	enum status st = consent_find_ours(t, ask, &a);

	return st ? st : consent_put_reply(t, a, &r, "consent.cancel");
}

enum status consent_cancel(struct app *app, const struct actor *who, const struct question *q,
			   struct span ask, char id[static CONSENT_ID])
{
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_cancel(&t, ask);
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return st;
}
