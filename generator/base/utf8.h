/*
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef KARTE_BASE_UTF8_H
#define KARTE_BASE_UTF8_H

#include "generator/base/buf.h"
#include "generator/base/span.h"

#include <stdint.h>

/* The offset of the first byte that is not valid UTF-8 or is NUL; s.n if all is well. */
size_t utf8_check(struct span s);

/* Takes one code point off the front of *s.  *s must not be empty and must be valid UTF-8. */
uint32_t utf8_next(struct span *s);

/* Appends one code point (a valid one). */
void utf8_put(struct buf *b, uint32_t cp);

/* The number of code points in valid UTF-8. */
size_t utf8_count(struct span s);

#endif
