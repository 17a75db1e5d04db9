/*
 * registry.git: who there is and what they may do, as small YAML files, signed, append-only.
 *
 *	accounts/ID.yaml  institutions/ID.yaml  keys/FPR.yaml keys/FPR.asc
 *	ranges/ID.yaml    settings/access.yaml  settings/access-asked.yaml
 */
#ifndef KARTE_FLOW_REGISTRY_H
#define KARTE_FLOW_REGISTRY_H

#include "vault/db/range.h"
#include "vault/flow/actor.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/policy.h"

/* One signed commit.  what: before the colon of its subject ("accounts/tanaka"); reason: the words
   of whoever did it, or absent.  ST_EXISTS: nothing would change. */
enum status registry_commit(struct app *app, const struct actor *who, const char *action,
			    const char *what, struct span reason, const struct change *changes,
			    size_t count);

/* Adds or changes an institution: the commit, then the index. */
enum status registry_put_institution(struct app *app, const struct actor *who, const char *action,
				     const struct institution *i);

/* Adds or changes an account; with `key` not NULL also that key (armored public key given). */
enum status registry_put_account(struct app *app, const struct actor *who, const char *action,
				 const struct account *a, const struct key_row *key,
				 struct span armored);

/*
 * A range as the registry has it now, and the version that was read.  ST_NOTFOUND.
 *
 * What is decided about ranges and settings is decided from here and not from the index: whoever
 * takes the next step gives that version as `base`, so that of two steps at once one is ST_STALE.
 */
enum status registry_get_range(struct app *app, struct span id, struct range_row *out,
			       struct oid *base);
/* Adds (base NULL) or changes a range; its reason is also that of the commit. */
enum status registry_put_range(struct app *app, const struct actor *who, const char *action,
			       const struct range_row *r, const struct oid *base);
/* Reads one range from the registry into the index: also what an earlier writer could not. */
enum status registry_index_range(struct app *app, struct span id);

/* Settings of access that were asked for and wait in settings/access-asked.yaml. */
struct asked_policy {
	struct policy policy;
	char by[64];
	char token[65]; /* of exactly this content: what a page shows is what it confirms */
	struct oid base;
};
/* What is in force as the registry has it now (policy_default() as long as nothing was set). */
enum status registry_policy(struct app *app, struct policy *out, struct oid *base);
/* Puts that into the index. */
enum status registry_index_policy(struct app *app);
/* ST_NOTFOUND: nothing waits. */
enum status registry_asked_policy(struct app *app, struct asked_policy *out);
enum status registry_ask_policy(struct app *app, const struct actor *who, const struct policy *p,
				const struct oid *base);
/* Puts settings in force; what was asked for is gone.  base as above. */
enum status registry_put_policy(struct app *app, const struct actor *who, const char *action,
				const struct policy *p, const struct oid *base);
/* It is not wanted any more. */
enum status registry_drop_asked(struct app *app, const struct actor *who, const char *action);

/* Puts the public key of the vault itself into a new registry: its first commit. */
enum status registry_create(struct app *app, const struct actor *who, const struct key_row *key,
			    struct span armored);

/* Reads the whole registry into the index (which has been emptied of it), as it was at a version;
   NULL: as it is. */
enum status registry_index(struct app *app, const struct oid *at);

#endif
