/* Sessions, sealed secrets and failed sign-ins: what exists only in vault.db. */
#ifndef KARTE_DB_SESSION_H
#define KARTE_DB_SESSION_H

#include "generator/base/buf.h"
#include "vault/db/account.h"

struct session_row {
	char account[ID_MAX + 1];
	long long since, seen; /* seconds */
};

/* token: SHA-256 of the lookup half (32 bytes); wrapped: the signing secret under the other. */
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
/* All sessions of an account. */
enum status session_drop_all(struct db *db, struct span account);
/* Sessions unused since `idle` or begun before `since`. */
enum status session_expire(struct db *db, long long idle, long long since);

enum status secret_put(struct db *db, struct span account, struct span verifier, struct span sealed,
		       long long now);
/* Buffers are emptied first; ST_NOTFOUND. */
enum status secret_get(struct db *db, struct span account, struct buf *verifier,
		       struct buf *sealed);

/* Failed sign-ins under a name such as "account:tanaka"; none is failures 0. */
enum status throttle_get(struct db *db, const char *name, long *failures, long long *last);
enum status throttle_put(struct db *db, const char *name, long failures, long long last);
enum status throttle_clear(struct db *db, const char *name);

#endif
