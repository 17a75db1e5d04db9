/*
 * OpenPGP signatures checked in this process, by libsodium: only the one kind that the vault makes
 * (RFC 4880 5.2.3, RFC 9580 5.2.3): version 4, over bytes, EdDSA on Ed25519, SHA-256 or SHA-512.
 * Everything else is somebody else's to judge and is refused, so that what is good here is good
 * for gpg too.  Input may be hostile; no clock, no key ring and no memory of earlier calls.
 *
 * Threads: any.
 */
#ifndef KARTE_VAULT_STORE_OPENPGP_H
#define KARTE_VAULT_STORE_OPENPGP_H

#include "vault/store/sign.h"

enum { OPENPGP_POINT = 32 };

struct openpgp_key {
	unsigned char point[OPENPGP_POINT]; /* as RFC 8032 writes a public key */
	int64_t created;		    /* seconds since the epoch */
	char fpr[FPR_HEX];		    /* as gpg computes it from the packet */
};

/*
 * Reads the primary key of an armored export, at most SIGNATURE_MAX bytes.  Its own signatures are
 * not checked: ask for what gpg's key ring exports, by the key's fingerprint.  ST_INVALID: not one
 * public Ed25519 key of version 4 with names and signatures only, or one that has been revoked,
 * may expire or may not sign (gpg knows better what that means now).
 */
enum status openpgp_public_key(struct span armored, struct openpgp_key *out);

struct openpgp_verdict {
	char issuer[FPR_HEX]; /* the fingerprint that the signature names */
	int64_t created;      /* seconds since the epoch, not before the key */
};

/*
 * What a signature says of itself, before it is known whose key to ask.  ST_INVALID as below; then
 * the verdict is empty.
 */
enum status openpgp_claims(struct span armored_signature, struct openpgp_verdict *out);

/*
 * Checks an armored detached signature over exactly these bytes.  ST_OK: made by this key; whether
 * the issuer is the key's fingerprint is left to the caller.  ST_CORRUPT: made by another key, or
 * over other bytes; the verdict tells what it claims.  ST_INVALID: not one signature of that kind
 * that names its issuer and time and nothing else; the verdict is empty.
 */
enum status openpgp_check(const struct openpgp_key *key, struct span data,
			  struct span armored_signature, struct openpgp_verdict *out);

#endif
