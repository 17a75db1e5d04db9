/*
 * Passkeys: the server's side of WebAuthn (W3C Web Authentication Level 2, 7.1 and 7.2), by
 * libfido2.  User verification is required, attestation is not asked for ("none" and self
 * attestation are taken, others only if libfido2 finds them sound).
 */
#ifndef KARTE_AUTH_PASSKEY_H
#define KARTE_AUTH_PASSKEY_H

#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

enum {
	PASSKEY_ID_MIN = 16, /* bytes of a credential id */
	PASSKEY_ID_MAX = 1023,
	PASSKEY_KEY_MAX = 1024,	      /* bytes of a public key as it is kept */
	PASSKEY_PART_MAX = 64 * 1024, /* bytes of each thing that a browser sends */
	PASSKEY_CHALLENGE = 44,	      /* 43 characters of base64url and a NUL */
	PASSKEY_PRF = 32,	      /* bytes of the PRF extension's result: SEAL_KEY */
};

/* What must be met: the site's name and origin, and the challenge that was given out. */
struct passkey_ceremony {
	struct span rp_id;     /* "karte.example" */
	struct span origin;    /* "https://karte.example:8443" */
	struct span challenge; /* base64url, as given to the browser */
};

struct passkey {
	unsigned char id[PASSKEY_ID_MAX];
	size_t id_len;
	/* The algorithm in one byte (1 ES256, 2 EdDSA, 3 RS256) and the raw public key: x and y;
	   the point; modulus (2048 bits) and exponent (24 bits). */
	unsigned char key[PASSKEY_KEY_MAX];
	size_t key_len;
	uint32_t count; /* signature counter; 0: the authenticator has none */
};

/* base64url without padding, in its one spelling; false (and *len 0) for anything else, or if it
   does not fit. */
bool passkey_decode(struct span text, unsigned char *out, size_t cap, size_t *len);

/*
 * After navigator.credentials.create(): client_data and attestation are the bytes of clientDataJSON
 * and attestationObject.  ES256, RS256 and EdDSA keys.  *out is empty unless this is ST_OK.
 * ST_DENIED: not for this challenge, origin or site, from a frame in another's page, without user
 * verification, of another algorithm, or a signature that does not hold; ST_INVALID: not in the
 * form of the specification, or over PASSKEY_PART_MAX; ST_NOMEM; ST_BUG: c has no site.
 *
 * That a challenge is used once, and that no other account has this id, is for the caller.
 */
enum status passkey_register(const struct passkey_ceremony *c, struct span client_data,
			     struct span attestation, struct passkey *out);

/*
 * After navigator.credentials.get(): *count is the new counter to keep, set by ST_OK only.
 * ST_DENIED as above; also when the counter does not advance although the authenticator has one (a
 * copy of the key).  ST_CORRUPT: stored is no passkey.  stored is the one of the id that the
 * browser named; that it belongs to the account in question is for the caller.
 */
enum status passkey_verify(const struct passkey_ceremony *c, const struct passkey *stored,
			   struct span client_data, struct span authenticator_data,
			   struct span signature, uint32_t *count);

#endif
