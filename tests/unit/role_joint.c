/*
 * Sheets of the shipped types among several institutions: who writes a plan together, and which
 * sections no agreement opens.
 */
#include "generator/role/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct types *types;

/* Which sections a reader sees of an empty sheet, "rw" where it may write; "denied". */
static void assert_seen(const char *type, enum sheet_status st, enum role role, enum relation rel,
			const char *want)
{
	struct buf text, got;
	struct sheet *s = NULL;
	struct view *v = NULL;

	buf_init(&text, 4096);
	buf_init(&got, 4096);
	buf_addf(&text,
		 "---\nkarte: 1\ntype: %s\ntype-version: 1\nid: \"%s\"\nchild: c7k3m9q2v4\n"
		 "title: 題\ninstitution: kikan\nstatus: %s\n---\n",
		 type, strcmp(type, "habataki") == 0 ? "2026" : "2026-06-01",
		 sheet_status_name(st));
	if (sheet_parse(&s, "t", buf_span(&text), types, NULL))
		fail_msg("%s", fail_why());
	if (redact_for(&v, s, &(struct reader){.role = role, .relation = rel}))
		buf_adds(&got, "denied");
	for (size_t i = 0; v && i < view_sections(v); i++)
		buf_addf(&got, "%s%.*s:%s", i ? " " : "", SPAN_ARG(view_section(v, i)->section->id),
			 view_section(v, i)->writable ? "rw" : "r");
	assert_string_equal(buf_str(&got), want);
	view_free(v);
	sheet_free(s);
	buf_clear(&text);
	buf_clear(&got);
}

static void a_nursery_fills_its_sections_of_a_plan_that_the_board_began(void **state)
{
	(void)state;
	assert_seen("habataki", SHEET_DRAFT, ROLE_NURSERY, REL_SHARED,
		    "basics:rw strengths:rw difficulties:rw life:rw evaluation:rw");
	assert_seen("habataki", SHEET_DRAFT, ROLE_HEALTH, REL_SHARED, "history:rw");
	assert_seen("habataki", SHEET_REVIEW, ROLE_NURSERY, REL_SHARED,
		    "basics:r strengths:r difficulties:r life:r evaluation:r");
	assert_seen("habataki", SHEET_DRAFT, ROLE_NURSERY, REL_ELSEWHERE, "denied");
	assert_seen("habataki", SHEET_FINAL, ROLE_NURSERY, REL_ELSEWHERE, "denied");
	assert_seen("habataki", SHEET_DRAFT, ROLE_WELFARE, REL_SHARED, "denied");
	assert_seen("habataki", SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN,
		    "wishes:rw home:rw guardians:rw");
	assert_seen("habataki", SHEET_FINAL, ROLE_HEALTH, REL_SHARED,
		    "basics:r strengths:r wishes:r home:r difficulties:r life:r plan:r contact:r "
		    "guardians:r condition:r history:rw tests-summary:r tests:r agencies:r "
		    "meetings:r evaluation:r agreement:r");
}

static void who_may_make_a_type_does_not_write_in_another_s_sheet_unless_it_is_joint(void **state)
{
	(void)state;
	assert_seen("mendan", SHEET_DRAFT, ROLE_SCHOOL, REL_OWN,
		    "meeting:rw content:rw visit:rw decided:rw internal:rw");
	assert_seen("mendan", SHEET_DRAFT, ROLE_SCHOOL, REL_SHARED, "denied");
	assert_seen("mendan", SHEET_FINAL, ROLE_SCHOOL, REL_SHARED,
		    "meeting:r content:r visit:r decided:r");
	assert_seen("mendan", SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN,
		    "meeting:r content:r visit:r decided:r");
}

