/* What the files about files share; nobody else includes it. */
#ifndef KARTE_FLOW_FILES_IMPL_H
#define KARTE_FLOW_FILES_IMPL_H

#include "vault/flow/file_gate.h"
#include "vault/flow/file_meta.h"
#include "vault/flow/files.h"

/* One commit in row->child's repository, and the index; sha256 is filled in.  No decision.
   ST_OK also if it is there already as it is. */
enum status file_store(struct app *app, const struct actor *who, int fd, struct file_row *row,
		       struct span reason);
/* A picture of a content that is nowhere any more must not stay. */
enum status file_drop_preview(struct app *app, const char *sha256);

#endif
