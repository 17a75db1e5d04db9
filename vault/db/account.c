#include "vault/db/account.h"

#include "vault/db/db_impl.h"

enum status institution_put(struct db *db, const struct institution *i)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO institution VALUES(?,?,?,?,?,?,?)");

	query_text(&q, span_of(i->id));
	query_text(&q, span_of(role_name(i->kind)));
	query_text(&q, span_of(i->name));
	query_text(&q, span_of(i->opened));
	query_text(&q, span_of(i->closed));
	query_text(&q, span_of(i->into));
	query_int(&q, i->by_class);
	return count_change(db, query_run(&q, NULL));
}

#define INSTITUTION_COLUMNS                                                                        \
	"SELECT id, kind, name, opened, closed, successor, by_class FROM institution"

static void read_institution(struct query *q, struct institution *out)
{
	*out = (struct institution){.kind = role_find(column_text(q, 1)),
				    .by_class = column_int(q, 6) != 0};
	span_copy(column_text(q, 0), out->id, sizeof out->id);
	span_copy(column_text(q, 2), out->name, sizeof out->name);
	span_copy(column_text(q, 3), out->opened, sizeof out->opened);
	span_copy(column_text(q, 4), out->closed, sizeof out->closed);
	span_copy(column_text(q, 5), out->into, sizeof out->into);
}

enum status institution_get(struct db *db, struct span id, struct institution *out)
{
	struct query q = query_read(db, INSTITUTION_COLUMNS " WHERE id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_institution(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no institution %.*s", SPAN_ARG(id));
}

enum status institution_each(struct db *db, enum status (*each)(void *, const struct institution *),
			     void *ctx)
{
	struct query q = query_read(db, INSTITUTION_COLUMNS " ORDER BY kind, id");
	struct institution i;
	enum status st = ST_OK, end;

	while (!st && query_row(&q)) {
		read_institution(&q, &i);
		st = each(ctx, &i);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status account_put(struct db *db, const struct account *a)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO account VALUES(?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(a->id));
	query_text(&q, a->staff ? SPAN("staff") : span_of(role_name(a->role)));
	query_text(&q, span_of(a->institution));
	query_text(&q, span_of(a->name));
	query_text(&q, span_of(a->kana));
	query_int(&q, a->disabled);
	query_text(&q, span_of(a->key));
	query_text(&q, span_of(a->until));
	query_int(&q, a->whole);
	query_text(&q, span_of(a->classes));
	return count_change(db, query_run(&q, NULL));
}

#define ACCOUNT_COLUMNS                                                                            \
	"SELECT " ACCOUNT_FIELDS " FROM account a LEFT JOIN institution i ON i.id = a.institution"

/* Staff of an institution that does not exist have no role, and so no right. */
void column_account(struct query *q, int first, struct account *out)
{
	*out = (struct account){.staff = span_is(column_text(q, first + 1), "staff"),
				.disabled = column_int(q, first + 5) != 0,
				.whole = column_int(q, first + 9) != 0,
				.by_class = column_int(q, first + 12) != 0};
	out->role = role_find(column_text(q, first + (out->staff ? 7 : 1)));
	span_copy(column_text(q, first), out->id, sizeof out->id);
	span_copy(column_text(q, first + 2), out->institution, sizeof out->institution);
	span_copy(column_text(q, first + 3), out->name, sizeof out->name);
	span_copy(column_text(q, first + 4), out->kana, sizeof out->kana);
	span_copy(column_text(q, first + 6), out->key, sizeof out->key);
	span_copy(column_text(q, first + 8), out->until, sizeof out->until);
	span_copy(column_text(q, first + 10), out->classes, sizeof out->classes);
	span_copy(column_text(q, first + 11), out->institution_closed,
		  sizeof out->institution_closed);
}

enum status account_get(struct db *db, struct span id, struct account *out)
{
	struct query q = query_read(db, ACCOUNT_COLUMNS " WHERE a.id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		column_account(&q, 0, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no account %.*s", SPAN_ARG(id));
}

enum status account_staff(struct db *db, struct span institution,
			  enum status (*each)(void *, const struct account *), void *ctx)
{
	struct query q = query_read(db, ACCOUNT_COLUMNS
				    " WHERE a.institution=? AND a.institution<>'' ORDER BY a.id");
	struct account a;
	enum status st = ST_OK, end;

	query_text(&q, institution);
	while (!st && query_row(&q)) {
		column_account(&q, 0, &a);
		st = each(ctx, &a);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status account_each(struct db *db, enum status (*each)(void *, const struct account *),
			 void *ctx)
{
	struct query q = query_read(db, ACCOUNT_COLUMNS " ORDER BY a.id");
	struct account a;
	enum status st = ST_OK, end;

	while (!st && query_row(&q)) {
		column_account(&q, 0, &a);
		st = each(ctx, &a);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status key_put(struct db *db, const struct key_row *k)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO key VALUES(?,?,?,?)");

	query_text(&q, span_of(k->fingerprint));
	query_text(&q, span_of(k->account));
	query_int(&q, k->since);
	query_int(&q, k->until);
	return query_run(&q, NULL);
}

static void column_key(struct query *q, struct key_row *out)
{
	*out = (struct key_row){.since = column_int(q, 2), .until = column_int(q, 3)};
	span_copy(column_text(q, 0), out->fingerprint, sizeof out->fingerprint);
	span_copy(column_text(q, 1), out->account, sizeof out->account);
}

enum status key_each(struct db *db, struct span account,
		     enum status (*each)(void *, const struct key_row *), void *ctx)
{
	struct query q = query_read(db, "SELECT fingerprint, account, since, until FROM key"
					" WHERE ?1 IS NULL OR account=?1"
					" ORDER BY since DESC, fingerprint");
	struct key_row k;
	enum status st = ST_OK, end;

	query_text(&q, account);
	while (!st && query_row(&q)) {
		column_key(&q, &k);
		st = each(ctx, &k);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status key_get(struct db *db, struct span fingerprint, struct key_row *out)
{
	struct query q = query_read(
	    db, "SELECT fingerprint, account, since, until FROM key WHERE fingerprint=?");
	bool found;
	enum status st;

	query_text(&q, fingerprint);
	found = query_row(&q);
	if (found)
		column_key(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no key %.*s", SPAN_ARG(fingerprint));
}
