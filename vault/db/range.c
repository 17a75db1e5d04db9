#include "vault/db/range.h"

#include "vault/db/db_impl.h"

enum status range_put(struct db *db, const struct range_row *r)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO access_range"
					 " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(r->id));
	query_text(&q, span_of(r->account));
	query_text(&q, span_of(r->institution));
	query_int(&q, r->opens);
	query_int(&q, r->write);
	query_text(&q, span_of(r->child));
	query_text(&q, span_of(r->children_of));
	query_text(&q, span_of(r->type));
	query_text(&q, span_of(r->section));
	query_text(&q, span_of(r->since));
	query_text(&q, span_of(r->until));
	query_text(&q, span_of(r->state));
	query_text(&q, span_of(r->asked_by));
	query_text(&q, span_of(r->confirmed_by));
	query_text(&q, span_of(r->ended_by));
	query_int(&q, r->asked_at);
	query_text(&q, span_of(r->reason));
	return count_change(db, query_run(&q, NULL));
}

#define COLUMNS                                                                                    \
	"SELECT id, account, institution, opens, write, child, children_of, type, section, since," \
	" until, state, asked_by, confirmed_by, ended_by, asked_at, reason FROM access_range r"

static void read_range(struct query *q, struct range_row *out)
{
	*out = (struct range_row){.opens = column_int(q, 3) != 0,
				  .write = column_int(q, 4) != 0,
				  .asked_at = column_int(q, 15)};
	span_copy(column_text(q, 0), out->id, sizeof out->id);
	span_copy(column_text(q, 1), out->account, sizeof out->account);
	span_copy(column_text(q, 2), out->institution, sizeof out->institution);
	span_copy(column_text(q, 5), out->child, sizeof out->child);
	span_copy(column_text(q, 6), out->children_of, sizeof out->children_of);
	span_copy(column_text(q, 7), out->type, sizeof out->type);
	span_copy(column_text(q, 8), out->section, sizeof out->section);
	span_copy(column_text(q, 9), out->since, sizeof out->since);
	span_copy(column_text(q, 10), out->until, sizeof out->until);
	span_copy(column_text(q, 11), out->state, sizeof out->state);
	span_copy(column_text(q, 12), out->asked_by, sizeof out->asked_by);
	span_copy(column_text(q, 13), out->confirmed_by, sizeof out->confirmed_by);
	span_copy(column_text(q, 14), out->ended_by, sizeof out->ended_by);
	span_copy(column_text(q, 16), out->reason, sizeof out->reason);
}

enum status range_get(struct db *db, struct span id, struct range_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_range(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no range %.*s", SPAN_ARG(id));
}

enum status range_each(struct db *db, enum status (*each)(void *, const struct range_row *),
		       void *ctx)
{
	struct query q = query_read(db, COLUMNS " ORDER BY asked_at DESC, id DESC");
	struct range_row r;
	enum status st = ST_OK, end;

	while (!st && query_row(&q)) {
		read_range(&q, &r);
		st = each(ctx, &r);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* child_search.c says the same of many children: the two must agree. */
static const char about_sql[] =
    COLUMNS " WHERE (r.account=?2 OR r.institution=?3) AND r.state IN ('in-force','end-asked') AND "
	    "r.since<=?4"
	    " AND (r.until='' OR r.until>=?4) AND (r.child=?1 OR (r.child='' AND"
	    "  (r.children_of='' OR EXISTS(SELECT 1 FROM enrolment e WHERE e.child=?1"
	    "    AND e.institution=r.children_of AND e.since<=?4"
	    "    AND (e.until='' OR e.until>=?4))))) ORDER BY r.id";

enum status range_about(struct db *db, struct span child, const struct account *a,
			struct span today, struct range_row *out, size_t *count)
{
	struct query q = query_read(db, about_sql);
	enum status st = ST_OK, end;

	*count = 0;
	query_text(&q, child);
	query_text(&q, a->id[0] ? span_of(a->id) : SPAN_NONE);
	query_text(&q, a->staff && a->institution[0] ? span_of(a->institution) : SPAN_NONE);
	query_text(&q, today);
	while (!st && query_row(&q)) {
		if (*count == STANDING_RANGES)
			st = fail(ST_TOOBIG, "more than %d ranges of %s", STANDING_RANGES, a->id);
		else
			read_range(&q, &out[(*count)++]);
	}
	end = query_end(&q);
	return st ? st : end;
}
