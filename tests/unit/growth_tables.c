/* Published figures: how they are read, and that positions and formulas follow them. */
#include "generator/growth/growth.h"

#include "generator/base/file.h"
#include "generator/base/path.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TABLES "content/masters/growth"
#define PERCENTILES "growth_r5_2023_percentiles.csv"
#define FORMULAS "growth_standard_weight_formulas.csv"

static struct growth_tables *tables;

static int load(void **state)
{
	(void)state;
	return growth_tables_load(&tables, TABLES, NULL);
}

static int unload(void **state)
{
	(void)state;
	growth_tables_free(tables);
	return 0;
}

static void assert_near(double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("%.6f is not %.6f", got, want);
}

static double curve(enum growth_sex sex, enum quantity q, double months, size_t k)
{
	double v;

	assert_true(growth_percentile_at(tables, sex, q, months, k, &v));
	return v;
}

/* ---- curves: 令和5年 乳幼児身体発育調査, e-Stat 000040240361 to 363 ---------------------------
 */

static void the_middle_of_a_band_has_the_published_values(void **state)
{
	static const double boys18[] = {76.7, 78.5, 80.2, 82.1}; /* 1歳6〜12か月 */

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_near(curve(GROWTH_MALE, QUANTITY_HEIGHT, 21, i), boys18[i], 1e-9);
	assert_near(curve(GROWTH_MALE, QUANTITY_WEIGHT, 0, 3), 3.06, 1e-9);
	assert_near(curve(GROWTH_MALE, QUANTITY_WEIGHT, 1, 3), 4.15, 1e-9);
	assert_near(curve(GROWTH_FEMALE, QUANTITY_WEIGHT, 0, 0), 2.22, 1e-9);
	assert_near(curve(GROWTH_FEMALE, QUANTITY_WEIGHT, 1, 6), 4.74, 1e-9);
	assert_near(curve(GROWTH_MALE, QUANTITY_HEAD, 0, 0), 31.1, 1e-9);
}

static void the_edge_of_two_bands_is_between_them(void **state)
{
	(void)state;
	/* 12〜18 and 18〜24 months: 74.8 and 80.2 in the third row of boys' height */
	assert_near(curve(GROWTH_MALE, QUANTITY_HEIGHT, 18, 2), (74.8 + 80.2) / 2, 1e-9);
	/* 11〜12 (middle 11.5) and 12〜18 (middle 15): 1/7 of the way at 12 */
	assert_near(curve(GROWTH_MALE, QUANTITY_HEIGHT, 12, 0), 68.4 + (71.6 - 68.4) / 7, 1e-9);
}

static void outside_the_table_there_is_no_curve(void **state)
{
	double v, from, to;

	(void)state;
	assert_true(growth_percentile_range(tables, GROWTH_MALE, QUANTITY_HEIGHT, &from, &to));
	assert_near(from, 0, 0);
	assert_near(to, 78, 0);
	assert_true(growth_percentile_at(tables, GROWTH_MALE, QUANTITY_HEIGHT, 77.9, 3, &v));
	assert_false(growth_percentile_at(tables, GROWTH_MALE, QUANTITY_HEIGHT, 78, 3, &v));
	assert_false(growth_percentile_at(tables, GROWTH_MALE, QUANTITY_HEIGHT, -0.1, 3, &v));
	assert_false(growth_percentile_at(tables, GROWTH_MALE, QUANTITY_HEIGHT, NAN, 3, &v));
	assert_false(growth_percentile_at(tables, GROWTH_MALE, QUANTITY_BMI, 10, 3, &v));
	assert_false(growth_percentile_at(tables, GROWTH_UNKNOWN, QUANTITY_HEIGHT, 10, 3, &v));
	assert_false(growth_percentile_at(NULL, GROWTH_MALE, QUANTITY_HEIGHT, 10, 3, &v));
}

