/* Is there somebody else who could take a step that wants two people? */
#ifndef KARTE_FLOW_SECOND_H
#define KARTE_FLOW_SECOND_H

#include "vault/flow/decide.h"

/* May this account take the step, as far as it is not the decision alone that tells? */
typedef bool second_may(const void *ctx, const struct account *a, const struct decision *d);

/*
 * Looks among the staff of an institution, who have signed in once and so can sign, for one other
 * than q->who.  q: what they would ask; its who and weak are not theirs.  Records nothing.
 */
enum status second_person(struct app *app, const struct question *q, struct span institution,
			  second_may *may, const void *ctx, bool *found);

#endif
