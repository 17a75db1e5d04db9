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

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
