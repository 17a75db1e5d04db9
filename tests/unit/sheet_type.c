/* Sheet types that are right: what is read, names, and periods. */
#include "generator/base/day.h"
#include "generator/sheet/type.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define GOOD "tests/types/good"

enum { ARENA = 16 * 1024 * 1024 };

static const role_set SCHOOL = ROLE_BIT(ROLE_SCHOOL), BOARD = ROLE_BIT(ROLE_BOARD),
		      HOUSEHOLD = ROLE_BIT(ROLE_HOUSEHOLD);

/* ---- helpers ------------------------------------------------------------------------------ */

static void read_whole(const char *path, struct buf *out)
{
	buf_init(out, 1 << 20);
	if (file_read(path, out))
		fail_msg("cannot read %s: %s", path, fail_why());
}

static const struct sheet_type *read_good(struct arena *a, const char *path)
{
	const struct sheet_type *t = NULL;
	struct problems ps;
	struct buf bytes, out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	read_whole(path, &bytes);
	type_read(a, path, buf_span(&bytes), &t, &ps);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), "");
	assert_non_null(t);
	buf_clear(&bytes);
	buf_clear(&out);
	problems_clear(&ps);
	return t;
}

static void assert_span(struct span got, const char *want)
{
	if (!span_is(got, want))
		fail_msg("'%.*s' is not '%s'", SPAN_ARG(got), want);
}

/* ---- what is read ------------------------------------------------------------------------- */

static void the_head_is_read_as_declared(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");

	(void)state;
	assert_span(t->id, "all-kinds");
	assert_int_equal(t->version, 1);
	assert_span(t->title, "すべての欄");
	assert_int_equal(t->subject, SUBJECT_CHILD);
	assert_span(t->area, "development");
	assert_int_equal(t->period, PERIOD_FISCAL_YEAR);
	assert_int_equal(t->writers, SCHOOL);
	assert_int_equal(t->readers, SCHOOL | BOARD);
	assert_int_equal(t->sharing, SHARING_CONSENT);
	assert_int_equal(t->workflow, 15);
	assert_int_equal(t->retention_years, 5);
	assert_int_equal(t->retention_after, AFTER_LEAVING);
	assert_int_equal(t->nsections, 3);
	assert_int_equal(t->nfields, 22);
	arena_free(a);
}

static void what_is_left_out_has_its_default(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/plan/1.yaml");

	(void)state;
	assert_int_equal(t->subject, SUBJECT_CHILD);
	assert_int_equal(t->sharing, SHARING_NONE);
	assert_int_equal(t->workflow, 1u << SHEET_DRAFT | 1u << SHEET_FINAL);
	assert_int_equal(t->readers, 0);
	t = read_good(a, GOOD "/all-kinds/1.yaml");
	assert_int_equal(type_field(t, SPAN("motto"))->max_chars, TEXT_DEFAULT_MAX);
	assert_int_equal(type_field(t, SPAN("notes"))->max_chars, PROSE_DEFAULT_MAX);
	assert_int_equal(type_field(t, SPAN("height"))->max_rows, TABLE_DEFAULT_ROWS);
	assert_false(type_field(t, SPAN("motto"))->required);
	assert_false(type_field(t, SPAN("count"))->has_min);
	assert_false(type_field(t, SPAN("count"))->has_max);
	assert_int_equal(type_field(t, SPAN("count"))->decimals, 0);
	assert_null(type_field(t, SPAN("motto"))->hint.p);
	arena_free(a);
}

static void a_section_takes_the_roles_of_the_type_unless_it_has_its_own(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");
	const struct section *s;

	(void)state;
	s = type_section(t, SPAN("plain"));
	assert_int_equal(s->readers, SCHOOL | BOARD | HOUSEHOLD);
	assert_int_equal(s->writers, SCHOOL | HOUSEHOLD);
	s = type_section(t, SPAN("rows"));
	assert_int_equal(s->readers, SCHOOL | BOARD);
	assert_int_equal(s->writers, SCHOOL);
	s = type_section(t, SPAN("results"));
	assert_int_equal(s->readers, SCHOOL | BOARD);
	assert_int_equal(s->writers, 0);
	arena_free(a);
}

static void who_writes_a_section_reads_it(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/plan/1.yaml");

	(void)state;
	assert_int_equal(t->sections[0].readers, SCHOOL);
	assert_int_equal(t->sections[0].writers, SCHOOL);
	arena_free(a);
}

