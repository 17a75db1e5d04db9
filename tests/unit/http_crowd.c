/* Three times as many slow clients as the server takes: whoever comes then is answered at once. */
#include "tests/unit/http_fixture.h"

#include <pthread.h>

enum { PLACES = 20, SLOW = 60, PATIENCE_MS = 6000 };

#define FORM "Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"

static struct server *crowded;
static struct client slow_ones[SLOW];

static int open_crowded(void **state)
{
	struct server_options o = options();

	(void)state;
	o.connections = PLACES;
	o.header_seconds = 8; /* no deadline helps within a test */
	o.idle_seconds = o.total_seconds = 30;
	for (int i = 0; i < SLOW; i++)
		slow_ones[i] = (struct client){.fd = -1};
	return server_start(&crowded, &o, page, NULL);
}

static int close_crowded(void **state)
{
	(void)state;
	for (int i = 0; i < SLOW; i++)
		client_close(&slow_ones[i]);
	server_stop(crowded);
	return 0;
}

/* ---- the kinds of slow clients -------------------------------------------------------------- */

static void no_tls(struct client *c)
{
	assert_true(client_connect(c, server_port(crowded)));
}

static void tls_only(struct client *c)
{
	assert_true(client_open(c, server_port(crowded)));
}

static void half_a_head(struct client *c)
{
	tls_only(c);
	assert_true(client_send(c, SPAN("GET / HTTP/1.1\r\nHost: a\r\nX: ")));
}

static void idle(struct client *c)
{
	struct answer a;

	answer_init(&a);
	tls_only(c);
	get(c, &a, "/ok");
	answer_clear(&a);
}

static void half_a_body(struct client *c)
{
	tls_only(c);
	assert_true(
	    client_send(c, SPAN("POST / HTTP/1.1\r\n" FORM "Content-Length: 9999\r\n\r\na")));
}

/* Small buffers: what the server sends stays with it. */
static bool open_narrow(struct client *c, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval limit = {.tv_sec = CLIENT_PATIENCE};
	const int size = 4096;

	*c = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0)};
	buf_init(&c->in, CLIENT_ANSWER_MAX);
	return setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0 &&
	       setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
	       connect(c->fd, (struct sockaddr *)&a, sizeof a) == 0 && client_tls(c, NULL, NULL);
}

static void no_reading(struct client *c)
{
	assert_true(open_narrow(c, server_port(crowded)));
	assert_true(client_send(c, SPAN("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")));
}

static void (*const kinds[])(struct client *) = {no_tls, tls_only,    half_a_head,
						 idle,	 half_a_body, no_reading};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- those who behave ----------------------------------------------------------------------- */

static void a_good_client_is_answered(void)
{
	struct client c;
	struct answer a;
	long began = now_ms();

	answer_init(&a);
	assert_true(client_open(&c, server_port(crowded)));
	get(&c, &a, "/first");
	assert_int_equal(a.status, 200);
	assert_string_equal(buf_str(&a.body), "/first");
	assert_in_range(now_ms() - began, 0, PATIENCE_MS);
	client_close(&c);
	answer_clear(&a);
}

static void against(void (*kind)(struct client *))
{
	for (int i = 0; i < SLOW; i++) {
		kind(&slow_ones[i]);
		if (i % 10 == 9)
			a_good_client_is_answered();
	}
}

static void who_never_begins_tls_stops_nobody(void **state)
{
	(void)state;
	against(no_tls);
}

static void who_only_does_the_handshake_stops_nobody(void **state)
{
	(void)state;
	against(tls_only);
}

static void half_a_head_stops_nobody(void **state)
{
	(void)state;
	against(half_a_head);
}

static void who_is_idle_stops_nobody(void **state)
{
	(void)state;
	against(idle);
}

static void half_a_body_stops_nobody(void **state)
{
	(void)state;
	against(half_a_body);
}

static void who_does_not_read_stops_nobody(void **state)
{
	(void)state;
	against(no_reading);
}

