/* What the runs of the proof that are kept said about one version. */
#ifndef KARTE_FLOW_PROOF_SEEN_H
#define KARTE_FLOW_PROOF_SEEN_H

#include "vault/flow/proof_runs.h"

struct proof_seen {
	bool looked; /* a run that is kept has looked at it: */
	int64_t at;  /* the first of these, when it ended */
	bool bad;    /* and it found something about this version: */
	char code[PROOF_CODE];
};

/* The first kept run that began after the version was recorded (at t) and looked at its repository.
   ST_IO. */
enum status proof_seen(struct app *app, const struct repo_name *repo, struct span version,
		       int64_t t, struct proof_seen *out);

#endif
