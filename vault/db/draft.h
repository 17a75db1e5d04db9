/* What somebody is writing and has not saved yet, sealed to that person: in vault.db only. */
#ifndef KARTE_DB_DRAFT_H
#define KARTE_DB_DRAFT_H

#include "generator/base/buf.h"
#include "vault/db/account.h"

enum { DRAFT_BASE = 41, DRAFT_SECTION = 64 };

/* Numbers that forms choose; those that the table gives may come right behind. */
#define DRAFT_CHOSEN (1LL << 40)
#define DRAFT_NUMBER_MAX (1L << 42)

struct draft_row {
	long long n; /* given by draft_add */
	char account[ID_MAX + 1], child[11];
	char type[ID_MAX + 1], sheet[ID_MAX + 1];
	char section[DRAFT_SECTION]; /* "": the whole form */
	char base[DRAFT_BASE];	     /* the version that the form was made from */
	long long since, at;	     /* seconds: of the first and of the newest text */
	long long dropped;	     /* when it was thrown away; 0: it was not */
	bool wrong;		     /* it had problems when it was last sent to be saved */
};

/* n is filled in. */
/* n: a number from DRAFT_CHOSEN to twice that, which it gets if nothing has it; else a new one. */
enum status draft_add(struct db *db, struct draft_row *d, struct span sealed);
/* Another text for the draft of n, account and place, if it is not thrown away: at, base, wrong and
   the text change.  ST_NOTFOUND: there is none, or it is somebody else's or of another place. */
enum status draft_renew(struct db *db, const struct draft_row *d, struct span sealed);
/* ST_NOTFOUND, also if it is another account's.  out may be NULL; it is emptied first. */
enum status draft_get(struct db *db, struct span account, long long n, struct draft_row *row,
		      struct buf *out);
/* All of an account, thrown away or not, newest text first. */
enum status draft_each(struct db *db, struct span account,
		       enum status (*each)(void *, const struct draft_row *), void *ctx);
/* Those of a sheet that are not thrown away, whosever they are, newest text first. */
enum status draft_each_of(struct db *db, struct span child, struct span type, struct span sheet,
			  enum status (*each)(void *, const struct draft_row *), void *ctx);
/* How many an account has that are not thrown away. */
enum status draft_count(struct db *db, struct span account, long *out);
/* Thrown away (now) or taken out again (0).  ST_NOTFOUND. */
enum status draft_drop(struct db *db, struct span account, long long n, long long now);
/* For good: it was saved. */
enum status draft_remove(struct db *db, struct span account, long long n);
/* Texts from before `old` are thrown away now; what was thrown away before `gone` goes for good. */
enum status draft_expire(struct db *db, long long now, long long old, long long gone);

/* A key of the vault: n random bytes that stay the same; made with `fresh` when there is none. */
enum status vault_key(struct db *db, const char *name, struct span fresh, unsigned char *out);

#endif
