#include "vault/http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A table as pages have it: more than a route in each row. */
struct row {
	struct route route;
	const char *page;
};

static const struct row table[] = {
    {{M_GET, "/"}, "home"},
    {{M_GET | M_POST, "/login"}, "login"},
    {{M_POST, "/logout"}, "logout"},
    {{M_GET, "/children"}, "search"},
    {{M_GET, "/children/:child"}, "child"},
    {{M_GET, "/children/new"}, "new"},
    {{M_GET, "/children/:child/karte.pdf"}, "karte"},
    {{M_GET, "/children/:child/sheets/:type/:id"}, "sheet"},
    {{M_GET, "/children/:child/sheets/:type/:id.pdf"}, "pdf"},
    {{M_GET, "/children/:child/sheets/:type/:id/edit"}, "edit"},
    {{M_POST, "/children/:child/sheets/:type/:id/edit"}, "save"},
    {{M_GET, "/git/children/:child.git/info/refs"}, "refs"},
    {{M_GET, "/tile/*rest"}, "tile"},
    {{M_GET, "/tile/entries/:n"}, "entries"},
};

static const char *find(enum method method, const char *path, struct params *p, unsigned *allowed)
{
	size_t row = 99;

	switch (route_find(table, sizeof table / sizeof *table, sizeof *table, method,
			   span_of(path), &row, p, allowed)) {
	case ROUTE_FOUND:
		return table[row].page;
	case ROUTE_NO_METHOD:
		return "405";
	case ROUTE_NO_PATH:
		break;
	}
	return "404";
}

static void a_path_finds_its_page(void **state)
{
	static const struct {
		enum method method;
		const char *path, *page;
	} cases[] = {
	    {M_GET, "/", "home"},
	    {M_HEAD, "/", "home"},
	    {M_GET, "/login", "login"},
	    {M_POST, "/login", "login"},
	    {M_POST, "/", "405"},
	    {M_GET, "/logout", "405"},
	    {M_HEAD, "/logout", "405"},
	    {M_GET, "/login/", "404"},
	    {M_GET, "/Login", "404"},
	    {M_GET, "/children/", "404"},
	    {M_GET, "/children/c1", "child"},
	    {M_GET, "/children/new", "new"},
	    {M_GET, "/children/c1/karte.pdf", "karte"},
	    {M_GET, "/children/c1/karte.txt", "404"},
	    {M_GET, "/children/c1/sheets/t/2026", "sheet"},
	    {M_GET, "/children/c1/sheets/t/2026.pdf", "pdf"},
	    {M_GET, "/children/c1/sheets/t/.pdf", "sheet"},
	    {M_GET, "/children/c1/sheets/t/2026.png", "sheet"},
	    {M_GET, "/children/c1/sheets/t", "404"},
	    {M_GET, "/children/c1/sheets/t/2026/edit", "edit"},
	    {M_POST, "/children/c1/sheets/t/2026/edit", "save"},
	    {M_POST, "/children/c1/sheets/t/2026.pdf", "405"},
	    {M_GET, "/git/children/c1.git/info/refs", "refs"},
	    {M_GET, "/git/children/c1/info/refs", "404"},
	    {M_GET, "/tile/0/x001/067.p/5", "tile"},
	    {M_GET, "/tile/0", "tile"},
	    {M_GET, "/tile/", "404"},
	    {M_GET, "/tile/entries/5", "entries"},
	    {M_GET, "/tile/entries/5/6", "tile"},
	    {M_GET, "", "404"},
	};
	struct params p;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *page = find(cases[i].method, cases[i].path, &p, NULL);

		if (strcmp(page, cases[i].page) != 0)
			fail_msg("%s: %s instead of %s", cases[i].path, page, cases[i].page);
	}
}

static void the_order_of_the_table_does_not_matter(void **state)
{
	static const struct row turned[] = {
	    {{M_GET, "/a/:x.pdf"}, "suffix"},
	    {{M_GET, "/a/:x"}, "name"},
	    {{M_GET, "/a/b.pdf"}, "literal"},
	    {{M_GET, "/a/*x"}, "rest"},
	};
	struct params p;
	size_t row;

	(void)state;
	assert_int_equal(
	    route_find(turned, 4, sizeof *turned, M_GET, SPAN("/a/b.pdf"), &row, &p, NULL),
	    ROUTE_FOUND);
	assert_int_equal(row, 2);
	assert_int_equal(
	    route_find(turned, 4, sizeof *turned, M_GET, SPAN("/a/c.pdf"), &row, &p, NULL),
	    ROUTE_FOUND);
	assert_int_equal(row, 0);
	assert_int_equal(
	    route_find(turned, 4, sizeof *turned, M_GET, SPAN("/a/c/d"), &row, &p, NULL),
	    ROUTE_FOUND);
	assert_int_equal(row, 3);
}

static void names_hold_what_stood_in_the_path(void **state)
{
	struct params p;

	(void)state;
	find(M_GET, "/children/c1/sheets/kyoiku/2026.1.pdf", &p, NULL);
	assert_int_equal(p.count, 3);
	assert_true(span_is(param(&p, "child"), "c1"));
	assert_true(span_is(param(&p, "type"), "kyoiku"));
	assert_true(span_is(param(&p, "id"), "2026.1"));
	assert_null(param(&p, "other").p);
	find(M_GET, "/git/children/c1.git/info/refs", &p, NULL);
	assert_true(span_is(param(&p, "child"), "c1"));
	find(M_GET, "/tile/0/x001/067", &p, NULL);
	assert_true(span_is(param(&p, "rest"), "0/x001/067"));
}

static void a_wrong_method_names_all_that_the_path_has(void **state)
{
	struct params p;
	unsigned allowed = 99;

	(void)state;
	assert_string_equal(find(M_POST, "/children/c1/sheets/t/2026", &p, &allowed), "405");
	assert_string_equal(route_allow(allowed), "GET, HEAD");
	assert_string_equal(find(M_GET, "/logout", &p, &allowed), "405");
	assert_string_equal(route_allow(allowed), "POST");
	find(M_POST, "/children/c1/sheets/t/2026/edit", &p, &allowed);
	assert_string_equal(route_allow(allowed), "GET, HEAD, POST");
	assert_string_equal(find(M_GET, "/nothing", &p, &allowed), "404");
	assert_string_equal(route_allow(allowed), "");
}

static void a_pattern_with_too_many_names_matches_nothing(void **state)
{
	struct params p;

	(void)state;
	assert_true(route_match("/:a/:b/:c/:d/:e/:f/:g/:h", SPAN("/1/2/3/4/5/6/7/8"), &p));
	assert_int_equal(p.count, PARAMS_MAX);
	assert_false(route_match("/:a/:b/:c/:d/:e/:f/:g/:h/:i", SPAN("/1/2/3/4/5/6/7/8/9"), &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_finds_its_page),
	    cmocka_unit_test(the_order_of_the_table_does_not_matter),
	    cmocka_unit_test(names_hold_what_stood_in_the_path),
	    cmocka_unit_test(a_wrong_method_names_all_that_the_path_has),
	    cmocka_unit_test(a_pattern_with_too_many_names_matches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
