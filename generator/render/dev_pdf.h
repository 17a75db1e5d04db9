/*
 * The device that makes a PDF 1.7: tagged, fonts embedded in part, in the manner of PDF/A-2a.
 * With dev_pdf_*.c the only user of libharu.
 */
#ifndef KARTE_RENDER_DEV_PDF_H
#define KARTE_RENDER_DEV_PDF_H

#include "generator/render/device.h"

/* NULL: no memory.  The fonts must outlive the device.  Free with dev_pdf_free. */
struct device *dev_pdf_new(const struct fonts *fonts, double width, double height);
void dev_pdf_free(struct device *d);

struct pdf_about {
	struct span title;
	int64_t at; /* UTC seconds: both dates of the document; no clock is asked */
};

/*
 * Appends the finished document to out.  Call once, when all is drawn and all parts are closed.
 * Passes on what failed while drawing; ST_NOMEM, ST_TOOBIG (out is full), ST_IO (libharu).
 */
enum status dev_pdf_finish(struct device *d, const struct pdf_about *about, struct buf *out);

#endif
