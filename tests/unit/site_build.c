/* A site holds what its role may see and nothing else, and a second build does what changed. */
#include "tests/unit/site_help.h"

enum { PLENTY = 64 * 1024 * 1024 };

/* ---- who sees what ------------------------------------------------------------------------ */

static void no_file_or_file_name_holds_what_the_role_may_not_see(void **state)
{
	const role_set plan = ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_BOARD) |
			      ROLE_BIT(ROLE_HOUSEHOLD) | ROLE_BIT(ROLE_HEALTH);
	const role_set staff = plan & ~ROLE_BIT(ROLE_HOUSEHOLD);
	const role_set inside = ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_BOARD);
	/* a household sees no draft in which it does not write */
	const struct {
		const char *text;
		role_set seen_by;
	} rules[] = {
	    {"CANARY-OPEN-A", plan},
	    {"CANARY-DRAFT-TITLE", staff},
	    {"CANARY-DRAFT-TEXT", staff},
	    {"CANARY-INSIDE-A", inside},
	    {"CANARY-INSIDE-C", inside},
	    {"CANARY-BODY-A", ROLE_BIT(ROLE_HEALTH)},
	    {"CANARY-TALK-TITLE", ROLE_BIT(ROLE_WELFARE)},
	    {"CANARY-TYPE-TALK", ROLE_BIT(ROLE_WELFARE)},
	    {"canary-talk-id", ROLE_BIT(ROLE_WELFARE)},
	};
	struct place p;
	struct buf all;

	(void)state;
	buf_init(&all, PLENTY);
	for (unsigned r = ROLE_HOUSEHOLD; r < ROLE_COUNT; r++) {
		place_init(&p);
		p.o.role = (enum role)r;
		place_built(&p);
		snapshot(&p, false, &all);
		for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
			if (holds(&all, rules[i].text) != role_in(p.o.role, rules[i].seen_by))
				fail_msg("%s and '%s'", role_name(p.o.role), rules[i].text);
		place_clear(&p);
	}
	buf_clear(&all);
}

static void a_child_of_whom_nothing_may_be_seen_is_not_mentioned(void **state)
{
	struct place p;
	struct buf all;

	(void)state;
	buf_init(&all, PLENTY);
	place_init(&p);
	p.o.role = ROLE_HOUSEHOLD;
	place_built(&p);
	snapshot(&p, false, &all);
	assert_true(holds(&all, "c000000001"));
	assert_false(holds(&all, "c000000002"));
	place_clear(&p);
	buf_clear(&all);
}

static void what_one_role_saw_is_gone_when_the_folder_is_built_for_another(void **state)
{
	struct place p;
	struct buf all;

	(void)state;
	buf_init(&all, PLENTY);
	place_init(&p);
	p.o.role = ROLE_WELFARE;
	place_built(&p);
	assert_true(has_file(&p, "children/c000000001/talk/canary-talk-id.html"));
	p.o.role = ROLE_HOUSEHOLD;
	assert_int_equal(place_built(&p).removed, 1);
	snapshot(&p, false, &all);
	assert_false(holds(&all, "anary-talk"));
	assert_false(holds(&all, "CANARY-T"));
	assert_false(has_file(&p, "children/c000000001/talk"));
	place_clear(&p);
	buf_clear(&all);
}

static void the_list_in_the_folder_does_not_help_to_guess_what_is_hidden(void **state)
{
	struct place p;
	struct buf bytes, first, second;
	char hex[SHA256_HEX];

	(void)state;
	buf_init(&bytes, PLENTY);
	buf_init(&first, PLENTY);
	buf_init(&second, PLENTY);
	place_init(&p);
	place_built(&p);
	read_out(&p, ".karte-site", &first);
	assert_int_equal(file_read("tests/site/sheets/c000000001/plan/2026.md", &bytes), ST_OK);
	sha256_hex(buf_span(&bytes), hex);
	assert_false(holds(&first, hex));
	memset(p.secret, 8, sizeof p.secret);
	place_built(&p);
	read_out(&p, ".karte-site", &second);
	for (struct span rest = buf_span(&first); rest.n;) {
		struct span line = span_cut(&rest, '\n'), key = span_cut(&line, '\t');

		if (line.p)
			assert_int_equal(span_find(buf_span(&second), key), -1);
	}
	place_clear(&p);
	buf_clear(&bytes);
	buf_clear(&first);
	buf_clear(&second);
}

/* ---- doing only what changed -------------------------------------------------------------- */

