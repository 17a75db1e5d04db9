/*
 * A text closed with a passphrase, in one piece: the keys of backups, carried to another place.
 *
 * "KKS1", 16 bytes of salt, 24 of nonce, then XChaCha20-Poly1305 (libsodium's secretbox) under
 * Argon2id(passphrase, salt) with 256 MiB and 3 passes: it is made seldom and may lie about.
 */
#ifndef KARTE_AUTH_KEYSET_H
#define KARTE_AUTH_KEYSET_H

#include "generator/base/buf.h"

enum { KEYSET_PASSPHRASE_LEAST = 12 };

/* Is it one?  By its first bytes. */
bool keyset_is(struct span bytes);
/* Appends it.  ST_NOMEM. */
enum status keyset_close(struct span passphrase, struct span text, struct buf *out);
/* Appends the text; out is a secret buffer.  ST_DENIED: wrong passphrase, or altered. */
enum status keyset_open(struct span passphrase, struct span bytes, struct buf *out);

#endif
