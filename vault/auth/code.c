#include "vault/auth/code.h"

#include "vault/auth/base32.h"

#include <sodium.h>

enum { CODE_BYTES = 10, GROUP = 4, HASH_LEN = (CODE_HASH - 1) / 2 };

static const unsigned char purpose[] = "karte code 1";

void code_new(char text[static CODE_TEXT])
{
	unsigned char bytes[CODE_BYTES];
	char plain[CODE_CHARS + 1], *out = text;

	randombytes_buf(bytes, sizeof bytes);
	base32_encode(BASE32_CROCKFORD, plain, bytes, sizeof bytes);
	for (size_t i = 0; i < CODE_CHARS; i++) {
		if (i && i % GROUP == 0)
			*out++ = '-';
		*out++ = plain[i];
	}
	*out = '\0';
	explicit_bzero(bytes, sizeof bytes);
	explicit_bzero(plain, sizeof plain);
}

/* What Crockford's alphabet leaves out because it looks like something else. */
static void mend(char *code)
{
	for (; *code; code++)
		if (*code == 'O')
			*code = '0';
		else if (*code == 'I' || *code == 'L')
			*code = '1';
}

/* The bytes stand last and have one length: no context and code are taken for another pair. */
static void hash(char out[static CODE_HASH], const unsigned char bytes[static CODE_BYTES],
		 struct span context)
{
	unsigned char raw[HASH_LEN];
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof raw);
	crypto_generichash_update(&h, purpose, sizeof purpose);
	if (context.n)
		crypto_generichash_update(&h, (const unsigned char *)context.p, context.n);
	crypto_generichash_update(&h, bytes, CODE_BYTES);
	crypto_generichash_final(&h, raw, sizeof raw);
	sodium_bin2hex(out, CODE_HASH, raw, sizeof raw);
	explicit_bzero(&h, sizeof h);
}

enum status code_hash(char out[static CODE_HASH], struct span typed, struct span context)
{
	unsigned char bytes[CODE_BYTES];
	char plain[CODE_CHARS + 1];
	enum status st = ST_OK;

	*out = '\0';
	if (base32_typed(plain, sizeof plain, typed))
		mend(plain);
	if (base32_decode(BASE32_CROCKFORD, bytes, sizeof bytes, span_of(plain)))
		hash(out, bytes, context);
	else
		st = fail(ST_INVALID, "not a code of %d letters and digits", CODE_CHARS);
	explicit_bzero(bytes, sizeof bytes);
	explicit_bzero(plain, sizeof plain);
	return st;
}
