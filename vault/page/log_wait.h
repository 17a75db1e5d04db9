/* What a search answers while the index of the journal is being made. */
#ifndef KARTE_PAGE_LOG_WAIT_H
#define KARTE_PAGE_LOG_WAIT_H

#include "vault/page/page.h"

/*
 * For a page that failed with ST_BUSY: says how far the index is, with 503 and Retry-After, and a
 * link to the same page.  *sent: false when there is nothing to wait for, or nobody signed in; then
 * nothing was sent.
 */
enum status page_log_wait(struct page *p, bool *sent);

#endif
