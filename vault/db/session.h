/* Sessions, sealed secrets and failed sign-ins: what exists only in vault.db. */
#ifndef KARTE_DB_SESSION_H
#define KARTE_DB_SESSION_H

#include "generator/base/buf.h"
#include "vault/db/account.h"

enum { SESSION_AGENT = 256, SESSION_PEER = 64 };

struct session_row {
	long long n; /* a number for lists, given by session_put */
	char account[ID_MAX + 1];
	long long since, seen; /* seconds */
	bool weak;	       /* the second factor is still missing */
	char agent[SESSION_AGENT], peer[SESSION_PEER];
};

/*
 * token: SHA-256 of the lookup half (32 bytes); wrapped: the signing secret under the other.  n of
 * the row is ignored: it is given, read it back with the others.  Never given twice, and kept by a
 * session that is put again.
 */
enum status session_put(struct db *db, struct span token, const struct session_row *s,
			struct span wrapped);
/* ST_NOTFOUND if there is none.  wrapped may be NULL; it is emptied first. */
enum status session_get(struct db *db, struct span token, struct session_row *out,
			struct buf *wrapped);
/* The session and its account in one look: every request begins with it.  ST_NOTFOUND. */
enum status session_account(struct db *db, struct span token, struct session_row *out,
			    struct account *account);
/* Notes that the session was used. */
enum status session_touch(struct db *db, struct span token, long long now);
enum status session_drop(struct db *db, struct span token);
/* The sessions of an account, newest first. */
enum status session_each(struct db *db, struct span account,
			 enum status (*each)(void *, const struct session_row *), void *ctx);
/* One of the account's by its number; ST_NOTFOUND. */
enum status session_drop_one(struct db *db, struct span account, long long n);
/* All but the one of this token. */
enum status session_drop_others(struct db *db, struct span account, struct span token);
/* All sessions of an account. */
enum status session_drop_all(struct db *db, struct span account);
/* The wrapped secrets of sessions unused since `idle` or begun before `since` are wiped. */
enum status session_blank(struct db *db, long long idle, long long since);
/* Sessions unused since `idle` or begun before `since`. */
enum status session_expire(struct db *db, long long idle, long long since);

/* address: where things can be sealed to the person (32 bytes, ST_INVALID otherwise; absent: there
   is none).  Puts all of it in place of what was there. */
enum status secret_put(struct db *db, struct span account, struct span verifier, struct span sealed,
		       struct span address, long long now);
/* Emptied first; ST_NOTFOUND if there is no secret, or none with an address. */
enum status secret_address(struct db *db, struct span account, struct buf *address);
/* The person cannot sign in any more with what was known. */
enum status secret_drop(struct db *db, struct span account);
/* Buffers are emptied first; ST_NOTFOUND. */
enum status secret_get(struct db *db, struct span account, struct buf *verifier,
		       struct buf *sealed);

/* Failed sign-ins under a name such as "account:tanaka"; none is failures 0. */
enum status throttle_get(struct db *db, const char *name, long *failures, long long *last);
enum status throttle_put(struct db *db, const char *name, long failures, long long last);
enum status throttle_clear(struct db *db, const char *name);

#endif
