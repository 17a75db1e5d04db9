/*
 * Sessions: one of a browser, with the person's signing secret closed under the browser's half of
 * the token (token.h, seal.h).
 *
 * A weak session is that of somebody who gave the password and not yet the second factor: it lasts
 * WEAK_SECONDS, opens the pages of that step and no other, and cannot sign.
 *
 * The row of a session that has ended stays for ENDED_SECONDS without the secret, so that what was
 * typed meanwhile finds its owner (kept.h).
 */
#ifndef KARTE_FLOW_SESSION_H
#define KARTE_FLOW_SESSION_H

#include "vault/app.h"
#include "vault/auth/seal.h"
#include "vault/auth/token.h"
#include "vault/db/session.h"
#include "vault/flow/actor.h"
#include "vault/flow/attempt.h"

enum { WEAK_SECONDS = 600, ENDED_SECONDS = 86400 };

struct session {
	struct token token;
	struct account account;
	long long n; /* its number in the list */
	long long since, seen;
	bool weak;
};

/* Is the account stopped, past its last day, or its institution closed?  Then nobody is it. */
bool account_is_over(const struct account *a, int64_t now);

/*
 * The session of a cookie.  ST_NOTFOUND: none, or its account is over.  ST_STALE: it has ended less
 * than a day ago; out says whose it was, and nothing may be shown.
 */
enum status session_find(struct app *app, struct span cookie, int64_t now, struct session *out);
/* It was used just now: idleness is counted anew.  Written at most once a minute, unless asked
   for. */
enum status session_stay(struct app *app, struct session *s, int64_t now, bool at_once);
/* Seconds until it ends by idleness, and in any case.  At least 0. */
void session_left(const struct app *app, const struct session *s, int64_t now, long *idle,
		  long *all);
void session_clear(struct session *s);

/* A new session of this account; text is its cookie. */
enum status session_open(struct app *app, const struct attempt *a, const struct account *who,
			 const struct seal_secret *secret, bool weak, char text[static TOKEN_TEXT]);
/* The secret of a session.  *out is the caller's. */
enum status session_secret(struct app *app, const struct session *s, struct seal_secret **out);
/* The weak session becomes a whole one with another token (no fixation); the old one is gone. */
enum status session_strengthen(struct app *app, const struct attempt *a, const struct session *s,
			       char text[static TOKEN_TEXT]);

/* The person of a session, able to sign.  ST_DENIED for a weak one. */
enum status session_actor(struct app *app, const struct session *s, const char *request,
			  struct actor *out);

/* Ends one of one's own by its number (ST_NOTFOUND), or all others, and records it. */
enum status session_end(struct app *app, const struct session *s, long long n, const char *request);
enum status session_end_others(struct app *app, const struct session *s, const char *request);

/* Removes what ended more than a day ago, what was kept more than a week, and old drafts. */
enum status session_sweep(struct app *app, int64_t now);

#endif
