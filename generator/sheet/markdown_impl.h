/*
 * What the files of the Markdown part share: the places in a text that matter for a sheet file.
 * For markdown*.c only.
 */
#ifndef KARTE_SHEET_MARKDOWN_IMPL_H
#define KARTE_SHEET_MARKDOWN_IMPL_H

#include "generator/sheet/markdown.h"

/* The deepest node of a tree that md_parse makes; deeper emphasis loses its marks, not its text. */
enum { MD_MAX_DEPTH = 32 };

enum md_mark_kind {
	MARK_ATX,	  /* a heading written with # */
	MARK_SETEXT,	  /* one that is underlined; `end_line` is the underline */
	MARK_HTML_BLOCK,  /* lines of raw HTML */
	MARK_HTML_INLINE, /* a paragraph or heading with raw HTML in it */
	MARK_IMAGE,	  /* a paragraph or heading with an image in it */
	MARK_OPEN_FENCE,  /* a code fence at the top level that nothing closes */
};

struct md_mark {
	enum md_mark_kind kind;
	int level;	    /* of a heading */
	bool top;	    /* a heading at the top level */
	struct span text;   /* the plain text of such a heading */
	int line, end_line; /* from 1 */
	size_t col;	    /* byte in the line, from 0 */
};

/* All such places, in the order of the text; the arena's.  The text has passed md_guard and has
   LF as its only line end. */
enum status md_marks(struct arena *a, struct span text, struct md_mark **out, size_t *count);

/*
 * Runs a function that calls cmark, which takes its memory from the three below: at most max bytes,
 * all given back at the end.  When they are used up the function is left where it stands, so it may
 * own nothing but what is in arenas: ST_TOOBIG; ST_NOMEM if the system has no more.
 */
enum status md_memory_run(size_t max, enum status (*run)(void *), void *context);
void *md_memory_calloc(size_t n, size_t size);
void *md_memory_realloc(void *old, size_t size);
void md_memory_free(void *p);

#endif
