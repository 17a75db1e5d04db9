/* Clients that take their time: each is cut off by a deadline that no byte moves. */
#include "tests/unit/http_fixture.h"

#include <poll.h>

/* Sends a byte every 100 ms until the server is gone; how long that took. */
static long drip(struct client *c, char byte, long give_up)
{
	struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};
	long began = now_ms();

	while (now_ms() - began < give_up && client_send(c, span_make(&byte, 1)))
		if (poll(&p, 1, 100) > 0)
			break;
	return now_ms() - began;
}

static void headers_that_come_byte_by_byte_are_cut_off(void **state)
{
	struct client c;

	(void)state;
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(&c, SPAN("GET / HTTP/1.1\r\nHost: a\r\nX: ")));
	assert_in_range(drip(&c, 'a', 5000), 700, 2000);
	client_close(&c);
}

static void a_first_line_that_comes_byte_by_byte_is_cut_off(void **state)
{
	struct client c;

	(void)state;
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(&c, SPAN("GET /")));
	assert_in_range(drip(&c, 'a', 5000), 700, 2000);
	client_close(&c);
}

static void a_body_that_comes_byte_by_byte_is_cut_off(void **state)
{
	struct client c;

	(void)state;
	assert_true(client_open(&c, server_port(server)));
	assert_true(
	    client_send(&c, SPAN("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n"
				 "Content-Type: application/x-www-form-urlencoded\r\n\r\n")));
	assert_in_range(drip(&c, 'a', 6000), 900, 3000);
	client_close(&c);
}

static void a_body_that_is_slow_but_not_too_slow_is_taken(void **state)
{
	static const char piece[400];
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	assert_true(
	    client_send(&c, SPAN("POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n"
				 "Content-Type: application/x-www-form-urlencoded\r\n\r\n")));
	for (int i = 0; i < 10; i++) {
		assert_true(client_send(&c, span_make(piece, sizeof piece)));
		sleep_ms(200);
	}
	assert_true(client_answer(&c, &a, false));
	assert_int_equal(a.status, 200);
	client_close(&c);
	answer_clear(&a);
}

static void who_never_begins_tls_is_cut_off(void **state)
{
	struct client c;
	long began = now_ms();

	(void)state;
	assert_true(client_connect(&c, server_port(server)));
	assert_false(client_receive(&c));
	assert_in_range(now_ms() - began, 700, 2000);
	client_close(&c);
}

static void an_idle_connection_ends(void **state)
{
	struct client c;
	struct answer a;
	long began;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/");
	began = now_ms();
	assert_false(client_receive(&c));
	assert_in_range(now_ms() - began, 1700, 3000);
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

	return cmocka_run_group_tests(tests, start, stop);
}
