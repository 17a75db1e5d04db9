/*
 * What the files of vault/store/ share.  Nobody else includes this.
 */
#ifndef KARTE_VAULT_STORE_INTERNAL_H
#define KARTE_VAULT_STORE_INTERNAL_H

#include "vault/store/store.h"

#include <git2.h>
#include <limits.h>
#include <pthread.h>
#include <sys/types.h>

struct digest_cache;

enum { IDLE_REPOS = 64 };

struct store {
	char *dir;
	struct digest_cache *digests;
	pthread_mutex_t lock; /* over the two below */
	struct repo *idle[IDLE_REPOS];
	size_t idle_count;
};

struct repo {
	struct store *store;
	struct repo_name name;
	char *path;
	git_repository *git;
	dev_t dev; /* which folder was opened: it may be replaced behind an idle handle */
	ino_t ino;
	int lock_fd; /* -1: this handle does not hold the lock */
};

#define MAIN_BRANCH "refs/heads/main"
/* Beginnings of the names of repositories that are being made or removed. */
#define REPO_NEW ".new-"
#define REPO_GONE ".gone-"

/* Records what libgit2 said about a failed call and gives the status that fits it. */
enum status git_failed(int rc, const char *what);
/* The same where an object must be there: a missing one is ST_CORRUPT. */
enum status git_broken(int rc, const char *what);

static inline void oid_from_git(struct oid *out, const git_oid *id)
{
	memcpy(out->id, id->id, OID_LEN);
}

static inline void oid_to_git(git_oid *out, const struct oid *id)
{
	memcpy(out->id, id->id, OID_LEN);
}

/* The name of the folder in which an id lies: its last two characters. */
void name_fold(struct span id, char out[static 3]);
/* <store>/<children, apart/<area>, …>: where the folders of a kind lie. */
void store_root(const struct store *s, enum repo_kind kind, const char *area, struct buf *out);

/* Forgets idle handles of a name. */
void pool_forget(struct store *s, const struct repo_name *name);
void pool_clear(struct store *s);

/* The lock of a repository's folder; close fd to give it back.  ST_BUSY, ST_NOTFOUND. */
enum status folder_lock(const char *path, long wait_ms, int *fd);

/* fsync of a folder. */
enum status folder_sync(const char *path);

/* The names in a folder, sorted by bytes, without "." and ".."; what is no folder has none. */
struct names {
	char **name;
	size_t count;
};
enum status names_read(struct names *out, const char *dir);
void names_clear(struct names *n);

/* The tree of a commit (NULL: of the head).  Free with git_tree_free. */
enum status commit_tree(git_tree **out, struct repo *r, const struct oid *commit);
/*
 * What stands at a path: entry id and type.  ST_NOTFOUND; ST_CORRUPT when a folder's object is
 * missing.  "" is the tree itself.
 */
enum status tree_find(struct repo *r, const git_tree *tree, struct span path, git_oid *id,
		      git_object_t *type);
/* Appends the bytes of an object of that type, which must be there. */
enum status object_read(struct repo *r, const git_oid *id, git_object_t type, struct buf *out);

#endif
