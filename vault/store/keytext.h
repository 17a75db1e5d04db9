/* Texts about keys: what gpg takes, and the words for verdicts.  Only for vault/store/sign.c. */
#ifndef KARTE_VAULT_STORE_KEYTEXT_H
#define KARTE_VAULT_STORE_KEYTEXT_H

#include "generator/base/span.h"
#include "generator/base/status.h"

/* 40 upper-case hexadecimal digits: fingerprints and keygrips. */
bool key_hex_ok(const char *hex);
/* Absent, or 1 to 255 bytes without NUL and line feed. */
bool key_passphrase_ok(struct span p);
/* "Name <email>" into out; ST_INVALID when they cannot stand in a key or do not fit. */
enum status key_user(struct span name, struct span email, char *out, size_t cap);

#endif
