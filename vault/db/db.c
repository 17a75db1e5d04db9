#include "vault/db/db.h"

#include "generator/base/buf.h"
#include "vault/db/db_impl.h"
#include "vault/db/schema.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { READERS = 8, STATEMENTS = 64, BUSY_MS = 10000 };

struct conn {
	sqlite3 *handle;
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
		bool taken;
	} cache[STATEMENTS];
	pthread_mutex_t lock; /* recursive: a query inside a loop over another */
};

/*
 * Each thread that reads keeps to one of a few connections, opened when it is first needed: one for
 * every thread would cost memory, and choosing at each of the ten small questions of a page would
 * cost more time than the answers.
 */
struct db {
	char *dir;
	struct conn readers[READERS];
	struct conn writer; /* its lock: also from db_begin to db_end */
	pthread_t writing;  /* who is between begin and end */
	bool in_transaction;
};

static enum status sqlite_fail(sqlite3 *handle, const char *what)
{
	int code = sqlite3_errcode(handle);
	enum status st = ST_IO;

	if (code == SQLITE_NOMEM)
		st = ST_NOMEM;
	else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		st = ST_BUSY;
	else if (code == SQLITE_CONSTRAINT)
		st = ST_EXISTS;
	else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		st = ST_CORRUPT;
	return fail(st, "database: %s: %s", what, sqlite3_errmsg(handle));
}

static enum status run(sqlite3 *handle, const char *sql)
{
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(handle, "statement failed");
	return ST_OK;
}

/* synchronous: the index may lose its newest rows at a power cut (it is made again); vault.db
   must not. */
static const char pragmas[] = "PRAGMA main.journal_mode=WAL; PRAGMA vault.journal_mode=WAL;"
			      "PRAGMA main.synchronous=NORMAL; PRAGMA vault.synchronous=FULL;"
			      "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
			      "PRAGMA cache_size=-512; PRAGMA vault.cache_size=-128;"
			      "PRAGMA journal_size_limit=4194304; PRAGMA trusted_schema=OFF;";

static enum status conn_open(struct conn *c, const char *dir)
{
	struct buf path;
	sqlite3_stmt *attach = NULL;
	enum status st = ST_OK;

