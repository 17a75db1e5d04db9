/* Facts from the databases, the decision over them, and the record of a refusal. */
#ifndef KARTE_FLOW_DECIDE_H
#define KARTE_FLOW_DECIDE_H

#include "vault/access/access.h"
#include "vault/app.h"
#include "vault/db/sheet.h"
#include "vault/http/hold.h"

/* Who asks for what. */
struct question {
	enum action action;
	const struct account *who; /* NULL: nobody */
	struct span child;	   /* absent: none */
	struct span type, id;	   /* of the sheet; absent: none */
	const char *request;
	int64_t now;	   /* seconds */
	struct hold *hold; /* of the answer, for the record of a look; NULL: wait for it */
};

/*
 * Decides.  ST_OK: allowed; row (may be NULL) is the sheet's row if the action concerns one.
 * ST_DENIED: refused and recorded; say 404.  ST_IO: could not be recorded; say 503.
 */
enum status decide(struct app *app, const struct question *q, struct decision *out,
		   struct sheet_row *row);

/*
 * The same without the record, for lists that leave out what may not be seen: ST_OK with
 * out->allow false is a refusal.
 */
enum status decide_quietly(struct app *app, const struct question *q, struct decision *out,
			   struct sheet_row *row);

/* Records a refusal that was found later than decide (by redaction, by a missing file). */
enum status refuse(struct app *app, const struct question *q, const char *reason);

/* Whose children this account may find. */
struct child_scope;
void scope_of(const struct account *who, const char *today, struct child_scope *out);

#endif
