/*
 * A guardian's answer to the question whether another institution may read a type of sheets: a
 * file in the child's repository, signed with the guardian's own key.
 *
 *	consents/<yyyy-mm-dd>-<n>.md    n counts the answers of a day
 *
 * The newest answer for a type and an institution holds.
 */
#ifndef KARTE_FLOW_CONSENT_H
#define KARTE_FLOW_CONSENT_H

#include "vault/flow/actor.h"
#include "vault/flow/decide.h"
#include "vault/store/store.h"

struct answer {
	struct span type;	 /* of the sheets */
	struct span institution; /* that may read them */
	bool agree;		 /* false: declined, or taken back */
};

/*
 * Records an answer.  The question's child and account: ST_DENIED (recorded) unless the account is
 * a guardian of the child.  ST_NOTFOUND: no such type or institution.
 */
enum status consent_answer(struct app *app, const struct actor *who, const struct question *q,
			   const struct answer *a);

/* How the guardians' answers to what they were asked about a sheet stand. */
enum consent_state {
	CONSENT_NOT_ASKED, /* about the version that there is now */
	CONSENT_WAITING,
	CONSENT_AGREED,	 /* by all whose answer is needed */
	CONSENT_CHANGES, /* somebody wants something put right */
	CONSENT_DECLINED,
};
enum status consent_of_sheet(struct app *app, struct span child, struct span type, struct span id,
			     enum consent_state *out);

/* Reads all answers of a child into the index. */
enum status consent_index(struct app *app, struct repo *repo, struct span child);

#endif
