/*
 * Writing a version, in two steps, because the journal stands between them (design 7, 8):
 *
 *	repo_lock
 *	commit_prepare   objects are on the disk, signed, read back; nobody sees them yet
 *	  … append the record to the journal and sync it …
 *	commit_move      the branch moves if it is still where the writer began
 *	repo_unlock
 *
 * Both need the lock of the repository (ST_BUG without it).
 */
#ifndef KARTE_VAULT_STORE_COMMIT_H
#define KARTE_VAULT_STORE_COMMIT_H

#include "generator/base/sha256.h"
#include "vault/store/sign.h"
#include "vault/store/store.h"

#include <stdint.h>

enum {
	COMMIT_TEXT_MAX = 64 * 1024, /* bytes of subject, reason and trailers together */
	COMMIT_PATH_MAX = 1024,	     /* bytes of a path */
	COMMIT_DEPTH_MAX = 8,	     /* names in a path */
	COMMIT_CHANGES_MAX = 100000, /* changes of one commit */
};

/* In the place of new content: one that repo_put_file() has written; id must live as long. */
static inline struct span change_blob(const struct oid *id)
{
	return span_make((const char *)id->id, SIZE_MAX);
}

struct change {
	struct span path;  /* names as path_name() has them, joined by "/" */
	struct span bytes; /* the new content, or change_blob(); SPAN_NONE removes the file */
};

struct commit_draft {
	const struct oid *parent; /* the head that the writer saw; NULL for the first commit */
	const struct change *changes;
	size_t change_count;
	struct span author_name, author_email;	     /* the person, <account>@<vault host> */
	struct span committer_name, committer_email; /* the vault */
	int64_t time;	     /* seconds since the epoch; written as UTC (+0000) */
	struct span subject; /* one line: "kyoiku-shien/2026: save" */
	struct span reason;  /* what the person gave; several lines may be; absent or empty: none */
	const struct pair *trailers; /* in this order; a name once */
	size_t trailer_count;
	bool allow_empty; /* also when no file changes */
};

/*
 * Writes and signs a commit; no branch moves.  Tells its id and the SHA-256 of the commit object
 * as `git cat-file commit ID` prints it (64 lower-case digits).
 *
 * A last trailer is added: `Karte-Digest: sha256:<64 digits>`, the SHA-256 over one line for each
 * file of the whole tree, in the order of the paths' bytes:
 *
 *	<path> <SHA-256 of the content, 64 lower-case digits> LF
 *
 * An empty tree has the digest of no bytes.
 *
 * ST_STALE: the branch is not at draft->parent.  ST_EXISTS: nothing would change.  ST_NOTFOUND: a
 * file to remove is not there.  ST_INVALID: a path, name or text that cannot stand in a commit.
 * ST_DENIED: the passphrase does not open the key.
 */
enum status commit_prepare(struct repo *r, const struct commit_draft *draft, struct keys *keys,
			   const struct signer *signer, struct oid *new_id,
			   char object_sha256[static SHA256_HEX]);

/*
 * Moves branch main from old (NULL: there is none yet) to new_id, whose first parent must be old
 * (else ST_INVALID; ST_NOTFOUND when it is not here).  ST_OK also when the branch is at new_id
 * already: a replay after a crash may ask twice.  ST_STALE: the branch is elsewhere.  The answer
 * tells what is in the repository now, whatever the library said on the way.
 */
enum status commit_move(struct repo *r, const struct oid *old, const struct oid *new_id);

/* Recomputes the digest of a commit's tree from the bytes, for verifying: 64 digits. */
enum status commit_digest(struct repo *r, const struct oid *commit, char digest[static SHA256_HEX]);

#endif
