/*
 * One try to sign in, whatever is tried: the counters that slow it down, and its record.
 *
 * Passwords, one-time codes, passkeys and the code of the slip count in the same two counters, one
 * of the account and one of the address, so that no way in is easier to guess at than another.
 */
#ifndef KARTE_FLOW_ATTEMPT_H
#define KARTE_FLOW_ATTEMPT_H

#include "vault/app.h"
#include "vault/auth/throttle.h"
#include "vault/db/account.h"

struct attempt {
	struct span account, password;
	const char *peer;
	struct span agent; /* User-Agent, as sent; absent: none */
	const char *request;
	int64_t now;
};

enum { COUNTER_NAME = 128 };

struct tries {
	struct counter {
		enum throttle_kind kind;
		char name[COUNTER_NAME];
		struct throttle t;
	} of[2];		/* of the account, of the address */
	struct throttle before; /* the account's, before this try was counted */
	bool counted;		/* and what came of it is not known yet */
};

/*
 * ST_OK: may be looked at.  ST_BUSY: *wait seconds too early, which has been recorded.
 *
 * A try is counted for the account before it is looked at, so that many at the same moment are not
 * looked at as if each were the first.  Always end with tries_end.
 */
enum status tries_begin(struct app *app, const struct attempt *a, struct tries *t, long *wait);
/* Records and counts a failure; ST_DENIED, or why that did not work. */
enum status tries_failed(struct app *app, const struct attempt *a, struct tries *t,
			 const struct account *who, const char *event, const char *reason);
/* Somebody is in: the account's counter goes. */
enum status tries_good(struct app *app, struct tries *t);
/* Neither failed nor in: as if there had been no such try.  Returns so_far, or what went wrong. */
enum status tries_end(struct app *app, struct tries *t, enum status so_far);

/* A record of class session.  who NULL: nobody yet; then the account typed is named only if there
   is such a one, since it may be a password typed too early. */
enum status attempt_note(struct app *app, const struct attempt *a, const struct account *who,
			 const char *event, const char *decision, const char *reason);

#endif
