#include "vault/db/display.h"

#include "vault/db/db_impl.h"

enum status display_get(struct db *db, struct span account, struct buf *out)
{
	struct query q = query_read(db, "SELECT text FROM vault.display WHERE account=?");
	bool found;
	enum status st;

	query_text(&q, account);
	found = query_row(&q);
	if (found)
		buf_addspan(out, column_text(&q, 0));
	st = query_end(&q);
	if (!st && !found)
		st = fail(ST_NOTFOUND, "nothing is set");
	return st ? st : out->st;
}

enum status display_put(struct db *db, struct span account, struct span text)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO vault.display(account, text) VALUES(?,?)");

	query_text(&q, account);
	query_text(&q, text);
	return query_run(&q, NULL);
}
