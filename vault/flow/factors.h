/*
 * What proves a person besides the password: one-time passwords, passkeys, and codes on paper.
 *
 * A weak session may set up the first factor of an account that has none, and nothing else: who
 * knows only the password cannot add a factor beside the owner's.
 */
#ifndef KARTE_FLOW_FACTORS_H
#define KARTE_FLOW_FACTORS_H

#include "vault/access/access.h"
#include "vault/auth/challenge.h"
#include "vault/auth/code.h"
#include "vault/auth/passkey.h"
#include "vault/auth/totp.h"
#include "vault/db/factor.h"
#include "vault/flow/session.h"

enum { FACTORS_MAX = 10, RECOVERY_CODES = 10, ENROL_SECONDS = 1200 };

/* All factors of an account, oldest first.  Free with factors_free. */
struct factors {
	struct factor_row *rows;
	size_t count;
	struct factor_row room[FACTORS_MAX];
};
enum status factors_load(struct app *app, struct span account, struct factors **out);
void factors_free(struct factors *f);

/* How many an account has, and whether it needs one. */
struct factor_need {
	size_t count;
	bool needed;
};
enum status factor_need(struct app *app, const struct account *who, struct factor_need *out);

/* ST_DENIED: this session may not change factors (see above). */
enum status factor_may_change(struct app *app, const struct session *s);

/* Keeps a factor that has been proved, and records it.  ST_TOOBIG: there are FACTORS_MAX. */
enum status factor_keep(struct app *app, const struct attempt *a, const struct session *s,
			struct factor_row *f);

/* ---- one-time passwords -------------------------------------------------------------------- */

/* The secret that is being set up: it belongs to a challenge, so that nothing has to be kept. */
void totp_begin(const struct app *app, const struct session *s, int64_t now,
		char challenge[static CHALLENGE_TEXT]);
/* false: too old, or not this session's. */
bool totp_pending(const struct app *app, const struct session *s, struct span challenge,
		  int64_t now, unsigned char secret[static TOTP_SECRET]);
/* otpauth://…, for a QR code. */
void totp_address(const struct app *app, const struct account *who,
		  const unsigned char secret[static TOTP_SECRET], struct buf *out);

/*
 * Keeps it, once the person has typed a code of it.  ST_DENIED: a wrong code, or not allowed;
 * ST_INVALID: the challenge; ST_TOOBIG: there are FACTORS_MAX.
 */
enum status totp_add(struct app *app, const struct attempt *a, const struct session *s,
		     struct span challenge, struct span code);

/* A one-time password for an account without its sign-in: for the demo.  step: the last one that
   counts as used. */
enum status totp_put(struct app *app, struct span account, const char *name,
		     const unsigned char secret[static TOTP_SECRET], int64_t now);

/* ---- passkeys ------------------------------------------------------------------------------ */

/* What the browser sent after navigator.credentials: the bytes themselves. */
struct assertion {
	struct span challenge;		     /* as it was given out */
	struct span id;			     /* of the credential */
	struct span client, data, signature; /* data: authenticatorData, or attestationObject */
	struct span prf;		     /* PASSKEY_PRF bytes, or absent */
	struct span host;		     /* the Host of the request: host[:port] */
	const unsigned char *bound; /* of the session or the sign-in page, CHALLENGE_BOUND bytes */
};

/* The site's name for passkeys; false: it is an address, for which browsers make none. */
bool passkey_site(const struct app *app, char out[static 256]);
void passkey_ask(const struct app *app, const unsigned char bound[static CHALLENGE_BOUND],
		 int64_t now, char challenge[static CHALLENGE_TEXT]);
/* What stands for the account in the authenticator, in base64url: says nothing about it. */
void passkey_handle(const struct app *app, struct span account, char out[static CHALLENGE_TEXT]);

/* Keeps a new passkey; name is the person's.  Errors as totp_add; *alone: it can sign in without
   the password, since the browser has given a key that opens the signing secret. */
enum status passkey_add(struct app *app, const struct attempt *a, const struct session *s,
			const struct assertion *in, struct span name, bool *alone);
/* Is this an answer of the stored passkey?  Uses the challenge up and counts, in f too.
   ST_DENIED. */
enum status passkey_prove(struct app *app, const struct attempt *a, struct factor_row *f,
			  const struct assertion *in);
/* From now on the passkey can sign in alone. */
enum status passkey_join(struct app *app, struct factor_row *f, const struct seal_secret *secret,
			 struct span prf);

/* ---- both, and paper ------------------------------------------------------------------------ */

/* ST_EXISTS: the last one of an account that needs one. */
enum status factor_remove(struct app *app, const struct session *s, long long n,
			  const char *request);

/* Ten new codes instead of the old ones; codes[i] is to be printed and forgotten. */
enum status recovery_new(struct app *app, const struct session *s, int64_t now, const char *request,
			 char codes[RECOVERY_CODES][CODE_TEXT]);
enum status recovery_left(struct app *app, struct span account, int64_t now, long *out);
/* ST_OK once for each code; ST_DENIED. */
enum status recovery_take(struct app *app, struct span account, struct span typed, int64_t now);

/* Everything goes: the account gets a new key, and what was sealed to the old one is lost. */
enum status factors_forget(struct app *app, struct span account);

#endif
