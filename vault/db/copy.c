/* A copy of vault.db while it is in use. */
#include "vault/db/conn.h"

enum { PAGES = 256, NAP_MS = 20, TRIES = 500 };

/* Some pages at a time, so that writers are not kept; who wrote meanwhile makes it begin anew. */
static enum status copy_pages(struct db *db, sqlite3_backup *b)
{
	int rc = SQLITE_OK;

	for (int busy = 0; busy < TRIES && rc != SQLITE_DONE;) {
		pthread_mutex_lock(&db->writer.lock);
		rc = sqlite3_backup_step(b, PAGES);
		pthread_mutex_unlock(&db->writer.lock);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
			busy++;
			sqlite3_sleep(NAP_MS);
		} else if (rc != SQLITE_OK && rc != SQLITE_DONE) {
			break;
		}
	}
	return rc == SQLITE_DONE ? ST_OK : fail(ST_IO, "cannot copy vault.db (%d)", rc);
}

enum status db_copy(struct db *db, const char *path)
{
	sqlite3_backup *b = NULL;
	sqlite3 *to = NULL;
	enum status st = ST_OK;

	if (sqlite3_open_v2(path, &to,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK)
		st = fail(ST_IO, "cannot make %s", path);
	if (!st && !(b = sqlite3_backup_init(to, "main", db->writer.handle, "vault")))
		st = conn_fail(to, "cannot copy vault.db");
	if (!st)
		st = copy_pages(db, b);
	if (b && sqlite3_backup_finish(b) != SQLITE_OK && !st)
		st = conn_fail(to, "cannot copy vault.db");
	/* in one file, without a log beside it */
	if (!st && sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
		st = conn_fail(to, "cannot close a copy");
	sqlite3_close(to);
	return st;
}
