/* Making and ending accounts: key, secret, registry. */
#ifndef KARTE_FLOW_PEOPLE_H
#define KARTE_FLOW_PEOPLE_H

#include "vault/flow/actor.h"

/*
 * Makes an account with a signing key of its own, sealed under the password.  `a` says id, staff or
 * role, institution, name, kana; its key is filled in.  ST_INVALID with a reason in fail_why() in
 * Japanese for a bad id, name or password; ST_EXISTS; ST_NOTFOUND: no such institution.
 */
enum status account_create(struct app *app, const struct actor *who, struct account *a,
			   struct span password);

/* Ends an account: it cannot sign in, its sessions end, its key is good until now. */
enum status account_disable(struct app *app, const struct actor *who, struct span id);

/* A new password and so a new key; the old key is good until now. */
enum status account_reset(struct app *app, const struct actor *who, struct span id,
			  struct span password);

#endif
