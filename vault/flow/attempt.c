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
 * a password, so of it only 16 bits of a hash are kept.  With a key that nobody outside has:
 * whoever finds another name with the same bits could tell by their waits that neither is an
 * account.
 */
static void name_unknown(const struct app *app, struct span typed, char out[static COUNTER_NAME])
{
	unsigned char digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, app->boot_key, sizeof app->boot_key);
	sha256_add(&h, "unknown", sizeof "unknown");
	sha256_add(&h, typed.p ? typed.p : "", typed.n);
	sha256_end(&h, digest);
	snprintf(out, COUNTER_NAME, "unknown:%02x%02x", digest[0], digest[1]);
}

static enum status load_counters(struct app *app, const struct attempt *a, struct tries *t)
{
	struct counter *c = t->of;
	bool known;
	enum status st = is_account(app, a->account, &known);

	c[0].kind = THROTTLE_ACCOUNT;
	if (known)
		snprintf(c[0].name, COUNTER_NAME, "account:%.*s", SPAN_ARG(a->account));
	else
		name_unknown(app, a->account, c[0].name);
	c[1].kind = THROTTLE_ADDRESS;
	snprintf(c[1].name, COUNTER_NAME, "peer:%.100s", a->peer);
	if (!st)
		st = load_counter(app, &c[0]);
	return st ? st : load_counter(app, &c[1]);
}

static enum status store_counter(struct app *app, struct counter *c, struct throttle t)
{
	c->t = t;
	return t.failures ? throttle_put(app->db, c->name, t.failures, t.last)
			  : throttle_clear(app->db, c->name);
}

static long longest_wait(const struct tries *t, int64_t now)
{
	long wait = 0;

	for (int i = 0; i < 2; i++) {
		long w = throttle_wait(t->of[i].kind, t->of[i].t, now);
		if (w > wait)
			wait = w;
	}
	return wait;
}

enum status tries_begin(struct app *app, const struct attempt *a, struct tries *t, long *wait)
{
	enum status st = db_begin(app->db);

	*wait = 0;
	*t = (struct tries){.counted = false};
	if (st)
		return st;
	st = load_counters(app, a, t);
	if (!st)
		*wait = longest_wait(t, a->now);
	t->before = t->of[0].t;
	if (!st && *wait == 0)
		st = store_counter(app, &t->of[0], throttle_failed(t->before, a->now));
	st = db_end(app->db, st);
	t->counted = !st && *wait == 0;
	if (st || t->counted)
		return st;
	st = attempt_note(app, a, NULL, "login.throttled", "deny", "throttled");
	return st ? st : fail(ST_BUSY, "too many failures");
}

/* What the counters have become meanwhile is what is counted on. */
enum outcome { FAILED, IN, NEITHER };

static bool same_count(struct throttle a, struct throttle b)
{
	return a.failures == b.failures && a.last == b.last;
}

/* Without this try; its time stays if there was another one after it. */
static struct throttle without(const struct tries *t, struct throttle mine, struct throttle now)
{
	if (same_count(now, mine))
		return t->before;
	if (now.failures)
		now.failures--;
	return now;
}

static enum status settle_each(struct app *app, struct tries *t, enum outcome how, int64_t now)
{
	struct counter *account = &t->of[0], *address = &t->of[1];
	struct throttle mine = account->t;
	enum status st = load_counter(app, account);

	if (!st && how != NEITHER)
		st = load_counter(app, address);
	if (!st && how == IN)
		st = store_counter(app, account, throttle_succeeded(account->kind, account->t));
	if (!st && how == NEITHER)
		st = store_counter(app, account, without(t, mine, account->t));
	if (!st && how == IN && address->t.failures)
		st = store_counter(app, address, throttle_succeeded(address->kind, address->t));
	if (!st && how == FAILED)
		st = store_counter(app, address, throttle_failed(address->t, now));
	return st;
}

static enum status settle(struct app *app, struct tries *t, enum outcome how, int64_t now)
{
	enum status st = db_begin(app->db);

	t->counted = false;
	return st ? st : db_end(app->db, settle_each(app, t, how, now));
}

/* Somebody should know: so many failures are no slip of the finger.  A rule of alerts reads it. */
static enum status note_many(struct app *app, const struct attempt *a, const struct tries *t)
{
	const struct note n = {
	    .class = "session",
	    .event = "login.many",
	    .object = span_of(t->of[0].name),
	    .decision = "deny",
	    .reason = "many-failures",
	    .request = a->request,
	};

	return throttle_alerts(t->of[0].t) ? note_add(app, &n) : ST_OK;
}

enum status tries_failed(struct app *app, const struct attempt *a, struct tries *t,
			 const struct account *who, const char *event, const char *reason)
{
	enum status st = attempt_note(app, a, who, event, "deny", reason);

	if (!st)
		st = note_many(app, a, t);
	if (!st)
		st = settle(app, t, FAILED, a->now);
	return st ? st : fail(ST_DENIED, "signing in failed: %s", reason);
}

enum status tries_good(struct app *app, struct tries *t)
{
	return settle(app, t, IN, 0);
}

enum status tries_end(struct app *app, struct tries *t, enum status so_far)
{
	enum status st = t->counted ? settle(app, t, NEITHER, 0) : ST_OK;

	return so_far ? so_far : st;
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
