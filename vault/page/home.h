/* The parts of the home page. */
#ifndef KARTE_PAGE_HOME_H
#define KARTE_PAGE_HOME_H

#include "generator/render/html.h"
#include "vault/page/page.h"

/* A family's: what is asked of them, then their children, then where to ask. */
enum status home_family(struct page *p, struct html *h);

#endif
