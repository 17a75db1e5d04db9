/* Children: making one, enrolments, guardians; and reading child.md into the index. */
#ifndef KARTE_FLOW_CHILDREN_H
#define KARTE_FLOW_CHILDREN_H

#include "vault/flow/actor.h"
#include "vault/flow/child_file.h"
#include "vault/store/store.h"

/*
 * Makes a child with its repository.  An empty row.id gets a new random id (filled in).
 * ST_INVALID with problems; ST_EXISTS.
 */
enum status child_create(struct app *app, const struct actor *who, struct child *c,
			 struct problems *ps);

/* Adds a stay at an institution (until may be absent), or closes an open one there that began
   earlier when `until` is given and `since` is absent. */
enum status child_enrol(struct app *app, const struct actor *who, struct span id,
			struct span institution, struct span since, struct span until,
			struct problems *ps);

/* Makes a household account a guardian; ST_INVALID if the account is none. */
enum status child_add_guardian(struct app *app, const struct actor *who, struct span id,
			       struct span account, struct span relation, struct problems *ps);

/* Reads the newest child.md and all sheets of one child into the index. */
enum status child_index(struct app *app, struct span id);
/* Only what child.md says. */
enum status child_index_head(struct app *app, struct repo *repo, struct span id);

enum status child_repo(struct repo **out, struct app *app, struct span id);

#endif
