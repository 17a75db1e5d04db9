#include "vault/http/percent.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int percent_byte(struct span s)
{
	int high, low;

	if (s.n < 3 || s.p[0] != '%')
		return -1;
	high = digit(s.p[1]);
	low = digit(s.p[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

void percent_encode(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (is_plain(s.p[i]))
			buf_addc(out, s.p[i]);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)s.p[i]);
	}
}
