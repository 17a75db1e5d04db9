/* The administrators' pages about the end of retention. */
#ifndef KARTE_PAGE_ADMIN_RETENTION_H
#define KARTE_PAGE_ADMIN_RETENTION_H

#include "vault/flow/removal.h"
#include "vault/flow/retention.h"
#include "vault/page/admin_access.h"
#include "vault/page/admin_child.h"

/* What is over, as a form; what is proposed; what is held; what went.  error may be NULL. */
enum status retention_list(struct page *p, int status, const char *error);
/* The table of what went, with certificates; none: said if there is nothing. */
enum status certificates_part(struct page *p, struct html *h, const char *none);
/* 「教育支援シート 令和8年度」 for "TYPE/ID" of a sheet that may be gone. */
const char *removed_label(struct page *p, const char *sheet);
/* 「提案（2人めの確認待ち）」 as a tag. */
void retention_tag(struct html *h, enum retention_state s);

#endif
