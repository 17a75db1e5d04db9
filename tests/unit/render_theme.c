/* Themes: the one that is shipped, and broken ones. */
#include "generator/render/theme.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A folder of its own for each test -------------------------------------------------------------
 */

struct folder {
	char dir[200];
};

static int make_folder(void **state)
{
	static struct folder f;
	const char *tmp = getenv("TMPDIR");
	char assets[220];

	snprintf(f.dir, sizeof(f.dir), "%s/karte-theme.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(f.dir))
		return -1;
	snprintf(assets, sizeof(assets), "%s/assets", f.dir);
	*state = &f;
	return file_mkdirs(assets);
}

static int remove_folder(void **state)
{
	struct folder *f = *state;

	return file_remove_tree(f->dir);
}

static void put(const struct folder *f, const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	assert_int_equal(file_write_fast(path, span_of(text), 0600), ST_OK);
}

static void check_refused(const struct folder *f, const char *want)
{
	struct problems ps;
	struct theme *t;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 10000);
	assert_int_equal(theme_load(&t, f->dir, &ps), ST_INVALID);
	assert_null(t);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), want);
	problems_clear(&ps);
	buf_clear(&out);
}

static void a_theme_renders_with_partials_and_hashed_assets(void **state)
{
	struct folder *f = *state;
	struct arena *a = arena_new(10000);
	struct data *d = data_new(a);
	struct theme *t;
	struct buf out;

	put(f, "page.mustache", "<{{asset.a-min-css}}|{{>part}}>");
	put(f, "part.mustache", "{{x}}");
	put(f, "print.yaml", "page: a4\n");
	put(f, ".hidden.mustache", "{{broken");
	put(f, "assets/a.min.css", "p{}");
	assert_int_equal(theme_load(&t, f->dir, NULL), ST_OK);
	data_texts(d, "x", "い&");
	buf_init(&out, 1000);
	assert_int_equal(theme_render(t, "page", d, &out), ST_OK);
	/* printf 'p{}' | sha256sum */
	assert_string_equal(buf_str(&out), "<a.min.806db221261eade4.css|い&amp;>");
	assert_int_equal(theme_render(t, "nothing", d, &out), ST_NOTFOUND);
	assert_string_equal(theme_dir(t), f->dir);
	assert_int_equal(theme_assets(t), 1);
	assert_string_equal(theme_asset(t, 0)->type, "text/css; charset=utf-8");
	assert_true(span_is(theme_asset(t, 0)->bytes, "p{}"));
	assert_ptr_equal(theme_asset_find(t, SPAN("a.min.806db221261eade4.css")),
			 theme_asset(t, 0));
	assert_null(theme_asset_find(t, SPAN("a.min.css")));
	assert_null(theme_asset_find(t, SPAN("../page.mustache")));
	theme_free(t);
	buf_clear(&out);
	arena_free(a);
}

static void the_hash_changes_with_every_file(void **state)
{
	struct folder *f = *state;
	char before[SHA256_HEX];
	static const char *const names[] = {"page.mustache", "print.yaml", "assets/a.css"};
	struct theme *t;

	for (size_t i = 0; i < 3; i++)
		put(f, names[i], "1");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(theme_load(&t, f->dir, NULL), ST_OK);
		memcpy(before, theme_hash(t), SHA256_HEX);
		assert_int_equal(strlen(before), 64);
		theme_free(t);
		assert_int_equal(theme_load(&t, f->dir, NULL), ST_OK);
		assert_string_equal(theme_hash(t), before);
		theme_free(t);
		put(f, names[i], "2");
		assert_int_equal(theme_load(&t, f->dir, NULL), ST_OK);
		assert_string_not_equal(theme_hash(t), before);
		theme_free(t);
	}
}

static void every_mistake_is_told_with_file_and_place(void **state)
{
	struct folder *f = *state;

	put(f, "b.mustache", "\n {{>nowhere}}");
	check_refused(f, "b.mustache:2:2: theme.partial: 部品「nowhere」がありません。\n");
	put(f, "b.mustache", "{{{x}}}");
	put(f, "c.mustache", "{{#x}}");
	put(f, "assets/x.exe", "");
	check_refused(f, "assets/x.exe: theme.asset: この種類のファイルは置けません。\n"
			 "b.mustache:1:1: mustache.raw: "
			 "「x」を そのまま入れることは できません。{{ }} で書きます。\n"
			 "c.mustache:1:1: mustache.section: 「x」が閉じていません。\n");
}

