/*
 * One version beside its record in the journal: is it there, is it what was recorded, whose is it?
 */
#ifndef KARTE_FLOW_CHANGE_LOOK_H
#define KARTE_FLOW_CHANGE_LOOK_H

#include "vault/flow/changes.h"
#include "vault/flow/signed.h"

enum change_trouble {
	CHANGE_WHOLE,
	CHANGE_ABANDONED, /* given up before its branch moved: recorded, never a version */
	CHANGE_MISSING,	  /* the repository, or the version in it, is not there */
	CHANGE_ALTERED,	  /* its bytes are not those that were recorded */
	CHANGE_CUT,	  /* it does not follow the version that was recorded before it */
	CHANGE_TROUBLES
};

struct change_look {
	enum change_trouble trouble;
	struct signed_look sign; /* SIGNED_UNCHECKED if the version is not there */
	/* as the version says, in the arena; empty if it is not there */
	struct span author_email, committer_email, subject, reason, digest;
	int64_t time; /* of the version; 0: not there */
	struct oid id, parent;
	bool has_parent;
};

/*
 * Looks at the version of an entry.  What is missing or wrong is said in *out and is no error;
 * ST_NOMEM, ST_IO.
 */
enum status change_look_at(struct app *app, const struct change_entry *e, int64_t now,
			   struct arena *a, struct change_look *out);

/*
 * Whether a repository's branch is where the newest record says: false when its history was turned
 * back, cut or replaced, or when it is gone.  What recovery gave up does not count.
 */
enum status change_branch_holds(struct app *app, struct span repository, bool *out);

#endif