static void all_kinds_together_stop_nobody(void **state)
{
	(void)state;
	for (int i = 0; i < SLOW; i++) {
		kinds[i % KINDS](&slow_ones[i]);
		if (i % 10 == 9)
			a_good_client_is_answered();
	}
}

/* All that the server makes answers for: it must not lose one. */
static void who_is_being_answered_keeps_the_place(void **state)
{
	enum { ASKERS = PLACES - 2 };
	struct client askers[ASKERS];
	struct answer a;

	(void)state;
	answer_init(&a);
	atomic_store(&gate, false);
	for (int i = 0; i < ASKERS; i++)
		assert_true(client_open(&askers[i], server_port(crowded)));
	for (int i = 0; i < ASKERS; i++)
		assert_true(client_send(&askers[i], SPAN("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")));
	until_waiting(ASKERS);
	for (int i = 0; i < SLOW; i++)
		no_tls(&slow_ones[i]);
	atomic_store(&gate, true);
	for (int i = 0; i < ASKERS; i++) {
		assert_true(client_answer(&askers[i], &a, false));
		assert_string_equal(buf_str(&a.body), "/wait");
		client_close(&askers[i]);
	}
	answer_clear(&a);
}

/* 40 KB/s for two seconds. */
static void *upload(void *p)
{
	static const char piece[2000];
	struct client c;
	struct answer a;
	bool good =
	    client_open(&c, server_port(p)) &&
	    client_send(&c, SPAN("POST /ok HTTP/1.1\r\n" FORM "Content-Length: 80000\r\n\r\n"));

	answer_init(&a);
	for (int i = 0; i < 40 && good; i++) {
		good = client_send(&c, span_make(piece, sizeof piece));
		sleep_ms(50);
	}
	good = good && client_answer(&c, &a, false) && a.status == 200;
	client_close(&c);
	answer_clear(&a);
	return good ? p : NULL;
}

/* 3 MiB, in two or three seconds. */
static void *download(void *p)
{
	struct client c;
	struct answer a;
	bool good = open_narrow(&c, server_port(p)) &&
		    client_send(&c, SPAN("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"));

	answer_init(&a);
	for (size_t next = 0; good && c.in.len < BIG;) {
		good = client_receive(&c);
		if (c.in.len > next) {
			next = c.in.len + BIG / 50;
			sleep_ms(50);
		}
	}
	good = good && client_answer(&c, &a, false) && a.body.len == BIG;
	client_close(&c);
	answer_clear(&a);
	return good ? p : NULL;
}

static void survives(void *(*work)(void *), void (*kind)(struct client *))
{
	pthread_t worker;
	void *good;

	assert_int_equal(pthread_create(&worker, NULL, work, crowded), 0);
	sleep_ms(600); /* what it has done lately shows by then */
	for (int i = 0; i < SLOW; i++) {
		kind(&slow_ones[i]);
		sleep_ms(15);
	}
	a_good_client_is_answered();
	pthread_join(worker, &good);
	assert_ptr_equal(good, crowded);
}

static void a_long_upload_survives_bodies_that_do_not_move(void **state)
{
	(void)state;
	survives(upload, half_a_body);
}

static void a_long_upload_survives_newcomers(void **state)
{
	(void)state;
	survives(upload, half_a_head);
}

static void a_long_download_survives_those_who_do_not_read(void **state)
{
	(void)state;
	survives(download, no_reading);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_crowded, close_crowded)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(who_never_begins_tls_stops_nobody),
	    TEST(who_only_does_the_handshake_stops_nobody),
	    TEST(half_a_head_stops_nobody),
	    TEST(who_is_idle_stops_nobody),
	    TEST(half_a_body_stops_nobody),
	    TEST(who_does_not_read_stops_nobody),
	    TEST(all_kinds_together_stop_nobody),
	    TEST(who_is_being_answered_keeps_the_place),
	    TEST(a_long_upload_survives_bodies_that_do_not_move),
	    TEST(a_long_upload_survives_newcomers),
	    TEST(a_long_download_survives_those_who_do_not_read),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