static void a_second_build_reads_renders_and_writes_nothing(void **state)
{
	struct place p;
	struct site_report r;
	struct buf before, after;

	(void)state;
	buf_init(&before, PLENTY);
	buf_init(&after, PLENTY);
	place_init(&p);
	r = place_built(&p);
	assert_int_equal(r.sheets, 3);
	assert_int_equal(r.pages, 3);
	assert_int_equal(r.rendered, 9); /* 3 sheets, 2 lists, 3 pages, 1 asset */
	snapshot(&p, true, &before);
	r = place_built(&p);
	assert_int_equal(r.rendered, 0);
	assert_int_equal(r.kept, 9);
	assert_int_equal(r.removed, 0);
	assert_int_equal(r.parsed, 1); /* what the role may not see leaves no trace to go by */
	snapshot(&p, true, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	place_clear(&p);
	buf_clear(&before);
	buf_clear(&after);
}

static void a_changed_text_makes_one_page_anew(void **state)
{
	struct place p;
	struct site_report r;
	struct buf page;

	(void)state;
	buf_init(&page, PLENTY);
	place_init(&p);
	place_built(&p);
	run("sed -i s/CANARY-OPEN-A/NEW-TEXT/ '%s/sheets/c000000001/plan/2025.md'", p.dir);
	r = place_built(&p);
	assert_int_equal(r.rendered, 1);
	assert_int_equal(r.kept, 8);
	read_out(&p, "children/c000000001/plan/2025.html", &page);
	assert_true(holds(&page, "NEW-TEXT"));
	place_clear(&p);
	buf_clear(&page);
}

static void a_changed_title_makes_anew_what_names_it(void **state)
{
	struct place p;
	struct site_report r;
	struct buf page;

	(void)state;
	buf_init(&page, PLENTY);
	place_init(&p);
	place_built(&p);
	run("sed -i 's/^title: .*/title: NEW-TITLE/' '%s/sheets/c000000001/plan/2025.md'", p.dir);
	r = place_built(&p);
	assert_int_equal(r.rendered, 3); /* itself, its neighbour's menu, the list of the child */
	assert_int_equal(r.kept, 6);
	read_out(&p, "children/c000000001/plan/2026.html", &page);
	assert_true(holds(&page, "NEW-TITLE"));
	assert_true(holds(&page, "CANARY-OPEN-B"));
	read_out(&p, "children/c000000001/index.html", &page);
	assert_true(holds(&page, "NEW-TITLE"));
	place_clear(&p);
	buf_clear(&page);
}

static void a_removed_sheet_takes_its_page_and_its_links_with_it(void **state)
{
	struct place p;
	struct site_report r;
	struct buf all;

	(void)state;
	buf_init(&all, PLENTY);
	place_init(&p);
	place_built(&p);
	run("rm '%s/sheets/c000000002/plan/2026.md'", p.dir);
	r = place_built(&p);
	assert_int_equal(r.removed, 2); /* the page and the child's list */
	assert_int_equal(r.rendered, 1);
	assert_false(has_file(&p, "children/c000000002"));
	snapshot(&p, false, &all);
	assert_false(holds(&all, "c000000002"));
	place_clear(&p);
	buf_clear(&all);
}

static void another_role_theme_program_or_name_makes_everything_anew(void **state)
{
	struct problems ps;
	struct place p;
	char path[512];

	(void)state;
	problems_init(&ps);
	place_init(&p);
	place_built(&p);
	p.o.role = ROLE_BOARD;
	assert_int_equal(place_built(&p).rendered, 8); /* all but the asset */
	p.o.program = "test 2";
	assert_int_equal(place_built(&p).rendered, 8);
	p.o.names_stamp = "1";
	assert_int_equal(place_built(&p).rendered, 6); /* the lists say the names that they said */
	snprintf(path, sizeof path, "%s/theme", p.dir);
	run("echo '<!-- -->' >>'%s/site.mustache'", path);
	theme_free(p.theme);
	assert_int_equal(theme_load(&p.theme, path, &ps), ST_OK);
	p.o.theme = p.theme;
	assert_int_equal(place_built(&p).rendered, 8);
	assert_int_equal(place_built(&p).rendered, 0);
	place_clear(&p);
}

static void a_page_that_somebody_deleted_or_cut_comes_back(void **state)
{
	struct place p;
	struct buf before, after;

	(void)state;
	buf_init(&before, PLENTY);
	buf_init(&after, PLENTY);
	place_init(&p);
	place_built(&p);
	snapshot(&p, false, &before);
	run("rm '%s/guide.html' && : >'%s/index.html'", p.out, p.out);
	assert_int_equal(place_built(&p).rendered, 2);
	snapshot(&p, false, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	place_clear(&p);
	buf_clear(&before);
	buf_clear(&after);
}

static void the_number_of_threads_changes_no_byte(void **state)
{
	struct place p;
	struct buf one, many;

	(void)state;
	buf_init(&one, PLENTY);
	buf_init(&many, PLENTY);
	place_init(&p);
	p.o.threads = 1;
	place_built(&p);
	snapshot(&p, false, &one);
	run("rm -r '%s'", p.out);
	p.o.threads = 3;
	place_built(&p);
	snapshot(&p, false, &many);
	assert_string_equal(buf_str(&one), buf_str(&many));
	place_clear(&p);
	buf_clear(&one);
	buf_clear(&many);
}

/* ---- wrong inputs ------------------------------------------------------------------------- */

static void wrong_inputs_are_all_told_and_change_nothing(void **state)
{
	struct place p;
	struct site_report r;
	struct problems ps;
	struct buf before, after;

	(void)state;
	problems_init(&ps);
	buf_init(&before, PLENTY);
	buf_init(&after, PLENTY);
	place_init(&p);
	place_built(&p);
	snapshot(&p, true, &before);
	run("cd '%s' && sed -i 's/^status: final/status: nonsense/' sheets/c000000001/plan/2025.md "
	    "&&"
	    "sed -i 's/OPEN-B/NEW/' sheets/c000000001/plan/2026.md && "
	    "sed -i 's/^score/skore/;s/^  score/  skore/' sheets/c000000002/plan/2026.md && "
	    "echo 'no head' >pages/guide.md",
	    p.dir);
	assert_int_equal(place_build(&p, &r, &ps), ST_INVALID);
	assert_true(ps.errors >= 3);
	for (size_t i = 0; i < ps.count; i++)
		assert_true(ps.list[i].line >= 1);
	assert_non_null(strstr(fail_why(), "3件"));
	snapshot(&p, true, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	run("rm -r '%s'", p.out);
	assert_int_equal(place_build(&p, &r, &ps), ST_INVALID);
	assert_false(file_exists(p.out));
	problems_clear(&ps);
	place_clear(&p);
	buf_clear(&before);
	buf_clear(&after);
}

static void a_sheet_in_the_folder_of_another_child_is_refused(void **state)
{
	struct place p;
	struct site_report r;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	place_init(&p);
	run("cd '%s/sheets' && cp c000000001/plan/2025.md c000000002/plan/2025.md", p.dir);
	assert_int_equal(place_build(&p, &r, &ps), ST_INVALID);
	assert_int_equal(ps.count, 1);
	assert_string_equal(ps.list[0].code, "site.place");
	problems_clear(&ps);
	place_clear(&p);
}

static void a_dead_link_between_pages_is_a_warning_with_its_line(void **state)
{
	struct place p;
	struct site_report r;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	place_init(&p);
	run("cd '%s/pages' && printf '\\n\\n[x](none.html) [y](../none/at.html)\\n' >>help/more.md",
	    p.dir);
	assert_int_equal(place_build(&p, &r, &ps), ST_OK);
	assert_int_equal(ps.errors, 0);
	assert_int_equal(ps.count, 2);
	assert_string_equal(ps.list[0].code, "site.link");
	assert_true(ps.list[0].warning);
	assert_int_equal(ps.list[0].line, 9);
	problems_clear(&ps);
	place_clear(&p);
}

/* ---- links -------------------------------------------------------------------------------- */

static void links_lead_from_everywhere_to_everywhere_without_a_server(void **state)
{
	struct place p;
	struct buf b;

	(void)state;
	buf_init(&b, PLENTY);
	place_init(&p);
	place_built(&p);
	read_out(&p, "index.html", &b);
	assert_true(holds(&b, "href=\"children/c000000001/index.html\""));
	assert_true(holds(&b, "<a href=\"guide.html\""));
	read_out(&p, "help/more.html", &b);
	assert_true(holds(&b, "href=\"../assets/style."));
	assert_true(holds(&b, "<a href=\"../index.html\">"));
	assert_true(holds(&b, "<a href=\"../guide.html\" rel=\"noreferrer\">案内</a>"));
	read_out(&p, "guide.html", &b);
	assert_true(holds(&b, "<a href=\"help/more.html#top\" rel=\"noreferrer\">"));
	assert_true(holds(&b, "<a href=\"https://example.org/\" rel=\"noreferrer\">"));
	assert_true(holds(&b, "<code>[code](plain)</code>"));
	read_out(&p, "children/c000000001/plan/2025.html", &b);
	assert_true(holds(&b, "href=\"../../../assets/style."));
	assert_true(holds(&b, "<a href=\"2026.html\">計画 令和8年度</a>"));
	assert_true(holds(&b, "<a href=\"2025.html\" aria-current=\"page\">"));
	assert_true(holds(&b, "<a href=\"../index.html\">c000000001</a>"));
	assert_true(holds(&b, "役割「学校」の方が読める内容だけを載せています。"
			      "令和8年11月20日（2026年）に作りました。"));
	place_clear(&p);
	buf_clear(&b);
}

/* ---- inputs that are no files ------------------------------------------------------------- */

enum { MANY = 300 };

static size_t loads;

static enum status load_made_up(void *ctx, struct buf *out)
{
	loads++;
	buf_addf(out,
		 "---\nkarte: 1\ntype: plan\ntype-version: 1\nid: \"%d\"\nchild: c000000009\n"
		 "title: 計画 %d\ninstitution: aozora-es\nstatus: final\n---\n",
		 *(int *)ctx, *(int *)ctx);
	return out->st;
}

static struct span institution_name(void *ctx, struct span id)
{
	(void)ctx;
	return span_is(id, "aozora-es") ? SPAN("あおぞら小学校") : SPAN_NONE;
}

static struct site_report build_many(struct place *p, const char *stamp)
{
	static int years[MANY];
	struct site_report r;
	struct problems ps;
	struct plan *plan;

	loads = 0;
	problems_init(&ps);
	assert_int_equal(plan_new(&plan), ST_OK);
	for (int i = 0; i < MANY; i++) {
		char id[16];

		years[i] = 2000 + i;
		snprintf(id, sizeof id, "%d", years[i]);
		assert_int_equal(plan_add_sheet(plan, SPAN("c000000009"), SPAN("plan"), span_of(id),
						id, stamp, load_made_up, &years[i]),
				 ST_OK);
	}
	assert_int_equal(
	    plan_name_child(plan, SPAN("c000000009"), SPAN("𠮷田 そら"), SPAN("よしだ そら")),
	    ST_OK);
	assert_int_equal(plan_end(plan), ST_OK);
	assert_int_equal(site_build(plan, &p->o, &r, &ps), ST_OK);
	plan_free(plan);
	problems_clear(&ps);
	return r;
}

static void inputs_whose_stamp_is_the_same_are_not_even_fetched(void **state)
{
	struct render_names names = {.institution = institution_name};
	struct place p;
	struct buf b;

	(void)state;
	buf_init(&b, PLENTY);
	place_init(&p);
	p.o.names = &names;
	build_many(&p, "v1");
	assert_true(loads >= MANY);
	read_out(&p, "children/c000000009/plan/2100.html", &b);
	assert_true(holds(&b, "<dd>あおぞら小学校</dd>"));
	assert_true(holds(&b, "𠮷田 そら"));
	assert_false(holds(&b, "計画 2200")); /* a menu shows neighbours, not hundreds */
	assert_true(holds(&b, "計画 2101"));
	read_out(&p, "index.html", &b);
	assert_true(holds(&b, "よしだ そら"));
	assert_true(holds(&b, "シート300件"));
	assert_int_equal(build_many(&p, "v1").rendered, 0);
	assert_int_equal(loads, 0);
	assert_int_equal(build_many(&p, "v2").rendered, MANY);
	place_clear(&p);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_file_or_file_name_holds_what_the_role_may_not_see),
	    cmocka_unit_test(a_child_of_whom_nothing_may_be_seen_is_not_mentioned),
	    cmocka_unit_test(what_one_role_saw_is_gone_when_the_folder_is_built_for_another),
	    cmocka_unit_test(the_list_in_the_folder_does_not_help_to_guess_what_is_hidden),
	    cmocka_unit_test(a_second_build_reads_renders_and_writes_nothing),
	    cmocka_unit_test(a_changed_text_makes_one_page_anew),
	    cmocka_unit_test(a_changed_title_makes_anew_what_names_it),
	    cmocka_unit_test(a_removed_sheet_takes_its_page_and_its_links_with_it),
	    cmocka_unit_test(another_role_theme_program_or_name_makes_everything_anew),
	    cmocka_unit_test(a_page_that_somebody_deleted_or_cut_comes_back),
	    cmocka_unit_test(the_number_of_threads_changes_no_byte),
	    cmocka_unit_test(wrong_inputs_are_all_told_and_change_nothing),
	    cmocka_unit_test(a_sheet_in_the_folder_of_another_child_is_refused),
	    cmocka_unit_test(a_dead_link_between_pages_is_a_warning_with_its_line),
	    cmocka_unit_test(links_lead_from_everywhere_to_everywhere_without_a_server),
	    cmocka_unit_test(inputs_whose_stamp_is_the_same_are_not_even_fetched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
