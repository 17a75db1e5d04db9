#include "vault/db/conn.h"

#include <stdatomic.h>

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
	struct conn *c = db->dir ? &db->readers[own_reader()] : &db->writer;

	pthread_mutex_lock(&c->lock);
	if (c->handle || !conn_open(c, db->dir))
		return c;
	conn_close(c);
	pthread_mutex_unlock(&c->lock);
	return NULL;
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
		q.st = conn_fail(q.conn->handle, sql);
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
		q->st = conn_fail(q->conn->handle, "cannot bind");
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
		q->st = conn_fail(q->conn->handle, sqlite3_sql(q->stmt));
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
