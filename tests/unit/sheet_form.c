/* A municipality's own form of a type, and carrying sheets over to another version. */
#include "generator/sheet/form.h"

#include "generator/base/file.h"
#include "generator/role/redact.h"
#include "generator/sheet/convert.h"
#include "generator/sheet/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TYPES "tests/forms/types"
#define HEAD(version, status)                                                                      \
	"---\nkarte: 1\ntype: renraku\ntype-version: " version "\nid: \"2026\"\n"                  \
	"child: c7k3m9q2v4\ntitle: 連絡シート 令和8年度\ninstitution: aozora-es\n"        \
	"status: " status "\nvalues:\n"

static const char old_sheet[] =
    HEAD("1", "draft") "  mood: good\n  note: げんきです\n  meals:\n"
		       "    - {at: 朝, what: パン}\n---\n\n## 一日のようす\n\n### できごと\n\n"
		       "砂場で**山**を作った。\n\n## 家庭から\n\n### 家庭のことば\n\n"
		       "ありがとうございます。\n";

static struct types *plain, *own;

static int load(void **state)
{
	(void)state;
	return types_load(&plain, TYPES, NULL) ||
	       types_load_as(&own, TYPES, "tests/forms/good", NULL);
}

static int unload(void **state)
{
	(void)state;
	types_free(plain);
	types_free(own);
	return 0;
}

static void is_span(struct span got, const char *want)
{
	if (!span_is(got, want))
		fail_msg("'%.*s' is not '%s'", SPAN_ARG(got), want);
}

static struct sheet *parse(const struct types *ts, const char *text)
{
	struct sheet *s = NULL;
	struct problems ps;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 16);
	if (sheet_parse(&s, "t", span_of(text), ts, &ps)) {
		problems_print(&ps, &out);
		fail_msg("%s", buf_str(&out));
	}
	problems_clear(&ps);
	buf_clear(&out);
	return s;
}

