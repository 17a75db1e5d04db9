/*
 * Proofs about the log, made from hashes alone: that a record is in it, and that one tree is the
 * beginning of another (RFC 6962 sections 2.1.1 and 2.1.2; checked as RFC 9162 sections 2.1.3.2
 * and 2.1.4.2 say).  A proof needs no secret, and whoever checks one needs no journal.
 */
#ifndef KARTE_JOURNAL_PROOF_H
#define KARTE_JOURNAL_PROOF_H

#include "vault/journal/journal.h"
#include "vault/journal/tree.h"

/* C2SP tlog-witness allows so many lines; a tree with 2^63 leaves needs no more. */
enum { PROOF_MAX = 63 };

struct proof {
	struct hash h[PROOF_MAX]; /* in the order of the RFC */
	unsigned count;
};

/*
 * Where hashes come from: the root of the complete subtree of 2^level leaves that begins at leaf
 * index << level.
 */
typedef enum status proof_node(void *ctx, unsigned level, uint64_t index, struct hash *out);

/* The root of the first size leaves. */
enum status proof_root(uint64_t size, proof_node *node, void *ctx, struct hash *out);
/* That leaf n is in the first size leaves.  ST_INVALID unless n < size. */
enum status proof_inclusion(uint64_t n, uint64_t size, proof_node *node, void *ctx,
			    struct proof *out);
/* That the first `from` leaves are the beginning of the first `to`.  ST_INVALID unless
   from <= to; without hashes if they are equal or from is 0. */
enum status proof_consistency(uint64_t from, uint64_t to, proof_node *node, void *ctx,
			      struct proof *out);

/* Do they hold?  For numbers and hashes of strangers. */
bool proof_inclusion_holds(const struct hash *leaf, uint64_t n, uint64_t size,
			   const struct proof *proof, const struct hash *root);
bool proof_consistency_holds(uint64_t from, const struct hash *from_root, uint64_t to,
			     const struct hash *to_root, const struct proof *proof);

/*
 * The same from the tiles of a journal, up to the newest published checkpoint, which is made if
 * the journal is open for writing.  Tiles are believed: check what comes out against a checkpoint
 * that you trust.  ST_INVALID for sizes beyond it; ST_CORRUPT, ST_NOTFOUND, ST_IO: the tiles.
 */
enum status journal_prove_root(struct journal *j, uint64_t size, struct hash *out);
enum status journal_prove_leaf(struct journal *j, uint64_t n, struct hash *out);
enum status journal_prove_inclusion(struct journal *j, uint64_t n, uint64_t size,
				    struct proof *out);
enum status journal_prove_consistency(struct journal *j, uint64_t from, uint64_t to,
				      struct proof *out);

/*
 * Does the journal of now begin with what was promised?  ST_OK; ST_STALE: it is shorter (put back,
 * cut off); ST_CORRUPT: it is another history.  Tiles are not believed: the promised root must be
 * consistent with that of the records in memory.  Other codes: it could not be found out.
 */
enum status journal_keeps(struct journal *j, const struct journal_promise *p);

/* Hashes as lines of base64, as in C2SP tlog-proof and tlog-witness. */
void proof_write(struct buf *out, const struct proof *p);
/* Reads one such line (without its end) into p.  ST_INVALID; ST_TOOBIG over PROOF_MAX. */
enum status proof_read_line(struct proof *p, struct span line);

#endif
