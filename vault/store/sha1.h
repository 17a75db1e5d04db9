/*
 * SHA-1 (FIPS 180-4), for the one thing that is named by it here: the fingerprint of an OpenPGP key
 * of version 4 (RFC 4880 12.2).  Nothing is proved by it that Ed25519 does not prove again.
 */
#ifndef KARTE_VAULT_STORE_SHA1_H
#define KARTE_VAULT_STORE_SHA1_H

#include "generator/base/span.h"

enum { SHA1_LEN = 20 };

/* Of head and body, one after the other; together less than 64 KiB. */
void sha1_two(struct span head, struct span body, unsigned char out[static SHA1_LEN]);

#endif
