#include "generator/sheet/retention.h"

enum { MARCH = 3, LAST_OF_MARCH = 31 };

/* The end of a term whose first day is counted: the day before the one that corresponds to it. */
static struct day end_of_term(struct day first, int years)
{
	struct day same = {first.y + years, first.m, first.d};

	if (day_exists(same))
		return day_plus(same, -1);
	return (struct day){same.y, same.m, same.d - 1}; /* 29 February: the month's last day */
}

struct day retention_add(struct day event, int years)
{
	return end_of_term(day_plus(event, 1), years);
}

struct day retention_age(struct day born, int years)
{
	return end_of_term(born, years);
}

/* What "leaving" counts from. */
static bool leaving(const struct retention_facts *f, struct day *out)
{
	*out = f->stays ? f->left : f->changed;
	return out->y != 0;
}

static bool begins(const struct sheet_type *t, const struct retention_facts *f, struct day *out)
{
	switch (t->retention_after) {
	case AFTER_CREATION:
		*out = f->made;
		break;
	case AFTER_SCHOOL_YEAR:
		*out = f->changed.y
			   ? (struct day){day_fiscal_year(f->changed) + 1, MARCH, LAST_OF_MARCH}
			   : f->changed;
		break;
	case AFTER_ADULT:
		*out = f->born.y ? retention_age(f->born, 18) : f->born;
		break;
	default:
		return leaving(f, out);
	}
	return out->y != 0;
}

bool retention_sheet(const struct sheet_type *t, const struct retention_facts *f, struct day *out)
{
	struct day from;

	if (!begins(t, f, &from))
		return false;
	*out = retention_add(from, t->retention_years);
	return true;
}

bool retention_child(int years, int age, const struct retention_facts *f, struct day *out)
{
	struct day from, grown;

	if (!f->born.y || !leaving(f, &from))
		return false;
	*out = retention_add(from, years);
	grown = retention_age(f->born, age);
	if (day_cmp(grown, *out) > 0)
		*out = grown;
	return true;
}

static const char *const names[][2] = {
    {"leaving", "在籍の終わり"},
    {"creation", "作った日"},
    {"school-year", "最後に書いた年度の終わり"},
    {"adult", "18歳の誕生日"},
};

const char *retention_after_label(enum retention_after a)
{
	return names[a][1];
}
