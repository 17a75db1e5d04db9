/*
 * A page of explanations: Markdown with a YAML head.
 *
 *	---
 *	title: 読みかた
 *	order: 20
 *	---
 */
#ifndef KARTE_SITE_PAGE_H
#define KARTE_SITE_PAGE_H

#include "generator/base/arena.h"
#include "generator/render/html.h"
#include "generator/sheet/markdown.h"
#include "generator/sheet/problem.h"

enum { PAGE_MAX_BYTES = 1024 * 1024, PAGE_ORDER_MAX = 9999 };

struct page_text {
	struct span title;
	long order;		 /* place among the pages; PAGE_ORDER_MAX if not said */
	struct md_node *content; /* headings begin at level 2 */
	int first_line;		 /* of the content in the file */
};

/*
 * Reads a page; all of it belongs to the arena.  `file` is the name for problems, ps is not NULL.
 * ST_INVALID with problems (codes page.*, yaml.*).
 */
enum status page_read(struct arena *a, const char *file, struct span bytes, struct page_text *out,
		      struct problems *ps);

/* The content, its headings `lower` levels down. */
void page_write(struct html *h, const struct page_text *p, int lower);

/* Calls each for every link of the page, with its line in the file. */
void page_links(const struct page_text *p, void (*each)(void *ctx, struct span url, int line),
		void *ctx);

#endif
