/*
 * The sheet types that are in use stand in the registry, so that what was written is judged by the
 * types as they were then:
 *
 *	types/TYPE/VERSION.yaml   the files of content/types
 *	forms/TYPE.yaml           the municipality's own forms of them
 *	types/SHA256SUMS          their digests, as sha256sum(1) writes them
 */
#ifndef KARTE_FLOW_TYPES_RECORD_H
#define KARTE_FLOW_TYPES_RECORD_H

#include "vault/app.h"

#define TYPES_SUMS "types/SHA256SUMS"

/*
 * Sees to it that the newest version of the registry has the types of this program: if not, a
 * commit `type.change` by the vault, said on stderr.  Nothing is written to any other repository
 * before (commit_change).  Cheap while the registry stands still.  ST_OK also without a registry.
 */
enum status types_record(struct app *app);

#endif
