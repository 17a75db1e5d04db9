#include "vault/http/response.h"

#include "vault/http/headers.h"
#include "vault/http/plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct response res;

static int begin(void **state)
{
	(void)state;
	response_init(&res);
	return 0;
}

static int end(void **state)
{
	(void)state;
	response_clear(&res);
	return 0;
}

static const char *header(const char *name)
{
	for (size_t i = 0; i < res.header_count; i++)
		if (strcmp(res.headers[i].name, name) == 0)
			return res.headers[i].value;
	return "(none)";
}

static void a_fresh_answer_is_personal_and_undecided(void **state)
{
	(void)state;
	assert_true(res.personal);
	assert_int_equal(res.status, 0);
	assert_int_equal(res.header_count, 0);
	response_clear(NULL);
}

static void headers_are_copied(void **state)
{
	char name[] = "X-Name", value[] = "value 1";

	(void)state;
	assert_int_equal(response_header(&res, name, value), ST_OK);
	name[0] = value[0] = '!';
	assert_string_equal(header("X-Name"), "value 1");
}

static void a_header_cannot_be_split(void **state)
{
	static const char *const bad[][2] = {
	    {"X", "a\r\nSet-Cookie: b=c"},
	    {"X", "a\nb"},
	    {"X", "a\rb"},
	    {"X", "a\tb"},
	    {"X", "a\x7f"},
	    {"X", "あ"},
	    {"X\r\nY", "a"},
	    {"X Y", "a"},
	    {"X:", "a"},
	    {"", "a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		response_clear(&res);
		if (response_header(&res, bad[i][0], bad[i][1]) != ST_INVALID)
			fail_msg("row %zu is taken", i);
		assert_int_equal(res.st, ST_INVALID);
		assert_int_equal(res.header_count, 0);
	}
}

static void a_failure_sticks(void **state)
{
	(void)state;
	assert_int_equal(response_header(&res, "X", "\n"), ST_INVALID);
	assert_int_equal(response_header(&res, "X", "good"), ST_INVALID);
	assert_int_equal(res.header_count, 0);
}

static void sixteen_headers_are_the_limit(void **state)
{
	(void)state;
	for (int i = 0; i < RESPONSE_HEADERS_MAX; i++)
		assert_int_equal(response_header(&res, "X", "y"), ST_OK);
	assert_int_equal(response_header(&res, "X", "y"), ST_TOOBIG);
}

static void what_the_transport_says_is_not_for_pages(void **state)
{
	static const char *const names[] = {"content-length", "Content-Type",
					    "Cache-Control",  "CONTENT-SECURITY-POLICY",
					    "Location",	      "Set-Cookie"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		response_clear(&res);
		assert_int_equal(response_header(&res, names[i], "x"), ST_BUG);
	}
}

static void a_redirect_stays_on_this_server(void **state)
{
	static const char *const bad[] = {"https://evil.example/",
					  "//evil.example/",
					  "/\\evil",
					  "evil",
					  "",
					  "/a b",
					  "/a\r\nX: y",
					  "/あ"};

	(void)state;
	assert_int_equal(response_redirect(&res, "/children/c1?saved=1"), ST_OK);
	assert_int_equal(res.status, 303);
	assert_string_equal(header("Location"), "/children/c1?saved=1");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		response_clear(&res);
		if (response_redirect(&res, bad[i]) != ST_INVALID)
			fail_msg("%s is taken", bad[i]);
	}
}

