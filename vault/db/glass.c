#include "vault/db/factor.h"

#include "vault/db/db_impl.h"

enum status glass_put(struct db *db, const struct glass_row *g)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.glass VALUES(?,?,?,?)");

	query_text(&q, span_of(g->account));
	query_text(&q, span_of(g->child));
	query_int(&q, g->since);
	query_int(&q, g->until);
	return query_run(&q, NULL);
}

enum status glass_get(struct db *db, struct span account, struct span child, long long now,
		      bool *open)
{
	struct query q = query_read(db, "SELECT 1 FROM vault.glass WHERE account=? AND child=?"
					" AND since<=? AND until>?");

	query_text(&q, account);
	query_text(&q, child);
	query_int(&q, now);
	query_int(&q, now);
	*open = query_row(&q);
	return query_end(&q);
}
