/*
 * How often one address may ask: a bucket of tokens for each, in a table of a fixed size.  For
 * pages that anybody may open; who is signed in is known by name.
 */
#ifndef KARTE_HTTP_RATE_H
#define KARTE_HTTP_RATE_H

#include "generator/base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct rate;

/* burst requests at once, then per_minute of them.  ST_NOMEM. */
enum status rate_new(struct rate **out, unsigned burst, unsigned per_minute);
/* NULL does nothing. */
void rate_free(struct rate *r);

/*
 * 0: go on; else the seconds after which to ask again.  peer is a numeric address: of IPv6 the
 * first 64 bits count, which is what one customer has.  now: milliseconds of a clock that never
 * goes back.  From any thread.
 */
long rate_take(struct rate *r, const char *peer, int64_t now);

/* The clock that rate_take wants. */
int64_t rate_clock(void);

#endif
