/*
 * What a browser must give back soon and once: the challenges of passkeys, and the secret of a
 * one-time password that is being set up.
 *
 * A challenge is 32 bytes: the time, 64 random bits, and half of a BLAKE2b-256 over both, keyed
 * with the server's secret, a purpose and what it is bound to (a session, the cookie of the sign-in
 * page).  Nothing is stored when one is given out, so that asking for many fills no memory; only
 * those that were used are remembered, until they would be too old anyway.
 */
#ifndef KARTE_AUTH_CHALLENGE_H
#define KARTE_AUTH_CHALLENGE_H

#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

enum {
	CHALLENGE_KEY = 32,
	CHALLENGE_BOUND = 32,
	CHALLENGE_TEXT = 44, /* 43 characters of base64url and a NUL */
	CHALLENGE_SECONDS = 300,
	CHALLENGE_SECRET_MAX = 64,
};

/* For what, and for whom.  The pointers are the caller's. */
struct challenge_for {
	const unsigned char *key;   /* CHALLENGE_KEY bytes */
	const unsigned char *bound; /* CHALLENGE_BOUND bytes */
	const char *purpose;	    /* "passkey" */
};

void challenge_new(char out[static CHALLENGE_TEXT], const struct challenge_for *f, int64_t now);

/* Was it given out for this, not longer than `seconds` ago? */
bool challenge_good(struct span text, const struct challenge_for *f, int64_t now, long seconds);

/*
 * Uses a good one up: ST_OK once, ST_EXISTS afterwards (of two threads one gets ST_OK), ST_BUSY
 * when more are being used than can be remembered.  Good for challenges of CHALLENGE_SECONDS.
 */
enum status challenge_use(struct span text, int64_t now);

/* n secret bytes that belong to a good challenge: the same whenever asked for. */
void challenge_secret(unsigned char *out, size_t n, struct span text,
		      const struct challenge_for *f);

#endif
