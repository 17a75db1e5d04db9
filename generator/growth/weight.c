/* Standard weight and 肥満度; names, units and numbers as text. */
#include "generator/growth/tables.h"

#include <math.h>
#include <stdio.h>

/* Each formula as README.md of the tables gives it. */
static double apply(const struct growth_formula *f, double height)
{
	double h = height;

	if (strcmp(f->method, "ito_height_cubic") == 0)
		h /= 100;
	return ((f->k[0] * h + f->k[1]) * h + f->k[2]) * h + f->k[3];
}

bool growth_standard_weight_by(const struct growth_tables *t, const char *method,
			       enum growth_sex sex, double months, double height, double *out)
{
	for (size_t i = 0; t && i < t->nformulas; i++) {
		const struct growth_formula *f = &t->formulas[i];

		if (strcmp(f->method, method) != 0 || f->sex != sex ||
		    !(months >= f->months_from) || !(months < f->months_below) ||
		    !(height >= f->height_from) || !(height < f->height_below))
			continue;
		*out = apply(f, height);
		return isfinite(*out) && *out > 0;
	}
	return false;
}

bool growth_standard_weight(const struct growth_tables *t, enum growth_sex sex, double months,
			    double height, double *out)
{
	const char *method = months < 72 ? "murata_infant_quadratic" : "ito_age_linear";

	return growth_standard_weight_by(t, method, sex, months, height, out);
}

bool growth_obesity(const struct growth_tables *t, enum growth_sex sex, double months,
		    double height, double weight, double *out)
{
	double standard;

	if (!isfinite(weight) || !growth_standard_weight(t, sex, months, height, &standard))
		return false;
	*out = (weight - standard) / standard * 100;
	return isfinite(*out);
}

void growth_number(struct buf *out, double value)
{
	char text[64];
	int n = snprintf(text, sizeof text, "%.3f", value);

	if (n < 0 || (size_t)n >= sizeof text)
		return;
	while (n > 0 && text[n - 1] == '0')
		n--;
	if (n > 0 && text[n - 1] == '.')
		n--;
	buf_add(out, text, (size_t)n);
}

static const struct {
	const char *label, *unit;
} words[QUANTITY_COUNT] = {
    [QUANTITY_HEIGHT] = {"身長", "cm"},
    [QUANTITY_WEIGHT] = {"体重", "kg"},
    [QUANTITY_HEAD] = {"頭囲", "cm"},
    [QUANTITY_CHEST] = {"胸囲", "cm"},
    [QUANTITY_BMI] = {"BMI", NULL},
    [QUANTITY_VISION_RIGHT] = {"右（裸眼）", NULL},
    [QUANTITY_VISION_LEFT] = {"左（裸眼）", NULL},
    [QUANTITY_VISION_RIGHT_CORRECTED] = {"右（矯正）", NULL},
    [QUANTITY_VISION_LEFT_CORRECTED] = {"左（矯正）", NULL},
    [QUANTITY_HEARING_RIGHT] = {"聴力（右）", NULL},
    [QUANTITY_HEARING_LEFT] = {"聴力（左）", NULL},
    [QUANTITY_SCORE] = {"検査", NULL},
};

const char *growth_quantity_label(enum quantity q)
{
	return (unsigned)q < QUANTITY_COUNT && words[q].label ? words[q].label : "";
}

const char *growth_quantity_unit(enum quantity q)
{
	return (unsigned)q < QUANTITY_COUNT && words[q].unit ? words[q].unit : "";
}
