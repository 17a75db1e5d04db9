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
 *        4      1  kind: 'p' password, 's' session, 'k' a key of 32 bytes (a passkey's PRF)
 *        5     16  salt (password: of Argon2id, 2 passes, 64 MiB; others: of BLAKE2b)
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

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"
#include "vault/auth/token.h"

enum {
	SEAL_KEY = 32,
	SEAL_ADDRESS = 32,
	SEAL_SEALED_MORE = 48, /* by how much a sealed text is longer */
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

/*
 * The same under 32 secret bytes of an authenticator (WebAuthn's PRF extension).  Let the context
 * name the passkey, too: each has a blob of its own.
 */
enum status seal_for_key(char blob[static SEAL_TEXT], const struct seal_secret *s,
			 const unsigned char key[static SEAL_KEY], struct span context);
enum status seal_from_key(struct seal_secret **out, const char *blob,
			  const unsigned char key[static SEAL_KEY], struct span context);

/*
 * Things kept for a person that only that person's sign-in opens (a form that was sent after the
 * session had ended, a TOTP secret).  The address is the public half of an X25519 pair made from
 * the secret (BLAKE2b with a purpose of its own): anybody can seal to it (crypto_box_seal), so it
 * says nothing about who did.  There is no context: let the bytes begin with what they are for, if
 * it matters that one is not put in the place of another.
 */
void seal_address(const struct seal_secret *s, unsigned char address[static SEAL_ADDRESS]);
/* Appends the sealed bytes, SEAL_SEALED_MORE more than there are.  ST_TOOBIG as the buffer says;
   ST_INVALID for an address that is none. */
enum status seal_to(const unsigned char address[static SEAL_ADDRESS], struct span bytes,
		    struct buf *out);
/* Appends what was sealed; out must be a secret buffer and no place of sealed.  ST_DENIED: for
   somebody else, or altered; then out is as it was. */
enum status seal_read(const struct seal_secret *s, struct span sealed, struct buf *out);

#endif
