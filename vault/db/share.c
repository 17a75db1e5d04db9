#include "vault/db/share.h"

#include "vault/db/db_impl.h"

static void bind_text(struct query *q, struct span s)
{
	query_text(q, s.p ? s : SPAN(""));
}

static void bind_name(struct query *q, const struct share *s)
{
	query_text(q, s->child);
	query_text(q, s->institution);
	query_text(q, s->type);
	bind_text(q, s->sheet);
	bind_text(q, s->source);
}

enum status share_put(struct db *db, const struct share *s)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO share(child, institution, type,"
					 " sheet, source, version, sections, since, until)"
					 " VALUES(?,?,?,?,?,?,?,?,?)");

	bind_name(&q, s);
	bind_text(&q, s->version);
	bind_text(&q, s->sections);
	bind_text(&q, s->since);
	bind_text(&q, s->until);
	return count_change(db, query_run(&q, NULL));
}

enum status share_drop(struct db *db, const struct share *s)
{
	struct query q = query_write(db, "DELETE FROM share WHERE child=? AND institution=?"
					 " AND type=? AND sheet=? AND source=?");

	bind_name(&q, s);
	return count_change(db, query_run(&q, NULL));
}

enum status share_clear(struct db *db, struct span child, bool handovers)
{
	struct query q = query_write(db, "DELETE FROM share WHERE child=? AND (source<>'')=?");

	query_text(&q, child);
	query_int(&q, handovers);
	return count_change(db, query_run(&q, NULL));
}

/* A list that grows by doubling: the arena gives nothing back. */
static struct share *grow(struct arena *a, struct share *list, size_t n)
{
	struct share *bigger;

	if (n & (n - 1))
		return list;
	bigger = arena_array(a, n ? 2 * n : 1, sizeof *bigger);
	for (size_t i = 0; bigger && i < n; i++)
		bigger[i] = list[i];
	return bigger;
}

static enum status take(struct query *q, struct arena *a, struct share *out)
{
	*out = (struct share){
	    .child = arena_copy(a, column_text(q, 0)),
	    .institution = arena_copy(a, column_text(q, 1)),
	    .type = arena_copy(a, column_text(q, 2)),
	    .sheet = arena_copy(a, column_text(q, 3)),
	    .source = arena_copy(a, column_text(q, 4)),
	    .version = arena_copy(a, column_text(q, 5)),
	    .sections = arena_copy(a, column_text(q, 6)),
	    .since = arena_copy(a, column_text(q, 7)),
	    .until = arena_copy(a, column_text(q, 8)),
	};
	return out->until.p && out->sections.p && out->version.p && out->source.p && out->sheet.p &&
		       out->type.p
		   ? ST_OK
		   : ST_NOMEM;
}

enum status share_list(struct db *db, struct span child, struct span institution, struct span day,
		       struct arena *a, struct share **out, size_t *n)
{
	struct query q = query_read(
	    db, "SELECT child, institution, type, sheet, source, version, sections, since, until"
		" FROM share"
		" WHERE child=?1 AND institution=?2 AND since<=?3 AND (until='' OR until>=?3)"
		" ORDER BY type, sheet, source LIMIT ?4");
	struct share *list = NULL;
	enum status st = ST_OK, end;

	*out = NULL;
	*n = 0;
	query_text(&q, child);
	query_text(&q, institution);
	query_text(&q, day);
	query_int(&q, SHARES_MAX + 1);
	while (!st && query_row(&q)) {
		list = grow(a, list, *n);
		st = *n == SHARES_MAX ? fail(ST_TOOBIG, "too many shares of a child")
		     : list	      ? take(&q, a, &list[*n])
				      : ST_NOMEM;
		*n += !st;
	}
	end = query_end(&q);
	*out = list;
	return st ? st : end;
}
