#include "generator/sheet/sheet.h"

#include "generator/base/file.h"
#include "generator/base/path.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define TYPES "tests/sheets/types"
#define GOOD "tests/sheets"
#define BAD "tests/sheets/bad"

static struct types *types;

static int load_types(void **state)
{
	(void)state;
	return types_load(&types, TYPES, NULL) ? -1 : 0;
}

static int free_types(void **state)
{
	(void)state;
	types_free(types);
	return 0;
}

/* ---- files ------------------------------------------------------------------------------ */

static int is_sheet(const struct dirent *e)
{
	return span_ends(span_of(e->d_name), SPAN(".md"));
}

/* Calls back for every sheet of a folder, in the order of the names; returns how many. */
static int each_sheet(const char *dir, void (*see)(const char *name, struct span bytes))
{
	struct dirent **names;
	int n = scandir(dir, &names, is_sheet, alphasort);

	for (int i = 0; i < n; i++) {
		struct buf path, bytes;

		buf_init(&path, 4096);
		buf_init(&bytes, 4 << 20);
		path_join(&path, dir, names[i]->d_name);
		assert_int_equal(file_read(buf_str(&path), &bytes), ST_OK);
		see(names[i]->d_name, buf_span(&bytes));
		buf_clear(&path);
		buf_clear(&bytes);
		free(names[i]);
	}
	free(names);
	return n;
}

static void assert_canonical(const char *name, struct span bytes)
{
	struct problems ps;
	struct sheet *s;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 4 << 20);
	if (sheet_parse(&s, name, bytes, types, &ps)) {
		problems_print(&ps, &out);
		fail_msg("%s", buf_str(&out));
	}
	assert_int_equal(ps.errors, 0);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	if (!span_eq(buf_span(&out), bytes))
		fail_msg("%s is written as:\n%s", name, buf_str(&out));
	sheet_free(s);
	buf_clear(&out);
	problems_clear(&ps);
}

static void each_canonical_file_is_written_as_it_was_read(void **state)
{
	(void)state;
	assert_true(each_sheet(GOOD, assert_canonical) >= 15);
}

static void assert_problems(const char *name, struct span bytes)
{
	struct problems ps;
	struct buf path, expected, out;
	struct sheet *s = (struct sheet *)&ps;

	problems_init(&ps);
	buf_init(&path, 4096);
	buf_init(&expected, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_addf(&path, BAD "/%.*s.problems", (int)(strlen(name) - 3), name);
	assert_int_equal(file_read(buf_str(&path), &expected), ST_OK);
	assert_int_equal(sheet_parse(&s, name, bytes, types, &ps), ST_INVALID);
	assert_null(s);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), buf_str(&expected));
	assert_true(expected.len > 0);
	assert_int_equal(sheet_parse(&s, name, bytes, types, NULL), ST_INVALID);
	assert_null(s);
	buf_clear(&path);
	buf_clear(&expected);
	buf_clear(&out);
	problems_clear(&ps);
}

static void each_bad_file_gives_exactly_its_problems_and_no_sheet(void **state)
{
	(void)state;
	assert_true(each_sheet(BAD, assert_problems) >= 45);
}

/* ---- single points ---------------------------------------------------------------------- */

static struct sheet *parse(const char *text)
{
	struct problems ps;
	struct sheet *s = NULL;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	if (sheet_parse(&s, "x.md", span_of(text), types, &ps)) {
		problems_print(&ps, &out);
		fail_msg("%s", buf_str(&out));
	}
	problems_clear(&ps);
	buf_clear(&out);
	return s;
}

static const struct value *value_of(const struct sheet *s, const char *field)
{
	const struct field *f = type_field(sheet_type(s), span_of(field));

	assert_non_null(f);
	return sheet_value(s, f);
}

#define HEAD                                                                                       \
	"---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2026\"\nchild: c7k3m9q2v4\n"           \
	"title: x\ninstitution: kudan-es\nstatus: draft\n"

