/*
 * OpenPGP keys and detached signatures, by GPGME, in a GNUPGHOME of the vault's own.
 *
 * Threads: all functions may be called by many threads at once; gpg-agent works one request at a
 * time.  Secrets come as spans, are handed to gpg through a pipe and are never written to disk, to
 * an argument or to the environment.
 */
#ifndef KARTE_VAULT_STORE_SIGN_H
#define KARTE_VAULT_STORE_SIGN_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

#include <stdint.h>

struct keys;

enum {
	FPR_HEX = 41,	       /* 40 upper-case hexadecimal digits and a terminator */
	SIGNATURE_MAX = 16384, /* bytes of an armored signature that are looked at */
};

/* Who signs: a key and what opens it. */
struct signer {
	const char *fpr;
	struct span passphrase; /* SPAN_NONE for a key without one (the vault's own) */
};

/*
 * Makes the home (mode 0700) and its configuration if they are not there.  A home of any length of
 * path is fine: where a socket's path would be too long, gpg sees it through a short link.
 * ST_CONFIG when GnuPG is not installed.  Free with keys_close.  From the first call on the process
 * ignores SIGPIPE, if nobody had set it otherwise: gpg may end before it has read all.
 */
enum status keys_open(struct keys **out, const char *gnupg_home);
/* Ends the agent of this home unless another process has the home open.  NULL does nothing. */
void keys_close(struct keys *k);

/*
 * Makes an ed25519 key that can only sign and certify, without expiry: when a key is good is told
 * by the registry.  An absent passphrase makes a key without one; otherwise it is 1 to 255 bytes
 * without NUL and line feed (use the hexadecimal form of a random secret: it is stretched little).
 * The key's own revocation certificate is not kept.
 */
enum status key_create(struct keys *k, struct span name, struct span email, struct span passphrase,
		       char fpr[static FPR_HEX]);
/* Appends the public key, armored.  ST_NOTFOUND. */
enum status key_export(struct keys *k, const char *fpr, struct buf *armored);
/*
 * Takes one armored public key (more than one, a secret key or none: ST_INVALID) and tells its
 * fingerprint.  One that is there already is fine.
 */
enum status key_import(struct keys *k, struct span armored, char fpr[static FPR_HEX]);
/* Destroys the secret part; the public one stays, to verify.  ST_NOTFOUND if there is none. */
enum status key_delete_secret(struct keys *k, const char *fpr);
/* Whether a key is there; its secret part, when secret is set. */
bool key_exists(struct keys *k, const char *fpr, bool secret);

/*
 * Appends an armored detached signature over exactly these bytes (4 to 6 ms).  ST_DENIED: wrong or
 * missing passphrase; ST_NOTFOUND: no such secret key.
 */
enum status sign_detached(struct keys *k, const struct signer *who, struct span data,
			  struct buf *armored);

enum sign_state {
	SIGN_GOOD,
	SIGN_GOOD_KEY_ENDED, /* good; its key has expired or has been revoked since */
	SIGN_NONE,	     /* there is no signature */
	SIGN_BAD,	     /* the signature is not over these bytes, or is no signature */
	SIGN_NO_KEY,	     /* made by a key that is not here */
	SIGN_UNCHECKED,	     /* could not be checked: two signatures, a weak hash, gpg failed */
};

struct verdict {
	enum sign_state state;
	char fpr[FPR_HEX]; /* of the key that signed, as far as known (long key id), or "" */
	int64_t created;   /* when, by the signature itself; seconds since the epoch, or 0 */
};

/*
 * Checks one detached signature (5 ms).  ST_OK whenever the verdict tells the outcome, whatever it
 * is; ST_IO, ST_NOMEM when gpg could not be run (state is then SIGN_UNCHECKED).
 */
enum status verify_detached(struct keys *k, struct span data, struct span signature,
			    struct verdict *out);
/*
 * The same for a signature that has just been made here by the key fpr, 0.04 ms: in this process,
 * with a public key that gpg is asked for once (vault/store/openpgp.h).  What is not by that key,
 * or of any other kind, is left to verify_detached().  A key that ends after its first use here is
 * noticed only when key_import() brings the news.
 */
enum status verify_own(struct keys *k, const char *fpr, struct span data, struct span signature,
		       struct verdict *out);

/* A word for logs and JSON: good, good-key-ended, none, bad, no-key, unchecked; never NULL. */
const char *sign_state_name(enum sign_state st);

#endif
