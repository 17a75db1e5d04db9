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

/* What a key signs (C2SP signed-note, signature types). */
enum note_type {
	NOTE_LOG = 1,	  /* checkpoints of its own log */
	NOTE_WITNESS = 4, /* checkpoints of others, with a time: tlog-cosignature */
};

struct log_signer {
	enum note_type type;
	char origin[ORIGIN_MAX + 1]; /* name of the log (or witness) and of its key */
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
/* The same for a key that signs something else than a log of its own. */
enum status signer_create_as(const char *dir, struct span origin, enum note_type type);
enum status signer_load_as(struct log_signer *s, const char *dir, enum note_type type, bool secret);
/* A verifier key as text, "NAME+ID+KEY", of somebody else.  ST_INVALID. */
enum status vkey_read(struct log_signer *s, struct span text, enum note_type type);
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

/* ---- parts of notes, for those who cosign ---- */

/* What begins a line of signature: a dash and a space. */
extern const char note_dash[];

/* Has it only characters of base64? */
bool note_is_base64(struct span s);
/* The text with its last line end, and the lines of signature; false if it is no signed note. */
bool note_split(struct span note, struct span *text, struct span *signatures);

#endif