static void writes_as(const struct sheet *s, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static struct view *view_of(const struct sheet *s, enum role role)
{
	struct view *v = NULL;

	assert_int_equal(redact_for(&v, s, &(struct reader){.role = role, .relation = REL_OWN}),
			 ST_OK);
	return v;
}

/* ---- forms -------------------------------------------------------------------------------- */

static void names_change_on_the_screen_and_not_in_files(void **state)
{
	struct sheet *s = parse(own, old_sheet);
	struct view *v = view_of(s, ROLE_SCHOOL);

	(void)state;
	is_span(view_section(v, 0)->section->title, "園でのようす");
	is_span(view_field(v, SPAN("mood"))->field->label, "気分");
	is_span(view_field(v, SPAN("story"))->field->label, "できごと");
	writes_as(s, old_sheet);
	view_free(v);
	sheet_free(s);
}

static void a_hidden_field_is_seen_by_nobody_and_keeps_what_it_has(void **state)
{
	bool may[TYPE_FIELDS_MAX] = {false};
	struct sheet *s = parse(own, old_sheet), *saved = NULL;
	struct view *v = view_of(s, ROLE_SCHOOL);
	const struct pair form[] = {
	    {SPAN("f.mood"), SPAN("fair")},   {SPAN("f.x-nap"), SPAN("yes")},
	    {SPAN("f.x-pool"), SPAN("")},     {SPAN("f.story"), SPAN("雨だった。")},
	    {SPAN("f.note"), SPAN("またね")},
	};

	(void)state;
	assert_null(view_field(v, SPAN("meals")));
	view_may_write(v, may);
	assert_int_equal(sheet_merge(&saved, s, form, sizeof form / sizeof *form, may, NULL),
			 ST_OK);
	writes_as(
	    saved,
	    HEAD("1",
		 "draft") "  mood: fair\n  x-nap: \"yes\"\n  note: またね\n  meals:\n"
			  "    - {at: 朝, what: パン}\n---\n\n## 一日のようす\n\n### できごと\n\n"
			  "雨だった。\n\n## 家庭から\n\n### "
			  "家庭のことば\n\nありがとうございます。\n");
	view_free(v);
	sheet_free(s);
	sheet_free(saved);
}

static void added_fields_stand_where_the_form_says_in_every_version(void **state)
{
	(void)state;
	for (int version = 1; version <= 2; version++) {
		const struct sheet_type *t = types_find(own, SPAN("renraku"), version);

		is_span(t->sections[0].fields[0].id, "mood");
		is_span(t->sections[0].fields[1].id, "x-nap");
		is_span(t->sections[0].fields[2].id, "x-pool");
		is_span(t->sections[0].fields[3].id, "story");
		is_span(t->sections[1].fields[1].id, "x-temp");
		assert_true(t->sections[1].fields[1].has_min);
		for (size_t i = 0, n = 0; i < t->nsections; i++)
			for (size_t k = 0; k < t->sections[i].nfields; k++)
				assert_int_equal(t->sections[i].fields[k].index, n++);
	}
	assert_null(type_field(types_find(plain, SPAN("renraku"), 1), SPAN("x-nap")));
	assert_string_not_equal(types_hash(own), types_hash(plain));
}

static void who_may_write_an_added_field_is_the_section_s_to_say(void **state)
{
	struct sheet *s = parse(own, old_sheet);
	struct view *v = view_of(s, ROLE_HOUSEHOLD);

	(void)state;
	assert_true(view_field(v, SPAN("x-temp"))->writable);
	assert_null(view_field(v, SPAN("x-nap"))); /* a draft: only its own sections */
	view_free(v);
	sheet_free(s);
}

/* Each line: what is wrong with the form, and what is said about it. */
static void a_wrong_form_is_refused_at_its_own_file(void **state)
{
	static const struct {
		const char *text, *code;
	} bad[] = {
	    {"form: renraku\nsections: {days: x}\n", "form.place"},
	    {"form: renraku\nfields: {moods: x}\n", "form.place"},
	    {"form: renraku\nhide: [moods]\n", "form.place"},
	    {"form: renraku\nfields: {mood: きょうのできごと}\n", "form.double"},
	    {"form: renraku\nsections: {day: 家庭から}\n", "form.double"},
	    {"form: renraku\nadd: [{to: days, fields: [{id: x-a, label: a, kind: text}]}]\n",
	     "form.place"},
	    {"form: renraku\nadd: [{to: day, after: no, fields: [{id: x-a, label: a, kind: "
	     "text}]}]\n",
	     "form.place"},
	    {"form: renraku\nadd: [{to: day, fields: [{id: a, label: a, kind: text}]}]\n",
	     "form.id"},
	    {"form: renraku\nadd: [{to: day, fields: [{id: x-a, label: a, kind: txt}]}]\n",
	     "type.kind"},
	    {"form: renraku\nadd: [{to: day, fields: [{id: x-a, label: きげん, kind: text}]}]\n",
	     "type.duplicate-label"},
	    {"form: renraku\nrename: {}\n", "yaml.unknown-key"},
	    {"form: other\n", "form.type"},
	    {"sections: {}\n", "type.missing-key"},
	    {"form: [\n", "yaml.syntax"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char dir[] = "/tmp/forms-XXXXXX", path[64];
		struct types *ts = NULL;
		struct problems ps;

		problems_init(&ps);
		assert_non_null(mkdtemp(dir));
		snprintf(path, sizeof path, "%s/renraku.yaml", dir);
		assert_int_equal(file_write(path, span_of(bad[i].text), 0600), ST_OK);
		assert_int_equal(types_load_as(&ts, TYPES, dir, &ps), ST_INVALID);
		assert_null(ts);
		assert_true(ps.count > 0);
		if (strcmp(ps.list[0].code, bad[i].code) != 0 || strcmp(ps.list[0].file, path) != 0)
			fail_msg("%s: %s at %s, not %s", bad[i].text, ps.list[0].code,
				 ps.list[0].file, bad[i].code);
		problems_clear(&ps);
		assert_int_equal(file_remove_tree(dir), ST_OK);
	}
}

static void a_form_for_no_type_is_refused_and_no_folder_is_no_form(void **state)
{
	char dir[] = "/tmp/forms-XXXXXX", path[64];
	struct types *ts = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/nothing.yaml", dir);
	assert_int_equal(file_write(path, SPAN("form: nothing\n"), 0600), ST_OK);
	assert_int_equal(types_load_as(&ts, TYPES, dir, NULL), ST_INVALID);
	assert_int_equal(file_remove_tree(dir), ST_OK);
	assert_int_equal(types_load_as(&ts, TYPES, dir, NULL), ST_OK);
	assert_string_equal(types_hash(ts), types_hash(plain));
	types_free(ts);
}

/* ---- versions ----------------------------------------------------------------------------- */

static enum status convert(const char *text, struct sheet **out, struct problems *ps)
{
	struct sheet *s = parse(plain, text);
	enum status st =
	    sheet_convert(out, s, types_find(plain, SPAN("renraku"), 2), "renraku/2026", ps);

	sheet_free(s);
	return st;
}

static void an_old_sheet_becomes_a_new_one_with_all_that_it_says(void **state)
{
	struct sheet *made = NULL;

	(void)state;
	assert_int_equal(convert(old_sheet, &made, NULL), ST_OK);
	writes_as(
	    made,
	    HEAD("2",
		 "draft") "  mood: good\n  meals:\n    - {at: 朝, what: パン}\n---\n\n"
			  "## 一日のようす\n\n### きょうのできごと\n\n砂場で**山**を作った。\n\n"
			  "### 先生のことば\n\nげんきです\n\n## 家庭から\n\n### 家庭のことば\n\n"
			  "ありがとうございます。\n");
	sheet_free(made);
}

static void what_has_no_place_stays_where_it_is(void **state)
{
	struct sheet *made = NULL;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	assert_int_equal(convert(HEAD("1", "draft") "  mood: low\n---\n", &made, &ps), ST_INVALID);
	assert_null(made);
	assert_string_equal(ps.list[0].code, "convert.choice");
	problems_clear(&ps);
}

/* An added field has its place in every version; without the form it has none. */
static void an_added_value_goes_along(void **state)
{
	struct sheet *s = parse(own, HEAD("1", "draft") "  x-nap: \"yes\"\n---\n"), *made = NULL;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	assert_int_equal(sheet_convert(&made, s, types_find(own, SPAN("renraku"), 2), "t", &ps),
			 ST_OK);
	sheet_free(made);
	assert_int_equal(sheet_convert(&made, s, types_find(plain, SPAN("renraku"), 2), "t", &ps),
			 ST_INVALID);
	assert_string_equal(ps.list[0].code, "convert.field");
	sheet_free(s);
	problems_clear(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_change_on_the_screen_and_not_in_files),
	    cmocka_unit_test(a_hidden_field_is_seen_by_nobody_and_keeps_what_it_has),
	    cmocka_unit_test(added_fields_stand_where_the_form_says_in_every_version),
	    cmocka_unit_test(who_may_write_an_added_field_is_the_section_s_to_say),
	    cmocka_unit_test(a_wrong_form_is_refused_at_its_own_file),
	    cmocka_unit_test(a_form_for_no_type_is_refused_and_no_folder_is_no_form),
	    cmocka_unit_test(an_old_sheet_becomes_a_new_one_with_all_that_it_says),
	    cmocka_unit_test(what_has_no_place_stays_where_it_is),
	    cmocka_unit_test(an_added_value_goes_along),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
