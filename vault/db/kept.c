#include "vault/db/factor.h"

#include "vault/db/db_impl.h"

static enum status drop_oldest(struct db *db, struct span account)
{
	struct query q = query_write(
	    db, "DELETE FROM vault.kept WHERE account=?1 AND n NOT IN"
		" (SELECT n FROM vault.kept WHERE account=?1 ORDER BY n DESC LIMIT ?2)");

	query_text(&q, account);
	query_int(&q, KEPT_MAX);
	return query_run(&q, NULL);
}

static enum status insert(struct db *db, struct kept_row *k, struct span sealed)
{
	struct query q = query_write(db, "INSERT INTO vault.kept(account, path, at, sealed)"
					 " VALUES(?,?,?,?) RETURNING n");

	query_text(&q, span_of(k->account));
	query_text(&q, span_of(k->path));
	query_int(&q, k->at);
	query_blob(&q, sealed);
	k->n = query_row(&q) ? column_int(&q, 0) : 0;
	return query_run(&q, NULL);
}

enum status kept_add(struct db *db, struct kept_row *k, struct span sealed)
{
	enum status st = db_begin(db);

	if (!st) {
		st = insert(db, k, sealed);
		if (!st)
			st = drop_oldest(db, span_of(k->account));
		st = db_end(db, st);
	}
	if (st)
		k->n = 0;
	return st;
}

static void read_kept(struct query *q, struct kept_row *out)
{
	*out = (struct kept_row){.n = column_int(q, 0), .at = column_int(q, 3)};
	span_copy(column_text(q, 1), out->account, sizeof out->account);
	span_copy(column_text(q, 2), out->path, sizeof out->path);
}

enum status kept_each(struct db *db, struct span account,
		      enum status (*each)(void *, const struct kept_row *), void *ctx)
{
	struct query q = query_read(db, "SELECT n, account, path, at FROM vault.kept"
					" WHERE account=? ORDER BY n DESC");
	struct kept_row k;
	enum status st = ST_OK, end;

	query_text(&q, account);
	while (!st && query_row(&q)) {
		read_kept(&q, &k);
		st = each(ctx, &k);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status kept_get(struct db *db, struct span account, long long n, struct kept_row *row,
		     struct buf *out)
{
	struct query q = query_read(db, "SELECT n, account, path, at, sealed FROM vault.kept"
					" WHERE n=? AND account=?");
	bool found;
	enum status st;

	if (out)
		buf_cut(out, 0);
	query_int(&q, n);
	query_text(&q, account);
	found = query_row(&q);
	if (found) {
		read_kept(&q, row);
		if (out)
			buf_addspan(out, column_text(&q, 4));
	}
	st = query_end(&q);
	if (!st && !found)
		st = fail(ST_NOTFOUND, "nothing kept under %lld", n);
	return st || !out ? st : out->st;
}

enum status kept_drop(struct db *db, struct span account, long long n)
{
	struct query q = query_write(db, "DELETE FROM vault.kept WHERE n=? AND account=?");

	query_int(&q, n);
	query_text(&q, account);
	return query_run(&q, NULL);
}

enum status kept_expire(struct db *db, long long at)
{
	struct query q = query_write(db, "DELETE FROM vault.kept WHERE at<?");

	query_int(&q, at);
	return query_run(&q, NULL);
}
