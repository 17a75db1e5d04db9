/* The name of a git object: twenty bytes, written as forty lower-case hexadecimal digits. */
#ifndef KARTE_VAULT_STORE_OID_H
#define KARTE_VAULT_STORE_OID_H

#include "generator/base/span.h"

enum { OID_LEN = 20, OID_HEX = 41 };

struct oid {
	unsigned char id[OID_LEN];
};

/* Exactly 40 lower-case hexadecimal digits; false for anything else (out is then all zero). */
bool oid_parse(struct span hex, struct oid *out);
void oid_hex(const struct oid *id, char out[static OID_HEX]);
bool oid_eq(const struct oid *a, const struct oid *b);
/* All zero: what git prints where there is no object. */
bool oid_none(const struct oid *id);

#endif
