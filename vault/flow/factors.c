#include "vault/flow/factors.h"

#include "vault/flow/note.h"
#include "vault/flow/policy.h"

#include <stdio.h>
#include <stdlib.h>

enum { CODES_SECONDS = 10 * 366 * 86400 }; /* codes on paper do not age */

static enum status one_row(void *ctx, const struct factor_row *row)
{
	struct factors *f = ctx;

	if (f->count < FACTORS_MAX)
		f->rows[f->count++] = *row;
	return ST_OK;
}

enum status factors_load(struct app *app, struct span account, struct factors **out)
{
	struct factors *f = calloc(1, sizeof *f);
	enum status st;

	*out = NULL;
	if (!f)
		return fail(ST_NOMEM, "no memory for factors");
	f->rows = f->room;
	st = factor_each(app->db, account, one_row, f);
	if (st)
		factors_free(f);
	else
		*out = f;
	return st;
}

void factors_free(struct factors *f)
{
	if (f)
		explicit_bzero(f, sizeof *f);
	free(f);
}

static enum status count_row(void *ctx, const struct factor_row *row)
{
	size_t *n = ctx;

	(void)row;
	++*n;
	return ST_OK;
}

enum status factor_need(struct app *app, const struct account *who, struct factor_need *out)
{
	struct policy policy;
	enum status st;

	*out = (struct factor_need){0, true};
	st = policy_load(app, &policy);
	if (!st)
		st = factor_each(app->db, span_of(who->id), count_row, &out->count);
	if (!st)
		out->needed = access_needs_factor(&policy, who->role);
	return st;
}

enum status factor_may_change(struct app *app, const struct session *s)
{
	struct factor_need need;
	enum status st = factor_need(app, &s->account, &need);

	if (!st && s->weak && need.count)
		st = fail(ST_DENIED, "a factor must be given first");
	return st;
}

static enum status note_factor(struct app *app, const struct session *s, const char *event,
			       const char *kind, const char *request)
{
	struct note n = {
	    .class = "session",
	    .event = event,
	    .who = &s->account,
	    .decision = "allow",
	    .reason = kind,
	    .request = request,
	};

	return note_add(app, &n);
}

enum status factor_keep(struct app *app, const struct attempt *a, const struct session *s,
			struct factor_row *f)
{
	struct factor_need need;
	enum status st = factor_need(app, &s->account, &need);

	if (!st && need.count >= FACTORS_MAX)
		st = fail(ST_TOOBIG, "%d factors", FACTORS_MAX);
	f->since = a->now;
	if (!st)
		st = factor_add(app->db, f);
	return st ? st : note_factor(app, s, "factor.add", f->kind, a->request);
}

/* ---- one-time passwords -------------------------------------------------------------------- */

static struct challenge_for totp_for(const struct app *app, const struct session *s)
{
	return (struct challenge_for){app->boot_key, s->token.lookup, "totp"};
}

void totp_begin(const struct app *app, const struct session *s, int64_t now,
		char challenge[static CHALLENGE_TEXT])
{
	struct challenge_for f = totp_for(app, s);

	challenge_new(challenge, &f, now);
}

bool totp_pending(const struct app *app, const struct session *s, struct span challenge,
		  int64_t now, unsigned char secret[static TOTP_SECRET])
{
	struct challenge_for f = totp_for(app, s);

	if (!challenge_good(challenge, &f, now, ENROL_SECONDS))
		return false;
	challenge_secret(secret, TOTP_SECRET, challenge, &f);
	return true;
}

void totp_address(const struct app *app, const struct account *who,
		  const unsigned char secret[static TOTP_SECRET], struct buf *out)
{
	char issuer[CONF_TEXT + 32];

	snprintf(issuer, sizeof issuer, "こどもカルテ %s", app->conf.hostname);
	totp_uri(out, secret, span_of(issuer), span_of(who->id));
}

static enum status seal_totp(struct app *app, struct factor_row *f,
			     const unsigned char secret[static TOTP_SECRET])
{
	struct buf address, sealed;
	enum status st;

	buf_init(&address, 64);
	buf_init(&sealed, FACTOR_DATA);
	st = secret_address(app->db, span_of(f->account), &address);
	if (!st && address.len != SEAL_ADDRESS)
		st = fail(ST_CORRUPT, "%s has no address", f->account);
	if (!st)
		st = seal_to((const unsigned char *)address.data,
			     span_make((const char *)secret, TOTP_SECRET), &sealed);
	if (!st) {
		memcpy(f->data, sealed.data, sealed.len);
		f->data_len = sealed.len;
	}
	buf_clear(&address);
	buf_clear(&sealed);
	return st;
}

