/* The one routine that draws a chart. */
#include "generator/render/chart.h"

#include <math.h>
#include <stdio.h>

enum {
	LEFT = 38,
	RIGHT = 26,
	TOP = 20,
	AXIS = 34, /* below the plot: labels of ticks and of the axis */
	ROW = 18,  /* of the legend */
	SHAPES_MAX = 4096,
	TICKS_MAX = 60,
	CIRCLE = 16,
	SMALL = 10,
};

struct canvas {
	struct arena *a;
	const struct chart *c;
	struct shape *shapes;
	size_t n, cap;
	double w, h; /* of the plot */
	enum status st;
};

/* ---- shapes -----------------------------------------------------------------------------------
 */

static void put(struct canvas *v, struct shape s)
{
	struct shape *more;

	if (v->st || v->n == SHAPES_MAX)
		return;
	if (v->n == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 128;
		more = arena_array(v->a, v->cap, sizeof *more);
		if (!more) {
			v->st = ST_NOMEM;
			return;
		}
		if (v->n)
			memcpy(more, v->shapes, v->n * sizeof *more);
		v->shapes = more;
	}
	v->shapes[v->n++] = s;
}

/* Room for n pairs; NULL when there is none. */
static double *pairs(struct canvas *v, size_t n)
{
	double *xy = v->st ? NULL : arena_array(v->a, n, 2 * sizeof *xy);

	if (!xy && !v->st)
		v->st = ST_NOMEM;
	return xy;
}

static void line(struct canvas *v, double x1, double y1, double x2, double y2, enum ink ink,
		 double width)
{
	double *xy = pairs(v, 2);

	if (!xy)
		return;
	memcpy(xy, (double[]){x1, y1, x2, y2}, 4 * sizeof *xy);
	put(v, (struct shape){.ink = ink, .xy = xy, .n = 2, .width = width});
}

static void box(struct canvas *v, double x, double y, double w, double h, enum ink ink)
{
	double *xy = pairs(v, 4);

	if (!xy)
		return;
	memcpy(xy, (double[]){x, y, x + w, y, x + w, y + h, x, y + h}, 8 * sizeof *xy);
	put(v, (struct shape){.ink = ink, .xy = xy, .n = 4, .closed = true});
}

static void text(struct canvas *v, double x, double y, struct span s, enum anchor anchor,
		 double size, enum ink ink)
{
	double *xy = s.n ? pairs(v, 1) : NULL;

	if (!xy)
		return;
	xy[0] = x;
	xy[1] = y;
	put(v, (struct shape){.is_text = true,
			      .ink = ink,
			      .xy = xy,
			      .n = 1,
			      .text = s,
			      .anchor = anchor,
			      .size = size});
}

/* ---- places -----------------------------------------------------------------------------------
 */

static double at_x(const struct canvas *v, double x)
{
	return LEFT + (x - v->c->x_min) / (v->c->x_max - v->c->x_min) * v->w;
}

static double at_y(const struct canvas *v, double y)
{
	return TOP + v->h - (y - v->c->y_min) / (v->c->y_max - v->c->y_min) * v->h;
}

static bool inside(const struct chart *c, struct chart_point p)
{
	return p.x >= c->x_min && p.x <= c->x_max && p.y >= c->y_min && p.y <= c->y_max;
}

/* The points that lie inside, as places; *n of them. */
static double *places(struct canvas *v, const struct chart_point *points, size_t count, size_t *n)
{
	double *xy = count ? pairs(v, count) : NULL;

	*n = 0;
	for (size_t i = 0; xy && i < count; i++) {
		if (!inside(v->c, points[i]))
			continue;
		xy[2 * *n] = at_x(v, points[i].x);
		xy[2 * *n + 1] = at_y(v, points[i].y);
		++*n;
	}
	return xy;
}

/* ---- marks ------------------------------------------------------------------------------------
 */

