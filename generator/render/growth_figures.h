/*
 * Everything that was measured of a child as figures: a chart and the table of its values, the same
 * for screen and paper.
 */
#ifndef KARTE_RENDER_GROWTH_FIGURES_H
#define KARTE_RENDER_GROWTH_FIGURES_H

#include "generator/growth/collect.h"
#include "generator/render/chart.h"

struct growth_figure {
	enum quantity quantity; /* the first of those that it shows; QUANTITY_NONE: 肥満度 */
	struct span id;		/* of its heading: "growth-height" */
	struct span heading;	/* "身長（cm）" */
	struct span note;	/* which curves, how to read them; may be empty */
	bool drawn;		/* there is a drawing; else only the table */
	struct drawing drawing;
	const struct span *heads;
	size_t columns;
	const struct span *cells; /* rows after each other, oldest first */
	size_t rows;
};

enum { GROWTH_FIGURES_MAX = 12 };
struct growth_figures {
	struct growth_figure list[GROWTH_FIGURES_MAX];
	size_t count;
	struct span about;    /* sex, birth, corrected age: one line */
	struct span left_out; /* what could not be shown, in a sentence; may be empty */
};

/* Of a settled set, in the arena.  The set must live as long.  tables may be NULL.  ST_NOMEM. */
enum status growth_figures_make(struct growth_figures *out, struct arena *a,
				const struct growth_tables *tables,
				const struct growth_child *child, const struct growth_set *set);

/* The figures one after the other: heading (level 2), SVG, note, table; or why there is none. */
void growth_html(struct html *h, const struct growth_figures *f);

#endif
