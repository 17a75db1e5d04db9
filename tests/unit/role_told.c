/* Told once: what may be offered, from which sheet, and that nothing hidden ever is. */
#include "generator/role/told.h"
#include "generator/sheet/merge.h"
#include "generator/sheet/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

/* Two types that ask for the same; one has a section that the household does not see. */
static const char first_type[] =
    "type: ichi\nversion: 1\ntitle: ひとつめ\narea: education\nperiod: fiscal-year\n"
    "writers: [school]\nreaders: [school, household]\nsharing: open\nworkflow: [draft, final]\n"
    "retention: {years: 5, after: leaving}\n"
    "sections:\n"
    "  - id: open\n    title: みえる\n    writers: [school, household]\n    fields:\n"
    "      - {id: likes, label: すき, kind: text, fact: likes}\n"
    "      - {id: born, label: うまれ, kind: date, fact: birth}\n"
    "      - {id: color, label: いろ, kind: choice, fact: color, choices: {red: あか, blue: "
    "あお}}\n"
    "  - id: closed\n    title: みえない\n    readers: [school]\n    fields:\n"
    "      - {id: inner, label: なか, kind: prose, fact: inner}\n";
static const char second_type[] =
    "type: ni\nversion: 1\ntitle: ふたつめ\narea: education\nperiod: fiscal-year\n"
    "writers: [school, household]\nreaders: [school, household]\nsharing: open\n"
    "workflow: [draft, final]\nretention: {years: 5, after: leaving}\n"
    "sections:\n"
    "  - id: all\n    title: ぜんぶ\n    fields:\n"
    "      - {id: joy, label: よろこび, kind: prose, fact: likes}\n"
    "      - {id: day, label: ひ, kind: date, fact: birth}\n"
    "      - {id: tint, label: いろ, kind: choice, fact: color, choices: {red: あか}}\n"
    "      - {id: note, label: なか, kind: prose, fact: inner}\n";

static struct arena *arena;
static const struct sheet_type *one, *two;

