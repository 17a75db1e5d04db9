/* Where a value stands among the published ones. */
#include "generator/growth/tables.h"

#include <math.h>
#include <stdio.h>

const int growth_percentiles[GROWTH_PERCENTILES] = {3, 10, 25, 50, 75, 90, 97};

enum growth_sex growth_sex_of(struct span sex)
{
	return span_is(sex, "female") ? GROWTH_FEMALE
	       : span_is(sex, "male") ? GROWTH_MALE
				      : GROWTH_UNKNOWN;
}

/* ---- percentiles ------------------------------------------------------------------------------
 */

static const struct growth_bands *bands_of(const struct growth_tables *t, enum growth_sex sex,
					   enum quantity q)
{
	if (!t || (unsigned)sex >= GROWTH_SEX_COUNT || (unsigned)q >= QUANTITY_COUNT)
		return NULL;
	return t->bands[q][sex].n ? &t->bands[q][sex] : NULL;
}

bool growth_percentile_range(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
			     double *from, double *to)
{
	const struct growth_bands *b = bands_of(t, sex, q);

	if (!b)
		return false;
	*from = b->rows[0].from;
	*to = b->rows[b->n - 1].to;
	return true;
}

static double between(double x, double x1, double y1, double x2, double y2)
{
	return x2 > x1 ? y1 + (y2 - y1) * (x - x1) / (x2 - x1) : y1;
}

/* After the middle of the last band its line goes on to the end of the band. */
bool growth_percentile_at(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
			  double months, size_t percentile, double *out)
{
	const struct growth_bands *b = bands_of(t, sex, q);
	size_t i = 1;

	if (!b || percentile >= GROWTH_PERCENTILES || !(months >= b->rows[0].from) ||
	    !(months < b->rows[b->n - 1].to || months <= b->rows[b->n - 1].at))
		return false;
	if (b->n == 1) {
		*out = b->rows[0].p[percentile];
		return true;
	}
	while (i + 1 < b->n && months > b->rows[i].at)
		i++;
	*out = between(months, b->rows[i - 1].at, b->rows[i - 1].p[percentile], b->rows[i].at,
		       b->rows[i].p[percentile]);
	return true;
}

/* Standard normal deviates of the percentiles, to four digits. */
static const double deviates[GROWTH_PERCENTILES] = {-1.8808, -1.2816, -0.6745, 0,
						    0.6745,  1.2816,  1.8808};

static double normal(double z)
{
	return 50 * erfc(-z / sqrt(2));
}

static void place(const double *p, double value, struct growth_position *out)
{
	size_t i = 0;

	while (i < GROWTH_PERCENTILES && value >= p[i])
		i++;
	out->has_band = true;
	out->band = i;
	out->on_curve = i && value <= p[i - 1];
	if (i == 0)
		out->percentile = growth_percentiles[0];
	else if (i == GROWTH_PERCENTILES || out->on_curve)
		out->percentile = growth_percentiles[i - 1];
	else
		out->percentile =
		    normal(between(value, p[i - 1], deviates[i - 1], p[i], deviates[i]));
}

/* ---- standard deviations ----------------------------------------------------------------------
 */

static const struct growth_reference *reference_of(const struct growth_tables *t,
						   enum growth_sex sex, enum quantity q, bool curve)
{
	const struct growth_reference *first, *second;

	if (!t || (unsigned)sex >= GROWTH_SEX_COUNT || (unsigned)q >= QUANTITY_COUNT)
		return NULL;
	first = curve ? &t->lms[q][sex] : &t->mean[q][sex];
	second = curve ? &t->mean[q][sex] : &t->lms[q][sex];
	return first->n ? first : second->n ? second : NULL;
}

static bool lms_at(const struct growth_reference *r, double months, struct growth_lms *out)
{
	size_t i = 1;

	if (!r || !(months >= r->rows[0].at) || !(months <= r->rows[r->n - 1].at))
		return false;
	*out = r->rows[0];
	if (r->n == 1)
		return true;
	while (i + 1 < r->n && months > r->rows[i].at)
		i++;
	out->at = months;
	out->l = between(months, r->rows[i - 1].at, r->rows[i - 1].l, r->rows[i].at, r->rows[i].l);
	out->m = between(months, r->rows[i - 1].at, r->rows[i - 1].m, r->rows[i].at, r->rows[i].m);
	out->s = between(months, r->rows[i - 1].at, r->rows[i - 1].s, r->rows[i].at, r->rows[i].s);
	return true;
}

bool growth_sd_range(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		     double *from, double *to)
{
	const struct growth_reference *r = reference_of(t, sex, q, true);

	if (!r)
		return false;
	*from = r->rows[0].at;
	*to = r->rows[r->n - 1].at;
	return true;
}

bool growth_sd_at(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		  double months, double sd, double *out)
{
	struct growth_lms k;
	double base;

	if (!lms_at(reference_of(t, sex, q, true), months, &k))
		return false;
	base = 1 + k.l * k.s * sd;
	if (fabs(k.l) < 1e-6)
		*out = k.m * exp(k.s * sd);
	else if (base > 0)
		*out = k.m * pow(base, 1 / k.l);
	else
		return false;
	return isfinite(*out);
}

static bool sds_of(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		   double months, double value, double *out)
{
	struct growth_lms k;

	if (!lms_at(reference_of(t, sex, q, false), months, &k) || !(value > 0))
		return false;
	*out =
	    fabs(k.l) < 1e-6 ? log(value / k.m) / k.s : (pow(value / k.m, k.l) - 1) / (k.l * k.s);
	return isfinite(*out);
}

bool growth_position(const struct growth_tables *t, enum growth_sex sex, enum quantity q,
		     double months, double value, struct growth_position *out)
{
	double p[GROWTH_PERCENTILES];
	size_t i = 0;

	*out = (struct growth_position){0};
	if (!isfinite(value) || !isfinite(months))
		return false;
	while (i < GROWTH_PERCENTILES && growth_percentile_at(t, sex, q, months, i, &p[i]))
		i++;
	if (i == GROWTH_PERCENTILES)
		place(p, value, out);
	out->has_sds = sds_of(t, sex, q, months, value, &out->sds);
	return out->has_band || out->has_sds;
}

void growth_position_say(const struct growth_position *p, struct buf *out)
{
	if (p->has_band && p->on_curve)
		buf_addf(out, "%dパーセンタイル", growth_percentiles[p->band - 1]);
	else if (p->has_band && p->band == 0)
		buf_addf(out, "%dパーセンタイルより下", growth_percentiles[0]);
	else if (p->has_band && p->band == GROWTH_PERCENTILES)
		buf_addf(out, "%dパーセンタイルより上", growth_percentiles[GROWTH_PERCENTILES - 1]);
	else if (p->has_band)
		buf_addf(out, "%d〜%dパーセンタイル（およそ%.0f）", growth_percentiles[p->band - 1],
			 growth_percentiles[p->band], p->percentile);
	if (p->has_sds && fabs(p->sds) < 100)
		buf_addf(out, "%sSDスコア %+.1f", p->has_band ? "、" : "", p->sds);
}
