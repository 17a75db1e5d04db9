#include "generator/base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_id_is_lower_case_digits_and_hyphens_up_to_32(void **state)
{
	static const char *const good[] = {
	    "a", "0", "-", "kudan-es", "2026", "2026-04-01", "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {
	    "",	    "abcdefghijklmnopqrstuvwxyz0123456",
	    "A",    "a_b",
	    "a.b",  "..",
	    "a/b",  "a b",
	    "あ",   "a\n",
	    "a%2f", "\xef\xbd\x81", /* full-width a */
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(path_id(span_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (path_id(span_of(bad[i])))
			fail_msg("\"%s\" is taken for an id", bad[i]);
	assert_false(path_id(SPAN("a\0b")));
	assert_false(path_id(SPAN_NONE));
}

static void a_child_is_c_and_nine_of_crockford(void **state)
{
	static const char *const bad[] = {"c7k3m9q2v",	"c7k3m9q2v44", "d7k3m9q2v4", "C7k3m9q2v4",
					  "c7k3m9q2vi", "c7k3m9q2vl",  "c7k3m9q2vo", "c7k3m9q2vu",
					  "c7k3m9q2vA", "c7k3m9q2v-",  "c7k3m9q2v/", ""};

	(void)state;
	assert_true(path_child(SPAN("c7k3m9q2v4")));
	assert_true(path_child(SPAN("c000000000")));
	assert_true(path_child(SPAN("czzzzzzzzz")));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (path_child(span_of(bad[i])))
			fail_msg("\"%s\" is taken for a child", bad[i]);
	assert_false(path_child(SPAN("c7k3m9q2v\0")));
}

static void a_file_name_stays_in_its_folder(void **state)
{
	char long_one[202];

	(void)state;
	memset(long_one, 'x', sizeof long_one);
	assert_true(path_name(SPAN("運動会の 写真 (1).jpg")));
	assert_true(path_name(span_make(long_one, 200)));
	assert_false(path_name(span_make(long_one, 201)));
	assert_false(path_name(SPAN("")));
	assert_false(path_name(SPAN(".")));
	assert_false(path_name(SPAN("..")));
	assert_false(path_name(SPAN(".git")));
	assert_false(path_name(SPAN("a/b")));
	assert_false(path_name(SPAN("a\\b")));
	assert_false(path_name(SPAN("a\nb")));
	assert_false(path_name(SPAN("a\x7f")));
	assert_false(path_name(SPAN("a\0b")));
	assert_false(path_name(SPAN("caf\xe9")));
}

static void joining_begins_anew(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 20);
	path_join(&b, "vault", "karte.yaml");
	assert_string_equal(buf_str(&b), "vault/karte.yaml");
	path_join(&b, "v", "x");
	assert_string_equal(buf_str(&b), "v/x");
	path_join(&b, "a-rather-long-folder", "x");
	assert_int_equal(b.st, ST_TOOBIG);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_is_lower_case_digits_and_hyphens_up_to_32),
	    cmocka_unit_test(a_child_is_c_and_nine_of_crockford),
	    cmocka_unit_test(a_file_name_stays_in_its_folder),
	    cmocka_unit_test(joining_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
