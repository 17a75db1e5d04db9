/* The keys by which people sign: whose, good from when until when, why no longer, how much. */
#ifndef KARTE_FLOW_KEY_LIST_H
#define KARTE_FLOW_KEY_LIST_H

#include "generator/base/arena.h"
#include "vault/app.h"
#include "vault/db/account.h"

struct key_item {
	struct key_row row;
	size_t versions; /* that the journal has of this account in the key's time */
	struct span
	    ended; /* the action of the commit that ended it; empty: not known, or not ended */
	struct span ended_by, ended_why; /* by which account, and the reason that was given */
};

struct key_items {
	struct key_item *items;
	size_t count;
	bool more;
};

/*
 * At most `most` keys after the first `skip`, of one account (absent: of all), the newest first.
 * Reads the whole journal's changes once.  ST_NOMEM; ST_CORRUPT when a line of it is none.
 */
enum status key_list(struct app *app, struct span account, size_t skip, size_t most,
		     struct arena *a, struct key_items *out);

/* Calls each for accounts with a key that is good today and whose last day comes by `until`; both
   are YYYY-MM-DD. */
enum status keys_ending(struct app *app, const char *today, const char *until,
			enum status (*each)(void *ctx, const struct account *a), void *ctx);

#endif
