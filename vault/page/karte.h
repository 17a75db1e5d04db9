/* The parts of the karte's page. */
#ifndef KARTE_PAGE_KARTE_H
#define KARTE_PAGE_KARTE_H

#include "vault/flow/overview.h"
#include "vault/page/lists.h"

/* What the parts of one answer share. */
struct karte {
	struct page *p;
	struct html *h;
	const struct shield *shield;
	const struct overview *o;
	struct institution last; /* looked up before, so that a list of sheets asks once for each */
};

/* What an institution is called for this reader; SHIELD_PLACE if that is kept. */
struct span karte_place(struct karte *k, const char *institution);

/* What matters first, what the child likes, what helps, what is aimed at; what is not to be seen.
 */
void karte_glances(struct karte *k);
/* The sheets, by area and type, newest first. */
void karte_sheets(struct karte *k);
/* The form for a new sheet, for those who may make one. */
void karte_new_sheet(struct karte *k);

#endif
