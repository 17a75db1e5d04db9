#include "generator/base/utf8.h"

/* Length of the sequence that begins at p (RFC 3629 section 4), 0 if none does. */
static size_t sequence(const unsigned char *p, size_t n)
{
	size_t need;
	unsigned lo = 0x80, hi = 0xbf;

	if (p[0] == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		need = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		need = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	if (p[0] == 0xed)
		hi = 0x9f;
	if (p[0] == 0xf0)
		lo = 0x90;
	if (p[0] == 0xf4)
		hi = 0x8f;
	if (n < need || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

/* The same for what nearly all text consists of, ASCII and kana and kanji; 0 for the others. */
static inline size_t common(const unsigned char *p, size_t n)
{
	if (p[0] - 1u < 0x7f)
		return 1;
	return p[0] >= 0xe1 && p[0] <= 0xec && n >= 3 && (p[1] & 0xc0) == 0x80 &&
		       (p[2] & 0xc0) == 0x80
		   ? 3
		   : 0;
}

size_t utf8_check(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t at = 0;

	while (at < s.n) {
		size_t n = common(p + at, s.n - at);
		if (n == 0)
			n = sequence(p + at, s.n - at);
		if (n == 0)
			return at;
		at += n;
	}
	return at;
}

uint32_t utf8_next(struct span *s)
{
	const unsigned char *p = (const unsigned char *)s->p;
	size_t n = 1;
	uint32_t cp = p[0];

	if (p[0] >= 0xf0) {
		n = 4;
		cp &= 0x07;
	} else if (p[0] >= 0xe0) {
		n = 3;
		cp &= 0x0f;
	} else if (p[0] >= 0xc0) {
		n = 2;
		cp &= 0x1f;
	}
	for (size_t i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3f);
	s->p += n;
	s->n -= n;
	return cp;
}

void utf8_put(struct buf *b, uint32_t cp)
{
	if (cp < 0x80) {
		buf_addc(b, (char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_addc(b, (char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_addc(b, (char)(0xe0 | cp >> 12));
		} else {
			buf_addc(b, (char)(0xf0 | cp >> 18));
			buf_addc(b, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_addc(b, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_addc(b, (char)(0x80 | (cp & 0x3f)));
}

size_t utf8_count(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}