static void a_folder_that_is_not_there_is_not_found(void **state)
{
	struct theme *t;

	(void)state;
	assert_int_equal(theme_load(&t, "tests/no-such-theme", NULL), ST_NOTFOUND);
	assert_null(t);
	theme_free(NULL);
}

/* The theme that is shipped ------------------------------------------------------------------- */

static struct theme *standard(void)
{
	struct theme *t;

	assert_int_equal(theme_load(&t, "themes/standard", NULL), ST_OK);
	return t;
}

static void check_frame(struct theme *t, const char *name, bool script)
{
	struct arena *a = arena_new(100000);
	struct data *d = data_new(a), *banner = data_add_map(data_list(d, "banners"));
	struct buf out;
	struct span s;

	data_texts(d, "title", "試し");
	data_texts(d, "service", "こどもカルテ");
	data_texts(d, "assets", "/assets");
	data_texts(d, "home", "/");
	data_texts(d, "heading", "<見出し>");
	data_texts(banner, "kind", "info");
	data_texts(banner, "text", "お知らせ文");
	data_trusted_raw_html(d, "body", SPAN("<p>なかみ</p>"));
	buf_init(&out, 100000);
	assert_int_equal(theme_render(t, name, d, &out), ST_OK);
	s = buf_span(&out);
	assert_true(span_starts(s, SPAN("<!DOCTYPE html>\n<html lang=\"ja\">\n")));
	assert_true(span_find(s, SPAN("<title>試し｜こどもカルテ</title>")) > 0);
	assert_true(span_find(s, SPAN("<h1>&lt;見出し&gt;</h1>")) > 0);
	assert_true(span_find(s, SPAN("href=\"/assets/style.")) > 0);
	assert_true(span_find(s, SPAN("<main id=\"main\">")) > 0);
	/* Once: a banner without HTML of its own must not show the page's. */
	assert_true(span_find(s, SPAN("<p>なかみ</p>")) > 0);
	s.n = (size_t)span_find(s, SPAN("</html>"));
	s.p += span_find(s, SPAN("<p>なかみ</p>")) + 1;
	assert_int_equal(span_find(span_of(s.p), SPAN("<p>なかみ</p>")), -1);
	assert_int_equal(span_find(buf_span(&out), SPAN("<script")) > 0, script);
	assert_int_equal(span_find(buf_span(&out), SPAN("style=")), -1);
	buf_clear(&out);
	arena_free(a);
}

static void the_frames_of_the_standard_theme_render(void **state)
{
	struct theme *t = standard();

	(void)state;
	check_frame(t, "page", true);
	check_frame(t, "site", false);
	check_frame(t, "error", false);
	theme_free(t);
}

static size_t size_of(const struct theme *t, const char *end)
{
	size_t sum = 0;

	for (size_t i = 0; i < theme_assets(t); i++)
		if (span_ends(span_of(theme_asset(t, i)->name), span_of(end)))
			sum += theme_asset(t, i)->bytes.n;
	return sum;
}

static void the_standard_theme_keeps_its_budget_and_asks_nobody_else(void **state)
{
	struct theme *t = standard();

	(void)state;
	assert_in_range(size_of(t, ".css"), 1, 48 * 1024);
	assert_in_range(size_of(t, ".js"), 1, 20 * 1024);
	for (size_t i = 0; i < theme_assets(t); i++) {
		const struct theme_asset *a = theme_asset(t, i);

		if (span_ends(span_of(a->name), SPAN(".svg")))
			continue; /* its namespace is an address that nobody visits */
		assert_int_equal(span_find(a->bytes, SPAN("http")), -1);
		assert_int_equal(span_find(a->bytes, SPAN("url(")), -1);
		assert_int_equal(span_find(a->bytes, SPAN("innerHTML")), -1);
	}
	theme_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_theme_renders_with_partials_and_hashed_assets,
					    make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(the_hash_changes_with_every_file, make_folder,
					    remove_folder),
	    cmocka_unit_test_setup_teardown(every_mistake_is_told_with_file_and_place, make_folder,
					    remove_folder),
	    cmocka_unit_test(a_folder_that_is_not_there_is_not_found),
	    cmocka_unit_test(the_frames_of_the_standard_theme_render),
	    cmocka_unit_test(the_standard_theme_keeps_its_budget_and_asks_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
