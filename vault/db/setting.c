#include "vault/db/range.h"

#include "vault/db/db_impl.h"

enum status setting_put(struct db *db, struct span name, struct span value)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO setting VALUES(?,?)");

	query_text(&q, name);
	query_text(&q, value);
	return count_change(db, query_run(&q, NULL));
}

enum status setting_get(struct db *db, struct span name, struct buf *out)
{
	struct query q = query_read(db, "SELECT value FROM setting WHERE name=?");
	bool found;
	enum status st;

	buf_cut(out, 0);
	query_text(&q, name);
	found = query_row(&q);
	if (found)
		buf_addspan(out, column_text(&q, 0));
	st = query_end(&q);
	if (!st && !found)
		st = fail(ST_NOTFOUND, "no setting %.*s", SPAN_ARG(name));
	return st ? st : out->st;
}
