/* The parsed form of a template; for mustache_*.c only. */
#ifndef KARTE_RENDER_MUSTACHE_TREE_H
#define KARTE_RENDER_MUSTACHE_TREE_H

#include "generator/render/mustache.h"

enum mnode_kind { MN_TEXT, MN_VALUE, MN_RAW, MN_SECTION, MN_INVERTED, MN_PARTIAL };

struct mnode {
	enum mnode_kind kind;
	bool line_start;    /* MN_TEXT: begins a line, where a partial's indentation goes */
	struct span text;   /* MN_TEXT: the text; MN_PARTIAL: its name */
	struct span indent; /* MN_PARTIAL alone on its line: the white space before it */
	struct span *path;  /* of a name: its parts; npath 0 is the implicit iterator "." */
	size_t npath;
	int line, col;
	struct mnode *first, *last, *next;
	struct mnode *next_partial; /* the one before it */
};

enum { MUSTACHE_MAX_PATH = 16 };

/* A template's text, how far it is parsed, and the delimiters that hold there. */
struct msource {
	struct span text;
	size_t pos;
	struct span open, close;
};

/* One {{tag}} as found in the text. */
struct mtag {
	char kind; /* '#' '^' '/' '>' '!' '=' '&' '{', or 0 for a plain name */
	struct span name;
	size_t start, end;    /* the whole tag */
	bool alone;	      /* nothing else on its line, which then is no part of the output */
	size_t before, after; /* where the text before it ends, where the text after it begins */
};

/* Where the needle stands at or after `from`; -1 if nowhere. */
long msource_find(const struct msource *s, size_t from, struct span needle);
bool msource_line_start(const struct msource *s, size_t at);
/* Reads the tag whose opening delimiter stands at `start`; false if it has no end. */
bool mtag_read(const struct msource *s, size_t start, struct mtag *t);

struct mustache {
	struct arena *arena;
	struct mnode root;
	struct mustache_use *uses;
	size_t nuses;
};

#endif
