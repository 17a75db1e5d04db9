/*
 * Digests of one tree after the other, each folder and content of a repository read once.  Only for
 * vault/store/.
 *
 * What is known is known by git's id, which stands for the bytes because libgit2 hashes each object
 * when it reads it (library_setup), and because the handle and this memory are one proof's own:
 * nothing comes from an earlier read, and another repository's object does not stand in for a lost
 * one.
 */
#ifndef KARTE_VAULT_STORE_CONTENTS_H
#define KARTE_VAULT_STORE_CONTENTS_H

#include "generator/base/sha256.h"
#include "vault/store/internal.h"

struct contents;

enum status contents_new(struct contents **out, struct repo *r);
void contents_free(struct contents *c);

/* As tree_digest() without trust. */
enum status contents_digest(struct contents *c, const git_oid *tree,
			    char digest[static SHA256_HEX]);

#endif
