#include "vault/db/sheet.h"

#include "vault/db/db_impl.h"

#define COLUMNS                                                                                    \
	"SELECT child, type, id, title, institution, status, version, account, at FROM sheet"

enum status sheet_row_put(struct db *db, const struct sheet_row *s)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO sheet VALUES(?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(s->child));
	query_text(&q, span_of(s->type));
	query_text(&q, span_of(s->id));
	query_text(&q, span_of(s->title));
	query_text(&q, span_of(s->institution));
	query_text(&q, span_of(s->status));
	query_text(&q, span_of(s->version));
	query_text(&q, span_of(s->account));
	query_int(&q, s->at);
	return query_run(&q, NULL);
}

static void read_row(struct query *q, struct sheet_row *out)
{
	span_copy(column_text(q, 0), out->child, sizeof out->child);
	span_copy(column_text(q, 1), out->type, sizeof out->type);
	span_copy(column_text(q, 2), out->id, sizeof out->id);
	span_copy(column_text(q, 3), out->title, sizeof out->title);
	span_copy(column_text(q, 4), out->institution, sizeof out->institution);
	span_copy(column_text(q, 5), out->status, sizeof out->status);
	span_copy(column_text(q, 6), out->version, sizeof out->version);
	span_copy(column_text(q, 7), out->account, sizeof out->account);
	out->at = column_int(q, 8);
}

enum status sheet_row_get(struct db *db, struct span child, struct span type, struct span id,
			  struct sheet_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE child=? AND type=? AND id=?");
	bool found;
	enum status st;

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such sheet");
}

static enum status each_row(struct query *q, enum status (*each)(void *, const struct sheet_row *),
			    void *ctx)
{
	struct sheet_row s;
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		read_row(q, &s);
		st = each(ctx, &s);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status sheet_row_each(struct db *db, struct span child,
			   enum status (*each)(void *, const struct sheet_row *), void *ctx)
{
	struct query q = query_read(db, COLUMNS " WHERE child=? ORDER BY type, id DESC");

	query_text(&q, child);
	return each_row(&q, each, ctx);
}

enum status sheet_row_clear(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM sheet WHERE child=?");

	query_text(&q, child);
	return query_run(&q, NULL);
}

enum status sheet_row_drafts(struct db *db, struct span institution, struct span today, int limit,
			     enum status (*each)(void *, const struct sheet_row *), void *ctx)
{
	struct query q = query_read(
	    db,
	    COLUMNS " WHERE (institution=?1 OR institution IN (SELECT id FROM institution"
		    " WHERE successor=?1)) AND status='draft' AND EXISTS(SELECT 1 FROM enrolment e"
		    " WHERE e.child=sheet.child AND e.institution=?1 AND e.since<=?2"
		    " AND (e.until='' OR e.until>=?2)) ORDER BY at LIMIT ?3");

	query_text(&q, institution);
	query_text(&q, today);
	query_int(&q, limit);
	return each_row(&q, each, ctx);
}
