/* Ages, unusual values, and what is gathered from sheets. */
#include "generator/growth/collect.h"

#include "generator/base/file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct growth_tables *tables;
static struct types *types;

static int load(void **state)
{
	(void)state;
	return growth_tables_load(&tables, "content/masters/growth", NULL) ||
	       types_load(&types, "tests/growth/types", NULL);
}

static int unload(void **state)
{
	(void)state;
	growth_tables_free(tables);
	types_free(types);
	return 0;
}

static struct day day(const char *iso)
{
	struct day d = {0};

	assert_true(day_parse(span_of(iso), &d));
	return d;
}

/* ---- ages -------------------------------------------------------------------------------------
 */

static void assert_age(const char *born, const char *on, int weeks, const char *want)
{
	struct growth_age a;
	struct buf b;

	buf_init(&b, 256);
	assert_true(growth_age(day(born), day(on), weeks, &a));
	growth_age_say(&a, &b);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static void an_age_is_told_in_days_months_and_years(void **state)
{
	(void)state;
	assert_age("2024-01-31", "2024-01-31", 0, "生後0日");
	assert_age("2024-01-31", "2024-02-28", 0, "生後28日");
	assert_age("2024-01-31", "2024-02-29", 0, "生後1か月"); /* the last day of the month */
	assert_age("2024-01-31", "2024-12-31", 0, "生後11か月");
	assert_age("2024-02-29", "2025-02-28", 0, "1歳0か月");
	assert_age("2018-04-02", "2026-04-01", 0, "7歳11か月");
	assert_age("2018-04-02", "2026-04-02", 0, "8歳0か月");
}

static void an_early_birth_corrects_the_age_to_the_second_birthday(void **state)
{
	struct growth_age a;
	double m;

	(void)state;
	/* 33 weeks: due 49 days later, on 29 May */
	assert_age("2023-04-10", "2024-10-10", 33, "1歳6か月（修正 1歳4か月）");
	assert_age("2023-04-10", "2023-05-28", 33, "生後1か月（修正 予定日より前）");
	assert_age("2023-04-10", "2023-05-29", 33, "生後1か月（修正 0日）");
	assert_age("2023-04-10", "2025-04-09", 33, "1歳11か月（修正 1歳10か月）");
	assert_age("2023-04-10", "2025-04-10", 33, "2歳0か月");
	assert_age("2023-04-10", "2024-10-10", 36, "1歳6か月（修正 1歳5か月）");
	assert_age("2023-04-10", "2024-10-10", 37, "1歳6か月");
	assert_age("2023-04-10", "2024-10-10", 19, "1歳6か月"); /* not believed */
	assert_true(growth_age(day("2023-04-10"), day("2024-10-10"), 33, &a));
	assert_true(growth_age_compared(&a, &m));
	assert_true(fabs(m - (16 + 11 / 30.0)) < 0.02); /* 29 May 2023 to 10 October 2024 */
	assert_true(growth_age(day("2023-04-10"), day("2023-05-28"), 33, &a));
	assert_false(growth_age_compared(&a, &m));
	assert_false(growth_age(day("2023-04-10"), day("2023-04-09"), 0, &a));
}

static void every_pair_of_days_has_a_whole_age(void **state)
{
	struct day born = day("2020-02-29"), on = born;

	(void)state;
	for (int i = 0; i < 7000; i++, on = day_plus(on, 1)) {
		struct growth_age a;

		assert_true(growth_age(born, on, i % 50, &a));
		assert_true(a.days >= 0 && a.days <= 30);
		assert_true(a.exact >= a.months && a.exact < a.months + 1);
		if (a.corrected && !a.before_due)
			assert_true(a.corrected_exact <= a.exact);
	}
}

/* ---- unusual values ----------------------------------------------------------------------------
 */

static const struct growth_child boy = {GROWTH_MALE, {2023, 4, 10}, 0};

static void asks(enum quantity q, double value, const char *on, const struct growth_earlier *e,
		 size_t n, const char *why)
{
	struct buf b;

	buf_init(&b, 1024);
	if (growth_unusual(tables, &boy, q, value, day(on), e, n, &b) != (why != NULL))
		fail_msg("%g: %s", value, buf_str(&b));
	assert_string_equal(buf_str(&b), why ? why : "");
	buf_clear(&b);
}

static void a_value_far_from_the_table_is_asked_about(void **state)
{
	(void)state;
	asks(QUANTITY_HEIGHT, 82, "2024-10-10", NULL, 0, NULL);
	asks(QUANTITY_HEIGHT, 70, "2024-10-10", NULL, 0, NULL); /* small, and possible */
	asks(QUANTITY_HEIGHT, 8.2, "2024-10-10", NULL, 0,
	     "身長 8.2cmは、この月齢の表（3〜97パーセンタイルは "
	     "74.2〜84.2cm）から大きく離れています。");
	asks(QUANTITY_WEIGHT, 102, "2024-10-10", NULL, 0,
	     "体重 102kgは、この月齢の表（3〜97パーセンタイルは "
	     "8.4〜12.1kg）から大きく離れています。");
	asks(QUANTITY_HEAD, 468, "2024-10-10", NULL, 0,
	     "頭囲 468cmは、この月齢の表（3〜97パーセンタイルは "
	     "45〜50cm）から大きく離れています。");
	asks(QUANTITY_BMI, 1000, "2024-10-10", NULL, 0, NULL);
	asks(QUANTITY_HEIGHT, NAN, "2024-10-10", NULL, 0, NULL);
}

static void a_shrinking_height_and_a_jump_are_asked_about(void **state)
{
	static const struct growth_earlier heights[] = {
	    {{2031, 4, 10}, 125}, {{2032, 4, 10}, 130.4}, {{2040, 1, 1}, 10}};
	static const struct growth_earlier weights[] = {{{2032, 4, 10}, 30}};
	static const struct growth_earlier infant[] = {{{2024, 4, 10}, 75}};

	(void)state;
	asks(QUANTITY_HEIGHT, 136, "2033-04-10", heights, 3, NULL);
	asks(QUANTITY_HEIGHT, 129.4, "2033-04-10", heights, 3, NULL);
	asks(QUANTITY_HEIGHT, 129.3, "2033-04-10", heights, 3,
	     "身長 129.3cmは、令和14年4月10日の130.4cmより小さくなっています。");
	asks(QUANTITY_HEIGHT, 163, "2033-04-10", heights, 3,
	     "身長 163cmは、令和14年4月10日の130.4cmから大きく変わっています。");
	asks(QUANTITY_WEIGHT, 38, "2033-04-10", weights, 1, NULL);
	asks(QUANTITY_WEIGHT, 41, "2033-04-10", weights, 1,
	     "体重 41kgは、令和14年4月10日の30kgから大きく変わっています。");
	asks(QUANTITY_WEIGHT, 20, "2033-04-10", weights, 1,
	     "体重 20kgは、令和14年4月10日の30kgから大きく変わっています。");
	asks(QUANTITY_HEIGHT, 84, "2024-05-10", infant, 1,
	     "身長 84cmは、令和6年4月10日の75cmから大きく変わっています。");
}

static void nothing_unusual_is_found_by_accident(void **state)
{
	unsigned seed = 7;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (int i = 0; i < 50000; i++) {
		struct growth_earlier e = {day_plus(boy.born, rand_r(&seed) % 9000 - 1000),
					   (rand_r(&seed) % 40000) / 100.0 - 100};
		struct day on = day_plus(boy.born, rand_r(&seed) % 9000 - 1000);

		growth_unusual(i % 9 ? tables : NULL, &boy,
			       (enum quantity)(rand_r(&seed) % QUANTITY_COUNT),
			       (rand_r(&seed) % 40000) / 100.0 - 100, on, &e, (size_t)i % 2, &b);
		assert_int_equal(b.st, ST_OK);
		assert_null(strstr(buf_str(&b), "nan"));
		buf_cut(&b, 0);
	}
	buf_clear(&b);
}

/* ---- gathering ---------------------------------------------------------------------------------
 */

static void gather(struct growth_set *s, const char *file, enum role role)
{
	struct reader who = {.role = role, .relation = REL_OWN};
	struct sheet *sheet = NULL;
	struct view *v = NULL;
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(file, &text), ST_OK);
	assert_int_equal(sheet_parse(&sheet, file, buf_span(&text), types, NULL), ST_OK);
	assert_int_equal(redact_for(&v, sheet, &who), ST_OK);
	assert_int_equal(growth_collect(s, v), ST_OK);
	view_free(v);
	sheet_free(sheet);
	buf_clear(&text);
}

