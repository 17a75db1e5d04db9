/* For the files of removals only. */
#ifndef KARTE_FLOW_REMOVAL_IMPL_H
#define KARTE_FLOW_REMOVAL_IMPL_H

#include "vault/flow/removal.h"
#include "vault/store/store.h"

/* A record of the system about a removal: who decided, and how much there was.  n may be NULL. */
enum status removal_note(struct app *app, const struct removal *r, const char *event,
			 const struct repo_name *name, uint64_t *n);

#endif
