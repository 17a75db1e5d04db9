/*
 * YAML as a tree of texts, with places.  The only user of libyaml.
 *
 * Every scalar is text; what it means is for the reader of the tree to say, so 1.1's surprises
 * (no, 12:30, 010) cannot happen.  Anchors, aliases and tags are refused; size, depth and number
 * of nodes are bounded; duplicate keys are an error.
 */
#ifndef KARTE_SHEET_YAML_H
#define KARTE_SHEET_YAML_H

#include "generator/base/arena.h"
#include "generator/base/buf.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"

enum ynode_kind { Y_TEXT, Y_MAP, Y_LIST };

struct ynode {
	enum ynode_kind kind;
	int line, col;	     /* of the value, from 1 */
	struct span text;    /* Y_TEXT: the scalar, terminated; plain "" and ~ are empty text */
	bool quoted;	     /* Y_TEXT: was it written in quotes or as a block */
	struct ynode *first; /* Y_MAP, Y_LIST: the children in order */
	size_t count;
	struct ynode *next; /* the following sibling */
	struct span key;    /* in a map: the key */
	int key_line, key_col;
	bool used;	  /* set by ymap_get, for ymap_unknown */
	const char *file; /* if it came from another file than the tree it stands in; else NULL */
};

enum {
	YAML_MAX_BYTES = 1024 * 1024,
	YAML_MAX_DEPTH = 12,
	YAML_MAX_NODES = 50000,
};

/*
 * Reads exactly one document.  *out and all texts belong to the arena.  first_line is added to
 * line numbers (1 for a whole file).  ST_INVALID with problems (codes yaml.*), ST_NOMEM,
 * ST_TOOBIG (also with a problem).
 */
enum status yaml_read(struct arena *a, const char *file, struct span bytes, int first_line,
		      struct ynode **out, struct problems *ps);

/* What stands between the lines "---" with which a file begins; absent if it does not begin so.
   Its first line is line 2 of the file. */
struct span yaml_head(struct span file);

/* The value of a key, NULL if the map has none (or is NULL or not a map).  Marks it as used. */
struct ynode *ymap_get(struct ynode *map, const char *key);
/* The text of a key, SPAN_NONE if absent or not a text. */
struct span ymap_text(struct ynode *map, const char *key);
/* Reports every key of the map that was never asked for (code yaml.unknown-key). */
void ymap_unknown(struct ynode *map, const char *file, struct problems *ps);

/*
 * Writing, in the one canonical way: appends a scalar so that it reads back as the same text, plain
 * where that is safe, else in double quotes.  In `flow` context , [ ] { } also force quotes.
 * `plain` says that the text is of a kind (number, date, flag, id) that needs no quotes although
 * it looks like another YAML type.
 */
void yaml_put(struct buf *out, struct span text, bool flow, bool plain);

#endif
