/* Many clients at once, and the server's start and end under them. */
#include "tests/unit/http_fixture.h"

#include <pthread.h>

enum { CLIENTS = 64, ROUNDS = 8 };

static void *one_of_many(void *p)
{
	struct client c;
	struct answer a;
	char path[32], request[96];
	uintptr_t right = 0;
	int n;

	answer_init(&a);
	snprintf(path, sizeof path, "/slow/%d", (int)(uintptr_t)p);
	n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	if (client_open(&c, server_port(server)))
		for (int i = 0; i < ROUNDS; i++)
			if (client_send(&c, span_make(request, (size_t)n)) &&
			    client_answer(&c, &a, false))
				right += a.status == 200 && span_is(buf_span(&a.body), path);
	client_close(&c);
	answer_clear(&a);
	return (void *)right;
}

static void sixty_four_clients_go_on_together(void **state)
{
	pthread_t threads[CLIENTS];
	void *right;
	unsigned long sum = 0;

	(void)state;
	atomic_store(&busiest, 0);
	together_ms = PATIENT_SECONDS * 1000;
	for (uintptr_t i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, one_of_many, (void *)i), 0);
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(threads[i], &right);
		sum += (uintptr_t)right;
	}
	together_ms = 0;
	assert_int_equal(sum, CLIENTS * ROUNDS);
	assert_in_range(atomic_load(&busiest), COMPANY, CLIENTS);
}

static void clients_that_wait_do_not_hold_up_others(void **state)
{
	enum { WAITING = 60 };
	struct client waiting[WAITING], c;
	struct answer a;

	(void)state;
	answer_init(&a);
	atomic_store(&gate, false);
	assert_true(client_open(&c, server_port(server)));
	for (int i = 0; i < WAITING; i++)
		assert_true(client_open(&waiting[i], server_port(server)));
	for (int i = 0; i < WAITING; i++)
		assert_true(
		    client_send(&waiting[i], SPAN("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")));
	until_waiting(WAITING);
	get(&c, &a, "/first");
	assert_string_equal(buf_str(&a.body), "/first");
	assert_int_equal(atomic_load(&waiting_inside), WAITING);
	atomic_store(&gate, true);
	for (int i = 0; i < WAITING; i++) {
		assert_true(client_answer(&waiting[i], &a, false));
		assert_string_equal(buf_str(&a.body), "/wait");
		client_close(&waiting[i]);
	}
	client_close(&c);
	answer_clear(&a);
}

/* ---- starting and stopping ------------------------------------------------------------------ */

static void *stop_it(void *p)
{
	server_stop(p);
	return NULL;
}

static void stopping_lets_a_request_finish_and_takes_no_new_one(void **state)
{
	struct server_options o = options();
	struct server *s;
	struct client c, idle, late;
	struct answer a;
	pthread_t stopper;
	unsigned port;

	(void)state;
	answer_init(&a);
	atomic_store(&gate, false);
	assert_int_equal(server_start(&s, &o, page, NULL), ST_OK);
	port = server_port(s);
	assert_true(client_open(&idle, port));
	assert_true(client_open(&c, port));
	assert_true(client_send(&c, SPAN("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")));
	until_waiting(1);
	assert_int_equal(pthread_create(&stopper, NULL, stop_it, s), 0);
	assert_false(client_receive(&idle)); /* by then it stops */
	assert_false(client_open(&late, port));
	atomic_store(&gate, true);
	assert_true(client_answer(&c, &a, false));
	assert_int_equal(a.status, 200);
	assert_string_equal(buf_str(&a.body), "/wait");
	assert_true(span_is(answer_header(&a, "Connection"), "close"));
	pthread_join(stopper, NULL);
	client_close(&c);
	client_close(&idle);
	client_close(&late);
	assert_false(client_connect(&late, port));
	client_close(&late);
	answer_clear(&a);
}

static atomic_long answered;

