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
	snprintf(s.step, sizeof s.step, "submit");
	snprintf(s.step_version, sizeof s.step_version, "%040d", 4);
	snprintf(s.owner, sizeof s.owner, "suzuki");
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
	assert_string_equal(got.step, put.step);
	assert_string_equal(got.step_version, put.step_version);
	assert_string_equal(got.owner, put.owner);
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

static struct sheet_wait waits_for(const char *account, const char *today)
{
	return (struct sheet_wait){.institution = SPAN("kudan-es"),
				   .account = span_of(account),
				   .today = span_of(today),
				   .until = span_of(today)};
}

/* What waits for an account, as "a/1 a/3 ". */
static const char *waiting(const struct sheet_wait *w, int limit)
{
	static char seen[256];

	seen[0] = '\0';
	assert_ok(sheet_row_waiting(db, w, limit, note, seen));
	return seen;
}

static void put_person(const char *id, const char *institution, const char *until, bool disabled)
{
	struct account a = {.staff = true, .role = ROLE_SCHOOL, .disabled = disabled};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.institution, sizeof a.institution, "%s", institution);
	snprintf(a.until, sizeof a.until, "%s", until);
	assert_ok(account_put(db, &a));
}

static void put_waiting(const char *id, const char *status, long long at, const char *owner)
{
	struct sheet_row s = sheet_of("c7k3m9q2v4", "a", id, status, at);

	snprintf(s.owner, sizeof s.owner, "%s", owner);
	assert_ok(sheet_row_put(db, &s));
}

static const struct child_row pupil = {"c7k3m9q2v4", "見本", "みほん", "2017-05-12", "other", ""};

static void work_waits_oldest_first_while_the_child_is_there(void **state)
{
	const struct enrolment stay = stay_of("kudan-es", "2024-04-01", "2026-11-30");
	struct sheet_wait w = waits_for("tanaka", "2026-11-20");

	(void)state;
	put_person("tanaka", "kudan-es", "", false);
	put_waiting("3", "draft", 30, "tanaka");
	put_waiting("1", "review", 10, "suzuki");
	put_waiting("2", "final", 20, "tanaka");
	put_waiting("5", "consent", 20, "tanaka");
	put_waiting("4", "draft", 40, "tanaka");
	assert_string_equal(waiting(&w, 10), ""); /* the child is not there */
	w.all = true;
	assert_string_equal(waiting(&w, 10), "a/1 a/3 a/4 ");
	w.all = false;
	assert_ok(put_child(&pupil, &stay, 1, NULL, 0));
	assert_string_equal(waiting(&w, 10), "a/1 a/3 a/4 ");
	assert_string_equal(waiting(&w, 2), "a/1 a/3 ");
	w.institution = SPAN("other");
	assert_string_equal(waiting(&w, 10), "");
	w = waits_for("tanaka", "2026-12-01");
	assert_string_equal(waiting(&w, 10), ""); /* it has left */
	w = waits_for("tanaka", "2024-03-31");
	assert_string_equal(waiting(&w, 10), "");
	w.until = SPAN("2024-04-01"); /* and comes tomorrow */
	assert_string_equal(waiting(&w, 10), "a/1 a/3 a/4 ");
}

static void a_draft_waits_for_its_owner_or_if_there_is_none_for_all(void **state)
{
	const struct enrolment stay = stay_of("kudan-es", "2024-04-01", "");
	struct sheet_wait w = waits_for("tanaka", "2026-11-20");

	(void)state;
	put_person("tanaka", "kudan-es", "", false);
	put_person("colleague", "kudan-es", "2026-11-20", false);
	put_person("stopped", "kudan-es", "", true);
	put_person("left", "kudan-es", "2026-11-19", false);
	put_person("moved", "other-es", "", false);
	assert_ok(put_child(&pupil, &stay, 1, NULL, 0));
	put_waiting("1", "draft", 1, "tanaka");
	put_waiting("2", "draft", 2, "colleague");
	put_waiting("3", "draft", 3, "stopped");
	put_waiting("4", "draft", 4, "left");
	put_waiting("5", "draft", 5, "moved");
	put_waiting("6", "draft", 6, "never-was");
	assert_string_equal(waiting(&w, 10), "a/1 a/3 a/4 a/5 a/6 ");
	w.account = SPAN("colleague");
	assert_string_equal(waiting(&w, 10), "a/2 a/3 a/4 a/5 a/6 ");
}

static enum status count_staff(void *ctx, const struct account *a)
{
	assert_string_equal(a->institution, "kudan-es");
	(*(int *)ctx)++;
	return ST_OK;
}

static void staff_are_those_of_the_institution(void **state)
{
	int n = 0;

	(void)state;
	put_person("tanaka", "kudan-es", "", false);
	put_person("stopped", "kudan-es", "", true);
	put_person("moved", "other-es", "", false);
	assert_ok(account_staff(db, SPAN("kudan-es"), count_staff, &n));
	assert_int_equal(n, 2);
	assert_ok(account_staff(db, SPAN(""), count_staff, &n));
	assert_int_equal(n, 2);
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
	snprintf(v.action, sizeof v.action, "save");
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
	assert_string_equal(got.action, put.action);
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
	    TEST(work_waits_oldest_first_while_the_child_is_there),
	    TEST(a_draft_waits_for_its_owner_or_if_there_is_none_for_all),
	    TEST(staff_are_those_of_the_institution),
	    TEST(versions_of_each_sheet_are_numbered_from_1),
	    TEST(a_version_is_found_by_its_commit_and_its_number),
	    TEST(versions_are_listed_newest_first_and_cleared_by_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