static void each_field_has_what_its_kind_has(void **state)
{
	static const char *const ids[F_KIND_COUNT] = {[F_TEXT] = "nickname",
						      [F_PROSE] = "story",
						      [F_NUMBER] = "hours",
						      [F_DATE] = "since",
						      [F_TIME] = "at",
						      [F_FLAG] = "agreed",
						      [F_CHOICE] = "colour",
						      [F_CHOICES] = "helps",
						      [F_TABLE] = "tests",
						      [F_PERSON] = "teacher",
						      [F_INSTITUTION] = "clinic",
						      [F_FILE] = "copy",
						      [F_MEASURE] = "height",
						      [F_COMPUTED] = "bmi"};
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");
	const struct field *f;

	(void)state;
	for (unsigned k = 0; k < F_KIND_COUNT; k++)
		assert_int_equal(type_field(t, span_of(ids[k]))->kind, k);
	f = type_field(t, SPAN("nickname"));
	assert_span(f->label, "呼び名");
	assert_span(f->hint, "ふだんの呼び名");
	assert_span(f->example, "けんちゃん");
	assert_true(f->required);
	assert_int_equal(f->max_chars, 20);
	f = type_field(t, SPAN("hours"));
	assert_span(f->unit, "時間");
	assert_true(f->has_min && f->min == 0);
	assert_true(f->has_max && f->max == 8.5);
	assert_int_equal(f->decimals, 1);
	f = type_field(t, SPAN("helps"));
	assert_int_equal(f->nchoices, 3);
	assert_span(f->choices[0].id, "picture");
	assert_span(f->choices[2].label, "時計");
	assert_ptr_equal(field_choice(f, SPAN("writing")), &f->choices[1]);
	assert_null(field_choice(f, SPAN("gesture")));
	arena_free(a);
}

static void fields_know_their_place(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");
	size_t index = 0;

	(void)state;
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			assert_ptr_equal(f->section, &t->sections[i]);
			assert_int_equal(f->index, index++);
			assert_ptr_equal(type_field(t, f->id), f);
			for (size_t c = 0; c < f->ncolumns; c++) {
				assert_ptr_equal(f->columns[c].section, &t->sections[i]);
				assert_int_equal(f->columns[c].index, c);
				assert_ptr_equal(field_column(f, f->columns[c].id), &f->columns[c]);
			}
		}
	assert_int_equal(index, t->nfields);
	assert_null(type_field(t, SPAN("nobody")));
	assert_null(type_field(t, SPAN("iq")));
	assert_null(type_section(t, SPAN("nowhere")));
	arena_free(a);
}

static void a_table_has_columns_of_the_simple_kinds(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");
	const struct field *f = type_field(t, SPAN("tests"));

	(void)state;
	assert_int_equal(f->max_rows, 12);
	assert_true(f->required);
	assert_int_equal(f->ncolumns, 8);
	assert_true(f->columns[0].required);
	assert_int_equal(field_column(f, SPAN("name"))->nchoices, 2);
	assert_true(field_column(f, SPAN("iq"))->max == 180);
	assert_int_equal(field_column(f, SPAN("note"))->max_chars, 80);
	assert_null(field_column(f, SPAN("results")));
	arena_free(a);
}

static void a_measure_has_a_date_and_a_number_as_columns(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");
	const struct field *f = type_field(t, SPAN("weight"));

	(void)state;
	assert_int_equal(f->max_rows, 60);
	assert_int_equal(f->ncolumns, 2);
	assert_span(f->columns[0].id, "on");
	assert_int_equal(f->columns[0].kind, F_DATE);
	assert_true(f->columns[0].required);
	assert_span(f->columns[1].id, "value");
	assert_int_equal(f->columns[1].kind, F_NUMBER);
	assert_true(f->columns[1].required);
	assert_span(f->columns[1].label, "体重");
	assert_span(f->columns[1].unit, "kg");
	assert_true(f->columns[1].has_min && f->columns[1].min == 0.5);
	assert_true(f->columns[1].has_max && f->columns[1].max == 200);
	assert_int_equal(f->columns[1].decimals, 2);
	arena_free(a);
}

