/*
 * Base32 in whole groups of five bytes (eight characters, no padding), for what people copy by
 * hand.  The time does not depend on the bytes.
 */
#ifndef KARTE_AUTH_BASE32_H
#define KARTE_AUTH_BASE32_H

#include "generator/base/span.h"

enum base32 {
	BASE32_RFC4648,	  /* A to Z, 2 to 7: secrets of authenticators */
	BASE32_CROCKFORD, /* 0 to 9, A to Z without I, L, O, U: codes on paper */
};

/* n is a multiple of 5; out gets n / 5 * 8 characters and a NUL. */
void base32_encode(enum base32 alphabet, char *out, const unsigned char *bytes, size_t n);

/* n is a multiple of 5; false (and out wiped) unless text is n / 5 * 8 characters of the alphabet
   in capitals. */
bool base32_decode(enum base32 alphabet, unsigned char *out, size_t n, struct span text);

/*
 * What somebody typed, as it was meant: full-width letters and digits in ASCII, small letters as
 * capitals, without spaces and without hyphens (also those of Japanese input: － ー ‐ − –).  out
 * is terminated.  false (and out wiped) for any other character, or if more than cap - 1 are left.
 */
bool base32_typed(char *out, size_t cap, struct span typed);

#endif