static struct factor_row totp_row(struct span account, const char *name)
{
	struct factor_row f = {.kind = "totp"};

	span_copy(account, f.account, sizeof f.account);
	snprintf(f.name, sizeof f.name, "%s", name);
	return f;
}

enum status totp_add(struct app *app, const struct attempt *a, const struct session *s,
		     struct span challenge, struct span code)
{
	struct factor_row f = totp_row(span_of(s->account.id), "認証アプリ");
	unsigned char secret[TOTP_SECRET];
	int64_t step = 0;
	enum status st = factor_may_change(app, s);

	if (st)
		return st;
	if (!totp_pending(app, s, challenge, a->now, secret))
		return fail(ST_INVALID, "the setting up took too long");
	st = totp_check(secret, code, a->now, 0, &step);
	f.count = step;
	f.used = a->now;
	if (!st)
		st = seal_totp(app, &f, secret);
	explicit_bzero(secret, sizeof secret);
	return st ? st : factor_keep(app, a, s, &f);
}

enum status totp_put(struct app *app, struct span account, const char *name,
		     const unsigned char secret[static TOTP_SECRET], int64_t now)
{
	struct factor_row f = totp_row(account, name);
	enum status st = seal_totp(app, &f, secret);

	f.since = now;
	return st ? st : factor_add(app->db, &f);
}

/* ---- paper --------------------------------------------------------------------------------- */

static void paper_context(struct span account, char out[static 64])
{
	snprintf(out, 64, "recovery %.*s", SPAN_ARG(account));
}

enum status recovery_new(struct app *app, const struct session *s, int64_t now, const char *request,
			 char codes[RECOVERY_CODES][CODE_TEXT])
{
	struct span account = span_of(s->account.id);
	char hash[CODE_HASH], context[64];
	enum status st;

	if (s->weak)
		return fail(ST_DENIED, "the second factor is missing");
	paper_context(account, context);
	st = db_begin(app->db);
	if (st)
		return st;
	st = code_drop_all(app->db, account, "recovery");
	for (int i = 0; i < RECOVERY_CODES && !st; i++) {
		code_new(codes[i]);
		st = code_hash(hash, span_of(codes[i]), span_of(context));
		if (!st)
			st = code_put(app->db, account, "recovery", hash, now + CODES_SECONDS);
	}
	st = db_end(app->db, st);
	return st ? st : note_factor(app, s, "factor.add", "recovery", request);
}

enum status recovery_left(struct app *app, struct span account, int64_t now, long *out)
{
	return code_count(app->db, account, "recovery", now, out);
}

enum status recovery_take(struct app *app, struct span account, struct span typed, int64_t now)
{
	char hash[CODE_HASH], context[64];
	enum status st;

	paper_context(account, context);
	st = code_hash(hash, typed, span_of(context));
	if (!st)
		st = code_take(app->db, account, "recovery", hash, now);
	explicit_bzero(hash, sizeof hash);
	return st == ST_NOTFOUND || st == ST_INVALID ? fail(ST_DENIED, "no such code") : st;
}

/* ---- ends ---------------------------------------------------------------------------------- */

enum status factor_remove(struct app *app, const struct session *s, long long n,
			  const char *request)
{
	struct factor_row f;
	struct factor_need need;
	enum status st;

	if (s->weak)
		return fail(ST_DENIED, "the second factor is missing");
	st = db_begin(app->db); /* two at once must not take the last two */
	if (st)
		return st;
	st = factor_get(app->db, span_of(s->account.id), n, &f);
	if (!st)
		st = factor_need(app, &s->account, &need);
	if (!st && need.needed && need.count <= 1)
		st = fail(ST_EXISTS, "the last factor stays");
	if (!st)
		st = factor_drop(app->db, span_of(s->account.id), n);
	if (!st && need.count <= 1) /* paper alone is no second factor */
		st = code_drop_all(app->db, span_of(s->account.id), "recovery");
	st = db_end(app->db, st);
	return st ? st : note_factor(app, s, "factor.drop", f.kind, request);
}

enum status factors_forget(struct app *app, struct span account)
{
	enum status st = factor_drop_all(app->db, account);

	return st ? st : code_drop_all(app->db, account, "recovery");
}
