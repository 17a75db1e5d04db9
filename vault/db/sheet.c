#include "vault/db/sheet.h"

#include "vault/db/db_impl.h"

#define COLUMNS                                                                                    \
	"SELECT child, type, id, title, institution, status, version, account, at, step,"          \
	" step_version, owner FROM sheet"

enum status sheet_row_put(struct db *db, const struct sheet_row *s)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO sheet VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(s->child));
	query_text(&q, span_of(s->type));
	query_text(&q, span_of(s->id));
	query_text(&q, span_of(s->title));
	query_text(&q, span_of(s->institution));
	query_text(&q, span_of(s->status));
	query_text(&q, span_of(s->version));
	query_text(&q, span_of(s->account));
	query_int(&q, s->at);
	query_text(&q, span_of(s->step));
	query_text(&q, span_of(s->step_version));
	query_text(&q, span_of(s->owner));
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
	span_copy(column_text(q, 9), out->step, sizeof out->step);
	span_copy(column_text(q, 10), out->step_version, sizeof out->step_version);
	span_copy(column_text(q, 11), out->owner, sizeof out->owner);
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

/* Sheets of the institution and of those that went on in it. */
#define OURS                                                                                       \
	" WHERE institution IN (SELECT ?1 UNION ALL SELECT id FROM institution WHERE "             \
	"successor=?1)"
/* A draft waits for its owner; for everybody who could write it, if that person cannot any more. */
#define MINE                                                                                       \
	" AND (status='review' OR (status='draft' AND (owner=?2 OR NOT EXISTS(SELECT 1 FROM"       \
	" account a WHERE a.id=owner AND a.institution=?1 AND a.disabled=0"                        \
	" AND (a.until='' OR a.until>=?3)))))"
/* Only of children who are there, or soon, or whom a range opens for writing. */
#define HERE                                                                                       \
	" AND (?5 OR EXISTS(SELECT 1 FROM enrolment e WHERE e.child=sheet.child AND"               \
	" e.institution=?1 AND e.since<=?4 AND (e.until='' OR e.until>=?3))"                       \
	" OR EXISTS(SELECT 1 FROM access_range r WHERE (r.account=?2 OR r.institution=?1)"         \
	" AND r.opens AND r.write AND r.state IN ('in-force', 'end-asked')"                        \
	" AND r.child IN ('', sheet.child)))"

enum status sheet_row_waiting(struct db *db, const struct sheet_wait *w, int limit,
			      enum status (*each)(void *, const struct sheet_row *), void *ctx)
{
	struct query q = query_read(db, COLUMNS OURS MINE HERE " ORDER BY at LIMIT ?6");

	query_text(&q, w->institution);
	query_text(&q, w->account);
	query_text(&q, w->today);
	query_text(&q, w->until);
	query_int(&q, w->all);
	query_int(&q, limit);
	return each_row(&q, each, ctx);
}
