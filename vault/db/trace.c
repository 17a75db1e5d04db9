#include "vault/db/trace_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FORM = 1, BUSY_MS = 30000 };

/* secure_delete: what is pruned is gone.  temp_store: nothing of it in other files.  synchronous:
   what a power cut takes is added again. */
static const char pragmas[] = "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;"
			      "PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
			      "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768;"
			      "PRAGMA journal_size_limit=4194304; PRAGMA trusted_schema=OFF;";

static const char schema[] =
    "BEGIN IMMEDIATE;"
    /* how far the index goes, in the words of who fills it */
    "CREATE TABLE IF NOT EXISTS state(one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL)"
    " STRICT;"
    /* each field has ids of its own, from 1; 0 is absent */
    "CREATE TABLE IF NOT EXISTS word(field INTEGER NOT NULL, text TEXT NOT NULL,"
    " id INTEGER NOT NULL, PRIMARY KEY (field, text)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS segment(id INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
    " n0 INTEGER NOT NULL, n1 INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL) STRICT;"
    /* a column of a segment: numbers of `width` bytes, added to base */
    "CREATE TABLE IF NOT EXISTS part(id INTEGER PRIMARY KEY, base INTEGER NOT NULL,"
    " width INTEGER NOT NULL, data BLOB NOT NULL) STRICT;"
    "PRAGMA user_version=1; COMMIT;";
_Static_assert(FORM == 1, "user_version of the schema");

static const char *const sql[STATEMENTS_OF_TRACE] = {
    [S_STATE_GET] = "SELECT value FROM state",
    [S_STATE_SET] = "INSERT OR REPLACE INTO state(one, value) VALUES (1, ?)",
    [S_WORD_FIND] = "SELECT id FROM word WHERE field = ? AND text = ?",
    [S_WORD_ADD] = "INSERT INTO word(field, text, id) VALUES (?, ?, ?)",
    [S_WORD_LIKE] = "SELECT id, text FROM word WHERE field = ?",
    [S_WORD_ALL] = "SELECT max(id) FROM word WHERE field = ?",
    [S_WORD_DROP] = "DELETE FROM word WHERE field = ? AND text = ?",
    [S_LAST] = "SELECT id, count FROM segment ORDER BY id DESC LIMIT 1",
    [S_OVERLAP] = "SELECT id, count FROM segment WHERE t1 >= ? AND t0 < ?",
    [S_NEWEST] = ("SELECT id, count, n0, n1, t0, t1 FROM segment WHERE t1 >= ? AND t0 < ?"
		  " AND n1 >= ? AND n0 < ? ORDER BY id DESC"),
    [S_OLDEST] = ("SELECT id, count, n0, n1, t0, t1 FROM segment WHERE t1 >= ? AND t0 < ?"
		  " AND n1 >= ? AND n0 < ? ORDER BY id"),
    [S_SEGMENT_PUT] = ("INSERT OR REPLACE INTO segment(id, count, n0, n1, t0, t1)"
		       " VALUES (?, ?, ?, ?, ?, ?)"),
    [S_SEGMENT_DROP] = "DELETE FROM segment WHERE id = ?",
    [S_PART_GET] = "SELECT base, width, data FROM part WHERE id = ?",
    [S_PART_PUT] = "INSERT OR REPLACE INTO part(id, base, width, data) VALUES (?, ?, ?, ?)",
    [S_PART_DROP] = "DELETE FROM part WHERE id >= ? AND id < ?",
    [S_COUNT] = "SELECT sum(count) FROM segment",
};

enum status trace_fail(struct trace *t)
{
	int code = sqlite3_errcode(t->handle) & 0xff;
	enum status st = code == SQLITE_BUSY || code == SQLITE_LOCKED	   ? ST_BUSY
			 : code == SQLITE_NOMEM				   ? ST_NOMEM
			 : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ST_STALE
									   : ST_IO;

	return fail(st, "trace.db: %s", sqlite3_errmsg(t->handle));
}

static enum status run_all(struct trace *t, const char *statements)
{
	if (sqlite3_exec(t->handle, statements, NULL, NULL, NULL) == SQLITE_OK)
		return ST_OK;
	return trace_fail(t);
}

sqlite3_stmt *trace_statement(struct trace *t, enum statement s)
{
	sqlite3_reset(t->statement[s]);
	sqlite3_clear_bindings(t->statement[s]);
	return t->statement[s];
}

enum status trace_run(struct trace *t, sqlite3_stmt *s)
{
	enum status st = sqlite3_step(s) == SQLITE_DONE ? ST_OK : trace_fail(t);

	sqlite3_reset(s);
	return st;
}

/* ---- opening ---- */

static int take_number(void *ctx, int columns, char **values, char **names)
{
	(void)names;
	*(long *)ctx = columns == 1 && values[0] ? strtol(values[0], NULL, 10) : -1;
	return 0;
}

static enum status prepare_all(struct trace *t)
{
	for (int i = 0; i < STATEMENTS_OF_TRACE; i++)
		if (sqlite3_prepare_v3(t->handle, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &t->statement[i], NULL) != SQLITE_OK)
			return trace_fail(t);
	return ST_OK;
}

