/*
 * Told once: what was written elsewhere about the same child is offered where it is asked for again
 * (fields of the same `fact:`), and the answers of an earlier sheet can be copied.  It works on
 * views, so that nothing can be offered that this reader may not see.
 */
#ifndef KARTE_ROLE_TOLD_H
#define KARTE_ROLE_TOLD_H

#include "generator/base/arena.h"
#include "generator/role/redact.h"

/* A sheet of the same child. */
struct told_source {
	const struct view *view; /* NULL: nothing of it is seen */
	long long at;		 /* of its newest version, seconds */
};

struct told {
	const struct view_field *field; /* where it stands, with a value */
	size_t source;
};

/* Can the second hold what the first has?  The limits of the second are looked at when it is saved.
 */
bool told_fits(const struct field *from, const struct field *to);

/*
 * The newest value of the field's fact.  `now` is the field in the sheet that is written, `at` when
 * that was saved: of a field that has a value only what is newer and different is offered.  false:
 * nothing to offer.
 */
bool told_find(const struct view_field *now, long long at, const struct told_source *sources,
	       size_t n, struct told *out);

/*
 * What another sheet says to a field: in a sheet of the same type the field of its id, in another
 * the one of its fact.  NULL: nothing, or nothing that fits.
 */
const struct view_field *told_in(const struct view *source, const struct sheet_type *type,
				 const struct field *f);

/*
 * A content as the pairs of a form (merge.h) for the field `to`, in whose controls it can be
 * edited; v may be NULL.  All belongs to the arena.  ST_NOMEM.
 */
enum status told_pairs(struct arena *a, const struct field *to, const struct value *v,
		       struct pair **out, size_t *n);

#endif
