/*
 * The states of a release and who may bring it from one to the next: one pure function over facts.
 *
 *	draft      下書き: the preparer may ask for a second person, or throw it away
 *	asked      確認待ち: a second person confirms, or it is stopped
 *	confirmed  まもなく配る: it waits for the delay; either of the two stops it
 *	giving     配っている: the server gives it, child by child
 *	given      配った
 *	recalled   取りもどした: nobody can open it any more
 */
#ifndef KARTE_FLOW_RELEASE_STATE_H
#define KARTE_FLOW_RELEASE_STATE_H

#include "generator/base/span.h"

enum release_state {
	RELEASE_NONE, /* no state: refused, or thrown away */
	RELEASE_DRAFT,
	RELEASE_ASKED,
	RELEASE_CONFIRMED,
	RELEASE_GIVING,
	RELEASE_GIVEN,
	RELEASE_RECALLED,
	RELEASE_STATES
};

enum release_step {
	STEP_ASK,
	STEP_CONFIRM,
	STEP_STOP,
	STEP_DROP,
	STEP_RECALL,
	STEP_GIVE,
	STEP_END
};

/* Who takes a step. */
struct release_facts {
	bool preparer; /* who prepared it */
	bool second;   /* may add files to each of its children, at the same institution */
	bool seen;     /* was shown this very list and each attachment */
	bool server;   /* the chores */
	bool due;      /* the delay is over */
};

/* "asked", and 確認待ち. */
const char *release_state_name(enum release_state s);
const char *release_state_label(enum release_state s);
enum release_state release_state_of(struct span name);

/* Is the step allowed?  *to is then the state after it; RELEASE_NONE: it is thrown away. */
bool release_next(enum release_state from, enum release_step step, const struct release_facts *f,
		  enum release_state *to);

#endif
