#include "vault/auth/basic.h"

#include <sodium.h>
#include <strings.h>

bool basic_read(struct span header, struct buf *room, struct span *user, struct span *password)
{
	static const char scheme[] = "Basic ";
	unsigned char bytes[BASIC_MAX];
	size_t n = 0;
	bool good;

	*user = *password = SPAN_NONE;
	if (header.n < sizeof scheme || strncasecmp(header.p, scheme, sizeof scheme - 1) != 0)
		return false;
	header = span_trim(span_make(header.p + sizeof scheme - 1, header.n - (sizeof scheme - 1)));
	good = sodium_base642bin(bytes, sizeof bytes, header.p, header.n, NULL, &n, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0;
	buf_cut(room, 0);
	if (good)
		buf_add(room, bytes, n);
	sodium_memzero(bytes, sizeof bytes);
	if (!good || room->st)
		return false;
	*password = buf_span(room);
	*user = span_cut(password, ':');
	return password->p != NULL;
}
