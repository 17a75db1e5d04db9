#include "vault/db/conn.h"
#include "vault/db/schema.h"

#include "generator/base/buf.h"

#include <stdio.h>

/* The first column of the first row, as text of at most 256 bytes; empty if there is no row. */
static enum status first_text(sqlite3 *handle, const char *sql, struct buf *out)
{
	sqlite3_stmt *s = NULL;
	enum status st = ST_OK;
	int rc;

	buf_cut(out, 0);
	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK)
		return conn_fail(handle, sql);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		buf_add(out, sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0));
	else if (rc != SQLITE_DONE)
		st = conn_fail(handle, sql);
	sqlite3_finalize(s);
	return st ? st : out->st;
}

static enum status read_number(sqlite3 *handle, const char *name, long *out)
{
	char sql[64];
	struct buf text;
	enum status st;

	snprintf(sql, sizeof sql, "PRAGMA %s.user_version", name);
	buf_init(&text, 256);
	st = first_text(handle, sql, &text);
	if (!st && !span_number(buf_span(&text), 1000000, out))
		st = fail(ST_CONFIG, "%s has no version that we know", name);
	buf_clear(&text);
	return st;
}

static enum status write_number(sqlite3 *handle, const char *name, int number)
{
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA %s.user_version=%d", name, number);
	return conn_run(handle, sql);
}

static enum status newer(const char *name)
{
	return fail(ST_CONFIG, "%s was made by a newer karte", name);
}

/* A virtual table takes its shadows along, which cannot be dropped alone: it goes first. */
static const char next_table[] =
    "SELECT 'DROP TABLE main.\"' || name || '\"' FROM main.sqlite_schema WHERE type='table'"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC LIMIT 1";

static enum status drop_index(sqlite3 *handle)
{
	struct buf drop;
	enum status st;

	buf_init(&drop, 256);
	do {
		st = first_text(handle, next_table, &drop);
		if (!st && drop.len)
			st = conn_run(handle, buf_str(&drop));
	} while (!st && drop.len);
	buf_clear(&drop);
	return st;
}

/* Made from nothing: what an older one held comes back by `karte reindex`. */
static enum status migrate_index(sqlite3 *handle)
{
	long have = 0;
	enum status st = read_number(handle, "main", &have);

	if (st || have == schema_index_number)
		return st;
	if (have > schema_index_number)
		return newer("index.db");
	st = drop_index(handle);
	if (!st)
		st = conn_run(handle, schema_index);
	return st ? st : write_number(handle, "main", schema_index_number);
}

static enum status migrate_vault(sqlite3 *handle)
{
	long have = 0;
	enum status st = read_number(handle, "vault", &have);

	if (!st && have > schema_vault_steps)
		return newer("vault.db");
	for (int n = (int)have; n < schema_vault_steps && !st; n++) {
		st = conn_run(handle, schema_vault[n]);
		if (!st)
			st = write_number(handle, "vault", n + 1);
	}
	return st;
}

enum status migrate(struct conn *c)
{
	enum status st = conn_run(c->handle, "BEGIN IMMEDIATE");

	if (st)
		return st;
	st = migrate_index(c->handle);
	if (!st)
		st = migrate_vault(c->handle);
	if (!st)
		st = conn_run(c->handle, "COMMIT");
	if (st)
		sqlite3_exec(c->handle, "ROLLBACK", NULL, NULL, NULL);
	return st;
}