static void a_value_has_its_place_between_the_curves(void **state)
{
	struct growth_position p;
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	assert_true(growth_position(tables, GROWTH_MALE, QUANTITY_HEIGHT, 21, 78.5, &p));
	assert_true(p.on_curve);
	assert_int_equal(p.band, 2);
	growth_position_say(&p, &b);
	assert_string_equal(buf_str(&b), "10パーセンタイル");
	buf_cut(&b, 0);
	/* half way between 76.7 (z -1.8808) and 78.5 (z -1.2816): z -1.5812, 5.7 % */
	assert_true(growth_position(tables, GROWTH_MALE, QUANTITY_HEIGHT, 21, 77.6, &p));
	assert_int_equal(p.band, 1);
	assert_near(p.percentile, 5.69, 0.01);
	growth_position_say(&p, &b);
	assert_string_equal(buf_str(&b), "3〜10パーセンタイル（およそ6）");
	buf_cut(&b, 0);
	assert_true(growth_position(tables, GROWTH_MALE, QUANTITY_HEIGHT, 21, 76.6, &p));
	assert_int_equal(p.band, 0);
	growth_position_say(&p, &b);
	assert_string_equal(buf_str(&b), "3パーセンタイルより下");
	buf_cut(&b, 0);
	assert_true(growth_position(tables, GROWTH_MALE, QUANTITY_HEIGHT, 21, 200, &p));
	assert_int_equal(p.band, GROWTH_PERCENTILES);
	growth_position_say(&p, &b);
	assert_string_equal(buf_str(&b), "97パーセンタイルより上");
	assert_false(p.has_sds);
	assert_false(growth_position(tables, GROWTH_MALE, QUANTITY_HEIGHT, 100, 130, &p));
	buf_clear(&b);
}

/* ---- standard weight ---------------------------------------------------------------------------
 */

static void standard_weight_follows_the_published_formulas(void **state)
{
	double w, o;

	(void)state;
	/* 村田式, a boy of 3 years and 100 cm: 0.00206·100² − 0.1166·100 + 6.5273 = 15.4673 */
	assert_true(growth_standard_weight(tables, GROWTH_MALE, 36, 100, &w));
	assert_near(w, 15.4673, 1e-6);
	assert_true(growth_obesity(tables, GROWTH_MALE, 36, 100, 15.4673 * 1.2, &o));
	assert_near(o, 20, 1e-6);
	/* a girl of 90 cm: 0.00249·8100 − 0.1858·90 + 9.036 = 12.483 */
	assert_true(growth_standard_weight(tables, GROWTH_FEMALE, 30, 90, &w));
	assert_near(w, 12.483, 1e-6);
	/* 伊藤式 by age, a girl of 8 years and 127.7 cm: 0.561·127.7 − 45.006 = 26.6337 */
	assert_true(growth_standard_weight(tables, GROWTH_FEMALE, 8 * 12 + 5, 127.7, &w));
	assert_near(w, 26.6337, 1e-6);
	/* and a boy of 17 and 170 cm: 0.672·170 − 53.642 = 60.598 */
	assert_true(growth_standard_weight(tables, GROWTH_MALE, 17 * 12, 170, &w));
	assert_near(w, 60.598, 1e-6);
	/* 伊藤式 by height, a boy of 120 cm: 30.3882·1.2³ − 57.1495·1.2² + 50.8124·1.2 − 9.17791
	   = 52.51080960 − 82.295280 + 60.974880 − 9.177910 = 22.0125 */
	assert_true(
	    growth_standard_weight_by(tables, "ito_height_cubic", GROWTH_MALE, 84, 120, &w));
	assert_near(w, 22.0125, 1e-4);
	/* 149 cm belongs to 140 to 149, a girl: −1787.66·1.49³ + 8039.22·1.49² − 11931·1.49 +
	   5885.03 = 42.2242 */
	assert_true(
	    growth_standard_weight_by(tables, "ito_height_cubic", GROWTH_FEMALE, 130, 149, &w));
	assert_near(w, 42.2242, 1e-4);
}

static void a_formula_holds_only_where_it_was_published_for(void **state)
{
	double w;

	(void)state;
	assert_false(growth_standard_weight(tables, GROWTH_MALE, 11.9, 75, &w));
	assert_false(growth_standard_weight(tables, GROWTH_MALE, 36, 69.9, &w));
	assert_true(growth_standard_weight(tables, GROWTH_MALE, 36, 70, &w));
	assert_false(growth_standard_weight(tables, GROWTH_MALE, 36, 120, &w));
	assert_true(growth_standard_weight(tables, GROWTH_MALE, 72, 120, &w));
	assert_false(growth_standard_weight(tables, GROWTH_MALE, 18 * 12, 170, &w));
	assert_false(growth_standard_weight(tables, GROWTH_UNKNOWN, 84, 120, &w));
	assert_false(growth_standard_weight(tables, GROWTH_MALE, 72, 10, &w)); /* below 0 kg */
	assert_false(growth_standard_weight(NULL, GROWTH_MALE, 84, 120, &w));
}

/* ---- files ------------------------------------------------------------------------------------
 */

static char dir[] = "/tmp/karte-growth-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(file_write_fast(path, span_of(text), 0600), ST_OK);
}

