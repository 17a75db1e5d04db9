/*
 * Checkpoints between logs and witnesses: C2SP tlog-checkpoint, tlog-cosignature (Ed25519) and the
 * request of tlog-witness.  Pure functions over text; every input may be a stranger's.
 */
#ifndef KARTE_JOURNAL_COSIGN_H
#define KARTE_JOURNAL_COSIGN_H

#include "vault/journal/note.h"
#include "vault/journal/proof.h"

enum { ADD_MAX = 64 * 48 + NOTE_MAX }; /* bytes of a request that can be right */

/* A checkpoint with whatever signatures; spans point into the note. */
struct signed_checkpoint {
	struct span text, signatures; /* text: with its last line end */
	struct span origin;
	struct checkpoint c;
};

/*
 * Takes a note apart and asks for every letter of the format: lines, no control characters, no
 * empty line in the text, size and root as they are written, each line of signature well formed.
 * No signature is looked at.  ST_INVALID.
 */
enum status checkpoint_parse(struct signed_checkpoint *out, struct span note);

/*
 * Has this key signed it?  ST_OK, *time (may be NULL) is that of a cosignature, else 0;
 * ST_NOTFOUND: no line is by this key; ST_DENIED: a line says so and is wrong.
 */
enum status checkpoint_signed(const struct signed_checkpoint *n, const struct log_signer *key,
			      int64_t *time);

/* Appends the line of a cosignature over the text.  now > 0. */
void checkpoint_cosign(struct buf *out, const struct log_signer *witness, struct span text,
		       int64_t now);

/* The request add-checkpoint. */
struct add_request {
	uint64_t old;
	struct proof proof;
	struct span note;
	struct signed_checkpoint checkpoint; /* of the note */
};

void add_request_write(struct buf *out, uint64_t old, const struct proof *proof, struct span note);
/* ST_INVALID for anything but the letter of the format. */
enum status add_request_parse(struct add_request *out, struct span body);

#endif
