/*
 * Large contents, which never lie in memory as a whole: from a file into a repository and back.
 */
#ifndef KARTE_VAULT_STORE_STREAM_H
#define KARTE_VAULT_STORE_STREAM_H

#include "generator/base/sha256.h"
#include "vault/store/store.h"

/*
 * Writes the first `bytes` bytes of a file into the repository, synced, and tells the id of the
 * content, for struct change.blob, and its SHA-256.  No lock is needed: nothing names it yet.
 * ST_IO also when the file is shorter.
 */
enum status repo_put_file(struct repo *r, int fd, size_t bytes, struct oid *id,
			  char sha256[static SHA256_HEX]);

/*
 * The content with this id as a file without a name: *fd is the caller's, at its beginning. Checked
 * against the id before it is handed out (ST_CORRUPT).  ST_TOOBIG over max bytes, ST_NOTFOUND.
 *
 * An object of its own (all that karte writes) is read piece by piece.  One in a pack (an operator
 * ran git gc) has to be in memory as a whole: one at a time in the process.
 */
enum status repo_get_file(struct repo *r, const struct oid *id, size_t max, int *fd, size_t *bytes);

/* The SHA-256 of a content, whatever its size; checked against its id.  ST_CORRUPT: it is damaged
   or not there. */
enum status repo_sha256(struct repo *r, const struct oid *id, char sha256[static SHA256_HEX]);

#endif