static void copy(const char *name)
{
	char path[300];
	struct buf b;

	snprintf(path, sizeof path, TABLES "/%s", name);
	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(path, &b), ST_OK);
	put(name, buf_str(&b));
	buf_clear(&b);
}

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/karte-growth-XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	copy(PERCENTILES);
	copy(FORMULAS);
	return 0;
}

static int drop_dir(void **state)
{
	(void)state;
	return file_remove_tree(dir);
}

static void a_reference_beside_the_tables_gives_deviations(void **state)
{
	struct growth_tables *t;
	struct growth_position p;
	double v;

	(void)state;
	/* made up; the formula is that of Cole: 120·(1 + 2·0.04·1)^(1/2) */
	put("reference_lms.csv", "measure,unit,sex,age_months,l,m,s\n"
				 "height,cm,male,72,2,114,0.04\nheight,cm,male,96,2,126,0.04\n"
				 "bmi,,male,72,0,15,0.08\nbmi,,male,96,0,16,0.08\n");
	put("reference_mean_sd.csv", "measure,unit,sex,age_months,mean,sd\n"
				     "height,cm,male,72,115,5\nheight,cm,male,96,127,6\n");
	assert_int_equal(growth_tables_load(&t, dir, NULL), ST_OK);
	assert_true(growth_sd_at(t, GROWTH_MALE, QUANTITY_HEIGHT, 84, 1, &v));
	assert_near(v, 120 * sqrt(1.08), 1e-9);
	assert_true(growth_sd_at(t, GROWTH_MALE, QUANTITY_BMI, 72, -1, &v));
	assert_near(v, 15 * exp(-0.08), 1e-9);
	/* a score is taken from mean and SD where they are: (126.5 - 121) / 5.5 */
	assert_true(growth_position(t, GROWTH_MALE, QUANTITY_HEIGHT, 84, 126.5, &p));
	assert_true(p.has_sds);
	assert_false(p.has_band);
	assert_near(p.sds, 1, 0.01);
	assert_true(growth_position(t, GROWTH_MALE, QUANTITY_BMI, 96, 16, &p));
	assert_near(p.sds, 0, 1e-9);
	assert_false(growth_sd_at(t, GROWTH_MALE, QUANTITY_HEIGHT, 97, 0, &v));
	growth_tables_free(t);
}

static void refused(const char *name, const char *text, const char *code, int line)
{
	struct growth_tables *t = (struct growth_tables *)name;
	struct problems ps;

	put(name, text);
	problems_init(&ps);
	assert_int_equal(growth_tables_load(&t, dir, &ps), ST_CONFIG);
	assert_null(t);
	assert_int_equal(ps.count, 1);
	assert_string_equal(ps.list[0].code, code);
	assert_int_equal(ps.list[0].line, line);
	problems_clear(&ps);
	/* nobody needs to look at the problems */
	assert_int_equal(growth_tables_load(&t, dir, NULL), ST_CONFIG);
}

#define HEAD                                                                                       \
	"measure,unit,sex,band_key,band_label,age_months_min,age_months_max,p3,p10,p25,p50,p75,"   \
	"p90,p97\n"

static void a_wrong_file_is_refused_with_its_line(void **state)
{
	(void)state;
	refused(PERCENTILES, "", "growth.head", 0);
	refused(PERCENTILES, "measure,unit\n", "growth.head", 1);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,5,6\n", "growth.columns", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,5,6,nan\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,5,6,1e3\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,5,6,0x9\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,5,6,\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,0,1,1,2,3,4,6,5,7\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,-1,1,1,2,3,4,5,6,7\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,male,k,l,2,1,1,2,3,4,5,6,7\n", "growth.number", 2);
	refused(PERCENTILES, HEAD "height,cm,boy,k,l,0,1,1,2,3,4,5,6,7\n", "growth.sex", 2);
	refused(PERCENTILES, HEAD "height,m,male,k,l,0,1,1,2,3,4,5,6,7\n", "growth.unit", 2);
	refused(PERCENTILES, HEAD "shoe,cm,male,k,l,0,1,1,2,3,4,5,6,7\n", "growth.measure", 2);
	refused(PERCENTILES,
		HEAD "height,cm,male,k,l,0,2,1,2,3,4,5,6,7\nheight,cm,male,k,l,1,3,1,2,3,4,5,6,7\n",
		"growth.order", 3);
	refused(PERCENTILES, HEAD "\"height,cm\n", "growth.file", 0);
	refused(PERCENTILES, "\x01", "growth.file", 0);
	copy(PERCENTILES);
	refused("reference_lms.csv", "measure,unit,sex,age_months,l,m,s\nheight,cm,male,1,0,80,0\n",
		"growth.number", 2);
	refused("reference_lms.csv",
		"measure,unit,sex,age_months,l,m,s\nheight,cm,male,1,99,80,1\n", "growth.number",
		2);
}

