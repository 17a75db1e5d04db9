#include "generator/base/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct day day(int y, int m, int d)
{
	return (struct day){y, m, d};
}

static void iso_dates_are_exact(void **state)
{
	static const char *const bad[] = {
	    "",		  "2026-4-1",	    "2026-04-1",   "26-04-01",
	    "2026/04/01", "2026-04-01 ",    " 2026-04-01", "2026-00-01",
	    "2026-13-01", "2026-04-00",	    "2026-04-31",  "2026-02-29",
	    "1900-02-29", "2026-04-0a",	    "+026-04-01",  "1867-12-31",
	    "0000-01-01", "２０２６-04-01", "2026-04-011", "2026-04+01",
	};
	struct day d = {1, 2, 3};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (day_parse(span_of(bad[i]), &d))
			fail_msg("\"%s\" is taken for a date", bad[i]);
	assert_int_equal(day_cmp(d, day(1, 2, 3)), 0); /* untouched by a refusal */
	assert_false(day_parse(SPAN_NONE, &d));
	assert_true(day_parse(SPAN("1868-01-01"), &d));
	assert_true(day_parse(SPAN("9999-12-31"), &d));
	assert_int_equal(day_cmp(d, day(9999, 12, 31)), 0);
}

static void leap_days_exist_in_leap_years_only(void **state)
{
	(void)state;
	assert_true(day_exists(day(2024, 2, 29)));
	assert_true(day_exists(day(2000, 2, 29)));
	assert_false(day_exists(day(1900, 2, 29)));
	assert_false(day_exists(day(2100, 2, 29)));
	assert_false(day_exists(day(2026, 2, 29)));
	assert_false(day_exists(day(2026, 6, 31)));
	assert_false(day_exists(day(0, 0, 0)));
	assert_false(day_exists(day(2026, -1, 1)));
	assert_false(day_exists(day(10000, 1, 1)));
}

