#include "vault/db/child.h"

#include "generator/base/text.h"
#include "vault/db/db_impl.h"

static enum status run_for(struct db *db, const char *sql, struct span child)
{
	struct query q = query_write(db, sql);

	query_text(&q, child);
	return query_run(&q, NULL);
}

/* Name and kana apart, so that a search does not match across them; the birth date as digits. */
static void search_key(const struct child_row *c, struct buf *out)
{
	text_search_key(span_of(c->name), out);
	buf_addc(out, ' ');
	text_search_key(span_of(c->kana), out);
	buf_addc(out, ' ');
	buf_adds(out, c->born);
}

/* The row of a child in child_gram is its id (path_child: base 32 after the c) read as a number:
   found without a look at every row. */
static long long gram_row(struct span id)
{
	long long n = 0;

	for (size_t i = 1; i < id.n; i++)
		n = n * 36 + (id.p[i] <= '9' ? id.p[i] - '0' : id.p[i] - 'a' + 10);
	return n;
}

static enum status drop_grams(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM child_gram WHERE rowid=?");

	query_int(&q, gram_row(child));
	return query_run(&q, NULL);
}

static enum status put_grams(struct db *db, const struct child_row *c)
{
	struct buf key, grams;
	struct query q;

	buf_init(&key, 4096);
	buf_init(&grams, 16384);
	text_search_key(span_of(c->name), &key);
	text_bigrams(buf_span(&key), &grams);
	/* of private use, so a token of its own: a phrase cannot reach over it */
	buf_adds(&grams, " \ue000 ");
	buf_cut(&key, 0);
	text_search_key(span_of(c->kana), &key);
	text_bigrams(buf_span(&key), &grams);
	q = query_write(db, "INSERT INTO child_gram(rowid, child, grams) VALUES(?,?,?)");
	query_int(&q, gram_row(span_of(c->id)));
	query_text(&q, span_of(c->id));
	query_text(&q, buf_span(&grams));
	buf_clear(&key);
	buf_clear(&grams);
	return query_run(&q, NULL);
}

static enum status put_row(struct db *db, const struct child_row *c)
{
	struct buf key;
	struct query q = query_write(db, "INSERT OR REPLACE INTO child VALUES(?,?,?,?,?,?,?)");

	buf_init(&key, 4096);
	search_key(c, &key);
	query_text(&q, span_of(c->id));
	query_text(&q, span_of(c->name));
	query_text(&q, span_of(c->kana));
	query_text(&q, span_of(c->born));
	query_text(&q, span_of(c->sex));
	query_text(&q, buf_span(&key));
	query_text(&q, span_of(c->head));
	buf_clear(&key);
	return query_run(&q, NULL);
}

static enum status put_enrolment(struct db *db, const struct child_row *c,
				 const struct enrolment *e)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO enrolment VALUES(?,?,?,?,?,?,?)");

	query_text(&q, span_of(c->id));
	query_text(&q, span_of(e->institution));
	query_text(&q, span_of(e->since));
	query_text(&q, span_of(e->until));
	query_text(&q, span_of(e->class));
	query_text(&q, span_of(c->kana));
	query_text(&q, span_of(c->born));
	return query_run(&q, NULL);
}

static enum status put_guardian(struct db *db, struct span child, const struct guardian *g)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO guardian VALUES(?,?,?,?)");

	query_text(&q, child);
	query_text(&q, span_of(g->account));
	query_text(&q, span_of(g->relation));
	query_text(&q, span_of(g->suspended));
	return query_run(&q, NULL);
}

static enum status put_protection(struct db *db, struct span child, const struct protection *p)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO protection VALUES(?,?,?,?)");

	query_text(&q, child);
	query_text(&q, span_of(p->guardian));
	query_text(&q, span_of(p->kind));
	query_text(&q, span_of(p->value));
	return query_run(&q, NULL);
}

/* What child_put puts in place of. */
static enum status drop_rows(struct db *db, struct span child)
{
	enum status st = drop_grams(db, child);

	if (!st)
		st = run_for(db, "DELETE FROM enrolment WHERE child=?", child);
	if (!st)
		st = run_for(db, "DELETE FROM guardian WHERE child=?", child);
	return st ? st : run_for(db, "DELETE FROM protection WHERE child=?", child);
}

enum status child_put(struct db *db, const struct child_all *c)
{
	struct span id = span_of(c->row->id);
	enum status st;

	if (!path_child(id))
		return fail(ST_INVALID, "%s is no id of a child", c->row->id);
	st = db_begin(db);
	if (st)
		return st;
	st = drop_rows(db, id);
	if (!st)
		st = put_row(db, c->row);
	if (!st)
		st = put_grams(db, c->row);
	for (size_t i = 0; i < c->enrolment_count && !st; i++)
		st = put_enrolment(db, c->row, &c->enrolments[i]);
	for (size_t i = 0; i < c->guardian_count && !st; i++)
		st = put_guardian(db, id, &c->guardians[i]);
	for (size_t i = 0; i < c->protection_count && !st; i++)
		st = put_protection(db, id, &c->protections[i]);
	return db_end(db, count_change(db, st));
}

void column_child(struct query *q, struct child_row *out)
{
	*out = (struct child_row){.id = ""};
	span_copy(column_text(q, 0), out->id, sizeof out->id);
	span_copy(column_text(q, 1), out->name, sizeof out->name);
	span_copy(column_text(q, 2), out->kana, sizeof out->kana);
	span_copy(column_text(q, 3), out->born, sizeof out->born);
	span_copy(column_text(q, 4), out->sex, sizeof out->sex);
	span_copy(column_text(q, 5), out->head, sizeof out->head);
}

enum status child_get(struct db *db, struct span id, struct child_row *out)
{
	struct query q = query_read(db, "SELECT " CHILD_FIELDS " FROM child c WHERE c.id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		column_child(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no child %.*s", SPAN_ARG(id));
}

enum status child_enrolments(struct db *db, struct span id,
			     enum status (*each)(void *, const struct enrolment *), void *ctx)
{
	struct query q = query_read(db, "SELECT institution, since, until, class FROM enrolment"
					" WHERE child=? ORDER BY since, institution");
	struct enrolment e;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), e.institution, sizeof e.institution);
		span_copy(column_text(&q, 1), e.since, sizeof e.since);
		span_copy(column_text(&q, 2), e.until, sizeof e.until);
		span_copy(column_text(&q, 3), e.class, sizeof e.class);
		st = each(ctx, &e);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status child_guardians(struct db *db, struct span id,
			    enum status (*each)(void *, const struct guardian *), void *ctx)
{
	struct query q = query_read(db, "SELECT account, relation, suspended FROM guardian"
					" WHERE child=? ORDER BY account");
	struct guardian g;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), g.account, sizeof g.account);
		span_copy(column_text(&q, 1), g.relation, sizeof g.relation);
		span_copy(column_text(&q, 2), g.suspended, sizeof g.suspended);
		st = each(ctx, &g);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status child_protections(struct db *db, struct span id,
			      enum status (*each)(void *, const struct protection *), void *ctx)
{
	struct query q = query_read(db, "SELECT guardian, kind, value FROM protection"
					" WHERE child=? ORDER BY guardian, kind, value");
	struct protection p;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), p.guardian, sizeof p.guardian);
		span_copy(column_text(&q, 1), p.kind, sizeof p.kind);
		span_copy(column_text(&q, 2), p.value, sizeof p.value);
		st = each(ctx, &p);
	}
	end = query_end(&q);
	return st ? st : end;
}
