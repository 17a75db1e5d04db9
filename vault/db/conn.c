#include "vault/db/conn.h"

#include "generator/base/buf.h"

enum { BUSY_MS = 10000 };

static enum status status_of(sqlite3 *handle)
{
	switch (sqlite3_errcode(handle)) {
	case SQLITE_NOMEM:
		return ST_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ST_BUSY;
	case SQLITE_CONSTRAINT:
		return sqlite3_extended_errcode(handle) == SQLITE_CONSTRAINT_CHECK ? ST_INVALID
										   : ST_EXISTS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ST_CORRUPT;
	default:
		return ST_IO;
	}
}

enum status conn_fail(sqlite3 *handle, const char *what)
{
	return fail(status_of(handle), "database: %s: %s", what, sqlite3_errmsg(handle));
}

enum status conn_run(sqlite3 *handle, const char *sql)
{
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return conn_fail(handle, "statement failed");
	return ST_OK;
}

/* synchronous: the index may lose its newest rows at a power cut (it is made again); vault.db
   must not.  temp_store: no names in temporary files, and a list needs several small sorts, which
   would cost more to open in a file than all the rest. */
static const char pragmas[] = "PRAGMA main.journal_mode=WAL; PRAGMA vault.journal_mode=WAL;"
			      "PRAGMA main.synchronous=NORMAL; PRAGMA vault.synchronous=FULL;"
			      "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
			      "PRAGMA cache_size=-512; PRAGMA vault.cache_size=-128;"
			      "PRAGMA journal_size_limit=4194304; PRAGMA trusted_schema=OFF;"
			      "PRAGMA temp_store=MEMORY;";

/* Nothing of it reaches a disk. */
static const char memory_pragmas[] = "PRAGMA main.synchronous=OFF; PRAGMA vault.synchronous=OFF;"
				     "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
				     "PRAGMA trusted_schema=OFF;";

static void file_name(struct buf *out, const char *dir, const char *name)
{
	if (dir)
		buf_addf(out, "%s/%s", dir, name);
	else
		buf_adds(out, ":memory:");
}

static enum status attach_vault(sqlite3 *handle, const char *path)
{
	sqlite3_stmt *attach = NULL;
	enum status st = ST_OK;

	if (sqlite3_prepare_v2(handle, "ATTACH ? AS vault", -1, &attach, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(attach, 1, path, -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_step(attach) != SQLITE_DONE)
		st = conn_fail(handle, "cannot attach vault.db");
	sqlite3_finalize(attach);
	return st;
}

enum status conn_open(struct conn *c, const char *dir)
{
	struct buf index, vault;
	enum status st = ST_OK;

	buf_init(&index, 4096);
	buf_init(&vault, 4096);
	file_name(&index, dir, "index.db");
	file_name(&vault, dir, "vault.db");
	if (sqlite3_open_v2(buf_str(&index), &c->handle,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
				SQLITE_OPEN_PRIVATECACHE,
			    NULL) != SQLITE_OK) {
		st = fail(ST_IO, "cannot open %s", buf_str(&index));
		goto out;
	}
	sqlite3_busy_timeout(c->handle, BUSY_MS);
	sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	st = attach_vault(c->handle, buf_str(&vault));
	if (!st)
		st = conn_run(c->handle, dir ? pragmas : memory_pragmas);

out:
	buf_clear(&index);
	buf_clear(&vault);
	return st;
}

void conn_close(struct conn *c)
{
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(c->cache[i].stmt);
	sqlite3_close(c->handle);
	c->handle = NULL;
}
