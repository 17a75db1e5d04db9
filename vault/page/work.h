/* 「あなたの仕事」 on a page. */
#ifndef KARTE_PAGE_WORK_H
#define KARTE_PAGE_WORK_H

#include "generator/render/html.h"
#include "vault/page/page.h"

/* A heading and all that waits for whoever is signed in, in groups; `none` if it is nothing. */
enum status work_section(struct page *p, struct html *h, const char *heading, const char *none);

#endif
