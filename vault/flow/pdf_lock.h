/* PDFs that open only with a password: AES-256 (PDF 2.0, revision 6), by libqpdf. */
#ifndef KARTE_FLOW_PDF_LOCK_H
#define KARTE_FLOW_PDF_LOCK_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

/* Five groups of four of Crockford's base32 with "-" between: 100 random bits. */
enum { PDF_PASSWORD = 25 };

/* ST_IO: no random numbers. */
enum status pdf_password(char out[static PDF_PASSWORD]);

/*
 * Appends the document, locked with the password, which opens all of it; its metadata are locked
 * too.  Needs memory for the document several times over.  ST_INVALID: no PDF, or no such password;
 * ST_TOOBIG; ST_NOMEM.
 */
enum status pdf_encrypt(struct span pdf, struct span password, struct buf *out);

#endif
