#include "vault/auth/token.h"

#include "vault/auth/base64url.h"

#include <sodium.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static void split(struct token *out, const unsigned char raw[static 2 * TOKEN_HALF])
{
	crypto_hash_sha256(out->lookup, raw, TOKEN_HALF);
	memcpy(out->secret, raw + TOKEN_HALF, TOKEN_HALF);
}

void token_new(struct token *out, char text[static TOKEN_TEXT])
{
	unsigned char raw[2 * TOKEN_HALF];

	randombytes_buf(raw, sizeof raw);
	sodium_bin2base64(text, TOKEN_TEXT, raw, sizeof raw, VARIANT);
	split(out, raw);
	sodium_memzero(raw, sizeof raw);
}

bool token_parse(struct token *out, struct span text)
{
	unsigned char raw[2 * TOKEN_HALF];
	size_t n = 0;
	bool ok;

	sodium_memzero(out, sizeof *out);
	ok = text.p && text.n == TOKEN_TEXT - 1 && base64url_decode(text, raw, sizeof raw, &n) &&
	     n == sizeof raw;
	if (ok)
		split(out, raw);
	sodium_memzero(raw, sizeof raw);
	return ok;
}

void token_clear(struct token *t)
{
	if (t)
		sodium_memzero(t, sizeof *t);
}
