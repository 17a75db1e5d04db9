/* Which page of the manual belongs to what is shown. */
#ifndef KARTE_PAGE_HELP_LINK_H
#define KARTE_PAGE_HELP_LINK_H

#include "vault/page/page.h"

/* The address of a page of content/pages/help/, by the address that was asked for and by who asks;
   NULL: none but the one in the bar. */
const char *help_link(const struct page *p);

#endif
