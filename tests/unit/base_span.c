#include "generator/base/span.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_text(s, text) assert_true(span_eq((s), SPAN(text)))

static void an_absent_span_is_empty_but_an_empty_one_has_a_pointer(void **state)
{
	(void)state;
	assert_null(span_of(NULL).p);
	assert_int_equal(span_of(NULL).n, 0);
	assert_non_null(span_of("").p);
	assert_int_equal(span_of("").n, 0);
	assert_null(SPAN_NONE.p);
	assert_true(span_eq(SPAN_NONE, SPAN("")));
	assert_true(span_is(SPAN_NONE, ""));
	assert_true(span_is(SPAN(""), NULL));
}

static void equal_means_every_byte(void **state)
{
	(void)state;
	assert_true(span_eq(SPAN("田中"), span_of("田中")));
	assert_false(span_eq(SPAN("田中"), SPAN("田口")));
	assert_false(span_eq(SPAN("a"), SPAN("ab")));
	assert_true(span_eq(SPAN("a\0b"), span_make("a\0b", 3)));
	assert_false(span_eq(SPAN("a\0b"), SPAN("a\0c")));
	assert_false(span_is(SPAN("a\0"), "a"));
}

static void order_is_by_unsigned_bytes_then_by_length(void **state)
{
	static const struct span sorted[] = {
	    {"", 0},  {"\0", 1},   {"a", 1},	{"a\0", 2},	     {"aa", 2},
	    {"b", 1}, {"\x7f", 1}, {"\x80", 1}, {"\xe3\x81\x82", 3}, {"\xff", 1},
	};
	const size_t n = sizeof sorted / sizeof *sorted;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int got = span_cmp(sorted[i], sorted[j]);
			assert_int_equal((got > 0) - (got < 0), (i > j) - (i < j));
		}
	assert_int_equal(span_cmp(SPAN_NONE, SPAN("")), 0);
}

static void beginnings_and_ends_are_compared_whole(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN("kyoiku-shien"), SPAN("kyoiku")));
	assert_true(span_starts(SPAN("a"), SPAN("a")));
	assert_true(span_starts(SPAN("a"), SPAN("")));
	assert_false(span_starts(SPAN("a"), SPAN("ab")));
	assert_false(span_starts(SPAN("xa"), SPAN("a")));
	assert_true(span_ends(SPAN("2026.md"), SPAN(".md")));
	assert_true(span_ends(SPAN(".md"), SPAN(".md")));
	assert_true(span_ends(SPAN("x"), SPAN("")));
	assert_false(span_ends(SPAN("md"), SPAN(".md")));
	assert_false(span_ends(SPAN("2026.mdx"), SPAN(".md")));
}

static void trimming_takes_only_ascii_space_from_the_ends(void **state)
{
	(void)state;
	assert_text(span_trim(SPAN(" \t\r\n 山 田 \n\t")), "山 田");
	assert_text(span_trim(SPAN("x")), "x");
	assert_text(span_trim(SPAN(" \n ")), "");
	assert_text(span_trim(SPAN("")), "");
	assert_text(span_trim(SPAN("\xe3\x80\x80x")), "\xe3\x80\x80x"); /* full-width space stays */
	assert_text(span_trim(SPAN("\v\fx\v")), "\v\fx\v");
	assert_int_equal(span_trim(SPAN_NONE).n, 0);
}

static void cutting_tells_an_empty_rest_from_no_rest(void **state)
{
	struct span s = SPAN("a,,b,");

	(void)state;
	assert_text(span_cut(&s, ','), "a");
	assert_text(span_cut(&s, ','), "");
	assert_text(span_cut(&s, ','), "b");
	assert_non_null(s.p); /* there was a comma: an empty rest */
	assert_int_equal(s.n, 0);
	assert_text(span_cut(&s, ','), "");
	assert_null(s.p); /* and now there was none */
	assert_int_equal(span_cut(&s, ',').n, 0);
	assert_null(s.p);

	s = SPAN("whole");
	assert_text(span_cut(&s, ','), "whole");
	assert_null(s.p);

	s = SPAN("a\0b");
	assert_text(span_cut(&s, '\0'), "a");
	assert_text(s, "b");
}

