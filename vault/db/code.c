#include "vault/db/factor.h"

#include "vault/db/db_impl.h"

enum status code_put(struct db *db, struct span account, const char *purpose, const char *hash,
		     long long until)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.code VALUES(?,?,?,?)");

	query_text(&q, account);
	query_text(&q, span_of(purpose));
	query_text(&q, span_of(hash));
	query_int(&q, until);
	return query_run(&q, NULL);
}

/* One statement: of two that bring the same code, one deletes it and the other finds none. */
enum status code_take(struct db *db, struct span account, const char *purpose, const char *hash,
		      long long now)
{
	struct query q =
	    query_write(db, "DELETE FROM vault.code WHERE account=? AND purpose=? AND hash=?"
			    " AND (until=0 OR until>?)");
	int taken = 0;
	enum status st;

	query_text(&q, account);
	query_text(&q, span_of(purpose));
	query_text(&q, span_of(hash));
	query_int(&q, now);
	st = query_run(&q, &taken);
	return st || taken ? st : fail(ST_NOTFOUND, "no such code");
}

enum status code_count(struct db *db, struct span account, const char *purpose, long long now,
		       long *out)
{
	struct query q =
	    query_read(db, "SELECT count(*) FROM vault.code WHERE account=? AND purpose=?"
			   " AND (until=0 OR until>?)");

	query_text(&q, account);
	query_text(&q, span_of(purpose));
	query_int(&q, now);
	*out = query_row(&q) ? (long)column_int(&q, 0) : 0;
	return query_end(&q);
}

enum status code_drop_all(struct db *db, struct span account, const char *purpose)
{
	struct query q = query_write(db, "DELETE FROM vault.code WHERE account=? AND purpose=?");

	query_text(&q, account);
	query_text(&q, span_of(purpose));
	return query_run(&q, NULL);
}
