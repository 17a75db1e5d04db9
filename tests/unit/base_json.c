#include "generator/base/json.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void commas_stand_where_they_belong(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	json_open(&b);
	json_key(&b, "n");
	json_int(&b, 7);
	json_key(&b, "empty");
	json_list(&b);
	json_list_end(&b);
	json_key(&b, "list");
	json_list(&b);
	json_text(&b, SPAN("a"));
	json_int(&b, -1);
	json_open(&b);
	json_close(&b);
	json_open(&b);
	json_pair(&b, "x", SPAN("y"));
	json_pair(&b, "z", SPAN(""));
	json_close(&b);
	json_list(&b);
	json_bool(&b, true);
	json_bool(&b, false);
	json_list_end(&b);
	json_list_end(&b);
	json_key(&b, "last");
	json_int(&b, LLONG_MIN);
	json_close(&b);
	assert_string_equal(buf_str(&b),
			    "{\"n\":7,\"empty\":[],\"list\":[\"a\",-1,{},{\"x\":\"y\",\"z\":\"\"},"
			    "[true,false]],\"last\":-9223372036854775808}");
	buf_clear(&b);
}

/* The mark that ends a text may look like the bracket that opens a list. */
static void a_text_that_ends_in_a_bracket_changes_no_comma(void **state)
{
	static const char *const texts[] = {"{", "[", ":", "\\", "\"", ",", "\n"};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	json_list(&b);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		json_text(&b, span_of(texts[i]));
	json_list_end(&b);
	assert_string_equal(buf_str(&b), "[\"{\",\"[\",\":\",\"\\\\\",\"\\\"\",\",\",\"\\n\"]");
	buf_clear(&b);
}

static void an_absent_text_leaves_no_key(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	json_open(&b);
	json_pair(&b, "a", SPAN_NONE);
	json_pair(&b, "b", SPAN("x"));
	json_pair(&b, "c", SPAN_NONE);
	json_close(&b);
	assert_string_equal(buf_str(&b), "{\"b\":\"x\"}");
	buf_clear(&b);
}

static void only_what_must_be_is_escaped(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	json_text(&b, SPAN("山田/𠮷 \x7f \u2028 <&>' é"));
	assert_string_equal(buf_str(&b), "\"山田/𠮷 \x7f \u2028 <&>' é\"");
	buf_cut(&b, 0);
	json_text(&b, SPAN("a\"b\\c\b\f\n\r\t\x01\x1f\0z"));
	assert_string_equal(buf_str(&b), "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000z\"");
	buf_cut(&b, 0);
	json_text(&b, SPAN(""));
	assert_string_equal(buf_str(&b), "\"\"");
	buf_clear(&b);
}

static void one_line_after_another(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (int i = 0; i < 2; i++) {
		json_open(&b);
		json_key(&b, "n");
		json_int(&b, i);
		json_close(&b);
		buf_addc(&b, '\n');
	}
	assert_string_equal(buf_str(&b), "{\"n\":0}\n{\"n\":1}\n");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commas_stand_where_they_belong),
	    cmocka_unit_test(a_text_that_ends_in_a_bracket_changes_no_comma),
	    cmocka_unit_test(an_absent_text_leaves_no_key),
	    cmocka_unit_test(only_what_must_be_is_escaped),
	    cmocka_unit_test(one_line_after_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
