#include "vault/db/draft.h"

#include "vault/db/db_impl.h"

#define FIELDS "n, account, child, type, sheet, section, base, since, at, dropped, wrong"

static void bind_place(struct query *q, const struct draft_row *d)
{
	query_text(q, span_of(d->account));
	query_text(q, span_of(d->child));
	query_text(q, span_of(d->type));
	query_text(q, span_of(d->sheet));
	query_text(q, span_of(d->section));
}

static void read_row(struct query *q, struct draft_row *d)
{
	*d = (struct draft_row){
	    .n = column_int(q, 0),
	    .since = column_int(q, 7),
	    .at = column_int(q, 8),
	    .dropped = column_int(q, 9),
	    .wrong = column_int(q, 10) != 0,
	};
	span_copy(column_text(q, 1), d->account, sizeof d->account);
	span_copy(column_text(q, 2), d->child, sizeof d->child);
	span_copy(column_text(q, 3), d->type, sizeof d->type);
	span_copy(column_text(q, 4), d->sheet, sizeof d->sheet);
	span_copy(column_text(q, 5), d->section, sizeof d->section);
	span_copy(column_text(q, 6), d->base, sizeof d->base);
}

enum status draft_add(struct db *db, struct draft_row *d, struct span sealed)
{
	struct query q = query_write(db, "INSERT INTO vault.draft(n, account, child, type, sheet,"
					 " section, base, since, at, dropped, wrong, sealed)"
					 " VALUES((SELECT c FROM (SELECT ? AS c) WHERE c > 0 AND"
					 " NOT EXISTS(SELECT 1 FROM vault.draft WHERE n = c)),"
					 "?,?,?,?,?,?,?,?,0,?,?) RETURNING n");
	bool chosen = d->n >= DRAFT_CHOSEN && d->n < 2 * DRAFT_CHOSEN;

	query_int(&q, chosen ? d->n : 0);
	bind_place(&q, d);
	query_text(&q, span_of(d->base));
	query_int(&q, d->since);
	query_int(&q, d->at);
	query_int(&q, d->wrong);
	query_blob(&q, sealed);
	d->n = query_row(&q) ? column_int(&q, 0) : 0;
	return query_run(&q, NULL);
}

enum status draft_renew(struct db *db, const struct draft_row *d, struct span sealed)
{
	struct query q = query_write(db, "UPDATE vault.draft SET base=?, at=?, wrong=?, sealed=?"
					 " WHERE n=? AND account=? AND child=? AND type=?"
					 " AND sheet=? AND section=? AND dropped=0");
	int changed = 0;
	enum status st;

	query_text(&q, span_of(d->base));
	query_int(&q, d->at);
	query_int(&q, d->wrong);
	query_blob(&q, sealed);
	query_int(&q, d->n);
	bind_place(&q, d);
	st = query_run(&q, &changed);
	return !st && !changed ? fail(ST_NOTFOUND, "no draft %lld", d->n) : st;
}

enum status draft_get(struct db *db, struct span account, long long n, struct draft_row *row,
		      struct buf *out)
{
	struct query q = query_read(db, "SELECT " FIELDS ", sealed FROM vault.draft"
					" WHERE n=? AND account=?");
	bool found;
	enum status st;

	if (out)
		buf_cut(out, 0);
	query_int(&q, n);
	query_text(&q, account);
	found = query_row(&q);
	if (found) {
		read_row(&q, row);
		if (out)
			buf_addspan(out, column_text(&q, 11));
	}
	st = query_end(&q);
	if (!st && !found)
		st = fail(ST_NOTFOUND, "no draft %lld", n);
	return st || !out ? st : out->st;
}

static enum status each_row(struct query *q, enum status (*each)(void *, const struct draft_row *),
			    void *ctx)
{
	struct draft_row d;
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		read_row(q, &d);
		st = each(ctx, &d);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status draft_each(struct db *db, struct span account,
		       enum status (*each)(void *, const struct draft_row *), void *ctx)
{
	struct query q = query_read(
	    db, "SELECT " FIELDS " FROM vault.draft WHERE account=? ORDER BY at DESC, n DESC");

	query_text(&q, account);
	return each_row(&q, each, ctx);
}

enum status draft_each_of(struct db *db, struct span child, struct span type, struct span sheet,
			  enum status (*each)(void *, const struct draft_row *), void *ctx)
{
	struct query q = query_read(db, "SELECT " FIELDS " FROM vault.draft WHERE child=?"
					" AND type=? AND sheet=? AND dropped=0"
					" ORDER BY at DESC, n DESC");

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	return each_row(&q, each, ctx);
}

enum status draft_count(struct db *db, struct span account, long *out)
{
	struct query q =
	    query_read(db, "SELECT count(*) FROM vault.draft WHERE account=? AND dropped=0");

	query_text(&q, account);
	*out = query_row(&q) ? (long)column_int(&q, 0) : 0;
	return query_end(&q);
}

enum status draft_drop(struct db *db, struct span account, long long n, long long now)
{
	struct query q =
	    query_write(db, "UPDATE vault.draft SET dropped=? WHERE n=? AND account=?");
	int changed = 0;
	enum status st;

	query_int(&q, now);
	query_int(&q, n);
	query_text(&q, account);
	st = query_run(&q, &changed);
	return !st && !changed ? fail(ST_NOTFOUND, "no draft %lld", n) : st;
}

enum status draft_remove(struct db *db, struct span account, long long n)
{
	struct query q = query_write(db, "DELETE FROM vault.draft WHERE n=? AND account=?");

	query_int(&q, n);
	query_text(&q, account);
	return query_run(&q, NULL);
}

enum status draft_expire(struct db *db, long long now, long long old, long long gone)
{
	struct query drop =
	    query_write(db, "UPDATE vault.draft SET dropped=? WHERE dropped=0 AND at<?");
	struct query end;
	enum status st;

	query_int(&drop, now);
	query_int(&drop, old);
	st = query_run(&drop, NULL);
	if (st)
		return st;
	end = query_write(db, "DELETE FROM vault.draft WHERE dropped>0 AND dropped<?");
	query_int(&end, gone);
	return query_run(&end, NULL);
}

static enum status read_key(struct db *db, const char *name, size_t n, unsigned char *out)
{
	struct query q = query_read(db, "SELECT bytes FROM vault.key WHERE name=?");
	struct span bytes = SPAN_NONE;
	bool good;
	enum status st;

	query_text(&q, span_of(name));
	if (query_row(&q))
		bytes = column_text(&q, 0);
	good = bytes.p && bytes.n == n;
	if (good)
		memcpy(out, bytes.p, n);
	st = query_end(&q);
	return !st && !good ? fail(ST_CORRUPT, "vault.db has no good key %s", name) : st;
}

enum status vault_key(struct db *db, const char *name, struct span fresh, unsigned char *out)
{
	struct query q =
	    query_write(db, "INSERT OR IGNORE INTO vault.key(name, bytes) VALUES(?,?)");
	enum status st;

	query_text(&q, span_of(name));
	query_blob(&q, fresh);
	st = query_run(&q, NULL);
	return st ? st : read_key(db, name, fresh.n, out);
}
