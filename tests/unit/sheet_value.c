#include "generator/sheet/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct types *types;
static const struct sheet_type *kihon;

static int load_types(void **state)
{
	(void)state;
	if (types_load(&types, "tests/sheets/types", NULL))
		return -1;
	kihon = types_find(types, SPAN("kihon"), 1);
	return kihon ? 0 : -1;
}

static int free_types(void **state)
{
	(void)state;
	types_free(types);
	return 0;
}

struct value_case {
	const char *in;
	const char *out; /* NULL: refused */
	const char *problem;
};

static void check(const struct field *f, bool typed, const struct value_case *c)
{
	struct value_place at = {.file = typed ? NULL : "x.md", .field = typed ? "f.x" : NULL};
	struct arena *a = arena_new(1 << 20);
	struct problems ps;
	struct span out = SPAN("old");
	enum status st;

	at.line = typed ? 0 : 7;
	at.col = typed ? 0 : 3;
	problems_init(&ps);
	st = value_read(a, f, span_of(c->in), typed, at, &out, &ps);
	if (st != (c->out ? ST_OK : ST_INVALID) || !span_is(out, c->out ? c->out : ""))
		fail_msg("%.*s of '%s': status %d, '%.*s'", SPAN_ARG(f->id), c->in, st,
			 SPAN_ARG(out));
	assert_int_equal(ps.count, c->out ? 0 : 1);
	if (!c->out) {
		assert_string_equal(ps.list[0].code, c->problem);
		assert_int_equal(ps.list[0].line, at.line);
		assert_int_equal(ps.list[0].col, at.col);
		assert_string_equal(typed ? ps.list[0].field : ps.list[0].file,
				    typed ? "f.x" : "x.md");
	} else if (*c->out) { /* what is kept is read as itself */
		struct span again;

		assert_int_equal(value_read(a, f, out, false, at, &again, NULL), ST_OK);
		assert_true(span_eq(again, out));
		assert_int_equal(value_read(a, f, out, true, at, &again, NULL), ST_OK);
		assert_true(span_eq(again, out));
	}
	problems_clear(&ps);
	arena_free(a);
}

static void check_all(const char *field, bool typed, const struct value_case *cases, size_t n)
{
	const struct field *f = type_field(kihon, span_of(field));

	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		check(f, typed, &cases[i]);
}

#define CASES(list) list, sizeof list / sizeof list[0]

static void numbers_lose_needless_zeros_and_keep_their_limits(void **state)
{
	static const struct value_case cases[] = {
	    {"21.50", "21.5", NULL},
	    {"021", "21", NULL},
	    {"0.5", "0.5", NULL},
	    {"120.00", "120", NULL},
	    {"", "", NULL},
	    {"0.49", NULL, "value.range"},
	    {"120.01", NULL, "value.range"},
	    {"1.234", NULL, "value.decimals"},
	    {"1.230", "1.23", NULL},
	    {"-1", NULL, "value.range"},
	    {"+1", NULL, "value.number"},
	    {"1,000", NULL, "value.number"},
	    {"1e2", NULL, "value.number"},
	    {"0x1f", NULL, "value.number"},
	    {".5", NULL, "value.number"},
	    {"5.", NULL, "value.number"},
	    {".", NULL, "value.number"},
	    {"-", NULL, "value.number"},
	    {"21 5", NULL, "value.number"},
	    {"２１", NULL, "value.number"},
	    {"21kg", NULL, "value.number"},
	    {"nan", NULL, "value.number"},
	    {"9999999999999999", NULL, "value.number"},
	};

	(void)state;
	check_all("weight-now", false, CASES(cases));
}

static void typed_numbers_may_be_wide_and_have_their_unit(void **state)
{
	static const struct value_case cases[] = {
	    {"２１．５", "21.5", NULL},
	    {" 21.5 kg ", "21.5", NULL},
	    {"21.5ｋｇ", "21.5", NULL},
	    {"　21kg　", "21", NULL},
	    {"+1", "1", NULL},
	    {".5", "0.5", NULL},
	    {"5.", "5", NULL},
	    {"−5", NULL, "value.range"},
	    {"21g", NULL, "value.number"},
	    {"二十", NULL, "value.number"},
	    {"kg", NULL, "value.number"},
	    {".", NULL, "value.number"},
	    {"+", NULL, "value.number"},
	};
	static const struct value_case visits[] = {
	    {"1,000", "1000", NULL},
	    {"１，０００回", "1000", NULL},
	    {"10,00", NULL, "value.number"},
	    {",100", NULL, "value.number"},
	    {"1,00", NULL, "value.number"},
	    {"1000,000", NULL, "value.number"},
	    {"-0", "0", NULL},
	    {"000", "0", NULL},
	    {"1.5", NULL, "value.decimals"},
	};

	(void)state;
	check_all("weight-now", true, CASES(cases));
	check_all("visits", true, CASES(visits));
}

