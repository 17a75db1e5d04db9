#include "vault/db/db_impl.h"
#include "vault/db/sheet.h"

enum status version_newest(struct db *db, struct span child, struct span type, struct span sheet,
			   long long *n)
{
	struct query q =
	    query_read(db, "SELECT max(n) FROM version WHERE child=? AND type=? AND sheet=?");

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	*n = query_row(&q) ? column_int(&q, 0) : 0;
	return query_end(&q);
}

enum status version_add(struct db *db, struct version_row *v)
{
	struct query q = query_write(
	    db, "INSERT OR IGNORE INTO version SELECT ?1, ?2, ?3, ?4,"
		" coalesce((SELECT max(n) FROM version WHERE child=?2 AND type=?3 AND sheet=?4), 0)"
		" + 1, ?5, ?6, ?7");
	enum status st;

	query_text(&q, span_of(v->id));
	query_text(&q, span_of(v->child));
	query_text(&q, span_of(v->type));
	query_text(&q, span_of(v->sheet));
	query_int(&q, v->at);
	query_text(&q, span_of(v->account));
	query_text(&q, span_of(v->action));
	st = query_run(&q, NULL);
	return st ? st
		  : version_newest(db, span_of(v->child), span_of(v->type), span_of(v->sheet),
				   &v->n);
}

static void read_row(struct query *q, struct version_row *out)
{
	span_copy(column_text(q, 0), out->id, sizeof out->id);
	span_copy(column_text(q, 1), out->child, sizeof out->child);
	span_copy(column_text(q, 2), out->type, sizeof out->type);
	span_copy(column_text(q, 3), out->sheet, sizeof out->sheet);
	out->n = column_int(q, 4);
	out->at = column_int(q, 5);
	span_copy(column_text(q, 6), out->account, sizeof out->account);
	span_copy(column_text(q, 7), out->action, sizeof out->action);
}

#define COLUMNS "SELECT id, child, type, sheet, n, at, account, action FROM version"

enum status version_get(struct db *db, struct span id, struct version_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE id=? LIMIT 1");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such version");
}

enum status version_get_of(struct db *db, struct span id, struct span child, struct span type,
			   struct span sheet, struct version_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE id=? AND child=? AND type=? AND sheet=?");
	bool found;
	enum status st;

	query_text(&q, id);
	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such version");
}

enum status version_number(struct db *db, struct span child, struct span type, struct span sheet,
			   long long n, struct version_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE child=? AND type=? AND sheet=? AND n=?");
	bool found;
	enum status st;

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	query_int(&q, n);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such version");
}

enum status version_clear(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM version WHERE child=?");

	query_text(&q, child);
	return query_run(&q, NULL);
}

enum status version_each(struct db *db, struct span child, struct span type, struct span sheet,
			 enum status (*each)(void *, const struct version_row *), void *ctx)
{
	struct query q =
	    query_read(db, COLUMNS " WHERE child=? AND type=? AND sheet=? ORDER BY n DESC");
	struct version_row v;
	enum status st = ST_OK, end;

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	while (!st && query_row(&q)) {
		read_row(&q, &v);
		st = each(ctx, &v);
	}
	end = query_end(&q);
	return st ? st : end;
}
