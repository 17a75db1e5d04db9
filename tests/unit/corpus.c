/*
 * The corpus: each tests/sheets/CASE.md beside what each role gets of it, as HTML
 * (tests/sheets/expected/CASE.ROLE.html) and as pages of the text device (….txt).  Where a role
 * gets nothing there must be no file.  After a wanted change: run once with CORPUS_ACCEPT=1, then
 * read the difference.
 */
#include "generator/base/file.h"
#include "generator/render/html_view.h"
#include "generator/render/print.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct corpus {
	struct types *types;
	struct print_style *style;
};

static void expect(const char *name, enum role role, const char *format, const struct buf *got)
{
	char path[256];
	struct buf want;

	snprintf(path, sizeof path, "tests/sheets/expected/%s.%s.%s", name, role_name(role),
		 format);
	if (getenv("CORPUS_ACCEPT")) {
		if (got)
			assert_int_equal(file_write_fast(path, buf_span(got), 0644), ST_OK);
		else
			remove(path);
	}
	if (!got) {
		assert_false(file_exists(path));
		return;
	}
	buf_init(&want, 1024 * 1024);
	if (file_read(path, &want))
		fail_msg("%s is missing", path);
	if (strcmp(buf_str(got), buf_str(&want)) != 0)
		fail_msg("%s differs", path);
	buf_clear(&want);
}

static void compare_view(const struct corpus *c, const char *name, const struct view *v)
{
	const struct print_job job = {
	    .views = &v,
	    .nviews = 1,
	    .child_name = SPAN("𠮷田 そら"),
	    .child_kana = SPAN("よしだ そら"),
	    .born = {2017, 5, 12},
	    .made_for = span_of(role_label(view_role(v))),
	    .version = SPAN("1（a1b2c3d）"),
	    .at = 1779600000,
	};
	struct html h;
	struct buf out;

	buf_init(&out, 1024 * 1024);
	html_init(&h, &out);
	html_view(&h, v, NULL);
	assert_int_equal(html_end(&h), ST_OK);
	expect(name, view_role(v), "html", &out);
	buf_cut(&out, 0);
	assert_int_equal(print_text(c->style, NULL, &job, &out, NULL), ST_OK);
	expect(name, view_role(v), "txt", &out);
	buf_clear(&out);
}

static void compare_case(const struct corpus *c, const char *name)
{
	struct sheet *s = NULL;
	struct buf bytes;
	char path[256];

	snprintf(path, sizeof path, "tests/sheets/%s.md", name);
	buf_init(&bytes, SHEET_MAX_BYTES);
	assert_int_equal(file_read(path, &bytes), ST_OK);
	assert_int_equal(sheet_parse(&s, path, buf_span(&bytes), c->types, NULL), ST_OK);
	for (enum role r = ROLE_HOUSEHOLD; r < ROLE_COUNT; r++) {
		struct view *v = NULL;

		if (redact_for(&v, s, &(struct reader){.role = r, .relation = REL_OWN}) == ST_OK) {
			compare_view(c, name, v);
		} else {
			expect(name, r, "html", NULL);
			expect(name, r, "txt", NULL);
		}
		view_free(v);
	}
	sheet_free(s);
	buf_clear(&bytes);
}

static void every_role_gets_of_every_sheet_what_it_got_before(void **state)
{
	DIR *d = opendir("tests/sheets");
	struct dirent *e;
	size_t cases = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		struct span name = span_of(e->d_name);
		char plain[200];

		if (!span_ends(name, SPAN(".md")))
			continue;
		name.n -= 3;
		assert_true(span_copy(name, plain, sizeof plain));
		compare_case(*state, plain);
		cases++;
	}
	closedir(d);
	assert_true(cases >= 17);
}

static int load(void **state)
{
	static struct corpus c;

	*state = &c;
	return types_load(&c.types, "tests/sheets/types", NULL) ||
	       print_style_load(&c.style, "themes/standard", NULL);
}

static int unload(void **state)
{
	struct corpus *c = *state;

	types_free(c->types);
	print_style_free(c->style);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_role_gets_of_every_sheet_what_it_got_before),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
