#include "vault/db/session.h"

#include "vault/db/db_impl.h"

enum status secret_put(struct db *db, struct span account, struct span verifier, struct span sealed,
		       struct span address, long long now)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO"
			    " vault.secret(account, verifier, sealed, changed, address)"
			    " VALUES(?,?,?,?,?)");

	query_text(&q, account);
	query_text(&q, verifier);
	query_blob(&q, sealed);
	query_int(&q, now);
	if (address.p)
		query_blob(&q, address);
	else
		query_text(&q, SPAN_NONE);
	return query_run(&q, NULL);
}

enum status secret_get(struct db *db, struct span account, struct buf *verifier, struct buf *sealed)
{
	struct query q =
	    query_read(db, "SELECT verifier, sealed FROM vault.secret WHERE account=?");
	bool found;
	enum status st;

	buf_cut(verifier, 0);
	buf_cut(sealed, 0);
	query_text(&q, account);
	found = query_row(&q);
	if (found) {
		buf_addspan(verifier, column_text(&q, 0));
		buf_addspan(sealed, column_text(&q, 1));
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no secret of %.*s", SPAN_ARG(account));
}

enum status secret_address(struct db *db, struct span account, struct buf *address)
{
	struct query q = query_read(
	    db, "SELECT address FROM vault.secret WHERE account=? AND address IS NOT NULL");
	bool found;
	enum status st;

	buf_cut(address, 0);
	query_text(&q, account);
	found = query_row(&q);
	if (found)
		buf_addspan(address, column_text(&q, 0));
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no address of %.*s", SPAN_ARG(account));
}

enum status secret_drop(struct db *db, struct span account)
{
	struct query q = query_write(db, "DELETE FROM vault.secret WHERE account=?");

	query_text(&q, account);
	return query_run(&q, NULL);
}

/* ---- failed sign-ins --------------------------------------------------------------------------
 */

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