/* Asks until the server is gone; how many whole answers came, or -1 if one was wrong. */
static void *ask_until_the_end(void *p)
{
	unsigned port = (unsigned)(uintptr_t)p;
	intptr_t whole = 0;
	struct client c;
	struct answer a;

	answer_init(&a);
	if (client_open(&c, port))
		while (whole >= 0 &&
		       client_send(&c, SPAN("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")) &&
		       client_answer(&c, &a, false)) {
			bool right = a.status == 503 ||
				     (a.status == 200 && span_is(buf_span(&a.body), "/slow"));

			whole = right ? whole + 1 : -1;
			atomic_fetch_add(&answered, 1);
		}
	client_close(&c);
	answer_clear(&a);
	return (void *)whole;
}

static void stopping_under_load_ends_cleanly(void **state)
{
	enum { ASKERS = 16, TIMES = 5 };
	struct server_options o = options();
	pthread_t t[ASKERS];
	struct server *s;
	void *whole;

	(void)state;
	for (int round = 0; round < TIMES; round++) {
		long sum = 0;
		void *port;

		atomic_store(&answered, 0);
		assert_int_equal(server_start(&s, &o, page, NULL), ST_OK);
		port = (void *)(uintptr_t)server_port(s);
		for (int i = 0; i < ASKERS; i++)
			assert_int_equal(pthread_create(&t[i], NULL, ask_until_the_end, port), 0);
		for (long ms = 0; ms < PATIENT_SECONDS * 1000 && atomic_load(&answered) < ASKERS;
		     ms++)
			sleep_ms(1);
		server_stop(s);
		for (int i = 0; i < ASKERS; i++) {
			pthread_join(t[i], &whole);
			assert_true((intptr_t)whole >= 0);
			sum += (intptr_t)whole;
		}
		assert_in_range(sum, ASKERS, 100000);
	}
}

/* More clients one after the other than the server takes at a time. */
static void who_leaves_makes_room_for_another(void **state)
{
	struct server_options o = options();
	struct server *s;
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	o.connections = 1;
	assert_int_equal(server_start(&s, &o, page, NULL), ST_OK);
	for (int i = 0; i < 50; i++) {
		assert_true(client_open(&c, server_port(s)));
		get(&c, &a, "/next");
		assert_string_equal(buf_str(&a.body), "/next");
		client_close(&c);
	}
	server_stop(s);
	answer_clear(&a);
}

static void what_cannot_be_used_is_named_at_the_start(void **state)
{
	struct server_options o = options();
	struct server *s = NULL;

	(void)state;
	o.port = server_port(server);
	assert_int_equal(server_start(&s, &o, page, NULL), ST_IO);
	assert_null(s);
	o = options();
	o.address = "localhost";
	assert_int_equal(server_start(&s, &o, page, NULL), ST_CONFIG);
	o = options();
	o.key = NULL;
	assert_int_equal(server_start(&s, &o, page, NULL), ST_CONFIG);
	o = options();
	o.cert = "nonsense";
	assert_int_equal(server_start(&s, &o, page, NULL), ST_CONFIG);
	assert_null(s);
	server_stop(NULL);
}

static void it_listens_on_ipv6_too(void **state)
{
	struct server_options o = options();
	struct server *s;

	(void)state;
	o.address = "::1";
	if (server_start(&s, &o, page, NULL) != ST_OK)
		skip(); /* a machine without IPv6 */
	assert_in_range(server_port(s), 1, 65535);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sixty_four_clients_go_on_together),
	    cmocka_unit_test(clients_that_wait_do_not_hold_up_others),
	    cmocka_unit_test(stopping_lets_a_request_finish_and_takes_no_new_one),
	    cmocka_unit_test(stopping_under_load_ends_cleanly),
	    cmocka_unit_test(who_leaves_makes_room_for_another),
	    cmocka_unit_test(what_cannot_be_used_is_named_at_the_start),
	    cmocka_unit_test(it_listens_on_ipv6_too),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
