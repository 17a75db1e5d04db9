/* A record of the journal for what is no commit: looks, refusals, sign-ins, administration. */
#ifndef KARTE_FLOW_NOTE_H
#define KARTE_FLOW_NOTE_H

#include "vault/app.h"
#include "vault/db/account.h"
#include "vault/http/hold.h"

struct note {
	const char *class;	   /* read access session admin system */
	const char *event;	   /* "sheet.read" */
	const struct account *who; /* NULL: nobody signed in */
	struct span child, object;
	const char *decision; /* allow | deny */
	const char *reason;
	const char *request;
	struct hold *hold; /* of the answer that shows what is noted; NULL: wait here */
};

/*
 * Without it nothing may be shown.  Durable when it returns ST_OK; with a hold, the answer is kept
 * back until it is, and becomes a 503 if it cannot be.
 */
enum status note_add(struct app *app, const struct note *n);

#endif
