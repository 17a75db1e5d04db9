/*
 * Access tokens: an auditor's programs fetch repositories with them, since git does not sign in.
 *
 * A token opens what its scope says, for at most ACCESS_DAYS, because of one reason, which is
 * recorded (and shown to the family) each time it is used.  The registry, without which nothing can
 * be checked, is in every scope.  Only a hash is kept; the token is shown once.
 */
#ifndef KARTE_FLOW_ACCESS_TOKENS_H
#define KARTE_FLOW_ACCESS_TOKENS_H

#include "vault/db/access_token.h"
#include "vault/flow/decide.h"
#include "vault/flow/session.h"

enum {
	ACCESS_DAYS = 90,
	ACCESS_FRESH = 15 * 60, /* seconds since the second factor was given */
	ACCESS_NAMED = 32,	/* children that one token may name */
};

struct access_wish {
	struct span name, days, reason;
	struct span scope;    /* registry children named */
	struct span children; /* for named: ids, separated by spaces or commas */
};

/*
 * Makes one for the person of the session; text is the token.  ST_STALE: signed in too long ago.
 * ST_INVALID with a sentence in Japanese: *field (may be NULL) is wrong.  ST_TOOBIG: there are
 * ACCESS_TOKENS_MAX.
 */
enum status access_token_make(struct app *app, const struct question *q, const struct session *s,
			      const struct access_wish *w, const char **field,
			      char text[static TOKEN_TEXT]);
/* Ends one of one's own; ST_NOTFOUND. */
enum status access_token_end(struct app *app, const struct question *q, long long n);

/*
 * Whose token this is: the account and what may be fetched.  q has what is known of the request and
 * no `who` yet.  ST_NOTFOUND: no credentials were sent: ask for them (401).  ST_DENIED, recorded:
 * they are wrong.  ST_BUSY: *wait seconds too early after failures from this address.
 */
enum status access_token_take(struct app *app, const struct question *q, struct span authorization,
			      const char *peer, struct access_token *out, struct account *who,
			      long *wait);

/* Is the child in its scope?  Absent: the registry. */
bool access_token_covers(const struct access_token *t, struct span child);

#endif
