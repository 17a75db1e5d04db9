/*
 * Codes on paper that work once: recovery codes and the code of the slip for the first sign-in.
 * 80 random bits, so a fast hash keeps them (NIST SP 800-63B-4 3.1.2 asks 64 at least).
 */
#ifndef KARTE_AUTH_CODE_H
#define KARTE_AUTH_CODE_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum {
	CODE_CHARS = 16,
	CODE_TEXT = 20, /* XXXX-XXXX-XXXX-XXXX in Crockford's base32, and a NUL */
	CODE_HASH = 65, /* 64 hexadecimal digits and a NUL */
};

/* A new code, as it is printed. */
void code_new(char text[static CODE_TEXT]);

/*
 * The hash under which it is kept, or looked for.  What was typed may have any case, spaces,
 * hyphens, full-width letters, O for 0, I and L for 1.  context (an account and what it is for)
 * goes into the hash, so that a code is good for one account and one use.  ST_INVALID (and out
 * empty) if it cannot be a code.
 */
enum status code_hash(char out[static CODE_HASH], struct span typed, struct span context);

#endif
