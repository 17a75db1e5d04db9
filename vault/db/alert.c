#include "vault/db/alert.h"

#include "vault/db/db_impl.h"

/* What is good again need not be seen. */
#define IS_OPEN                                                                                    \
	"(state <> 'over' AND NOT EXISTS"                                                          \
	" (SELECT 1 FROM vault.alert_seen s WHERE s.alert = a.n))"
#define COLUMNS                                                                                    \
	"n, rule, kind, severity, state, title, subject, account, child, institution, count,"      \
	" least, at, record, recorded, " IS_OPEN

static void read_row(struct query *q, struct alert_row *r)
{
	*r = (struct alert_row){.n = column_int(q, 0)};
	span_copy(column_text(q, 1), r->rule, sizeof r->rule);
	span_copy(column_text(q, 2), r->kind, sizeof r->kind);
	span_copy(column_text(q, 3), r->severity, sizeof r->severity);
	span_copy(column_text(q, 4), r->state, sizeof r->state);
	span_copy(column_text(q, 5), r->title, sizeof r->title);
	span_copy(column_text(q, 6), r->subject, sizeof r->subject);
	span_copy(column_text(q, 7), r->account, sizeof r->account);
	span_copy(column_text(q, 8), r->child, sizeof r->child);
	span_copy(column_text(q, 9), r->institution, sizeof r->institution);
	r->count = column_int(q, 10);
	r->least = column_int(q, 11);
	r->at = column_int(q, 12);
	r->record = column_int(q, 13);
	r->recorded = column_int(q, 14) != 0;
	r->open = column_int(q, 15) != 0;
}

enum status alert_add(struct db *db, struct alert_row *row)
{
	struct query q =
	    query_write(db, "INSERT INTO vault.alert(rule, kind, severity, state, title, subject,"
			    " account, child, institution, count, least, at, record, recorded)"
			    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,0) RETURNING n");

	query_text(&q, span_of(row->rule));
	query_text(&q, span_of(row->kind));
	query_text(&q, span_of(row->severity));
	query_text(&q, span_of(row->state));
	query_text(&q, span_of(row->title));
	query_text(&q, span_of(row->subject));
	query_text(&q, span_of(row->account));
	query_text(&q, span_of(row->child));
	query_text(&q, span_of(row->institution));
	query_int(&q, row->count);
	query_int(&q, row->least);
	query_int(&q, row->at);
	query_int(&q, row->record);
	while (query_row(&q))
		row->n = column_int(&q, 0);
	return query_end(&q);
}

/* The row of a query that gives one at most. */
static enum status one(struct query *q, struct alert_row *out)
{
	bool found = query_row(q);
	enum status st;

	if (found)
		read_row(q, out);
	st = query_end(q);
	return st || found ? st : fail(ST_NOTFOUND, "no such alert");
}

enum status alert_get(struct db *db, long long n, struct alert_row *out)
{
	struct query q = query_read(db, "SELECT " COLUMNS " FROM vault.alert a WHERE n=?");

	query_int(&q, n);
	return one(&q, out);
}

enum status alert_newest(struct db *db, const char *rule, const char *subject,
			 struct alert_row *out)
{
	struct query q =
	    query_read(db, "SELECT " COLUMNS " FROM vault.alert a WHERE rule=? AND subject=?"
			   " ORDER BY n DESC LIMIT 1");

	query_text(&q, span_of(rule));
	query_text(&q, span_of(subject));
	return one(&q, out);
}

enum status alert_each(struct db *db, const struct alert_filter *f,
		       enum status (*each)(void *ctx, const struct alert_row *row), void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " COLUMNS " FROM vault.alert a WHERE (?1 IS NULL OR severity=?1)"
			   " AND (?2 IS NULL OR rule=?2) AND (?3=0 OR n<?3)"
			   " AND (?4=0 OR " IS_OPEN ")"
			   " ORDER BY n DESC LIMIT ?5");
	struct alert_row row;
	enum status st = ST_OK, end;

	query_text(&q, span_of(f->severity));
	query_text(&q, span_of(f->rule));
	query_int(&q, f->before);
	query_int(&q, f->open);
	query_int(&q, f->limit ? f->limit : -1);
	while (!st && query_row(&q)) {
		read_row(&q, &row);
		st = each(ctx, &row);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status alert_count_open(struct db *db, long *open, long *severe)
{
	struct query q =
	    query_read(db, "SELECT count(*), coalesce(sum(severity='severe'), 0) FROM vault.alert a"
			   " WHERE " IS_OPEN);

	*open = *severe = 0;
	if (query_row(&q)) {
		*open = (long)column_int(&q, 0);
		*severe = (long)column_int(&q, 1);
	}
	return query_end(&q);
}

enum status alert_unrecorded(struct db *db, struct alert_row *out)
{
	struct query q = query_read(db, "SELECT " COLUMNS " FROM vault.alert a WHERE recorded=0"
					" ORDER BY n LIMIT 1");

	return one(&q, out);
}

enum status alert_set_recorded(struct db *db, long long n)
{
	struct query q = query_write(db, "UPDATE vault.alert SET recorded=1 WHERE n=?");

	query_int(&q, n);
	return query_run(&q, NULL);
}

static enum status mark_seen(struct db *db, long long n, struct span account, int64_t at)
{
	struct query q =
	    query_write(db, "INSERT INTO vault.alert_seen VALUES(?,?,?) ON CONFLICT DO NOTHING");

	query_int(&q, n);
	query_text(&q, account);
	query_int(&q, at);
	return query_run(&q, NULL);
}

enum status alert_see(struct db *db, long long n, struct span account, int64_t at, bool *first)
{
	struct alert_row row;
	enum status st = db_begin(db);

	*first = false;
	if (st)
		return st;
	st = alert_get(db, n, &row);
	if (!st)
		st = mark_seen(db, n, account, at);
	st = db_end(db, st);
	*first = !st && row.open;
	return st;
}

enum status alert_seen_each(struct db *db, long long n,
			    enum status (*each)(void *ctx, struct span account, int64_t at),
			    void *ctx)
{
	struct query q = query_read(
	    db, "SELECT account, at FROM vault.alert_seen WHERE alert=? ORDER BY at, account");
	enum status st = ST_OK, end;

	query_int(&q, n);
	while (!st && query_row(&q))
		st = each(ctx, column_text(&q, 0), column_int(&q, 1));
	end = query_end(&q);
	return st ? st : end;
}

enum status alert_sweep(struct db *db, int64_t before)
{
	struct query q =
	    query_write(db, "DELETE FROM vault.alert WHERE at<? AND recorded=1 AND n IN"
			    " (SELECT a.n FROM vault.alert a WHERE NOT " IS_OPEN ")");
	enum status st;

	query_int(&q, before);
	st = query_run(&q, NULL);
	if (st)
		return st;
	q = query_write(
	    db, "DELETE FROM vault.alert_seen WHERE alert NOT IN (SELECT n FROM vault.alert)");
	return query_run(&q, NULL);
}

enum status mark_get(struct db *db, const char *name, int64_t *out)
{
	struct query q = query_read(db, "SELECT value FROM vault.mark WHERE name=?");
	bool found;
	enum status st;

	query_text(&q, span_of(name));
	found = query_row(&q);
	*out = found ? column_int(&q, 0) : 0;
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no mark %s", name);
}

enum status mark_put(struct db *db, const char *name, int64_t value)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO vault.mark(name, value) VALUES(?,?)");

	query_text(&q, span_of(name));
	query_int(&q, value);
	return query_run(&q, NULL);
}
