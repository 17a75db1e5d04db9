/*
 * Looks at a child's records, as the family reads of them: which there are, and how each is said.
 */
#ifndef KARTE_PAGE_ACCESSES_H
#define KARTE_PAGE_ACCESSES_H

#include "vault/flow/shield.h"
#include "vault/journal/journal.h"
#include "vault/page/lists.h"

enum { LOOKS_SHOWN = 100 };

struct accesses {
	struct page *p;
	struct html *h;
	struct shield shield;
	struct sheet_list sheets; /* those that this reader may see */
	struct name_source source;
	struct render_names names;
	long skip; /* so many are on earlier pages */
	int count; /* shown, and one more when there is a next page */
};

/*
 * Looks that happened.  Refusals showed nothing to anybody and would only worry; to be let in with
 * a reason is more than a look, so it is told although nothing was read yet.
 */
bool is_look(const struct record *r);

/* A row of the table, which begins with the first; ctx is the struct accesses. */
bool put_look(void *ctx, const struct record *r, struct span line);

#endif
