#include "vault/http/request.h"

#include "vault/http/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- paths ---------------------------------------------------------------------------------- */

static void a_path_is_decoded_once(void **state)
{
	static const char *const cases[][2] = {
	    {"/", "/"},
	    {"/children/c7k3m9q2v4", "/children/c7k3m9q2v4"},
	    {"/a/", "/a/"},
	    {"/%E8%8A%B1/%e5%ad%90", "/花/子"},
	    {"/a%20b+c", "/a b+c"},
	    {"/%2541", "/%41"},
	    {"/a.b/..c/d..", "/a.b/..c/d.."},
	    {"/...", "/..."},
	};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(request_path(&out, span_of(cases[i][0])), ST_OK);
		assert_string_equal(buf_str(&out), cases[i][1]);
	}
	buf_clear(&out);
}

static void a_path_that_could_lead_elsewhere_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",	      "a",	"*",	   "//",      "//a",	  "/a//b", "/a//",	 "/.",
	    "/..",    "/a/./b", "/a/../b", "/a/..",   "/%2e%2e/", "/%2E",  "/.%2e/",	 "/a%2fb",
	    "/a%2Fb", "/a%5cb", "/a\\b",   "/%00",    "/a%",	  "/a%4",  "/a%zz",	 "/a%0ab",
	    "/a%7f",  "/a\x01", "/%ff",	   "/%c0%af", "/%e3%81",  "/\xff", "/%ed%a0%80",
	};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (request_path(&out, span_of(bad[i])) != ST_INVALID)
			fail_msg("%s is taken", bad[i]);
	assert_int_equal(request_path(&out, span_make("/a\0b", 4)), ST_INVALID);
	buf_clear(&out);
}

static void a_path_has_a_limit(void **state)
{
	char long_path[4097];
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	memset(long_path, 'a', sizeof long_path);
	long_path[0] = '/';
	assert_int_equal(request_path(&out, span_make(long_path, 4096)), ST_OK);
	assert_int_equal(out.len, 4096);
	assert_int_equal(request_path(&out, span_make(long_path, 4097)), ST_TOOBIG);
	buf_clear(&out);
}

/* ---- cookies -------------------------------------------------------------------------------- */

static bool cookie(const char *header, const char *name, struct span *value)
{
	struct request req = {.cookie = span_of(header)};

	return request_cookie(&req, name, value);
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
	struct span v;

	(void)state;
	assert_true(cookie("a=1; __Host-s=abc-_9; s=2", "__Host-s", &v));
	assert_true(span_is(v, "abc-_9"));
	assert_true(cookie("a=1;b=2", "b", &v));
	assert_true(span_is(v, "2"));
	assert_true(cookie("a=", "a", &v));
	assert_int_equal(v.n, 0);
	assert_true(cookie("a=b=c", "a", &v));
	assert_true(span_is(v, "b=c"));
	assert_false(cookie("xa=1; A=2; a", "a", &v));
	assert_false(cookie("", "a", &v));
	assert_false(cookie(NULL, "a", &v));
	assert_null(v.p);
}

static void a_cookie_that_comes_twice_is_nobodys(void **state)
{
	struct span v;

	(void)state;
	assert_false(cookie("a=1; a=2", "a", &v));
	assert_null(v.p);
	assert_false(cookie("a=1; b=3; a=1", "a", &v));
	assert_true(cookie("a=1; b=3; a=1", "b", &v));
}

static void a_cookie_of_other_characters_is_nobodys(void **state)
{
	struct span v;

	(void)state;
	assert_false(cookie("a=\"1\"", "a", &v));
	assert_false(cookie("a=1 2", "a", &v));
	assert_false(cookie("a=1,2", "a", &v));
	assert_false(cookie("a=\\", "a", &v));
	assert_false(cookie("a=\x80", "a", &v));
}

/* ---- media types, ids ----------------------------------------------------------------------- */

static void a_media_type_is_compared_without_case_and_parameters(void **state)
{
	struct request req = {.content_type = SPAN("Application/X-WWW-form-urlencoded ; x=y")};

	(void)state;
	assert_true(request_has_type(&req, "application/x-www-form-urlencoded"));
	assert_false(request_has_type(&req, "application/x-www-form"));
	assert_false(request_has_type(&req, ""));
	req.content_type = SPAN_NONE;
	assert_false(request_has_type(&req, "application/x-www-form-urlencoded"));
}

static void ids_are_sixteen_digits_and_differ(void **state)
{
	struct request a, b;

	(void)state;
	assert_int_equal(request_new_id(&a), ST_OK);
	assert_int_equal(request_new_id(&b), ST_OK);
	assert_int_equal(strlen(a.id), 16);
	assert_int_equal(strspn(a.id, "0123456789abcdef"), 16);
	assert_string_not_equal(a.id, b.id);
}

/* ---- origins -------------------------------------------------------------------------------- */

static void a_form_must_come_from_this_very_origin(void **state)
{
	static const struct {
		enum method method;
		const char *host, *origin, *site;
		bool own;
	} cases[] = {
	    {M_POST, "k.example", "https://k.example", "same-origin", true},
	    {M_POST, "k.example", "https://k.example", NULL, true},
	    {M_POST, "k.example:8443", "https://k.example:8443", NULL, true},
	    {M_POST, "K.example", "https://k.EXAMPLE", NULL, true},
	    {M_POST, "k.example", NULL, "same-origin", true},
	    {M_POST, "k.example", NULL, NULL, false},
	    {M_POST, "k.example", "null", "same-origin", true},
	    {M_POST, "k.example", "null", NULL, false},
	    {M_POST, "k.example", "null", "same-site", false},
	    {M_POST, "k.example", "null", "cross-site", false},
	    {M_POST, "k.example", "", "same-origin", false},
	    {M_POST, "k.example", "http://k.example", "same-origin", false},
	    {M_POST, "k.example", "https://k.example:8443", NULL, false},
	    {M_POST, "k.example:8443", "https://k.example", NULL, false},
	    {M_POST, "k.example", "https://k.example.evil.example", NULL, false},
	    {M_POST, "k.example", "https://evil.example", "same-origin", false},
	    {M_POST, "k.example", "https://k.example", "same-site", false},
	    {M_POST, "k.example", "https://k.example", "cross-site", false},
	    {M_POST, "k.example", "https://k.example", "none", false},
	    {M_POST, NULL, "https://", NULL, false},
	    {M_POST, NULL, NULL, "same-origin", false},
	    {M_GET, "k.example", "https://k.example", "same-origin", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request req = {.method = cases[i].method,
				      .host = span_of(cases[i].host),
				      .origin = span_of(cases[i].origin),
				      .sec_fetch_site = span_of(cases[i].site)};

		if (origin_same(&req) != cases[i].own)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_is_decoded_once),
	    cmocka_unit_test(a_path_that_could_lead_elsewhere_is_refused),
	    cmocka_unit_test(a_path_has_a_limit),
	    cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
	    cmocka_unit_test(a_cookie_that_comes_twice_is_nobodys),
	    cmocka_unit_test(a_cookie_of_other_characters_is_nobodys),
	    cmocka_unit_test(a_media_type_is_compared_without_case_and_parameters),
	    cmocka_unit_test(ids_are_sixteen_digits_and_differ),
	    cmocka_unit_test(a_form_must_come_from_this_very_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