static void dates_exist(void **state)
{
	static const struct value_case stored[] = {
	    {"2028-02-29", "2028-02-29", NULL},
	    {"2026-02-29", NULL, "value.date"},
	    {"2026-2-1", NULL, "value.date"},
	    {"令和8年4月1日", NULL, "value.date"},
	    {"", "", NULL},
	    {"2026-04-01T00:00", NULL, "value.date"},
	};
	static const struct value_case typed[] = {
	    {"令和8年4月1日", "2026-04-01", NULL},  {"Ｒ８．４．１", "2026-04-01", NULL},
	    {" 2026/4/1 ", "2026-04-01", NULL},	    {"平成31年4月30日", "2019-04-30", NULL},
	    {"令和元年5月1日", "2019-05-01", NULL}, {"平成31年5月1日", NULL, "value.date"},
	    {"4月1日", NULL, "value.date"},	    {"2026年2月30日", NULL, "value.date"},
	};

	(void)state;
	check_all("stay-from", false, CASES(stored));
	check_all("stay-from", true, CASES(typed));
}

static void times_are_of_one_day(void **state)
{
	static const struct value_case stored[] = {
	    {"08:15", "08:15", NULL},	      {"23:59", "23:59", NULL},
	    {"00:00", "00:00", NULL},	      {"24:00", NULL, "value.time"},
	    {"8:15", NULL, "value.time"},     {"08:60", NULL, "value.time"},
	    {"08:15:00", NULL, "value.time"}, {"0815", NULL, "value.time"},
	    {"08 15", NULL, "value.time"},    {"8時", NULL, "value.time"},
	};
	static const struct value_case typed[] = {
	    {"8:15", "08:15", NULL},	      {"８：１５", "08:15", NULL},
	    {"8時", "08:00", NULL},	      {"8時5分", "08:05", NULL},
	    {"８時半", "08:30", NULL},	      {"午後3時20分", "15:20", NULL},
	    {"午前 9:05", "09:05", NULL},     {"午後12時30分", "12:30", NULL},
	    {"午前12時", "00:00", NULL},      {"0815", "08:15", NULL},
	    {"午後13時", NULL, "value.time"}, {"25時", NULL, "value.time"},
	    {"8:1", NULL, "value.time"},      {"8時5", NULL, "value.time"},
	    {"815", NULL, "value.time"},      {"8:15分", NULL, "value.time"},
	    {"8", NULL, "value.time"},	      {"8:155", NULL, "value.time"},
	    {"8時半分", NULL, "value.time"},
	};

	(void)state;
	check_all("arrive", false, CASES(stored));
	check_all("arrive", true, CASES(typed));
}

static void flags_and_choices_are_one_of_their_words(void **state)
{
	static const struct value_case flag[] = {
	    {"true", "true", NULL},	  {"false", "false", NULL},  {"yes", NULL, "value.flag"},
	    {"True", NULL, "value.flag"}, {"1", NULL, "value.flag"},
	};
	static const struct value_case typed_flag[] = {
	    {"はい", "true", NULL}, {"いいえ", "false", NULL},	    {"on", "true", NULL},
	    {"0", "false", NULL},   {"たぶん", NULL, "value.flag"},
	};
	static const struct value_case choice[] = {
	    {"es2", "es2", NULL},
	    {"no", "no", NULL},
	    {"小学2年", NULL, "value.choice"},
	    {"ES2", NULL, "value.choice"},
	};
	static const struct value_case typed_choice[] = {
	    {"es2", "es2", NULL},
	    {"小学2年", "es2", NULL},
	    {"小学9年", NULL, "value.choice"},
	};

	(void)state;
	check_all("agreed", false, CASES(flag));
	check_all("agreed", true, CASES(typed_flag));
	check_all("grade", false, CASES(choice));
	check_all("grade", true, CASES(typed_choice));
}

static void text_is_kept_as_it_was_typed_but_for_its_ends(void **state)
{
	static const struct value_case cases[] = {
	    {" か\xe3\x82\x99 ", "か\xe3\x82\x99", NULL},
	    {"葛󠄀城󠄀市󠄀の子", "葛󠄀城󠄀市󠄀の子", NULL},
	    {"👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩"
	     "‍"
	     "👧",
	     "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩"
	     "‍"
	     "👧",
	     NULL},
	    {"123456", NULL, "value.length"},
	    {"ａb\tｶ", "ａb\tｶ", NULL},
	    {"a\nb", NULL, "value.line"},
	    {"a\xe2\x80\xa8"
	     "b",
	     NULL, "value.line"},
	    {"a\x1b", NULL, "value.control"},
	    {"a\xc2\x9f", NULL, "value.control"},
	    {"a\xff", NULL, "value.utf8"},
	    {"\xed\xa0\x80", NULL, "value.utf8"},
	};
	static const struct value_case wide_ends[] = {{"　a　b　\n", "a　b", NULL},
						      {"　", "", NULL}};

	(void)state;
	check_all("called", true, CASES(cases));
	check_all("called", true, CASES(wide_ends));
	check_all("called", false, CASES(wide_ends));
}

