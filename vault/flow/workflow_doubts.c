#include "vault/flow/workflow_doubts.h"

#include "generator/base/day.h"
#include "generator/base/path.h"

#include <stdio.h>

enum { YEARS_BEFORE_SCHOOL = 7, GRADES = 9, PRIMARY = 6 };

/* "es3" for 3; "" outside of compulsory school. */
static void grade_id(int grade, char out[static 8])
{
	out[0] = '\0';
	if (grade >= 1 && grade <= GRADES)
		snprintf(out, 8, "%s%d", grade <= PRIMARY ? "es" : "jh",
			 grade <= PRIMARY ? grade : grade - PRIMARY);
}

/* Who is born on 1 April is of the year before. */
static int grade_in(struct day born, int fiscal_year)
{
	return fiscal_year - (day_fiscal_year(day_plus(born, -1)) + YEARS_BEFORE_SCHOOL) + 1;
}

static void doubt_grade(const struct sheet *s, struct day born, struct problems *ps)
{
	const struct field *f = type_field(sheet_type(s), SPAN("grade"));
	const struct value *v = f ? sheet_value(s, f) : NULL;
	const struct choice *is, *ought;
	char id[8];
	long year;

	if (!v || f->kind != F_CHOICE || sheet_type(s)->period != PERIOD_FISCAL_YEAR ||
	    !span_number(sheet_id(s), 9999, &year))
		return;
	grade_id(grade_in(born, (int)year), id);
	is = field_choice(f, v->text);
	ought = field_choice(f, span_of(id));
	if (!is || !ought || is == ought)
		return;
	problem_field(ps, "f.grade", "doubt.grade",
		      "生年月日からは %.*s のはずですが、%.*s と書かれています。",
		      SPAN_ARG(ought->label), SPAN_ARG(is->label));
	problem_soften(ps);
}

static void doubt_day(const struct field *f, const struct value *v, const char *born,
		      struct problems *ps)
{
	char path[ID_MAX + 8];

	if (!v || f->kind != F_DATE || !v->text.n || span_cmp(v->text, span_of(born)) >= 0)
		return;
	snprintf(path, sizeof path, "f.%.*s", SPAN_ARG(f->id));
	problem_field(ps, path, "doubt.before-birth", "「%.*s」が 生まれた日より前です。",
		      SPAN_ARG(f->label));
	problem_soften(ps);
}

void workflow_doubts(const struct sheet *s, const char *born, struct problems *ps)
{
	const struct sheet_type *t = sheet_type(s);
	struct day day;

	if (!day_parse(span_of(born), &day))
		return;
	doubt_grade(s, day, ps);
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];

			doubt_day(f, sheet_value(s, f), born, ps);
		}
}
