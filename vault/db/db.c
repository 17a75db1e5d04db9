#include "vault/db/db.h"

#include "vault/db/conn.h"
#include "vault/db/schema.h"

#include <stdlib.h>

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

static enum status open_in(struct db **out, const char *dir)
{
	struct db *db = calloc(1, sizeof *db);
	enum status st = ST_OK;

	*out = NULL;
	if (!db)
		return fail(ST_NOMEM, "no memory for the database");
	init_locks(db);
	db->dir = dir ? strdup(dir) : NULL;
	if (dir && !db->dir)
		st = fail(ST_NOMEM, "no memory for a path");
	if (!st)
		st = conn_open(&db->writer, dir);
	if (!st)
		st = migrate(&db->writer);
	if (st) {
		db_close(db);
		return st;
	}
	*out = db;
	return ST_OK;
}

enum status db_open(struct db **out, const char *vault_dir)
{
	return open_in(out, vault_dir);
}

enum status db_open_past(struct db **out)
{
	return open_in(out, NULL);
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
	st = conn_run(db->writer.handle, "BEGIN IMMEDIATE");
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
		st = conn_run(db->writer.handle, "COMMIT");
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
	st = conn_run(db->writer.handle, schema_index_clear);
	pthread_mutex_unlock(&db->writer.lock);
	return st;
}

enum status db_generation(struct db *db, long long *out)
{
	struct query q = query_read(db, "SELECT n FROM generation");

	*out = query_row(&q) ? column_int(&q, 0) : 0;
	return query_end(&q);
}

enum status count_change(struct db *db, enum status so_far)
{
	struct query q;

	if (so_far)
		return so_far;
	q = query_write(db, "UPDATE generation SET n = n + 1");
	return query_run(&q, NULL);
}