static void the_head_is_what_it_says(void **state)
{
	struct sheet *s = parse("---\n# a comment\nstatus: review\ninstitution: 'kudan-es'\n"
				"title:  基本  シート \nchild: c7k3m9q2v4\nid: 2026\n"
				"type-version: 1\ntype: kihon\nkarte: 1\nvalues:\n---\n");

	(void)state;
	assert_true(span_is(sheet_id(s), "2026"));
	assert_true(span_is(sheet_child(s), "c7k3m9q2v4"));
	assert_true(span_is(sheet_title(s), "基本  シート"));
	assert_true(span_is(sheet_institution(s), "kudan-es"));
	assert_int_equal(sheet_status(s), SHEET_REVIEW);
	assert_true(span_is(sheet_type(s)->id, "kihon"));
	sheet_free(s);
}

static void values_remember_where_they_stood(void **state)
{
	struct sheet *s = parse(HEAD "values:\n  name: a\n  likes:\n  - draw\n---\n\n"
				     "本人・保護者の願い\n---\n\n### 本人の願い\n\n\n\nx\n");

	(void)state;
	assert_int_equal(value_of(s, "name")->line, 11);
	assert_int_equal(value_of(s, "name")->col, 9);
	assert_int_equal(value_of(s, "child-wish")->line, 23);
	assert_true(span_is(value_of(s, "child-wish")->text, "x"));
	assert_int_equal(value_of(s, "likes")->nitems, 1);
	assert_null(value_of(s, "visits"));
	sheet_free(s);
}

static void sections_and_choices_in_another_order_are_put_right(void **state)
{
	struct sheet *s =
	    parse(HEAD "values:\n  likes: [music, run]\n---\n## 発達検査\n### 所見\nb\n"
		       "## 本人・保護者の願い\n### 保護者の願い\na\n");
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_string_equal(buf_str(&out),
			    HEAD "values:\n  likes: [run, music]\n---\n\n## 本人・保護者の願い\n\n"
				 "### 保護者の願い\n\na\n\n## 発達検査\n\n### 所見\n\nb\n");
	buf_clear(&out);
	sheet_free(s);
}

static void empty_values_are_absent(void **state)
{
	struct sheet *s =
	    parse(HEAD "values:\n  name:\n  note: \"  \"\n  likes: []\n  results: []\n"
		       "  height: ~\n---\n## 本人・保護者の願い\n### 本人の願い\n \n");
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_null(value_of(s, "name"));
	assert_null(value_of(s, "note"));
	assert_null(value_of(s, "likes"));
	assert_null(value_of(s, "results"));
	assert_null(value_of(s, "height"));
	assert_null(value_of(s, "child-wish"));
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_string_equal(buf_str(&out), HEAD "---\n");
	buf_clear(&out);
	sheet_free(s);
}

static void raw_html_in_a_file_is_kept_as_text(void **state)
{
	struct sheet *s = parse(HEAD "---\n## 本人・保護者の願い\n### 本人の願い\n<script>x\n"
				     "## 発達検査\n</script>\n### 保護者の願い\ny\n");

	(void)state;
	assert_true(
	    span_is(value_of(s, "child-wish")->text, "\\<script>x\n#### 発達検査\n\\</script>"));
	assert_true(span_is(value_of(s, "guardian-wish")->text, "y"));
	sheet_free(s);
}

/* ---- hostile input ---------------------------------------------------------------------- */

static void assert_refused_fast(struct span bytes)
{
	clock_t begin = clock();
	struct problems ps;
	struct sheet *s;

	problems_init(&ps);
	assert_int_equal(sheet_parse(&s, "x.md", bytes, types, &ps), ST_INVALID);
	assert_null(s);
	assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 1.0);
	assert_true(ps.count > 0);
	problems_clear(&ps);
}

static void assert_flood_refused(const char *before, const char *unit, size_t total)
{
	struct buf text;

	buf_init(&text, 16 << 20);
	buf_adds(&text, before);
	while (text.len < total)
		buf_adds(&text, unit);
	assert_refused_fast(buf_span(&text));
	buf_clear(&text);
}

