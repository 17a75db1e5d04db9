#include "vault/db/session.h"

#include "vault/db/db_impl.h"

enum status session_put(struct db *db, struct span token, const struct session_row *s,
			struct span wrapped)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.session VALUES(?,?,?,?,?)");

	query_blob(&q, token);
	query_text(&q, span_of(s->account));
	query_int(&q, s->since);
	query_int(&q, s->seen);
	query_blob(&q, wrapped);
	return query_run(&q, NULL);
}

enum status session_get(struct db *db, struct span token, struct session_row *out,
			struct buf *wrapped)
{
	struct query q =
	    query_read(db, "SELECT account, since, seen, wrapped FROM vault.session WHERE token=?");
	bool found;
	enum status st;

	query_blob(&q, token);
	found = query_row(&q);
	if (found) {
		span_copy(column_text(&q, 0), out->account, sizeof out->account);
		out->since = column_int(&q, 1);
		out->seen = column_int(&q, 2);
		if (wrapped) {
			buf_cut(wrapped, 0);
			buf_addspan(wrapped, column_text(&q, 3));
		}
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such session");
}

enum status session_account(struct db *db, struct span token, struct session_row *out,
			    struct account *account)
{
	struct query q = query_read(
	    db, "SELECT s.account, s.since, s.seen, " ACCOUNT_FIELDS " FROM vault.session s"
		" JOIN account a ON a.id = s.account"
		" LEFT JOIN institution i ON i.id = a.institution WHERE s.token=?");
	bool found;
	enum status st;

	query_blob(&q, token);
	found = query_row(&q);
	if (found) {
		span_copy(column_text(&q, 0), out->account, sizeof out->account);
		out->since = column_int(&q, 1);
		out->seen = column_int(&q, 2);
		column_account(&q, 3, account);
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

enum status session_drop(struct db *db, struct span token)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE token=?");

	query_blob(&q, token);
	return query_run(&q, NULL);
}

enum status session_drop_all(struct db *db, struct span account)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE account=?");

	query_text(&q, account);
	return query_run(&q, NULL);
}

enum status session_expire(struct db *db, long long idle, long long since)
{
	struct query q = query_write(db, "DELETE FROM vault.session WHERE seen<? OR since<?");

	query_int(&q, idle);
	query_int(&q, since);
	return query_run(&q, NULL);
}

enum status secret_put(struct db *db, struct span account, struct span verifier, struct span sealed,
		       long long now)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.secret VALUES(?,?,?,?)");

	query_text(&q, account);
	query_text(&q, verifier);
	query_blob(&q, sealed);
	query_int(&q, now);
	return query_run(&q, NULL);
}

enum status secret_get(struct db *db, struct span account, struct buf *verifier, struct buf *sealed)
{
	struct query q =
	    query_read(db, "SELECT verifier, sealed FROM vault.secret WHERE account=?");
	bool found;
	enum status st;

	query_text(&q, account);
	found = query_row(&q);
	if (found) {
		buf_cut(verifier, 0);
		buf_addspan(verifier, column_text(&q, 0));
		buf_cut(sealed, 0);
		buf_addspan(sealed, column_text(&q, 1));
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no secret of %.*s", SPAN_ARG(account));
}

enum status throttle_get(struct db *db, const char *name, long *failures, long long *last)
{
	struct query q = query_read(db, "SELECT failures, last FROM vault.throttle WHERE name=?");

	*failures = 0;
	*last = 0;
	query_text(&q, span_of(name));
	if (query_row(&q)) {
		*failures = (long)column_int(&q, 0);
		*last = column_int(&q, 1);
	}
	return query_end(&q);
}

enum status throttle_put(struct db *db, const char *name, long failures, long long last)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.throttle VALUES(?,?,?)");

	query_text(&q, span_of(name));
	query_int(&q, failures);
	query_int(&q, last);
	return query_run(&q, NULL);
}

enum status throttle_clear(struct db *db, const char *name)
{
	struct query q = query_write(db, "DELETE FROM vault.throttle WHERE name=?");

	query_text(&q, span_of(name));
	return query_run(&q, NULL);
}
