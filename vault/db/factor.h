/* Second factors, codes on paper, and what is kept for a person: in vault.db only. */
#ifndef KARTE_DB_FACTOR_H
#define KARTE_DB_FACTOR_H

#include "generator/base/buf.h"
#include "vault/db/account.h"

enum { FACTOR_NAME = 128, FACTOR_DATA = 2048 };

/* kind: "totp" (data: the secret, sealed to the person; count: last step used), "passkey" (handle:
   credential id; data: public key; count: signature counter; sealed: signing secret under PRF, or
   ""). */
struct factor_row {
	long long n; /* given by factor_add */
	char account[ID_MAX + 1];
	char kind[16];
	char name[FACTOR_NAME]; /* as the person calls it */
	unsigned char handle[1023];
	size_t handle_len;
	unsigned char data[FACTOR_DATA];
	size_t data_len;
	char sealed[256];
	long long count;
	long long since, used; /* seconds; used 0: never */
};

/* ST_EXISTS: this passkey is somebody's already, be it the same person's. */
enum status factor_add(struct db *db, struct factor_row *f);
/* In the order in which they were added. */
enum status factor_each(struct db *db, struct span account,
			enum status (*each)(void *, const struct factor_row *), void *ctx);
/* ST_NOTFOUND, also if it is another account's. */
enum status factor_get(struct db *db, struct span account, long long n, struct factor_row *out);
/* A passkey by its credential id, whosever it is; ST_NOTFOUND. */
enum status factor_by_handle(struct db *db, struct span handle, struct factor_row *out);
/*
 * Takes a use down: count becomes `count` only if it was below (so that of two answers with the
 * same one-time code one loses); ST_STALE otherwise.  A passkey without a counter has count 0
 * always: then count 0 is no failure.
 */
enum status factor_used(struct db *db, long long n, long long count, long long now);
/* ST_NOTFOUND, also if it is another account's. */
enum status factor_drop(struct db *db, struct span account, long long n);
enum status factor_drop_all(struct db *db, struct span account);

/* Codes that work once.  purpose: "recovery" or "first".  Good before `until` (seconds); 0: until
   it is used. */
enum status code_put(struct db *db, struct span account, const char *purpose, const char *hash,
		     long long until);
/* Uses a code up: ST_OK exactly once; ST_NOTFOUND if there is none that is good at `now`. */
enum status code_take(struct db *db, struct span account, const char *purpose, const char *hash,
		      long long now);
/* How many are left at `now`. */
enum status code_count(struct db *db, struct span account, const char *purpose, long long now,
		       long *out);
enum status code_drop_all(struct db *db, struct span account, const char *purpose);

/* What was sent after a session had ended, sealed to the person. */
struct kept_row {
	long long n;
	char account[ID_MAX + 1];
	char path[512];
	long long at;
};
enum { KEPT_MAX = 10 }; /* for an account: the oldest goes */
/* n is filled in.  Not between db_begin and db_end. */
enum status kept_add(struct db *db, struct kept_row *k, struct span sealed);
/* Newest first. */
enum status kept_each(struct db *db, struct span account,
		      enum status (*each)(void *, const struct kept_row *), void *ctx);
/* ST_NOTFOUND, also if it is another account's.  out may be NULL; it is emptied first. */
enum status kept_get(struct db *db, struct span account, long long n, struct kept_row *row,
		     struct buf *out);
enum status kept_drop(struct db *db, struct span account, long long n);
/* Those from before `at` go. */
enum status kept_expire(struct db *db, long long at);

/* A reason was given: this account may look at this child from `since` on and before `until`
   (seconds).  The newest one of an account and a child counts. */
struct glass_row {
	char account[ID_MAX + 1], child[11];
	long long since, until;
};
enum status glass_put(struct db *db, const struct glass_row *g);
enum status glass_get(struct db *db, struct span account, struct span child, long long now,
		      bool *open);

#endif
