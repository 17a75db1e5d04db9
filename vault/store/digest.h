/*
 * Karte-Digest: what a signature covers beyond git's SHA-1.  commit.h tells the bytes.  Only for
 * vault/store/.
 */
#ifndef KARTE_VAULT_STORE_DIGEST_H
#define KARTE_VAULT_STORE_DIGEST_H

#include "generator/base/sha256.h"
#include "vault/store/history.h"
#include "vault/store/internal.h"

#define DIGEST_TRAILER "Karte-Digest"
#define DIGEST_PREFIX "sha256:"

/*
 * Remembers the SHA-256 of contents by their git id (3.5 MB, never more): saving a sheet then
 * reads only what is new.  Any thread.
 */
struct digest_cache *digest_cache_new(void);
void digest_cache_free(struct digest_cache *c);

/*
 * The digest of a tree; NULL is the empty one.  With trust, contents that the cache knows are not
 * read again (for saving); without, everything is read (for verifying).  ST_CORRUPT: an object is
 * damaged, or the tree holds what the vault never writes (links, folders too deep).
 */
enum status tree_digest(struct repo *r, const git_oid *tree, bool trust,
			char digest[static SHA256_HEX]);

/* The one digest among the trailers of a version.  ST_NOTFOUND: none; ST_CORRUPT: more than one. */
enum status digest_of(const struct version *v, struct span *out);
/* Whether a trailer says exactly this digest: ST_OK or ST_CORRUPT. */
enum status digest_is(struct span said, const char hex[static SHA256_HEX]);

/* Reads a content, checks it against its id and tells its SHA-256, whatever its size. */
enum status content_digest(struct repo *r, const git_oid *id, unsigned char sha[static SHA256_LEN]);

/* The SHA-256 of a content that has just been written, of which sum has seen all bytes: it need not
   be read again for saving.  hex is its text. */
void digest_remember(struct repo *r, const git_oid *id, struct sha256 *sum,
		     char hex[static SHA256_HEX]);

/* The SHA-256 of a content that is too large for memory; read and checked in any case (stream.c).
 */
enum status large_sha(struct repo *r, const git_oid *id, unsigned char sha[static SHA256_LEN]);

#endif
