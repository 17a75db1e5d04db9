#include "vault/http/forwarded.h"

#include "tests/unit/http_client.h"
#include "vault/http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PROXY "10.1.0.1"
#define TRUSTED "127.0.0.1, 10.1.0.0/16 ,fd00::/8,2001:db8::1"

/* Who it is, for one header. */
static void is_from(const char *peer, const char *trusted, const char *list, const char *want)
{
	const struct pair header = {SPAN("X-Forwarded-For"), span_of(list)};
	char got[INET6_ADDRSTRLEN];
	struct proxies p;

	assert_int_equal(proxies_read(&p, span_of(trusted)), ST_OK);
	memset(got, 'x', sizeof got);
	forwarded_peer(got, peer, &header, 1, &p);
	if (strcmp(got, want) != 0)
		fail_msg("%s says \"%s\": %s instead of %s", peer, list, got, want);
}

static void only_trusted_peers_are_believed(void **state)
{
	(void)state;
	is_from("192.0.2.1", TRUSTED, "198.51.100.1", "192.0.2.1");
	is_from("192.0.2.1", "", "198.51.100.1", "192.0.2.1");
	is_from("10.2.0.1", TRUSTED, "198.51.100.1", "10.2.0.1");
	is_from("127.0.0.2", TRUSTED, "198.51.100.1", "127.0.0.2");
	is_from("2001:db8::2", TRUSTED, "198.51.100.1", "2001:db8::2");
	is_from("", TRUSTED, "198.51.100.1", "");
	is_from("127.0.0.1", TRUSTED, "198.51.100.1", "198.51.100.1");
	is_from("10.1.255.255", TRUSTED, "198.51.100.1", "198.51.100.1");
	is_from("2001:db8::1", TRUSTED, "198.51.100.1", "198.51.100.1");
	is_from("fdff::1", TRUSTED, "198.51.100.1", "198.51.100.1");
	is_from("::ffff:127.0.0.1", TRUSTED, "198.51.100.1", "198.51.100.1");
}

static void the_rightmost_address_that_is_not_trusted_counts(void **state)
{
	(void)state;
	is_from(PROXY, TRUSTED, "198.51.100.1, 192.0.2.9", "192.0.2.9");
	is_from(PROXY, TRUSTED, "198.51.100.1,192.0.2.9,10.1.2.3 , fd00::2", "192.0.2.9");
	is_from(PROXY, TRUSTED, "127.0.0.1, 192.0.2.9", "192.0.2.9");
	is_from(PROXY, TRUSTED, "garbage, , 192.0.2.9\t,10.1.2.3", "192.0.2.9");
	is_from(PROXY, TRUSTED, "192.0.2.9, ::ffff:10.1.2.3", "192.0.2.9");
}

