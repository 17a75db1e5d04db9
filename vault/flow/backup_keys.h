/*
 * backup-keys/: the random keys under which backups hold each child, and one for all the rest.
 *
 *	backup-keys/vault.key	registry, journal, databases, configuration
 *	backup-keys/CHILD.key	the repositories of one child; made with its first backup
 *	backup-keys/CHILD.gone	when that key was destroyed: none is ever made again
 *
 * They are in no backup: whoever destroys a key ends that child's copies in all of them.
 */
#ifndef KARTE_FLOW_BACKUP_KEYS_H
#define KARTE_FLOW_BACKUP_KEYS_H

#include "vault/app.h"
#include "vault/auth/locker.h"

#include <stdint.h>

/* The vault's own key: the name in place of a child's number. */
#define BACKUP_KEY_VAULT "vault"

/* Makes it if there is none.  ST_NOTFOUND: it was destroyed. */
enum status backup_key(struct app *app, const char *name, unsigned char key[static LOCKER_KEY]);
/* Overwrites and removes it, and says so for ever; fine if it is gone already. */
enum status backup_key_destroy(struct app *app, const char *child, int64_t now);

/* Was it destroyed?  Then the number is never given again. */
bool backup_key_gone(const struct app *app, const char *child);

/* A set of keys, as it is carried elsewhere. */
struct backup_key_row {
	char name[11]; /* "vault", or the child */
	bool gone;
	unsigned char key[LOCKER_KEY];
	int64_t at; /* when it was destroyed */
};
struct backup_keys {
	char origin[256]; /* of the vault's journal */
	int64_t at;	  /* when the set was written down */
	struct backup_key_row *rows;
	size_t count, cap;
};
/* All that are there.  Wipe with backup_keys_clear in any case. */
enum status backup_keys_load(struct app *app, int64_t now, struct backup_keys *out);
void backup_keys_clear(struct backup_keys *k);
const struct backup_key_row *backup_keys_find(const struct backup_keys *k, const char *name);
/* As text, one key a line; out is a secret buffer. */
void backup_keys_write(const struct backup_keys *k, struct buf *out);
/* ST_INVALID: not a set of keys. */
enum status backup_keys_read(struct span text, struct backup_keys *out);
/*
 * Calls each for the newest `most` sets that were written down (0: all), newest first, which hold
 * keys of `children` that were destroyed since: as long as such a file lies somewhere, it opens the
 * copies of those children in older backups.  From the journal's records; account holds during the
 * call.
 */
typedef void backup_keys_stale_set(void *ctx, int64_t t, struct span account, size_t children);
enum status backup_keys_stale(struct app *app, const struct backup_keys *today, uint64_t most,
			      backup_keys_stale_set *each, void *ctx);
/* Puts them into a vault that was restored. */
enum status backup_keys_store(const struct backup_keys *k, const char *vault_dir);

#endif
