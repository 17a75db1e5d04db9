/* How somebody wants the pages to look: vault.db's table `display`. */
#ifndef KARTE_DB_DISPLAY_H
#define KARTE_DB_DISPLAY_H

#include "generator/base/buf.h"
#include "vault/db/db.h"

enum { DISPLAY_TEXT = 64 };

/* What an account has set, appended; ST_NOTFOUND: nothing yet. */
enum status display_get(struct db *db, struct span account, struct buf *out);
enum status display_put(struct db *db, struct span account, struct span text);

#endif
