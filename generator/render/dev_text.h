/*
 * The device that writes lines of text: one per page, part of the structure, or thing drawn, so
 * that a test can compare pages and a person can read the difference.
 */
#ifndef KARTE_RENDER_DEV_TEXT_H
#define KARTE_RENDER_DEV_TEXT_H

#include "generator/render/device.h"

/*
 * A device over out, which it appends to.  fonts may be NULL: widths are then one em for East
 * Asian wide characters and half an em for all others.  NULL: no memory.  Free with dev_text_free.
 */
struct device *dev_text_new(struct buf *out, const struct fonts *fonts);
void dev_text_free(struct device *d);

#endif
