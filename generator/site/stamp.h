/*
 * Short names for "all that something was made from", for the manifest of a site.
 *
 * A manifest lies in the folder that is given away.  A bare hash of a sheet's bytes would let its
 * reader try out what stands in the parts that he may not see (a number has few values), so every
 * stamp is mixed with a secret that stays with whoever builds.
 */
#ifndef KARTE_SITE_STAMP_H
#define KARTE_SITE_STAMP_H

#include "generator/base/sha256.h"

enum { STAMP_SECRET = 32 };

struct stamp {
	struct sha256 h;
	const unsigned char *secret; /* STAMP_SECRET bytes of the caller's */
};

void stamp_begin(struct stamp *s, const unsigned char *secret);
/* Each part with its length: ("ab", "c") and ("a", "bc") differ; so do absent and empty. */
void stamp_add(struct stamp *s, struct span part);
void stamp_adds(struct stamp *s, const char *part);
void stamp_addn(struct stamp *s, long n);
void stamp_end(struct stamp *s, char out[static SHA256_HEX]);

#endif
