/*
 * A chart, drawn once for screen and paper: a model becomes a drawing of paths and texts, and a
 * drawing is written as SVG (chart_svg) or put on a page (flow_drawing of layout.h).
 *
 * Series are told apart by the shape of their marks, not by colour.
 */
#ifndef KARTE_RENDER_CHART_H
#define KARTE_RENDER_CHART_H

#include "generator/base/arena.h"
#include "generator/render/html.h"

/* ---- the model --------------------------------------------------------------------------------
 */

struct chart_point {
	double x, y;
};

/* A published curve, from left to right; its label stands at its right end. */
struct chart_curve {
	struct span label;
	const struct chart_point *points;
	size_t n;
	bool strong; /* the middle one */
};

/* A range of y that has a name. */
struct chart_zone {
	double from, to;
	struct span label;
};

/* Values, in order of x; each gets a mark by the place of its series. */
struct chart_series {
	struct span label;
	const struct chart_point *points;
	size_t n;
};
enum { CHART_SERIES_MAX = 8 };

struct chart_tick {
	double at;
	struct span label;
};

struct chart {
	struct span id;		 /* of the element, unique on its page */
	struct span title, desc; /* what a reader hears in its place */
	double x_min, x_max, y_min, y_max;
	const struct chart_tick *x_ticks, *y_ticks;
	size_t nx, ny;
	struct span x_label, y_label;
	const struct chart_curve *curves; /* lowest first */
	size_t ncurves;
	const struct chart_zone *zones;
	size_t nzones;
	const struct chart_series *series; /* at most CHART_SERIES_MAX are drawn */
	size_t nseries;
};

/* ---- the drawing ------------------------------------------------------------------------------
 */

enum ink { INK_TEXT, INK_MUTED, INK_HAIR, INK_TINT, INK_DATA, INK_GROUND, INK_COUNT };
enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct shape {
	bool is_text;
	enum ink ink;
	/* a path: n pairs */
	const double *xy;
	size_t n;
	double width; /* of the line; 0: the closed path is filled */
	bool closed, dashed;
	/* a text at xy[0], xy[1], its base line */
	struct span text;
	enum anchor anchor;
	double size;
};

struct drawing {
	double w, h;
	const struct shape *shapes;
	size_t n;
	struct span id, title, desc;
};

/* How large a chart is drawn, in units of 1/12 of its letters. */
enum { CHART_WIDTH = 340, CHART_PLOT = 190, CHART_LETTER = 12 };

/*
 * Draws.  Numbers that are no numbers, or lie outside the axes, are left out.  The drawing belongs
 * to the arena and uses the texts of the model.  ST_NOMEM.
 */
enum status chart_draw(struct arena *a, const struct chart *c, struct drawing *out);

/* As <svg role="img"> with title and desc; looks from the classes of style.css. */
void chart_svg(struct html *h, const struct drawing *d);

/* A round step for about so many ticks over a range: 1, 2 or 5 times a power of ten. */
double chart_step(double range, int ticks);
/* Ticks at the multiples of step from min to max, labelled with the number; NULL: no memory. */
struct chart_tick *chart_ticks(struct arena *a, double min, double max, double step, size_t *n);

#endif
