/*
 * Signing in and out.
 *
 *	password ── no factor, none needed ──────────────────────────── whole session
 *	         ── has a factor ──────── weak session ── code, passkey ── whole session
 *	         ── has none, needs one ─ weak session ── sets one up ──── whole session
 *	passkey with its own key to the secret (WebAuthn PRF) ─────────── whole session
 *
 * Every outcome is recorded; a wrong try costs and says the same whether there is such an account.
 */
#ifndef KARTE_FLOW_SIGN_IN_H
#define KARTE_FLOW_SIGN_IN_H

#include "vault/flow/factors.h"
#include "vault/flow/session.h"

enum sign_step {
	SIGN_IN_DONE,
	SIGN_IN_CODE,  /* the session is weak: a factor must be given */
	SIGN_IN_ENROL, /* the session is weak: a factor must be set up */
};

/*
 * The password.  ST_OK: text is the cookie of the new session, *step what comes next.  ST_DENIED:
 * wrong, unknown, ended, without a password, all the same.  ST_BUSY: *wait seconds until the next
 * try is looked at (0: the server is busy).
 */
enum status sign_in(struct app *app, const struct attempt *a, char text[static TOKEN_TEXT],
		    long *wait, enum sign_step *step);

/*
 * The weak session of somebody whose password is known to be right: after the first sign-in too.
 * Becomes a whole one at once where no factor is needed.
 */
enum status sign_in_open(struct app *app, const struct attempt *a, const struct account *who,
			 const struct seal_secret *secret, char text[static TOKEN_TEXT],
			 enum sign_step *step);

/*
 * The second step of a weak session: six digits of an app, or a code from paper (*paper: that it
 * was).  ST_OK: text is the cookie of the whole session; ST_DENIED, ST_BUSY as above.
 */
enum status sign_in_code(struct app *app, const struct attempt *a, const struct session *s,
			 struct span code, char text[static TOKEN_TEXT], long *wait, bool *paper);

/*
 * A passkey: as the second step of a weak session, or alone (s NULL).  ST_STALE: it is good, but
 * cannot sign in alone; ask for the password first.
 */
enum status sign_in_passkey(struct app *app, const struct attempt *a, const struct session *s,
			    const struct assertion *in, char text[static TOKEN_TEXT], long *wait);

/* The first factor was set up: the weak session becomes whole. */
enum status sign_in_enrolled(struct app *app, const struct attempt *a, const struct session *s,
			     const char *method, char text[static TOKEN_TEXT]);

enum status sign_out(struct app *app, const struct session *s, const char *request);

#endif
