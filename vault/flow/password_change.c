#include "vault/flow/password_change.h"

#include "vault/auth/password.h"

static enum status verify(struct app *app, const struct attempt *a)
{
	struct buf verifier, sealed;
	enum status st;

	buf_init(&verifier, 256);
	buf_init_secret(&sealed, 1024);
	st = secret_get(app->db, a->account, &verifier, &sealed);
	if (!st)
		st = password_verify(buf_str(&verifier), a->password);
	buf_clear(&verifier);
	buf_clear(&sealed);
	return st;
}

static enum status judge(const struct account *who, struct span fresh, struct span old,
			 const char **why)
{
	enum status st = password_acceptable(fresh, span_of(who->id), span_of(who->name), why);

	if (!st && span_eq(fresh, old)) {
		*why = "いまと同じパスワードです。別のものを考えてください。";
		st = fail(ST_INVALID, "the same password");
	}
	return st;
}

enum status password_store(struct app *app, struct span account, const struct seal_secret *secret,
			   struct span password, int64_t now)
{
	char verifier[PASSWORD_TEXT], blob[SEAL_TEXT];
	unsigned char address[SEAL_ADDRESS];
	enum status st = seal_again(blob, secret, password, account);

	if (!st)
		st = password_hash(verifier, password);
	if (!st) {
		seal_address(secret, address);
		st = secret_put(app->db, account, span_of(verifier), span_of(blob),
				span_make((const char *)address, sizeof address), now);
	}
	explicit_bzero(blob, sizeof blob);
	explicit_bzero(verifier, sizeof verifier);
	return st;
}

/* The same secret under the new password; the old one opens nothing any more. */
static enum status reseal(struct app *app, const struct attempt *a, const struct session *s,
			  struct span fresh)
{
	struct span token = span_make((const char *)s->token.lookup, TOKEN_HASH);
	struct seal_secret *secret = NULL;
	enum status st = session_secret(app, s, &secret);

	/* the others first: better no session too many than one that the old password began */
	if (!st)
		st = session_drop_others(app->db, a->account, token);
	if (!st)
		st = password_store(app, a->account, secret, fresh, a->now);
	seal_secret_free(secret);
	return st;
}

enum status password_change(struct app *app, const struct attempt *a, const struct session *s,
			    struct span fresh, long *wait, const char **why)
{
	struct tries tries;
	enum status st = tries_begin(app, a, &tries, wait);

	if (!st)
		st = verify(app, a);
	if (st == ST_DENIED)
		return tries_failed(app, a, &tries, &s->account, "login.fail", "password");
	if (!st)
		st = judge(&s->account, fresh, a->password, why);
	if (!st)
		st = reseal(app, a, s, fresh);
	if (!st)
		st = attempt_note(app, a, &s->account, "password.change", "allow", "password");
	if (!st)
		st = tries_good(app, &tries);
	return tries_end(app, &tries, st);
}
