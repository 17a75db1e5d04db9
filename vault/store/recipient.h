/*
 * Data encrypted to a public key that somebody outside gave us, by GPGME in a home of its own that
 * is gone afterwards: the vault's keys never meet it.  Any thread; each call runs gpg some times
 * (some milliseconds in all).
 */
#ifndef KARTE_VAULT_STORE_RECIPIENT_H
#define KARTE_VAULT_STORE_RECIPIENT_H

#include "vault/store/sign.h"

enum {
	RECIPIENT_KEY = 64 * 1024, /* bytes of an armored key */
	RECIPIENT_NAMES = 8,	   /* user ids that are told */
	RECIPIENT_NAME = 256,	   /* bytes of one, with its terminator */
	RECIPIENT_RSA = 2048, /* bits of RSA and ElGamal at least (NIST SP 800-57, until 2030) */
};

enum recipient_state {
	RECIPIENT_FINE,
	RECIPIENT_NONE, /* not exactly one public key, or too long */
	RECIPIENT_REVOKED,
	RECIPIENT_EXPIRED,
	RECIPIENT_CANNOT, /* no part of it can encrypt now */
	RECIPIENT_WEAK,	  /* a part that encrypts is too short */
};

struct recipient {
	enum recipient_state state;
	char fpr[FPR_HEX];
	char names[RECIPIENT_NAMES][RECIPIENT_NAME]; /* UTF-8 without control characters */
	size_t nnames;
};

/* Looks at a key.  ST_OK whatever its state is; ST_IO, ST_NOMEM, ST_CONFIG when gpg cannot be run.
 */
enum status recipient_look(struct span armored, struct recipient *out);

/*
 * Appends the data encrypted to the key (binary; AES by what the key prefers), to be called `name`
 * when it is decrypted.  Nothing of the data is written to a disk.  ST_INVALID: the key is not fine
 * or has another fingerprint; ST_TOOBIG by the buffer.
 */
enum status recipient_seal(struct span armored, const char *fpr, const char *name, struct span data,
			   struct buf *out);

#endif
