/* What a vault gives to the build of a site: its children's sheets and the names in them. */
#ifndef KARTE_CMD_BUILD_VAULT_H
#define KARTE_CMD_BUILD_VAULT_H

#include "generator/base/sha256.h"
#include "generator/render/names.h"
#include "generator/site/plan.h"
#include "vault/cmd/cmd.h"

/*
 * Adds the newest sheets of children (those named, or all if only is empty; ended by NULL) to a
 * plan.  For each child the look is recorded (site.build) before its repository is opened.
 * ST_NOTFOUND: there is no such child.
 *
 * A site is for a role and knows no single guardian: one for families is not made of a child of
 * whom something is kept from a guardian (支援措置).  Of all children those are left out with a
 * warning; one that is named is ST_DENIED.
 */
enum status build_add_children(struct cmd_env *env, struct plan *plan, const char *const *only,
			       enum role role);

/* The names of institutions, read once, so that all threads may ask. */
struct build_names {
	struct institution *list;
	size_t count, cap;
	char stamp[SHA256_HEX];
	struct render_names names;
};
enum status build_names_load(struct build_names *n, struct app *app);
void build_names_clear(struct build_names *n);

#endif
