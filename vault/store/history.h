/* Reading versions: who, when, what, why, and whether the commit is whole. */
#ifndef KARTE_VAULT_STORE_HISTORY_H
#define KARTE_VAULT_STORE_HISTORY_H

#include "vault/store/store.h"

#include <stdint.h>

enum { VERSION_PARENTS = 2, VERSION_TRAILERS = 32 };

/* A commit as it stands there, trusted or not.  Spans are valid in the callback only. */
struct version {
	struct oid id;
	struct oid parents[VERSION_PARENTS]; /* the first ones */
	size_t parent_count;		     /* all; over 1: a merge, which the vault never makes */
	struct span author_name, author_email;
	struct span committer_name, committer_email;
	int64_t author_time, time; /* of author and committer, seconds since the epoch */
	struct span subject;	   /* the first line */
	struct span reason;	   /* between subject and trailers, trimmed; may be empty */
	struct pair trailers[VERSION_TRAILERS];
	size_t trailer_count;
	bool has_signature; /* there is one; verify_detached tells whether it is good */
	struct span object; /* the whole commit object, as `git cat-file commit` prints it */
};

/* Return false to end the walk (which then returns ST_OK). */
typedef bool (*history_fn)(void *arg, const struct version *v);

/*
 * Calls fn for each version from `from` (NULL: the head) back along first parents.  With a path,
 * only for versions in which that file or folder differs from the parent's.  ST_NOTFOUND: no such
 * commit, no head.  ST_CORRUPT: a commit is missing or cannot be read.
 */
enum status history_walk(struct repo *r, const struct oid *from, const char *path, history_fn fn,
			 void *arg);

/* Calls fn for this one commit; its result does not matter. */
enum status history_one(struct repo *r, const struct oid *id, history_fn fn, void *arg);

/* Whether the head or one of its first parents is this commit.  10 µs for each step. */
enum status history_contains(struct repo *r, const struct oid *id, bool *out);

/* The value of a trailer of that name (exact, the first one); SPAN_NONE without. */
struct span version_trailer(const struct version *v, const char *name);

/* The same for one commit: appends the value.  ST_NOTFOUND when there is no such trailer. */
enum status commit_trailer(struct repo *r, const struct oid *id, const char *name, struct buf *out);

/*
 * Appends the armored signature and the bytes that it covers.  An unsigned commit gives an empty
 * signature and the whole object.  ST_CORRUPT: more than one signature.
 */
enum status commit_signature(struct repo *r, const struct oid *id, struct buf *signature,
			     struct buf *signed_bytes);

/* The same of a version in hand. */
enum status version_signature(const struct version *v, struct buf *signature,
			      struct buf *signed_bytes);

/*
 * Recomputes Karte-Digest from the content.  ST_OK: as the trailer says.  ST_NOTFOUND: there is
 * no such trailer.  ST_CORRUPT: it differs, stands there twice, or an object is damaged.
 */
enum status commit_digest_check(struct repo *r, const struct oid *id);

enum change_kind { CHANGE_ADDED, CHANGE_EDITED, CHANGE_REMOVED };

struct changed_path {
	struct span path; /* valid in the callback only */
	enum change_kind kind;
	struct oid before, after; /* ids of the content; zero where there is none */
};

/*
 * Calls fn for each file that a commit changed against its first parent, sorted by path.  The
 * first result of fn that is not ST_OK ends the listing and is returned.
 */
typedef enum status (*changed_fn)(void *arg, const struct changed_path *c);
enum status commit_changed_paths(struct repo *r, const struct oid *id, changed_fn fn, void *arg);

#endif
