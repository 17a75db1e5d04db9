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
	struct span source;   /* empty: consent; else the id of a handover, which also opens the
				 child to the institution: for reading, and only its sections */
	struct span sheet;    /* its id; empty: all of the type */
	struct span version;  /* counts only while this is the sheet's newest; empty: whatever is */
	struct span sections; /* ids separated by ","; empty: all that the type shows its role, of
				 a handover none */
	struct span since, until; /* days, both included; empty: at once; it goes on */
};

/* Puts it in the place of one of the same child, type, sheet, institution and source. */
enum status share_put(struct db *db, const struct share *s);
enum status share_drop(struct db *db, const struct share *s);
/* All of a child that consent opened, or that handovers did: before they are read again. */
enum status share_clear(struct db *db, struct span child, bool handovers);

/*
 * What holds for an institution and a child on a day, in order of type, sheet and source, the
 * arena's; at most SHARES_MAX.  ST_TOOBIG: more than that.
 */
enum { SHARES_MAX = 128 };
enum status share_list(struct db *db, struct span child, struct span institution, struct span day,
		       struct arena *a, struct share **out, size_t *n);

#endif
