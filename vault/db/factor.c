#include "vault/db/factor.h"

#include "vault/db/db_impl.h"

static struct span bytes(const unsigned char *p, size_t n)
{
	return span_make((const char *)p, n);
}

enum status factor_add(struct db *db, struct factor_row *f)
{
	struct query q;
	enum status st;

	if (f->handle_len > sizeof f->handle || f->data_len > sizeof f->data)
		return fail(ST_TOOBIG, "a factor is longer than its row");
	q = query_write(db, "INSERT INTO vault.factor(account, kind, name, handle, data, sealed,"
			    " count, since, used) VALUES(?,?,?,?,?,?,?,?,?) RETURNING n");
	query_text(&q, span_of(f->account));
	query_text(&q, span_of(f->kind));
	query_text(&q, span_of(f->name));
	query_blob(&q, bytes(f->handle, f->handle_len));
	query_blob(&q, bytes(f->data, f->data_len));
	query_text(&q, span_of(f->sealed));
	query_int(&q, f->count);
	query_int(&q, f->since);
	query_int(&q, f->used);
	f->n = query_row(&q) ? column_int(&q, 0) : 0;
	st = query_run(&q, NULL); /* to the end: that is when it is committed */
	if (st)
		f->n = 0;
	return st;
}

#define COLUMNS                                                                                    \
	"SELECT n, account, kind, name, handle, data, sealed, count, since, used FROM "            \
	"vault.factor"

static size_t read_bytes(struct span s, unsigned char *out, size_t room)
{
	if (s.n > room)
		return 0;
	memcpy(out, s.p, s.n);
	return s.n;
}

static void read_factor(struct query *q, struct factor_row *out)
{
	*out = (struct factor_row){.n = column_int(q, 0),
				   .count = column_int(q, 7),
				   .since = column_int(q, 8),
				   .used = column_int(q, 9)};
	span_copy(column_text(q, 1), out->account, sizeof out->account);
	span_copy(column_text(q, 2), out->kind, sizeof out->kind);
	span_copy(column_text(q, 3), out->name, sizeof out->name);
	out->handle_len = read_bytes(column_text(q, 4), out->handle, sizeof out->handle);
	out->data_len = read_bytes(column_text(q, 5), out->data, sizeof out->data);
	span_copy(column_text(q, 6), out->sealed, sizeof out->sealed);
}

static enum status read_one(struct query *q, struct factor_row *out)
{
	bool found = query_row(q);
	enum status st;

	if (found)
		read_factor(q, out);
	st = query_end(q);
	return st || found ? st : fail(ST_NOTFOUND, "no such factor");
}

enum status factor_get(struct db *db, struct span account, long long n, struct factor_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE n=? AND account=?");

	query_int(&q, n);
	query_text(&q, account);
	return read_one(&q, out);
}

enum status factor_by_handle(struct db *db, struct span handle, struct factor_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE kind='passkey' AND handle=?");

	query_blob(&q, handle);
	return read_one(&q, out);
}

enum status factor_each(struct db *db, struct span account,
			enum status (*each)(void *, const struct factor_row *), void *ctx)
{
	struct query q = query_read(db, COLUMNS " WHERE account=? ORDER BY n");
	struct factor_row f;
	enum status st = ST_OK, end;

	query_text(&q, account);
	while (!st && query_row(&q)) {
		read_factor(&q, &f);
		st = each(ctx, &f);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* One statement: of two that use the same count at once, the second finds it taken. */
enum status factor_used(struct db *db, long long n, long long count, long long now)
{
	struct query q = query_write(db, "UPDATE vault.factor SET count=?2, used=?3 WHERE n=?1 AND"
					 " (count<?2 OR (kind='passkey' AND count=0 AND ?2=0))");
	int changed = 0;
	enum status st;

	query_int(&q, n);
	query_int(&q, count);
	query_int(&q, now);
	st = query_run(&q, &changed);
	return st || changed ? st : fail(ST_STALE, "this count was used before");
}

enum status factor_drop(struct db *db, struct span account, long long n)
{
	struct query q = query_write(db, "DELETE FROM vault.factor WHERE n=? AND account=?");
	int dropped = 0;
	enum status st;

	query_int(&q, n);
	query_text(&q, account);
	st = query_run(&q, &dropped);
	return st || dropped ? st : fail(ST_NOTFOUND, "no factor %lld of theirs", n);
}

enum status factor_drop_all(struct db *db, struct span account)
{
	struct query q = query_write(db, "DELETE FROM vault.factor WHERE account=?");

	query_text(&q, account);
	return query_run(&q, NULL);
}
