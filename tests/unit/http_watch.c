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
static long began; /* before the connection was there */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static int begin_with(struct watch_limits limits)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || watch_new(&watch, limits))
		return -1;
	ours = pair[0];
	theirs = pair[1];
	began = now_ms();
	c = watch_add(watch, ours);
	return c ? 0 : -1;
}

static int begin(void **state)
{
	(void)state;
	return begin_with((struct watch_limits){
	    .header_seconds = 1, .idle_seconds = 2, .total_seconds = 1, .body_rate = 1000});
}

/* With seconds to spare on either side of what a test compares. */
static int begin_long(void **state)
{
	(void)state;
	return begin_with((struct watch_limits){
	    .header_seconds = 5, .idle_seconds = 4, .total_seconds = 60, .body_rate = 1000});
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

/*
 * When the connection was shut down, ms after `from`.  It is so some time after its deadline, on a
 * busy machine later, but never before.
 */
static long cut_after(long from)
{
	assert_true(is_cut(30 * 1000));
	return now_ms() - from;
}

static void wait_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void who_connects_and_is_silent_is_cut(void **state)
{
	(void)state;
	assert_true(cut_after(began) >= 1000);
}

static void the_first_line_does_not_move_the_first_deadline(void **state)
{
	long line;

	(void)state;
	wait_ms(4500);
	line = now_ms();
	watch_phase(watch, c, WATCH_HEADERS, 0);
	assert_true(cut_after(line) < 5000);
}

static void a_later_request_has_its_own_time_for_headers(void **state)
{
	long line;

	(void)state;
	watch_phase(watch, c, WATCH_IDLE, 0);
	wait_ms(500);
	line = now_ms();
	watch_phase(watch, c, WATCH_HEADERS, 0);
	assert_true(cut_after(line) >= 5000);
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
	assert_true(cut_after(began) >= 1000);
}

static void a_large_answer_gets_more_time(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_SEND, 128 * 1024);
	assert_true(cut_after(began) >= 3000);
}

static void a_fast_body_still_has_an_end(void **state)
{
	(void)state;
	watch_phase(watch, c, WATCH_BODY, 0);
	while (now_ms() - began < 30 * 1000 && !is_cut(0)) {
		watch_got(c, 100000);
		wait_ms(50);
	}
	assert_true(cut_after(began) >= 1000);
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
	(void)state;
	if (begin_with((struct watch_limits){
		.header_seconds = 40, .idle_seconds = 60, .total_seconds = 60, .body_rate = 1}))
		return -1;
	watch_phase(watch, c, WATCH_ANSWER, 0);
	return 0;
}

/* After a quarter of header_seconds a newcomer is stale. */
static int begin_hasty(void **state)
{
	(void)state;
	if (begin_with((struct watch_limits){
		.header_seconds = 8, .idle_seconds = 60, .total_seconds = 60, .body_rate = 1}))
		return -1;
	watch_phase(watch, c, WATCH_ANSWER, 0);
	return 0;
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
	wait_ms(2100);
	add(4, WATCH_NEW);
	assert_int_equal(who_goes(), 3);
	assert_int_equal(who_goes(), 0);
}

static void the_slowest_body_goes_before_the_fast(void **state)
{
	/* 1,000, 0.1 and 200 KB a second, on a busy machine less */
	static const size_t bytes[] = {50000, 6, 10000};

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
#define LONG(name) cmocka_unit_test_setup_teardown(name, begin_long, end)
#define MANY(name) cmocka_unit_test_setup_teardown(name, begin_many, end_many)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(who_connects_and_is_silent_is_cut),
	    LONG(the_first_line_does_not_move_the_first_deadline),
	    LONG(a_later_request_has_its_own_time_for_headers),
	    TEST(an_answer_in_the_making_has_no_deadline),
	    TEST(who_does_not_take_the_answer_is_cut),
	    TEST(a_large_answer_gets_more_time),
	    TEST(a_fast_body_still_has_an_end),
	    LONG(closing_idle_ones_leaves_the_busy),
	    MANY(the_oldest_newcomer_goes_first),
	    MANY(who_is_answered_never_goes),
	    MANY(who_went_is_told_before_anything_is_done_for_it),
	    MANY(fresh_newcomers_are_spared_up_to_half),
	    cmocka_unit_test_setup_teardown(stale_newcomers_are_not_spared, begin_hasty, end_many),
	    MANY(the_slowest_body_goes_before_the_fast),
	    MANY(what_counts_is_the_last_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
