/* The folder of sheet types: versions, order, hash, and everything that may be wrong in it. */
#include "generator/sheet/type.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define GOOD "tests/types/good"

static void assert_span(struct span got, const char *want)
{
	if (!span_is(got, want))
		fail_msg("'%.*s' is not '%s'", SPAN_ARG(got), want);
}

struct folder {
	char path[256];
};

static int make_folder(void **state)
{
	struct folder *f = calloc(1, sizeof *f);
	const char *tmp = getenv("TMPDIR");

	if (!f)
		return -1;
	snprintf(f->path, sizeof f->path, "%s/types-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	*state = f;
	return mkdtemp(f->path) ? 0 : -1;
}

static int drop_folder(void **state)
{
	struct folder *f = *state;
	enum status st = file_remove_tree(f->path);

	free(f);
	return st ? -1 : 0;
}

/* Puts a file into the folder: a copy of one of the good ones, or the given text. */
static void put(const struct folder *f, const char *dir, const char *name, const char *good,
		const char *text)
{
	char path[512];
	struct buf b;

	snprintf(path, sizeof path, "%s/%s", f->path, dir);
	assert_int_equal(file_mkdirs(path), ST_OK);
	snprintf(path, sizeof path, "%s/%s/%s", f->path, dir, name);
	buf_init(&b, 1 << 20);
	if (good) {
		char from[512];

		snprintf(from, sizeof from, GOOD "/%s", good);
		assert_int_equal(file_read(from, &b), ST_OK);
	}
	buf_adds(&b, text);
	assert_int_equal(file_write_fast(path, buf_span(&b), 0600), ST_OK);
	buf_clear(&b);
}

static void assert_not_loaded(const struct folder *f, enum status want_st, const char *want)
{
	struct types *ts = (struct types *)want;
	struct problems ps;
	struct buf out, line;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	buf_init(&line, 1 << 20);
	assert_int_equal(types_load(&ts, f->path, &ps), want_st);
	assert_null(ts);
	problems_print(&ps, &out);
	/* The problems name files below the folder; its own random name is left out here. */
	for (struct span rest = buf_span(&out); rest.n;) {
		struct span l = span_cut(&rest, '\n');

		if (span_starts(l, span_of(f->path)))
			l = span_make(l.p + strlen(f->path), l.n - strlen(f->path));
		buf_addf(&line, "%.*s\n", SPAN_ARG(l));
	}
	assert_string_equal(buf_str(&line), want);
	buf_clear(&line);
	buf_clear(&out);
	problems_clear(&ps);
}

static void a_folder_gives_each_version_and_the_newest_in_order_of_area(void **state)
{
	struct types *ts = NULL;

	(void)state;
	assert_int_equal(types_load(&ts, GOOD, NULL), ST_OK);
	assert_int_equal(types_count(ts), 3);
	assert_span(types_at(ts, 0)->id, "diary");     /* health */
	assert_span(types_at(ts, 1)->id, "all-kinds"); /* development */
	assert_span(types_at(ts, 2)->id, "plan");      /* education */
	assert_null(types_at(ts, 3));
	assert_int_equal(types_at(ts, 2)->version, 10);
	assert_ptr_equal(types_find(ts, SPAN("plan"), 0), types_at(ts, 2));
	assert_int_equal(types_find(ts, SPAN("plan"), 2)->version, 2);
	assert_int_equal(types_find(ts, SPAN("plan"), 10)->sections[0].nfields, 2);
	assert_null(types_find(ts, SPAN("plan"), 3));
	assert_null(types_find(ts, SPAN("pla"), 0));
	assert_int_equal(strlen(types_hash(ts)), 64);
	types_free(ts);
	types_free(NULL);
}

static void the_shipped_types_load(void **state)
{
	struct types *ts = NULL;
	struct problems ps;
	struct buf out;

	(void)state;
	problems_init(&ps);
	buf_init(&out, 1 << 20);
	types_load(&ts, "content/types", &ps);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), "");
	assert_non_null(types_find(ts, SPAN("kyoiku-shien"), 1));
	assert_non_null(types_find(ts, SPAN("shugaku-shien"), 1));
	types_free(ts);
	buf_clear(&out);
	problems_clear(&ps);
}

static void load_hash(const struct folder *f, char hash[static 65])
{
	struct types *ts = NULL;

	assert_int_equal(types_load(&ts, f->path, NULL), ST_OK);
	snprintf(hash, 65, "%s", types_hash(ts));
	types_free(ts);
}

