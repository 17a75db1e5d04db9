#include "vault/db/child.h"

#include "generator/base/day.h"
#include "generator/base/text.h"
#include "vault/db/db_impl.h"

/*
 * The parameters of all three statements.  The scope: ?1 all, ?2 institution, ?3 from, ?4 to,
 * ?5 guardian, ?6 range_account, ?7 range_institution, ?8 today; what is not in it is NULL and
 * equals nothing.  The page: ?9 limit, ?10 offset.  ?11: what is searched.
 */

/* The rows of access_range r that open something today. */
#define OPENS_TODAY                                                                                \
	"(r.account=?6 OR r.institution=?7) AND r.opens AND r.state IN ('in-force','end-asked') "  \
	"AND r.since<=?8"                                                                          \
	" AND (r.until='' OR r.until>=?8)"

#define THERE_TODAY "since<=?8 AND (until='' OR until>=?8)"

/* ---- a page of all in the scope ---------------------------------------------------------------
 *
 * However many children are in the scope, a page costs no more than its rows: each part of the
 * scope is read in order of kana from an index (enrolment_order, child_order) and SQLite merges the
 * parts as it goes, until the page is full.  Only guardians' and named children are sorted: they
 * are few.
 */

/* Children of some of the institutions that ranges are about: the first and the second are read in
   order, all others are sorted together. */
#define CHILDREN_OF(compare, limit)                                                                \
	" UNION SELECT kana, born, child FROM enrolment WHERE " THERE_TODAY                        \
	" AND institution " compare " (SELECT DISTINCT r.children_of FROM access_range r"          \
	"  WHERE r.children_of<>'' AND " OPENS_TODAY " ORDER BY r.children_of LIMIT " limit ")"

static const char page_sql[] =
    "SELECT " CHILD_FIELDS " FROM ("
    "SELECT kana, born, child AS id FROM enrolment WHERE institution=?2 AND since<=?4"
    " AND (until='' OR until>=?3)"
    /* clang-format off */
    CHILDREN_OF("=", "1")
    CHILDREN_OF("=", "1 OFFSET 1")
    CHILDREN_OF("IN", "-1 OFFSET 2")
    /* clang-format on */
    " UNION SELECT k.kana, k.born, k.id FROM access_range r CROSS JOIN child k ON k.id=r.child"
    " WHERE " OPENS_TODAY
    " UNION SELECT k.kana, k.born, k.id FROM guardian g CROSS JOIN child k ON k.id=g.child"
    " WHERE g.account=?5 AND (g.suspended='' OR g.suspended>?8)"
    " UNION SELECT k.kana, k.born, k.id FROM share s CROSS JOIN child k ON k.id=s.child"
    " WHERE s.institution=?7 AND s.source<>'' AND s.since<=?8 AND (s.until='' OR s.until>=?8)"
    /* everybody, or (no kana is NULL or above) nobody */
    " UNION SELECT kana, born, id FROM child WHERE kana>=CASE WHEN ?1 OR EXISTS(SELECT 1"
    " FROM access_range r WHERE r.child='' AND r.children_of='' AND " OPENS_TODAY ") THEN '' END"
    " ORDER BY 1, 2, 3 LIMIT ?9 OFFSET ?10"
    ") s CROSS JOIN child c ON c.id=s.id ORDER BY s.kana, s.born, s.id";

/* ---- those among them who are searched --------------------------------------------------------
 *
 * From the other side: who has the text, and is that child in the scope?
 */

#define IN_SCOPE                                                                                   \
	"(?1 OR EXISTS(SELECT 1 FROM enrolment WHERE child=c.id AND institution=?2 AND since<=?4"  \
	"              AND (until='' OR until>=?3))"                                               \
	" OR EXISTS(SELECT 1 FROM guardian g WHERE g.child=c.id AND g.account=?5"                  \
	"           AND (g.suspended='' OR g.suspended>?8))"                                       \
	" OR EXISTS(SELECT 1 FROM access_range r WHERE " OPENS_TODAY                               \
	"           AND (r.child=c.id OR (r.child='' AND (r.children_of='' OR EXISTS(SELECT 1"     \
	"                FROM enrolment WHERE child=c.id AND institution=r.children_of"            \
	"                AND " THERE_TODAY ")))))"                                                 \
	" OR EXISTS(SELECT 1 FROM share s WHERE s.institution=?7 AND s.child=c.id AND"             \
	"           s.source<>'' AND s.since<=?8 AND (s.until='' OR s.until>=?8)))"
#define IN_PAGE " ORDER BY c.kana, c.born, c.id LIMIT ?9 OFFSET ?10"

static const char phrase_sql[] =
    "SELECT " CHILD_FIELDS " FROM child_gram CROSS JOIN child c ON c.id=child_gram.child"
    " WHERE child_gram MATCH ?11 AND " IN_SCOPE IN_PAGE;
static const char part_sql[] =
    "SELECT " CHILD_FIELDS " FROM child c WHERE instr(c.key, ?11) > 0 AND " IN_SCOPE IN_PAGE;

static struct span given(struct span s)
{
	return s.n ? s : SPAN_NONE;
}

static void bind_scope(struct query *q, const struct child_scope *s)
{
	query_int(q, s->all);
	query_text(q, given(s->institution));
	query_text(q, given(s->from));
	query_text(q, given(s->to));
	query_text(q, given(s->guardian));
	query_text(q, given(s->range_account));
	query_text(q, given(s->range_institution));
	query_text(q, given(s->today));
}

/* ---- the text ---------------------------------------------------------------------------------
 */

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

/* Ready to run: the statement that fits the text. */
static struct query search_query(struct db *db, const struct child_scope *scope,
				 const struct buf *phrase, const struct buf *part, int limit,
				 int offset)
{
	struct query q = query_read(db, phrase->len ? phrase_sql : part->len ? part_sql : page_sql);

	bind_scope(&q, scope);
	query_int(&q, limit);
	query_int(&q, offset);
	if (phrase->len || part->len)
		query_text(&q, buf_span(phrase->len ? phrase : part));
	return q;
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
	q = search_query(db, scope, &phrase, &part, limit, offset);
	while (!st && query_row(&q)) {
		column_child(&q, &c);
		st = each(ctx, &c);
	}
	end = query_end(&q);

out:
	buf_clear(&phrase);
	buf_clear(&part);
	return st ? st : end;
}
