/*
 * What the municipality sets about access: settings/access.yaml of the registry, and its short form
 * in the index.
 */
#ifndef KARTE_FLOW_POLICY_H
#define KARTE_FLOW_POLICY_H

#include "vault/access/access.h"
#include "vault/app.h"

struct ynode;

/* As it is in force.  Without a setting that of policy_default(). */
enum status policy_load(struct app *app, struct policy *out);
/* Puts it into the index. */
enum status policy_index(struct app *app, const struct policy *p);

/* settings/access.yaml */
void policy_write(const struct policy *p, struct buf *out);
/* false for a value out of its range. */
bool policy_read(struct ynode *map, struct policy *out);

/* "reason", "always", "never". */
const char *admin_reads_name(enum admin_reads a);

#endif
