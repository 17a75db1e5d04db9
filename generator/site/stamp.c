#include "generator/site/stamp.h"

#include <stdint.h>

void stamp_begin(struct stamp *s, const unsigned char *secret)
{
	s->secret = secret;
	sha256_init(&s->h);
	sha256_add(&s->h, secret, STAMP_SECRET);
}

void stamp_add(struct stamp *s, struct span part)
{
	uint64_t n = part.p ? part.n : UINT64_MAX;

	sha256_add(&s->h, &n, sizeof n);
	if (part.n)
		sha256_add(&s->h, part.p, part.n);
}

void stamp_adds(struct stamp *s, const char *part)
{
	stamp_add(s, span_of(part));
}

void stamp_addn(struct stamp *s, long n)
{
	stamp_add(s, span_make((const char *)&n, sizeof n));
}

/* The outer hash keeps anybody from going on where the inner one ended. */
void stamp_end(struct stamp *s, char out[static SHA256_HEX])
{
	unsigned char bytes[STAMP_SECRET + SHA256_LEN];

	memcpy(bytes, s->secret, STAMP_SECRET);
	sha256_end(&s->h, bytes + STAMP_SECRET);
	sha256_hex(span_make((const char *)bytes, sizeof bytes), out);
	explicit_bzero(bytes, sizeof bytes);
}
