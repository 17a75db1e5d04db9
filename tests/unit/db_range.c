#include "db_help.h"

#include "vault/db/range.h"

#define CHILD SPAN("c7k3m9q2v4")
#define TODAY SPAN("2026-11-20")

static void put_hanako(void)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct enrolment es[] = {
	    stay_of("kudan-es", "2026-04-01", ""),
	    stay_of("sakura", "2022-04-01", "2026-03-31"),
	    stay_of("later", "2026-11-21", ""),
	};

	assert_ok(put_child(&c, es, 3, NULL, 0));
}

/* In force, for ever, for tanaka, about all. */
static struct range_row range_of(const char *id)
{
	struct range_row r = {
	    .account = "tanaka", .opens = true, .since = "2026-04-01", .state = "in-force"};

	snprintf(r.id, sizeof r.id, "%s", id);
	return r;
}

static struct range_row about(const char *id, const char *child, const char *children_of)
{
	struct range_row r = range_of(id);

	snprintf(r.child, sizeof r.child, "%s", child);
	snprintf(r.children_of, sizeof r.children_of, "%s", children_of);
	return r;
}

static void put(struct range_row r)
{
	assert_ok(range_put(db, &r));
}

struct seen {
	char text[512];
	size_t len;
};

static enum status note(void *ctx, const struct range_row *r)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s ", r->id);
	return ST_OK;
}

static void assert_about(struct account a, const char *today, const char *want)
{
	struct range_row found[STANDING_RANGES];
	struct seen s = {.len = 0};
	size_t count = 99;

	assert_ok(range_about(db, CHILD, &a, span_of(today), found, &count));
	for (size_t i = 0; i < count; i++)
		note(&s, &found[i]);
	if (strcmp(s.text, want) != 0)
		fail_msg("%s on %s: %s", a.id, today, s.text);
}

static struct account tanaka(void)
{
	return account_of("tanaka", ROLE_HEALTH, "centre");
}

static void a_range_comes_back_whole(void **state)
{
	struct range_row want = {
	    .id = "r1",
	    .institution = "centre",
	    .write = true,
	    .children_of = "kudan-es",
	    .type = "kyoiku-shien",
	    .section = "health",
	    .since = "2026-04-01",
	    .until = "2027-03-31",
	    .state = "declined",
	    .asked_by = "admin-1",
	    .confirmed_by = "admin-2",
	    .ended_by = "os:root",
	    .asked_at = 1795000000,
	    .reason = "巡回相談のため \"'; --",
	};
	struct range_row got;

	(void)state;
	assert_status(range_get(db, SPAN("r1"), &got), ST_NOTFOUND);
	put(want);
	assert_ok(range_get(db, SPAN("r1"), &got));
	assert_memory_equal(&got, &want, sizeof got);
	want = about("r1", "c7k3m9q2v4", "");
	put(want); /* in place of it */
	assert_ok(range_get(db, SPAN("r1"), &got));
	assert_memory_equal(&got, &want, sizeof got);
	assert_status(range_get(db, SPAN("' OR ''='"), &got), ST_NOTFOUND);
}

static void all_are_listed_newest_first(void **state)
{
	struct seen s = {.len = 0};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct range_row r = range_of((const char *[]){"a", "b", "c", "d"}[i]);

		r.asked_at = (const int[]){30, 10, 40, 30}[i];
		snprintf(r.state, sizeof r.state, "%s", i % 2 ? "asked" : "ended");
		put(r);
	}
	assert_ok(range_each(db, note, &s));
	assert_string_equal(s.text, "c d a b ");
}

static void a_range_is_for_exactly_one_and_about_one_thing(void **state)
{
	struct range_row none = range_of("r1"), both = range_of("r1"), twice = range_of("r1"), got;

	(void)state;
	memset(none.account, 0, sizeof none.account);
	snprintf(both.institution, sizeof both.institution, "centre");
	snprintf(twice.child, sizeof twice.child, "c7k3m9q2v4");
	snprintf(twice.children_of, sizeof twice.children_of, "sakura");
	assert_status(range_put(db, &none), ST_INVALID);
	assert_status(range_put(db, &both), ST_INVALID);
	assert_status(range_put(db, &twice), ST_INVALID);
	assert_status(range_get(db, SPAN("r1"), &got), ST_NOTFOUND);
}

