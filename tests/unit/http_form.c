#include "vault/http/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(16 * 1024 * 1024);
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct form parsed(const char *body)
{
	struct form f;

	assert_int_equal(form_parse(&f, span_of(body), arena), ST_OK);
	return f;
}

static void is(struct span got, const char *want)
{
	if (!got.p || !span_is(got, want))
		fail_msg("\"%.*s\" instead of \"%s\"", SPAN_ARG(got), want);
}

static void fields_are_decoded_in_their_order(void **state)
{
	struct form f = parsed("a=1&b=x+y%20z&%E5%90%8D=%E8%8A%B1%E5%AD%90&empty=&bare");

	(void)state;
	assert_int_equal(f.count, 5);
	is(f.pairs[0].name, "a");
	is(f.pairs[0].value, "1");
	is(form_get(&f, "b"), "x y z");
	is(form_get(&f, "名"), "花子");
	is(form_get(&f, "empty"), "");
	is(form_get(&f, "bare"), "");
	is(f.pairs[4].name, "bare");
}

static void only_the_first_equals_sign_divides(void **state)
{
	struct form f = parsed("a=b=c&d=%3D%26");

	(void)state;
	is(form_get(&f, "a"), "b=c");
	is(form_get(&f, "d"), "=&");
}

static void an_absent_body_and_empty_pieces_are_no_fields(void **state)
{
	struct form f;

	(void)state;
	assert_int_equal(form_parse(&f, SPAN_NONE, arena), ST_OK);
	assert_int_equal(f.count, 0);
	f = parsed("");
	assert_int_equal(f.count, 0);
	f = parsed("&&a=1&&");
	assert_int_equal(f.count, 1);
	is(form_get(&f, "a"), "1");
}

static void a_field_that_comes_twice_has_no_single_value(void **state)
{
	struct form f = parsed("a=1&b=2&a=3&a=4");
	size_t at = 0;

	(void)state;
	assert_int_equal(form_count(&f, "a"), 3);
	assert_null(form_get(&f, "a").p);
	is(form_get(&f, "b"), "2");
	assert_null(form_get(&f, "c").p);
	is(form_next(&f, "a", &at), "1");
	is(form_next(&f, "a", &at), "3");
	is(form_next(&f, "a", &at), "4");
	assert_null(form_next(&f, "a", &at).p);
	assert_int_equal(form_count(&f, "A"), 0);
}

static void line_ends_become_lf(void **state)
{
	struct form f = parsed("t=a%0D%0Ab%0Dc%0Ad%0D%0D%0A%0D");

	(void)state;
	is(form_get(&f, "t"), "a\nb\nc\nd\n\n\n");
}

static void text_is_kept_as_typed(void **state)
{
	struct form f = parsed("t=%20%E3%81%8B%E3%82%99%20");

	(void)state;
	is(form_get(&f, "t"), " か\xe3\x82\x99 ");
}

static void what_is_not_a_form_is_refused(void **state)
{
	static const char *const bad[] = {"a=%",   "a=%4",   "a=%zz",	  "a=%00",
					  "%00=a", "a=%FF",  "a=%C0%80",  "a=%ED%A0%80",
					  "=x",	   "a=1&=2", "a=\xe3\x81"};
	struct form f;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (form_parse(&f, span_of(bad[i]), arena) != ST_INVALID || f.count != 0)
			fail_msg("%s is taken", bad[i]);
	assert_int_equal(form_parse(&f, span_make("a=\0b", 4), arena), ST_INVALID);
}

static void two_thousand_fields_are_the_limit(void **state)
{
	char body[2 * (FORM_FIELDS_MAX + 1)];
	struct form f;

	(void)state;
	for (size_t i = 0; i <= FORM_FIELDS_MAX; i++)
		memcpy(body + 2 * i, "a&", 2);
	assert_int_equal(form_parse(&f, span_make(body, 2 * FORM_FIELDS_MAX), arena), ST_OK);
	assert_int_equal(f.count, FORM_FIELDS_MAX);
	assert_int_equal(form_parse(&f, span_make(body, sizeof body), arena), ST_TOOBIG);
}

static void one_mebibyte_is_the_limit(void **state)
{
	char *body = malloc(FORM_BYTES_MAX + 1);
	struct form f;

	(void)state;
	assert_non_null(body);
	memset(body, 'x', FORM_BYTES_MAX + 1);
	assert_int_equal(form_parse(&f, span_make(body, FORM_BYTES_MAX), arena), ST_OK);
	assert_int_equal(f.pairs[0].name.n, FORM_BYTES_MAX);
	assert_int_equal(form_parse(&f, span_make(body, FORM_BYTES_MAX + 1), arena), ST_TOOBIG);
	free(body);
}

static void an_exhausted_arena_is_no_form(void **state)
{
	struct arena *small = arena_new(64);
	struct form f;

	(void)state;
	assert_int_equal(form_parse(&f, SPAN("a=1&b=2&c=3"), small), ST_NOMEM);
	assert_int_equal(f.count, 0);
	arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(fields_are_decoded_in_their_order, begin, end),
	    cmocka_unit_test_setup_teardown(only_the_first_equals_sign_divides, begin, end),
	    cmocka_unit_test_setup_teardown(an_absent_body_and_empty_pieces_are_no_fields, begin,
					    end),
	    cmocka_unit_test_setup_teardown(a_field_that_comes_twice_has_no_single_value, begin,
					    end),
	    cmocka_unit_test_setup_teardown(line_ends_become_lf, begin, end),
	    cmocka_unit_test_setup_teardown(text_is_kept_as_typed, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_not_a_form_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(two_thousand_fields_are_the_limit, begin, end),
	    cmocka_unit_test_setup_teardown(one_mebibyte_is_the_limit, begin, end),
	    cmocka_unit_test_setup_teardown(an_exhausted_arena_is_no_form, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