/* The corners of the mark of a series around 0, 0: circle, triangle, square, diamond. */
static size_t corners(size_t series, double out[static 2 * CIRCLE])
{
	static const double triangle[] = {0, -5, 4.6, 3.4, -4.6, 3.4},
			    square[] = {-3.6, -3.6, 3.6, -3.6, 3.6, 3.6, -3.6, 3.6},
			    diamond[] = {0, -5.2, 5.2, 0, 0, 5.2, -5.2, 0};
	static const struct {
		const double *xy;
		size_t n;
	} shapes[] = {{NULL, CIRCLE}, {triangle, 3}, {square, 4}, {diamond, 4}};
	size_t kind = series % 4;

	if (shapes[kind].xy)
		memcpy(out, shapes[kind].xy, shapes[kind].n * 2 * sizeof *out);
	for (size_t i = 0; !shapes[kind].xy && i < CIRCLE; i++) {
		out[2 * i] = 4 * cos(2 * M_PI * (double)i / CIRCLE);
		out[2 * i + 1] = 4 * sin(2 * M_PI * (double)i / CIRCLE);
	}
	return shapes[kind].n;
}

/* The second four series have hollow marks. */
static void mark(struct canvas *v, size_t series, double x, double y)
{
	double around[2 * CIRCLE];
	size_t n = corners(series, around);
	double *xy = pairs(v, n);

	if (!xy)
		return;
	for (size_t i = 0; i < n; i++) {
		xy[2 * i] = x + around[2 * i];
		xy[2 * i + 1] = y + around[2 * i + 1];
	}
	put(v, (struct shape){
		   .ink = series < 4 ? INK_DATA : INK_GROUND, .xy = xy, .n = n, .closed = true});
	if (series >= 4)
		put(v, (struct shape){
			   .ink = INK_DATA, .xy = xy, .n = n, .closed = true, .width = 1.4});
}

/* ---- parts of the chart ------------------------------------------------------------------------
 */

static void draw_zones(struct canvas *v)
{
	for (size_t i = 0; i < v->c->nzones; i++) {
		const struct chart_zone *z = &v->c->zones[i];

		if (i % 2 == 0)
			box(v, LEFT, at_y(v, z->to), v->w, at_y(v, z->from) - at_y(v, z->to),
			    INK_TINT);
		text(v, LEFT + v->w + 4, (at_y(v, z->from) + at_y(v, z->to)) / 2 + 4, z->label,
		     ANCHOR_START, CHART_LETTER, INK_TEXT);
	}
}

static void draw_axes(struct canvas *v)
{
	const struct chart *c = v->c;
	double bottom = TOP + v->h;

	for (size_t i = 0; i < c->ny && i < TICKS_MAX; i++) {
		double y = at_y(v, c->y_ticks[i].at);

		if (!(y > TOP - 1 && y < bottom + 1))
			continue;
		line(v, LEFT, y, LEFT + v->w, y, INK_HAIR, 0.75);
		text(v, LEFT - 4, y + 4, c->y_ticks[i].label, ANCHOR_END, SMALL, INK_MUTED);
	}
	for (size_t i = 0; i < c->nx && i < TICKS_MAX; i++) {
		double x = at_x(v, c->x_ticks[i].at);

		if (!(x > LEFT - 1 && x < LEFT + v->w + 1))
			continue;
		line(v, x, TOP, x, bottom, INK_HAIR, 0.75);
		text(v, x, bottom + 13, c->x_ticks[i].label, ANCHOR_MIDDLE, SMALL, INK_MUTED);
	}
	line(v, LEFT, bottom, LEFT + v->w, bottom, INK_MUTED, 1);
	line(v, LEFT, TOP, LEFT, bottom, INK_MUTED, 1);
	text(v, LEFT + v->w / 2, bottom + 28, c->x_label, ANCHOR_MIDDLE, CHART_LETTER, INK_TEXT);
	text(v, 2, 12, c->y_label, ANCHOR_START, CHART_LETTER, INK_TEXT);
}

