/*
 * Writes HTML (and SVG) element by element, escaping by default.
 *
 *	html_open(h, "a");
 *	html_attrs(h, "href", "/help");
 *	html_texts(h, "ヘルプ & 連絡先");
 *	html_close(h);
 *
 * Tag and attribute names are literals of the program, never input.  Mistakes of the program (an
 * attribute after text, a close too many, style= or on…=) are asserted.  Void elements (input, br,
 * img …) are opened and never closed.  Failures (no memory, too long) stick in the buffer: look at
 * html_end or at the buffer once, at the end.  A writer belongs to one thread.
 */
#ifndef KARTE_RENDER_HTML_H
#define KARTE_RENDER_HTML_H

#include "generator/base/buf.h"

enum { HTML_DEPTH = 96 }; /* open elements at a time */

struct html {
	struct buf *out;
	const char *stack[HTML_DEPTH];
	unsigned depth;
	bool in_tag; /* the start tag still takes attributes */
};

/* A writer that appends to out, which must live as long. */
void html_init(struct html *h, struct buf *out);
/* Ends the writing: all must be closed.  Returns the state of the buffer. */
enum status html_end(struct html *h);

void html_open(struct html *h, const char *tag);
/* Closes the innermost open element. */
void html_close(struct html *h);
/* Closes until the element of the given name, and it too, is closed. */
void html_close_to(struct html *h, const char *tag);

/*
 * Attributes, right after html_open.  An absent span or NULL writes nothing.  In href, src, action
 * and formaction an address that escape_url_allowed() refuses becomes "#".
 */
void html_attr(struct html *h, const char *name, struct span value);
void html_attrs(struct html *h, const char *name, const char *value);
void html_attrf(struct html *h, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A boolean attribute (checked, disabled …), written if on. */
void html_flag(struct html *h, const char *name, bool on);
/* Short for class=, the most frequent one. */
void html_class(struct html *h, const char *value);

void html_text(struct html *h, struct span s);
void html_texts(struct html *h, const char *str);
void html_textf(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An element with nothing but text in it: open, text, close. */
void html_leaf(struct html *h, const char *tag, struct span s);
void html_leafs(struct html *h, const char *tag, const char *str);
/* The same with a class (NULL: none). */
void html_leaf_class(struct html *h, const char *tag, const char *cls, struct span s);

/* <a href>text</a>; the whole of href is given, its parts already through escape_url_part. */
void html_link(struct html *h, const char *href, struct span text);
/* <input type="hidden">. */
void html_hidden(struct html *h, const char *name, struct span value);

/* The tag of a heading, "h1" to "h6"; other levels give the nearest. */
const char *html_heading(int level);

/* Bytes as they are.  Only for what this program itself has rendered. */
void html_raw(struct html *h, struct span trusted);

#endif