static void prose_is_tamed_and_counted_in_graphemes(void **state)
{
	static const struct value_case cases[] = {
	    {"\r\na \r\nb\r\n", "a\nb", NULL},
	    {"# 題", "#### 題", NULL},
	    {"a\x07", NULL, "value.control"},
	    {"a\xff", NULL, "value.utf8"},
	    {"> > > > > > > > > x", NULL, "value.markdown"},
	};
	const struct field *f = type_field(kihon, SPAN("child-wish"));
	struct arena *a = arena_new(1 << 20);
	struct buf text;
	struct span out;

	(void)state;
	check_all("child-wish", true, CASES(cases));
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_adds(&text, "葛󠄀");
	assert_int_equal(value_read(a, f, buf_span(&text), true,
				    (struct value_place){.field = "f.x"}, &out, NULL),
			 ST_OK);
	assert_int_equal(out.n, 7000);
	buf_adds(&text, "x");
	assert_int_equal(value_read(a, f, buf_span(&text), true,
				    (struct value_place){.field = "f.x"}, &out, NULL),
			 ST_INVALID);
	buf_clear(&text);
	arena_free(a);
}

static void a_problem_in_prose_names_the_line_in_the_file(void **state)
{
	const struct field *f = type_field(kihon, SPAN("child-wish"));
	struct arena *a = arena_new(1 << 20);
	struct problems ps;
	struct span out;

	(void)state;
	problems_init(&ps);
	assert_int_equal(value_read(a, f, SPAN("a\n\n> > > > > > > > > x"), false,
				    (struct value_place){.file = "x.md", .line = 20, .col = 1},
				    &out, &ps),
			 ST_INVALID);
	assert_int_equal(ps.list[0].line, 22);
	assert_string_equal(
	    ps.list[0].text,
	    "「本人の願い」の3行目で、箇条書きや引用の重なりが深すぎるか、[ ] が多すぎます。"
	    "減らしてください。");
	problems_clear(&ps);
	arena_free(a);
}

static void files_are_ids_and_computed_fields_are_never_written(void **state)
{
	static const struct value_case file[] = {
	    {"f3k9", "f3k9", NULL},
	    {"../x", NULL, "value.file"},
	    {"A", NULL, "value.file"},
	};
	static const struct value_case computed[] = {{"15", NULL, "value.computed"}};
	static const struct value_case person[] = {
	    {"佐藤 花子", "佐藤 花子", NULL},
	    {"a\nb", NULL, "value.line"},
	};

	(void)state;
	check_all("paper", true, CASES(file));
	check_all("bmi", true, CASES(computed));
	check_all("teacher", true, CASES(person));
	check_all("place", true, CASES(person));
}

static void what_is_not_one_text_is_our_mistake(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct span out;

	(void)state;
	assert_int_equal(value_read(a, type_field(kihon, SPAN("results")), SPAN("x"), false,
				    (struct value_place){.file = "x"}, &out, NULL),
			 ST_BUG);
	arena_free(a);
}

static void without_memory_there_is_no_value(void **state)
{
	struct arena *a = arena_new(1);
	struct span out;

	(void)state;
	assert_int_equal(value_read(a, type_field(kihon, SPAN("name")), SPAN("x"), false,
				    (struct value_place){.file = "x"}, &out, NULL),
			 ST_NOMEM);
	assert_null(out.p);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_lose_needless_zeros_and_keep_their_limits),
	    cmocka_unit_test(typed_numbers_may_be_wide_and_have_their_unit),
	    cmocka_unit_test(dates_exist),
	    cmocka_unit_test(times_are_of_one_day),
	    cmocka_unit_test(flags_and_choices_are_one_of_their_words),
	    cmocka_unit_test(text_is_kept_as_it_was_typed_but_for_its_ends),
	    cmocka_unit_test(prose_is_tamed_and_counted_in_graphemes),
	    cmocka_unit_test(a_problem_in_prose_names_the_line_in_the_file),
	    cmocka_unit_test(files_are_ids_and_computed_fields_are_never_written),
	    cmocka_unit_test(what_is_not_one_text_is_our_mistake),
	    cmocka_unit_test(without_memory_there_is_no_value),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
