/* A real server over TLS, and clients that behave well. */
#include "tests/unit/http_fixture.h"

static void one_connection_serves_several_requests(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	for (int i = 0; i < 3; i++) {
		get(&c, &a, "/first");
		assert_int_equal(a.status, 200);
		assert_string_equal(buf_str(&a.body), "/first");
		get(&c, &a, "/%E3%81%82/second?x=1");
		assert_int_equal(a.status, 200);
		assert_string_equal(buf_str(&a.body), "/あ/second");
		assert_null(answer_header(&a, "Connection").p);
	}
	client_close(&c);
	answer_clear(&a);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(&c, SPAN("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
					 "GET /slow/b HTTP/1.1\r\nHost: a\r\n\r\n"
					 "GET /c HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_answer(&c, &a, false));
	assert_string_equal(buf_str(&a.body), "/a");
	assert_true(client_answer(&c, &a, false));
	assert_string_equal(buf_str(&a.body), "/slow/b");
	assert_true(client_answer(&c, &a, false));
	assert_string_equal(buf_str(&a.body), "/c");
	client_close(&c);
	answer_clear(&a);
}

static void a_page_sees_every_part_of_the_request(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(
	    &c, SPAN("POST /dump?q=%E3%81%82 HTTP/1.1\r\nhost: karte.example:8443\r\n"
		     "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
		     "Content-Length: 7\r\nCOOKIE: __Host-s=1; b=2\r\nOrigin: https://o.example\r\n"
		     "Sec-Fetch-Site: same-origin\r\nAuthorization: Basic eA==\r\n"
		     "User-Agent: test/1 (x)\r\n\r\na=1&b=2")));
	assert_true(client_answer(&c, &a, false));
	assert_int_equal(a.status, 200);
	assert_string_equal(
	    buf_str(&a.body),
	    "method=4\npath=/dump\nraw_path=/dump\nquery=q=%E3%81%82\nbody=a=1&b=2\n"
	    "content_type=application/x-www-form-urlencoded; charset=utf-8\n"
	    "cookie=__Host-s=1; b=2\norigin=https://o.example\n"
	    "sec_fetch_site=same-origin\nauthorization=Basic eA==\n"
	    "host=karte.example:8443\nuser_agent=test/1 (x)\npeer=127.0.0.1\n");
	client_close(&c);
	answer_clear(&a);
}

static void a_request_has_an_id_of_its_own_and_the_time(void **state)
{
	struct client c;
	struct answer a;
	char first[REQUEST_ID_LEN + 1];
	long before = time(NULL), at = 0;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/id");
	assert_int_equal(strspn(buf_str(&a.body), "0123456789abcdef"), REQUEST_ID_LEN);
	memcpy(first, buf_str(&a.body), REQUEST_ID_LEN);
	assert_true(span_number(span_of(buf_str(&a.body) + REQUEST_ID_LEN + 1), 1L << 40, &at));
	assert_in_range(at, before, time(NULL));
	get(&c, &a, "/id");
	assert_memory_not_equal(first, buf_str(&a.body), REQUEST_ID_LEN);
	client_close(&c);
	answer_clear(&a);
}

static void head_is_get_without_the_body(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(&c, SPAN("HEAD /seven77 HTTP/1.1\r\nHost: a\r\n\r\n")));
	assert_true(client_answer(&c, &a, true));
	assert_int_equal(a.status, 200);
	assert_true(span_is(answer_header(&a, "Content-Length"), "8"));
	/* Were there a body, it would stand in front of this answer. */
	get(&c, &a, "/next");
	assert_int_equal(a.status, 200);
	assert_string_equal(buf_str(&a.body), "/next");
	client_close(&c);
	answer_clear(&a);
}

