/* Parts of the pages of versions. */
#ifndef KARTE_PAGE_HISTORY_H
#define KARTE_PAGE_HISTORY_H

#include "generator/render/html.h"
#include "vault/page/page.h"

/* The form that makes an old version the newest again, where this person may write any of what is
   different; otherwise nothing. */
enum status history_restore_form(struct page *p, struct html *h, struct span version);

#endif
