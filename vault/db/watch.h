/* What is watched, and mails on their way: checks, chores and the queue of vault.db. */
#ifndef KARTE_DB_WATCH_H
#define KARTE_DB_WATCH_H

#include "vault/db/db.h"

#include "generator/base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- checks: vault/flow/check_state.h says what they are ---- */

enum { CHECK_TEXT_ROOM = 512, WATCH_NAME_ROOM = 65, WATCH_WHY_ROOM = 512 };

struct check_row {
	char name[WATCH_NAME_ROOM];
	int state;
	int64_t since; /* it is in this state */
	int64_t seen;  /* was looked at */
	char text[CHECK_TEXT_ROOM];
};
/* Keeps what was found; since stays as long as the state does. */
enum status check_put(struct db *db, const struct check_row *row);
/* ST_NOTFOUND: was never looked at. */
enum status check_get(struct db *db, const char *name, struct check_row *out);

/* ---- chores ---- */

struct chore_row {
	char name[WATCH_NAME_ROOM];
	int64_t period;	    /* seconds from one to the next */
	int64_t began;	    /* when the server that does it was started */
	int64_t ok, failed; /* the last time; 0: never */
	char why[WATCH_WHY_ROOM];
};
/* The server has begun to do it every so many seconds. */
enum status chore_began(struct db *db, const char *name, int64_t period, int64_t now);
/* How it went; why NULL: well. */
enum status chore_ran(struct db *db, const char *name, int64_t now, const char *why);
enum status chore_each(struct db *db, enum status (*each)(void *ctx, const struct chore_row *row),
		       void *ctx);

/* ---- mails ---- */

enum { MAIL_ADDRESS_ROOM = 255, MAIL_SUBJECT_ROOM = 512, MAIL_BODY_ROOM = 16 * 1024 };

struct mail_row {
	long long n;
	char receiver[MAIL_ADDRESS_ROOM];
	char subject[MAIL_SUBJECT_ROOM];
	char body[MAIL_BODY_ROOM];
	int64_t made;
	int tries;
};
/* Queues one.  A tag that was queued before is not queued again. */
enum status mail_add(struct db *db, struct span tag, struct span receiver, struct span subject,
		     struct span body, int64_t now);
/* The one that has been due longest.  ST_NOTFOUND. */
enum status mail_due(struct db *db, int64_t now, struct mail_row *out);
enum status mail_sent(struct db *db, long long n, int64_t now);
enum status mail_failed(struct db *db, long long n, int64_t due, const char *why);
/* How many wait, since when the oldest does (0: none), and why the newest failure was. */
struct mail_state {
	long waiting;
	int64_t oldest;
	char why[WATCH_WHY_ROOM];
};
enum status mail_state(struct db *db, struct mail_state *out);
/* Drops what was sent before, and what could not be sent since `never`. */
enum status mail_sweep(struct db *db, int64_t before, int64_t never);

#endif