static void without_such_an_address_it_is_the_peer(void **state)
{
	static const char *const lists[] = {
	    "10.1.2.3",
	    "10.1.2.3, 127.0.0.1",
	    "",
	    " ",
	    ",",
	    "192.0.2.9,",
	    "192.0.2.9, unknown",
	    "192.0.2.9, garbage, 10.1.2.3",
	    "192.0.2.9,, 10.1.2.3",
	    ",10.1.2.3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		is_from(PROXY, TRUSTED, lists[i], PROXY);
}

static void addresses_are_numeric_and_come_in_one_form(void **state)
{
	static const char *const good[][2] = {
	    {"192.0.2.9:443", "192.0.2.9"},
	    {"2001:DB8:0:0::9", "2001:db8::9"},
	    {"[2001:db8::9]", "2001:db8::9"},
	    {"[2001:db8::9]:65535", "2001:db8::9"},
	    {"::ffff:192.0.2.9", "192.0.2.9"},
	    {"::FFFF:c000:0209", "192.0.2.9"},
	    {"[::ffff:192.0.2.9]:1", "192.0.2.9"},
	    {"::1", "::1"},
	    {"1111:2222:3333:4444:5555:6666:7777:8888", "1111:2222:3333:4444:5555:6666:7777:8888"},
	};
	static const char *const bad[] = {
	    "localhost",
	    "example.jp",
	    "192.0.2",
	    "192.0.2.256",
	    "192.0.2.09",
	    "0x7f.0.0.1",
	    "3221225993",
	    "192.0.2.9 x",
	    "192.0.2.9:",
	    "192.0.2.9:x",
	    "192.0.2.9:65536",
	    "192.0.2.9:-1",
	    "192.0.2.9:1:2",
	    "[192.0.2.9]",
	    "[192.0.2.9]:1",
	    "[2001:db8::9",
	    "2001:db8::9]",
	    "[2001:db8::9]1",
	    "[2001:db8::9]x:1",
	    "[2001:db8::9]:",
	    "[2001:db8::9]:x",
	    "[[2001:db8::9]]",
	    "[]",
	    "[",
	    "]",
	    ":",
	    "fe80::1%eth0",
	    "2001:db8::9/64",
	    "\"192.0.2.9\"",
	    "for=192.0.2.9",
	    "_hidden",
	    "192.0.2.9;192.0.2.8",
	    "1111:2222:3333:4444:5555:6666:7777:8888:9999",
	    "00001111:2222:3333:4444:5555:6666:7777:8888:0000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		is_from(PROXY, TRUSTED, good[i][0], good[i][1]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_from(PROXY, TRUSTED, bad[i], PROXY);
}

static void all_headers_of_the_name_are_one_list(void **state)
{
	const struct pair headers[] = {
	    {SPAN("Host"), SPAN("a")},
	    {SPAN("x-forwarded-for"), SPAN("198.51.100.1, 192.0.2.9")},
	    {SPAN("X-Forwarded-Fo"), SPAN("203.0.113.1")},
	    {SPAN("X-Forwarded-For2"), SPAN("203.0.113.1")},
	    {SPAN("Forwarded"), SPAN("for=203.0.113.1")},
	    {SPAN("X-FORWARDED-FOR"), SPAN("10.1.2.3")},
	    {SPAN("X-Real-IP"), SPAN("203.0.113.1")},
	};
	char got[INET6_ADDRSTRLEN];
	struct proxies p;

	(void)state;
	assert_int_equal(proxies_read(&p, SPAN(TRUSTED)), ST_OK);
	forwarded_peer(got, PROXY, headers, 7, &p);
	assert_string_equal(got, "192.0.2.9");
	forwarded_peer(got, PROXY, headers, 1, &p);
	assert_string_equal(got, PROXY);
	forwarded_peer(got, PROXY, NULL, 0, &p);
	assert_string_equal(got, PROXY);
	/* NUL in the middle is no end */
	forwarded_peer(got, PROXY, &(struct pair){SPAN("X-Forwarded-For"), SPAN("192.0.2.9\0x")}, 1,
		       &p);
	assert_string_equal(got, PROXY);
}

static void prefixes_end_at_any_bit(void **state)
{
	static const struct {
		const char *list, *in, *out;
	} cases[] = {
	    {"10.1.2.0/23", "10.1.3.255", "10.1.4.0"},
	    {"10.1.2.0/31", "10.1.2.1", "10.1.2.2"},
	    {"10.1.2.0/32", "10.1.2.0", "10.1.2.1"},
	    {"10.1.2.3", "10.1.2.3", "10.1.2.2"},
	    {"128.0.0.0/1", "255.0.0.0", "127.255.255.255"},
	    {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
	    {"2001:db8::1/128", "2001:db8::1", "2001:db8::2"},
	    {"0.0.0.0/0", "255.1.2.3", "::2"},
	    {"::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_from(cases[i].in, cases[i].list, "2a00::9", "2a00::9");
		is_from(cases[i].out, cases[i].list, "2a00::9", cases[i].out);
	}
	is_from("192.0.2.1", "::/0", "2a00::9", "192.0.2.1"); /* all are proxies */
}

static void a_list_of_proxies_is_read_whole_or_not_at_all(void **state)
{
	static const char *const bad[] = {
	    ",",	   "127.0.0.1,",     ",127.0.0.1", "127.0.0.1,,::1", "127.0.0.1 ::1",
	    "localhost",   "127.0.0.1/33",   "::1/129",	   "127.0.0.1/",     "127.0.0.1/-1",
	    "127.0.0.1/x", "127.0.0.1/8/8",  "[::1]",	   "127.0.0.1:80",   "127.0.0.1;::1",
	    "127.1",	   "fe80::1%eth0/64"};
	struct proxies p;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (proxies_read(&p, span_of(bad[i])) != ST_INVALID)
			fail_msg("\"%s\" is taken for proxies", bad[i]);
		assert_int_equal(p.count, 0);
	}
	assert_int_equal(proxies_read(&p, SPAN_NONE), ST_OK);
	assert_int_equal(proxies_read(&p, SPAN("  ")), ST_OK);
	assert_int_equal(p.count, 0);
	buf_init(&b, 4096);
	buf_adds(&b, "::1");
	for (int i = 1; i < PROXIES_MAX; i++)
		buf_adds(&b, ",::1");
	assert_int_equal(proxies_read(&p, buf_span(&b)), ST_OK);
	assert_int_equal(p.count, PROXIES_MAX);
	buf_adds(&b, ",::1");
	assert_int_equal(proxies_read(&p, buf_span(&b)), ST_TOOBIG);
	assert_int_equal(p.count, 0);
	buf_clear(&b);
}

/* ---- on the wire ----------------------------------------------------------------------------- */

static void tell_peer(void *ctx, const struct request *req, struct response *res)
{
	(void)ctx;
	res->status = 200;
	res->type = "text/plain; charset=utf-8";
	buf_adds(&res->body, req->peer);
}

static void peers_are(const char *proxies, const char *const (*cases)[2], size_t count)
{
	const struct server_options o = {.plain = true, .threads = 2, .proxies = proxies};
	struct server *s;
	struct client c;
	struct answer a;

	assert_int_equal(server_start(&s, &o, tell_peer, NULL), ST_OK);
	answer_init(&a);
	assert_true(client_connect(&c, server_port(s)));
	for (size_t i = 0; i < count; i++) {
		char request[512];

		snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
			 cases[i][0]);
		assert_true(client_send(&c, span_of(request)));
		assert_true(client_answer(&c, &a, false));
		assert_int_equal(a.status, 200);
		assert_string_equal(buf_str(&a.body), cases[i][1]);
	}
	client_close(&c);
	answer_clear(&a);
	server_stop(s);
}

static void the_server_asks_each_request_of_a_proxy(void **state)
{
	static const char *const trusted[][2] = {
	    {"X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9"},
	    {"X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 2001:db8::9, 127.0.0.1\r\n",
	     "2001:db8::9"},
	    {"", "127.0.0.1"}, /* of another client, on the same connection of the proxy */
	    {"X-Forwarded-For: nonsense\r\n", "127.0.0.1"},
	};
	static const char *const untrusted[][2] = {
	    {"X-Forwarded-For: 192.0.2.9\r\n", "127.0.0.1"},
	    {"X-Forwarded-For: 127.0.0.2, 192.0.2.9\r\n", "127.0.0.1"},
	};

	(void)state;
	peers_are("127.0.0.0/8", trusted, 4);
	peers_are("10.0.0.1", untrusted, 2);
	peers_are(NULL, untrusted, 2);
}

static void a_server_with_a_wrong_list_does_not_start(void **state)
{
	const struct server_options o = {.plain = true, .proxies = "127.0.0.1, everybody"};
	struct server *s;

	(void)state;
	assert_int_equal(server_start(&s, &o, tell_peer, NULL), ST_CONFIG);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_trusted_peers_are_believed),
	    cmocka_unit_test(the_rightmost_address_that_is_not_trusted_counts),
	    cmocka_unit_test(without_such_an_address_it_is_the_peer),
	    cmocka_unit_test(addresses_are_numeric_and_come_in_one_form),
	    cmocka_unit_test(all_headers_of_the_name_are_one_list),
	    cmocka_unit_test(prefixes_end_at_any_bit),
	    cmocka_unit_test(a_list_of_proxies_is_read_whole_or_not_at_all),
	    cmocka_unit_test(the_server_asks_each_request_of_a_proxy),
	    cmocka_unit_test(a_server_with_a_wrong_list_does_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
