/* The growth of a child, for the pages that show it. */
#ifndef KARTE_PAGE_GROWTH_H
#define KARTE_PAGE_GROWTH_H

#include "generator/render/growth_figures.h"
#include "vault/db/child.h"
#include "vault/flow/shield.h"
#include "vault/page/page.h"

/*
 * All that the reader may see of how p->q.child grew, as figures in the page's arena; *newest (may
 * be NULL) is the time of the newest version that was read.  Not recorded here.  For a small chart:
 * growth_svg().
 */
enum status page_growth_figures(struct page *p, const struct child_row *child,
				const struct shield *shield, struct growth_figures *out,
				long long *newest);

#endif
