/* Alerts: what was told, about whom, and who has seen it; vault.db. */
#ifndef KARTE_DB_ALERT_H
#define KARTE_DB_ALERT_H

#include "generator/base/path.h"
#include "vault/db/db.h"

#include <stdbool.h>
#include <stdint.h>

enum { ALERT_RULE_ROOM = 65, ALERT_TITLE_ROOM = 256, ALERT_SUBJECT_ROOM = 301, ALERT_ID_ROOM = 65 };

struct alert_row {
	long long n;
	char rule[ALERT_RULE_ROOM];
	char kind[16], severity[16];
	char state[16]; /* raised; again: a check that stays bad; over: it is good again */
	char title[ALERT_TITLE_ROOM];
	char subject[ALERT_SUBJECT_ROOM];
	char account[ALERT_ID_ROOM], child[ALERT_ID_ROOM], institution[ALERT_ID_ROOM];
	long long count, least;
	int64_t at;
	int64_t record; /* of the journal; -1: none */
	bool recorded;
	bool open; /* nobody has seen it yet */
};

/* Adds one; row->n is its number then. */
enum status alert_add(struct db *db, struct alert_row *row);
enum status alert_get(struct db *db, long long n, struct alert_row *out);
/* The newest of a rule about a subject.  ST_NOTFOUND. */
enum status alert_newest(struct db *db, const char *rule, const char *subject,
			 struct alert_row *out);

/* Which alerts: NULL and 0 do not filter.  Newest first. */
struct alert_filter {
	const char *severity; /* exactly this one */
	const char *rule;
	bool open;	  /* only what nobody has seen */
	long long before; /* only with a smaller number */
	int limit;	  /* 0: all */
};
enum status alert_each(struct db *db, const struct alert_filter *f,
		       enum status (*each)(void *ctx, const struct alert_row *row), void *ctx);
/* How many nobody has seen, and how many of them are severe. */
enum status alert_count_open(struct db *db, long *open, long *severe);

/* The oldest that is not in the journal yet (ST_NOTFOUND: none), and that it is now. */
enum status alert_unrecorded(struct db *db, struct alert_row *out);
enum status alert_set_recorded(struct db *db, long long n);

/* Somebody has seen it: once a person, the first time counts.  *first: nobody had before. */
enum status alert_see(struct db *db, long long n, struct span account, int64_t at, bool *first);
enum status alert_seen_each(struct db *db, long long n,
			    enum status (*each)(void *ctx, struct span account, int64_t at),
			    void *ctx);

/* Drops what is older; never one that nobody has seen. */
enum status alert_sweep(struct db *db, int64_t before);

/* A number that is kept under a name: how far something has been read.  ST_NOTFOUND. */
enum status mark_get(struct db *db, const char *name, int64_t *out);
enum status mark_put(struct db *db, const char *name, int64_t value);

#endif
