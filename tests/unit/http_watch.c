#include "vault/http/watch.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct watch *watch;
static int ours, theirs;
static struct watched *c;

static int begin(void **state)
{
	const struct watch_limits limits = {
	    .header_seconds = 1, .idle_seconds = 2, .total_seconds = 1, .body_rate = 1000};
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || watch_new(&watch, limits))
		return -1;
	ours = pair[0];
	theirs = pair[1];
	c = watch_add(watch, ours);
	return c ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	watch_remove(watch, c);
	watch_free(watch);
	close(ours);
	close(theirs);
	return 0;
}

/* Is the connection shut down within so many ms? */
static bool is_cut(int ms)
{
	struct pollfd p = {.fd = theirs, .events = POLLRDHUP};

	return poll(&p, 1, ms) == 1 && (p.revents & (POLLRDHUP | POLLHUP));
}

static void who_connects_and_is_silent_is_cut(void **state)
{
	(void)state;
	assert_false(is_cut(700));
	assert_true(is_cut(1500));
}

static void the_first_line_does_not_move_the_first_deadline(void **state)
{
	(void)state;
	assert_false(is_cut(700));
	watch_phase(watch, c, WATCH_HEADERS, 0);
	assert_true(is_cut(700));
}

static void a_later_request_has_its_own_time_for_headers(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_IDLE, 0);
	assert_false(is_cut(1500));
	watch_phase(watch, c, WATCH_HEADERS, 0);
	assert_false(is_cut(700));
	assert_true(is_cut(1000));
}

static void an_answer_in_the_making_has_no_deadline(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_ANSWER, 0);
	assert_false(is_cut(2500));
	assert_int_equal(watch_close_idle(watch), 1);
	assert_false(is_cut(100));
}

static void who_does_not_take_the_answer_is_cut(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_SEND, 0);
	assert_true(is_cut(1700));
}

static void a_large_answer_gets_more_time(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_SEND, 128 * 1024);
	assert_false(is_cut(2500));
	assert_true(is_cut(1500));
}

static void a_fast_body_still_has_an_end(void **state)
{
	const struct timespec pause = {0, 50 * 1000 * 1000};
	int ms = 0;

	(void)state;
	watch_phase(watch, c, WATCH_BODY, 0);
	while (ms < 3000 && !is_cut(0)) {
		watch_got(c, 100000);
		nanosleep(&pause, NULL);
		ms += 50;
	}
	assert_in_range(ms, 700, 2000);
}

static void closing_idle_ones_leaves_the_busy(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_BODY, 0);
	assert_int_equal(watch_close_idle(watch), 1);
	assert_false(is_cut(50));
	watch_phase(watch, c, WATCH_IDLE, 0);
	assert_int_equal(watch_close_idle(watch), 0);
	assert_true(is_cut(50));
}

/* ---- making room ---------------------------------------------------------------------------- */

/* Connections on nothing, besides c, which stays in WATCH_ANSWER. */
enum { OTHERS = 8 };
static struct watched *others[OTHERS];
static int ends[OTHERS][2];

static int begin_many(void **state)
{
	const struct watch_limits limits = {
	    .header_seconds = 4, .idle_seconds = 60, .total_seconds = 60, .body_rate = 1};
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || watch_new(&watch, limits))
		return -1;
	ours = pair[0];
	theirs = pair[1];
	c = watch_add(watch, ours);
	watch_phase(watch, c, WATCH_ANSWER, 0);
	return c ? 0 : -1;
}

static void add(int i, enum watch_phase phase)
{
	const struct timespec pause = {0, 3 * 1000 * 1000}; /* so that their ages differ */

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]), 0);
	others[i] = watch_add(watch, ends[i][0]);
	assert_true(watch_phase(watch, others[i], phase, 0));
	nanosleep(&pause, NULL);
}

static int end_many(void **state)
{
	for (int i = 0; i < OTHERS; i++)
		if (others[i]) {
			watch_remove(watch, others[i]);
			close(ends[i][0]);
			close(ends[i][1]);
			others[i] = NULL;
		}
	return end(state);
}

/* Makes room once; who went, or -1. */
static int who_goes(void)
{
	bool was[OTHERS];
	int who = -1;

	for (int i = 0; i < OTHERS; i++)
		was[i] = others[i] && poll(&(struct pollfd){ends[i][1], POLLRDHUP, 0}, 1, 0) == 0;
	if (!watch_make_room(watch))
		return -1;
	for (int i = 0; i < OTHERS; i++)
		if (was[i] && poll(&(struct pollfd){ends[i][1], POLLRDHUP, 0}, 1, 0) == 1) {
			assert_int_equal(who, -1);
			who = i;
		}
	assert_int_not_equal(who, -1);
	return who;
}

