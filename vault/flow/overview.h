/*
 * The child at a glance for one reader: the sheets that this reader may open, what they say that
 * matters first, and what the reader's role may not see by the declaration of the types.
 *
 * Of two values with the same key (the same fact, or the same field of a type) the newer one holds,
 * also when it is withheld: an older one would be taken for what is true today.
 */
#ifndef KARTE_FLOW_OVERVIEW_H
#define KARTE_FLOW_OVERVIEW_H

#include "vault/flow/glance.h"

struct overview_item {
	const struct glance_item *says;
	const struct sheet_row *sheet;
	struct day on; /* glance_day */
};

struct overview {
	const struct sheet_row *sheets; /* that may be read; in the order of the index */
	size_t nsheets;
	struct overview_item *items; /* by kind, then the newest first */
	size_t nitems;
	/*
	 * What this role may not see, as the types declare it:
	 * 「教育支援シートの「発達検査の記録」」 for each type of which there is a sheet to read,
	 * and the titles of types that it reads nothing of.  Tells nothing about sheets that this
	 * reader does not know.  Empty for households: what institutions keep for themselves is not
	 * announced to them.
	 */
	struct span *unseen;
	size_t nunseen;
};

/* All is the desk's arena's.  ST_NOMEM. */
enum status overview_load(struct glance_desk *d, struct overview *out);

#endif
