/* Sheets on paper for one reader: the PDF answers. */
#ifndef KARTE_PAGE_PRINT_H
#define KARTE_PAGE_PRINT_H

#include "generator/render/print.h"
#include "vault/flow/read_sheet.h"
#include "vault/page/lists.h"

struct paper {
	struct page *p;
	struct reading *readings;
	const struct view **views;
	struct span *versions;
	size_t count;
};

/* Room for up to n sheets; ends with paper_clear. */
enum status paper_begin(struct paper *out, struct page *p, size_t n);
/* Adds one sheet at a version (absent: the newest).  Recorded when it is sent. */
enum status paper_add(struct paper *paper, const struct sheet_row *r, struct span version);
/* Records each sheet as "sheet.pdf", then answers with the PDF.  name: "karte" or a sheet's. */
enum status paper_send(struct paper *paper, const char *name);
void paper_clear(struct paper *paper);

#endif
