/* The list of problems: what is kept, how it is printed, and what may be quoted in it. */
#include "generator/sheet/problem.h"

#include "generator/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_prints(struct problems *ps, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	problems_print(ps, &out);
	assert_int_equal(out.st, 0);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static void a_problem_is_printed_with_the_parts_of_its_place_that_it_has(void **state)
{
	struct problems ps;

	(void)state;
	problems_init(&ps);
	problem_add(&ps, "a.yaml", 3, 7, "x.one", "値「%s」を直してください。", "甲");
	assert_prints(&ps, "a.yaml:3:7: x.one: 値「甲」を直してください。\n");
	problem_add(&ps, "b.yaml", 3, 0, "x.two", "二");
	problem_add(&ps, "c.yaml", 0, 0, "x.three", "三");
	problem_add(&ps, "d.yaml", 0, 5, "x.four", "四");
	problem_add(&ps, "", 0, 0, "x.five", "五");
	problem_field(&ps, "f.goal", "x.six", "六%d", 6);
	assert_prints(&ps, "x.five: 五\n"
			   "f.goal: x.six: 六6\n"
			   "a.yaml:3:7: x.one: 値「甲」を直してください。\n"
			   "b.yaml:3: x.two: 二\n"
			   "c.yaml: x.three: 三\n"
			   "d.yaml: x.four: 四\n");
	assert_int_equal(ps.count, 6);
	assert_int_equal(ps.errors, 6);
	problems_clear(&ps);
	assert_int_equal(ps.count, 0);
	assert_int_equal(ps.errors, 0);
	assert_null(ps.list);
}

static void problems_are_ordered_by_file_line_and_column(void **state)
{
	struct problems ps;

	(void)state;
	problems_init(&ps);
	problem_add(&ps, "b", 1, 1, "x", "1");
	problem_add(&ps, "a", 10, 1, "x", "2");
	problem_add(&ps, "a", 9, 20, "x", "3");
	problem_add(&ps, "a", 9, 3, "x", "4");
	problem_add(&ps, "a", 9, 3, "x", "5 was reported after 4");
	problem_add(&ps, "a", 0, 0, "x", "6");
	assert_prints(&ps, "a: x: 6\n"
			   "a:9:3: x: 4\n"
			   "a:9:3: x: 5 was reported after 4\n"
			   "a:9:20: x: 3\n"
			   "a:10:1: x: 2\n"
			   "b:1:1: x: 1\n");
	problems_clear(&ps);
}

static void a_softened_problem_is_a_warning_and_no_error(void **state)
{
	struct problems ps;

	(void)state;
	problems_init(&ps);
	problem_soften(&ps);
	problem_add(&ps, "a", 1, 1, "x.hard", "誤り");
	problem_add(&ps, "a", 2, 1, "x.soft", "注意");
	problem_soften(&ps);
	problem_soften(&ps);
	assert_int_equal(ps.errors, 1);
	assert_int_equal(ps.count, 2);
	assert_false(ps.list[0].warning);
	assert_true(ps.list[1].warning);
	assert_prints(&ps, "a:1:1: x.hard: 誤り\na:2:1: x.soft: 警告: 注意\n");
	problems_clear(&ps);
}

static void after_the_maximum_only_the_count_grows(void **state)
{
	struct problems ps;
	struct buf out;

	(void)state;
	problems_init(&ps);
	for (int i = 0; i < PROBLEMS_MAX; i++)
		problem_add(&ps, "a", i + 1, 1, "x", "%d", i);
	problem_field(&ps, "f.a", "x", "kept nowhere");
	problem_add(&ps, "a", 1, 1, "x", "kept nowhere");
	problem_add(&ps, "a", 1, 1, "x", "a warning that is kept nowhere");
	problem_soften(&ps);
	assert_int_equal(ps.count, PROBLEMS_MAX);
	assert_int_equal(ps.errors, PROBLEMS_MAX + 2);
	for (size_t i = 0; i < ps.count; i++)
		assert_false(ps.list[i].warning);
	buf_init(&out, 1 << 20);
	problems_print(&ps, &out);
	assert_true(span_ends(buf_span(&out), SPAN("a:100:1: x: 99\nほかに誤りが2件あります。\n")));
	buf_clear(&out);
	problems_clear(&ps);
}

static void a_quoted_text_can_break_neither_the_line_nor_the_encoding(void **state)
{
	struct problems ps;

	(void)state;
	problems_init(&ps);
	problem_add(&ps, "a", 1, 1, "x", "『%s』", "b\n c\r\td\x1b[0m\x7f");
	problem_add(&ps, "a", 2, 1, "x", "『%s』", "\xff\xe3\x81");
	assert_prints(&ps, "a:1:1: x: 『b  c  d [0m 』\na:2:1: x: 『???』\n");
	problems_clear(&ps);
}

static void a_long_text_is_cut_between_two_code_points(void **state)
{
	struct problems ps;
	char long_text[3 * 1000 + 1] = "";

	(void)state;
	for (int shift = 0; shift < 3; shift++) {
		size_t n;

		problems_init(&ps);
		long_text[0] = '\0';
		for (int i = 0; i < 1000; i++)
			memcpy(long_text + 3 * i, "字", 4);
		problem_add(&ps, "a", 1, 1, "x", "%.*s%s", shift, "ab", long_text);
		n = strlen(ps.list[0].text);
		assert_in_range(n, 590, 599);
		assert_int_equal(utf8_check(span_of(ps.list[0].text)), n);
		assert_true(span_ends(span_of(ps.list[0].text), SPAN("字…")));
		problems_clear(&ps);
	}
}

static void without_a_list_nothing_is_kept(void **state)
{
	(void)state;
	problem_add(NULL, "a", 1, 1, "x", "text");
	problem_field(NULL, "f.a", "x", "text");
	problem_soften(NULL);
	problems_clear(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_problem_is_printed_with_the_parts_of_its_place_that_it_has),
	    cmocka_unit_test(problems_are_ordered_by_file_line_and_column),
	    cmocka_unit_test(a_softened_problem_is_a_warning_and_no_error),
	    cmocka_unit_test(after_the_maximum_only_the_count_grows),
	    cmocka_unit_test(a_quoted_text_can_break_neither_the_line_nor_the_encoding),
	    cmocka_unit_test(a_long_text_is_cut_between_two_code_points),
	    cmocka_unit_test(without_a_list_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
