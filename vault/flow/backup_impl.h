/* For the files that write a backup only. */
#ifndef KARTE_FLOW_BACKUP_IMPL_H
#define KARTE_FLOW_BACKUP_IMPL_H

#include "vault/flow/backup.h"
#include "vault/flow/removed.h"
#include "vault/flow/tar_file.h"

enum { ROOM = PATH_MAX + 512 };
#define SCRATCH ".backup-"

/* A backup on its way. */
struct backup_writing {
	struct app *app;
	struct tar *tar;
	struct buf manifest;
	char scratch[PATH_MAX]; /* a folder for copies, gone at the end */
	struct removed *removed;
	struct backup_result *out;
	backup_progress *tell;
	void *ctx;
	size_t members;
	struct journal_head {
		struct repo_name name;
		struct oid head;
	} * heads;
	size_t nheads, cap;
	enum status st;
};

/* A file without a name in a folder, for the caller to close; -1. */
int backup_nameless(const char *dir);

/*
 * Closes `bytes` bytes of `in` with a key into the archive; head is the member's name, and for a
 * repository its commit.  Like all of these: ST_IO, ST_CORRUPT, ST_TOOBIG; the list grows by a
 * line.
 */
enum status backup_put_member(struct backup_writing *w, const char *key_name, const char *name,
			      struct span head, int in, size_t bytes);
/* The file `from` as the member `path`; one that is not there is passed over. */
enum status backup_put_file(struct backup_writing *w, const char *key, const char *from,
			    const char *path);
/* All files below `from`, except what can be made again. */
enum status backup_put_folder(struct backup_writing *w, const char *from, const char *path);
/* The journal as it is now, into the scratch folder; the heads of all repositories by it. */
enum status backup_copy_journal(struct backup_writing *w);
/* Its bundle up to this head, unless its key is gone. */
enum status backup_put_repo(struct backup_writing *w, const struct journal_head *h);

#endif
