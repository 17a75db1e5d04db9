#include "vault/auth/csrf.h"

#include <sodium.h>

enum { HASH_LEN = 32 };

static const unsigned char purpose[] = "karte csrf 1";

void csrf_key_new(unsigned char key[static CSRF_KEY_LEN])
{
	randombytes_buf(key, CSRF_KEY_LEN);
}

void csrf_token(char out[static CSRF_TEXT], const unsigned char key[static CSRF_KEY_LEN],
		const unsigned char session[static CSRF_SESSION_LEN])
{
	unsigned char hash[HASH_LEN];
	crypto_generichash_state h;

	crypto_generichash_init(&h, key, CSRF_KEY_LEN, sizeof hash);
	crypto_generichash_update(&h, purpose, sizeof purpose - 1);
	crypto_generichash_update(&h, session, CSRF_SESSION_LEN);
	crypto_generichash_final(&h, hash, sizeof hash);
	sodium_bin2base64(out, CSRF_TEXT, hash, sizeof hash,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(&h, sizeof h);
}

bool csrf_check(struct span given, const unsigned char key[static CSRF_KEY_LEN],
		const unsigned char session[static CSRF_SESSION_LEN])
{
	char right[CSRF_TEXT];

	csrf_token(right, key, session);
	return given.p && given.n == CSRF_TEXT - 1 && sodium_memcmp(given.p, right, given.n) == 0;
}
