/*
 * A repository as one file: a git bundle, which stock git verifies and clones
 * (`git bundle verify`, gitformat-bundle, version 2).
 */
#ifndef KARTE_VAULT_STORE_BUNDLE_H
#define KARTE_VAULT_STORE_BUNDLE_H

#include "vault/store/store.h"

/*
 * Writes everything that is reachable from a commit to a file, from where it stands.  The commit
 * need not be that of the branch: a backup takes the one that the journal names.
 */
enum status repo_bundle(struct repo *r, const struct oid *commit, int fd);
/*
 * Makes a repository out of such a file, from its beginning, with branch main at its commit.
 * ST_EXISTS; ST_CORRUPT: not such a file, or not the commit that is expected.
 */
enum status repo_unbundle(struct store *s, const struct repo_name *name, int fd,
			  const struct oid *commit);

#endif
