#include "vault/db/handover.h"

#include "vault/db/db_impl.h"

#define FIELDS                                                                                     \
	"h.child, h.id, h.giver, h.receiver, h.state, h.since, h.until, h.opened_by, h.agreed,"    \
	" h.asked_at, h.answered_at, h.opened_at, h.confirmed_at, h.told_at"

enum status handover_row_put(struct db *db, const struct handover_row *r)
{
	struct query q = query_write(
	    db, "INSERT OR REPLACE INTO handover(child, id, giver, receiver, state, since, until,"
		" opened_by, agreed, asked_at, answered_at, opened_at, confirmed_at, told_at,"
		" answered) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(r->child));
	query_text(&q, span_of(r->id));
	query_text(&q, span_of(r->giver));
	query_text(&q, span_of(r->receiver));
	query_text(&q, span_of(r->state));
	query_text(&q, span_of(r->since));
	query_text(&q, span_of(r->until));
	query_text(&q, span_of(r->opened_by));
	query_int(&q, r->agreed);
	query_int(&q, r->asked_at);
	query_int(&q, r->answered_at);
	query_int(&q, r->opened_at);
	query_int(&q, r->confirmed_at);
	query_int(&q, r->told_at);
	query_text(&q, r->answered.p ? r->answered : SPAN(""));
	return query_run(&q, NULL);
}

enum status handover_row_clear(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM handover WHERE child=?");

	query_text(&q, child);
	return query_run(&q, NULL);
}

static void column_row(struct query *q, struct handover_row *out)
{
	*out = (struct handover_row){.agreed = column_int(q, 8) != 0,
				     .asked_at = column_int(q, 9),
				     .answered_at = column_int(q, 10),
				     .opened_at = column_int(q, 11),
				     .confirmed_at = column_int(q, 12),
				     .told_at = column_int(q, 13)};
	span_copy(column_text(q, 0), out->child, sizeof out->child);
	span_copy(column_text(q, 1), out->id, sizeof out->id);
	span_copy(column_text(q, 2), out->giver, sizeof out->giver);
	span_copy(column_text(q, 3), out->receiver, sizeof out->receiver);
	span_copy(column_text(q, 4), out->state, sizeof out->state);
	span_copy(column_text(q, 5), out->since, sizeof out->since);
	span_copy(column_text(q, 6), out->until, sizeof out->until);
	span_copy(column_text(q, 7), out->opened_by, sizeof out->opened_by);
}

enum status handover_row_get(struct db *db, struct span child, struct span id,
			     struct handover_row *out)
{
	struct query q =
	    query_read(db, "SELECT " FIELDS " FROM handover h WHERE h.child=? AND h.id=?");
	bool found;
	enum status st;

	query_text(&q, child);
	query_text(&q, id);
	found = query_row(&q);
	if (found)
		column_row(&q, out);
	st = query_end(&q);
	return st ? st : found ? ST_OK : fail(ST_NOTFOUND, "no such handover");
}

/* ---- what waits ------------------------------------------------------------------------------ */

static enum status all(struct query *q, handover_row_fn each, void *ctx)
{
	struct handover_row r;
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		column_row(q, &r);
		st = each(ctx, &r);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status handover_row_unread(struct db *db, struct span receiver, struct span today, int limit,
				handover_row_fn each, void *ctx)
{
	struct query q = query_read(db, "SELECT " FIELDS " FROM handover h WHERE h.receiver=?1"
					" AND h.state='open' AND h.agreed AND h.confirmed_at=0"
					" AND h.since<=?2 AND h.until>=?2"
					" ORDER BY h.opened_at, h.child, h.id LIMIT ?3");

	query_text(&q, receiver);
	query_text(&q, today);
	query_int(&q, limit);
	return all(&q, each, ctx);
}

enum status handover_row_answered(struct db *db, struct span giver, int limit, handover_row_fn each,
				  void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " FIELDS " FROM handover h WHERE h.giver=?1 AND h.state='asked'"
			   " AND h.answered_at>0 ORDER BY h.answered_at, h.child, h.id LIMIT ?2");

	query_text(&q, giver);
	query_int(&q, limit);
	return all(&q, each, ctx);
}

enum status handover_row_told(struct db *db, struct span giver, long long from, int limit,
			      handover_row_fn each, void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " FIELDS " FROM handover h WHERE h.giver=?1 AND h.state='open'"
			   " AND h.told_at>?2 ORDER BY h.told_at, h.child, h.id LIMIT ?3");

	query_text(&q, giver);
	query_int(&q, from);
	query_int(&q, limit);
	return all(&q, each, ctx);
}

enum status handover_row_asked(struct db *db, struct span account, int limit, handover_row_fn each,
			       void *ctx)
{
	struct query q = query_read(
	    db, "SELECT " FIELDS
		" FROM guardian g CROSS JOIN handover h ON h.child=g.child WHERE g.account=?1"
		" AND h.state='asked' AND instr(h.answered, ','||?1||',')=0"
		" ORDER BY h.asked_at, h.child, h.id LIMIT ?2");

	query_text(&q, account);
	query_int(&q, limit);
	return all(&q, each, ctx);
}
