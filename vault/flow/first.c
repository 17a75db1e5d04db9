#include "vault/flow/first.h"

#include "vault/auth/password.h"
#include "vault/flow/note.h"
#include "vault/flow/people.h"

#include <stdio.h>
#include <time.h>

static void slip_context(struct span account, char out[static 64])
{
	snprintf(out, 64, "first %.*s", SPAN_ARG(account));
}

enum status first_issue(struct app *app, const struct actor *who, struct span account,
			char out[static CODE_TEXT])
{
	struct note n = {.class = "admin",
			 .event = "first.issue",
			 .who = &who->account,
			 .object = account,
			 .decision = "allow",
			 .reason = "slip",
			 .request = who->request};
	char hash[CODE_HASH], context[64];
	struct account a;
	enum status st = account_get(app->db, account, &a);

	if (!st && account_is_over(&a, (int64_t)time(NULL)))
		st = fail(ST_INVALID, "アカウント %s は止まっています", a.id);
	if (!st)
		st = note_add(app, &n);
	if (st)
		return st;
	slip_context(account, context);
	code_new(out);
	st = code_hash(hash, span_of(out), span_of(context));
	if (!st)
		st = db_begin(app->db);
	if (!st) {
		st = code_drop_all(app->db, account, "first");
		if (!st)
			st = code_put(app->db, account, "first", hash,
				      (long long)time(NULL) + FIRST_SECONDS);
		st = db_end(app->db, st);
	}
	return st;
}

/* Uses the code up, unless the password is one that this person must not have. */
static enum status take(struct app *app, const struct attempt *a, struct span code,
			struct account *who, const char **why)
{
	char hash[CODE_HASH], context[64];
	enum status st;

	slip_context(a->account, context);
	st = code_hash(hash, code, span_of(context));
	if (!st)
		st = account_get(app->db, a->account, who);
	if (!st && account_is_over(who, a->now))
		st = ST_NOTFOUND;
	if (!st)
		st = db_begin(app->db);
	if (st == ST_NOTFOUND || st == ST_INVALID)
		return ST_DENIED;
	if (st)
		return st;
	st = code_take(app->db, a->account, "first", hash, a->now);
	if (!st)
		st = password_acceptable(a->password, span_of(who->id), span_of(who->name), why);
	st = db_end(app->db, st);
	return st == ST_NOTFOUND ? ST_DENIED : st;
}

static enum status make(struct app *app, const struct attempt *a, struct account *who,
			struct seal_secret **secret)
{
	struct actor operator;
	struct buf verifier, sealed;
	enum status st;

	buf_init(&verifier, 256);
	buf_init_secret(&sealed, 1024);
	actor_operator(&operator, app);
	snprintf(operator.request, sizeof operator.request, "%s", a->request);
	st = account_new_key(app, &operator, who, a->password);
	if (!st)
		st = factors_forget(app, a->account);
	if (!st)
		st = account_get(app->db, a->account, who);
	if (!st)
		st = secret_get(app->db, a->account, &verifier, &sealed);
	if (!st)
		st = seal_open(secret, buf_str(&sealed), a->password, a->account);
	actor_clear(&operator);
	buf_clear(&verifier);
	buf_clear(&sealed);
	return st;
}

/* The key could not be made: the slip shall not be lost with it. */
static enum status give_back(struct app *app, const struct attempt *a, struct span code,
			     enum status why)
{
	char hash[CODE_HASH], context[64];

	slip_context(a->account, context);
	if (!code_hash(hash, code, span_of(context)))
		code_put(app->db, a->account, "first", hash, a->now + 86400);
	return why;
}

enum status first_sign_in(struct app *app, const struct attempt *a, struct span code,
			  char text[static TOKEN_TEXT], long *wait, enum sign_step *step,
			  const char **why)
{
	struct seal_secret *secret = NULL;
	struct account who;
	struct tries tries;
	enum status st = tries_begin(app, a, &tries, wait);

	/* What can be said without knowing the person is said before anything is looked up. */
	if (!st)
		st = password_acceptable(a->password, a->account, SPAN(""), why);
	if (!st) {
		st = take(app, a, code, &who, why);
		if (st == ST_DENIED)
			st = password_dummy(a->password);
		if (st == ST_DENIED)
			return tries_failed(app, a, &tries, NULL, "login.fail", "slip");
	}
	if (st)
		return tries_end(app, &tries, st);
	st = make(app, a, &who, &secret);
	if (st)
		st = give_back(app, a, code, st);
	if (!st)
		st = attempt_note(app, a, &who, "first", "allow", "slip");
	if (!st)
		st = sign_in_open(app, a, &who, secret, text, step);
	if (!st)
		st = tries_good(app, &tries);
	seal_secret_free(secret);
	return tries_end(app, &tries, st);
}
