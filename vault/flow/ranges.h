/*
 * Access ranges and settings of access: what widens waits for a second administrator, what narrows
 * holds at once.  Each step is a signed commit of the registry.
 *
 * In every call q is the administrator's question (ACT_ADMIN_CHANGE or ACT_ADMIN_CONFIRM; action,
 * self and asked are filled in here).  Mistakes are ST_INVALID with a sentence in Japanese in
 * fail_why(); ST_DENIED: refused and recorded.
 */
#ifndef KARTE_FLOW_RANGES_H
#define KARTE_FLOW_RANGES_H

#include "vault/db/range.h"
#include "vault/flow/actor.h"
#include "vault/flow/decide.h"
#include "vault/flow/policy.h"

/*
 * Fills in id, state, who asked and when, and since if it was left out, and puts it down: "asked"
 * if it opens, "in-force" if it closes.
 */
enum status range_ask(struct app *app, const struct actor *who, const struct question *q,
		      struct range_row *r);
/* Is it as it may be?  Fills in since.  The same checks, without writing: for a preview. */
enum status range_check(struct app *app, struct range_row *r, int64_t now);

/* The second administrator: an opening comes into force, an end is confirmed. */
enum status range_confirm(struct app *app, const struct actor *who, const struct question *q,
			  struct span id);
/* Nobody wants it: an opening that was asked for, an end that was asked for.  Also by who asked. */
enum status range_decline(struct app *app, const struct actor *who, const struct question *q,
			  struct span id);
/* Ends an opening at once; the end of a closing widens and so waits ("end-asked"). */
enum status range_end(struct app *app, const struct actor *who, const struct question *q,
		      struct span id);

/* Has its last day passed?  Whatever its state: it counts no more. */
bool range_is_over(const struct range_row *r, int64_t now);
/* Neither ended nor declined. */
bool range_is_open(const struct range_row *r);
/* Is it this account's, or its institution's? */
bool range_is_for(const struct range_row *r, const struct account *a);
/* Is this range about this child today (by name, by where the child is, or about all)? */
enum status range_is_about(struct app *app, const struct range_row *r, struct span child,
			   struct span today, bool *out);

/*
 * New settings: *waits if they widen and so wait; else they are in force, and what waited is gone.
 * ST_EXISTS: nothing would change.
 */
enum status policy_ask(struct app *app, const struct actor *who, const struct question *q,
		       const struct policy *p, bool *waits);
/* token: of struct asked_policy, as it was shown to who confirms (ST_INVALID: there is something
   else now); absent: whatever waits. */
enum status policy_confirm(struct app *app, const struct actor *who, const struct question *q,
			   struct span token);
enum status policy_decline(struct app *app, const struct actor *who, const struct question *q);

#endif
