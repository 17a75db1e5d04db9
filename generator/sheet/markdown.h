/*
 * Markdown as a small tree of the kinds that a reader may meet.  The only user of cmark.
 *
 * Raw HTML becomes text, an image its description, a link with another scheme than http, https or
 * mailto its text: what is not in this list cannot be rendered by anyone.
 */
#ifndef KARTE_SHEET_MARKDOWN_H
#define KARTE_SHEET_MARKDOWN_H

#include "generator/base/arena.h"
#include "generator/base/buf.h"
#include "generator/base/status.h"

enum md_kind {
	/* blocks */
	MD_DOCUMENT,
	MD_PARAGRAPH,
	MD_HEADING, /* level 1..6 */
	MD_QUOTE,
	MD_LIST, /* ordered: start > =0, else -1 */
	MD_ITEM,
	MD_CODE_BLOCK, /* text */
	MD_RULE,
	/* inlines */
	MD_TEXT,
	MD_CODE,
	MD_SOFT_BREAK, /* a typed line end; shown as one */
	MD_BREAK,
	MD_EMPH,
	MD_STRONG,
	MD_LINK, /* url */
};

struct md_node {
	enum md_kind kind;
	int level; /* MD_HEADING */
	int start; /* MD_LIST: first number, -1 for bullets */
	bool tight;
	struct span text; /* MD_TEXT, MD_CODE, MD_CODE_BLOCK */
	struct span url;  /* MD_LINK */
	int line;	  /* of a block, from 1 */
	int end_line;
	struct md_node *first, *next;
};

enum {
	MD_MAX_BYTES = 64 * 1024, /* one prose field; the whole body of a sheet: MD_MAX_BODY */
	MD_MAX_BODY = 1024 * 1024,
	MD_MAX_NESTING = 8,
	MD_MAX_BRACKETS = 2000,
};

/*
 * Looks at a text before cmark may see it, since cmark takes quadratic time on some: size, nesting
 * of containers, brackets.  ST_OK, or ST_TOOBIG with *line set and fail() saying why.
 */
enum status md_guard(struct span text, size_t max, int *line);

/* Parses (after md_guard).  *out belongs to the arena. */
enum status md_parse(struct arena *a, struct span text, size_t max, struct md_node **out);

/* The text without any markup, one space for each break: for snippets and search. */
void md_plain(const struct md_node *n, struct buf *out);

/* One top-level heading of a document, by its place. */
struct md_heading {
	int level, line, end_line; /* lines from 1 */
	struct span text;	   /* plain */
};
/* The headings at the top level of the document, in order; arena's. */
enum status md_headings(struct arena *a, struct span text, size_t max, struct md_heading **out,
			size_t *count);

/*
 * Makes a prose field safe to stand in a sheet file: CRLF to LF, trailing white space and outer
 * blank lines removed, headings of level 1 to 3 lowered to 4, an unclosed code fence closed, the
 * opening < of raw HTML escaped with a backslash, so that nothing of it can end or swallow what
 * follows.  Idempotent; otherwise text stays as typed.  ST_TOOBIG as md_guard.
 */
enum status md_tame(struct span text, struct buf *out);

/* Is there raw HTML or an image in it?  *line is where.  For the check of files. */
bool md_has_foreign(struct span text, int *line);

#endif
