/* registry.git: accounts, institutions and keys as small YAML files, signed, append-only. */
#ifndef KARTE_FLOW_REGISTRY_H
#define KARTE_FLOW_REGISTRY_H

#include "vault/flow/actor.h"

/* Adds or changes an institution: the commit, then the index. */
enum status registry_put_institution(struct app *app, const struct actor *who, const char *action,
				     const struct institution *i);

/* Adds or changes an account; with `key` not NULL also that key (armored public key given). */
enum status registry_put_account(struct app *app, const struct actor *who, const char *action,
				 const struct account *a, const struct key_row *key,
				 struct span armored);

/* Puts the public key of the vault itself into a new registry: its first commit. */
enum status registry_create(struct app *app, const struct actor *who, const struct key_row *key,
			    struct span armored);

/* Reads the whole registry into the index (which has been emptied of it). */
enum status registry_index(struct app *app);

#endif
