/*
 * The signature of one version in six plain states: was it theirs then, and what has become of the
 * key since.
 */
#ifndef KARTE_FLOW_SIGNED_H
#define KARTE_FLOW_SIGNED_H

#include "vault/app.h"
#include "vault/db/account.h"
#include "vault/store/history.h"
#include "vault/store/sign.h"

enum signed_state {
	SIGNED_GOOD,
	SIGNED_GOOD_ENDED, /* good then; the key has ended since */
	SIGNED_NONE,
	SIGNED_WRONG,	  /* not over these bytes, by somebody else, or the key was not good then */
	SIGNED_NO_KEY,	  /* by a key that the registry does not have */
	SIGNED_UNCHECKED, /* it could not be looked at */
	SIGNED_STATES
};

struct signed_look {
	enum signed_state state;
	char fpr[FPR_HEX];  /* of the key that signed, or "" */
	bool known;	    /* the registry has it: */
	struct key_row key; /* whose it is, since when, until when (0: still good) */
	int64_t made;	    /* when, as the signature itself says; 0: not known */
	bool bytes;	    /* the signature is over these bytes, by this key */
	bool in_time;	    /* the key was good then */
	bool own;	    /* it is the key of the account that the version names */
};

/*
 * Looks at the signature of a version with the public keys that are here now.  now: seconds, for
 * what has become of the key.  A signature that cannot be looked at is a state, not an error;
 * ST_NOMEM, ST_IO (the index).
 */
enum status signed_look_at(struct app *app, struct repo *repo, const struct version *v, int64_t now,
			   struct signed_look *out);

#endif