	buf_init(&path, 4096);
	buf_addf(&path, "%s/index.db", dir);
	if (sqlite3_open_v2(buf_str(&path), &c->handle,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
				SQLITE_OPEN_PRIVATECACHE,
			    NULL) != SQLITE_OK) {
		st = fail(ST_IO, "cannot open %s", buf_str(&path));
		goto out;
	}
	sqlite3_busy_timeout(c->handle, BUSY_MS);
	sqlite3_db_config(c->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	buf_cut(&path, 0);
	buf_addf(&path, "%s/vault.db", dir);
	if (sqlite3_prepare_v2(c->handle, "ATTACH ? AS vault", -1, &attach, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(attach, 1, buf_str(&path), -1, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_step(attach) != SQLITE_DONE)
		st = sqlite_fail(c->handle, "cannot attach vault.db");
	sqlite3_finalize(attach);
	if (!st)
		st = run(c->handle, pragmas);

out:
	buf_clear(&path);
	return st;
}

static void conn_close(struct conn *c)
{
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(c->cache[i].stmt);
	sqlite3_close(c->handle);
	c->handle = NULL;
}

/* Which reader is this thread's. */
static unsigned own_reader(void)
{
	static atomic_uint count;
	static _Thread_local unsigned mine; /* from 1 */

	if (!mine)
		mine = atomic_fetch_add(&count, 1) + 1;
	return mine % READERS;
}

/* This thread's connection, locked; NULL with fail() set if there can be none. */
static struct conn *take_reader(struct db *db)
{
	struct conn *c = &db->readers[own_reader()];

	pthread_mutex_lock(&c->lock);
	if (c->handle || !conn_open(c, db->dir))
		return c;
	conn_close(c);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static enum status version_of(sqlite3 *handle, const char *sql, int *out)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW) {
		sqlite3_finalize(s);
		return sqlite_fail(handle, "cannot read the version");
	}
	*out = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return ST_OK;
}

static enum status migrate_one(sqlite3 *handle, const char *name, const char *const *steps,
			       int count)
{
	char text[64];
	int have = 0;
	enum status st;

	snprintf(text, sizeof text, "PRAGMA %s.user_version", name);
	st = version_of(handle, text, &have);
	if (st)
		return st;
	if (have > count)
		return fail(ST_CONFIG, "%s was made by a newer karte", name);
	for (; have < count && !st; have++) {
		st = run(handle, steps[have]);
		snprintf(text, sizeof text, "PRAGMA %s.user_version=%d", name, have + 1);
		if (!st)
			st = run(handle, text);
	}
	return st;
}

static enum status migrate(struct conn *c)
{
	enum status st = run(c->handle, "BEGIN IMMEDIATE");

	if (st)
		return st;
	st = migrate_one(c->handle, "main", schema_index, schema_index_steps);
	if (!st)
		st = migrate_one(c->handle, "vault", schema_vault, schema_vault_steps);
	if (st) {
		sqlite3_exec(c->handle, "ROLLBACK", NULL, NULL, NULL);
		return st;
	}
	return run(c->handle, "COMMIT");
}

static void init_locks(struct db *db)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&db->writer.lock, &recursive);
	for (int i = 0; i < READERS; i++)
		pthread_mutex_init(&db->readers[i].lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
}

enum status db_open(struct db **out, const char *vault_dir)
{
	struct db *db = calloc(1, sizeof *db);
	enum status st;

	*out = NULL;
	if (!db)
		return fail(ST_NOMEM, "no memory for the database");
	init_locks(db);
	db->dir = strdup(vault_dir);
	st = db->dir ? conn_open(&db->writer, vault_dir) : fail(ST_NOMEM, "no memory for a path");
	if (!st)
		st = migrate(&db->writer);
	if (st) {
		db_close(db);
		return st;
	}
	*out = db;
	return ST_OK;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (int i = 0; i < READERS; i++) {
		conn_close(&db->readers[i]);
		pthread_mutex_destroy(&db->readers[i].lock);
	}
	conn_close(&db->writer);
	pthread_mutex_destroy(&db->writer.lock);
	free(db->dir);
	free(db);
}

enum status db_begin(struct db *db)
{
	enum status st;

	pthread_mutex_lock(&db->writer.lock);
	st = run(db->writer.handle, "BEGIN IMMEDIATE");
	if (st) {
		pthread_mutex_unlock(&db->writer.lock);
		return st;
	}
	db->writing = pthread_self();
	__atomic_store_n(&db->in_transaction, true, __ATOMIC_RELEASE);
	return ST_OK;
}

enum status db_end(struct db *db, enum status so_far)
{
	enum status st = so_far;

	if (!st)
		st = run(db->writer.handle, "COMMIT");
	if (st)
		sqlite3_exec(db->writer.handle, "ROLLBACK", NULL, NULL, NULL);
	__atomic_store_n(&db->in_transaction, false, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&db->writer.lock);
	return st;
}

enum status db_clear_index(struct db *db)
{
	enum status st;

