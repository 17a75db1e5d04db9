#include "vault/db/session.h"

#include "vault/db/db_impl.h"

/* A session that is put again keeps its number. */
enum status session_put(struct db *db, struct span token, const struct session_row *s,
			struct span wrapped)
{
	struct query q = query_write(
	    db, "INSERT INTO vault.session(token, account, since, seen, weak, agent, peer, wrapped)"
		" VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(token) DO UPDATE SET"
		" account=excluded.account, since=excluded.since, seen=excluded.seen,"
		" weak=excluded.weak, agent=excluded.agent, peer=excluded.peer,"
		" wrapped=excluded.wrapped");

	query_blob(&q, token);
	query_text(&q, span_of(s->account));
	query_int(&q, s->since);
	query_int(&q, s->seen);
	query_int(&q, s->weak);
	query_text(&q, span_of(s->agent));
	query_text(&q, span_of(s->peer));
	query_blob(&q, wrapped);
	return query_run(&q, NULL);
}

#define SESSION_FIELDS "s.n, s.account, s.since, s.seen, s.weak, s.agent, s.peer"
enum { SESSION_COLUMNS = 7 };

static void read_session(struct query *q, struct session_row *out)
{
	*out = (struct session_row){.n = column_int(q, 0),
				    .since = column_int(q, 2),
				    .seen = column_int(q, 3),
				    .weak = column_int(q, 4) != 0};
	span_copy(column_text(q, 1), out->account, sizeof out->account);
	span_copy(column_text(q, 5), out->agent, sizeof out->agent);
	span_copy(column_text(q, 6), out->peer, sizeof out->peer);
}

enum status session_get(struct db *db, struct span token, struct session_row *out,
			struct buf *wrapped)
{
	struct query q = query_read(db, "SELECT " SESSION_FIELDS
					", s.wrapped FROM vault.session s WHERE s.token=?");
	bool found;
	enum status st;

	if (wrapped)
		buf_cut(wrapped, 0);
	query_blob(&q, token);
	found = query_row(&q);
	if (found) {
		read_session(&q, out);
		if (wrapped)
			buf_addspan(wrapped, column_text(&q, SESSION_COLUMNS));
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such session");
}

enum status session_account(struct db *db, struct span token, struct session_row *out,
			    struct account *account)
{
	struct query q =
	    query_read(db, "SELECT " SESSION_FIELDS ", " ACCOUNT_FIELDS " FROM vault.session s"
			   " JOIN account a ON a.id = s.account"
			   " LEFT JOIN institution i ON i.id = a.institution WHERE s.token=?");
	bool found;
	enum status st;

	query_blob(&q, token);
	found = query_row(&q);
	if (found) {
		read_session(&q, out);
		column_account(&q, SESSION_COLUMNS, account);
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such session");
}

enum status session_touch(struct db *db, struct span token, long long now)
{
	struct query q = query_write(db, "UPDATE vault.session SET seen=? WHERE token=?");

	query_int(&q, now);
	query_blob(&q, token);
	return query_run(&q, NULL);
}

enum status session_each(struct db *db, struct span account,
			 enum status (*each)(void *, const struct session_row *), void *ctx)
{
	struct query q = query_read(db, "SELECT " SESSION_FIELDS " FROM vault.session s"
					" WHERE s.account=? ORDER BY s.since DESC, s.n DESC");
	struct session_row s;
	enum status st = ST_OK, end;

	query_text(&q, account);
	while (!st && query_row(&q)) {
		read_session(&q, &s);
		st = each(ctx, &s);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status session_drop(struct db *db, struct span token)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE token=?");

	query_blob(&q, token);
	return query_run(&q, NULL);
}

enum status session_drop_one(struct db *db, struct span account, long long n)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE n=? AND account=?");
	int dropped = 0;
	enum status st;

	query_int(&q, n);
	query_text(&q, account);
	st = query_run(&q, &dropped);
	return st || dropped ? st : fail(ST_NOTFOUND, "no session %lld of theirs", n);
}

enum status session_drop_others(struct db *db, struct span account, struct span token)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE account=? AND token<>?");

	query_text(&q, account);
	query_blob(&q, token);
	return query_run(&q, NULL);
}

enum status session_drop_all(struct db *db, struct span account)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE account=?");

	query_text(&q, account);
	return query_run(&q, NULL);
}

enum status session_blank(struct db *db, long long idle, long long since)
{
	struct query q = query_write(db, "UPDATE vault.session SET wrapped=x''"
					 " WHERE (seen<? OR since<?) AND length(wrapped)>0");

	query_int(&q, idle);
	query_int(&q, since);
	return query_run(&q, NULL);
}

enum status session_expire(struct db *db, long long idle, long long since)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE seen<? OR since<?");

	query_int(&q, idle);
	query_int(&q, since);
	return query_run(&q, NULL);
}
