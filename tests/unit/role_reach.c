/*
 * Who may read and write what in the shipped types: a changed line in tests/reach is a changed
 * policy, which somebody has to decide.
 */
#include "generator/role/reach.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void assert_reach(const struct sheet_type *t, bool json, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	reach_print(t, json, &out);
	assert_int_equal(out.st, ST_OK);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

/* Of the newest version in ID.txt, of an older one, of which there are sheets, in ID-VERSION.txt.
 */
static void assert_agreed(const struct sheet_type *t, bool newest)
{
	struct buf want;
	char path[256], version[32] = "";

	buf_init(&want, 1 << 20);
	if (!newest)
		snprintf(version, sizeof version, "-%d", t->version);
	snprintf(path, sizeof path, "tests/reach/%.*s%s.txt", SPAN_ARG(t->id), version);
	if (file_read(path, &want))
		fail_msg("the type '%.*s' has no agreed reach: %s", SPAN_ARG(t->id), fail_why());
	assert_reach(t, false, buf_str(&want));
	buf_clear(&want);
}

static void the_reach_of_every_shipped_type_is_the_one_agreed_upon(void **state)
{
	struct types *ts = NULL;

	(void)state;
	assert_int_equal(types_load(&ts, "content/types", NULL), ST_OK);
	assert_true(types_count(ts) >= 12);
	for (size_t i = 0; i < types_count(ts); i++) {
		const struct sheet_type *t = types_at(ts, i);

		assert_agreed(t, true);
		for (int v = 1; v < t->version; v++)
			assert_agreed(types_find(ts, t->id, v), false);
	}
	types_free(ts);
}

static const char TYPE[] = "type: plan\n"
			   "version: 3\n"
			   "title: 計画\n"
			   "area: education\n"
			   "period: once\n"
			   "writers: [school]\n"
			   "readers: [school, board, household]\n"
			   "sharing: open\n"
			   "workflow: [draft, consent, final]\n"
			   "retention: {years: 5, after: leaving}\n"
			   "sections:\n"
			   "  - id: goal\n"
			   "    title: 目標\n"
			   "    fields: [{id: goal, label: 目標, kind: prose}]\n"
			   "  - id: internal-talks\n"
			   "    title: 校内\n"
			   "    readers: [health]\n"
			   "    writers: [welfare, provider]\n"
			   "    fields: [{id: talk, label: 話, kind: prose}]\n";

static void a_table_has_a_row_for_each_section_and_a_column_for_each_role(void **state)
{
	const struct sheet_type *t = NULL;
	struct arena *a = arena_new(1 << 20);

	(void)state;
	assert_int_equal(type_read(a, "t", span_of(TYPE), &t, NULL), ST_OK);
	assert_reach(
	    t, false,
	    "plan 3  sharing: open  workflow: draft consent final\n"
	    "section         household  nursery  school  health  welfare  therapy  board  "
	    "provider\n"
	    "goal            R-         --       RW      --      --       --       R-     --\n"
	    "internal-talks  --         --       --      R-      RW       --       --     "
	    "RW\n");
	arena_free(a);
}

static void the_same_as_json_is_one_line(void **state)
{
	const struct sheet_type *t = NULL;
	struct arena *a = arena_new(1 << 20);

	(void)state;
	assert_int_equal(type_read(a, "t", span_of(TYPE), &t, NULL), ST_OK);
	assert_reach(
	    t, true,
	    "{\"type\":\"plan\",\"version\":3,\"title\":\"計画\",\"sharing\":\"open\",\"joint\":"
	    "false,"
	    "\"workflow\":["
	    "\"draft\",\"consent\",\"final\"],\"sections\":[{\"id\":\"goal\",\"title\":\"目標\","
	    "\"household\":\"R-\",\"nursery\":\"--\",\"school\":\"RW\",\"health\":\"--\","
	    "\"welfare\":\"--\",\"therapy\":\"--\",\"board\":\"R-\",\"provider\":\"--\"},"
	    "{\"id\":\"internal-talks\",\"title\":\"校内\",\"household\":\"--\",\"nursery\":\"--\","
	    "\"school\":\"--\",\"health\":\"R-\",\"welfare\":\"RW\",\"therapy\":\"--\","
	    "\"board\":\"--\",\"provider\":\"RW\"}]}\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_reach_of_every_shipped_type_is_the_one_agreed_upon),
	    cmocka_unit_test(a_table_has_a_row_for_each_section_and_a_column_for_each_role),
	    cmocka_unit_test(the_same_as_json_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