static void computed_fields_point_at_their_sources(void **state)
{
	static const struct {
		const char *id;
		enum computed_function function;
		const char *of[2];
		int decimals;
	} want[] = {{"tests-count", FN_COUNT, {"tests", NULL}, 0},
		    {"hours-sum", FN_SUM, {"hours", "count"}, 1},
		    {"bmi", FN_BMI, {"height", "weight"}, 1},
		    {"weight-now", FN_LATEST, {"weight", NULL}, 2},
		    {"weight-round", FN_LATEST, {"weight", NULL}, 0}};
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, GOOD "/all-kinds/1.yaml");

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		const struct field *f = type_field(t, span_of(want[i].id));

		assert_int_equal(f->function, want[i].function);
		assert_int_equal(f->decimals, want[i].decimals);
		assert_int_equal(f->nof, want[i].of[1] ? 2 : 1);
		for (size_t j = 0; j < f->nof; j++)
			assert_ptr_equal(f->of[j], type_field(t, span_of(want[i].of[j])));
	}
	arena_free(a);
}

/* ---- names and periods -------------------------------------------------------------------- */

static void a_field_says_what_it_measures(void **state)
{
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = read_good(a, "tests/growth/types/kenshin/1.yaml");
	const struct field *tests = type_field(t, SPAN("tests"));

	(void)state;
	assert_int_equal(type_field(t, SPAN("on"))->quantity, QUANTITY_ON);
	assert_int_equal(type_field(t, SPAN("gestation"))->quantity, QUANTITY_GESTATION_WEEKS);
	assert_int_equal(type_field(t, SPAN("weight"))->quantity, QUANTITY_WEIGHT);
	assert_int_equal(type_field(t, SPAN("heights"))->quantity, QUANTITY_HEIGHT);
	assert_int_equal(type_field(t, SPAN("right"))->quantity, QUANTITY_VISION_RIGHT);
	assert_int_equal(tests->quantity, QUANTITY_NONE);
	assert_int_equal(field_column(tests, SPAN("name"))->quantity, QUANTITY_TEST);
	assert_int_equal(field_column(tests, SPAN("words"))->quantity, QUANTITY_SCORE);
	assert_string_equal(quantity_name(QUANTITY_GESTATION_WEEKS), "gestation-weeks");
	assert_string_equal(quantity_name(QUANTITY_NONE), "");
	arena_free(a);
}

static void kinds_and_states_have_names(void **state)
{
	enum sheet_status st = SHEET_FINAL;

	(void)state;
	assert_string_equal(field_kind_name(F_TEXT), "text");
	assert_string_equal(field_kind_name(F_COMPUTED), "computed");
	assert_string_equal(field_kind_name(F_KIND_COUNT), "");
	assert_string_equal(sheet_status_label(SHEET_DRAFT), "下書き");
	for (unsigned s = 0; s < SHEET_STATUS_COUNT; s++) {
		const char *name = sheet_status_name((enum sheet_status)s);

		assert_true(sheet_status_find(span_of(name), &st));
		assert_int_equal(st, s);
		assert_true(sheet_status_label((enum sheet_status)s)[0] != '\0');
	}
	assert_false(sheet_status_find(SPAN("done"), &st));
	assert_false(sheet_status_find(SPAN(""), &st));
	assert_string_equal(sheet_status_name(SHEET_STATUS_COUNT), "");
	assert_string_equal(sheet_status_label(SHEET_STATUS_COUNT), "");
}