static void the_hash_changes_with_any_file_that_counts(void **state)
{
	const struct folder *f = *state;
	char before[65], after[65];

	put(f, "plan", "1.yaml", "plan/1.yaml", "");
	load_hash(f, before);
	put(f, "plan", "README", NULL, "notes");
	put(f, "plan", ".1.yaml.swp", NULL, "left by an editor");
	put(f, ".", "README", NULL, "notes");
	put(f, ".git", "1.yaml", NULL, "hidden");
	load_hash(f, after);
	assert_string_equal(before, after);
	put(f, "plan", "1.yaml", "plan/1.yaml", "# a remark\n");
	load_hash(f, after);
	assert_string_not_equal(before, after);
	put(f, "plan", "1.yaml", "plan/1.yaml", "");
	put(f, "plan", "2.yaml", "plan/2.yaml", "");
	load_hash(f, after);
	assert_string_not_equal(before, after);
}

static void an_empty_folder_has_no_types(void **state)
{
	const struct folder *f = *state;
	struct types *ts = NULL;

	assert_int_equal(types_load(&ts, f->path, NULL), ST_OK);
	assert_int_equal(types_count(ts), 0);
	assert_null(types_find(ts, SPAN("plan"), 0));
	types_free(ts);
}

static void one_wrong_type_stops_the_folder_and_all_are_reported(void **state)
{
	const struct folder *f = *state;

	put(f, "plan", "1.yaml", "plan/1.yaml", "colour: red\n");
	put(f, "plan", "2.yaml", "plan/2.yaml", "");
	put(f, "diary", "1.yaml", "diary/1.yaml", "a: &a b\n");
	assert_not_loaded(f, ST_INVALID,
			  "/diary/1.yaml:17:4: yaml.anchor: 「&」の目印は使えません。"
			  "「&」で始まる文字は引用符で囲んでください。\n"
			  "/plan/1.yaml:15:1: yaml.unknown-key: キー『colour』は使えません。"
			  "つづりを確かめるか、消してください。\n");
}

static void a_type_stands_where_its_id_and_version_say(void **state)
{
	const struct folder *f = *state;

	put(f, "plan", "3.yaml", "plan/2.yaml", "");
	put(f, "plans", "2.yaml", "plan/2.yaml", "");
	put(f, "plan", "02.yaml", "plan/2.yaml", "");
	put(f, "plan", "new.yaml", "plan/2.yaml", "");
	put(f, "Plan", "2.yaml", "plan/2.yaml", "");
	assert_not_loaded(
	    f, ST_INVALID,
	    "/Plan: type.place: フォルダーの名前は、シートの種類のidにしてください。\n"
	    "/plan/02.yaml: type.place: "
	    "ファイルの名前は「1.yaml」のように版の番号にしてください。\n"
	    "/plan/3.yaml: type.place: "
	    "typeは『plan』、versionは3にするか、ファイルの場所を変えてくだ"
	    "さい。\n"
	    "/plan/new.yaml: type.place: "
	    "ファイルの名前は「1.yaml」のように版の番号にしてください。\n"
	    "/plans/2.yaml: type.place: "
	    "typeは『plans』、versionは2にするか、ファイルの場所を変えてく"
	    "ださい。\n");
}

static void a_folder_that_is_not_there_is_not_found(void **state)
{
	struct folder f = *(const struct folder *)*state;

	strcat(f.path, "/none");
	assert_not_loaded(&f, ST_NOTFOUND, "");
}

static void a_file_that_is_too_big_stops_the_folder(void **state)
{
	enum { BIG = 2 * 1024 * 1024 };
	const struct folder *f = *state;
	char *text = calloc(1, BIG + 1);

	memset(text, '#', BIG);
	put(f, "plan", "1.yaml", "plan/1.yaml", "");
	{
		char path[512];

		snprintf(path, sizeof path, "%s/plan/1.yaml", f->path);
		assert_int_equal(file_write_fast(path, span_make(text, BIG), 0600), ST_OK);
	}
	assert_not_loaded(f, ST_TOOBIG, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_folder_gives_each_version_and_the_newest_in_order_of_area),
	    cmocka_unit_test(the_shipped_types_load),
	    cmocka_unit_test_setup_teardown(the_hash_changes_with_any_file_that_counts, make_folder,
					    drop_folder),
	    cmocka_unit_test_setup_teardown(an_empty_folder_has_no_types, make_folder, drop_folder),
	    cmocka_unit_test_setup_teardown(one_wrong_type_stops_the_folder_and_all_are_reported,
					    make_folder, drop_folder),
	    cmocka_unit_test_setup_teardown(a_type_stands_where_its_id_and_version_say, make_folder,
					    drop_folder),
	    cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_not_found, make_folder,
					    drop_folder),
	    cmocka_unit_test_setup_teardown(a_file_that_is_too_big_stops_the_folder, make_folder,
					    drop_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
