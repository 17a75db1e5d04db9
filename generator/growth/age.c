/* Age of a child, and age from the day at which it was due. */
#include "generator/growth/growth.h"

/* The day of the month `months` after birth; one that the month does not have is its last. */
static struct day month_day(struct day born, int months)
{
	int m = born.m - 1 + months;
	struct day d = {born.y + m / 12, m % 12 + 1, born.d};

	while (!day_exists(d) && d.d > 28)
		d.d--;
	return d;
}

/* Whole days from a to b, at most a few years apart. */
static int days_between(struct day a, struct day b)
{
	return (int)((day_begin_jst(b) - day_begin_jst(a)) / 86400);
}

static void split(struct day born, struct day on, int *months, int *days, double *exact)
{
	struct day from, to;
	int m = (on.y - born.y) * 12 + on.m - born.m;

	if (m > 0 && day_cmp(month_day(born, m), on) > 0)
		m--;
	from = month_day(born, m);
	to = month_day(born, m + 1);
	*months = m;
	*days = days_between(from, on);
	*exact = m + (double)*days / days_between(from, to);
}

bool growth_age(struct day born, struct day on, int weeks, struct growth_age *out)
{
	struct day due;

	*out = (struct growth_age){0};
	if (!day_exists(born) || !day_exists(on) || day_cmp(on, born) < 0)
		return false;
	split(born, on, &out->months, &out->days, &out->exact);
	if (weeks < GROWTH_WEEKS_MIN || weeks >= GROWTH_TERM_WEEKS ||
	    out->months >= GROWTH_CORRECT_MONTHS)
		return true;
	due = day_plus(born, (GROWTH_DUE_WEEKS - weeks) * 7);
	out->corrected = true;
	out->before_due = day_cmp(on, due) < 0;
	if (!out->before_due)
		split(due, on, &out->corrected_months, &out->corrected_days, &out->corrected_exact);
	return true;
}

bool growth_age_compared(const struct growth_age *a, double *months)
{
	*months = a->corrected ? a->corrected_exact : a->exact;
	return !a->corrected || !a->before_due;
}

static void say(struct buf *out, int months, int days)
{
	if (months == 0)
		buf_addf(out, "%d日", days);
	else if (months < 12)
		buf_addf(out, "%dか月", months);
	else
		buf_addf(out, "%d歳%dか月", months / 12, months % 12);
}

void growth_age_say(const struct growth_age *a, struct buf *out)
{
	buf_adds(out, a->months < 12 ? "生後" : "");
	say(out, a->months, a->days);
	if (!a->corrected)
		return;
	buf_adds(out, "（修正 ");
	if (a->before_due)
		buf_adds(out, "予定日より前");
	else
		say(out, a->corrected_months, a->corrected_days);
	buf_adds(out, "）");
}
