/*
 * The key of the log and its signed notes (C2SP signed-note, tlog-checkpoint), Ed25519 by
 * libsodium.
 */
#ifndef KARTE_JOURNAL_NOTE_H
#define KARTE_JOURNAL_NOTE_H

#include "generator/base/buf.h"
#include "vault/journal/tree.h"

enum {
	ORIGIN_MAX = 200,
	VKEY_MAX = ORIGIN_MAX + 80, /* room of a verifier key as text */
	NOTE_MAX = 16384,	    /* bytes of a note with the signatures of many witnesses */
};

struct log_signer {
	char origin[ORIGIN_MAX + 1]; /* name of the log and of its key */
	char vkey[VKEY_MAX];	     /* origin+id+base64, as in key.pub */
	unsigned char id[4];
	unsigned char public_key[32];
	unsigned char secret_key[64];
	bool secret; /* secret_key is there */
};

/* Makes dir/key (mode 0600) and dir/key.pub.  ST_INVALID for the origin, ST_IO. */
enum status signer_create(const char *dir, struct span origin);
/* Reads key.pub and, if secret is asked for, key.  ST_NOTFOUND, ST_CORRUPT, ST_IO. */
enum status signer_load(struct log_signer *s, const char *dir, bool secret);
/* Wipes the key. */
void signer_clear(struct log_signer *s);

struct checkpoint {
	uint64_t size;
	struct hash root;
};

/* Appends the signed note of a checkpoint. */
void note_write(struct buf *out, const struct log_signer *s, const struct checkpoint *c);

/*
 * Reads a note.  With a signer, its origin must be the first line and its signature must be
 * there and good; without one, the signatures are not looked at.  ST_INVALID.
 */
enum status note_read(struct span note, const struct log_signer *s, struct checkpoint *out);

#endif
