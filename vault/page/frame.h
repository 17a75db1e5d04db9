/* The frame around every page: theme, navigation, identity bar, error summary. */
#ifndef KARTE_PAGE_FRAME_H
#define KARTE_PAGE_FRAME_H

#include "generator/render/data.h"
#include "generator/render/html.h"
#include "vault/db/child.h"
#include "vault/page/page.h"

struct crumb {
	const char *href;
	struct span label;
};

struct frame {
	const char *title;	       /* of the window: never a child's name */
	struct span heading;	       /* h1; absent: the title */
	struct span caption;	       /* small, above it */
	const struct child_row *child; /* the identity bar; NULL: the page is about no child */
	const struct crumb *crumbs;
	size_t ncrumbs;
	bool wide, errors;
	const char *banner_kind; /* info success warning error; NULL: no banner */
	const char *banner;
	struct span summary; /* HTML of html_problems; absent: none */
};

/* Sends a page.  body is HTML that was made by the HTML writer.  ST_NOMEM, ST_TOOBIG. */
enum status frame_send(struct page *p, int status, const struct frame *f, const struct buf *body);

/* The frame without an account and without the database, for errors. */
enum status frame_send_plain(struct page *p, int status, const char *title, const char *text);

/* Starts an HTML writer on a buffer. */
void frame_body(struct html *h, struct buf *b);

/* The hidden csrf field of a form. */
void frame_csrf(struct html *h, const struct page *p);

#endif
