/*
 * The words in a file, for looking for words in it: never shown as they are without the usual
 * escaping, and never kept.
 */
#ifndef KARTE_FLOW_FILE_TEXT_H
#define KARTE_FLOW_FILE_TEXT_H

#include "vault/app.h"
#include "vault/scan/kind.h"

enum { FILE_TEXT_MAX = 512 * 1024 };

/*
 * Appends what can be read, up to out's limit (FILE_TEXT_MAX is enough): of a PDF by pdftotext in a
 * child of its own, of office documents what stands in their main parts, of text files all.
 * *whole: all of it was read, and there was something.  A picture has no words: *whole is false.
 * ST_OK also when nothing could be read; ST_BUSY, ST_NOMEM, ST_IO.
 */
enum status file_text(struct app *app, const struct kind *k, int fd, size_t bytes, struct buf *out,
		      bool *whole);

/* XML without its tags, entities as characters; a tag leaves nothing behind.  For the parts of
   office documents, in which every run of letters has tags of its own. */
void text_of_xml(struct span xml, struct buf *out);

#endif
