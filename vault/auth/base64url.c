#include "vault/auth/base64url.h"

#include <sodium.h>

static bool is_ascii(struct span text)
{
	unsigned char high = 0;

	for (size_t i = 0; i < text.n; i++)
		high |= (unsigned char)text.p[i];
	return high < 0x80;
}

bool base64url_decode(struct span text, unsigned char *out, size_t cap, size_t *len)
{
	bool ok = text.p && is_ascii(text) &&
		  sodium_base642bin(out, cap, text.p, text.n, NULL, len, NULL,
				    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;

	if (!ok)
		*len = 0;
	return ok;
}