static void ranges_are_about_a_child_by_name_by_place_or_all(void **state)
{
	(void)state;
	put_hanako();
	put(about("all", "", ""));
	put(about("named", "c7k3m9q2v4", ""));
	put(about("other", "c7k3m9q2v5", ""));
	put(about("here", "", "kudan-es"));
	put(about("before", "", "sakura"));
	put(about("later", "", "later"));
	put(about("elsewhere", "", "elsewhere"));
	assert_about(tanaka(), "2026-11-20", "all here named ");
	assert_about(tanaka(), "2026-11-21", "all here later named ");
	assert_about(account_of("suzuki", ROLE_HEALTH, "centre"), "2026-11-20", "");
}

static void only_what_is_in_force_today_counts(void **state)
{
	static const struct {
		const char *state, *since, *until;
		bool counts;
	} cases[] = {
	    {"in-force", "2026-11-20", "", true},
	    {"in-force", "2026-11-20", "2026-11-20", true},
	    {"in-force", "2026-11-19", "2026-11-21", true},
	    {"in-force", "2026-11-21", "", false},
	    {"in-force", "2026-11-01", "2026-11-19", false},
	    {"asked", "2026-11-20", "", false},
	    {"ended", "2026-11-20", "", false},
	    {"declined", "2026-11-20", "", false},
	    {"", "2026-11-20", "", false},
	};

	(void)state;
	put_hanako();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct range_row r = range_of("r");

		snprintf(r.state, sizeof r.state, "%s", cases[i].state);
		snprintf(r.since, sizeof r.since, "%s", cases[i].since);
		snprintf(r.until, sizeof r.until, "%s", cases[i].until);
		put(r);
		assert_about(tanaka(), "2026-11-20", cases[i].counts ? "r " : "");
	}
}

/* An account's own, its institution's if it is staff; those that close as well. */
static void a_range_reaches_an_account_or_the_staff_of_an_institution(void **state)
{
	struct range_row r = range_of("centre");
	struct account household = account_of("yamada", ROLE_HOUSEHOLD, "centre");

	(void)state;
	put_hanako();
	memset(r.account, 0, sizeof r.account);
	snprintf(r.institution, sizeof r.institution, "centre");
	r.opens = false;
	put(r);
	put(range_of("own"));
	assert_about(tanaka(), "2026-11-20", "centre own ");
	assert_about(account_of("suzuki", ROLE_HEALTH, "centre"), "2026-11-20", "centre ");
	assert_about(account_of("tanaka", ROLE_HEALTH, "other"), "2026-11-20", "own ");
	assert_about(account_of("suzuki", ROLE_HEALTH, "other"), "2026-11-20", "");
	assert_about(account_of("suzuki", ROLE_HEALTH, ""), "2026-11-20", "");
	assert_about(household, "2026-11-20", "");
	assert_about(account_of("", ROLE_HEALTH, ""), "2026-11-20", "");
}

static void too_many_ranges_are_an_error_and_not_a_few(void **state)
{
	struct range_row found[STANDING_RANGES];
	struct account a = tanaka();
	size_t count;

	(void)state;
	put_hanako();
	for (int i = 0; i < STANDING_RANGES; i++) {
		char id[8];

		snprintf(id, sizeof id, "r%d", i);
		put(range_of(id));
	}
	assert_ok(range_about(db, CHILD, &a, TODAY, found, &count));
	assert_int_equal(count, STANDING_RANGES);
	put(range_of("one-more"));
	assert_status(range_about(db, CHILD, &a, TODAY, found, &count), ST_TOOBIG);
}

static void a_setting_is_replaced_whole(void **state)
{
	struct buf value;

	(void)state;
	buf_init(&value, 100);
	buf_adds(&value, "old");
	assert_status(setting_get(db, SPAN("lead-days"), &value), ST_NOTFOUND);
	assert_string_equal(buf_str(&value), "");
	assert_ok(setting_put(db, SPAN("lead-days"), SPAN("30")));
	assert_ok(setting_put(db, SPAN("tail-days"), SPAN("")));
	assert_ok(setting_put(db, SPAN("lead-days"), SPAN("7")));
	assert_ok(setting_get(db, SPAN("lead-days"), &value));
	assert_string_equal(buf_str(&value), "7");
	assert_ok(setting_get(db, SPAN("tail-days"), &value));
	assert_string_equal(buf_str(&value), "");
	buf_clear(&value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_range_comes_back_whole),
	    TEST(all_are_listed_newest_first),
	    TEST(a_range_is_for_exactly_one_and_about_one_thing),
	    TEST(ranges_are_about_a_child_by_name_by_place_or_all),
	    TEST(only_what_is_in_force_today_counts),
	    TEST(a_range_reaches_an_account_or_the_staff_of_an_institution),
	    TEST(too_many_ranges_are_an_error_and_not_a_few),
	    TEST(a_setting_is_replaced_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