static void floods_are_refused_fast(void **state)
{
	const char *prose = HEAD "---\n\n## 本人・保護者の願い\n\n### 本人の願い\n\n";

	(void)state;
	assert_flood_refused(prose, "x", 10 << 20);
	assert_flood_refused(prose, "x", 1000000);
	assert_flood_refused(prose, "あ\n\n", 1000000);
	assert_flood_refused(prose, ">", 10000);
	assert_flood_refused(prose, "- ", 10000);
	assert_flood_refused(prose, "![[]()", 300000);
	assert_flood_refused(prose, "*a*\n", 1000000);
	assert_flood_refused(prose, "*a **b ", 1000000);
	assert_flood_refused(prose, "### 本人の願い\n", 1000000);
	assert_flood_refused(prose, "# x\n", 1000000);
	assert_flood_refused(HEAD, "x", 1000000);
	assert_flood_refused(HEAD "values:\n  name: ", "[", 100000);
	assert_flood_refused(HEAD "values:\n  results:\n", "    - {iq: 100}\n", 1000000);
}

static void any_cut_and_any_changed_byte_gives_an_answer(void **state)
{
	struct buf bytes, changed;
	struct sheet *s;

	(void)state;
	buf_init(&bytes, 1 << 20);
	buf_init(&changed, 1 << 20);
	assert_int_equal(file_read(GOOD "/whole.md", &bytes), ST_OK);
	for (size_t i = 0; i < bytes.len; i++) {
		static const char bytes_to_try[] = "\0\n#[>\"\xff";
		enum status st = sheet_parse(&s, "x", span_make(bytes.data, i), types, NULL);

		assert_true(st == ST_OK || st == ST_INVALID);
		sheet_free(s);
		buf_cut(&changed, 0);
		buf_addspan(&changed, buf_span(&bytes));
		changed.data[i] = bytes_to_try[i % (sizeof bytes_to_try - 1)];
		st = sheet_parse(&s, "x", buf_span(&changed), types, NULL);
		assert_true(st == ST_OK || st == ST_INVALID);
		sheet_free(s);
	}
	buf_clear(&bytes);
	buf_clear(&changed);
}

/* ---- new sheets ------------------------------------------------------------------------- */

static const struct sheet_type *type(const char *id)
{
	const struct sheet_type *t = types_find(types, span_of(id), 0);

	assert_non_null(t);
	return t;
}

static void a_new_sheet_is_an_empty_draft_with_the_usual_title(void **state)
{
	struct sheet *s;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(
	    sheet_new(&s, type("kihon"), SPAN("2026"), SPAN("c7k3m9q2v4"), SPAN("kudan-es"), NULL),
	    ST_OK);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_string_equal(buf_str(&out),
			    "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2026\"\n"
			    "child: c7k3m9q2v4\ntitle: 基本シート 令和8年度\n"
			    "institution: kudan-es\nstatus: draft\n---\n");
	sheet_free(s);
	assert_int_equal(
	    sheet_new(&s, type("kyodo"), SPAN("main"), SPAN("c7k3m9q2v4"), SPAN("hibari"), NULL),
	    ST_OK);
	assert_true(span_is(sheet_title(s), "就学支援シート"));
	sheet_free(s);
	buf_clear(&out);
}

static void a_new_sheet_with_wrong_ids_is_refused(void **state)
{
	const struct span child = SPAN("c7k3m9q2v4");
	struct sheet *s;

	(void)state;
	assert_int_equal(sheet_new(&s, type("kihon"), SPAN("26"), child, SPAN("a"), NULL),
			 ST_INVALID);
	assert_int_equal(sheet_new(&s, type("sodan"), SPAN("a/b"), child, SPAN("a"), NULL),
			 ST_INVALID);
	assert_int_equal(sheet_new(&s, type("kihon"), SPAN("2026"), SPAN_NONE, SPAN("a"), NULL),
			 ST_INVALID);
	assert_int_equal(sheet_new(&s, type("kihon"), SPAN("2026"), child, SPAN_NONE, NULL),
			 ST_INVALID);
	assert_int_equal(sheet_new(&s, type("kouho"), SPAN("2026-11"), child, SPAN("a"), NULL),
			 ST_INVALID);
	assert_int_equal(sheet_new(&s, type("kihon"), SPAN("2026"), child, SPAN("a"), "a\nb"),
			 ST_INVALID);
	assert_null(s);
}

