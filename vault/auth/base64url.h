/*
 * Reading base64url without padding (RFC 4648, section 5).  libsodium 1.0.18 takes any byte over
 * 0x7f for "_" where char is signed, so that a text would have many spellings: hence this door.
 */
#ifndef KARTE_AUTH_BASE64URL_H
#define KARTE_AUTH_BASE64URL_H

#include "generator/base/span.h"

/* false (and *len 0) for anything that is not the one spelling of at most cap bytes. */
bool base64url_decode(struct span text, unsigned char *out, size_t cap, size_t *len);

#endif
