/* Records whose callers do not wait: told once, when they are durable, in one order with others. */
#include "journal_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

enum { THREADS = 8, EACH = 50 };

struct told {
	atomic_uint good, bad;
};

static void count(void *ctx, enum status st)
{
	struct told *t = ctx;

	atomic_fetch_add(st ? &t->bad : &t->good, 1);
}

/* At most a minute. */
static void wait_for(struct told *t, unsigned all)
{
	for (int ms = 0; ms < 60000 && atomic_load(&t->good) + atomic_load(&t->bad) < all; ms++)
		nanosleep(&(struct timespec){0, 1000 * 1000}, NULL);
}

static void assert_holds(struct journal *j, uint64_t records)
{
	struct journal_proof proof;

	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &proof));
	assert_int_equal(proof.records, records);
}

static void a_record_is_told_once_and_is_there(void **state)
{
	struct journal *j = create();
	struct told told = {0};
	char seen[JOURNAL_SHORT], now[JOURNAL_SHORT];

	(void)state;
	for (int i = 0; i < EACH; i++) {
		struct record r = a_read("9f2c41d0a7b35e18");
		assert_ok(journal_append_later(j, &r, count, &told));
	}
	wait_for(&told, EACH);
	assert_int_equal(atomic_load(&told.good), EACH);
	assert_int_equal(atomic_load(&told.bad), 0);
	journal_checkpoint_seen(j, seen);
	assert_ok(journal_checkpoint_short(j, now));
	assert_string_equal(seen, now);
	journal_close(j);
	j = reopen(JOURNAL_READ);
	assert_holds(j, EACH);
	journal_close(j);
}

static void a_wrong_record_is_refused_at_once_and_not_told(void **state)
{
	struct journal *j = create();
	struct told told = {0};
	struct record r = a_read("9f2c41d0a7b35e18");

	(void)state;
	r.event = SPAN("Not An Event");
	assert_status(journal_append_later(j, &r, count, &told), ST_INVALID);
	journal_close(j);
	assert_int_equal(atomic_load(&told.good) + atomic_load(&told.bad), 0);
}

struct mixed {
	struct journal *j;
	struct told *told;
};

static void *append_both_ways(void *arg)
{
	struct mixed *m = arg;

	for (int i = 0; i < EACH; i++) {
		struct record r = a_read("9f2c41d0a7b35e18");

		if (i % 2)
			assert_ok(journal_append(m->j, &r, NULL));
		else
			assert_ok(journal_append_later(m->j, &r, count, m->told));
	}
	return NULL;
}

static void waiting_callers_and_others_share_one_order(void **state)
{
	struct told told = {0};
	struct mixed m = {create(), &told};
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, append_both_ways, &m), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	journal_close(m.j); /* finishes what waits */
	assert_int_equal(atomic_load(&told.good), THREADS * EACH / 2);
	m.j = reopen(JOURNAL_READ);
	assert_holds(m.j, THREADS * EACH);
	journal_close(m.j);
}

static void what_cannot_be_written_is_told_so(void **state)
{
	struct journal *j = create();
	struct told told = {0};
	struct record r = a_read("9f2c41d0a7b35e18");
	struct rlimit old, none;

	(void)state;
	assert_ok(journal_append(j, &r, NULL));
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	none = (struct rlimit){1, old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &none);
	assert_ok(journal_append_later(j, &r, count, &told));
	wait_for(&told, 1);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(atomic_load(&told.bad), 1);
	assert_ok(journal_append(j, &r, NULL));
	assert_holds(j, 2);
	journal_close(j);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_record_is_told_once_and_is_there),
	    TEST(a_wrong_record_is_refused_at_once_and_not_told),
	    TEST(waiting_callers_and_others_share_one_order),
	    TEST(what_cannot_be_written_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
