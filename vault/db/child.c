#include "vault/db/child.h"

#include "generator/base/day.h"
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
	q = query_write(db, "INSERT INTO child_gram(child, grams) VALUES(?,?)");
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

static enum status put_enrolment(struct db *db, struct span child, const struct enrolment *e)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO enrolment VALUES(?,?,?,?)");

	query_text(&q, child);
	query_text(&q, span_of(e->institution));
	query_text(&q, span_of(e->since));
	query_text(&q, span_of(e->until));
	return query_run(&q, NULL);
}

static enum status put_guardian(struct db *db, struct span child, const struct guardian *g)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO guardian VALUES(?,?,?)");

	query_text(&q, child);
	query_text(&q, span_of(g->account));
	query_text(&q, span_of(g->relation));
	return query_run(&q, NULL);
}

enum status child_put(struct db *db, const struct child_row *c, const struct enrolment *es,
		      size_t nes, const struct guardian *gs, size_t ngs)
{
	struct span id = span_of(c->id);
	struct query q;
	enum status st = db_begin(db);

	if (st)
		return st;
	st = run_for(db, "DELETE FROM child_gram WHERE child=?", id);
	if (!st)
		st = run_for(db, "DELETE FROM enrolment WHERE child=?", id);
	if (!st)
		st = run_for(db, "DELETE FROM guardian WHERE child=?", id);
	if (!st)
		st = put_row(db, c);
	if (!st)
		st = put_grams(db, c);
	for (size_t i = 0; i < nes && !st; i++)
		st = put_enrolment(db, id, &es[i]);
	for (size_t i = 0; i < ngs && !st; i++)
		st = put_guardian(db, id, &gs[i]);
	if (!st) {
		q = query_write(db, "UPDATE generation SET n = n + 1");
		st = query_run(&q, NULL);
	}
	return db_end(db, st);
}

static void read_child(struct query *q, struct child_row *out)
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
	struct query q =
	    query_read(db, "SELECT id, name, kana, born, sex, head FROM child WHERE id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_child(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no child %.*s", SPAN_ARG(id));
}

enum status child_enrolments(struct db *db, struct span id,
			     enum status (*each)(void *, const struct enrolment *), void *ctx)
{
	struct query q = query_read(db, "SELECT institution, since, until FROM enrolment"
					" WHERE child=? ORDER BY since, institution");
	struct enrolment e;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), e.institution, sizeof e.institution);
		span_copy(column_text(&q, 1), e.since, sizeof e.since);
		span_copy(column_text(&q, 2), e.until, sizeof e.until);
		st = each(ctx, &e);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status child_guardians(struct db *db, struct span id,
			    enum status (*each)(void *, const struct guardian *), void *ctx)
{
	struct query q =
	    query_read(db, "SELECT account, relation FROM guardian WHERE child=? ORDER BY account");
	struct guardian g;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), g.account, sizeof g.account);
		span_copy(column_text(&q, 1), g.relation, sizeof g.relation);
		st = each(ctx, &g);
	}
	end = query_end(&q);
	return st ? st : end;
}

/*
 * One statement for all searches.  ?1 all, ?2 institution, ?3 guardian, ?4 today: the scope.
 * ?5 the phrase for the bigram index or NULL, ?6 a part of the plain key or NULL, ?7 ?8 page.
 */
static const char search_sql[] =
    "SELECT c.id, c.name, c.kana, c.born, c.sex, c.head FROM child c"
    " WHERE (?1 OR c.id IN (SELECT child FROM enrolment WHERE institution=?2 AND since<=?4"
    "                       AND (until='' OR until>=?4))"
    "           OR c.id IN (SELECT child FROM guardian WHERE account=?3))"
    " AND (?5 IS NULL OR c.id IN (SELECT child FROM child_gram WHERE child_gram MATCH ?5))"
    " AND (?6 IS NULL OR instr(c.key, ?6) > 0)"
    " ORDER BY c.kana, c.born, c.id LIMIT ?7 OFFSET ?8";

/* A typed birth date as it stands in the key; false if the text is none. */
static bool as_birth_date(struct span text, struct buf *part)
{
	char iso[DAY_TEXT];
	struct day d;

	if (!day_parse_typed(text, &d))
		return false;
	day_iso(d, iso);
	buf_adds(part, iso);
	return true;
}

