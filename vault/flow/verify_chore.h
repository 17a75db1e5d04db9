/* The proof that the server makes by itself: what is new every hour, everything every day. */
#ifndef KARTE_FLOW_VERIFY_CHORE_H
#define KARTE_FLOW_VERIFY_CHORE_H

#include "vault/app.h"

/*
 * Begins a run in the background if one is due (vault/flow/proof_runs.h keeps and records what
 * comes of it).  One that takes long is made more seldom: the server proves at most a tenth of its
 * time.
 */
enum status verify_chore(struct app *app);

#endif
