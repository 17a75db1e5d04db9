#include "db_help.h"

#include "vault/db/child.h"
#include "vault/db/sheet.h"

#define CHILD SPAN("c7k3m9q2v4")

static struct sheet_row sheet_of(const char *child, const char *type, const char *id,
				 const char *status, long long at)
{
	struct sheet_row s = {.title = "教育支援シート 令和8年度", .at = at};

	snprintf(s.child, sizeof s.child, "%s", child);
	snprintf(s.type, sizeof s.type, "%s", type);
	snprintf(s.id, sizeof s.id, "%s", id);
	snprintf(s.institution, sizeof s.institution, "kudan-es");
	snprintf(s.status, sizeof s.status, "%s", status);
	snprintf(s.version, sizeof s.version, "%040d", 5);
	snprintf(s.account, sizeof s.account, "tanaka");
	return s;
}

static enum status note(void *ctx, const struct sheet_row *s)
{
	size_t len = strlen(ctx);

	snprintf((char *)ctx + len, 256 - len, "%s/%s ", s->type, s->id);
	return ST_OK;
}

static void a_sheet_comes_back_as_it_was_put(void **state)
{
	struct sheet_row put = sheet_of("c7k3m9q2v4", "kyoiku-shien", "2026", "draft", 1795000000),
			 got = {.at = 1};

	(void)state;
	assert_status(sheet_row_get(db, CHILD, SPAN("kyoiku-shien"), SPAN("2026"), &got),
		      ST_NOTFOUND);
	assert_ok(sheet_row_put(db, &put));
	assert_ok(sheet_row_get(db, CHILD, SPAN("kyoiku-shien"), SPAN("2026"), &got));
	assert_string_equal(got.child, put.child);
	assert_string_equal(got.type, put.type);
	assert_string_equal(got.id, put.id);
	assert_string_equal(got.title, put.title);
	assert_string_equal(got.institution, put.institution);
	assert_string_equal(got.status, put.status);
	assert_string_equal(got.version, put.version);
	assert_string_equal(got.account, put.account);
	assert_int_equal(got.at, put.at);
	snprintf(put.status, sizeof put.status, "final");
	assert_ok(sheet_row_put(db, &put));
	assert_ok(sheet_row_get(db, CHILD, SPAN("kyoiku-shien"), SPAN("2026"), &got));
	assert_string_equal(got.status, "final");
	assert_status(sheet_row_get(db, CHILD, SPAN("kyoiku-shien"), SPAN("2027"), &got),
		      ST_NOTFOUND);
}

static void sheets_of_a_child_are_listed_and_cleared_apart_from_others(void **state)
{
	static const char *const which[][3] = {{"c7k3m9q2v4", "b", "2025"},
					       {"c7k3m9q2v4", "b", "2026"},
					       {"c7k3m9q2v4", "a", "2026"},
					       {"c7k3m9q2v5", "a", "2026"}};
	char seen[256] = "";

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sheet_row s = sheet_of(which[i][0], which[i][1], which[i][2], "draft", 1);
		assert_ok(sheet_row_put(db, &s));
	}
	assert_ok(sheet_row_each(db, CHILD, note, seen));
	assert_string_equal(seen, "a/2026 b/2026 b/2025 ");
	assert_ok(sheet_row_clear(db, CHILD));
	seen[0] = '\0';
	assert_ok(sheet_row_each(db, CHILD, note, seen));
	assert_string_equal(seen, "");
	assert_ok(sheet_row_each(db, SPAN("c7k3m9q2v5"), note, seen));
	assert_string_equal(seen, "a/2026 ");
}

static void drafts_wait_oldest_first(void **state)
{
	static const struct {
		const char *id, *status;
		long long at;
	} rows[] = {{"3", "draft", 30}, {"1", "draft", 10}, {"2", "final", 20}, {"4", "draft", 40}};
	const struct child_row child = {"c7k3m9q2v4", "見本", "みほん", "2017-05-12", "other", ""};
	const struct enrolment stay = stay_of("kudan-es", "2024-04-01", "2026-11-30");
	char seen[256] = "";

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sheet_row s =
		    sheet_of("c7k3m9q2v4", "a", rows[i].id, rows[i].status, rows[i].at);
		assert_ok(sheet_row_put(db, &s));
	}
	assert_ok(sheet_row_drafts(db, SPAN("kudan-es"), SPAN("2026-11-20"), 10, note, seen));
	assert_string_equal(seen, ""); /* the child is not there */
	assert_ok(put_child(&child, &stay, 1, NULL, 0));
	assert_ok(sheet_row_drafts(db, SPAN("kudan-es"), SPAN("2026-12-01"), 10, note, seen));
	assert_string_equal(seen, ""); /* it has left */
	assert_ok(sheet_row_drafts(db, SPAN("kudan-es"), SPAN("2026-11-20"), 10, note, seen));
	assert_string_equal(seen, "a/1 a/3 a/4 ");
	seen[0] = '\0';
	assert_ok(sheet_row_drafts(db, SPAN("kudan-es"), SPAN("2026-11-20"), 2, note, seen));
	assert_string_equal(seen, "a/1 a/3 ");
	seen[0] = '\0';
	assert_ok(sheet_row_drafts(db, SPAN("other"), SPAN("2026-11-20"), 10, note, seen));
	assert_string_equal(seen, "");
}

