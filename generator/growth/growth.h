/*
 * How a child grows: age, standard weight, and where a value stands among the published ones.
 * A position is a place between curves and never a judgement: nothing here says whether a value is
 * good or bad.  Pure; no clock.
 */
#ifndef KARTE_GROWTH_GROWTH_H
#define KARTE_GROWTH_GROWTH_H

#include "generator/base/buf.h"
#include "generator/base/day.h"
#include "generator/sheet/problem.h"
#include "generator/sheet/type.h"

/* ---- tables -----------------------------------------------------------------------------------
 */

enum growth_sex { GROWTH_FEMALE, GROWTH_MALE, GROWTH_SEX_COUNT, GROWTH_UNKNOWN = GROWTH_SEX_COUNT };
/* "female", "male"; anything else is unknown, and then there are no curves. */
enum growth_sex growth_sex_of(struct span sex);

enum { GROWTH_PERCENTILES = 7 };
/* 3 10 25 50 75 90 97 */
extern const int growth_percentiles[GROWTH_PERCENTILES];

struct growth_tables;

/*
 * Reads the files of a folder, as karte-growth(5) describes them: the percentiles and the formulas
 * of standard weight must be there, reference_lms.csv and reference_mean_sd.csv may.  ST_NOTFOUND
 * without the folder; ST_CONFIG with problems (codes growth.*) for a file that is missing or wrong.
 * Read-only afterwards, for any number of threads.  Free with growth_tables_free.
 *
 * Everywhere else `t` may be NULL: then there is no table.
 */
enum status growth_tables_load(struct growth_tables **out, const char *dir, struct problems *ps);
void growth_tables_free(struct growth_tables *t);

/* ---- age --------------------------------------------------------------------------------------
 */

enum {
	GROWTH_TERM_WEEKS = 37,	    /* born earlier: the age is corrected … */
	GROWTH_DUE_WEEKS = 40,	    /* … by the days to 40 weeks … */
	GROWTH_CORRECT_MONTHS = 24, /* … until the second birthday */
	GROWTH_WEEKS_MIN = 20,	    /* what is believed as weeks of gestation */
	GROWTH_WEEKS_MAX = 45,
};

struct growth_age {
	int months, days; /* completed, since birth */
	double exact;	  /* in months, with the part of the running one */
	bool corrected;	  /* the following hold */
	bool before_due;  /* the day at which the child was due has not come: there is no age */
	int corrected_months, corrected_days;
	double corrected_exact;
};
/* weeks: completed weeks of gestation, 0 if unknown.  false: on is before the birth. */
bool growth_age(struct day born, struct day on, int weeks, struct growth_age *out);
/* The age at which a value is compared: the corrected one where it holds.  false: none. */
bool growth_age_compared(const struct growth_age *a, double *months);
/* "生後12日", "生後8か月", "1歳2か月（修正 1歳0か月）" */
void growth_age_say(const struct growth_age *a, struct buf *out);

/* ---- positions --------------------------------------------------------------------------------
 */

/* The value of a percentile (0 .. GROWTH_PERCENTILES - 1) at an age.  Between the middles of two
   age bands it is interpolated; false outside the table. */
bool growth_percentile_at(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
			  double months, size_t percentile, double *out);
/* The months from and to which there are percentiles; false: there are none. */
bool growth_percentile_range(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
			     double *from, double *to);
/*
 * The value at so many standard deviations (L, M, S of Cole 1990: M(1 + LSz)^(1/L)), from a
 * reference that a municipality supplied; false without one.
 */
bool growth_sd_at(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		  double months, double sd, double *out);
bool growth_sd_range(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		     double *from, double *to);

struct growth_position {
	bool has_band;
	size_t band;	   /* how many of the curves the value reaches: 0 below the lowest, 7 */
	bool on_curve;	   /* exactly on curve band - 1 */
	double percentile; /* 3..97, between two curves by the normal deviate; no further outside */
	bool has_sds;
	double sds; /* standard deviations from the mean */
};
/* false: no table has anything to say. */
bool growth_position(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		     double months, double value, struct growth_position *out);
/* "25〜50のあいだ（およそ40）", "50", "3より下" with 「パーセンタイル」, and "SD +0.5". */
void growth_position_say(const struct growth_position *p, struct buf *out);

/*
 * Standard weight in kg for a height in cm: 村田式 from 1 to 6 years (70 to 120 cm), then 伊藤式
 * by age, to 17 years.  false where no formula holds.
 */
bool growth_standard_weight(const struct growth_tables *t, enum growth_sex sex, double months,
			    double height, double *out);
/* One of the published formulas by its name (murata_infant_quadratic, ito_age_linear,
   ito_height_cubic). */
bool growth_standard_weight_by(const struct growth_tables *t, const char *method,
			       enum growth_sex sex, double months, double height, double *out);
/* 肥満度: (weight - standard) / standard, in per cent. */
bool growth_obesity(const struct growth_tables *t, enum growth_sex sex, double months,
		    double height, double weight, double *out);

/* ---- a value that may be mistyped --------------------------------------------------------------
 */

struct growth_earlier {
	struct day on;
	double value;
};
struct growth_child {
	enum growth_sex sex;
	struct day born; /* y == 0: unknown */
	int weeks;	 /* of gestation; 0: unknown */
};

/*
 * Is it worth asking once whether a value (cm, kg) is meant so?  Appends why, one short sentence in
 * Japanese; afterwards the value is accepted as it is.  Height, weight, head and chest only.
 *
 *	out of the table   more than GROWTH_FAR times the distance of median and outermost
 *	                   percentile beyond the outermost (with 2: beyond about 5.6 SD)
 *	shrinking          a height more than 1 cm, a head more than 0.5 cm below an earlier one
 *	a jump             in the table: more than 3 SD between this and the nearest earlier value;
 *	                   beyond it: a height of more than 2 cm and 15 cm a year, a weight of less
 *	                   than 3/4 or more than 4/3 of one within a year
 *
 * These limits are ours, chosen so that they find slips of a digit or of a unit.  earlier: in any
 * order; what is not before `on` is ignored.
 */
enum { GROWTH_FAR = 2 };
bool growth_unusual(const struct growth_tables *t, const struct growth_child *child,
		    enum quantity q, double value, struct day on,
		    const struct growth_earlier *earlier, size_t count, struct buf *why);

/* "110.5": at most three digits after the point, no needless zeros. */
void growth_number(struct buf *out, double value);
/* 身長, 体重, 頭囲, … and cm, kg, "" */
const char *growth_quantity_label(enum quantity q);
const char *growth_quantity_unit(enum quantity q);

#endif