	pthread_mutex_lock(&db->writer.lock);
	st = run(db->writer.handle, schema_index_clear);
	pthread_mutex_unlock(&db->writer.lock);
	return st;
}

static bool own_transaction(struct db *db)
{
	return __atomic_load_n(&db->in_transaction, __ATOMIC_ACQUIRE) &&
	       pthread_equal(db->writing, pthread_self());
}

/* A kept statement; one that is in use already (a query inside a loop over the same one) or that
   finds no place is prepared anew and finalised by query_end. */
static sqlite3_stmt *statement(struct conn *c, const char *sql)
{
	sqlite3_stmt *fresh = NULL;
	int i = 0;

	while (i < STATEMENTS && c->cache[i].sql && c->cache[i].sql != sql)
		i++;
	if (i < STATEMENTS && c->cache[i].sql && !c->cache[i].taken) {
		c->cache[i].taken = true;
		return c->cache[i].stmt;
	}
	if (sqlite3_prepare_v3(c->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh, NULL) !=
	    SQLITE_OK)
		return NULL;
	if (i < STATEMENTS && !c->cache[i].sql) {
		c->cache[i].sql = sql;
		c->cache[i].stmt = fresh;
		c->cache[i].taken = true;
	}
	return fresh;
}

static void release(struct conn *c, sqlite3_stmt *stmt)
{
	for (int i = 0; i < STATEMENTS && c->cache[i].sql; i++)
		if (c->cache[i].stmt == stmt) {
			sqlite3_reset(stmt);
			sqlite3_clear_bindings(stmt);
			c->cache[i].taken = false;
			return;
		}
	sqlite3_finalize(stmt);
}

static struct query start(struct db *db, const char *sql, bool write)
{
	struct query q = {.db = db, .next = 1, .write = write};

	if (write)
		pthread_mutex_lock(&db->writer.lock);
	q.conn = write ? &db->writer : take_reader(db);
	if (!q.conn) {
		q.st = ST_IO;
		return q;
	}
	q.stmt = statement(q.conn, sql);
	if (!q.stmt)
		q.st = sqlite_fail(q.conn->handle, sql);
	return q;
}

struct query query_read(struct db *db, const char *sql)
{
	return start(db, sql, own_transaction(db));
}

struct query query_write(struct db *db, const char *sql)
{
	return start(db, sql, true);
}

static void bound(struct query *q, int rc)
{
	if (rc != SQLITE_OK && !q->st)
		q->st = sqlite_fail(q->conn->handle, "cannot bind");
}

void query_text(struct query *q, struct span s)
{
	if (q->st)
		return;
	bound(q, s.p ? sqlite3_bind_text(q->stmt, q->next, s.p, (int)s.n, SQLITE_TRANSIENT)
		     : sqlite3_bind_null(q->stmt, q->next));
	q->next++;
}

void query_blob(struct query *q, struct span s)
{
	if (q->st)
		return;
	bound(q, sqlite3_bind_blob(q->stmt, q->next++, s.p ? s.p : "", (int)s.n, SQLITE_TRANSIENT));
}

void query_int(struct query *q, long long v)
{
	if (!q->st)
		bound(q, sqlite3_bind_int64(q->stmt, q->next++, v));
}

bool query_row(struct query *q)
{
	int rc;

	if (q->st)
		return false;
	rc = sqlite3_step(q->stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		q->st = sqlite_fail(q->conn->handle, sqlite3_sql(q->stmt));
	return rc == SQLITE_ROW;
}

struct span column_text(struct query *q, int i)
{
	const void *p = sqlite3_column_blob(q->stmt, i);

	return span_make(p ? p : "", (size_t)sqlite3_column_bytes(q->stmt, i));
}

long long column_int(struct query *q, int i)
{
	return sqlite3_column_int64(q->stmt, i);
}

enum status query_end(struct query *q)
{
	if (q->stmt)
		release(q->conn, q->stmt);
	if (q->conn)
		pthread_mutex_unlock(&q->conn->lock);
	return q->st;
}

enum status query_run(struct query *q, int *changed)
{
	while (query_row(q))
		;
	if (changed)
		*changed = q->st ? 0 : sqlite3_changes(q->conn->handle);
	return query_end(q);
}

enum status db_generation(struct db *db, long long *out)
{
	struct query q = query_read(db, "SELECT n FROM generation");

	*out = query_row(&q) ? column_int(&q, 0) : 0;
	return query_end(&q);
}
