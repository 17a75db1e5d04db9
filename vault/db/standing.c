#include "vault/db/child.h"

#include "vault/db/db_impl.h"

/* One row for each stay, or a single one without; nothing is known of a child that is not there. */
static const char standing_sql[] =
    "SELECT c.id IS NOT NULL, g.account IS NOT NULL,"
    " g.suspended IS NOT NULL AND g.suspended<>'' AND g.suspended<=?4,"
    " e.institution, e.since, e.until, e.class"
    " FROM (SELECT 1) LEFT JOIN child c ON c.id=?1"
    " LEFT JOIN guardian g ON g.child=c.id AND g.account=?3"
    " LEFT JOIN enrolment e ON e.child=c.id AND e.institution=?2"
    " ORDER BY e.since DESC LIMIT ?5";

enum status child_standing(struct db *db, struct span child, const struct account *a,
			   struct span today, struct standing *out)
{
	struct query q = query_read(db, standing_sql);

	out->exists = out->guardian = out->suspended = false;
	out->nstays = 0;
	query_text(&q, child);
	query_text(&q, a->staff && a->institution[0] ? span_of(a->institution) : SPAN_NONE);
	query_text(&q, a->role == ROLE_HOUSEHOLD ? span_of(a->id) : SPAN_NONE);
	query_text(&q, today);
	query_int(&q, STANDING_STAYS);
	while (query_row(&q)) {
		struct enrolment *e = &out->stays[out->nstays];

		out->exists = column_int(&q, 0) != 0;
		out->guardian = column_int(&q, 1) != 0;
		out->suspended = column_int(&q, 2) != 0;
		if (column_text(&q, 3).n == 0)
			continue;
		span_copy(column_text(&q, 3), e->institution, sizeof e->institution);
		span_copy(column_text(&q, 4), e->since, sizeof e->since);
		span_copy(column_text(&q, 5), e->until, sizeof e->until);
		span_copy(column_text(&q, 6), e->class, sizeof e->class);
		out->nstays++;
	}
	return query_end(&q);
}

enum status child_count(struct db *db, struct span institution, struct span today, long *ever,
			long *now)
{
	struct query q =
	    query_read(db, "SELECT count(DISTINCT child), count(DISTINCT CASE WHEN since<=?2"
			   " AND (until='' OR until>=?2) THEN child END)"
			   " FROM enrolment WHERE institution=?1");

	*ever = *now = 0;
	query_text(&q, institution);
	query_text(&q, today);
	if (query_row(&q)) {
		*ever = (long)column_int(&q, 0);
		*now = (long)column_int(&q, 1);
	}
	return query_end(&q);
}
