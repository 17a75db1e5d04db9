/* Until which day a record is kept: terms of the Civil Code, ages, school years, leap years. */
#include "generator/sheet/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct day at(const char *iso)
{
	struct day d = {0, 0, 0};

	if (*iso)
		assert_true(day_parse(span_of(iso), &d));
	return d;
}

static void assert_day(struct day got, const char *want)
{
	char text[DAY_TEXT];

	day_iso(got, text);
	assert_string_equal(text, want);
}

static void terms(void **state)
{
	static const struct {
		const char *event;
		int years;
		const char *end;
	} rows[] = {
	    {"2026-03-31", 5, "2031-03-31"},
	    {"2026-04-01", 5, "2031-04-01"},
	    {"2026-12-31", 20, "2046-12-31"},
	    {"2026-01-31", 1, "2027-01-31"},
	    /* the first day counted is 1 March: up to the end of February, leap year or not */
	    {"2023-02-28", 1, "2024-02-29"},
	    {"2024-02-29", 1, "2025-02-28"},
	    {"2024-02-29", 4, "2028-02-29"},
	    {"2024-02-29", 5, "2029-02-28"},
	    /* the first day counted is 29 February, which the last year does not have */
	    {"2024-02-28", 5, "2029-02-28"},
	    {"2024-02-28", 4, "2028-02-28"},
	    {"2096-02-28", 4, "2100-02-28"},
	    {"1996-02-28", 4, "2000-02-28"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_day(retention_add(at(rows[i].event), rows[i].years), rows[i].end);
}

static void ages(void **state)
{
	(void)state;
	assert_day(retention_age(at("2008-04-02"), 18), "2026-04-01");
	assert_day(retention_age(at("2008-04-01"), 18), "2026-03-31");
	assert_day(retention_age(at("2008-01-01"), 18), "2025-12-31");
	assert_day(retention_age(at("2008-02-29"), 18), "2026-02-28");
	assert_day(retention_age(at("2008-02-29"), 20), "2028-02-28");
	assert_day(retention_age(at("2008-03-01"), 18), "2026-02-28");
	assert_day(retention_age(at("2010-03-01"), 18), "2028-02-29");
}

static void sheets(void **state)
{
	static const struct {
		enum retention_after after;
		const char *born, *left, *made, *changed, *end; /* end "": not yet */
		bool stays;
	} rows[] = {
	    {AFTER_LEAVING, "2017-05-12", "2030-03-31", "2024-04-10", "2029-02-01", "2035-03-31",
	     true},
	    {AFTER_LEAVING, "2017-05-12", "", "2024-04-10", "2029-02-01", "", true},
	    {AFTER_LEAVING, "2017-05-12", "", "2024-04-10", "2029-02-01", "2034-02-01", false},
	    {AFTER_CREATION, "2017-05-12", "", "2024-02-29", "2029-02-01", "2029-02-28", true},
	    {AFTER_SCHOOL_YEAR, "2017-05-12", "", "2024-04-10", "2026-03-31", "2031-03-31", true},
	    {AFTER_SCHOOL_YEAR, "2017-05-12", "", "2024-04-10", "2026-04-01", "2032-03-31", true},
	    {AFTER_ADULT, "2017-05-12", "", "2024-04-10", "2026-04-01", "2040-05-11", true},
	    {AFTER_ADULT, "", "", "2024-04-10", "2026-04-01", "", true},
	};
	struct sheet_type t;

	(void)state;
	memset(&t, 0, sizeof t);
	t.retention_years = 5;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct retention_facts f = {.born = at(rows[i].born),
						  .stays = rows[i].stays,
						  .left = at(rows[i].left),
						  .made = at(rows[i].made),
						  .changed = at(rows[i].changed)};
		struct day end;
		bool known;

		t.retention_after = rows[i].after;
		known = retention_sheet(&t, &f, &end);
		assert_int_equal(known, rows[i].end[0] != 0);
		if (known)
			assert_day(end, rows[i].end);
	}
}

static void children(void **state)
{
	struct retention_facts f = {
	    .born = at("2017-05-12"), .stays = true, .changed = at("2029-02-01")};
	struct day end;

	(void)state;
	assert_false(retention_child(5, 18, &f, &end)); /* still there */
	f.left = at("2023-03-31");
	assert_true(retention_child(5, 18, &f, &end)); /* the age is later */
	assert_day(end, "2035-05-11");
	assert_true(retention_child(5, 0, &f, &end)); /* moved away, and no age is asked for */
	assert_day(end, "2028-03-31");
	f.left = at("2036-03-31");
	assert_true(retention_child(5, 18, &f, &end));
	assert_day(end, "2041-03-31");
	f.stays = false;
	assert_true(retention_child(20, 18, &f, &end));
	assert_day(end, "2049-02-01");
	f.born.y = 0;
	assert_false(retention_child(5, 18, &f, &end));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(terms), cmocka_unit_test(ages),
					   cmocka_unit_test(sheets), cmocka_unit_test(children)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
