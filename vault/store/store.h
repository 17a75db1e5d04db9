/*
 * The git repositories of a vault (design 4): where they lie, opening, reading, one writer at a
 * time.  Only vault/store/ knows libgit2.
 *
 * Threads: a store may be used by many threads at once; a repo belongs to one thread from
 * repo_open to repo_close.
 */
#ifndef KARTE_VAULT_STORE_STORE_H
#define KARTE_VAULT_STORE_STORE_H

#include "generator/base/buf.h"
#include "generator/base/path.h"
#include "generator/base/status.h"
#include "vault/store/oid.h"

struct store;
struct repo;

enum repo_kind {
	REPO_REGISTRY,	  /* registry.git; no id */
	REPO_CHILD,	  /* children/v4/c7k3m9q2v4.git */
	REPO_APART,	  /* apart/<area>/v4/c7k3m9q2v4.git: traces nowhere else */
	REPO_INSTITUTION, /* institutions/es/kudan-es.git */
	REPO_HOUSEHOLD,	  /* households/…, as institutions */
	REPO_KINDS
};

struct repo_name {
	enum repo_kind kind;
	char id[ID_MAX + 1]; /* a child's id (path_child) or an id (path_id); "" for the registry */
	char area[ID_MAX + 1]; /* only of REPO_APART, else "" */
};

/* Fills a name; ST_INVALID when id or area are not what the kind asks for. */
enum status repo_name_make(struct repo_name *out, enum repo_kind kind, struct span area,
			   struct span id);

enum { REPO_TEXT = 96 }; /* room that repo_name_text needs */

/*
 * The name as the journal's field `repository` has it: registry, children/c7k3m9q2v4,
 * apart/consultation/c7k3m9q2v4, institutions/kudan-es, households/h-123.
 */
void repo_name_text(const struct repo_name *name, char out[static REPO_TEXT]);
/* Reads that form; ST_INVALID for anything else. */
enum status repo_name_parse(struct span text, struct repo_name *out);

/*
 * Opens the store of the vault in vault_dir (which must exist and belong to this user, else
 * ST_DENIED; root may open every vault) and sets libgit2 up for the whole process: every write
 * synced, hashes checked at reading, nobody's gitconfig read.  Free with store_close.
 */
enum status store_open(struct store **out, const char *vault_dir);
/* All repos must have been closed.  NULL does nothing. */
void store_close(struct store *s);

/* The path of a repository; it need not exist. */
void store_path(const struct store *s, const struct repo_name *name, struct buf *out);

/*
 * Calls fn for each repository of a kind, sorted by area, then folder, then id.  The first result
 * of fn that is not ST_OK ends the walk and is returned.
 */
typedef enum status (*store_fn)(void *arg, const struct repo_name *name);
enum status store_each(struct store *s, enum repo_kind kind, store_fn fn, void *arg);

struct sweep {
	size_t repos; /* looked at */
	size_t locks; /* stale *.lock files removed */
	size_t temps; /* temporary objects and unfinished repositories removed */
	size_t busy;  /* left alone: another process is writing there */
};

/*
 * Removes what a crash leaves behind in every repository: *.lock, temporary objects, repositories
 * half made or half removed.  Call at start.  A repository whose lock somebody holds is skipped.
 */
enum status store_sweep(struct store *s, struct sweep *out);

/*
 * Makes an empty repository: all of it or nothing is there, also after a crash.  ST_EXISTS.
 */
enum status repo_create(struct store *s, const struct repo_name *name);
/* Removes a repository for ever (end of retention).  ST_NOTFOUND, ST_BUSY. */
enum status repo_remove(struct store *s, const struct repo_name *name);
bool repo_exists(struct store *s, const struct repo_name *name);

/* ST_NOTFOUND when there is none.  Cheap: an idle handle is used again.  Free with repo_close. */
enum status repo_open(struct repo **out, struct store *s, const struct repo_name *name);
/* Gives the handle back, and the lock if it is held.  NULL does nothing. */
void repo_close(struct repo *r);
/*
 * The same for a proof, which trusts no memory of earlier reads: a handle of its own, which goes
 * when it is closed by repo_end (NULL does nothing).
 */
enum status repo_begin(struct repo **out, struct store *s, const struct repo_name *name);
void repo_end(struct repo *r);
const struct repo_name *repo_name_of(const struct repo *r);

/*
 * Makes this handle the only writer of the repository, against threads and processes.  Hold it
 * from reading the head until commit_move has answered.  Waits up to ten seconds, then ST_BUSY.
 * Removes a stale lock that a crashed writer left on the branch.  Not recursive (ST_BUG).
 */
enum status repo_lock(struct repo *r);
/* Waits in the same way until nobody is writing, and keeps writers away; changes nothing on the
   disk.  Give it back by repo_unlock. */
enum status repo_hold(struct repo *r);
void repo_unlock(struct repo *r);

/* The commit at which branch main is; ST_NOTFOUND before the first commit. */
enum status repo_head(struct repo *r, struct oid *out);

/*
 * Calls fn for each ref of the repository but branch main, and for HEAD if it does not stand for
 * that branch; also for files by which git would show another history than the one that is here
 * ("shallow", "info/grafts", "objects/info/alternates").  The vault makes none of them.
 */
typedef enum status (*repo_ref_fn)(void *arg, const char *name);
enum status repo_other_refs(struct repo *r, repo_ref_fn fn, void *arg);

/*
 * In the next three commit NULL means the head.  ST_NOTFOUND: no such commit here, no head yet, no
 * such path in it.  ST_CORRUPT: an object is missing or fails its hash.
 *
 * A commit that was prepared and never moved to is found too: ask history_contains() about an id
 * that comes from outside.
 */

/* Appends the content of a file. */
enum status repo_read(struct repo *r, const struct oid *commit, const char *path, struct buf *out);
/* The id of a file's content: equal ids, equal content. */
enum status repo_blob_id(struct repo *r, const struct oid *commit, const char *path,
			 struct oid *out);

struct repo_entry {
	struct span name; /* valid in the callback only */
	bool dir;
	struct oid id; /* of the content, or of the folder */
};

/*
 * Calls fn for what lies directly in a folder ("" is the top), in git's order.  The first result
 * of fn that is not ST_OK ends the listing and is returned.
 */
typedef enum status (*repo_list_fn)(void *arg, const struct repo_entry *e);
enum status repo_list(struct repo *r, const struct oid *commit, const char *dir, repo_list_fn fn,
		      void *arg);

/* Appends the content with this id. */
enum status repo_read_blob(struct repo *r, const struct oid *blob, struct buf *out);

#endif
