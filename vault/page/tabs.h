/* The pages of one child, as a bar of links: those that there are for this reader. */
#ifndef KARTE_PAGE_TABS_H
#define KARTE_PAGE_TABS_H

#include "generator/render/html.h"
#include "vault/page/page.h"

enum child_tab {
	TAB_KARTE,
	TAB_SHEETS, /* on the same page */
	TAB_GROWTH,
	TAB_FILES,
	TAB_CONSENTS,
	TAB_HANDOVER,
	TAB_TIMELINE,
	TAB_ACCESSES,
	TAB_PRINT,
	TAB_COUNT
};

/* now: the page that this is. */
void child_tabs(const struct page *p, struct html *h, enum child_tab now);

#endif
