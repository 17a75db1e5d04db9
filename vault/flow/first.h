/*
 * The first sign-in: a code on a printed slip, given out by an administrator, with which a person
 * chooses a password and gets a signing key that nobody else has ever been able to open.
 */
#ifndef KARTE_FLOW_FIRST_H
#define KARTE_FLOW_FIRST_H

#include "vault/auth/code.h"
#include "vault/flow/sign_in.h"

enum { FIRST_SECONDS = 14 * 86400 };

/*
 * Gives out a code for an account, good for FIRST_SECONDS; one that was given out before is no
 * longer.  out is to be printed and forgotten.  ST_NOTFOUND: no such account.
 */
enum status first_issue(struct app *app, const struct actor *who, struct span account,
			char out[static CODE_TEXT]);

/*
 * a->password is the new password.  Makes the key (the commit is signed by the vault's own),
 * forgets the factors of an earlier key, and opens a session as the password does.  ST_DENIED: the
 * code is wrong, used, too old, or there is no such account, all the same; ST_INVALID: *why says
 * why the password will not do (the code is then still good); ST_BUSY with *wait.
 */
enum status first_sign_in(struct app *app, const struct attempt *a, struct span code,
			  char text[static TOKEN_TEXT], long *wait, enum sign_step *step,
			  const char **why);

#endif
