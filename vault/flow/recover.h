/* What a crash left between the journal and the branches is finished at start. */
#ifndef KARTE_FLOW_RECOVER_H
#define KARTE_FLOW_RECOVER_H

#include "vault/app.h"

/*
 * Sweeps stale locks; for the newest change record of every repository: if the branch is still at
 * `old` and the commit is there, moves it; if the commit is not there, records that the change was
 * abandoned.  Children whose branch is ahead of the index are indexed again.  Says what it did on
 * stderr.  ST_CORRUPT if a branch is where no record says (then `karte verify` tells more).
 */
enum status recover(struct app *app);

#endif
