/* What the growth_figures*.c share. */
#ifndef KARTE_RENDER_GROWTH_FIGURES_INT_H
#define KARTE_RENDER_GROWTH_FIGURES_INT_H

#include "generator/render/growth_figures.h"

struct maker {
	struct arena *a;
	const struct growth_tables *tables;
	const struct growth_child *child;
	const struct growth_set *set;
	struct growth_figures *out;
	enum status st;
};

/* printf into the arena; an empty text after a failure. */
struct span maker_text(struct maker *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* count zeroed elements; NULL after a failure. */
void *maker_array(struct maker *m, size_t count, size_t size);
/* The next figure; NULL after a failure. */
struct growth_figure *maker_figure(struct maker *m, enum quantity q, const char *id,
				   struct span heading);
/* Room for a table whose first two columns are day and age. */
struct span *maker_table(struct maker *m, struct growth_figure *f, const char *const *heads,
			 size_t columns, size_t rows);
struct span maker_day(struct maker *m, struct day on);
struct span maker_age(struct maker *m, struct day on);
/* The age at which a day's values stand in a chart; false: nowhere. */
bool maker_x(const struct maker *m, struct day on, double *months);
/* Sets the axis of ages around months from..to. */
void maker_ages(struct maker *m, struct chart *c, double from, double to);
/* Sets the axis of values around from..to. */
void maker_values(struct maker *m, struct chart *c, double from, double to);
/* Draws the chart into the figure. */
void maker_draw(struct maker *m, struct growth_figure *f, struct chart *c);

/* Each adds its figures. */
void figure_body(struct maker *m, enum quantity q);
void figure_obesity(struct maker *m);
void figure_vision(struct maker *m);
void figure_hearing(struct maker *m);
void figure_scores(struct maker *m);

#endif
