/* Letters with which people sign in for the first time: codes are made, printed, and forgotten. */
#ifndef KARTE_FLOW_SLIPS_H
#define KARTE_FLOW_SLIPS_H

#include "vault/flow/actor.h"

enum { SLIPS_MAX = 200 };

/* Does this account sign in for the first time, so that a letter helps? */
bool slip_wanted(const struct account *a, int64_t now);

/*
 * A new code for each of these accounts (an earlier one is good no more), and one PDF with a letter
 * for each, in their order, appended to pdf, which should be a secret buffer.  Needs an app with
 * APP_RENDER.  Nothing is made, with a sentence in Japanese in fail_why(), if one of them has a
 * password (ST_EXISTS), is stopped (ST_INVALID) or unknown (ST_NOTFOUND), or there are none or more
 * than SLIPS_MAX.  ST_DENIED as in people.h.
 */
enum status slips_print(struct app *app, const struct actor *who, const struct span *accounts,
			size_t count, struct buf *pdf);

#endif