static void say_all(const struct growth_set *s, struct buf *out)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct growth_point *p = &s->points[i];
		char iso[DAY_TEXT];

		day_iso(p->on, iso);
		buf_addf(out, "%s %s %.*s", quantity_name(p->quantity), iso, SPAN_ARG(p->text));
		buf_addf(out, p->band ? " band %d" : "%.0d", p->band);
		buf_addf(out, p->series.n ? " [%.*s]\n" : "%.*s\n", SPAN_ARG(p->series));
	}
}

static void values_of_all_sheets_meet_by_what_they_measure(void **state)
{
	struct arena *a = arena_new(1 << 22);
	struct growth_set s;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	growth_set_init(&s, a);
	gather(&s, "tests/growth/a.md", ROLE_HEALTH);
	gather(&s, "tests/growth/b.md", ROLE_HEALTH);
	assert_int_equal(growth_settle(&s), ST_OK);
	say_all(&s, &b);
	assert_string_equal(buf_str(&b), "height 2024-05-01 75.1\n"
					 "height 2024-10-10 79.3\n" /* once, of three */
					 "height 2025-04-20 85.5\n"
					 "height 2026-04-20 94.6\n"
					 "weight 2024-10-10 10.21\n" /* was in g */
					 "weight 2026-04-20 13.9\n"
					 "head 2024-10-10 46.8\n"
					 "head 2026-04-20 49.2\n"
					 "chest 2024-10-10 47.5\n"
					 "bmi 2024-10-10 16.2\n" /* as written */
					 "bmi 2026-04-20 15.5\n" /* 13.9 / 0.946² */
					 "vision-right 2024-10-12 B（0.7〜0.9） band 3\n"
					 "vision-right 2026-04-20 測れなかった\n"
					 "vision-left 2024-10-12 0.8 band 3\n"
					 "vision-left 2026-04-20 1 band 4\n"
					 "vision-left-corrected 2024-10-12 1.2 band 4\n"
					 "hearing-right 2024-10-12 聞こえた\n"
					 "hearing-left 2024-10-12 返事があった\n"
					 "score 2026-05-01 105 [WISC-V 全体]\n"
					 "score 2024-10-20 91 [新版K式 ことば]\n"
					 "score 2026-04-21 96 [新版K式 ことば]\n"
					 "score 2024-10-20 98 [新版K式 全体]\n"
					 "score 2026-04-21 102 [新版K式 全体]\n");
	assert_int_equal(s.weeks, 33);
	assert_int_equal(s.undated, 0);
	buf_clear(&b);
	arena_free(a);
}

