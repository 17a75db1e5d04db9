#include "vault/auth/throttle.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { T = 1800000000 };

static long wait_of(enum throttle_kind kind, unsigned failures, long later)
{
	return throttle_wait(kind, (struct throttle){failures, T}, T + later);
}

static void five_failures_cost_nothing_and_then_the_wait_doubles(void **state)
{
	static const long expected[] = {0,  0,	0,  0,	 0,   1,   2,	4,   8,
					16, 32, 64, 128, 256, 512, 900, 900, 900};

	(void)state;
	for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++)
		assert_int_equal(wait_of(THROTTLE_ACCOUNT, i, 0), expected[i]);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, UINT_MAX, 0), 900);
}

static void an_address_may_fail_fifty_times(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_ADDRESS, 49, 0), 0);
	assert_int_equal(wait_of(THROTTLE_ADDRESS, 50, 0), 1);
	assert_int_equal(wait_of(THROTTLE_ADDRESS, 53, 0), 8);
	assert_int_equal(wait_of(THROTTLE_ADDRESS, 60, 0), 900);
}

static void the_wait_runs_down_and_ends(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 10, 0), 32);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 10, 31), 1);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 10, 32), 0);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 1000, 899), 1);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 1000, 900), 0);
}

static void a_clock_that_went_back_locks_nobody_out(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 1000, -86400), 900);
	assert_int_equal(wait_of(THROTTLE_ACCOUNT, 4, -86400), 0);
}

static void failures_are_counted_and_forgotten_after_a_day(void **state)
{
	struct throttle t = {0};

	(void)state;
	for (int i = 0; i < 7; i++)
		t = throttle_failed(t, T + i);
	assert_int_equal(t.failures, 7);
	assert_int_equal(t.last, T + 6);
	assert_int_equal(throttle_wait(THROTTLE_ACCOUNT, t, T + 6), 4);
	t = throttle_failed(t, T + 6 + THROTTLE_FORGET - 1);
	assert_int_equal(t.failures, 8);
	t = throttle_failed(t, t.last + THROTTLE_FORGET);
	assert_int_equal(t.failures, 1);
	t = throttle_failed((struct throttle){UINT_MAX, T}, T);
	assert_int_equal(t.failures, UINT_MAX);
}

static void a_success_frees_the_account_but_not_the_address(void **state)
{
	const struct throttle t = {60, T};

	(void)state;
	assert_int_equal(throttle_succeeded(THROTTLE_ACCOUNT, t).failures, 0);
	assert_int_equal(throttle_succeeded(THROTTLE_ADDRESS, t).failures, 30);
}

static void the_twentieth_failure_alerts_once(void **state)
{
	struct throttle t = {0};
	unsigned alerts = 0;

	(void)state;
	for (int i = 1; i <= 100; i++) {
		t = throttle_failed(t, T);
		alerts += throttle_alerts(t);
		assert_int_equal(throttle_alerts(t), i == 20);
	}
	assert_int_equal(alerts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(five_failures_cost_nothing_and_then_the_wait_doubles),
	    cmocka_unit_test(an_address_may_fail_fifty_times),
	    cmocka_unit_test(the_wait_runs_down_and_ends),
	    cmocka_unit_test(a_clock_that_went_back_locks_nobody_out),
	    cmocka_unit_test(failures_are_counted_and_forgotten_after_a_day),
	    cmocka_unit_test(a_success_frees_the_account_but_not_the_address),
	    cmocka_unit_test(the_twentieth_failure_alerts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