static void dates_are_read_as_people_type_them(void **state)
{
	static const struct {
		const char *text, *iso; /* iso NULL: refused */
	} cases[] = {
	    {"2026-04-01", "2026-04-01"},
	    {"2026/4/1", "2026-04-01"},
	    {"2026.4.1", "2026-04-01"},
	    {"2026年4月1日", "2026-04-01"},
	    {"２０２６年４月１日", "2026-04-01"},
	    {"２０２６／４／１", "2026-04-01"},
	    {"２０２６－０４－０１", "2026-04-01"},
	    {"２０２６．４．１", "2026-04-01"},
	    {"　2026年 4月 1日　", "2026-04-01"},
	    {"R8.4.1", "2026-04-01"},
	    {"r8.4.1", "2026-04-01"},
	    {"Ｒ８．４．１", "2026-04-01"},
	    {"R08/04/01", "2026-04-01"},
	    {"令和8年4月1日", "2026-04-01"},
	    {"令和　８年　４月　１日", "2026-04-01"},
	    {"令和元年5月1日", "2019-05-01"},
	    {"令和元年４月３０日", NULL}, /* Heisei still */
	    {"令和1年5月1日", "2019-05-01"},
	    {"R1.5.1", "2019-05-01"},
	    {"平成31年4月30日", "2019-04-30"},
	    {"平成31年5月1日", NULL}, /* Reiwa already */
	    {"H31.4.30", "2019-04-30"},
	    {"平成元年1月8日", "1989-01-08"},
	    {"平成元年1月7日", NULL},
	    {"昭和64年1月7日", "1989-01-07"},
	    {"昭和64年1月8日", NULL},
	    {"S64.1.7", "1989-01-07"},
	    {"昭和元年12月25日", "1926-12-25"},
	    {"昭和元年12月24日", NULL},
	    {"大正15年12月24日", "1926-12-24"},
	    {"大正15年12月25日", NULL},
	    {"大正元年7月30日", "1912-07-30"},
	    {"明治45年7月29日", "1912-07-29"},
	    {"明治45年7月30日", NULL},
	    {"明治6年1月1日", "1873-01-01"},
	    {"M6.1.1", "1873-01-01"},
	    {"明治5年12月2日", NULL}, /* the old calendar */
	    {"平成29年2月29日", NULL},
	    {"平成28年2月29日", "2016-02-29"},
	    {"平成0年1月8日", NULL},
	    {"令和8年", NULL},
	    {"令和8年4月", NULL},
	    {"8.4.1", NULL},
	    {"04/01/2026", NULL},
	    {"2026-13-1", NULL},
	    {"2026-04-01-", NULL},
	    {"2026--04-01", NULL},
	    {"RR8.4.1", NULL},
	    {"X8.4.1", NULL},
	    {"令和令和8年4月1日", NULL},
	    {"令和R8年4月1日", NULL},
	    {"Rさくら8.4.1", NULL},
	    {"令和", NULL},
	    {"R", NULL},
	    {"", NULL},
	    {"　", NULL},
	    {"さくら", NULL},
	    {"2026年4月1日生", NULL},
	    {"000000000000000000000000000000000000000000000000000000000000002026-4-1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char iso[DAY_TEXT] = "";
		struct day d = {0};
		bool ok = day_parse_typed(span_of(cases[i].text), &d);

		if (ok)
			day_iso(d, iso);
		if (ok != (cases[i].iso != NULL) || (ok && strcmp(iso, cases[i].iso) != 0))
			fail_msg("\"%s\": %s", cases[i].text, ok ? iso : "refused");
	}
}

static void days_are_written_with_their_era(void **state)
{
	static const struct {
		struct day day;
		const char *era, *full;
	} cases[] = {
	    {{2026, 4, 1}, "令和8年4月1日", "令和8年4月1日（2026年）"},
	    {{2019, 5, 1}, "令和元年5月1日", "令和元年5月1日（2019年）"},
	    {{2019, 4, 30}, "平成31年4月30日", "平成31年4月30日（2019年）"},
	    {{1989, 1, 8}, "平成元年1月8日", "平成元年1月8日（1989年）"},
	    {{1989, 1, 7}, "昭和64年1月7日", "昭和64年1月7日（1989年）"},
	    {{1926, 12, 25}, "昭和元年12月25日", "昭和元年12月25日（1926年）"},
	    {{1926, 12, 24}, "大正15年12月24日", "大正15年12月24日（1926年）"},
	    {{1912, 7, 30}, "大正元年7月30日", "大正元年7月30日（1912年）"},
	    {{1912, 7, 29}, "明治45年7月29日", "明治45年7月29日（1912年）"},
	    {{1873, 1, 1}, "明治6年1月1日", "明治6年1月1日（1873年）"},
	    {{1872, 12, 31}, "1872年12月31日", "1872年12月31日（1872年）"},
	    {{9999, 12, 31}, "令和7981年12月31日", "令和7981年12月31日（9999年）"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[DAY_TEXT];
		struct day back;

		day_era(cases[i].day, text);
		assert_string_equal(text, cases[i].era);
		assert_true(day_parse_typed(span_of(text), &back));
		assert_int_equal(day_cmp(back, cases[i].day), 0);
		day_long(cases[i].day, text);
		assert_string_equal(text, cases[i].full);
	}
}

static void a_fiscal_year_begins_on_the_first_of_april(void **state)
{
	char text[DAY_TEXT];

	(void)state;
	assert_int_equal(day_fiscal_year(day(2026, 3, 31)), 2025);
	assert_int_equal(day_fiscal_year(day(2026, 4, 1)), 2026);
	assert_int_equal(day_fiscal_year(day(2026, 12, 31)), 2026);
	assert_int_equal(day_fiscal_year(day(2027, 1, 1)), 2026);
	day_fiscal(2026, text);
	assert_string_equal(text, "令和8年度");
	day_fiscal(2019, text);
	assert_string_equal(text, "平成31年度");
	day_fiscal(2020, text);
	assert_string_equal(text, "令和2年度");
	day_fiscal(1989, text);
	assert_string_equal(text, "平成元年度");
}

static void an_age_changes_on_the_birthday(void **state)
{
	(void)state;
	assert_int_equal(day_age(day(2019, 5, 12), day(2026, 5, 11)), 6);
	assert_int_equal(day_age(day(2019, 5, 12), day(2026, 5, 12)), 7);
	assert_int_equal(day_age(day(2019, 5, 12), day(2019, 5, 12)), 0);
	assert_int_equal(day_age(day(2020, 2, 29), day(2021, 2, 28)), 0);
	assert_int_equal(day_age(day(2020, 2, 29), day(2021, 3, 1)), 1);
	assert_int_equal(day_age(day(2026, 5, 12), day(2026, 5, 11)), -1); /* not born yet */
}

static void months_of_age_run_from_0_to_11(void **state)
{
	(void)state;
	assert_int_equal(day_age_months(day(2019, 5, 12), day(2026, 5, 12)), 0);
	assert_int_equal(day_age_months(day(2019, 5, 12), day(2026, 5, 11)), 11);
	assert_int_equal(day_age_months(day(2019, 5, 12), day(2026, 6, 11)), 0);
	assert_int_equal(day_age_months(day(2019, 5, 12), day(2026, 6, 12)), 1);
	assert_int_equal(day_age_months(day(2019, 12, 31), day(2020, 2, 29)), 1);
	assert_int_equal(day_age_months(day(2019, 12, 31), day(2020, 1, 30)), 0);
	for (int i = 0; i < 800; i++) {
		int m = day_age_months(day(2019, 5, 31), day_plus(day(2019, 5, 31), i));
		assert_true(m >= 0 && m <= 11);
	}
}

static void adding_days_walks_the_whole_calendar(void **state)
{
	struct day d = {1868, 1, 1};

	(void)state;
	for (int n = 0; d.y < 2200; n++) {
		struct day next = day_plus(d, 1);

		assert_true(day_exists(next));
		assert_int_equal(day_cmp(d, next), -1);
		assert_int_equal(day_cmp(next, d), 1);
		assert_int_equal(day_cmp(day_plus(next, -1), d), 0);
		assert_int_equal(day_cmp(day_plus(day(1868, 1, 1), n + 1), next), 0);
		/* the day after is the next of the month or the first of the next one */
		if (next.d == 1)
			assert_false(day_exists(day(d.y, d.m, d.d + 1)));
		else
			assert_true(next.d == d.d + 1 && next.m == d.m && next.y == d.y);
		d = next;
	}
	assert_int_equal(day_cmp(day_plus(day(2026, 11, 20), 0), day(2026, 11, 20)), 0);
	assert_int_equal(day_cmp(day_plus(day(2024, 3, 1), -1), day(2024, 2, 29)), 0);
	assert_int_equal(day_cmp(day_plus(day(1970, 1, 1), 20000), day(2024, 10, 4)), 0);
}

static void a_day_in_japan_begins_at_15_utc(void **state)
{
	int64_t t;
	char text[DAY_TEXT];

	(void)state;
	assert_true(time_parse_utc(SPAN("2026-03-31T14:59:59Z"), &t));
	assert_int_equal(day_cmp(day_jst(t), day(2026, 3, 31)), 0);
	time_jst(t, text);
	assert_string_equal(text, "2026-03-31 23:59");
	assert_int_equal(day_cmp(day_jst(t + 1), day(2026, 4, 1)), 0);
	time_jst(t + 1, text);
	assert_string_equal(text, "2026-04-01 00:00");
	assert_true(time_parse_utc(SPAN("2026-11-20T05:31:07Z"), &t));
	time_jst(t, text);
	assert_string_equal(text, "2026-11-20 14:31");
	assert_int_equal(day_cmp(day_jst(-9 * 3600), day(1970, 1, 1)), 0);
	assert_int_equal(day_begin_jst(day(1970, 1, 1)), -9 * 3600);
	assert_true(time_parse_utc(SPAN("2026-03-31T15:00:00Z"), &t));
	assert_int_equal(day_begin_jst(day(2026, 4, 1)), t);
	assert_int_equal(day_cmp(day_jst(-9 * 3600 - 1), day(1969, 12, 31)), 0);
}

static void a_time_is_read_back_as_it_was_written(void **state)
{
	static const int64_t times[] = {0,	    1,	    -1,		 1795000000,  951782400,
					4102444799, -86400, -3000000000, 253402300799};
	static const char *const bad[] = {
	    "",
	    "2026-11-20 05:31:07Z",
	    "2026-11-20T05:31:07",
	    "2026-11-20T05:31:07+09:00",
	    "2026-11-20T24:00:00Z",
	    "2026-11-20T05:60:07Z",
	    "2026-11-20T05:31:60Z",
	    "2026-02-30T05:31:07Z",
	    "2026-11-20T5:31:07Z",
	    "2026-11-20T05:31:07z",
	    "2026-11-20T05:31:07Z ",
	    "2026-11-20T-5:31:07Z",
	};
	char text[DAY_TEXT];
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		time_utc(times[i], text);
		assert_true(time_parse_utc(span_of(text), &t));
		assert_true(t == times[i]);
	}
	time_utc(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	time_utc(1795000000, text);
	assert_string_equal(text, "2026-11-18T11:06:40Z");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (time_parse_utc(span_of(bad[i]), &t))
			fail_msg("\"%s\" is taken for a time", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(iso_dates_are_exact),
	    cmocka_unit_test(leap_days_exist_in_leap_years_only),
	    cmocka_unit_test(dates_are_read_as_people_type_them),
	    cmocka_unit_test(days_are_written_with_their_era),
	    cmocka_unit_test(a_fiscal_year_begins_on_the_first_of_april),
	    cmocka_unit_test(an_age_changes_on_the_birthday),
	    cmocka_unit_test(months_of_age_run_from_0_to_11),
	    cmocka_unit_test(adding_days_walks_the_whole_calendar),
	    cmocka_unit_test(a_day_in_japan_begins_at_15_utc),
	    cmocka_unit_test(a_time_is_read_back_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