static void too_many_rows_are_refused(void **state)
{
	struct growth_tables *t;
	struct problems ps;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "measure,unit,sex,age_months,l,m,s\n");
	for (int i = 0; i < 501; i++)
		buf_addf(&b, "height,cm,male,%d.%d,1,80,0.04\n", i / 10, i % 10);
	put("reference_lms.csv", buf_str(&b));
	problems_init(&ps);
	assert_int_equal(growth_tables_load(&t, dir, &ps), ST_CONFIG);
	assert_string_equal(ps.list[0].code, "growth.limit");
	problems_clear(&ps);
	buf_clear(&b);
}

static void what_must_be_there_is_missed(void **state)
{
	struct growth_tables *t;
	char path[300];

	(void)state;
	assert_int_equal(growth_tables_load(&t, "/nowhere", NULL), ST_NOTFOUND);
	snprintf(path, sizeof path, "%s/" FORMULAS, dir);
	assert_int_equal(remove(path), 0);
	assert_int_equal(growth_tables_load(&t, dir, NULL), ST_CONFIG);
}

/* ---- any values -------------------------------------------------------------------------------
 */

static double any(unsigned *seed)
{
	static const double hard[] = {0, -0.0, -1, 1e308, -1e308, 1e-308, 78, 72, 100};
	unsigned r = (unsigned)rand_r(seed);

	if (r % 5 == 0)
		return hard[r / 5 % (sizeof hard / sizeof *hard)];
	if (r % 7 == 0)
		return r % 2 ? NAN : INFINITY;
	return (r % 300000) / 1000.0 - 20;
}

static void no_value_gives_what_is_no_number(void **state)
{
	static const enum quantity all[] = {QUANTITY_HEIGHT, QUANTITY_WEIGHT, QUANTITY_HEAD,
					    QUANTITY_BMI, QUANTITY_SCORE};
	unsigned seed = 20261120;
	struct growth_tables *t;
	struct buf b;

	(void)state;
	put("reference_lms.csv", "measure,unit,sex,age_months,l,m,s\n"
				 "height,cm,male,0,-10,50,0.04\nheight,cm,male,210,10,170,1\n");
	assert_int_equal(growth_tables_load(&t, dir, NULL), ST_OK);
	buf_init(&b, 4096);
	for (int i = 0; i < 200000; i++) {
		enum growth_sex sex = (enum growth_sex)(i % 3);
		enum quantity q = all[(size_t)i % (sizeof all / sizeof *all)];
		double months = any(&seed), value = any(&seed), v = 0;
		struct growth_position p;

		if (growth_position(t, sex, q, months, value, &p)) {
			assert_true(p.band <= GROWTH_PERCENTILES);
			assert_true(!p.has_band || (p.percentile >= 3 && p.percentile <= 97));
			assert_true(!p.has_sds || isfinite(p.sds));
			growth_position_say(&p, &b);
		}
		if (growth_sd_at(t, sex, q, months, value, &v))
			assert_true(isfinite(v));
		if (growth_obesity(t, sex, months, value, any(&seed), &v))
			assert_true(isfinite(v));
		assert_null(strstr(buf_str(&b), "nan"));
		assert_null(strstr(buf_str(&b), "inf"));
		buf_cut(&b, 0);
	}
	buf_clear(&b);
	growth_tables_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_middle_of_a_band_has_the_published_values),
	    cmocka_unit_test(the_edge_of_two_bands_is_between_them),
	    cmocka_unit_test(outside_the_table_there_is_no_curve),
	    cmocka_unit_test(a_value_has_its_place_between_the_curves),
	    cmocka_unit_test(standard_weight_follows_the_published_formulas),
	    cmocka_unit_test(a_formula_holds_only_where_it_was_published_for),
	    cmocka_unit_test_setup_teardown(a_reference_beside_the_tables_gives_deviations,
					    make_dir, drop_dir),
	    cmocka_unit_test_setup_teardown(a_wrong_file_is_refused_with_its_line, make_dir,
					    drop_dir),
	    cmocka_unit_test_setup_teardown(too_many_rows_are_refused, make_dir, drop_dir),
	    cmocka_unit_test_setup_teardown(what_must_be_there_is_missed, make_dir, drop_dir),
	    cmocka_unit_test_setup_teardown(no_value_gives_what_is_no_number, make_dir, drop_dir),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
