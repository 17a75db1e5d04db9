/*
 * End of retention: what is being removed and how far it is (vault.db), and taking every row about
 * a child out of both databases so that nothing of it is left in their files.
 */
#ifndef KARTE_DB_REMOVAL_H
#define KARTE_DB_REMOVAL_H

#include "vault/db/account.h"

/* What there was, for the certificate: numbers, never content. */
struct removal_counts {
	long long repositories, versions, sheets, files, consents, handovers;
	long long rows, drafts, staged; /* of both databases; of these, what people were writing */
	long long first, last;		/* times of the oldest and the newest version */
};

enum { REMOVAL_BY = 64, REMOVAL_SHEET = 2 * ID_MAX + 2 };

/* One child, or one sheet of a child. */
struct removal {
	char child[11], sheet[REMOVAL_SHEET]; /* sheet "": the child with all there is */
	char proposal[ID_MAX + 1];
	char asked_by[REMOVAL_BY], confirmed_by[REMOVAL_BY];
	char head[65];	      /* the newest version when it began */
	char until[DAY_ROOM]; /* the last day on which it had to be kept */
	long long at;	      /* when it began, seconds */
	int step;	      /* the next one to be done; see flow/removal.c */
	long long record;     /* number of the journal's record of it; -1: none yet */
	struct removal_counts n;
};

/* Adds it or puts it in the place of what is there. */
enum status removal_put(struct db *db, const struct removal *r);
/* ST_NOTFOUND. */
enum status removal_get(struct db *db, struct span child, struct span sheet, struct removal *out);
/* Those with a step below `step`, or all; newest last. */
enum status removal_each(struct db *db, int below,
			 enum status (*each)(void *, const struct removal *), void *ctx);

/* Deletes every row about a child in both databases; counts are added up (n->rows, n->drafts). */
enum status child_purge(struct db *db, struct span child, struct removal_counts *n);
/* The rows about one sheet ("TYPE/ID"). */
enum status sheet_purge(struct db *db, struct span child, struct span sheet,
			struct removal_counts *n);
/*
 * Makes sure that what was deleted is not in the files any more: the index of names is written
 * anew, the logs of both databases are copied back and cut.  ST_BUSY: somebody reads for too long;
 * try again.
 */
enum status db_settle(struct db *db);

/* Which tables hold rows about a child, by name, "vault.draft"; NULL ends.  For tests. */
extern const char *const purge_tables[];

#endif
