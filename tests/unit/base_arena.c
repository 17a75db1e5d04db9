#include "generator/base/arena.h"

#include "generator/base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void everything_is_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new(1 << 20);
	unsigned char *p[200];

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < 200; i++) {
		p[i] = arena_alloc(a, i + 1);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k <= i; k++)
			assert_int_equal(p[i][k], 0);
		memset(p[i], (int)i + 1, i + 1);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k <= i; k++)
			assert_int_equal(p[i][k], i + 1);
	arena_free(a);
	arena_free(NULL);
}

static void the_bound_is_kept_to_the_byte(void **state)
{
	const size_t unit = _Alignof(max_align_t);
	struct arena *a = arena_new(4 * unit);

	(void)state;
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, unit));
	assert_non_null(arena_alloc(a, unit + 1)); /* rounded up to two */
	assert_int_equal(arena_used(a), 3 * unit);
	assert_null(arena_alloc(a, unit + 1));
	assert_int_equal(arena_used(a), 3 * unit); /* a refusal takes nothing */
	assert_non_null(arena_alloc(a, unit));
	assert_null(arena_alloc(a, 1));
	assert_int_equal(arena_used(a), 4 * unit);
	assert_string_equal(fail_why(), "more than 64 bytes of memory needed");
	arena_free(a);
}

static void sizes_that_overflow_are_refused(void **state)
{
	struct arena *a = arena_new(SIZE_MAX);

	(void)state;
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 1));
	assert_null(arena_alloc(a, SIZE_MAX - 15));
	assert_null(arena_array(a, SIZE_MAX / 2, 3));
	assert_null(arena_array(a, SIZE_MAX, SIZE_MAX));
	assert_non_null(arena_array(a, 0, 8));
	assert_non_null(arena_array(a, 8, 0));
	arena_free(a);
}

static void one_piece_may_be_larger_than_a_block(void **state)
{
	struct arena *a = arena_new(8 << 20);
	char *small = arena_alloc(a, 10), *large = arena_alloc(a, 5 << 20), *after;

	(void)state;
	assert_non_null(small);
	assert_non_null(large);
	after = arena_alloc(a, 10);
	assert_non_null(after);
	memset(large, 'x', 5 << 20);
	assert_int_equal(small[9], 0);
	assert_int_equal(after[0], 0);
	arena_free(a);
}

static void copies_are_terminated_and_belong_to_the_arena(void **state)
{
	char text[] = "山田\0花子";
	struct arena *a = arena_new(1000);
	struct span copy = arena_copy(a, span_make(text, sizeof text - 1)), none;

	(void)state;
	memset(text, 'x', sizeof text);
	assert_true(span_eq(copy, SPAN("山田\0花子")));
	assert_int_equal(copy.p[copy.n], '\0');
	none = arena_copy(a, SPAN_NONE);
	assert_non_null(none.p);
	assert_int_equal(none.n, 0);
	assert_string_equal(none.p, "");
	assert_string_equal(arena_str(a, SPAN("abc")), "abc");
	assert_string_equal(arena_printf(a, "%s/%03d", "x", 7), "x/007");
	arena_free(a);
}

static void a_copy_that_does_not_fit_is_absent(void **state)
{
	struct arena *a = arena_new(16);

	(void)state;
	assert_null(arena_copy(a, SPAN("1234567890123456")).p); /* 16 and a terminator */
	assert_null(arena_str(a, SPAN("1234567890123456")));
	assert_null(arena_printf(a, "%s", "1234567890123456"));
	assert_null(arena_copy(a, span_make("", SIZE_MAX)).p);
	assert_string_equal(arena_str(a, SPAN("123456789012345")), "123456789012345");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_is_zeroed_aligned_and_apart),
	    cmocka_unit_test(the_bound_is_kept_to_the_byte),
	    cmocka_unit_test(sizes_that_overflow_are_refused),
	    cmocka_unit_test(one_piece_may_be_larger_than_a_block),
	    cmocka_unit_test(copies_are_terminated_and_belong_to_the_arena),
	    cmocka_unit_test(a_copy_that_does_not_fit_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
