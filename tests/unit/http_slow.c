/* Clients that take their time: each is cut off by a deadline that no byte moves. */
#include "tests/unit/http_fixture.h"

#include <poll.h>

/*
 * How long a client waits at the most: long enough for a busy machine, and bytes that moved a
 * deadline would hold the connection for all that time.  A deadline never ends before its time;
 * each test measures from before the connection was there.
 */
enum { HEADER_MS = 3000, IDLE_MS = 4000, BODY_RATE = 1000, PATIENCE_MS = 25000 };

static struct server *strict;

static int start_strict(void **state)
{
	struct server_options o;

	if (start(state))
		return -1;
	o = options();
	o.header_seconds = HEADER_MS / 1000;
	o.idle_seconds = IDLE_MS / 1000;
	o.body_rate = BODY_RATE;
	return server_start(&strict, &o, page, NULL);
}

static int stop_strict(void **state)
{
	server_stop(strict);
	return stop(state);
}

/* Sends a byte every 100 ms until the server is gone; how long ago `began` is then. */
static long drip(struct client *c, long began)
{
	struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};

	while (now_ms() - began < PATIENCE_MS && client_send(c, SPAN("a")))
		if (poll(&p, 1, 100) > 0)
			break;
	return now_ms() - began;
}

/* Sends this, and then byte by byte. */
static void assert_cut_off(struct span begin)
{
	long began = now_ms();
	struct client c;

	assert_true(client_open(&c, server_port(strict)));
	assert_true(client_send(&c, begin));
	assert_in_range(drip(&c, began), HEADER_MS, PATIENCE_MS - 1000);
	client_close(&c);
}

static void headers_that_come_byte_by_byte_are_cut_off(void **state)
{
	(void)state;
	assert_cut_off(SPAN("GET / HTTP/1.1\r\nHost: a\r\nX: "));
}

static void a_first_line_that_comes_byte_by_byte_is_cut_off(void **state)
{
	(void)state;
	assert_cut_off(SPAN("GET /"));
}

static void a_body_that_comes_byte_by_byte_is_cut_off(void **state)
{
	(void)state;
	assert_cut_off(SPAN("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n"
			    "Content-Type: application/x-www-form-urlencoded\r\n\r\n"));
}

/* Twenty times as fast as the rule asks, and longer than a request's head may take. */
static void a_body_that_is_slow_but_not_too_slow_is_taken(void **state)
{
	static const char piece[4000];
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(strict)));
	assert_true(
	    client_send(&c, SPAN("POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 80000\r\n"
				 "Content-Type: application/x-www-form-urlencoded\r\n\r\n")));
	for (int i = 0; i < 20; i++) {
		assert_true(client_send(&c, span_make(piece, sizeof piece)));
		sleep_ms(HEADER_MS / 15);
	}
	assert_true(client_answer(&c, &a, false));
	assert_int_equal(a.status, 200);
	client_close(&c);
	answer_clear(&a);
}

static void who_never_begins_tls_is_cut_off(void **state)
{
	long began = now_ms();
	struct client c;

	(void)state;
	assert_true(client_connect(&c, server_port(strict)));
	assert_false(client_receive(&c));
	assert_in_range(now_ms() - began, HEADER_MS, PATIENCE_MS);
	client_close(&c);
}

static void an_idle_connection_ends(void **state)
{
	struct client c;
	struct answer a;
	long began;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(strict)));
	began = now_ms();
	get(&c, &a, "/");
	assert_false(client_receive(&c));
	assert_in_range(now_ms() - began, IDLE_MS, PATIENCE_MS);
	client_close(&c);
	answer_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_that_come_byte_by_byte_are_cut_off),
	    cmocka_unit_test(a_first_line_that_comes_byte_by_byte_is_cut_off),
	    cmocka_unit_test(a_body_that_comes_byte_by_byte_is_cut_off),
	    cmocka_unit_test(a_body_that_is_slow_but_not_too_slow_is_taken),
	    cmocka_unit_test(who_never_begins_tls_is_cut_off),
	    cmocka_unit_test(an_idle_connection_ends),
	};

	return cmocka_run_group_tests(tests, start_strict, stop_strict);
}
