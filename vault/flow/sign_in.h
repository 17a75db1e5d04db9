/* Signing in and out; sessions. */
#ifndef KARTE_FLOW_SIGN_IN_H
#define KARTE_FLOW_SIGN_IN_H

#include "vault/app.h"
#include "vault/auth/token.h"
#include "vault/db/account.h"
#include "vault/flow/actor.h"

struct attempt {
	struct span account, password;
	const char *peer;
	const char *request;
	int64_t now;
};

/*
 * ST_OK: text is the cookie of the new session.  ST_DENIED: wrong, unknown or disabled, all the
 * same.  ST_BUSY: *wait seconds until the next try is looked at (0: the server is busy).  Every
 * outcome is recorded.
 */
enum status sign_in(struct app *app, const struct attempt *a, char text[static TOKEN_TEXT],
		    long *wait);

struct session {
	struct token token;
	struct account account;
	long long since, seen;
};

/* The session of a cookie.  ST_NOTFOUND: none, ended, or the account has been disabled. */
enum status session_find(struct app *app, struct span cookie, int64_t now, struct session *out);
void session_clear(struct session *s);

/* The person of a session, able to sign. */
enum status session_actor(struct app *app, const struct session *s, const char *request,
			  struct actor *out);

enum status sign_out(struct app *app, const struct session *s, const char *request);

#endif
