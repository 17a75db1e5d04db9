/*
 * What a secret is made of, for the files of the seal.
 */
#ifndef KARTE_AUTH_SEAL_IMPL_H
#define KARTE_AUTH_SEAL_IMPL_H

#include "vault/auth/seal.h"

#include <sodium.h>

/* Only ever in memory of sodium_malloc(). */
struct seal_secret {
	unsigned char bytes[SEAL_SECRET];
	char hex[SEAL_HEX];
};

#endif