static const struct sheet_type *read_type(const char *text)
{
	const struct sheet_type *t = NULL;
	struct problems ps;
	struct buf b;

	problems_init(&ps);
	if (type_read(arena, "t.yaml", span_of(text), &t, &ps)) {
		buf_init(&b, 65536);
		problems_print(&ps, &b);
		fail_msg("%s", buf_str(&b));
	}
	problems_clear(&ps);
	return t;
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new(8 * 1024 * 1024);
	one = read_type(first_type);
	two = read_type(second_type);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* A sheet with these fields, pairs of id and text ended by a NULL, as a role sees it. */
static struct view *make(const struct sheet_type *t, enum role role, const char *word,
			 const char *const *filled)
{
	struct span words[1] = {span_of(word)};
	struct reader r = {
	    .role = role, .relation = REL_OWN, .words = words, .nwords = word != NULL};
	bool may[16];
	struct pair form[16];
	char names[16][40];
	size_t n = 0;
	struct sheet *empty = NULL, *made = NULL;
	struct problems ps;
	struct view *v = NULL;

	problems_init(&ps);
	assert_int_equal(sheet_new(&empty, t, SPAN("2026"), SPAN("c7k3m9q2v4"), SPAN("x-es"), NULL),
			 ST_OK);
	for (size_t s = 0; s < t->nsections; s++)
		for (size_t i = 0; i < t->sections[s].nfields; i++, n++) {
			const struct field *f = &t->sections[s].fields[i];

			may[f->index] = true;
			snprintf(names[n], sizeof names[n], "f.%.*s", SPAN_ARG(f->id));
			form[n] = (struct pair){span_of(names[n]), SPAN("")};
			for (size_t k = 0; filled[k]; k += 2)
				if (span_is(f->id, filled[k]))
					form[n].value = span_of(filled[k + 1]);
		}
	assert_int_equal(sheet_merge(&made, empty, form, n, may, &ps), ST_OK);
	assert_int_equal(sheet_set_status(made, SHEET_FINAL), ST_OK);
	assert_int_equal(redact_for(&v, made, &r), ST_OK);
	sheet_free(empty);
	sheet_free(made);
	problems_clear(&ps);
	return v;
}

static const char *const nothing[] = {NULL};
static const char *const full[] = {"likes", "電車",  "born",   "2020-04-01", "color",
				   "blue",  "inner", "ひみつ", NULL};

static void the_newest_value_of_a_fact_is_offered(void **state)
{
	static const char *const older[] = {"likes", "ねこ", NULL};
	struct view *now = make(two, ROLE_SCHOOL, NULL, nothing);
	struct view *a = make(one, ROLE_SCHOOL, NULL, older),
		    *b = make(one, ROLE_SCHOOL, NULL, full);
	const struct told_source sources[] = {{a, 100}, {NULL, 900}, {b, 200}};
	struct told t;

	(void)state;
	assert_true(told_find(view_field(now, SPAN("joy")), 50, sources, 3, &t));
	assert_int_equal(t.source, 2);
	assert_true(span_is(t.field->value->text, "電車"));
	assert_false(told_find(view_field(now, SPAN("joy")), 50, sources, 0, &t));
	view_free(now);
	view_free(a);
	view_free(b);
}

static void what_is_written_already_is_asked_about_only_if_it_is_older_and_other(void **state)
{
	static const char *const same[] = {"day", "2020-04-01", NULL};
	static const char *const other[] = {"day", "2020-04-02", NULL};
	struct view *source = make(one, ROLE_SCHOOL, NULL, full);
	struct view *a = make(two, ROLE_SCHOOL, NULL, same),
		    *b = make(two, ROLE_SCHOOL, NULL, other);
	const struct told_source s = {source, 200};
	struct told t;

	(void)state;
	assert_false(told_find(view_field(a, SPAN("day")), 100, &s, 1, &t));
	assert_true(told_find(view_field(b, SPAN("day")), 100, &s, 1, &t));
	assert_false(told_find(view_field(b, SPAN("day")), 300, &s, 1, &t));
	view_free(source);
	view_free(a);
	view_free(b);
}

static void nothing_that_is_hidden_is_offered(void **state)
{
	struct view *now = make(two, ROLE_HOUSEHOLD, NULL, nothing);
	struct view *theirs = make(one, ROLE_SCHOOL, NULL, full);
	struct view *mine = make(one, ROLE_HOUSEHOLD, NULL, full);
	struct view *kept = make(one, ROLE_HOUSEHOLD, "電車", full);
	const struct told_source school = {theirs, 200}, family = {mine, 200},
				 shielded = {kept, 200};
	struct told t;

	(void)state;
	/* the section is there for the school … */
	assert_true(told_find(view_field(now, SPAN("note")), 0, &school, 1, &t));
	/* … and not for the family, neither by the fact nor for copying a sheet */
	assert_false(told_find(view_field(now, SPAN("note")), 0, &family, 1, &t));
	assert_null(told_in(mine, two, view_field(now, SPAN("note"))->field));
	/* nor what a protected word withholds */
	assert_true(told_find(view_field(now, SPAN("joy")), 0, &family, 1, &t));
	assert_false(told_find(view_field(now, SPAN("joy")), 0, &shielded, 1, &t));
	assert_null(told_in(kept, two, view_field(now, SPAN("joy"))->field));
	view_free(now);
	view_free(theirs);
	view_free(mine);
	view_free(kept);
}

static void only_what_fits_is_offered(void **state)
{
	struct view *now = make(two, ROLE_SCHOOL, NULL, nothing),
		    *a = make(one, ROLE_SCHOOL, NULL, full);
	const struct told_source s = {a, 200};
	struct told t;

	(void)state;
	/* there is no blue in the other list */
	assert_false(told_find(view_field(now, SPAN("tint")), 0, &s, 1, &t));
	assert_true(told_fits(type_field(one, SPAN("likes")), type_field(two, SPAN("joy"))));
	assert_false(told_fits(type_field(two, SPAN("joy")), type_field(one, SPAN("likes"))));
	assert_false(told_fits(type_field(one, SPAN("born")), type_field(two, SPAN("joy"))));
	view_free(now);
	view_free(a);
}

static void a_value_becomes_what_its_control_would_send(void **state)
{
	struct view *a = make(one, ROLE_SCHOOL, NULL, full);
	struct pair *pairs;
	size_t n;

	(void)state;
	assert_int_equal(told_pairs(arena, type_field(two, SPAN("day")),
				    view_field(a, SPAN("born"))->value, &pairs, &n),
			 ST_OK);
	assert_int_equal(n, 1);
	assert_true(span_is(pairs[0].name, "f.day"));
	assert_true(span_is(pairs[0].value, "令和2年4月1日"));
	assert_int_equal(told_pairs(arena, type_field(two, SPAN("day")), NULL, &pairs, &n), ST_OK);
	assert_true(n == 1 && pairs[0].value.n == 0);
	view_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_newest_value_of_a_fact_is_offered),
	    cmocka_unit_test(what_is_written_already_is_asked_about_only_if_it_is_older_and_other),
	    cmocka_unit_test(nothing_that_is_hidden_is_offered),
	    cmocka_unit_test(only_what_fits_is_offered),
	    cmocka_unit_test(a_value_becomes_what_its_control_would_send),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
