#include "vault/http/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { JOBS = 500, STACK = 128 * 1024 };

struct item {
	struct job job;
	atomic_int done;
};

static struct item items[JOBS];
static atomic_int now, most, order;

static void sleep_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* Each job stays until so many have been there at the same time, or for half a minute. */
static void run(void *ctx, struct job *job)
{
	struct item *i = (struct item *)job;
	int n = atomic_fetch_add(&now, 1) + 1, m = atomic_load(&most);

	while (n > m && !atomic_compare_exchange_weak(&most, &m, n))
		continue;
	for (int ms = 0; ms < 30000 && atomic_load(&most) < *(const int *)ctx; ms++)
		sleep_ms(1);
	atomic_store(&i->done, atomic_fetch_add(&order, 1) + 1);
	atomic_fetch_sub(&now, 1);
}

static int begin(void **state)
{
	(void)state;
	for (int i = 0; i < JOBS; i++)
		atomic_store(&items[i].done, 0);
	atomic_store(&most, 0);
	atomic_store(&order, 0);
	return 0;
}

static void every_job_is_done_once_before_the_end(void **state)
{
	const int company = 1;
	struct pool *p;

	(void)state;
	assert_int_equal(pool_new(&p, 8, STACK, run, (void *)(uintptr_t)&company), ST_OK);
	for (int i = 0; i < JOBS; i++)
		pool_push(p, &items[i].job);
	pool_free(p);
	assert_int_equal(atomic_load(&order), JOBS);
	for (int i = 0; i < JOBS; i++)
		assert_int_not_equal(atomic_load(&items[i].done), 0);
}

static void one_thread_keeps_the_order(void **state)
{
	const int company = 1;
	struct pool *p;

	(void)state;
	assert_int_equal(pool_new(&p, 1, STACK, run, (void *)(uintptr_t)&company), ST_OK);
	for (int i = 0; i < JOBS; i++)
		pool_push(p, &items[i].job);
	pool_free(p);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(atomic_load(&items[i].done), i + 1);
}

static void jobs_that_wait_do_so_together(void **state)
{
	const int company = 16;
	struct pool *p;

	(void)state;
	assert_int_equal(pool_new(&p, company, STACK, run, (void *)(uintptr_t)&company), ST_OK);
	for (int i = 0; i < company; i++)
		pool_push(p, &items[i].job);
	pool_free(p);
	assert_int_equal(atomic_load(&most), company);
}

static void idle_threads_wake_again(void **state)
{
	const int company = 1;
	struct pool *p;

	(void)state;
	assert_int_equal(pool_new(&p, 4, STACK, run, (void *)(uintptr_t)&company), ST_OK);
	for (int i = 0; i < 20; i++) {
		pool_push(p, &items[i].job);
		for (int ms = 0; ms < 30000 && !atomic_load(&items[i].done); ms++)
			sleep_ms(1);
		assert_int_equal(atomic_load(&items[i].done), i + 1);
	}
	pool_free(p);
	pool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(every_job_is_done_once_before_the_end, begin),
	    cmocka_unit_test_setup(one_thread_keeps_the_order, begin),
	    cmocka_unit_test_setup(jobs_that_wait_do_so_together, begin),
	    cmocka_unit_test_setup(idle_threads_wake_again, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
