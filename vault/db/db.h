/*
 * The two databases of a vault, opened as one: index.db, which can be deleted and made again from
 * git, and vault.db, which holds what exists nowhere else (secrets, sessions, drafts).
 *
 * No SQLite type appears here: whoever needs a question answered adds it to the family of queries
 * it belongs to (account.h, child.h, range.h, sheet.h, session.h, factor.h).  Thread-safe: each
 * thread reads on its own, writers take turns; other processes may write at the same time.  Close
 * it after the other threads that used it have ended.
 */
#ifndef KARTE_DB_DB_H
#define KARTE_DB_DB_H

#include "generator/base/status.h"

struct db;

/*
 * Opens, and makes or migrates what is missing.  Close with db_close (NULL does nothing).  An
 * index.db of an older karte is emptied and wants `karte reindex`; vault.db keeps what it has.
 * ST_CONFIG: one of them was made by a newer karte; nothing is changed then.
 */
enum status db_open(struct db **out, const char *vault_dir);
/*
 * Both databases empty and in memory, for a question about the past: an index is filled from old
 * commits, asked and thrown away by db_close.  Nothing of it is written to a disk.  Its threads
 * take turns even for reading, and a loop over a query should not change what it loops over.
 */
enum status db_open_past(struct db **out);
void db_close(struct db *db);

/*
 * Groups writes: all between begin and end happen or none.  One thread at a time may be between;
 * queries of the same thread see its own writes.  end with any status but ST_OK takes all back
 * and returns that status.
 */
enum status db_begin(struct db *db);
enum status db_end(struct db *db, enum status so_far);

/* Writes vault.db as it is at one moment into a new file, while others read and write. */
enum status db_copy(struct db *db, const char *path);

/* Empties every table of index.db: the first step of making it again. */
enum status db_clear_index(struct db *db);

/* Counts every change of who may do what (accounts, institutions, enrolments, guardians,
   protections, ranges, settings) that this process or another has committed: for caches of
   decisions.  Not what ends by the clock alone (struct glass_row). */
enum status db_generation(struct db *db, long long *out);

#endif
