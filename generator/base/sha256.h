/* SHA-256 (FIPS 180-4), by libsodium. */
#ifndef KARTE_BASE_SHA256_H
#define KARTE_BASE_SHA256_H

#include "generator/base/span.h"

enum { SHA256_LEN = 32, SHA256_HEX = 65 };

struct sha256 {
	_Alignas(64) unsigned char state[384]; /* room for the library's state */
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
void sha256_end(struct sha256 *h, unsigned char out[static SHA256_LEN]);

void sha256(struct span s, unsigned char out[static SHA256_LEN]);
/* 64 lower-case digits and a terminator. */
void sha256_hex(struct span s, char out[static SHA256_HEX]);

#endif
