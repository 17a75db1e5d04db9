/* Values that may be mistyped. */
#include "generator/growth/growth.h"

#include <math.h>

/* What is looked at: the new value, its age, and the nearest earlier one. */
struct look {
	const struct growth_tables *t;
	const struct growth_child *child;
	enum quantity q;
	double value, months;
	bool aged;
	const struct growth_earlier *before; /* NULL: none */
	double years;			     /* since then */
	struct buf *why;
};

static void say_value(struct look *l, double value)
{
	growth_number(l->why, value);
	buf_adds(l->why, growth_quantity_unit(l->q));
}

static void say_before(struct look *l, const struct growth_earlier *e)
{
	char day[DAY_TEXT];

	day_era(e->on, day);
	buf_addf(l->why, "%sの", day);
	say_value(l, e->value);
}

/* ---- against the table ------------------------------------------------------------------------
 */

static bool curve(const struct look *l, double months, size_t percentile, double *out)
{
	return growth_percentile_at(l->t, l->child->sex, l->q, months, percentile, out);
}

static bool out_of_table(struct look *l)
{
	double low, mid, high;

	if (!l->aged || !curve(l, l->months, 0, &low) || !curve(l, l->months, 3, &mid) ||
	    !curve(l, l->months, GROWTH_PERCENTILES - 1, &high))
		return false;
	if (l->value >= low - GROWTH_FAR * (mid - low) &&
	    l->value <= high + GROWTH_FAR * (high - mid))
		return false;
	buf_addf(l->why, "%s ", growth_quantity_label(l->q));
	say_value(l, l->value);
	buf_adds(l->why, "は、この月齢の表（3〜97パーセンタイルは ");
	growth_number(l->why, round(low * 10) / 10);
	buf_adds(l->why, "〜");
	growth_number(l->why, round(high * 10) / 10);
	buf_addf(l->why, "%s）から大きく離れています。", growth_quantity_unit(l->q));
	return true;
}

/* Standard deviations from the median, taken from the outermost percentiles (1.88 SD). */
static bool deviation(const struct look *l, double months, double value, double *out)
{
	double low, mid, high, width;

	if (!curve(l, months, 0, &low) || !curve(l, months, 3, &mid) ||
	    !curve(l, months, GROWTH_PERCENTILES - 1, &high))
		return false;
	width = value < mid ? mid - low : high - mid;
	if (!(width > 0))
		return false;
	*out = (value - mid) / width * 1.8808;
	return true;
}

/* ---- against an earlier value -----------------------------------------------------------------
 */

static bool shrinks(struct look *l)
{
	double slack = l->q == QUANTITY_HEIGHT ? 1 : 0.5;

	if ((l->q != QUANTITY_HEIGHT && l->q != QUANTITY_HEAD) ||
	    l->value >= l->before->value - slack)
		return false;
	buf_addf(l->why, "%s ", growth_quantity_label(l->q));
	say_value(l, l->value);
	buf_adds(l->why, "は、");
	say_before(l, l->before);
	buf_adds(l->why, "より小さくなっています。");
	return true;
}

static bool leaps(const struct look *l)
{
	struct growth_age then;
	double months, a, b;

	if (l->aged && growth_age(l->child->born, l->before->on, l->child->weeks, &then) &&
	    growth_age_compared(&then, &months) && deviation(l, months, l->before->value, &a) &&
	    deviation(l, l->months, l->value, &b))
		return fabs(a - b) > 3;
	if (l->q == QUANTITY_HEIGHT)
		return l->value - l->before->value > 2 + 15 * l->years;
	if (l->q != QUANTITY_WEIGHT || l->years > 1)
		return false;
	return l->value < l->before->value * 3 / 4 || l->value > l->before->value * 4 / 3;
}

static bool jumps(struct look *l)
{
	if (!leaps(l))
		return false;
	buf_addf(l->why, "%s ", growth_quantity_label(l->q));
	say_value(l, l->value);
	buf_adds(l->why, "は、");
	say_before(l, l->before);
	buf_adds(l->why, "から大きく変わっています。");
	return true;
}

static const struct growth_earlier *nearest(const struct growth_earlier *list, size_t n,
					    struct day on)
{
	const struct growth_earlier *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (day_cmp(list[i].on, on) < 0 && isfinite(list[i].value) && list[i].value > 0 &&
		    (!found || day_cmp(list[i].on, found->on) > 0))
			found = &list[i];
	return found;
}

bool growth_unusual(const struct growth_tables *t, const struct growth_child *child,
		    enum quantity q, double value, struct day on,
		    const struct growth_earlier *earlier, size_t count, struct buf *why)
{
	struct look l = {.t = t, .child = child, .q = q, .value = value, .why = why};
	struct growth_age age;

	if (q != QUANTITY_HEIGHT && q != QUANTITY_WEIGHT && q != QUANTITY_HEAD &&
	    q != QUANTITY_CHEST)
		return false;
	if (!isfinite(value) || !day_exists(on))
		return false;
	l.aged = child->born.y && growth_age(child->born, on, child->weeks, &age) &&
		 growth_age_compared(&age, &l.months);
	if (out_of_table(&l))
		return true;
	l.before = nearest(earlier, count, on);
	if (!l.before)
		return false;
	l.years = (double)(day_begin_jst(on) - day_begin_jst(l.before->on)) / 86400 / 365.25;
	return shrinks(&l) || jumps(&l);
}
