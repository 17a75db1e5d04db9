/*
 * Reading CBOR (RFC 8949) as authenticators write it (CTAP 2.1, section 8): definite lengths, the
 * shortest form of every number, no tags, no floats, nesting of at most CBOR_DEPTH.
 *
 * cbor_take_…() takes one item off the front of *in; false if it is another one, or none: then what
 * is left in *in means nothing.
 */
#ifndef KARTE_AUTH_PASSKEY_CBOR_H
#define KARTE_AUTH_PASSKEY_CBOR_H

#include "generator/base/span.h"

#include <stdint.h>

enum { CBOR_DEPTH = 8 };

bool cbor_take_bytes(struct span *in, struct span *out);
bool cbor_take_text(struct span *in, struct span *out);
/* Within 63 bits. */
bool cbor_take_number(struct span *in, int64_t *out);
bool cbor_take_bool(struct span *in, bool *out);
/* Whole maps, with all that is in them; *pairs says how many. */
bool cbor_take_map(struct span *in, struct span *out, uint64_t *pairs);

/*
 * Looks for a key in what cbor_take_map() gave; key is written as it is encoded ("\x63" "fmt").
 * false if it stands there twice.  *value is the encoded item, SPAN_NONE if there is no such key.
 */
bool cbor_find(struct span map, struct span key, struct span *value);

#endif
