/* What is wrong with a sheet, told to somebody who does not see all of it. */
#include "generator/role/seen.h"
#include "generator/sheet/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

static const char type_text[] =
    "type: ichi\nversion: 1\ntitle: ひとつめ\narea: education\nperiod: fiscal-year\n"
    "writers: [school]\nreaders: [school, household]\nsharing: open\nworkflow: [draft, final]\n"
    "retention: {years: 5, after: leaving}\n"
    "sections:\n"
    "  - id: open\n    title: みえる\n    writers: [school, household]\n    fields:\n"
    "      - {id: likes, label: すき, kind: text}\n"
    "      - {id: place, label: ばしょ, kind: text}\n"
    "  - id: closed\n    title: みえない\n    readers: [school]\n    fields:\n"
    "      - {id: inner, label: なか, kind: text}\n";

/* The sheet as somebody sees it from whom a word is kept. */
static struct view *seen_by(struct arena *a, enum role role)
{
	const struct sheet_type *t = NULL;
	const struct span word = SPAN("ひなげし");
	const struct reader r = {.role = role, .relation = REL_OWN, .words = &word, .nwords = 1};
	const struct pair form[] = {{SPAN("f.likes"), SPAN("電車")},
				    {SPAN("f.place"), SPAN("ひなげし寮")},
				    {SPAN("f.inner"), SPAN("ないしょ")}};
	const bool may[] = {true, true, true};
	struct sheet *empty = NULL, *made = NULL;
	struct view *v = NULL;
	struct problems ps;

	problems_init(&ps);
	assert_int_equal(type_read(a, "t.yaml", span_of(type_text), &t, &ps), ST_OK);
	assert_int_equal(sheet_new(&empty, t, SPAN("2026"), SPAN("c7k3m9q2v4"), SPAN("x-es"), NULL),
			 ST_OK);
	assert_int_equal(sheet_merge(&made, empty, form, 3, may, &ps), ST_OK);
	assert_int_equal(sheet_set_status(made, SHEET_FINAL), ST_OK);
	assert_int_equal(redact_for(&v, made, &r), ST_OK);
	sheet_free(empty);
	sheet_free(made);
	problems_clear(&ps);
	return v;
}

static void fill(struct problems *ps)
{
	problems_init(ps);
	problem_field(ps, "f.likes", "x", "「すき」を書いてください。");
	problem_field(ps, "f.place.1.on", "x", "「ばしょ」に2026-04-01が2つあります。");
	problem_field(ps, "f.inner.2.on", "x", "「なか」に2026-04-02が2つあります。");
	problem_field(ps, "reason", "x", "理由を書いてください。");
	problem_add(ps, "", 0, 0, "x", "大きすぎます。");
}

static bool is_hidden(const struct problem *p)
{
	return !p->field && strstr(p->text, "見えない欄") && !strstr(p->text, "「") &&
	       !strstr(p->text, "2026");
}

static void of_what_is_hidden_or_withheld_only_that_there_is_something(void **state)
{
	struct arena *a = arena_new(8 * 1024 * 1024);
	struct view *v = seen_by(a, ROLE_HOUSEHOLD);
	struct problems ps;

	(void)state;
	fill(&ps);
	problems_seen(&ps, v);
	assert_int_equal(ps.count, 5);
	assert_int_equal(ps.errors, 5);
	assert_string_equal(ps.list[0].field, "f.likes");
	assert_string_equal(ps.list[0].text, "「すき」を書いてください。");
	assert_true(is_hidden(&ps.list[1]));
	assert_true(is_hidden(&ps.list[2]));
	assert_string_equal(ps.list[3].field, "reason");
	assert_string_equal(ps.list[4].text, "大きすぎます。");
	problems_clear(&ps);
	view_free(v);
	arena_free(a);
}

static void whoever_sees_all_is_told_all_and_whoever_sees_nothing_nothing(void **state)
{
	struct arena *a = arena_new(8 * 1024 * 1024);
	struct view *v = seen_by(a, ROLE_SCHOOL);
	struct problems ps;

	(void)state;
	fill(&ps);
	problems_seen(&ps, v);
	assert_string_equal(ps.list[2].field, "f.inner.2.on");
	assert_non_null(strstr(ps.list[2].text, "2026-04-02"));
	problems_seen(&ps, NULL);
	for (size_t i = 0; i < 3; i++)
		assert_true(is_hidden(&ps.list[i]));
	problems_clear(&ps);
	view_free(v);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_what_is_hidden_or_withheld_only_that_there_is_something),
	    cmocka_unit_test(whoever_sees_all_is_told_all_and_whoever_sees_nothing_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
