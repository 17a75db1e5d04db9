/* Access ranges that administrators set, and settings of the municipality, as the registry has
   them. */
#ifndef KARTE_DB_RANGE_H
#define KARTE_DB_RANGE_H

#include "vault/db/child.h"

enum { RANGE_REASON = 1024 };

/* asked: waits for a second administrator; in-force; end-asked: still in force, its end waits;
   ended; declined. */
struct range_row {
	char id[ID_MAX + 1];
	char account[ID_MAX + 1], institution[ID_MAX + 1]; /* for whom: exactly one is set */
	bool opens, write;
	/* about this child, or those who are at this institution, or (both "") all */
	char child[11], children_of[ID_MAX + 1];
	char type[ID_MAX + 1], section[ID_MAX + 1]; /* "": all */
	char since[DAY_ROOM], until[DAY_ROOM];	    /* until "": goes on */
	char state[16];
	char asked_by[64], confirmed_by[64], ended_by[64]; /* accounts, or os:USER; "" */
	long long asked_at;
	char reason[RANGE_REASON];
};

/* ST_INVALID: not exactly one of account and institution, or both child and children_of. */
enum status range_put(struct db *db, const struct range_row *r);
/* ST_NOTFOUND if there is none. */
enum status range_get(struct db *db, struct span id, struct range_row *out);
/* All, newest first. */
enum status range_each(struct db *db, enum status (*each)(void *, const struct range_row *),
		       void *ctx);
/*
 * Those in force today (in-force, end-asked) for an account or its institution that are about this
 * child (by name, by an institution where the child is today, or about all), whether they open or
 * close, in order of id. An institution's concern its staff only.  out has STANDING_RANGES places;
 * ST_TOOBIG beyond.
 */
enum status range_about(struct db *db, struct span child, const struct account *a,
			struct span today, struct range_row *out, size_t *count);

/* A setting of the registry, such as "lead-days"; ST_NOTFOUND.  out is emptied first. */
enum status setting_put(struct db *db, struct span name, struct span value);
enum status setting_get(struct db *db, struct span name, struct buf *out);

#endif
