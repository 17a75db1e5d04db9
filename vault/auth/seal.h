/*
 * A person's signing secret, closed so that only that person's sign-in opens it.
 *
 * The secret is 32 random bytes, used in hexadecimal as the passphrase of the person's OpenPGP key.
 * It is stored twice: under a key from the password (for the next sign-in), and, while a session
 * lasts, under a key from the half of the session's token that the server does not keep.  Neither
 * an administrator nor a copy of the disk can open either.
 *
 * A blob, written in base64url without padding so that it can stand in a text column:
 *
 *   offset  bytes
 *        0      4  "KSL" and the version, 1
 *        4      1  kind: 'p' password, 's' session
 *        5     16  salt (password: of Argon2id, 2 passes, 64 MiB; session: of BLAKE2b)
 *       21     24  nonce
 *       45     48  XChaCha20-Poly1305 of the secret; bytes 0..20 and the context are the
 *                  associated data
 *
 * The context (an account, say) is not stored: a blob that was moved to another account does not
 * open.  The password's key is derived with another salt than the sign-in hash of password.h, and
 * counts as one of its hashes: ST_BUSY.
 */
#ifndef KARTE_AUTH_SEAL_H
#define KARTE_AUTH_SEAL_H

#include "generator/base/span.h"
#include "generator/base/status.h"
#include "vault/auth/token.h"

enum {
	SEAL_SECRET = 32,
	SEAL_TEXT = 125, /* 124 characters of base64url and a NUL */
	SEAL_HEX = 65,	 /* 64 digits and a NUL */
};

/* A secret in locked, guarded memory. */
struct seal_secret;

/* Wipes and frees.  NULL does nothing. */
void seal_secret_free(struct seal_secret *s);

/* The passphrase: 64 hexadecimal digits, terminated, valid until the secret is freed. */
const char *seal_passphrase(const struct seal_secret *s);

/* A new secret, and its blob under this password.  *out is the caller's.  ST_TOOBIG, ST_BUSY,
   ST_NOMEM. */
enum status seal_new(struct seal_secret **out, char blob[static SEAL_TEXT], struct span password,
		     struct span context);

/* Opens a blob.  ST_DENIED for a wrong password or another context, ST_CORRUPT for what is not a
   blob under a password. */
enum status seal_open(struct seal_secret **out, const char *blob, struct span password,
		      struct span context);

/* A blob of the same secret under another password, after the password was changed. */
enum status seal_again(char blob[static SEAL_TEXT], const struct seal_secret *s,
		       struct span password, struct span context);

/* A blob for the time of a session.  half is token.secret.  Fast: no password hashing. */
enum status seal_for_session(char blob[static SEAL_TEXT], const struct seal_secret *s,
			     const unsigned char half[static TOKEN_HALF], struct span context);

/* Opens it.  ST_DENIED for another token or context, ST_CORRUPT. */
enum status seal_from_session(struct seal_secret **out, const char *blob,
			      const unsigned char half[static TOKEN_HALF], struct span context);

#endif
