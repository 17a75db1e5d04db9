/*
 * Passwords: hashed with Argon2id (RFC 9106; 2 passes, 64 MiB), verified, and judged when new.
 *
 * Thread safe.  At most two hashes are computed at a time and at most PASSWORD_QUEUE calls wait;
 * beyond that every function that hashes returns ST_BUSY at once: answer 503 with Retry-After.
 */
#ifndef KARTE_AUTH_PASSWORD_H
#define KARTE_AUTH_PASSWORD_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

enum {
	PASSWORD_MIN = 12,	   /* characters (graphemes) of a new password */
	PASSWORD_MAX = 128,	   /* characters of a new password */
	PASSWORD_BYTES_MAX = 4096, /* of any password that is tried */
	PASSWORD_QUEUE = 32,
	PASSWORD_TEXT = 128, /* room for a hash: libsodium's "$argon2id$…" and a NUL */
};

/* The hash of a password, with a salt of its own, as text.  ST_TOOBIG, ST_BUSY, ST_NOMEM. */
enum status password_hash(char out[static PASSWORD_TEXT], struct span password);

/* ST_OK if this is the password, ST_DENIED if it is not, ST_CORRUPT if hash is no hash. */
enum status password_verify(const char *hash, struct span password);

/* For an account that does not exist: costs what password_verify() costs and is ST_DENIED (or
   ST_BUSY), so that nobody learns which accounts there are. */
enum status password_dummy(struct span password);

/* Was it made with weaker settings than today's?  Then hash again at the next sign-in. */
bool password_is_old(const char *hash);

/*
 * May this be a new password?  ST_OK, or ST_INVALID with the reason, in Japanese and for the
 * person, in *why (a constant string).  NIST SP 800-63B-4 section 3.1.1: a minimum length, a list
 * of common and guessable ones, nothing made of the account, the name or the service; no rules
 * about kinds of characters, and nothing is changed or cut.
 */
enum status password_acceptable(struct span password, struct span account, struct span name,
				const char **why);

#endif
