/* Paths, plans, links and menus of a site. */
#include "generator/site/nav.h"
#include "tests/unit/site_help.h"

static void only_plain_paths_below_the_folder_are_paths_of_a_site(void **state)
{
	static const char *const good[] = {"a", "index.html", "children/c1/t/2026.html",
					   "a.b-c_D/e"};
	static const char *const bad[] = {"",	  "/a",	       "a/",  "a//b", "..",   "a/../b",
					  ".a",	  "a/.b",      "a b", "a\nb", "a\tb", "あ",
					  "a\\b", "a/b/c/d/e", "a?b", "a:b"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(site_path(span_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (site_path(span_of(bad[i])))
			fail_msg("taken for a path: '%s'", bad[i]);
	assert_false(site_path(SPAN_NONE));
}

static enum status load_nothing(void *ctx, struct buf *out)
{
	(void)ctx;
	(void)out;
	return ST_OK;
}

static enum status add_page(struct plan *p, const char *path)
{
	return plan_add_page(p, span_of(path), path, NULL, load_nothing, NULL);
}

static enum status add_sheet(struct plan *p, const char *child, const char *type, const char *id)
{
	return plan_add_sheet(p, span_of(child), span_of(type), span_of(id), id, NULL, load_nothing,
			      NULL);
}

static void a_plan_has_pages_first_and_each_childs_sheets_together(void **state)
{
	static const char *const want[] = {"a.html", "index.html", "children/c1-1/t/1.html",
					   "children/c1/s/2.html", "children/c1/t/1.html"};
	struct plan *p;

	(void)state;
	assert_int_equal(plan_new(&p), ST_OK);
	assert_int_equal(add_sheet(p, "c1", "t", "1"), ST_OK);
	assert_int_equal(add_page(p, "index.html"), ST_OK);
	assert_int_equal(add_sheet(p, "c1-1", "t", "1"), ST_OK);
	assert_int_equal(add_sheet(p, "c1", "s", "2"), ST_OK);
	assert_int_equal(add_page(p, "a.html"), ST_OK);
	assert_int_equal(plan_end(p), ST_OK);
	assert_int_equal(plan_count(p), 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(plan_at(p, i)->path, want[i]);
	assert_ptr_equal(plan_find(p, SPAN("a.html")), plan_at(p, 0));
	assert_ptr_equal(plan_find(p, SPAN("children/c1/s/2.html")), plan_at(p, 3));
	assert_null(plan_find(p, SPAN("b.html")));
	plan_free(p);
}

static void a_plan_refuses_what_would_leave_its_place(void **state)
{
	struct plan *p;

	(void)state;
	assert_int_equal(plan_new(&p), ST_OK);
	assert_int_equal(add_sheet(p, "..", "t", "1"), ST_INVALID);
	assert_int_equal(add_sheet(p, "c1", "../..", "1"), ST_INVALID);
	assert_int_equal(add_sheet(p, "c1", "t", "../1"), ST_INVALID);
	assert_int_equal(add_sheet(p, "c1", "t", ""), ST_INVALID);
	assert_int_equal(add_page(p, "../x.html"), ST_INVALID);
	assert_int_equal(add_page(p, "children/x.html"), ST_INVALID);
	assert_int_equal(add_page(p, "assets/x.html"), ST_INVALID);
	assert_int_equal(add_page(p, "x.txt"), ST_INVALID);
	assert_int_equal(plan_end(p), ST_OK);
	assert_int_equal(plan_count(p), 0);
	plan_free(p);
}

static void two_inputs_for_one_place_are_an_error(void **state)
{
	struct plan *p;

	(void)state;
	assert_int_equal(plan_new(&p), ST_OK);
	assert_int_equal(add_page(p, "a.html"), ST_OK);
	assert_int_equal(add_page(p, "a.html"), ST_OK);
	assert_int_equal(plan_end(p), ST_EXISTS);
	plan_free(p);
}

static void a_child_without_a_name_is_called_by_its_id(void **state)
{
	struct plan *p;

	(void)state;
	assert_int_equal(plan_new(&p), ST_OK);
	assert_int_equal(plan_name_child(p, SPAN("c2"), SPAN("𠮷田 そら"), SPAN("よしだ そら")),
			 ST_OK);
	assert_int_equal(plan_name_child(p, SPAN("c1"), SPAN(""), SPAN("")), ST_OK);
	assert_int_equal(plan_end(p), ST_OK);
	assert_string_equal(plan_child(p, "c1").name, "c1");
	assert_string_equal(plan_child(p, "c2").name, "𠮷田 そら");
	assert_string_equal(plan_child(p, "c3").name, "c3");
	plan_free(p);
}

static void files_in_other_places_are_left_out_with_a_warning(void **state)
{
	struct problems ps;
	struct place at;
	struct plan *p;
	char dir[512];

	(void)state;
	problems_init(&ps);
	place_init(&at);
	run("cd '%s/sheets' && cp c000000001/plan/2025.md README.md && mkdir .git &&"
	    "cp README.md .git/x.md && ln -s ../sheets loop && cp README.md c000000001/plan/A.md &&"
	    "echo x >c000000001/plan/notes.txt",
	    at.dir);
	assert_int_equal(plan_new(&p), ST_OK);
	snprintf(dir, sizeof dir, "%s/sheets", at.dir);
	assert_int_equal(plan_add_sheet_folder(p, dir, &ps), ST_OK);
	assert_int_equal(plan_end(p), ST_OK);
	assert_int_equal(plan_count(p), 4);
	assert_int_equal(ps.errors, 0);
	assert_int_equal(ps.count, 2); /* README.md and A.md */
	assert_string_equal(ps.list[0].code, "site.place");
	assert_int_equal(plan_add_sheet_folder(p, "/nonexistent/folder", &ps), ST_NOTFOUND);
	plan_free(p);
	problems_clear(&ps);
	place_clear(&at);
}

static void a_relative_link_goes_up_and_down_as_far_as_needed(void **state)
{
	static const struct {
		const char *from, *to, *want;
	} cases[] = {
	    {"index.html", "a.html", "a.html"},
	    {"index.html", "children/c1/index.html", "children/c1/index.html"},
	    {"help/a.html", "index.html", "../index.html"},
	    {"help/a.html", "help/b.html", "b.html"},
	    {"children/c1/t/1.html", "children/c1/s/2.html", "../s/2.html"},
	    {"children/c1/t/1.html", "children/c12/t/1.html", "../../c12/t/1.html"},
	    {"children/c1/t/1.html", "index.html", "../../../index.html"},
	    {"a.html", "a.html", "a.html"},
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_cut(&b, 0);
		nav_relative(cases[i].from, cases[i].to, &b);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	buf_clear(&b);
}

static void a_menu_shows_a_bounded_part_around_its_page(void **state)
{
	static const struct {
		size_t at, count, first, shown;
	} cases[] = {
	    {0, 1, 0, 1},      {23, 24, 0, 24},	  {0, 25, 0, 24},  {24, 25, 1, 24},
	    {50, 100, 38, 24}, {99, 100, 76, 24}, {5, 100, 0, 24},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nav_window w = nav_window(cases[i].at, cases[i].count);

		assert_int_equal(w.first, cases[i].first);
		assert_int_equal(w.count, cases[i].shown);
	}
}

static void facts_are_one_line_and_read_back(void **state)
{
	const struct facts f = {.status = SHEET_REVIEW,
				.order = 20,
				.institution = SPAN("aozora-es"),
				.title = SPAN("計画\t令和\n8年度")};
	struct facts back;
	struct buf b;

	(void)state;
	buf_init(&b, 1024);
	facts_write(&f, &b);
	assert_string_equal(buf_str(&b), "review\t20\taozora-es\t計画 令和 8年度");
	assert_true(facts_read(buf_span(&b), &back));
	assert_int_equal(back.status, SHEET_REVIEW);
	assert_int_equal(back.order, 20);
	assert_true(span_is(back.institution, "aozora-es"));
	assert_true(span_is(back.title, "計画 令和 8年度"));
	assert_false(facts_read(SPAN(""), &back));
	assert_false(facts_read(SPAN("review\t20\tx"), &back));
	assert_false(facts_read(SPAN("nonsense\t20\tx\ty"), &back));
	assert_false(facts_read(SPAN("review\tx\tx\ty"), &back));
	assert_false(facts_read(SPAN("review\t1\tx\ty\tz"), &back));
	buf_clear(&b);
}

static void a_stamp_tells_parts_apart_and_needs_its_secret(void **state)
{
	unsigned char one[STAMP_SECRET] = {1}, two[STAMP_SECRET] = {2};
	const struct {
		const unsigned char *secret;
		const char *a, *b;
	} cases[] = {{one, "ab", "c"},
		     {one, "a", "bc"},
		     {one, "abc", ""},
		     {one, "abc", NULL},
		     {two, "ab", "c"}};
	char hex[5][SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct stamp s;

		stamp_begin(&s, cases[i].secret);
		stamp_adds(&s, cases[i].a);
		stamp_adds(&s, cases[i].b);
		stamp_end(&s, hex[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hex[i], hex[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_plain_paths_below_the_folder_are_paths_of_a_site),
	    cmocka_unit_test(a_plan_has_pages_first_and_each_childs_sheets_together),
	    cmocka_unit_test(a_plan_refuses_what_would_leave_its_place),
	    cmocka_unit_test(two_inputs_for_one_place_are_an_error),
	    cmocka_unit_test(a_child_without_a_name_is_called_by_its_id),
	    cmocka_unit_test(files_in_other_places_are_left_out_with_a_warning),
	    cmocka_unit_test(a_relative_link_goes_up_and_down_as_far_as_needed),
	    cmocka_unit_test(a_menu_shows_a_bounded_part_around_its_page),
	    cmocka_unit_test(facts_are_one_line_and_read_back),
	    cmocka_unit_test(a_stamp_tells_parts_apart_and_needs_its_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
