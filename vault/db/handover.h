/* Handovers of children, as far as somebody waits for something: derived from their files. */
#ifndef KARTE_DB_HANDOVER_H
#define KARTE_DB_HANDOVER_H

#include "vault/db/account.h"

struct handover_row {
	char child[11], id[ID_MAX + 1];
	char giver[ID_MAX + 1], receiver[ID_MAX + 1]; /* institutions */
	char state[8];				      /* asked, open, closed */
	char since[DAY_ROOM], until[DAY_ROOM];
	char opened_by[ID_MAX + 1];
	struct span answered; /* accounts that answered, each between two "," */
	bool agreed;	      /* sections are open to the receiver now, within the days */
	/* seconds; 0: not yet */
	long long asked_at, answered_at, opened_at, confirmed_at, told_at;
};

enum status handover_row_put(struct db *db, const struct handover_row *r);
/* All of a child, before they are made again. */
enum status handover_row_clear(struct db *db, struct span child);
/* `answered` is absent in what is read.  ST_NOTFOUND. */
enum status handover_row_get(struct db *db, struct span child, struct span id,
			     struct handover_row *out);

/* Calls each for at most `limit`, the oldest first; `answered` is absent. */
typedef enum status (*handover_row_fn)(void *ctx, const struct handover_row *r);
/* Open to a receiver today (YYYY-MM-DD), and nobody has confirmed the reading. */
enum status handover_row_unread(struct db *db, struct span receiver, struct span today, int limit,
				handover_row_fn each, void *ctx);
/* Of a giver: asked about and answered, not yet opened. */
enum status handover_row_answered(struct db *db, struct span giver, int limit, handover_row_fn each,
				  void *ctx);
/* Of a giver: feedback came after `from` (seconds), and it is not closed. */
enum status handover_row_told(struct db *db, struct span giver, long long from, int limit,
			      handover_row_fn each, void *ctx);
/* Asked of the guardians of whom this account is one, and it has not answered. */
enum status handover_row_asked(struct db *db, struct span account, int limit, handover_row_fn each,
			       void *ctx);

#endif
