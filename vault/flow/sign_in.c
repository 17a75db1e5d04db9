#include "vault/flow/sign_in.h"

#include "generator/base/sha256.h"
#include "vault/auth/password.h"
#include "vault/auth/throttle.h"
#include "vault/db/session.h"
#include "vault/flow/note.h"

#include <stdio.h>

enum { COUNTER_NAME = 128, TOUCH_SECONDS = 60 };

/*
 * The two counters of an attempt.  Unknown accounts count too, so that they cannot be told from
 * real ones; but what was typed may be a password, so of it only 16 bits of a hash are kept.
 */
struct counter {
	enum throttle_kind kind;
	char name[COUNTER_NAME];
	struct throttle t;
};

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

static enum status load_counters(struct app *app, const struct attempt *a, struct counter c[2])
{
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

static enum status count(struct app *app, const struct counter c[2], bool good, int64_t now)
{
	enum status st = ST_OK;

	for (int i = 0; i < 2 && !st; i++) {
		struct throttle t =
		    good ? throttle_succeeded(c[i].kind, c[i].t) : throttle_failed(c[i].t, now);
		if (!good || c[i].t.failures)
			st = store_counter(app, &c[i], t);
	}
	return st;
}

static enum status record(struct app *app, const struct attempt *a, const struct account *who,
			  const char *event, const char *decision, const char *reason)
{
	/* What was typed is kept only if it is an account: it may be a password typed too early. */
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

/* The password opens the secret, which is closed again under the session's own token. */
static enum status open_session(struct app *app, const struct attempt *a, const char *sealed,
				char text[static TOKEN_TEXT])
{
	struct seal_secret *secret = NULL;
	struct session_row row = {.since = a->now, .seen = a->now};
	struct token token;
	char wrapped[SEAL_TEXT];
	enum status st = seal_open(&secret, sealed, a->password, a->account);

	if (st)
		return st;
	token_new(&token, text);
	span_copy(a->account, row.account, sizeof row.account);
	st = seal_for_session(wrapped, secret, token.secret, a->account);
	if (!st)
		st = session_put(app->db, span_make((const char *)token.lookup, TOKEN_HASH), &row,
				 span_of(wrapped));
	seal_secret_free(secret);
	token_clear(&token);
	explicit_bzero(wrapped, sizeof wrapped);
	return st;
}

static enum status try_password(struct app *app, const struct attempt *a, struct account *who,
				char text[static TOKEN_TEXT])
{
	struct buf verifier, sealed;
	enum status st;

	buf_init(&verifier, 256);
	buf_init_secret(&sealed, 1024);
	st = account_get(app->db, a->account, who);
	if (!st)
		st = secret_get(app->db, a->account, &verifier, &sealed);
	if (st == ST_NOTFOUND)
		st = password_dummy(a->password);
	else if (!st)
		st = password_verify(buf_str(&verifier), a->password);
	if (!st && who->disabled)
		st = fail(ST_DENIED, "disabled");
	if (!st)
		st = open_session(app, a, buf_str(&sealed), text);
	buf_clear(&verifier);
	buf_clear(&sealed);
	return st;
}

enum status sign_in(struct app *app, const struct attempt *a, char text[static TOKEN_TEXT],
		    long *wait)
{
	struct counter c[2];
	struct account who;
	enum status st = load_counters(app, a, c), noted;

	*wait = 0;
	for (int i = 0; i < 2 && !st; i++) {
		long w = throttle_wait(c[i].kind, c[i].t, a->now);
		if (w > *wait)
			*wait = w;
	}
	if (!st && *wait > 0) {
		st = record(app, a, NULL, "login.throttled", "deny", "throttled");
		return st ? st : fail(ST_BUSY, "too many failures");
	}
	if (!st)
		st = try_password(app, a, &who, text);
	if (st == ST_DENIED) {
		noted = record(app, a, NULL, "login.fail", "deny", "password");
		if (!noted)
			noted = count(app, c, false, a->now);
		return noted ? noted : fail(ST_DENIED, "account or password is wrong");
	}
	if (!st)
		st = record(app, a, &who, "login", "allow", "password");
	if (!st)
		st = count(app, c, true, a->now);
	return st;
}

static struct span lookup(const struct session *s)
{
	return span_make((const char *)s->token.lookup, TOKEN_HASH);
}

enum status session_find(struct app *app, struct span cookie, int64_t now, struct session *out)
{
	struct session_row row;
	enum status st;

	*out = (struct session){.since = 0};
	if (!token_parse(&out->token, cookie))
		return fail(ST_NOTFOUND, "no session");
	st = session_account(app->db, lookup(out), &row, &out->account);
	if (!st &&
	    (now - row.seen > app->conf.session_idle || now - row.since > app->conf.session_max)) {
		st = session_drop(app->db, lookup(out));
		if (!st)
			st = fail(ST_NOTFOUND, "the session has ended");
	}
	if (!st && out->account.disabled)
		st = fail(ST_NOTFOUND, "the account is disabled");
	if (!st && now - row.seen >= TOUCH_SECONDS)
		st = session_touch(app->db, lookup(out), now);
	out->since = row.since;
	out->seen = now;
	if (st)
		session_clear(out);
	return st;
}

void session_clear(struct session *s)
{
	token_clear(&s->token);
	s->account = (struct account){.id = ""};
}

enum status session_actor(struct app *app, const struct session *s, const char *request,
			  struct actor *out)
{
	struct seal_secret *secret = NULL;
	struct session_row row;
	struct buf wrapped;
	enum status st;

	*out = (struct actor){.key = NULL};
	buf_init_secret(&wrapped, 1024);
	st = session_get(app->db, lookup(s), &row, &wrapped);
	if (!st)
		st = seal_from_session(&secret, buf_str(&wrapped), s->token.secret,
				       span_of(s->account.id));
	if (!st) {
		actor_session(out, app, &s->account, secret, request);
		out->key = out->account.key;
	}
	buf_clear(&wrapped);
	return st;
}

enum status sign_out(struct app *app, const struct session *s, const char *request)
{
	struct note n = {
	    .class = "session",
	    .event = "logout",
	    .who = &s->account,
	    .decision = "allow",
	    .reason = "own-session",
	    .request = request,
	};
	enum status st = session_drop(app->db, lookup(s));

	return st ? st : note_add(app, &n);
}
