/* What a family reads below a sheet. */
#ifndef KARTE_PAGE_SHEET_FAMILY_H
#define KARTE_PAGE_SHEET_FAMILY_H

#include "generator/render/html.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/page.h"

/* Who else can see it, and the difficult words that stand in what this reader sees of it. */
enum status family_foot(struct page *p, struct html *h, const struct reading *r);

#endif
