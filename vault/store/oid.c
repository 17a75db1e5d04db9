#include "vault/store/oid.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool oid_parse(struct span hex, struct oid *out)
{
	*out = (struct oid){{0}};
	if (hex.n != OID_HEX - 1)
		return false;
	for (size_t i = 0; i < OID_LEN; i++) {
		int hi = digit(hex.p[2 * i]);
		int lo = digit(hex.p[2 * i + 1]);
		if (hi < 0 || lo < 0) {
			*out = (struct oid){{0}};
			return false;
		}
		out->id[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

void oid_hex(const struct oid *id, char out[static OID_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < OID_LEN; i++) {
		out[2 * i] = digits[id->id[i] >> 4];
		out[2 * i + 1] = digits[id->id[i] & 15];
	}
	out[OID_HEX - 1] = '\0';
}

bool oid_eq(const struct oid *a, const struct oid *b)
{
	return memcmp(a->id, b->id, OID_LEN) == 0;
}

bool oid_none(const struct oid *id)
{
	static const struct oid zero;

	return oid_eq(id, &zero);
}