/* ---- versions ----------------------------------------------------------------------------------
 */

static struct version_row version_of(int commit, const char *child, const char *sheet)
{
	struct version_row v = {.type = "kyoiku-shien", .at = 1795000000 + commit};

	snprintf(v.id, sizeof v.id, "%040d", commit);
	snprintf(v.child, sizeof v.child, "%s", child);
	snprintf(v.sheet, sizeof v.sheet, "%s", sheet);
	snprintf(v.account, sizeof v.account, "tanaka");
	return v;
}

static void versions_of_each_sheet_are_numbered_from_1(void **state)
{
	static const struct {
		int commit;
		const char *child, *sheet;
		long long n;
	} adds[] = {
	    {1, "c7k3m9q2v4", "2026", 1}, {2, "c7k3m9q2v4", "2026", 2},
	    {3, "c7k3m9q2v4", "2025", 1}, {4, "c7k3m9q2v5", "2026", 1},
	    {5, "c7k3m9q2v4", "2026", 3}, {5, "c7k3m9q2v4", "2026", 3},
	    {5, "c7k3m9q2v4", "2025", 2}, /* one commit may save two sheets */
	};
	struct span type = SPAN("kyoiku-shien");
	long long newest;

	(void)state;
	assert_ok(version_newest(db, CHILD, type, SPAN("2026"), &newest));
	assert_int_equal(newest, 0);
	for (size_t i = 0; i < sizeof adds / sizeof *adds; i++) {
		struct version_row v = version_of(adds[i].commit, adds[i].child, adds[i].sheet);

		assert_ok(version_add(db, &v));
		if (v.n != adds[i].n)
			fail_msg("%zu: number %lld", i, v.n);
	}
	assert_ok(version_newest(db, CHILD, type, SPAN("2026"), &newest));
	assert_int_equal(newest, 3);
}

static void a_version_is_found_by_its_commit_and_its_number(void **state)
{
	struct version_row put = version_of(7, "c7k3m9q2v4", "2026"), got = {.n = 0};
	struct span type = SPAN("kyoiku-shien"), id = span_of(put.id);

	(void)state;
	assert_status(version_get(db, id, &got), ST_NOTFOUND);
	assert_ok(version_add(db, &put));
	assert_ok(version_get(db, id, &got));
	assert_string_equal(got.id, put.id);
	assert_string_equal(got.child, put.child);
	assert_string_equal(got.type, put.type);
	assert_string_equal(got.sheet, put.sheet);
	assert_string_equal(got.account, put.account);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.at, put.at);
	assert_ok(version_get_of(db, id, CHILD, type, SPAN("2026"), &got));
	assert_status(version_get_of(db, id, CHILD, type, SPAN("2025"), &got), ST_NOTFOUND);
	assert_status(version_get_of(db, id, CHILD, SPAN("other"), SPAN("2026"), &got),
		      ST_NOTFOUND);
	assert_status(version_get_of(db, id, SPAN("c7k3m9q2v5"), type, SPAN("2026"), &got),
		      ST_NOTFOUND);
	assert_ok(version_number(db, CHILD, type, SPAN("2026"), 1, &got));
	assert_string_equal(got.id, put.id);
	assert_status(version_number(db, CHILD, type, SPAN("2026"), 2, &got), ST_NOTFOUND);
	assert_status(version_number(db, CHILD, type, SPAN("2026"), 0, &got), ST_NOTFOUND);
}

static enum status note_version(void *ctx, const struct version_row *v)
{
	size_t len = strlen(ctx);

	snprintf((char *)ctx + len, 256 - len, "%lld:%d ", v->n, atoi(v->id));
	return ST_OK;
}

static void versions_are_listed_newest_first_and_cleared_by_child(void **state)
{
	struct span type = SPAN("kyoiku-shien");
	char seen[256] = "";

	(void)state;
	for (int i = 11; i < 14; i++) {
		struct version_row v = version_of(i, "c7k3m9q2v4", "2026");
		assert_ok(version_add(db, &v));
		v = version_of(i, "c7k3m9q2v5", "2026");
		snprintf(v.id, sizeof v.id, "%040d", i + 100);
		assert_ok(version_add(db, &v));
	}
	assert_ok(version_each(db, CHILD, type, SPAN("2026"), note_version, seen));
	assert_string_equal(seen, "3:13 2:12 1:11 ");
	assert_ok(version_clear(db, CHILD));
	seen[0] = '\0';
	assert_ok(version_each(db, CHILD, type, SPAN("2026"), note_version, seen));
	assert_string_equal(seen, "");
	assert_ok(version_each(db, SPAN("c7k3m9q2v5"), type, SPAN("2026"), note_version, seen));
	assert_string_equal(seen, "3:113 2:112 1:111 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_sheet_comes_back_as_it_was_put),
	    TEST(sheets_of_a_child_are_listed_and_cleared_apart_from_others),
	    TEST(drafts_wait_oldest_first),
	    TEST(versions_of_each_sheet_are_numbered_from_1),
	    TEST(a_version_is_found_by_its_commit_and_its_number),
	    TEST(versions_are_listed_newest_first_and_cleared_by_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
