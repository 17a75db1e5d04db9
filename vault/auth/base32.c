#include "vault/auth/base32.h"

#include "generator/base/utf8.h"

#include <sodium.h>

enum { GROUP = 5, GROUP_TEXT = 8, TYPED_MAX = 1024 };

static const char alphabets[][33] = {
    [BASE32_RFC4648] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    [BASE32_CROCKFORD] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
};

/* The character without an index that depends on the value: all 32 are looked at. */
static char digit_of(enum base32 alphabet, unsigned value)
{
	unsigned c = 0;

	for (unsigned i = 0; i < 32; i++)
		c |= (unsigned char)alphabets[alphabet][i] & (0u - (((i ^ value) - 1u) >> 31));
	return (char)c;
}

/* 0 to 31, or 32 and more for no digit. */
static unsigned value_of(enum base32 alphabet, char c)
{
	unsigned value = 0, found = 0;

	for (unsigned i = 0; i < 32; i++) {
		unsigned same =
		    ((unsigned)((unsigned char)alphabets[alphabet][i] ^ (unsigned char)c) - 1u) >>
		    31;
		value |= i & (0u - same);
		found |= same;
	}
	return value | (found ^ 1u) << 5;
}

void base32_encode(enum base32 alphabet, char *out, const unsigned char *bytes, size_t n)
{
	for (; n >= GROUP; n -= GROUP, bytes += GROUP) {
		uint64_t group = 0;

		for (int i = 0; i < GROUP; i++)
			group = group << 8 | bytes[i];
		for (int shift = 35; shift >= 0; shift -= 5)
			*out++ = digit_of(alphabet, (unsigned)(group >> shift) & 31);
		explicit_bzero(&group, sizeof group);
	}
	*out = '\0';
}

bool base32_decode(enum base32 alphabet, unsigned char *out, size_t n, struct span text)
{
	unsigned wrong = 0;

	if (!text.p || text.n != n / GROUP * GROUP_TEXT) {
		explicit_bzero(out, n);
		return false;
	}
	for (size_t at = 0; at < n; at += GROUP, text.p += GROUP_TEXT) {
		uint64_t group = 0;

		for (int i = 0; i < GROUP_TEXT; i++) {
			unsigned value = value_of(alphabet, text.p[i]);

			wrong |= value & 32;
			group = group << 5 | (value & 31);
		}
		for (size_t i = 0; i < GROUP; i++)
			out[at + i] = (unsigned char)(group >> (8 * (GROUP - 1 - i)));
		explicit_bzero(&group, sizeof group);
	}
	if (wrong)
		explicit_bzero(out, n);
	return !wrong;
}

/* ---- what was typed ------------------------------------------------------------------------- */

/* Spaces, and what Japanese input gives for a hyphen. */
static bool is_gap(uint32_t c)
{
	static const uint32_t gaps[] = {' ',	'\t',	'\n',	'\r',	'-',	0xa0,
					0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015,
					0x2212, 0x3000, 0x30fc, 0xff0d, 0xff70};

	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
		if (c == gaps[i])
			return true;
	return false;
}

/* 0 for what is neither letter nor digit. */
static char plain(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ? (char)c : '\0';
}

static bool fold(char *out, size_t cap, struct span typed)
{
	size_t n = 0;

	while (typed.n) {
		uint32_t cp = utf8_next(&typed);
		char c = plain(cp);

		if (is_gap(cp))
			continue;
		if (!c || n + 1 >= cap)
			return false;
		out[n++] = c;
	}
	return true;
}

bool base32_typed(char *out, size_t cap, struct span typed)
{
	bool ok;

	memset(out, 0, cap);
	ok = typed.p && typed.n <= TYPED_MAX && utf8_check(typed) == typed.n &&
	     fold(out, cap, typed);
	if (!ok)
		explicit_bzero(out, cap);
	return ok;
}
