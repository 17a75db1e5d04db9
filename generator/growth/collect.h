/*
 * What was measured of a child, gathered from views of any sheets: only what the reader may see is
 * there to be drawn.
 */
#ifndef KARTE_GROWTH_COLLECT_H
#define KARTE_GROWTH_COLLECT_H

#include "generator/base/arena.h"
#include "generator/growth/growth.h"
#include "generator/role/redact.h"

/* The bands of visual acuity of school health: A from 1.0, B from 0.7, C from 0.3, D below. */
enum vision_band { VISION_NONE, VISION_D, VISION_C, VISION_B, VISION_A };
enum vision_band vision_band_of(double acuity);

struct growth_point {
	enum quantity quantity;
	struct day on;
	bool measured;	       /* value holds; else only text, and perhaps the band */
	double value;	       /* cm, kg, acuity, score */
	enum vision_band band; /* of a vision */
	struct span text;      /* as a table shows it */
	struct span series;    /* of a score: the test, and the label if the test
				   has several scores; else empty */
};

enum { GROWTH_POINTS_MAX = 5000 };

struct growth_set {
	struct arena *arena;
	struct growth_point *points; /* after growth_settle: by quantity, series, day */
	size_t count, cap;
	size_t undated;	   /* values of no known day, which are not among the points */
	bool cut;	   /* there were more than GROWTH_POINTS_MAX */
	int weeks;	   /* of gestation; 0: unknown */
	bool weeks_differ; /* sheets say different numbers: none is taken */
};

/* An empty set whose content is the arena's. */
void growth_set_init(struct growth_set *s, struct arena *a);
/* Adds what a view shows.  ST_NOMEM.  The view is not needed afterwards. */
enum status growth_collect(struct growth_set *s, const struct view *v);
/*
 * When all views are in: sorts, makes one of equal values of one day, and computes BMI for days
 * with height and weight but without one.  ST_NOMEM.
 */
enum status growth_settle(struct growth_set *s);

/* The points of a quantity in a settled set: how many, and the first in *out. */
size_t growth_of(const struct growth_set *s, enum quantity q, const struct growth_point **out);

#endif
