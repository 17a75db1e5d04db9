/* What the files that write into consents/ share. */
#ifndef KARTE_FLOW_CONSENT_IMPL_H
#define KARTE_FLOW_CONSENT_IMPL_H

#include "vault/flow/consent_ask.h"
#include "vault/flow/workflow.h"

enum { CONSENT_TRIES = 8 }; /* as often may other saves of the child come between */

/* One try: what there is, at one version. */
struct consent_try {
	struct app *app;
	const struct actor *who;
	const struct question *q;
	struct decision decision; /* of ACT_CHILD_READ, or of the sheet for asking */
	struct repo *repo;
	struct consent_book *book;
	char id[CONSENT_ID]; /* of the file that is written */
	char day[DAY_TEXT];  /* today */
	bool alone;	     /* a second person is wanted, and there is none */
	bool moves;	     /* a step of the sheet goes into the same commit */
	struct moving moving;
	bool again; /* others were first: look at all of it anew */
};

/* Begins with what there is now; end with consent_end, whatever came. */
enum status consent_begin(struct consent_try *t, struct app *app, const struct actor *who,
			  const struct question *q);
void consent_end(struct consent_try *t);

/* The ask, or ST_NOTFOUND (recorded as a refusal). */
enum status consent_find(struct consent_try *t, struct span id, const struct ask **out);

/* One that the account's institution asked and that goes on.  Others do not get to know that there
   is such an ask (ST_DENIED, recorded); ST_INVALID: it was taken back. */
enum status consent_find_ours(struct consent_try *t, struct span id, const struct ask **out);

/* Commits one new file, and the changed sheet, then reads the answers into the index. */
enum status consent_commit(struct consent_try *t, const struct ask *a, const char *action,
			   bool asks, struct span text);
/* Writes a reply under the next id. */
enum status consent_put_reply(struct consent_try *t, const struct ask *a, struct reply *r,
			      const char *action);

/* Text that people typed: UTF-8, without control characters, not too long. */
enum status consent_check_text(struct span text, size_t chars, const char *what);

#endif
