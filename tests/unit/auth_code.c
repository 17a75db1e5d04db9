#include "vault/auth/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct span use = {"sato-m recovery", 15};

static void a_code_is_four_groups_of_crockfords_letters(void **state)
{
	char text[CODE_TEXT];

	(void)state;
	for (int i = 0; i < 500; i++) {
		code_new(text);
		assert_int_equal(strlen(text), 19);
		assert_int_equal(strspn(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 19);
		for (size_t at = 0; at < 19; at++)
			assert_int_equal(text[at] == '-', at % 5 == 4);
	}
}

/* Each of the 32 stands at each of the 16 places in 2000 codes (it would not in 10^-25 of all
 * runs). */
static void every_place_is_random(void **state)
{
	static bool seen[CODE_TEXT][128];
	char text[CODE_TEXT];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		code_new(text);
		for (size_t at = 0; at < 19; at++)
			seen[at][(unsigned char)text[at]] = true;
	}
	for (size_t at = 0; at < 19; at++) {
		int kinds = 0;

		for (int c = 0; c < 128; c++)
			kinds += seen[at][c];
		assert_int_equal(kinds, at % 5 == 4 ? 1 : 32);
	}
}

static void however_it_is_typed_it_is_the_same_code(void **state)
{
	static const char *const same[] = {
	    "01AB-CDEF-GHJK-MN01",
	    "01abcdefghjkmn01",
	    "OIAB-CDEF-GHJK-MNOL",
	    "oiab cdef ghjk mnol",
	    " 01AB - CDEF - GHJK - MN01 \r\n",
	    "０１ＡＢ－ＣＤＥＦ－ＧＨＪＫ－ＭＮ０１",
	    "０１ａｂ　ｃｄｅｆ　ｇｈｊｋ　ｍｎｏｌ",
	    "01abーcdef‐ghjk−mn01",
	};
	char first[CODE_HASH], other[CODE_HASH];

	(void)state;
	assert_int_equal(code_hash(first, span_of(same[0]), use), ST_OK);
	assert_int_equal(strlen(first), 64);
	assert_int_equal(strspn(first, "0123456789abcdef"), 64);
	for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
		if (code_hash(other, span_of(same[i]), use))
			fail_msg("%s is refused", same[i]);
		assert_string_equal(first, other);
	}
}

static void what_cannot_be_a_code_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "01AB-CDEF-GHJK-MN0",
	    "01AB-CDEF-GHJK-MN012",
	    "01AB-CDEF-GHJK-MN0U",
	    "01AB-CDEF-GHJK-MN0!",
	    "01AB_CDEF_GHJK_MN01",
	    "01AB-CDEF-GHJK-MN0\xff",
	    "01AB-CDEF-GHJK-MNあ1",
	    "01AB-CDEF-GHJK-MN0*",
	    "----",
	};
	char out[CODE_HASH], lots[5000];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(out, 'x', sizeof out);
		if (code_hash(out, span_of(bad[i]), use) != ST_INVALID)
			fail_msg("%s is taken", bad[i]);
		assert_string_equal(out, "");
	}
	assert_int_equal(code_hash(out, SPAN_NONE, use), ST_INVALID);
	assert_int_equal(code_hash(out, SPAN("01AB-CDEF-GHJK-MN01\0"), use), ST_INVALID);
	memset(lots, ' ', sizeof lots);
	memcpy(lots, "01ABCDEFGHJKMN01", 16);
	assert_int_equal(code_hash(out, span_make(lots, 1024), use), ST_OK);
	assert_int_equal(code_hash(out, span_make(lots, 1025), use), ST_INVALID);
}

static void another_character_or_context_gives_another_hash(void **state)
{
	char code[CODE_TEXT] = "01AB-CDEF-GHJK-MN01", first[CODE_HASH], other[CODE_HASH];

	(void)state;
	assert_int_equal(code_hash(first, span_of(code), use), ST_OK);
	for (size_t at = 0; at < 19; at++) {
		char before = code[at];

		if (before == '-')
			continue;
		code[at] = before == 'Z' ? 'Y' : 'Z';
		assert_int_equal(code_hash(other, span_of(code), use), ST_OK);
		assert_string_not_equal(first, other);
		code[at] = before;
	}
	assert_int_equal(code_hash(other, span_of(code), SPAN("sato-m first")), ST_OK);
	assert_string_not_equal(first, other);
	assert_int_equal(code_hash(other, span_of(code), SPAN_NONE), ST_OK);
	assert_string_not_equal(first, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_code_is_four_groups_of_crockfords_letters),
	    cmocka_unit_test(every_place_is_random),
	    cmocka_unit_test(however_it_is_typed_it_is_the_same_code),
	    cmocka_unit_test(what_cannot_be_a_code_is_refused),
	    cmocka_unit_test(another_character_or_context_gives_another_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
