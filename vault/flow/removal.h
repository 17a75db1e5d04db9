/*
 * Carrying out what two administrators decided: a child's whole record goes, or one sheet of it.
 *
 * A row of vault.db (db/removal.h) is written first; then one step after the other, each of which
 * may be done twice, and after each the row says what comes next.  So a crash between any two is
 * made good at the next start.  The journal gets `retention.begin` before anything goes and
 * `retention.remove` (of a sheet: `retention.sheet`) when it is gone; both name who decided.
 */
#ifndef KARTE_FLOW_REMOVAL_H
#define KARTE_FLOW_REMOVAL_H

#include "vault/db/removal.h"
#include "vault/flow/retention.h"

enum removal_step {
	REMOVAL_BEGIN,	/* the journal's record of the intent */
	REMOVAL_KEY,	/* the key of its backups is destroyed */
	REMOVAL_ASIDE,	/* files that were put aside, small pictures */
	REMOVAL_STORE,	/* repositories; of a sheet: the commit without it */
	REMOVAL_ROWS,	/* both databases */
	REMOVAL_SETTLE, /* nothing of it is left in their files */
	REMOVAL_RECORD, /* the journal's record that it is gone */
	REMOVAL_PAPER,	/* the certificate */
	REMOVAL_DONE,
	REMOVAL_LEFT = 100, /* not done: not any more as it was confirmed */
};

/* Writes the row of one item of a confirmed proposal, with what there is; nothing goes yet.
   ST_STALE: it is not any more as it was confirmed (a new version, a hold): say removal_leave. */
enum status removal_begin(struct app *app, const struct retention_proposal *p,
			  const struct retention_item *item, int64_t now, struct removal *out);
enum status removal_leave(struct app *app, const struct retention_proposal *p,
			  const struct retention_item *item, int64_t now);
/* Does the step that r->step says, and writes down the next.  The last one needs an app with
   APP_RENDER. */
enum status removal_step(struct app *app, struct removal *r);
/* All steps up to and without `before`. */
enum status removal_run(struct app *app, struct removal *r, int before);

/* At start, before recovery: finishes removals of children that were cut short, but for their
   certificates, which the chore makes. */
enum status removal_resume(struct app *app);
/* For the chores: what was cut short, and what is due. */
enum status removal_chore(struct app *app);

/* ---- certificates ------------------------------------------------------------------------- */

enum { CERTIFICATE_NAME = 64 };
/* "123-c7k3m9q2v4.pdf": the number of the record and the child; end is "pdf" or "pdf.asc". */
void certificate_name(const struct removal *r, const char *end, char out[static CERTIFICATE_NAME]);
/* Makes PDF and signature in certificates/. */
enum status certificate_write(struct app *app, const struct removal *r);
/* Appends one of them, by its name.  ST_NOTFOUND. */
enum status certificate_read(struct app *app, struct span name, struct buf *out);

#endif
