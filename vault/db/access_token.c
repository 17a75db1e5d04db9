#include "vault/db/access_token.h"

#include "vault/db/db_impl.h"

#define COLUMNS "n, account, name, scope, reason, since, until, used"

static enum status count_of(struct db *db, struct span account, long long *out)
{
	struct query q = query_read(db, "SELECT count(*) FROM vault.access_token WHERE account=?");

	query_text(&q, account);
	*out = query_row(&q) ? column_int(&q, 0) : 0;
	return query_end(&q);
}

static enum status insert(struct db *db, struct access_token *t, struct span hash)
{
	struct query q = query_write(db, "INSERT INTO vault.access_token(hash, account, name,"
					 " scope, reason, since, until, used)"
					 " VALUES(?,?,?,?,?,?,?,0) RETURNING n");

	query_blob(&q, hash);
	query_text(&q, span_of(t->account));
	query_text(&q, span_of(t->name));
	query_text(&q, span_of(t->scope));
	query_text(&q, span_of(t->reason));
	query_int(&q, t->since);
	query_int(&q, t->until);
	t->n = query_row(&q) ? column_int(&q, 0) : 0;
	return query_run(&q, NULL);
}

enum status access_token_add(struct db *db, struct access_token *t, struct span hash)
{
	long long count = 0;
	enum status st = db_begin(db);

	if (st)
		return st;
	st = access_token_expire(db, t->since);
	if (!st)
		st = count_of(db, span_of(t->account), &count);
	if (!st && count >= ACCESS_TOKENS_MAX)
		st = fail(ST_TOOBIG, "an account has at most %d access tokens", ACCESS_TOKENS_MAX);
	if (!st)
		st = insert(db, t, hash);
	return db_end(db, st);
}

static void read_token(struct query *q, struct access_token *out)
{
	*out = (struct access_token){.n = column_int(q, 0),
				     .since = column_int(q, 5),
				     .until = column_int(q, 6),
				     .used = column_int(q, 7)};
	span_copy(column_text(q, 1), out->account, sizeof out->account);
	span_copy(column_text(q, 2), out->name, sizeof out->name);
	span_copy(column_text(q, 3), out->scope, sizeof out->scope);
	span_copy(column_text(q, 4), out->reason, sizeof out->reason);
}

enum status access_token_find(struct db *db, struct span hash, long long now,
			      struct access_token *out)
{
	struct query q = query_read(db, "SELECT " COLUMNS " FROM vault.access_token"
					" WHERE hash=? AND until>?");
	bool found;
	enum status st;

	query_blob(&q, hash);
	query_int(&q, now);
	found = query_row(&q);
	if (found)
		read_token(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such access token");
}

enum status access_token_used(struct db *db, long long n, long long now)
{
	struct query q = query_write(db, "UPDATE vault.access_token SET used=? WHERE n=?");

	query_int(&q, now);
	query_int(&q, n);
	return query_run(&q, NULL);
}

enum status access_token_each(struct db *db, struct span account, long long now,
			      enum status (*each)(void *, const struct access_token *), void *ctx)
{
	struct query q = query_read(db, "SELECT " COLUMNS " FROM vault.access_token"
					" WHERE account=? AND until>? ORDER BY n");
	struct access_token t;
	enum status st = ST_OK, end;

	query_text(&q, account);
	query_int(&q, now);
	while (!st && query_row(&q)) {
		read_token(&q, &t);
		st = each(ctx, &t);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status access_token_drop(struct db *db, struct span account, long long n)
{
	struct query q = query_write(db, "DELETE FROM vault.access_token WHERE n=? AND account=?");
	int changed = 0;
	enum status st;

	query_int(&q, n);
	query_text(&q, account);
	st = query_run(&q, &changed);
	return st || changed ? st : fail(ST_NOTFOUND, "no such access token");
}

enum status access_token_drop_all(struct db *db, struct span account)
{
	struct query q = query_write(db, "DELETE FROM vault.access_token WHERE account=?");

	query_text(&q, account);
	return query_run(&q, NULL);
}

enum status access_token_expire(struct db *db, long long now)
{
	struct query q = query_write(db, "DELETE FROM vault.access_token WHERE until<=?");

	query_int(&q, now);
	return query_run(&q, NULL);
}
