/* Which repositories are gone lawfully: those of which the journal says so (class system). */
#ifndef KARTE_FLOW_REMOVED_H
#define KARTE_FLOW_REMOVED_H

#include "vault/app.h"
#include "vault/store/store.h"

#include <stdint.h>

struct removed;
/*
 * Reads the records `retention.remove` (the end of retention; also of children that a restore did
 * not bring back because their key is destroyed) and `restore.lost` (a restore had no key).  Free
 * with removed_free.
 */
enum status removed_load(struct removed **out, struct app *app);
void removed_free(struct removed *r);
/* lost (may be NULL): only by restore.lost, which excuses no verification. */
bool removed_has(const struct removed *r, const struct repo_name *name, bool *lost);

/* The number of the record of one removal; ST_NOTFOUND. */
enum status removed_record(struct app *app, const char *event, struct span repository,
			   struct span object, uint64_t *n);

#endif
