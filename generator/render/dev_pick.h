/*
 * A device in front of another that lets only some pages through.  The layout draws the whole
 * document, so that numbers and repeated heads are those of the whole; what is on other pages is
 * dropped, and no empty part is left of it in the structure.
 */
#ifndef KARTE_RENDER_DEV_PICK_H
#define KARTE_RENDER_DEV_PICK_H

#include "generator/render/device.h"
#include "generator/render/pages.h"

/* to and only must outlive it; NULL without memory.  Free with dev_pick_free (to is left). */
struct device *dev_pick_new(struct device *to, const struct page_ranges *only);
void dev_pick_free(struct device *d);
/* How many pages went through. */
size_t dev_pick_pages(const struct device *d);

#endif
