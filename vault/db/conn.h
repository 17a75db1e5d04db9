/* For db.c, conn.c, migrate.c and query.c only: what a database is made of. */
#ifndef KARTE_DB_CONN_H
#define KARTE_DB_CONN_H

#include "vault/db/db_impl.h"

#include <pthread.h>

enum { READERS = 8, STATEMENTS = 128 };

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
 * cost more time than the answers.  A database in memory belongs to its one connection: there
 * everybody takes turns at the writer.
 */
struct db {
	char *dir; /* NULL: in memory */
	struct conn readers[READERS];
	struct conn writer; /* its lock: also from db_begin to db_end */
	pthread_t writing;  /* who is between begin and end */
	bool in_transaction;
};

/* fail() with the code that fits what SQLite says. */
enum status conn_fail(sqlite3 *handle, const char *what);
/* Runs statements that give no rows. */
enum status conn_run(sqlite3 *handle, const char *sql);
/* dir NULL: both databases empty and in memory.  Close it in any case. */
enum status conn_open(struct conn *c, const char *dir);
void conn_close(struct conn *c);

/* Brings both databases to what schema.h says, in one transaction. */
enum status migrate(struct conn *c);

#endif
