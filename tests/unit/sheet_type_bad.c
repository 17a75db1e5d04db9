/* Sheet types that are wrong: a folder of cases, each with exactly its problems. */
#include "generator/sheet/type.h"

#include "generator/base/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define GOOD "tests/types/good"
#define BAD "tests/types/bad"

enum { ARENA = 16 * 1024 * 1024 };

static void read_whole(const char *path, struct buf *out)
{
	buf_init(out, 1 << 20);
	if (file_read(path, out))
		fail_msg("cannot read %s: %s", path, fail_why());
}

static void assert_problems(const char *name, size_t stem)
{
	char yaml[512], problems[512];
	const struct sheet_type *t = (const struct sheet_type *)name;
	struct arena *a = arena_new(ARENA);
	struct buf bytes, want, got;
	struct problems ps;

	snprintf(yaml, sizeof yaml, BAD "/%s", name);
	snprintf(problems, sizeof problems, BAD "/%.*s.problems", (int)stem, name);
	read_whole(yaml, &bytes);
	read_whole(problems, &want);
	buf_init(&got, 1 << 20);
	problems_init(&ps);
	assert_int_equal(type_read(a, name, buf_span(&bytes), &t, &ps), ST_INVALID);
	assert_null(t);
	assert_true(ps.errors > 0);
	problems_print(&ps, &got);
	assert_string_equal(buf_str(&got), buf_str(&want));
	/* Nobody needs to look at the problems for the type to be refused. */
	assert_int_equal(type_read(a, name, buf_span(&bytes), &t, NULL), ST_INVALID);
	problems_clear(&ps);
	buf_clear(&bytes);
	buf_clear(&want);
	buf_clear(&got);
	arena_free(a);
}

static void every_wrong_type_gives_exactly_its_problems(void **state)
{
	size_t cases = 0, expected = 0;
	struct dirent *e;
	DIR *dir = opendir(BAD);

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		struct span name = span_of(e->d_name);

		expected += span_ends(name, SPAN(".problems"));
		if (!span_ends(name, SPAN(".yaml")))
			continue;
		assert_problems(e->d_name, name.n - strlen(".yaml"));
		cases++;
	}
	closedir(dir);
	assert_int_equal(cases, expected);
	assert_true(cases >= 80);
}

/* Does a field of this kind complain that the key is none of its own? */
static bool key_refused(const char *key, enum field_kind k)
{
	const struct sheet_type *t = NULL;
	struct arena *a = arena_new(ARENA);
	struct problems ps;
	struct buf b;
	bool refused = false;

	problems_init(&ps);
	buf_init(&b, 4096);
	buf_addf(&b, "sections: [{fields: [{kind: %s, %s: 1}]}]\n", field_kind_name(k), key);
	type_read(a, "t", buf_span(&b), &t, &ps);
	for (size_t i = 0; i < ps.count; i++)
		refused = refused || strcmp(ps.list[i].code, "type.key-kind") == 0;
	buf_clear(&b);
	problems_clear(&ps);
	arena_free(a);
	return refused;
}

static void each_kind_has_only_the_keys_that_mean_something_for_it(void **state)
{
	static const struct {
		const char *key, *kinds;
	} cases[] = {
	    {"hint",
	     " text prose number date time flag choice choices table person institution file "
	     "measure computed "},
	    {"example", " text prose number date time person institution "},
	    {"required",
	     " text prose number date time flag choice choices table person institution "
	     "file measure "},
	    {"max", " text prose number measure "},
	    {"min", " number measure "},
	    {"decimals", " number measure computed "},
	    {"unit", " number measure computed "},
	    {"choices", " choice choices "},
	    {"columns", " table "},
	    {"rows", " table measure "},
	    {"function", " computed "},
	    {"of", " computed "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (unsigned k = 0; k < F_KIND_COUNT; k++) {
			char name[32];

			snprintf(name, sizeof name, " %s ", field_kind_name((enum field_kind)k));
			if (key_refused(cases[i].key, (enum field_kind)k) !=
			    !strstr(cases[i].kinds, name))
				fail_msg("'%s' in a field of kind%s", cases[i].key, name);
		}
}

static void a_type_is_refused_as_a_whole_when_memory_runs_out(void **state)
{
	const struct sheet_type *t = NULL;
	enum status st = ST_NOMEM;
	struct buf bytes;

	(void)state;
	read_whole(GOOD "/all-kinds/1.yaml", &bytes);
	for (size_t max = 0; st == ST_NOMEM; max += 1024) {
		struct arena *a = arena_new(max);
		struct problems ps;

		problems_init(&ps);
		st = type_read(a, "t", buf_span(&bytes), &t, &ps);
		assert_int_equal(st == ST_OK, t != NULL);
		assert_true(st == ST_OK || max < 64 * 1024);
		problems_clear(&ps);
		arena_free(a);
	}
	assert_int_equal(st, ST_OK);
	buf_clear(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_wrong_type_gives_exactly_its_problems),
	    cmocka_unit_test(each_kind_has_only_the_keys_that_mean_something_for_it),
	    cmocka_unit_test(a_type_is_refused_as_a_whole_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
