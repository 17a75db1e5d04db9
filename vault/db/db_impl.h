/* For the files of this folder only: connections, statements, binding. */
#ifndef KARTE_DB_DB_IMPL_H
#define KARTE_DB_DB_IMPL_H

#include "generator/base/span.h"
#include "vault/db/db.h"

#include <sqlite3.h>

struct conn;

/*
 * A statement, ready to bind, on a connection that is this thread's until query_end.  sql is a
 * string constant (statements are kept by its address).  `write` takes the writer's turn.
 */
struct query {
	struct db *db;
	struct conn *conn;
	sqlite3_stmt *stmt;
	int next; /* the next parameter to bind */
	enum status st;
	bool write;
};

struct query query_read(struct db *db, const char *sql);
struct query query_write(struct db *db, const char *sql);
void query_text(struct query *q, struct span s); /* absent binds NULL */
void query_blob(struct query *q, struct span s); /* absent binds an empty one */
void query_int(struct query *q, long long v);
/* true while there is a row. */
bool query_row(struct query *q);
struct span column_text(struct query *q, int i); /* valid until the next row */
long long column_int(struct query *q, int i);
/* Ends the query (and the writer's turn); the status of the whole. */
enum status query_end(struct query *q);
/* For statements without rows: step and end.  *changed may be NULL. */
enum status query_run(struct query *q, int *changed);

/* Ends a change of who may do what that went well so far; see db_generation. */
enum status count_change(struct db *db, enum status so_far);

/*
 * An account in a row: these columns (tables account a, institution i), and reading them from
 * column `first` on.
 */
#define ACCOUNT_FIELDS                                                                             \
	"a.id, a.role, a.institution, a.name, a.kana, a.disabled, a.key, i.kind,"                  \
	" a.until, a.whole, a.classes, i.closed, i.by_class"
struct account;
void column_account(struct query *q, int first, struct account *out);

/* A child in a row that begins with these columns (table child c). */
#define CHILD_FIELDS "c.id, c.name, c.kana, c.born, c.sex, c.head"
struct child_row;
void column_child(struct query *q, struct child_row *out);

#endif
