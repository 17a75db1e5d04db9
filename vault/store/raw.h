/*
 * A commit object taken apart by its bytes.  libgit2's own reading of signatures looks for
 * "gpgsig" wherever a line begins, also as the beginning of another header's name.  Only for
 * vault/store/.
 */
#ifndef KARTE_VAULT_STORE_RAW_H
#define KARTE_VAULT_STORE_RAW_H

#include "vault/store/history.h"

struct raw_commit {
	struct oid tree;
	struct span message;
	/* The lines of the signature's header, "gpgsig " and LF included: [from, to) of the object.
	 */
	size_t from, to;
	size_t signatures;
};

/*
 * Fills both; spans point into object.  ST_CORRUPT: not UTF-8, or not in the order that git
 * writes: tree, parents, author, committer, others, empty line, message.
 */
enum status raw_parse(struct span object, struct raw_commit *raw, struct version *v);

/* Appends the signature without its header's folding, and the object without the signature. */
void raw_signature(struct span object, const struct raw_commit *raw, struct buf *signature,
		   struct buf *signed_bytes);

#endif
