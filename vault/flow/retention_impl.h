/* For the files about the end of retention only. */
#ifndef KARTE_FLOW_RETENTION_IMPL_H
#define KARTE_FLOW_RETENTION_IMPL_H

#include "generator/sheet/yaml.h"
#include "vault/flow/registry.h"
#include "vault/flow/retention.h"

void proposal_write(const struct retention_proposal *p, struct buf *out);
/* false: not as proposal_write writes it. */
bool proposal_read(struct ynode *map, struct arena *a, struct retention_proposal *out);
void hold_write(const struct retention_hold *h, struct buf *out);
bool hold_read(struct ynode *map, struct retention_hold *out);

/* The newest version of a child's repository, as hex. */
enum status retention_head(struct app *app, struct span child, char out[static 65]);

/* One file of the registry in a commit of its own; absent text removes it. */
enum status retention_put(struct app *app, const struct actor *who, const char *action,
			  const char *what, struct span text, struct span reason,
			  const struct oid *base);

#endif
