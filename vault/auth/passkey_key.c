#include "vault/auth/passkey_impl.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

/* libfido2 has a type for each kind of key; here they are one. */
#define KEY_KIND(kind)                                                                             \
	static void kind##_drop(void *key)                                                         \
	{                                                                                          \
		kind##_pk_t *k = key;                                                              \
		kind##_pk_free(&k);                                                                \
	}                                                                                          \
	static void *kind##_load(const unsigned char *raw, size_t n)                               \
	{                                                                                          \
		kind##_pk_t *k = kind##_pk_new();                                                  \
		if (k && kind##_pk_from_ptr(k, raw, n) != FIDO_OK)                                 \
			kind##_pk_free(&k);                                                        \
		return k;                                                                          \
	}

KEY_KIND(es256)
KEY_KIND(eddsa)
KEY_KIND(rs256)

static const struct passkey_algorithm algorithms[] = {
    {1, COSE_ES256, 64, es256_load, es256_drop},
    {2, COSE_EDDSA, 32, eddsa_load, eddsa_drop},
    {3, COSE_RS256, 256 + 3, rs256_load, rs256_drop},
};

enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

const struct passkey_algorithm *passkey_offered(int64_t cose)
{
	for (size_t i = 0; i < ALGORITHMS; i++)
		if (algorithms[i].cose == cose)
			return &algorithms[i];
	return NULL;
}

const struct passkey_algorithm *passkey_stored(const struct passkey *p)
{
	for (size_t i = 0; i < ALGORITHMS; i++)
		if (p->key_len == 1 + algorithms[i].len && p->key[0] == algorithms[i].mark)
			return &algorithms[i];
	return NULL;
}
