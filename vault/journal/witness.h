/*
 * A witness of other people's logs (C2SP tlog-witness): it remembers the newest checkpoint of each
 * log that it knows and cosigns another only with a proof that it goes on from there.
 *
 *   DIR/key, key.pub                  Ed25519 key (mode 0600) and verifier key, type 0x04
 *   DIR/lock                          flock(2) of whoever changes something
 *   DIR/logs/<sha256 of origin>/vkey  the log's verifier keys, one a line
 *   …/checkpoint                      newest cosigned checkpoint, with the log's and our signature
 *   …/refused/<n>                     signed requests that cannot be true of one log: evidence
 *
 * What it signed is on the disk before anybody gets the signature, and it never goes back.  Several
 * threads and processes may use the same folder.
 */
#ifndef KARTE_JOURNAL_WITNESS_H
#define KARTE_JOURNAL_WITNESS_H

#include "vault/journal/cosign.h"

struct witness;

enum { WITNESS_REFUSED_MAX = 64 }; /* requests that are kept as evidence, of each log */

/* Makes dir with a key of this name (a schema-less URL).  ST_EXISTS, ST_INVALID, ST_IO. */
enum status witness_create(const char *dir, struct span name);

/* ST_NOTFOUND, ST_CORRUPT, ST_IO, ST_NOMEM.  *out is the caller's. */
enum status witness_open(struct witness **out, const char *dir);
/* NULL does nothing. */
void witness_close(struct witness *w);
const char *witness_vkey(const struct witness *w);

/* From now on this log is known; one more key for a log that is known already.  ST_INVALID,
   ST_EXISTS, ST_TOOBIG (over 8 keys of one log), ST_IO. */
enum status witness_add_log(struct witness *w, struct span vkey);

/*
 * Answers add-checkpoint.  Returns the HTTP status that C2SP tlog-witness asks for: 200 with the
 * line of the cosignature in out, 409 with the size in decimal, 400, 403, 404, 422 with nothing; or
 * 503 when the disk fails (nothing is signed then).  now: seconds since the epoch.  fail_why() says
 * why it is not 200.
 */
int witness_add_checkpoint(struct witness *w, struct span body, int64_t now, struct buf *out);

/* The newest cosigned checkpoint of the log with this hash (64 lower-case digits) of its origin.
   ST_NOTFOUND, ST_IO. */
enum status witness_checkpoint(struct witness *w, struct span hash, struct buf *out);

/* A log and what is known of it; size 0 and time 0: nothing was cosigned yet. */
struct witnessed {
	const char *origin;
	struct checkpoint c;
	int64_t time;	  /* of the newest cosignature */
	unsigned refused; /* requests that are kept as evidence */
};
typedef void witness_tell(void *ctx, const struct witnessed *l);
/* In the order of the hashes.  ST_IO, ST_CORRUPT. */
enum status witness_each(struct witness *w, witness_tell *tell, void *ctx);

#endif
