#include "vault/flow/attempt.h"

#include "generator/base/sha256.h"
#include "vault/db/session.h"
#include "vault/flow/note.h"

#include <stdio.h>

static enum status is_account(struct app *app, struct span typed, bool *out)
{
	struct account a;
	enum status st = account_get(app->db, typed, &a);

	*out = st == ST_OK;
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status load_counter(struct app *app, struct counter *c)
{
	long failures;
	long long last;
	enum status st = throttle_get(app->db, c->name, &failures, &last);

	c->t = (struct throttle){(unsigned)failures, last};
	return st;
}

/*
 * Unknown accounts count too, so that they cannot be told from real ones; but what was typed may be
 * a password, so of it only 16 bits of a hash are kept.
 */
static enum status load_counters(struct app *app, const struct attempt *a, struct tries *t)
{
	struct counter *c = t->of;
	char hash[SHA256_HEX];
	bool known;
	enum status st = is_account(app, a->account, &known);

	sha256_hex(a->account, hash);
	c[0].kind = THROTTLE_ACCOUNT;
	if (known)
		snprintf(c[0].name, COUNTER_NAME, "account:%.*s", SPAN_ARG(a->account));
	else
		snprintf(c[0].name, COUNTER_NAME, "unknown:%.4s", hash);
	c[1].kind = THROTTLE_ADDRESS;
	snprintf(c[1].name, COUNTER_NAME, "peer:%.100s", a->peer);
	if (!st)
		st = load_counter(app, &c[0]);
	return st ? st : load_counter(app, &c[1]);
}

static enum status store_counter(struct app *app, const struct counter *c, struct throttle t)
{
	return t.failures ? throttle_put(app->db, c->name, t.failures, t.last)
			  : throttle_clear(app->db, c->name);
}

static enum status count(struct app *app, const struct tries *t, bool good, int64_t now)
{
	enum status st = ST_OK;

	for (int i = 0; i < 2 && !st; i++) {
		const struct counter *c = &t->of[i];
		struct throttle next =
		    good ? throttle_succeeded(c->kind, c->t) : throttle_failed(c->t, now);
		if (!good || c->t.failures)
			st = store_counter(app, c, next);
	}
	return st;
}

enum status tries_begin(struct app *app, const struct attempt *a, struct tries *t, long *wait)
{
	enum status st = load_counters(app, a, t);

	*wait = 0;
	for (int i = 0; i < 2 && !st; i++) {
		long w = throttle_wait(t->of[i].kind, t->of[i].t, a->now);
		if (w > *wait)
			*wait = w;
	}
	if (st || *wait == 0)
		return st;
	st = attempt_note(app, a, NULL, "login.throttled", "deny", "throttled");
	return st ? st : fail(ST_BUSY, "too many failures");
}

/* Somebody should know: so many failures are no slip of the finger. */
static enum status alert(struct app *app, const struct attempt *a, const struct tries *t)
{
	const struct note n = {
	    .class = "system",
	    .event = "alert",
	    .object = span_of(t->of[0].name),
	    .decision = "deny",
	    .reason = "many-failures",
	    .request = a->request,
	};

	return throttle_alerts(throttle_failed(t->of[0].t, a->now)) ? note_add(app, &n) : ST_OK;
}

enum status tries_failed(struct app *app, const struct attempt *a, struct tries *t,
			 const struct account *who, const char *event, const char *reason)
{
	enum status st = attempt_note(app, a, who, event, "deny", reason);

	if (!st)
		st = alert(app, a, t);
	if (!st)
		st = count(app, t, false, a->now);
	return st ? st : fail(ST_DENIED, "signing in failed: %s", reason);
}

enum status tries_good(struct app *app, const struct attempt *a, const struct tries *t)
{
	return count(app, t, true, a->now);
}

enum status attempt_note(struct app *app, const struct attempt *a, const struct account *who,
			 const char *event, const char *decision, const char *reason)
{
	bool known;
	enum status st = is_account(app, a->account, &known);
	struct note n = {
	    .class = "session",
	    .event = event,
	    .who = who,
	    .object = known ? a->account : SPAN_NONE,
	    .decision = decision,
	    .reason = reason,
	    .request = a->request,
	};

	return st ? st : note_add(app, &n);
}