/* Two characters and more go through the bigram index as a phrase; one, or digits, through the
   plain key.  False for a text that is longer than any name: it finds nobody. */
static bool search_terms(struct span text, struct buf *phrase, struct buf *part)
{
	struct buf key;
	bool letters = false, good;

	text = span_trim(text);
	if (text.n == 0 || as_birth_date(text, part))
		return true;
	buf_init(&key, 4096);
	text_search_key(text, &key);
	for (size_t i = 0; i < key.len; i++)
		letters = letters || (unsigned char)key.data[i] >= 0x80 ||
			  (key.data[i] >= 'a' && key.data[i] <= 'z');
	/* a key with marks that the tokenizer drops would match anything: keep to the plain key */
	for (size_t i = 0; i < key.len; i++)
		if (strchr("\"'*()^:+-.,/|&", key.data[i]))
			letters = false;
	if (letters && key.len > 3) {
		buf_addc(phrase, '"');
		text_bigrams(buf_span(&key), phrase);
		buf_addc(phrase, '"');
	} else {
		buf_addspan(part, buf_span(&key));
	}
	good = !key.st && !phrase->st && !part->st;
	buf_clear(&key);
	return good;
}

enum status child_search(struct db *db, const struct child_scope *scope, struct span text,
			 int limit, int offset,
			 enum status (*each)(void *, const struct child_row *), void *ctx)
{
	struct query q;
	struct buf phrase, part;
	struct child_row c;
	enum status st = ST_OK, end = ST_OK;

	buf_init(&phrase, 16384);
	buf_init(&part, 4096);
	if (!search_terms(text, &phrase, &part))
		goto out;
	q = query_read(db, search_sql);
	query_int(&q, scope->all);
	query_text(&q, scope->institution.n ? scope->institution : SPAN_NONE);
	query_text(&q, scope->guardian.n ? scope->guardian : SPAN_NONE);
	query_text(&q, scope->today);
	query_text(&q, phrase.len ? buf_span(&phrase) : SPAN_NONE);
	query_text(&q, part.len ? buf_span(&part) : SPAN_NONE);
	query_int(&q, limit);
	query_int(&q, offset);
	while (!st && query_row(&q)) {
		read_child(&q, &c);
		st = each(ctx, &c);
	}
	end = query_end(&q);

out:
	buf_clear(&phrase);
	buf_clear(&part);
	return st ? st : end;
}

enum status child_standing(struct db *db, struct span child, const struct account *a,
			   struct span today, struct standing *out)
{
	struct query q = query_read(
	    db, "SELECT EXISTS(SELECT 1 FROM child WHERE id=?1),"
		" EXISTS(SELECT 1 FROM enrolment WHERE child=?1 AND institution=?2 AND since<=?4"
		"        AND (until='' OR until>=?4)),"
		" EXISTS(SELECT 1 FROM enrolment WHERE child=?1 AND institution=?2 AND since<=?4),"
		" EXISTS(SELECT 1 FROM guardian WHERE child=?1 AND account=?3)");

	*out = (struct standing){false};
	query_text(&q, child);
	query_text(&q, a->staff && a->institution[0] ? span_of(a->institution) : SPAN_NONE);
	query_text(&q, a->role == ROLE_HOUSEHOLD ? span_of(a->id) : SPAN_NONE);
	query_text(&q, today);
	if (query_row(&q))
		*out = (struct standing){column_int(&q, 0) != 0, column_int(&q, 1) != 0,
					 column_int(&q, 2) != 0, column_int(&q, 3) != 0};
	return query_end(&q);
}

enum status share_put(struct db *db, struct span child, struct span type, struct span institution,
		      bool agree)
{
	struct query q = agree ? query_write(db, "INSERT OR REPLACE INTO share VALUES(?,?,?)")
			       : query_write(db, "DELETE FROM share WHERE child=? AND type=?"
						 " AND institution=?");

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, institution);
	return query_run(&q, NULL);
}

enum status share_clear(struct db *db, struct span child)
{
	return run_for(db, "DELETE FROM share WHERE child=?", child);
}

enum status share_get(struct db *db, struct span child, struct span type, struct span institution,
		      bool *out)
{
	struct query q =
	    query_read(db, "SELECT 1 FROM share WHERE child=? AND type=? AND institution=?");

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, institution);
	*out = query_row(&q);
	return query_end(&q);
}
