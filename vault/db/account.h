/* Accounts, institutions and keys, as the registry has them. */
#ifndef KARTE_DB_ACCOUNT_H
#define KARTE_DB_ACCOUNT_H

#include "generator/base/path.h"
#include "generator/sheet/role.h"
#include "vault/db/db.h"

enum { NAME_ROOM = 256, FPR_ROOM = 41, CLASS_ROOM = 64, CLASSES_ROOM = 512, DAY_ROOM = 11 };

struct institution {
	char id[ID_MAX + 1];
	enum role kind;
	char name[NAME_ROOM];
	char opened[DAY_ROOM]; /* first day, or "" */
	char closed[DAY_ROOM]; /* last day, or "" */
	char into[ID_MAX + 1]; /* the institution that goes on in its place after a merger, or "" */
	bool by_class;	       /* its staff see only children of their classes */
};

struct account {
	char id[ID_MAX + 1];
	bool staff;
	enum role role; /* of staff: the kind of their institution */
	char institution[ID_MAX + 1];
	char name[NAME_ROOM], kana[NAME_ROOM];
	bool disabled;
	char key[FPR_ROOM];	    /* "": has not signed in for the first time */
	char until[DAY_ROOM];	    /* last day, or "" */
	bool whole;		    /* sees every class of an institution that goes by class */
	char classes[CLASSES_ROOM]; /* separated by ","; "" */
	/* Of the institution, filled in by reading, ignored by account_put: */
	char institution_closed[DAY_ROOM];
	bool by_class;
};

enum status institution_put(struct db *db, const struct institution *i);
/* ST_NOTFOUND if there is none. */
enum status institution_get(struct db *db, struct span id, struct institution *out);
enum status institution_each(struct db *db, enum status (*each)(void *, const struct institution *),
			     void *ctx);

enum status account_put(struct db *db, const struct account *a);
enum status account_get(struct db *db, struct span id, struct account *out);
enum status account_each(struct db *db, enum status (*each)(void *, const struct account *),
			 void *ctx);

/* Those of one institution. */
enum status account_staff(struct db *db, struct span institution,
			  enum status (*each)(void *, const struct account *), void *ctx);

/* A signing key and how long it was good; until 0: still. */
struct key_row {
	char fingerprint[FPR_ROOM];
	char account[ID_MAX + 1];
	long long since, until;
};
enum status key_put(struct db *db, const struct key_row *k);
/* By fingerprint; ST_NOTFOUND if the registry does not know it. */
enum status key_get(struct db *db, struct span fingerprint, struct key_row *out);
/* Those of one account (absent: all), the newest first. */
enum status key_each(struct db *db, struct span account,
		     enum status (*each)(void *, const struct key_row *), void *ctx);

#endif
