/* Access tokens: with what auditors fetch repositories by program.  In vault.db only. */
#ifndef KARTE_DB_ACCESS_TOKEN_H
#define KARTE_DB_ACCESS_TOKEN_H

#include "vault/db/account.h"

enum {
	ACCESS_TOKENS_MAX = 20, /* of an account */
	ACCESS_SCOPE = 1024,
	ACCESS_REASON = 301,
	ACCESS_NAME = 128
};

struct access_token {
	long long n; /* given by access_token_add */
	char account[ID_MAX + 1];
	char name[ACCESS_NAME];	      /* as the person calls it */
	char scope[ACCESS_SCOPE];     /* "registry", "children" (all), or ids separated by "," */
	char reason[ACCESS_REASON];   /* in the person's words */
	long long since, until, used; /* seconds; used 0: never */
};

/* hash: SHA-256 of the token.  ST_TOOBIG: there are ACCESS_TOKENS_MAX. */
enum status access_token_add(struct db *db, struct access_token *t, struct span hash);
/* ST_NOTFOUND: no such token, or it has ended. */
enum status access_token_find(struct db *db, struct span hash, long long now,
			      struct access_token *out);
enum status access_token_used(struct db *db, long long n, long long now);
/* Those that have not ended, oldest first. */
enum status access_token_each(struct db *db, struct span account, long long now,
			      enum status (*each)(void *, const struct access_token *), void *ctx);
/* ST_NOTFOUND, also if it is another account's. */
enum status access_token_drop(struct db *db, struct span account, long long n);
enum status access_token_drop_all(struct db *db, struct span account);
/* Those that ended before `now` go. */
enum status access_token_expire(struct db *db, long long now);

#endif