static void wait_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* Bodies that bring so many bytes every 50 ms. */
static void move(int n, const size_t *bytes, int times)
{
	for (int i = 0; i < times; i++) {
		for (int k = 0; k < n; k++)
			watch_got(others[k], bytes[k]);
		wait_ms(50);
	}
}

static void the_oldest_newcomer_goes_first(void **state)
{
	(void)state;
	add(0, WATCH_HEADERS);
	add(1, WATCH_IDLE);
	add(2, WATCH_NEW);
	assert_int_equal(who_goes(), 0);
	assert_int_equal(who_goes(), 1);
	assert_int_equal(watch_leaving(watch), 2);
	assert_int_equal(who_goes(), 2);
	assert_int_equal(who_goes(), -1);
	watch_remove(watch, others[1]);
	others[1] = NULL;
	close(ends[1][0]);
	close(ends[1][1]);
	assert_int_equal(watch_leaving(watch), 2);
}

static void who_is_answered_never_goes(void **state)
{
	(void)state;
	assert_false(watch_make_room(watch));
	assert_false(is_cut(0));
	assert_true(watch_phase(watch, c, WATCH_SEND, 100));
	assert_true(watch_make_room(watch));
	assert_true(is_cut(100));
}

static void who_went_is_told_before_anything_is_done_for_it(void **state)
{
	(void)state;
	add(0, WATCH_BODY);
	assert_int_equal(who_goes(), 0);
	assert_false(watch_phase(watch, others[0], WATCH_ANSWER, 0));
	assert_int_equal(watch_leaving(watch), 1);
	assert_int_equal(watch_close_idle(watch), 1); /* only c is busy */
}

static void fresh_newcomers_are_spared_up_to_half(void **state)
{
	(void)state;
	add(0, WATCH_BODY);
	add(1, WATCH_NEW);
	add(2, WATCH_BODY);
	add(3, WATCH_NEW);
	add(4, WATCH_NEW);
	add(5, WATCH_NEW);
	assert_int_equal(who_goes(), 1); /* four of seven */
	assert_int_equal(who_goes(), 0); /* three of six */
	assert_int_equal(who_goes(), 3); /* three of five */
	assert_int_equal(who_goes(), 2); /* two of four */
}

static void stale_newcomers_are_not_spared(void **state)
{
	(void)state;
	add(0, WATCH_BODY);
	add(1, WATCH_BODY);
	add(2, WATCH_BODY);
	add(3, WATCH_IDLE);
	wait_ms(1100);
	add(4, WATCH_NEW);
	assert_int_equal(who_goes(), 3);
	assert_int_equal(who_goes(), 0);
}

static void the_slowest_body_goes_before_the_fast(void **state)
{
	static const size_t bytes[] = {5000, 60, 1000}; /* 100, 1.2, 20 KB a second */

	(void)state;
	for (int i = 0; i < 3; i++)
		add(i, WATCH_BODY);
	move(3, bytes, 30);
	add(3, WATCH_BODY); /* counts as 4 KB a second */
	assert_int_equal(who_goes(), 1);
	assert_int_equal(who_goes(), 3);
	assert_int_equal(who_goes(), 2);
	assert_int_equal(who_goes(), 0);
}

static void what_counts_is_the_last_second(void **state)
{
	static const size_t first[] = {50000, 500}, then[] = {0, 500};

	(void)state;
	add(0, WATCH_BODY);
	add(1, WATCH_BODY);
	move(2, first, 10);
	move(2, then, 80);
	assert_int_equal(who_goes(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define MANY(name) cmocka_unit_test_setup_teardown(name, begin_many, end_many)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(who_connects_and_is_silent_is_cut),
	    TEST(the_first_line_does_not_move_the_first_deadline),
	    TEST(a_later_request_has_its_own_time_for_headers),
	    TEST(an_answer_in_the_making_has_no_deadline),
	    TEST(who_does_not_take_the_answer_is_cut),
	    TEST(a_large_answer_gets_more_time),
	    TEST(a_fast_body_still_has_an_end),
	    TEST(closing_idle_ones_leaves_the_busy),
	    MANY(the_oldest_newcomer_goes_first),
	    MANY(who_is_answered_never_goes),
	    MANY(who_went_is_told_before_anything_is_done_for_it),
	    MANY(fresh_newcomers_are_spared_up_to_half),
	    MANY(stale_newcomers_are_not_spared),
	    MANY(the_slowest_body_goes_before_the_fast),
	    MANY(what_counts_is_the_last_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
