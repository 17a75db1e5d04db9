#include "generator/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_class_of_bad_bytes_is_found_where_it_begins(void **state)
{
	static const struct {
		const char *what;
		struct span text;
		size_t at;
	} cases[] = {
#define BAD(what, text, at) {what, {text, sizeof text - 1}, at}
	    BAD("NUL", "ab\0c", 2),
	    BAD("a continuation alone", "a\x80", 1),
	    BAD("a continuation after a whole character", "\xe3\x81\x82\x81", 3),
	    BAD("C0, always overlong", "\xc0\x80", 0),
	    BAD("C1, always overlong", "\xc1\xbf", 0),
	    BAD("overlong with three", "\xe0\x9f\xbf", 0),
	    BAD("overlong slash with three", "\xe0\x80\xaf", 0),
	    BAD("overlong with four", "\xf0\x8f\xbf\xbf", 0),
	    BAD("the first surrogate", "\xed\xa0\x80", 0),
	    BAD("the last surrogate", "\xed\xbf\xbf", 0),
	    BAD("a pair of surrogates (CESU-8)", "x\xed\xa1\x82\xed\xbe\xb7", 1),
	    BAD("above U+10FFFF", "\xf4\x90\x80\x80", 0),
	    BAD("F5", "\xf5\x80\x80\x80", 0),
	    BAD("F8, five bytes", "\xf8\x88\x80\x80\x80", 0),
	    BAD("FC, six bytes", "\xfc\x84\x80\x80\x80\x80", 0),
	    BAD("FE", "\xfe", 0),
	    BAD("FF", "ok\xff", 2),
	    BAD("two bytes, one missing", "a\xc3", 1),
	    BAD("three bytes, two missing", "a\xe3", 1),
	    BAD("three bytes, one missing", "a\xe3\x81", 1),
	    BAD("four bytes, one missing", "a\xf0\xa0\xae", 1),
	    BAD("the second byte is ASCII", "\xe3\x41\x82", 0),
	    BAD("the third byte is ASCII", "\xe3\x81\x41", 0),
	    BAD("the fourth byte is a lead", "\xf0\xa0\xae\xe3", 0),
	    BAD("the second byte is a lead", "\xc3\xc3\xa9", 0),
	    BAD("Latin-1", "caf\xe9", 3),
	    BAD("Shift_JIS", "\x8e\x52\x93\x63", 0),
#undef BAD
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (utf8_check(cases[i].text) != cases[i].at)
			fail_msg("%s: %zu", cases[i].what, utf8_check(cases[i].text));
}

static void the_borders_of_each_length_are_good(void **state)
{
	static const struct {
		uint32_t cp;
		const char *text;
	} cases[] = {
	    {0x01, "\x01"},
	    {0x7f, "\x7f"},
	    {0x80, "\xc2\x80"},
	    {0x7ff, "\xdf\xbf"},
	    {0x800, "\xe0\xa0\x80"},
	    {0xd7ff, "\xed\x9f\xbf"},
	    {0xe000, "\xee\x80\x80"},
	    {0xffff, "\xef\xbf\xbf"},
	    {0x10000, "\xf0\x90\x80\x80"},
	    {0x10ffff, "\xf4\x8f\xbf\xbf"},
	    {0x3042, "あ"},
	    {0x20bb7, "𠮷"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span s = span_of(cases[i].text);
		struct buf b;

		assert_int_equal(utf8_check(s), s.n);
		buf_init(&b, 16);
		utf8_put(&b, cases[i].cp);
		assert_string_equal(buf_str(&b), cases[i].text);
		assert_int_equal(utf8_next(&s), cases[i].cp);
		assert_int_equal(s.n, 0);
		buf_clear(&b);
	}
}

/* Every code point there and back; every one that is none is refused. */
static void all_code_points_survive_a_round_trip(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 16);
	for (uint32_t cp = 1; cp < 0x110800; cp++) {
		const bool good = (cp < 0xd800 || cp > 0xdfff) && cp <= 0x10ffff;
		struct span s;

		buf_cut(&b, 0);
		utf8_put(&b, cp);
		s = buf_span(&b);
		if ((utf8_check(s) == s.n) != good)
			fail_msg("U+%04X", cp);
		if (good && utf8_next(&s) != cp)
			fail_msg("U+%04X comes back as another", cp);
	}
	buf_clear(&b);
}

static void counting_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(SPAN_NONE), 0);
	assert_int_equal(utf8_count(SPAN("aあ𠮷é")), 4);
	assert_int_equal(utf8_count(SPAN("葛\U000e0100")), 2);
	assert_int_equal(utf8_check(SPAN_NONE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_class_of_bad_bytes_is_found_where_it_begins),
	    cmocka_unit_test(the_borders_of_each_length_are_good),
	    cmocka_unit_test(all_code_points_survive_a_round_trip),
	    cmocka_unit_test(counting_counts_code_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
