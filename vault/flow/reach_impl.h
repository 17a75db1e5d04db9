/*
 * What reach_of.c and reach_look.c share.  Nobody else includes it.
 *
 * First the decisions about a child and all of its sheets, which cost little; then, where they are
 * needed, the lines: what the gate leaves of each sheet.
 */
#ifndef KARTE_FLOW_REACH_IMPL_H
#define KARTE_FLOW_REACH_IMPL_H

#include "generator/base/arena.h"
#include "vault/flow/decide.h"
#include "vault/flow/reach_of.h"

struct reach_walk {
	struct app *app;
	const struct account *who;
	int64_t now;
	struct arena *arena; /* of one child */
};

struct reach_sheet {
	const struct sheet_row *row;
	struct decision read, write;
};
struct reach_looks {
	struct decision karte;
	struct span makes; /* types of which this account may make a sheet */
	struct reach_sheet *sheets;
	size_t count;
};
struct reach_lines {
	struct reach_line *list;
	size_t count;
};

/* The rows of a child's sheets, in the arena. */
struct reach_rows {
	const struct sheet_row **list;
	size_t count;
};
enum status reach_rows(struct reach_walk *w, const struct child_row *c, struct reach_rows *out);
enum status reach_look(struct reach_walk *w, const struct child_row *c, struct ground *g,
		       const struct reach_rows *rows, struct reach_looks *out);
/* Is anything allowed? */
bool reach_any(const struct reach_looks *looks);
/* false if they may differ. */
bool reach_same_looks(const struct reach_looks *a, const struct reach_looks *b);
enum status reach_lines(struct reach_walk *w, const struct child_row *c,
			const struct reach_looks *looks, struct reach_lines *out);

#endif