static void an_id_fits_its_period_and_has_a_japanese_name(void **state)
{
	static const struct {
		enum period p;
		const char *id, *label; /* NULL: does not fit */
	} cases[] = {
	    {PERIOD_ONCE, "main", ""},
	    {PERIOD_ONCE, "2026", NULL},
	    {PERIOD_ONCE, "", NULL},
	    {PERIOD_FISCAL_YEAR, "2026", "令和8年度"},
	    {PERIOD_FISCAL_YEAR, "2019", "平成31年度"},
	    {PERIOD_FISCAL_YEAR, "2020", "令和2年度"},
	    {PERIOD_FISCAL_YEAR, "026", NULL},
	    {PERIOD_FISCAL_YEAR, "20266", NULL},
	    {PERIOD_FISCAL_YEAR, "1800", NULL},
	    {PERIOD_FISCAL_YEAR, "20x6", NULL},
	    {PERIOD_FISCAL_YEAR, "", NULL},
	    {PERIOD_TERM, "2026-1", "令和8年度 1学期"},
	    {PERIOD_TERM, "2026-3", "令和8年度 3学期"},
	    {PERIOD_TERM, "2026-0", NULL},
	    {PERIOD_TERM, "2026-4", NULL},
	    {PERIOD_TERM, "2026", NULL},
	    {PERIOD_TERM, "2026-11", NULL},
	    {PERIOD_TERM, "2026x1", NULL},
	    {PERIOD_MONTH, "2026-04", "令和8年4月"},
	    {PERIOD_MONTH, "2019-04", "平成31年4月"},
	    {PERIOD_MONTH, "2019-05", "令和元年5月"},
	    {PERIOD_MONTH, "2026-12", "令和8年12月"},
	    {PERIOD_MONTH, "2026-13", NULL},
	    {PERIOD_MONTH, "2026-4", NULL},
	    {PERIOD_MONTH, "2026-04-01", NULL},
	    {PERIOD_DAY, "2026-04-01", "令和8年4月1日"},
	    {PERIOD_DAY, "2026-02-29", NULL},
	    {PERIOD_DAY, "2026-04", NULL},
	    {PERIOD_FREE, "visit-3", "visit-3"},
	    {PERIOD_FREE, "Visit", NULL},
	    {PERIOD_FREE, "", NULL},
	    {PERIOD_FREE, "../x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span id = span_of(cases[i].id);
		struct buf b;

		assert_int_equal(period_id(cases[i].p, id), cases[i].label != NULL);
		buf_init(&b, 256);
		period_label(cases[i].p, id, &b);
		if (cases[i].label)
			assert_string_equal(buf_str(&b), cases[i].label);
		else if (cases[i].p != PERIOD_ONCE)
			assert_string_equal(buf_str(&b), cases[i].id);
		buf_clear(&b);
	}
	assert_false(period_id(PERIOD_DAY, SPAN_NONE));
}

/* Whoever makes a sheet says a day: the id is that of its period, and one that fits it. */
static void a_day_names_the_sheet_of_its_period(void **state)
{
	static const struct {
		enum period p;
		struct day d;
		int n;
		const char *id;
	} cases[] = {
	    {PERIOD_ONCE, {2026, 11, 21}, 1, "main"},
	    {PERIOD_FISCAL_YEAR, {2026, 3, 31}, 1, "2025"},
	    {PERIOD_FISCAL_YEAR, {2026, 4, 1}, 1, "2026"},
	    {PERIOD_TERM, {2026, 4, 1}, 1, "2026-1"},
	    {PERIOD_TERM, {2026, 9, 1}, 1, "2026-2"},
	    {PERIOD_TERM, {2027, 1, 8}, 1, "2026-3"},
	    {PERIOD_MONTH, {2026, 11, 21}, 1, "2026-11"},
	    {PERIOD_DAY, {2026, 11, 21}, 1, "2026-11-21"},
	    {PERIOD_DAY, {2026, 11, 21}, 2, ""},
	    {PERIOD_ONCE, {2026, 11, 21}, 2, ""},
	    {PERIOD_FREE, {2026, 11, 21}, 1, "2026-11-21"},
	    {PERIOD_FREE, {2026, 11, 21}, 12, "2026-11-21-12"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b;

		buf_init(&b, 64);
		period_of_day(cases[i].p, cases[i].d, cases[i].n, &b);
		assert_string_equal(buf_str(&b), cases[i].id);
		assert_int_equal(period_id(cases[i].p, buf_span(&b)), b.len > 0);
		buf_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_names_the_sheet_of_its_period),
	    cmocka_unit_test(the_head_is_read_as_declared),
	    cmocka_unit_test(what_is_left_out_has_its_default),
	    cmocka_unit_test(a_section_takes_the_roles_of_the_type_unless_it_has_its_own),
	    cmocka_unit_test(who_writes_a_section_reads_it),
	    cmocka_unit_test(each_field_has_what_its_kind_has),
	    cmocka_unit_test(fields_know_their_place),
	    cmocka_unit_test(a_table_has_columns_of_the_simple_kinds),
	    cmocka_unit_test(a_measure_has_a_date_and_a_number_as_columns),
	    cmocka_unit_test(computed_fields_point_at_their_sources),
	    cmocka_unit_test(a_field_says_what_it_measures),
	    cmocka_unit_test(kinds_and_states_have_names),
	    cmocka_unit_test(an_id_fits_its_period_and_has_a_japanese_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