static void a_cookie_carries_every_guard(void **state)
{
	(void)state;
	assert_int_equal(response_cookie_set(&res, "session", SPAN("abc-_"), 0), ST_OK);
	assert_string_equal(header("Set-Cookie"), "__Host-session=abc-_; Path=/; Secure; HttpOnly; "
						  "SameSite=Lax");
	response_clear(&res);
	assert_int_equal(response_cookie_set(&res, "s", SPAN("x"), 600), ST_OK);
	assert_string_equal(header("Set-Cookie"),
			    "__Host-s=x; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
	response_clear(&res);
	assert_int_equal(response_cookie_clear(&res, "s"), ST_OK);
	assert_string_equal(header("Set-Cookie"),
			    "__Host-s=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
	response_clear(&res);
	assert_int_equal(response_cookie_set(&res, "s", SPAN("a; Domain=x"), 0), ST_INVALID);
	response_clear(&res);
	assert_int_equal(response_cookie_set(&res, "s=t", SPAN("a"), 0), ST_INVALID);
}

static void a_download_keeps_its_japanese_name(void **state)
{
	(void)state;
	assert_int_equal(response_download(&res, SPAN("教育支援 100%.pdf")), ST_OK);
	assert_string_equal(header("Content-Disposition"),
			    "attachment; filename=\"____ 100_.pdf\"; filename*=UTF-8''"
			    "%E6%95%99%E8%82%B2%E6%94%AF%E6%8F%B4%20100%25.pdf");
	response_clear(&res);
	assert_int_equal(response_inline(&res, SPAN("a\"b.pdf")), ST_OK);
	assert_string_equal(header("Content-Disposition"),
			    "inline; filename=\"a_b.pdf\"; filename*=UTF-8''a%22b.pdf");
	response_clear(&res);
	assert_int_equal(response_download(&res, SPAN("../x")), ST_INVALID);
}

static void a_static_asset_is_confirmed_by_its_tag(void **state)
{
	static const struct {
		const char *sent;
		int status;
	} cases[] = {
	    {NULL, 200}, {"\"t1\"", 304}, {"W/\"t1\"", 304}, {"\"x\" , \"t1\"", 304},
	    {"*", 304},	 {"\"t2\"", 200}, {"t1", 200},	     {"\"t1", 200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		response_clear(&res);
		assert_int_equal(response_static(&res, SPAN("x"), "text/css", "t1",
						 span_of(cases[i].sent), i % 2 == 0),
				 ST_OK);
		assert_int_equal(res.status, cases[i].status);
		assert_int_equal(res.fixed.n, cases[i].status == 200);
		assert_false(res.personal);
		assert_string_equal(header("ETag"), "\"t1\"");
		assert_string_equal(header("Cache-Control"),
				    i % 2 ? "no-cache" : "public, max-age=31536000, immutable");
	}
}

static void signing_out_and_waiting_have_their_headers(void **state)
{
	(void)state;
	assert_int_equal(response_forget(&res), ST_OK);
	assert_string_equal(header("Clear-Site-Data"), "\"cache\", \"cookies\", \"storage\"");
	assert_int_equal(response_retry_after(&res, 30), ST_OK);
	assert_string_equal(header("Retry-After"), "30");
}

static void a_plain_page_replaces_everything(void **state)
{
	(void)state;
	buf_adds(&res.body, "half a page of somebody");
	response_cookie_set(&res, "s", SPAN("x"), 0);
	response_header(&res, "X", "\n");
	plain_page(&res, 503);
	assert_int_equal(res.st, ST_OK);
	assert_int_equal(res.status, 503);
	assert_true(res.personal);
	assert_string_equal(header("Set-Cookie"), "(none)");
	assert_string_equal(header("Retry-After"), "10");
	assert_int_equal(span_find(buf_span(&res.body), SPAN("half")), -1);
	assert_true(span_find(buf_span(&res.body), SPAN("混み合っています")) > 0);
}

static void the_fixed_headers_are_eight_and_well_formed(void **state)
{
	(void)state;
	assert_int_equal(fixed_header_count, 8);
	for (size_t i = 0; i < fixed_header_count; i++)
		for (const char *p = fixed_headers[i].value; *p; p++)
			assert_in_range(*p, 0x20, 0x7e);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_fresh_answer_is_personal_and_undecided),
	    TEST(headers_are_copied),
	    TEST(a_header_cannot_be_split),
	    TEST(a_failure_sticks),
	    TEST(sixteen_headers_are_the_limit),
	    TEST(what_the_transport_says_is_not_for_pages),
	    TEST(a_redirect_stays_on_this_server),
	    TEST(a_cookie_carries_every_guard),
	    TEST(a_download_keeps_its_japanese_name),
	    TEST(a_static_asset_is_confirmed_by_its_tag),
	    TEST(signing_out_and_waiting_have_their_headers),
	    TEST(a_plain_page_replaces_everything),
	    TEST(the_fixed_headers_are_eight_and_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
