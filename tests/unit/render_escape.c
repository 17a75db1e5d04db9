/* Foreign text in each context of a document. */
#include "generator/render/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define check(function, in, want)                                                                  \
	do {                                                                                       \
		struct buf b_;                                                                     \
		buf_init(&b_, 10000);                                                              \
		function(&b_, SPAN(in));                                                           \
		assert_int_equal(b_.st, ST_OK);                                                    \
		assert_string_equal(buf_str(&b_), want);                                           \
		buf_clear(&b_);                                                                    \
	} while (0)

static void text_keeps_quotes_and_escapes_markup(void **state)
{
	(void)state;
	check(escape_text, "<b> & \"x\" 'y'", "&lt;b&gt; &amp; \"x\" 'y'");
	check(escape_text, "葛󠄀飾区\n𠮷", "葛󠄀飾区\n𠮷");
	check(escape_text, "", "");
}

static void an_attribute_cannot_be_left(void **state)
{
	(void)state;
	check(escape_attr, "\" onload=\"x", "&quot; onload=&quot;x");
	check(escape_attr, "'><script>", "&#39;&gt;&lt;script&gt;");
	check(escape_attr, "a\tb\nc", "a\tb\nc");
}

static void what_is_no_utf8_becomes_a_replacement_character(void **state)
{
	(void)state;
	check(escape_text, "a\xFFz", "a\xEF\xBF\xBDz");
	check(escape_text, "\xE3\x81", "\xEF\xBF\xBD\xEF\xBF\xBD");
	/* An overlong < must not come out as anything that could be read as one. */
	check(escape_text, "\xC0\xBCscript", "\xEF\xBF\xBD\xEF\xBF\xBDscript");
	check(escape_attr, "a\0b",
	      "a\xEF\xBF\xBD"
	      "b");
	check(escape_attr, "a\x1B[0m\x7F", "a\xEF\xBF\xBD[0m\xEF\xBF\xBD");
}

static void a_url_part_holds_only_unreserved_characters(void **state)
{
	(void)state;
	check(escape_url_part, "a-z._~09", "a-z._~09");
	check(escape_url_part, "a/b?c=d&e#f%\"", "a%2Fb%3Fc%3Dd%26e%23f%25%22");
	check(escape_url_part, "山 \n", "%E5%B1%B1%20%0A");
	check(escape_url_part, "..\0", "..%00");
}

static void a_header_value_stays_one_line(void **state)
{
	(void)state;
	check(escape_header, "a\r\nSet-Cookie: x\0", "a  Set-Cookie: x ");
}

static void a_file_name_is_given_twice(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	escape_disposition(&b, true, SPAN("支援\"シート 1.pdf"));
	assert_string_equal(buf_str(&b),
			    "attachment; filename=\"______ 1.pdf\"; filename*=UTF-8''"
			    "%E6%94%AF%E6%8F%B4%22%E3%82%B7%E3%83%BC%E3%83%88%201.pdf");
	buf_cut(&b, 0);
	escape_disposition(&b, false, SPAN("a\r\nb;.txt"));
	assert_string_equal(buf_str(&b), "inline; filename=\"a__b_.txt\"; "
					 "filename*=UTF-8''a%0D%0Ab%3B.txt");
	buf_clear(&b);
}

static void only_harmless_addresses_are_allowed(void **state)
{
	static const char *const good[] = {"/children/c7k3m9q2v4",
					   "../a.html",
					   "?page=2",
					   "#f.goal",
					   "",
					   "https://example.jp/a",
					   "HTTP://a",
					   "mailto:a@b.c",
					   "tel:0335430000",
					   "/a?next=http://x:1",
					   "/教育支援シート"};
	static const char *const bad[] = {"javascript:alert(1)",
					  "JavaScript:x",
					  "java\nscript:x",
					  " javascript:x",
					  "\tjavascript:x",
					  "data:text/html,x",
					  "vbscript:x",
					  "file:///etc",
					  "x:y",
					  ":x",
					  "blob:x",
					  "\\\\host\\x"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(escape_url_allowed(span_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(escape_url_allowed(span_of(bad[i])));
}

static void a_full_buffer_stays_failed(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	escape_text(&b, SPAN("<<<"));
	assert_int_equal(b.st, ST_TOOBIG);
	assert_string_equal(buf_str(&b), "");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_keeps_quotes_and_escapes_markup),
	    cmocka_unit_test(an_attribute_cannot_be_left),
	    cmocka_unit_test(what_is_no_utf8_becomes_a_replacement_character),
	    cmocka_unit_test(a_url_part_holds_only_unreserved_characters),
	    cmocka_unit_test(a_header_value_stays_one_line),
	    cmocka_unit_test(a_file_name_is_given_twice),
	    cmocka_unit_test(only_harmless_addresses_are_allowed),
	    cmocka_unit_test(a_full_buffer_stays_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