static void the_status_moves_only_within_the_workflow(void **state)
{
	struct sheet *s;

	(void)state;
	assert_int_equal(
	    sheet_new(&s, type("sodan"), SPAN("a"), SPAN("c7k3m9q2v4"), SPAN("f"), NULL), ST_OK);
	assert_int_equal(sheet_set_status(s, SHEET_REVIEW), ST_INVALID);
	assert_int_equal(sheet_status(s), SHEET_DRAFT);
	assert_int_equal(sheet_set_status(s, SHEET_FINAL), ST_OK);
	assert_int_equal(sheet_status(s), SHEET_FINAL);
	sheet_free(s);
}

/* ---- rules over the whole --------------------------------------------------------------- */

static void assert_check(const char *text, const char *expected)
{
	struct sheet *s = parse(text);
	struct problems ps;
	enum status st;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	st = sheet_check(s, "x.md", &ps);
	assert_int_equal(st, ps.errors ? ST_INVALID : ST_OK);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), expected);
	problems_clear(&ps);
	buf_clear(&out);
	sheet_free(s);
}

#define REVIEW                                                                                     \
	"---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2026\"\nchild: c7k3m9q2v4\n"           \
	"title: x\ninstitution: kudan-es\nstatus: review\n"

static void required_fields_may_be_empty_only_in_a_draft(void **state)
{
	struct sheet *s = parse(HEAD "---\n");

	(void)state;
	assert_check(HEAD "values:\n  results:\n  - {iq: 50}\n---\n", "");
	assert_check(
	    REVIEW "values:\n  results:\n  - {iq: 50}\n---\n",
	    "x.md: check.required: 「保護者の願い」を書いてください。\n"
	    "x.md: check.required: 「氏名」を書いてください。\n"
	    "x.md:12:3: check.required: 「検査の記録」の1行目の「実施日」を書いてください。\n");
	assert_int_equal(sheet_missing(s, type_section(sheet_type(s), SPAN("facts"))), 1);
	assert_int_equal(sheet_missing(s, type_section(sheet_type(s), SPAN("tests"))), 0);
	sheet_free(s);
}

static void days_stand_in_their_order(void **state)
{
	(void)state;
	assert_check(
	    HEAD "values:\n  stay-from: 2026-04-02\n  stay-to: 2026-04-01\n---\n",
	    "x.md:12:12: check.order: 「出た日」（2026-04-01）が「入った日」（2026-04-02）より"
	    "前の日です。日付を確かめてください。\n");
	assert_check(HEAD "values:\n  stay-from: 2026-04-02\n  stay-to: 2026-04-02\n---\n", "");
	assert_check(
	    HEAD "values:\n  height:\n  - {on: 2026-04-02, value: 100}\n"
		 "  - {on: 2026-04-02, value: 101}\n---\n",
	    "x.md:12:3: check.same-day: 警告: 「身長」に2026-04-02の記録が2つあります。\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_canonical_file_is_written_as_it_was_read),
	    cmocka_unit_test(each_bad_file_gives_exactly_its_problems_and_no_sheet),
	    cmocka_unit_test(the_head_is_what_it_says),
	    cmocka_unit_test(values_remember_where_they_stood),
	    cmocka_unit_test(sections_and_choices_in_another_order_are_put_right),
	    cmocka_unit_test(empty_values_are_absent),
	    cmocka_unit_test(raw_html_in_a_file_is_kept_as_text),
	    cmocka_unit_test(floods_are_refused_fast),
	    cmocka_unit_test(any_cut_and_any_changed_byte_gives_an_answer),
	    cmocka_unit_test(a_new_sheet_is_an_empty_draft_with_the_usual_title),
	    cmocka_unit_test(a_new_sheet_with_wrong_ids_is_refused),
	    cmocka_unit_test(the_status_moves_only_within_the_workflow),
	    cmocka_unit_test(required_fields_may_be_empty_only_in_a_draft),
	    cmocka_unit_test(days_stand_in_their_order),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
