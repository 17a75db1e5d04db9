/* Sheets on paper for one reader: the PDF answers. */
#ifndef KARTE_PAGE_PRINT_H
#define KARTE_PAGE_PRINT_H

#include "generator/render/pages.h"
#include "generator/render/print.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/lists.h"

struct paper {
	struct page *p;
	struct reading *readings;
	const struct view **views;
	struct span *versions;
	size_t count;
	struct page_ranges only; /* n == 0: all pages */
	struct print_report report;
	/* recorded besides, about the child: "child.pdf" with nothing, "child.print" with a reason
	 */
	const char *event;
	struct span reason;
};

/* Room for up to n sheets; ends with paper_clear. */
enum status paper_begin(struct paper *out, struct page *p, size_t n);
/* Adds one sheet at a version (absent: the newest).  Recorded when it is sent. */
enum status paper_add(struct paper *paper, const struct sheet_row *r, struct span version);
/*
 * Records each sheet as "sheet.pdf", then answers with the PDF.  name: "karte" or a sheet's.
 * ST_NOTFOUND: the document has none of the pages (report.pages says how many).
 */
enum status paper_send(struct paper *paper, const char *name);
void paper_clear(struct paper *paper);
/* Takes the pages that somebody typed; ST_INVALID with a sentence in Japanese. */
enum status paper_pages(struct paper *paper, struct span text, const char **error);

/* How much the PDF of one sheet is, as it is said to families: 「A4・2まい・0.3MB」.  Kept with the
   sheet's page.  ST_OK without a text where it cannot be made. */
enum status paper_size(struct page *p, struct reading *r, struct buf *out);

/* The page where sheets and pages are chosen, again, with what was wrong. */
enum status print_again(struct page *p, struct span type, struct span id, const char *error);

#endif
