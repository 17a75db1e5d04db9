/* What growth_tables_load reads.  Only for generator/growth. */
#ifndef KARTE_GROWTH_TABLES_H
#define KARTE_GROWTH_TABLES_H

#include "generator/base/arena.h"
#include "generator/growth/growth.h"

enum { GROWTH_ROWS_MAX = 500, GROWTH_FORMULAS_MAX = 100, GROWTH_METHOD = 32 };

/* One age band of the survey, or one age of a reference. */
struct growth_band {
	double from, to, at; /* months; the values hold in the middle */
	double p[GROWTH_PERCENTILES];
};
struct growth_bands {
	struct growth_band *rows; /* ascending */
	size_t n;
};

struct growth_lms {
	double at, l, m, s; /* mean and SD as l = 1, m = mean, s = SD / mean */
};
struct growth_reference {
	struct growth_lms *rows; /* ascending */
	size_t n;
};

struct growth_formula {
	char method[GROWTH_METHOD];
	enum growth_sex sex;
	double months_from, months_below, height_from, height_below;
	double k[4];
};

/* By mean and SD first for scores; by L, M, S first for curves: the two differ a little. */
struct growth_tables {
	struct arena *arena;
	struct growth_bands bands[QUANTITY_COUNT][GROWTH_SEX_COUNT];
	struct growth_reference lms[QUANTITY_COUNT][GROWTH_SEX_COUNT];
	struct growth_reference mean[QUANTITY_COUNT][GROWTH_SEX_COUNT];
	struct growth_formula formulas[GROWTH_FORMULAS_MAX];
	size_t nformulas;
};

#endif