static void disconnect(struct trace *t)
{
	for (int i = 0; i < STATEMENTS_OF_TRACE; i++) {
		sqlite3_finalize(t->statement[i]);
		t->statement[i] = NULL;
	}
	sqlite3_close(t->handle);
	t->handle = NULL;
}

/* ST_STALE: what is there is damaged, or none of ours. */
static enum status connect_to(struct trace *t)
{
	long form = -1;
	enum status st;

	if (sqlite3_open_v2(t->path, &t->handle,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
				SQLITE_OPEN_PRIVATECACHE,
			    NULL) != SQLITE_OK)
		return fail(ST_IO, "cannot open %s", t->path);
	sqlite3_busy_timeout(t->handle, BUSY_MS);
	sqlite3_db_config(t->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	st = run_all(t, pragmas);
	if (!st && sqlite3_exec(t->handle, "PRAGMA user_version", take_number, &form, NULL))
		st = trace_fail(t);
	if (!st && form != FORM && form != 0)
		return fail(ST_STALE, "trace.db is of another karte");
	if (!st && form == 0)
		st = run_all(t, schema);
	return st ? st : prepare_all(t);
}

static void remove_files(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[4096];

	for (size_t i = 0; i < 3; i++)
		if (snprintf(name, sizeof name, "%s%s", path, ends[i]) < (int)sizeof name)
			unlink(name);
}

enum status trace_open(struct trace **out, const char *dir)
{
	struct trace *t = calloc(1, sizeof *t);
	enum status st;

	*out = NULL;
	if (!t || asprintf(&t->path, "%s/trace.db", dir) < 0) {
		free(t);
		return fail(ST_NOMEM, "no memory for the index of the journal");
	}
	pthread_mutex_init(&t->lock, NULL);
	st = connect_to(t);
	if (st == ST_STALE) {
		disconnect(t);
		remove_files(t->path);
		st = connect_to(t);
	}
	if (st)
		trace_close(t);
	else
		*out = t;
	return st;
}

void trace_close(struct trace *t)
{
	if (!t)
		return;
	disconnect(t);
	pthread_mutex_destroy(&t->lock);
	free(t->open);
	free(t->known);
	free(t->path);
	free(t);
}

enum status trace_remake(struct trace *t)
{
	enum status st;

	pthread_mutex_lock(&t->lock);
	disconnect(t);
	remove_files(t->path);
	st = connect_to(t);
	pthread_mutex_unlock(&t->lock);
	return st;
}

/* ---- a change ---- */

static enum status read_state(struct trace *t, void *state, size_t size)
{
	sqlite3_stmt *s = trace_statement(t, S_STATE_GET);
	int rc = sqlite3_step(s);

	memset(state, 0, size);
	if (rc == SQLITE_ROW && (size_t)sqlite3_column_bytes(s, 0) == size)
		memcpy(state, sqlite3_column_blob(s, 0), size);
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ST_OK : trace_fail(t);
}

enum status trace_begin(struct trace *t, void *state, size_t size)
{
	enum status st;

	pthread_mutex_lock(&t->lock);
	t->known = calloc(KNOWN_WORDS, sizeof *t->known);
	memset(t->next, 0, sizeof t->next);
	st = t->known ? run_all(t, "BEGIN IMMEDIATE") : fail(ST_NOMEM, "no memory for words");
	if (!st)
		st = read_state(t, state, size);
	if (st)
		return trace_end(t, st, NULL, 0);
	return ST_OK;
}

enum status trace_end(struct trace *t, enum status so_far, const void *state, size_t size)
{
	enum status st = so_far || !state ? so_far : trace_flush(t);
	sqlite3_stmt *s;

	if (!st && state) {
		s = trace_statement(t, S_STATE_SET);
		sqlite3_bind_blob(s, 1, state, (int)size, SQLITE_STATIC);
		st = trace_run(t, s);
	}
	if (!st && state)
		st = run_all(t, "COMMIT");
	if (st || !state)
		sqlite3_exec(t->handle, "ROLLBACK", NULL, NULL, NULL);
	free(t->open);
	t->open = NULL;
	free(t->known);
	t->known = NULL;
	sqlite3_db_release_memory(t->handle); /* words of millions need much, a search little */
	pthread_mutex_unlock(&t->lock);
	return st;
}

enum status trace_clear(struct trace *t)
{
	free(t->open);
	t->open = NULL;
	memset(t->known, 0, KNOWN_WORDS * sizeof *t->known);
	memset(t->next, 0, sizeof t->next);
	return run_all(t, "DELETE FROM part; DELETE FROM segment; DELETE FROM word;"
			  "DELETE FROM state;");
}

enum status trace_wipe(struct trace *t)
{
	enum status st;

	pthread_mutex_lock(&t->lock);
	st = run_all(t, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
	pthread_mutex_unlock(&t->lock);
	return st;
}

enum status trace_count(struct trace *t, uint64_t *out)
{
	sqlite3_stmt *s;
	enum status st = ST_OK;

	pthread_mutex_lock(&t->lock);
	s = trace_statement(t, S_COUNT);
	if (sqlite3_step(s) != SQLITE_ROW)
		st = trace_fail(t);
	*out = st ? 0 : (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	pthread_mutex_unlock(&t->lock);
	return st;
}