static void finding_gives_the_first_place(void **state)
{
	(void)state;
	assert_int_equal(span_find(SPAN("abcabc"), SPAN("bc")), 1);
	assert_int_equal(span_find(SPAN("abcabc"), SPAN("c")), 2);
	assert_int_equal(span_find(SPAN("abc"), SPAN("abc")), 0);
	assert_int_equal(span_find(SPAN("abc"), SPAN("abcd")), -1);
	assert_int_equal(span_find(SPAN("abc"), SPAN("x")), -1);
	assert_int_equal(span_find(SPAN("abc"), SPAN("")), 0);
	assert_int_equal(span_find(SPAN_NONE, SPAN("")), 0);
	assert_int_equal(span_find(SPAN_NONE, SPAN("x")), -1);
	assert_int_equal(span_find(SPAN("a\0b"), SPAN("\0b")), 1);
}

static void a_number_is_digits_up_to_the_bound_and_nothing_else(void **state)
{
	static const struct {
		struct span text;
		long max, want; /* -1: refused */
	} cases[] = {
	    {{"0", 1}, 0, 0},
	    {{"1", 1}, 0, -1},
	    {{"7", 1}, 7, 7},
	    {{"8", 1}, 7, -1},
	    {{"9", 1}, 3, -1},
	    {{"10", 2}, 10, 10},
	    {{"11", 2}, 10, -1},
	    {{"000010", 6}, 10, 10},
	    {{"65535", 5}, 65535, 65535},
	    {{"65536", 5}, 65535, -1},
	    {{"9223372036854775807", 19}, LONG_MAX, LONG_MAX},
	    {{"9223372036854775808", 19}, LONG_MAX, -1},
	    {{"99999999999999999999", 20}, LONG_MAX, -1},
	    {{"", 0}, 9, -1},
	    {{NULL, 0}, 9, -1},
	    {{"-1", 2}, 9, -1},
	    {{"+1", 2}, 9, -1},
	    {{" 1", 2}, 9, -1},
	    {{"1 ", 2}, 9, -1},
	    {{"1.0", 3}, 99, -1},
	    {{"0x1", 3}, 99, -1},
	    {{"1\0", 2}, 99, -1},
	    {{"１", 3}, 99, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long out = -7;
		bool ok = span_number(cases[i].text, cases[i].max, &out);

		if (ok != (cases[i].want >= 0) || out != (ok ? cases[i].want : -7))
			fail_msg("\"%.*s\" up to %ld: %d %ld", SPAN_ARG(cases[i].text),
				 cases[i].max, ok, out);
	}
}

static void a_copy_fits_whole_or_is_empty(void **state)
{
	char out[4] = "xxx";

	(void)state;
	assert_true(span_copy(SPAN("abc"), out, sizeof out));
	assert_string_equal(out, "abc");
	assert_false(span_copy(SPAN("abcd"), out, sizeof out));
	assert_string_equal(out, "");
	assert_true(span_copy(SPAN_NONE, out, 1));
	assert_string_equal(out, "");
	memcpy(out, "xyz", 4);
	assert_false(span_copy(SPAN("a"), out, 0));
	assert_string_equal(out, "xyz"); /* no room at all: untouched */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_absent_span_is_empty_but_an_empty_one_has_a_pointer),
	    cmocka_unit_test(equal_means_every_byte),
	    cmocka_unit_test(order_is_by_unsigned_bytes_then_by_length),
	    cmocka_unit_test(beginnings_and_ends_are_compared_whole),
	    cmocka_unit_test(trimming_takes_only_ascii_space_from_the_ends),
	    cmocka_unit_test(cutting_tells_an_empty_rest_from_no_rest),
	    cmocka_unit_test(finding_gives_the_first_place),
	    cmocka_unit_test(a_number_is_digits_up_to_the_bound_and_nothing_else),
	    cmocka_unit_test(a_copy_fits_whole_or_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