static void what_the_reader_may_not_see_is_not_gathered(void **state)
{
	struct arena *a = arena_new(1 << 22);
	const struct growth_point *p;
	struct growth_set s;

	(void)state;
	growth_set_init(&s, a);
	gather(&s, "tests/growth/a.md", ROLE_HOUSEHOLD);
	assert_int_equal(growth_settle(&s), ST_OK);
	assert_int_equal(growth_of(&s, QUANTITY_SCORE, &p), 0);
	assert_int_equal(growth_of(&s, QUANTITY_BMI, &p), 1);
	assert_true(span_is(p->text, "16.2")); /* the hidden one, computed from what is shown */
	assert_int_equal(growth_of(&s, QUANTITY_HEIGHT, &p), 2);
	arena_free(a);
}

static void a_value_without_a_day_is_counted_and_left_out(void **state)
{
	static const char text[] = "---\nkarte: 1\ntype: kenshin\ntype-version: 1\nid: \"c\"\n"
				   "child: c7k3m9q2v4\ntitle: 健診\ninstitution: chuo-hoken\n"
				   "status: draft\nvalues:\n  gestation: 30\n  height: 70\n---\n";
	struct arena *a = arena_new(1 << 22);
	struct reader who = {.role = ROLE_HEALTH, .relation = REL_OWN};
	struct sheet *sheet = NULL;
	struct view *v = NULL;
	struct growth_set s;

	(void)state;
	assert_int_equal(sheet_parse(&sheet, "c.md", span_of(text), types, NULL), ST_OK);
	assert_int_equal(redact_for(&v, sheet, &who), ST_OK);
	growth_set_init(&s, a);
	gather(&s, "tests/growth/a.md", ROLE_HEALTH);
	assert_int_equal(growth_collect(&s, v), ST_OK);
	assert_int_equal(growth_settle(&s), ST_OK);
	assert_int_equal(s.undated, 1);
	assert_true(s.weeks_differ); /* 33 and 30: neither is taken */
	assert_int_equal(s.weeks, 0);
	view_free(v);
	sheet_free(sheet);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_age_is_told_in_days_months_and_years),
	    cmocka_unit_test(an_early_birth_corrects_the_age_to_the_second_birthday),
	    cmocka_unit_test(every_pair_of_days_has_a_whole_age),
	    cmocka_unit_test(a_value_far_from_the_table_is_asked_about),
	    cmocka_unit_test(a_shrinking_height_and_a_jump_are_asked_about),
	    cmocka_unit_test(nothing_unusual_is_found_by_accident),
	    cmocka_unit_test(values_of_all_sheets_meet_by_what_they_measure),
	    cmocka_unit_test(what_the_reader_may_not_see_is_not_gathered),
	    cmocka_unit_test(a_value_without_a_day_is_counted_and_left_out),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
