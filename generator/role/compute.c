#include "generator/role/compute.h"

#include "generator/sheet/number.h"

/* A row of a measure that has both its day and its number. */
static bool is_whole(const struct value *row)
{
	return row[0].text.n && row[1].text.n;
}

static void count_rows(const struct sheet *s, const struct field *f, struct buf *out)
{
	const struct value *v = sheet_value(s, f->of[0]);

	buf_addf(out, "%zu", v ? v->nrows : 0);
}

static void add_up(const struct sheet *s, const struct field *f, struct buf *out)
{
	double sum = 0;
	bool any = false;

	for (size_t i = 0; i < f->nof; i++) {
		const struct value *v = sheet_value(s, f->of[i]);

		if (!v)
			continue;
		sum += number_value(v->text);
		any = true;
	}
	if (any)
		number_put(sum, f->decimals, out);
}

/* Days are YYYY-MM-DD, so their order is that of their texts. */
static const struct value *newest_row(const struct value *v)
{
	const struct value *newest = NULL;

	for (size_t r = 0; v && r < v->nrows; r++)
		if (is_whole(v->rows[r]) &&
		    (!newest || span_cmp(v->rows[r][0].text, newest[0].text) >= 0))
			newest = v->rows[r];
	return newest;
}

static void find_latest(const struct sheet *s, const struct field *f, struct buf *out)
{
	const struct value *row = newest_row(sheet_value(s, f->of[0]));

	if (row)
		number_put(number_value(row[1].text), f->decimals, out);
}

static const struct value *row_of_day(const struct value *v, struct span day)
{
	for (size_t r = 0; r < v->nrows; r++)
		if (is_whole(v->rows[r]) && span_eq(v->rows[r][0].text, day))
			return v->rows[r];
	return NULL;
}

/* Children grow: a height of another day would give a wrong result. */
static void find_bmi(const struct sheet *s, const struct field *f, struct buf *out)
{
	const struct value *heights = sheet_value(s, f->of[0]);
	const struct value *weights = sheet_value(s, f->of[1]);
	const struct value *height = NULL, *weight = NULL;
	double m;

	for (size_t r = 0; heights && weights && r < heights->nrows; r++) {
		const struct value *h = heights->rows[r], *w = row_of_day(weights, h[0].text);

		if (!w || !is_whole(h) || (height && span_cmp(h[0].text, height[0].text) < 0))
			continue;
		height = h;
		weight = w;
	}
	m = height ? number_value(height[1].text) / 100 : 0;
	if (m > 0)
		number_put(number_value(weight[1].text) / (m * m), f->decimals, out);
}

/* Of one day, since both stand in one sheet. */
static void find_kaup(const struct sheet *s, const struct field *f, struct buf *out)
{
	const struct value *height = sheet_value(s, f->of[0]);
	const struct value *weight = sheet_value(s, f->of[1]);
	double cm = height ? number_value(height->text) : 0;

	if (cm > 0 && weight)
		number_put(number_value(weight->text) / (cm * cm) * 10, f->decimals, out);
}

void compute(const struct sheet *s, const struct field *f, struct buf *out)
{
	switch (f->function) {
	case FN_COUNT:
		count_rows(s, f, out);
		break;
	case FN_SUM:
		add_up(s, f, out);
		break;
	case FN_BMI:
		find_bmi(s, f, out);
		break;
	case FN_LATEST:
		find_latest(s, f, out);
		break;
	case FN_KAUP:
		find_kaup(s, f, out);
		break;
	case FN_NONE:
		break;
	}
}
