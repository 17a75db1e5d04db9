/* Makes index.db again from the repositories. */
#ifndef KARTE_FLOW_REINDEX_H
#define KARTE_FLOW_REINDEX_H

#include "vault/app.h"

/* progress (may be NULL) is called after each child with how many are done. */
enum status reindex(struct app *app, void (*progress)(void *ctx, size_t done), void *ctx);

#endif
