/*
 * What guardians are asked, and for whom it waits: derived from consents/ of the children's
 * repositories, for lists over many children.  What was asked and said stands there, not here.
 */
#ifndef KARTE_DB_ASK_H
#define KARTE_DB_ASK_H

#include "vault/db/account.h"

struct ask_row {
	char child[11];
	char id[ID_MAX + 1];
	char type[ID_MAX + 1], sheet[ID_MAX + 1]; /* a handover: "handover" and its id */
	char title[1024];
	char institution[ID_MAX + 1]; /* that asks */
	char account[ID_MAX + 1];
	char due[DAY_ROOM];	/* "": none */
	long long at, answered; /* seconds; answered 0: by nobody */
	int state;		/* enum consent_state, as if there were no date */
};

/* Drops all of a child, before they are put again. */
enum status ask_clear(struct db *db, struct span child);
enum status ask_put(struct db *db, const struct ask_row *a);
/* Somebody who has not answered it. */
enum status ask_wait_put(struct db *db, struct span account, struct span child, struct span ask);

/* An answer on paper that waits for a second person, or was sent back. */
struct ask_paper {
	char paper[ID_MAX + 1];	  /* its id among the answers */
	char account[ID_MAX + 1]; /* who wrote it down */
	bool sent_back;
	char note[2048]; /* why */
	long long at;
};
enum status ask_paper_put(struct db *db, struct span child, struct span ask,
			  const struct ask_paper *p);
/* Those of what an institution asked, or one that was merged into it, the oldest first. */
enum status ask_papers(struct db *db, struct span institution, int limit,
		       enum status (*each)(void *ctx, const struct ask_row *a,
					   const struct ask_paper *p),
		       void *ctx);

typedef enum status ask_each(void *ctx, const struct ask_row *a);
/* What waits for a guardian's answer on a day, by what is due first. */
enum status ask_waiting(struct db *db, struct span account, struct span today, int limit,
			ask_each *each, void *ctx);
/* What was answered to an institution, or one that was merged into it, since a time or about a
   sheet that waits for consent; the newest answer first. */
enum status ask_answered(struct db *db, struct span institution, long long since, int limit,
			 ask_each *each, void *ctx);
/* Was anything ever asked about a sheet? */
enum status ask_about(struct db *db, struct span child, struct span type, struct span sheet,
		      bool *out);

#endif
