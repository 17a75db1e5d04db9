/* The tree that a list of changes makes of another.  Only for vault/store/. */
#ifndef KARTE_VAULT_STORE_TREE_H
#define KARTE_VAULT_STORE_TREE_H

#include "vault/store/commit.h"
#include "vault/store/internal.h"

/*
 * Writes contents and folders; *out is the new tree.  base may be NULL (nothing yet).  Folders
 * that become empty go.  ST_INVALID: a path that path_name() refuses, one that comes twice, a file
 * where a folder is or the reverse.  ST_NOTFOUND: a file to remove is not there.
 */
enum status tree_change(struct repo *r, const git_oid *base, const struct change *changes,
			size_t count, git_oid *out);

#endif
