/* A new password of one's own, and the words for one that will not do. */
#ifndef KARTE_FLOW_PASSWORD_CHANGE_H
#define KARTE_FLOW_PASSWORD_CHANGE_H

#include "vault/flow/session.h"

/*
 * a->password is the present one.  The same signing secret is closed under the new password, and
 * every other session ends.  ST_DENIED: the present password is wrong (counted as a failed
 * sign-in); ST_BUSY with *wait; ST_INVALID: *why says, for the person, why the new one will not do.
 */
enum status password_change(struct app *app, const struct attempt *a, const struct session *s,
			    struct span fresh, long *wait, const char **why);

/* Closes the secret under a password and keeps both, with what signs in. */
enum status password_store(struct app *app, struct span account, const struct seal_secret *secret,
			   struct span password, int64_t now);

#endif
