/* A Markdown tree as HTML: only the kinds of markdown.h, everything escaped. */
#ifndef KARTE_RENDER_HTML_MARKDOWN_H
#define KARTE_RENDER_HTML_MARKDOWN_H

#include "generator/render/html.h"
#include "generator/sheet/markdown.h"

/*
 * Writes the blocks below a document node.  A typed line end becomes <br>.  Headings are moved down
 * by `lower` levels, at most to h6.  Elements deeper than 40 are written as their plain text.
 */
void html_markdown(struct html *h, const struct md_node *document, int lower);

/* The same from text.  A text that markdown.h refuses (size, nesting) is shown as typed. */
void html_prose(struct html *h, struct span text, int lower);

#endif
