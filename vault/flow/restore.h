/* この版にもどす: an old version's content as a new version; the old ones stay. */
#ifndef KARTE_FLOW_RESTORE_H
#define KARTE_FLOW_RESTORE_H

#include "vault/flow/actor.h"
#include "vault/flow/read_sheet.h"

enum { RESTORE_REASON_BYTES = 2000 };

/* A field that is different in the old version; back: this person may write it, so it comes back.
 */
typedef void restore_fn(void *ctx, const struct field *f, bool back);

/*
 * What would come back, for the question's account (ACT_SHEET_WRITE), without a record: calls fn
 * for each field that the reader sees in both versions and that differs.  ST_DENIED: this account
 * writes nothing here; ST_NOTFOUND: not a version of this sheet.
 */
enum status restore_look(struct app *app, const struct question *q, struct span version,
			 restore_fn *fn, void *ctx);

/*
 * Makes the new version (action sheet.restore): the fields that this person may write have the
 * content of the old version, all others stay; so do fields that the old version's form did not
 * have.  ST_EXISTS: nothing would change; ST_INVALID with problems; ST_STALE: somebody saved
 * meanwhile; ST_DENIED, ST_NOTFOUND (recorded): 404.
 */
enum status restore_sheet(struct app *app, const struct actor *who, const struct question *q,
			  struct span version, struct span reason, struct problems *ps,
			  struct oid *out);

#endif
