/*
 * Other sheets of the same child beside the one that is written: last year's answers, values that
 * were told before.  Each is a view, made by the decision and the gate of this reader; what is
 * shown of it is recorded before the answer leaves.
 */
#ifndef KARTE_FLOW_TOLD_H
#define KARTE_FLOW_TOLD_H

#include "generator/role/told.h"
#include "vault/flow/read_sheet.h"

enum { SOURCES_MAX = 40 }; /* the newest */

struct source {
	struct sheet_row row;
	struct view *view;
	enum reason why; /* of the decision that opened it */
	bool shown;	 /* set it when something of it goes onto the page */
};

struct sources {
	struct source *list;		      /* newest first */
	struct told_source seen[SOURCES_MAX]; /* the same, in the same order */
	size_t count;
	const struct source *before; /* of the same type, the period before; NULL: none */
};

/*
 * The sheets of the child, other than the one that is read, that can say something in a section
 * of it (absent: in any): those of its type, and those with a fact in common.  End with
 * sources_clear.
 */
enum status sources_load(struct sources *out, const struct reading *r, struct span section,
			 struct arena *a);
/* The one of a name "TYPE/ID"; NULL. */
struct source *source_find(struct sources *s, struct span name);
/* Records the looks at those that are shown.  ST_IO: do not answer. */
enum status sources_done(const struct sources *s, const struct reading *r);
void sources_clear(struct sources *s);

#endif
