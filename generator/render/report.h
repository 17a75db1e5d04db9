/*
 * A report on paper: a title, then tables with headings and sentences above them.  The same engine
 * as print.h: A4, tagged PDF, the same bytes for the same input.
 */
#ifndef KARTE_RENDER_REPORT_H
#define KARTE_RENDER_REPORT_H

#include "generator/render/print.h"

enum { REPORT_COLUMNS_MAX = 8, REPORT_ROWS_MAX = 5000 };

struct report_table {
	struct span heading;	  /* of the part */
	struct span note;	  /* a sentence above the table; absent: none */
	size_t columns;		  /* 0: no table */
	const double *widths;	  /* shares of the page's width, together 1 */
	const struct span *heads; /* NULL: none; the first cell of each row is its label then */
	const struct span *cells; /* rows * columns, row by row; all there, maybe empty */
	size_t rows;
};

/* All texts are UTF-8 and stay the caller's. */
struct report {
	struct span title;
	struct span below; /* a line below it: what it is about and when it was made */
	const struct report_table *tables;
	size_t count;
	struct span foot; /* on every page, before its number */
	int64_t at;	  /* UTC seconds: the document's date */
};

/*
 * Appends the PDF.  ST_INVALID: no title, no part, or over one of the limits; ST_TOOBIG: over what
 * out holds; ST_NOMEM; ST_IO: the PDF library failed.
 */
enum status report_pdf(const struct print_style *s, struct fonts *f, const struct report *report,
		       struct buf *out);

#endif
