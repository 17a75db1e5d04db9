#include "vault/flow/sign_in.h"

#include "vault/auth/password.h"
#include "vault/flow/note.h"
#include "vault/flow/password_change.h"

/* ---- the password -------------------------------------------------------------------------- */

/* *secret is the caller's. */
static enum status try_password(struct app *app, const struct attempt *a, struct account *who,
				struct seal_secret **secret)
{
	struct buf verifier, sealed;
	enum status st;

	*secret = NULL;
	buf_init(&verifier, 256);
	buf_init_secret(&sealed, 1024);
	st = account_get(app->db, a->account, who);
	if (!st && !who->key[0])
		st = ST_NOTFOUND; /* has never signed in: there is no password */
	if (!st)
		st = secret_get(app->db, a->account, &verifier, &sealed);
	if (st == ST_NOTFOUND)
		st = password_dummy(a->password);
	else if (!st)
		st = password_verify(buf_str(&verifier), a->password);
	if (!st && account_is_over(who, a->now))
		st = fail(ST_DENIED, "the account is over");
	if (!st)
		st = seal_open(secret, buf_str(&sealed), a->password, a->account);
	if (!st && password_is_old(buf_str(&verifier))) /* made with weaker settings than today's */
		st = password_store(app, a->account, *secret, a->password, a->now);
	buf_clear(&verifier);
	buf_clear(&sealed);
	return st;
}

enum status sign_in_open(struct app *app, const struct attempt *a, const struct account *who,
			 const struct seal_secret *secret, char text[static TOKEN_TEXT],
			 enum sign_step *step)
{
	struct factor_need need;
	enum status st = factor_need(app, who, &need);

	*step = need.count ? SIGN_IN_CODE : need.needed ? SIGN_IN_ENROL : SIGN_IN_DONE;
	return st ? st : session_open(app, a, who, secret, *step != SIGN_IN_DONE, text);
}

enum status sign_in(struct app *app, const struct attempt *a, char text[static TOKEN_TEXT],
		    long *wait, enum sign_step *step)
{
	struct seal_secret *secret = NULL;
	struct account who;
	struct tries tries;
	enum status st = tries_begin(app, a, &tries, wait);

	if (!st)
		st = try_password(app, a, &who, &secret);
	if (st == ST_DENIED)
		return tries_failed(app, a, &tries, NULL, "login.fail", "password");
	if (!st)
		st = attempt_note(app, a, &who, "login", "allow", "password");
	if (!st)
		st = sign_in_open(app, a, &who, secret, text, step);
	/* A right password does not wipe out wrong codes: they are counted until both are right. */
	if (!st && *step == SIGN_IN_DONE)
		st = tries_good(app, &tries);
	seal_secret_free(secret);
	return tries_end(app, &tries, st);
}

/* ---- the second step ----------------------------------------------------------------------- */

/* Is this a code of one of the person's apps, for the first time?  ST_DENIED. */
static enum status check_totp(struct app *app, const struct attempt *a, const struct factor_row *f,
			      const struct seal_secret *secret, struct span code)
{
	int64_t step = 0;
	struct buf key;
	enum status st;

	buf_init_secret(&key, 256);
	st = seal_read(secret, span_make((const char *)f->data, f->data_len), &key);
	if (!st && key.len != TOTP_SECRET)
		st = fail(ST_CORRUPT, "one-time password %lld has no secret", f->n);
	if (!st)
		st = totp_check((const unsigned char *)key.data, code, a->now, f->count, &step);
	if (!st)
		st = factor_used(app->db, f->n, step, a->now);
	buf_clear(&key);
	return st == ST_EXISTS || st == ST_STALE ? fail(ST_DENIED, "used already") : st;
}

static enum status try_totp(struct app *app, const struct attempt *a, const struct session *s,
			    struct span code)
{
	struct seal_secret *secret = NULL;
	struct factors *f = NULL;
	enum status st = factors_load(app, span_of(s->account.id), &f);

	if (!st)
		st = session_secret(app, s, &secret);
	if (!st)
		st = ST_DENIED;
	for (size_t i = 0; f && i < f->count && st == ST_DENIED; i++)
		if (strcmp(f->rows[i].kind, "totp") == 0)
			st = check_totp(app, a, &f->rows[i], secret, code);
	seal_secret_free(secret);
	factors_free(f);
	return st;
}

/* Whoever is in now is told so, and the weak session is gone. */
static enum status pass(struct app *app, const struct attempt *a, const struct session *s,
			struct tries *tries, const char *event, const char *method,
			char text[static TOKEN_TEXT])
{
	enum status st = attempt_note(app, a, &s->account, event, "allow", method);

	if (!st)
		st = session_strengthen(app, a, s, text);
	return st ? st : tries_good(app, tries);
}