static void draw_curves(struct canvas *v)
{
	double above = INFINITY;

	for (size_t i = 0; i < v->c->ncurves; i++) {
		const struct chart_curve *k = &v->c->curves[i];
		size_t n;
		double *xy = places(v, k->points, k->n, &n), y;

		if (!xy || n < 2)
			continue;
		put(v, (struct shape){.ink = INK_MUTED,
				      .xy = xy,
				      .n = n,
				      .width = k->strong ? 1.2 : 0.8,
				      .dashed = !k->strong});
		y = fmin(xy[2 * n - 1] + 3, above - SMALL + 1); /* labels do not touch */
		text(v, xy[2 * n - 2] + 3, y, k->label, ANCHOR_START, SMALL, INK_MUTED);
		above = y;
	}
}

static size_t drawn_series(const struct chart *c)
{
	return c->nseries < CHART_SERIES_MAX ? c->nseries : CHART_SERIES_MAX;
}

static void draw_series(struct canvas *v)
{
	for (size_t i = 0; i < drawn_series(v->c); i++) {
		const struct chart_series *s = &v->c->series[i];
		size_t n;
		double *xy = places(v, s->points, s->n, &n);

		if (!xy)
			continue;
		if (n > 1)
			put(v, (struct shape){.ink = INK_DATA,
					      .xy = xy,
					      .n = n,
					      .width = 1.6,
					      .dashed = i % 2 == 1});
		for (size_t k = 0; k < n; k++)
			mark(v, i, xy[2 * k], xy[2 * k + 1]);
	}
}

/* One series needs no key: the title says what it is. */
static size_t legend_rows(const struct chart *c)
{
	return drawn_series(c) > 1 ? drawn_series(c) : 0;
}

static void draw_legend(struct canvas *v)
{
	double y = TOP + v->h + AXIS + ROW / 2.0;

	for (size_t i = 0; i < legend_rows(v->c); i++, y += ROW) {
		mark(v, i, LEFT + 6, y);
		text(v, LEFT + 18, y + 4, v->c->series[i].label, ANCHOR_START, CHART_LETTER,
		     INK_TEXT);
	}
}

static bool drawable(const struct chart *c)
{
	return isfinite(c->x_min) && isfinite(c->x_max) && isfinite(c->y_min) &&
	       isfinite(c->y_max) && c->x_max > c->x_min && c->y_max > c->y_min;
}

enum status chart_draw(struct arena *a, const struct chart *c, struct drawing *out)
{
	struct canvas v = {.a = a, .c = c, .w = CHART_WIDTH - LEFT - RIGHT, .h = CHART_PLOT};

	*out = (struct drawing){.w = CHART_WIDTH,
				.h = TOP + CHART_PLOT + AXIS + ROW * (double)legend_rows(c),
				.id = c->id,
				.title = c->title,
				.desc = c->desc};
	if (!drawable(c))
		return ST_OK;
	draw_zones(&v);
	draw_axes(&v);
	draw_curves(&v);
	draw_series(&v);
	draw_legend(&v);
	out->shapes = v.shapes;
	out->n = v.n;
	return v.st;
}

/* ---- axes -------------------------------------------------------------------------------------
 */

double chart_step(double range, int ticks)
{
	double raw = range / (ticks > 0 ? ticks : 1), power, digit;

	if (!isfinite(raw) || raw <= 0)
		return 1;
	power = pow(10, floor(log10(raw)));
	digit = raw / power;
	return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

struct chart_tick *chart_ticks(struct arena *a, double min, double max, double step, size_t *n)
{
	struct chart_tick *list = arena_array(a, TICKS_MAX, sizeof *list);
	double first = ceil(min / step - 1e-9);

	*n = 0;
	for (double k = first; list && k * step <= max + 1e-9 && *n < TICKS_MAX; k++) {
		const char *label = arena_printf(a, "%g", k * step + 0.0);

		if (!label)
			return NULL;
		list[(*n)++] = (struct chart_tick){k * step, span_of(label)};
	}
	return list;
}
