/*
 * What guardians agreed that other institutions may read: derived from the answers and handovers
 * in the children's repositories.
 */
#ifndef KARTE_DB_SHARE_H
#define KARTE_DB_SHARE_H

#include "generator/base/arena.h"
#include "vault/db/db.h"

/* The longest list of sections; more than that is never shared. */
enum { SHARE_SECTIONS = 1024 };

struct share {
	struct span child, type, institution;
	struct span sections; /* ids separated by ","; empty: all that the type shows its role */
	struct span since, until; /* days, both included; empty: at once; it goes on */
	struct span source; /* empty: consent to the type; else the id of a handover, which also
			       opens the child to the institution */
};

/* Puts it in the place of one of the same child, type, institution and source. */
enum status share_put(struct db *db, const struct share *s);
enum status share_drop(struct db *db, const struct share *s);
/* All of a child: before its answers are read again. */
enum status share_clear(struct db *db, struct span child);

/*
 * What holds for an institution and a child on a day, in order of type and source, the arena's; at
 * most SHARES_MAX.  ST_TOOBIG: more than that.
 */
enum { SHARES_MAX = 128 };
enum status share_list(struct db *db, struct span child, struct span institution, struct span day,
		       struct arena *a, struct share **out, size_t *n);

#endif
