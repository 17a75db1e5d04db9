/* What the index knows of a child's sheets: made from the repository. */
#ifndef KARTE_FLOW_INDEX_SHEETS_H
#define KARTE_FLOW_INDEX_SHEETS_H

#include "generator/sheet/sheet.h"
#include "vault/app.h"
#include "vault/store/store.h"

/* All sheets of a child, from the newest version. */
enum status index_sheets(struct app *app, struct repo *repo, struct span child);

/* One sheet that was just saved as `version`: by whom, when and how is what that commit says, so
   that the index is the same after it was made anew. */
enum status index_sheet(struct app *app, struct repo *repo, const struct sheet *s,
			const struct oid *version);

#endif
