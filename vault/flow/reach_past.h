/*
 * Who could see a child on a day, by which rule, set by whom: asked of the signed history (registry
 * and child as they were at the end of that day) and of the journal (who gave a reason to be let
 * in).
 */
#ifndef KARTE_FLOW_REACH_PAST_H
#define KARTE_FLOW_REACH_PAST_H

#include "generator/base/day.h"
#include "vault/access/access.h"
#include "vault/app.h"
#include "vault/db/range.h"

struct past_reader {
	struct account account;	     /* as it was */
	char institution[NAME_ROOM]; /* its name, ""  */
	enum reason why;
	bool read_only;
	char shared[512]; /* types whose sheets its institution could read by consent or handover,
			     separated by ","; "" */
	char by[ID_MAX + 1]; /* the range, "" */
	/*
	 * Who set the rule: who wrote down the stay or the guardian, asked for the range, put the
	 * account where it is, changed the setting, gave the reason.  An account, or os:USER; ""
	 * unknown.
	 */
	char set_by[64];
	char confirmed_by[64]; /* the second administrator; "" */
	int64_t set_at;	       /* when; 0 unknown */
};
typedef enum status (*past_reader_fn)(void *ctx, const struct past_reader *r);

/*
 * Calls fn for each account that could read the child's karte on the day, by account: at its end
 * (or at `now` if that is earlier), or at any time of it by a reason given.  ST_NOTFOUND: no such
 * child then.  ST_INVALID: the day has not come yet.
 */
enum status reach_past(struct app *app, struct span child, struct day day, int64_t now,
		       past_reader_fn fn, void *ctx);

#endif
