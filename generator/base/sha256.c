#include "generator/base/sha256.h"

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(((struct sha256 *)0)->state),
	       "room for the state");

static crypto_hash_sha256_state *state(struct sha256 *h)
{
	return (crypto_hash_sha256_state *)(void *)h->state;
}

void sha256_init(struct sha256 *h)
{
	crypto_hash_sha256_init(state(h));
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
	crypto_hash_sha256_update(state(h), p, n);
}

void sha256_end(struct sha256 *h, unsigned char out[static SHA256_LEN])
{
	crypto_hash_sha256_final(state(h), out);
}

void sha256(struct span s, unsigned char out[static SHA256_LEN])
{
	crypto_hash_sha256(out, (const unsigned char *)(s.p ? s.p : ""), s.n);
}

void sha256_hex(struct span s, char out[static SHA256_HEX])
{
	unsigned char digest[SHA256_LEN];

	sha256(s, digest);
	sodium_bin2hex(out, SHA256_HEX, digest, sizeof digest);
}
