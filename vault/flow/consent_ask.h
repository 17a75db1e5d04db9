/*
 * Asking guardians, answering, taking back.  What came on paper: consent_paper.h.  Each is one
 * signed commit on top of the version that was looked at.  fail_why() is a sentence in Japanese for
 * ST_INVALID, which can stand above the form; ST_DENIED (recorded) and ST_NOTFOUND are 404.
 */
#ifndef KARTE_FLOW_CONSENT_ASK_H
#define KARTE_FLOW_CONSENT_ASK_H

#include "vault/flow/consent.h"

enum { CONSENT_NOTE_CHARS = 400, CONSENT_ANSWER_CHARS = 1000, CONSENT_DUE_DAYS = 366 };

/* What staff want to ask.  A handover says what it is and for which days; it is no sheet. */
struct consent_wish {
	struct consent_item items[CONSENT_ITEMS]; /* type absent: the question's */
	size_t nitems;
	struct span to[CONSENT_PEOPLE]; /* accounts; where both are needed, all are asked anyway */
	size_t nto;
	bool nobody; /* only on paper: nobody has an account */
	struct span due, note;
	struct span base; /* the sheet's version that was shown */
	struct span handover, title, since, until;
};

/*
 * The question: ACT_SHEET_WRITE about the sheet, or ACT_CHILD_READ for a handover.  The asking
 * institution is the account's, and the sheet is its own.  If making it is asked and the type has
 * the state `consent`, the sheet goes there in the same commit.  ST_STALE: the sheet was changed
 * since it was shown.  ST_EXISTS: just this is asked already (id is filled in, too).
 */
enum status consent_ask(struct app *app, const struct actor *who, const struct question *q,
			const struct consent_wish *wish, char id[static CONSENT_ID]);

/* A guardian's words; of items that the guardian may not know of SAID_NOTHING. */
struct consent_choice {
	struct span ask;
	struct span version; /* of the sheet that was shown; a handover: absent */
	enum consent_word words[CONSENT_ITEMS];
	struct span text; /* what is to be put right */
};

/*
 * The question: ACT_CHILD_READ.  ST_STALE: the text of the sheet is not what was shown.
 * ST_EXISTS: just this was said already (id is that of then).  ST_USAGE: no form of ours.
 */
enum status consent_reply(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_choice *c, char id[static CONSENT_ID]);

/* Takes agreements back: words are SAID_REVOKE where it is meant, and only what the guardian agreed
   to is taken back.  ST_EXISTS: there is nothing to take back. */
enum status consent_withdraw(struct app *app, const struct actor *who, const struct question *q,
			     const struct consent_choice *c, char id[static CONSENT_ID]);

/* The institution that asked takes its ask back. */
enum status consent_cancel(struct app *app, const struct actor *who, const struct question *q,
			   struct span ask, char id[static CONSENT_ID]);

/* May this account manage what an institution asked about a child (its own, or one that was merged
   into it), not only for reading?  d: what was decided about ACT_CHILD_READ. */
bool consent_is_mine(struct app *app, const struct account *who, const struct decision *d,
		     struct span institution);

#endif
