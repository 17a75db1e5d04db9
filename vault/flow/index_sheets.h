/* What the index knows of a child's sheets: made from the repository. */
#ifndef KARTE_FLOW_INDEX_SHEETS_H
#define KARTE_FLOW_INDEX_SHEETS_H

#include "generator/sheet/sheet.h"
#include "vault/app.h"
#include "vault/store/store.h"

/* All sheets of a child, from the newest version. */
enum status index_sheets(struct app *app, struct repo *repo, struct span child);

/* One sheet that was just saved by `account` as `version` at time `at`; action: the commit's. */
enum status index_sheet(struct app *app, const struct sheet *s, const struct oid *version,
			struct span account, const char *action, long long at);

#endif
