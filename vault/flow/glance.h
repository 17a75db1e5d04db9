/*
 * What each sheet of a child says on the overview of the karte, for one reader: the fields whose
 * type says `glance`, as HTML, out of the gate's view and nothing else.
 *
 * Sheets are not parsed for each page: what one contributes is kept in the cache under its version,
 * the reader as the gate sees them, the types and the generation of names.
 */
#ifndef KARTE_FLOW_GLANCE_H
#define KARTE_FLOW_GLANCE_H

#include "generator/base/arena.h"
#include "generator/render/names.h"
#include "generator/sheet/type.h"
#include "vault/flow/decide.h"
#include "vault/flow/shield.h"
#include "vault/store/store.h"

struct glance_item {
	enum glance kind;
	struct span key;   /* the fact, or TYPE.FIELD: of two with one key the newer holds */
	struct span label; /* of the field */
	struct span html;  /* its content; that it is withheld, if it is */
	bool withheld;
};

struct glances {
	bool readable; /* false: this reader may not even know of the sheet */
	enum role as;  /* in whose place it is read */
	char opened[DECISION_SECTIONS][ID_MAX + 1]; /* sections beyond that role's */
	size_t nopened;
	const struct glance_item *items; /* the arena's */
	size_t count;
};

/* For all sheets of one child in one answer. */
struct glance_desk {
	struct app *app;
	struct question q; /* who, child, now */
	const struct shield *shield;
	const struct render_names *names;
	struct arena *arena;
	struct ground *ground;
	struct repo *repo; /* NULL until a sheet must be parsed */
	long long generation;
	/* the part of a key that many sheets share, and the decision that it was made from */
	struct buf reader;
	struct decision decision;
};

/* All but the app and the question is the caller's and must outlive the desk; end with
   glance_desk_close. */
enum status glance_desk_open(struct glance_desk *d, struct app *app, const struct question *q,
			     const struct shield *shield, const struct render_names *names,
			     struct arena *arena);
void glance_desk_close(struct glance_desk *d);

/* What one sheet of the child says, at the version of the row.  ST_OK also if it may not be read.
 */
enum status glances_of(struct glance_desk *d, const struct sheet_row *row, struct glances *out);

/*
 * On which day a sheet says what it says: when it was saved, or the last day of its period if that
 * was earlier.  An old sheet that is put right does not become the newest.
 */
struct day glance_day(const struct types *types, const struct sheet_row *row);

#endif
