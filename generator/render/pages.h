/* Which pages of a document are wanted: "2-5,8". */
#ifndef KARTE_RENDER_PAGES_H
#define KARTE_RENDER_PAGES_H

#include "generator/base/span.h"

enum { PAGES_RANGES_MAX = 32, PAGES_TEXT_MAX = 200 };

struct page_range {
	long from, to; /* both included, from 1 */
};
struct page_ranges {
	struct page_range r[PAGES_RANGES_MAX];
	size_t n; /* 0: all pages */
};

/*
 * Reads what people type: pages and ranges separated by commas, full-width digits, 「、」 and
 * 「〜」 too, with spaces anywhere between: "2-5,8", 「２〜５、８」, "3-" (to the end), "-4" (from
 * the first). An empty text is all pages.  false: it is anything else, a page 0 or over
 * PRINT_PAGES_MAX, a range backwards, more than PAGES_RANGES_MAX of them, or longer than
 * PAGES_TEXT_MAX bytes.
 */
bool page_ranges_parse(struct span text, struct page_ranges *out);
/* Is page n (from 1) wanted? */
bool page_ranges_has(const struct page_ranges *r, size_t n);

#endif