static void an_answer_carries_the_fixed_headers(void **state)
{
	static const char *const expected[][2] = {
	    {"Content-Security-Policy",
	     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	     "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
	     "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
	     "upgrade-insecure-requests"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"X-Frame-Options", "DENY"},
	    {"Referrer-Policy", "no-referrer"},
	    {"Cross-Origin-Opener-Policy", "same-origin"},
	    {"Cross-Origin-Resource-Policy", "same-origin"},
	    {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
	    {"Cache-Control", "no-store"},
	    {"Content-Type", "text/plain; charset=utf-8"},
	};
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/");
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (!span_is(answer_header(&a, expected[i][0]), expected[i][1]))
			fail_msg("%s is missing or wrong", expected[i][0]);
	assert_true(span_starts(answer_header(&a, "Permissions-Policy"), SPAN("accelerometer=()")));
	client_close(&c);
	answer_clear(&a);
}

static void a_static_asset_is_sent_once_and_then_only_confirmed(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/static");
	assert_int_equal(a.status, 200);
	assert_string_equal(buf_str(&a.body), "h1 {}");
	assert_true(span_is(answer_header(&a, "ETag"), "\"abc\""));
	assert_true(
	    span_is(answer_header(&a, "Cache-Control"), "public, max-age=31536000, immutable"));
	assert_true(client_send(&c, SPAN("GET /static HTTP/1.1\r\nHost: a\r\n"
					 "If-None-Match: \"x\", W/\"abc\"\r\n\r\n")));
	assert_true(client_answer(&c, &a, true));
	assert_int_equal(a.status, 304);
	assert_true(span_is(answer_header(&a, "ETag"), "\"abc\""));
	get(&c, &a, "/after");
	assert_string_equal(buf_str(&a.body), "/after");
	client_close(&c);
	answer_clear(&a);
}

static void a_body_over_the_limit_gets_the_page_for_413_and_keeps_the_connection(void **state)
{
	static char body[BODY_MAX + 1];
	struct client c;
	struct answer a;
	char head[160];
	int n;

	(void)state;
	answer_init(&a);
	memset(body, 'a', sizeof body);
	n = snprintf(head, sizeof head,
		     "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n"
		     "Content-Type: application/x-www-form-urlencoded\r\n\r\n",
		     sizeof body);
	assert_true(client_open(&c, server_port(server)));
	assert_true(client_send(&c, span_make(head, (size_t)n)));
	assert_true(client_send(&c, span_make(body, sizeof body)));
	assert_true(client_answer(&c, &a, false));
	assert_int_equal(a.status, 413);
	assert_string_equal(buf_str(&a.body), "refused 413, 0 bytes");
	get(&c, &a, "/after");
	assert_int_equal(a.status, 200);
	client_close(&c);
	answer_clear(&a);
}

static void a_large_answer_arrives_whole(void **state)
{
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/big");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.len, BIG);
	assert_memory_equal(a.body.data + BIG - 16, "0123456789abcdef", 16);
	client_close(&c);
	answer_clear(&a);
}

static void an_answer_that_a_page_spoilt_is_a_500(void **state)
{
	static const char *const paths[] = {"/forgotten", "/broken"};
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	for (int i = 0; i < 2; i++) {
		get(&c, &a, paths[i]);
		assert_int_equal(a.status, 500);
		assert_true(span_find(buf_span(&a.body), SPAN("エラーが起きました")) > 0);
		assert_null(answer_header(&a, "b").p);
	}
	client_close(&c);
	answer_clear(&a);
}

/* ---- TLS ------------------------------------------------------------------------------------ */

static void only_tls_1_2_and_1_3_are_spoken(void **state)
{
	static const struct {
		const char *priorities;
		int version; /* 0: no connection */
	} cases[] = {
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT", 0},
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", 0},
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.2", GNUTLS_TLS1_2},
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.3", GNUTLS_TLS1_3},
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", 0},
	    {"NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", 0},
	};
	struct client c;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool ok = client_connect(&c, server_port(server)) &&
			  client_tls(&c, cases[i].priorities, NULL);

		if (ok != (cases[i].version != 0))
			fail_msg("%s: %s", cases[i].priorities, ok ? "accepted" : "refused");
		if (ok)
			assert_int_equal(gnutls_protocol_get_version(c.tls), cases[i].version);
		client_close(&c);
	}
}

static void a_browser_that_comes_back_resumes_its_session(void **state)
{
	gnutls_datum_t session = {NULL, 0};
	struct client c;
	struct answer a;

	(void)state;
	answer_init(&a);
	assert_true(client_open(&c, server_port(server)));
	get(&c, &a, "/"); /* the ticket comes with the first answer */
	assert_int_equal(gnutls_session_get_data2(c.tls, &session), 0);
	client_close(&c);
	assert_true(client_connect(&c, server_port(server)));
	assert_true(client_tls(&c, NULL, &session));
	assert_true(gnutls_session_is_resumed(c.tls));
	get(&c, &a, "/again");
	assert_string_equal(buf_str(&a.body), "/again");
	gnutls_free(session.data);
	client_close(&c);
	answer_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_connection_serves_several_requests),
	    cmocka_unit_test(pipelined_requests_are_answered_in_order),
	    cmocka_unit_test(a_page_sees_every_part_of_the_request),
	    cmocka_unit_test(a_request_has_an_id_of_its_own_and_the_time),
	    cmocka_unit_test(head_is_get_without_the_body),
	    cmocka_unit_test(an_answer_carries_the_fixed_headers),
	    cmocka_unit_test(a_static_asset_is_sent_once_and_then_only_confirmed),
	    cmocka_unit_test(a_body_over_the_limit_gets_the_page_for_413_and_keeps_the_connection),
	    cmocka_unit_test(a_large_answer_arrives_whole),
	    cmocka_unit_test(an_answer_that_a_page_spoilt_is_a_500),
	    cmocka_unit_test(only_tls_1_2_and_1_3_are_spoken),
	    cmocka_unit_test(a_browser_that_comes_back_resumes_its_session),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
