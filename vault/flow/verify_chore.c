#include "vault/flow/verify_chore.h"

#include "vault/flow/proof_runs.h"

#include <time.h>

enum { HOUR = 3600, DAY = 24 * HOUR, REST = 10 };

/* Is it so long ago?  A run from the future was made before the clock was set back. */
static bool is_old(const struct proof_run *run, int64_t now, int64_t age)
{
	return now < run->ended || now - run->ended >= age;
}

enum status verify_chore(struct app *app)
{
	int64_t now = (int64_t)time(NULL), rest = HOUR;
	struct proof_run last, full;
	size_t done, total;
	bool whole;
	enum status st = proof_run_last(app, false, &last), st_full;

	if ((st && st != ST_NOTFOUND) || proof_progress(app, &done, &total))
		return st == ST_NOTFOUND ? ST_OK : st;
	if (!st && REST * (last.ended - last.began) > rest)
		rest = REST * (last.ended - last.began);
	if (!st && !is_old(&last, now, rest))
		return ST_OK;
	st_full = proof_run_last(app, true, &full);
	if (st_full && st_full != ST_NOTFOUND)
		return st_full;
	whole = st_full || is_old(&full, now, DAY);
	st = proof_start(app, whole, "os:karte");
	return st == ST_BUSY ? ST_OK : st;
}
