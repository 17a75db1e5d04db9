/*
 * What a browser sends, taken apart: for the files of passkey.h.  All spans point into what was
 * given.
 */
#ifndef KARTE_AUTH_PASSKEY_IMPL_H
#define KARTE_AUTH_PASSKEY_IMPL_H

#include "vault/auth/passkey.h"

/* Of authenticator data: W3C Web Authentication Level 2, 6.1. */
enum {
	PASSKEY_PRESENT = 0x01,
	PASSKEY_VERIFIED = 0x04,
	PASSKEY_ATTESTED = 0x40,
	PASSKEY_EXTENDED = 0x80,
};

/* The extensions that libfido2 wants to be told of before it verifies; others it passes over. */
struct passkey_extensions {
	bool hmac_secret; /* what WebAuthn calls PRF */
	bool blob;
	int protect;	 /* 1 to 3; 0: not there */
	int pin_minimum; /* 1 to 255; 0: not there */
};

struct passkey_data {
	struct span site; /* SHA-256 of the rp id */
	unsigned flags;
	uint32_t count;
	struct span id; /* SPAN_NONE without PASSKEY_ATTESTED, as is algorithm 0 */
	int64_t algorithm;
	struct passkey_extensions extensions;
};

struct passkey_attestation {
	struct span format;
	struct span statement; /* a map, encoded */
	struct span data;      /* authenticator data */
};

/* An algorithm that is offered, and its public keys as libfido2 wants them. */
struct passkey_algorithm {
	unsigned char mark; /* the first byte of passkey.key */
	int cose;	    /* its number in COSE (RFC 9053) */
	size_t len;	    /* of the raw public key */
	/* A key for fido_assert_verify(); NULL if it is none, or no memory. */
	void *(*load)(const unsigned char *raw, size_t n);
	void (*drop)(void *key);
};

/* The one of this number; NULL if it is not offered. */
const struct passkey_algorithm *passkey_offered(int64_t cose);
/* The one of a stored key; NULL if it is not whole. */
const struct passkey_algorithm *passkey_stored(const struct passkey *p);

/* The whole of authenticator data; ST_INVALID. */
enum status passkey_read_data(struct passkey_data *out, struct span raw);

/* An attestation object (6.5); ST_INVALID. */
enum status passkey_read_attestation(struct passkey_attestation *out, struct span raw);

/* Is clientDataJSON (5.8.1) of this type, for this challenge and from this origin, and not from a
   frame in another's page?  ST_DENIED; ST_INVALID if it is not in its form. */
enum status passkey_check_client(const struct passkey_ceremony *c, const char *type,
				 struct span client_data);

#endif
