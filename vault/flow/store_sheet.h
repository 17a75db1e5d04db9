/* The last step of every way to write a sheet: canonical bytes, commit, index. */
#ifndef KARTE_FLOW_STORE_SHEET_H
#define KARTE_FLOW_STORE_SHEET_H

#include "generator/sheet/sheet.h"
#include "vault/flow/actor.h"
#include "vault/store/store.h"

/*
 * Commits a checked sheet if the branch is still at `head`.  ST_STALE otherwise; ST_EXISTS if the
 * file would not change.  repo is only named, not locked.
 */
enum status store_sheet(struct app *app, const struct actor *who, struct repo *repo,
			const struct oid *head, const struct sheet *s, const char *action,
			struct span reason, struct oid *version);

/* The same for a step of the workflow; alone: as in struct change_set. */
enum status store_step(struct app *app, const struct actor *who, struct repo *repo,
		       const struct oid *head, const struct sheet *s, const char *action,
		       struct span reason, bool alone, struct oid *version);

#endif