enum status sign_in_code(struct app *app, const struct attempt *a, const struct session *s,
			 struct span code, char text[static TOKEN_TEXT], long *wait, bool *paper)
{
	struct tries tries;
	enum status st = tries_begin(app, a, &tries, wait);

	*paper = false;
	if (!st)
		st = try_totp(app, a, s, code);
	if (st == ST_DENIED) {
		st = recovery_take(app, span_of(s->account.id), code, a->now);
		*paper = !st;
	}
	if (st == ST_DENIED)
		return tries_failed(app, a, &tries, &s->account, "login.code.fail", "code");
	if (!st)
		st = pass(app, a, s, &tries, "login.code", *paper ? "recovery" : "totp", text);
	return tries_end(app, &tries, st);
}

enum status sign_in_enrolled(struct app *app, const struct attempt *a, const struct session *s,
			     const char *method, char text[static TOKEN_TEXT])
{
	struct tries tries;
	long wait;
	enum status st = tries_begin(app, a, &tries, &wait);

	/* Proved just now: a stranger's wrong tries at the password do not hold it up. */
	if (!st || st == ST_BUSY)
		st = pass(app, a, s, &tries, "login.code", method, text);
	return tries_end(app, &tries, st);
}

/* ---- passkeys ------------------------------------------------------------------------------ */

/* The passkey of these credentials and the account whose it is. */
static enum status find_passkey(struct app *app, const struct assertion *in, struct factor_row *f,
				struct account *who)
{
	enum status st = factor_by_handle(app->db, in->id, f);

	if (!st)
		st = account_get(app->db, span_of(f->account), who);
	return st == ST_NOTFOUND ? fail(ST_DENIED, "no such passkey") : st;
}

/* Alone: what the authenticator gave opens the secret. */
static enum status open_alone(struct app *app, const struct attempt *a, const struct account *who,
			      const struct factor_row *f, struct span prf,
			      char text[static TOKEN_TEXT])
{
	struct seal_secret *secret = NULL;
	enum status st;

	if (!f->sealed[0] || prf.n != PASSKEY_PRF)
		return fail(ST_STALE, "this passkey does not sign in alone");
	st = seal_from_key(&secret, f->sealed, (const unsigned char *)prf.p, span_of(who->id));
	if (!st)
		st = attempt_note(app, a, who, "login.passkey", "allow", "passkey");
	if (!st)
		st = session_open(app, a, who, secret, false, text);
	seal_secret_free(secret);
	return st;
}

/* Beside the password: from now on it may do alone, if the browser gave a key for that. */
static enum status open_second(struct app *app, const struct attempt *a, const struct session *s,
			       struct tries *tries, struct factor_row *f, struct span prf,
			       char text[static TOKEN_TEXT])
{
	struct seal_secret *secret = NULL;
	enum status st = ST_OK;

	if (!f->sealed[0] && prf.n == PASSKEY_PRF) {
		st = session_secret(app, s, &secret);
		if (!st)
			st = passkey_join(app, f, secret, prf);
		seal_secret_free(secret);
	}
	return st ? st : pass(app, a, s, tries, "login.passkey", "passkey", text);
}

enum status sign_in_passkey(struct app *app, const struct attempt *a, const struct session *s,
			    const struct assertion *in, char text[static TOKEN_TEXT], long *wait)
{
	struct attempt known = *a;
	struct factor_row f = {.n = 0};
	struct account who = {.id = ""};
	struct tries tries;
	enum status found = find_passkey(app, in, &f, &who), st;

	if (found && found != ST_DENIED)
		return found;
	if (s)
		known.account = span_of(s->account.id);
	else
		known.account = span_of(f.account);
	st = tries_begin(app, &known, &tries, wait);
	if (!st)
		st = found;
	if (!st && s && strcmp(f.account, s->account.id) != 0)
		st = fail(ST_DENIED, "somebody else's passkey");
	if (!st && (account_is_over(&who, a->now) || !who.key[0]))
		st = fail(ST_DENIED, "the account is over");
	if (!st)
		st = passkey_prove(app, a, &f, in);
	if (!st)
		st = s ? open_second(app, &known, s, &tries, &f, in->prf, text)
		       : open_alone(app, &known, &who, &f, in->prf, text);
	if (st == ST_DENIED)
		return tries_failed(app, &known, &tries, NULL, "login.fail", "passkey");
	if (!st && !s)
		st = tries_good(app, &tries);
	return tries_end(app, &tries, st);
}

/* ---- out ----------------------------------------------------------------------------------- */

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
	enum status st =
	    session_drop(app->db, span_make((const char *)s->token.lookup, TOKEN_HASH));

	return st ? st : note_add(app, &n);
}