static void no_agreement_opens_the_raw_record_of_a_test(void **state)
{
	(void)state;
	assert_seen("hattatsu-kensa", SHEET_FINAL, ROLE_THERAPY, REL_OWN,
		    "test:rw summary:rw scores:rw raw:rw");
	assert_seen("hattatsu-kensa", SHEET_FINAL, ROLE_THERAPY, REL_SHARED,
		    "test:r summary:r scores:r");
	assert_seen("hattatsu-kensa", SHEET_FINAL, ROLE_SCHOOL, REL_SHARED,
		    "test:r summary:r scores:r");
	assert_seen("hattatsu-kensa", SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN, "test:r summary:r");
	assert_seen(
	    "nyuyoji-kenshin", SHEET_FINAL, ROLE_HEALTH, REL_SHARED,
	    "visit:r body:r growth:r summary:r findings:r milestones:r interview:r senses:r "
	    "dental:r vaccines:r judgement:r");
	assert_seen("nyuyoji-kenshin", SHEET_FINAL, ROLE_NURSERY, REL_SHARED, "body:r");
	assert_seen("nyuyoji-kenshin", SHEET_FINAL, ROLE_BOARD, REL_OWN, "denied");
}

/* Opened by an administrator, too: only where the relation lets it. */
static void nor_does_a_range_open_it(void **state)
{
	const struct span raw[] = {SPAN("raw")};
	const char *text =
	    "---\nkarte: 1\ntype: hattatsu-kensa\ntype-version: 1\nid: \"2026-06-01\"\n"
	    "child: c7k3m9q2v4\ntitle: 題\ninstitution: kikan\nstatus: final\n---\n";
	struct reader who = {
	    .role = ROLE_SCHOOL, .relation = REL_SHARED, .opened = raw, .nopened = 1};
	struct sheet *s = NULL;
	struct view *v = NULL;

	(void)state;
	assert_int_equal(sheet_parse(&s, "t", span_of(text), types, NULL), ST_OK);
	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	assert_null(view_field(v, SPAN("observation")));
	view_free(v);
	sheet_free(s);
}

/* 1歳6か月, 80.0 cm, 10,400 g: 10400 / 6400 * 10 = 16.25. */
static void the_index_of_kaup_is_computed_from_both_measures(void **state)
{
	static const struct {
		const char *values, *want;
	} cases[] = {
	    {"  height: 80\n  weight: 10400\n", "16.3"},
	    {"  height: 61.3\n  weight: 6280\n", "16.7"},
	    {"  height: 80\n", ""},
	    {"  weight: 10400\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader who = {.role = ROLE_HEALTH, .relation = REL_OWN};
		struct sheet *s = NULL;
		struct view *v = NULL;
		const struct view_field *f;
		struct buf text;

		buf_init(&text, 4096);
		buf_addf(
		    &text,
		    "---\nkarte: 1\ntype: nyuyoji-kenshin\ntype-version: 1\nid: \"2026-06-01\"\n"
		    "child: c7k3m9q2v4\ntitle: 題\ninstitution: kikan\nstatus: "
		    "draft\nvalues:\n%s---\n",
		    cases[i].values);
		assert_int_equal(sheet_parse(&s, "t", buf_span(&text), types, NULL), ST_OK);
		assert_int_equal(redact_for(&v, s, &who), ST_OK);
		f = view_field(v, SPAN("kaup"));
		assert_non_null(f);
		assert_int_equal(f->value != NULL, cases[i].want[0] != '\0');
		if (f->value)
			assert_true(span_is(f->value->text, cases[i].want));
		view_free(v);
		sheet_free(s);
		buf_clear(&text);
	}
}

static int load(void **state)
{
	(void)state;
	return types_load(&types, "content/types", NULL);
}

static int unload(void **state)
{
	(void)state;
	types_free(types);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_nursery_fills_its_sections_of_a_plan_that_the_board_began),
	    cmocka_unit_test(
		who_may_make_a_type_does_not_write_in_another_s_sheet_unless_it_is_joint),
	    cmocka_unit_test(no_agreement_opens_the_raw_record_of_a_test),
	    cmocka_unit_test(nor_does_a_range_open_it),
	    cmocka_unit_test(the_index_of_kaup_is_computed_from_both_measures),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
