/* Percent-encoding (RFC 3986 section 2.1). */
#ifndef KARTE_HTTP_PERCENT_H
#define KARTE_HTTP_PERCENT_H

#include "generator/base/buf.h"

/* The byte that "%XX" at the front of s stands for, or -1 if it stands for none. */
int percent_byte(struct span s);

/* Appends s with everything encoded but letters, digits, "-", "." and "_": fits into a path
   segment, a query and the value of RFC 8187. */
void percent_encode(struct buf *out, struct span s);

#endif
