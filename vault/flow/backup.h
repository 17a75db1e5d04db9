/*
 * A backup of a running vault in one archive, and reading it again.
 *
 * A tar archive whose members are closed each by itself (auth/locker.h):
 *
 *	karte-backup		what it is, of which vault, when, with which checkpoint; in clear
 *	KEY/files/PATH		a file of the vault, KEY is "vault" (a file put aside: its child)
 *	KEY/git/REPOSITORY	a bundle; KEY is the child, for all others "vault"
 *	vault/manifest		number of the members, size and SHA-256 of each of them, closed
 *
 * KEY names the key of backup-keys/ (backup_keys.h).  Within, the head of each member has its own
 * name, so that none can stand in another's place; the manifest ends the archive.
 *
 * Consistent: the journal is copied first, as it is at one moment; of each repository the archive
 * has what that journal names as the newest.  index.db is not in it, it is made again.
 */
#ifndef KARTE_FLOW_BACKUP_H
#define KARTE_FLOW_BACKUP_H

#include "vault/flow/backup_keys.h"
#include "vault/journal/journal.h"
#include "vault/store/store.h"

struct backup_result {
	char checkpoint[JOURNAL_SHORT], origin[256];
	int64_t at;
	size_t files, repositories;
	size_t closed; /* members for which the set of keys had none */
	uint64_t bytes;
};

typedef void backup_progress(void *ctx, size_t done, size_t total);

/* Writes one to a descriptor.  ST_BUSY: another is being written. */
enum status backup_write(struct app *app, int fd, backup_progress *tell, void *ctx,
			 struct backup_result *out);
/* The same as a file that appears when it is whole and has been read again; records it in the
   journal (class system, `backup`).  ST_EXISTS: there is such a file. */
enum status backup_file(struct app *app, const char *path, backup_progress *tell, void *ctx,
			struct backup_result *out);

/* That record, for one that went elsewhere (backup_write). */
enum status backup_record(struct app *app, const struct backup_result *r);

/* What is done with each member that opens; NULL: only looked at.  The descriptors are at their
   beginning. */
struct backup_sink {
	enum status (*file)(void *ctx, const char *path, int fd, size_t bytes);
	enum status (*repo)(void *ctx, const struct repo_name *name, const struct oid *head,
			    int fd);
	enum status (*closed)(void *ctx, const char *key, bool gone); /* no key for it */
	void *ctx;
};
/*
 * Reads an archive from its beginning to its end and checks everything.  ST_CORRUPT: cut short,
 * altered or no backup; ST_DENIED: the keys are of another vault.
 */
enum status backup_read(int fd, const struct backup_keys *keys, const struct backup_sink *sink,
			struct backup_result *out);

/* ---- and back ----------------------------------------------------------------------------- */

struct restore_result {
	struct backup_result source;
	size_t gone; /* children that do not come back: their keys are destroyed */
	size_t lost; /* for which the set had no key */
};
/*
 * Makes a vault in dir, which must not be there, out of an archive: all of it or nothing.  each is
 * told of every child that does not come back.  allow_lost: go on although keys are missing.
 */
enum status restore_vault(int fd, const char *dir, const struct backup_keys *keys, bool allow_lost,
			  void (*each)(void *ctx, const char *child, bool gone), void *ctx,
			  struct restore_result *out);

/* For the chores: the daily backup into the folder of karte.yaml, in a process of its own. */
enum status backup_chore(struct app *app);

#endif
