#include "db_help.h"

struct seen {
	char text[512];
	size_t len;
};

static enum status note_enrolment(void *ctx, const struct enrolment *e)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s %s..%s\n",
				   e->institution, e->since, e->until);
	return ST_OK;
}

static enum status note_guardian(void *ctx, const struct guardian *g)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s %s\n", g->account,
				   g->relation);
	return ST_OK;
}

#define ID SPAN("c7k3m9q2v4")

static void put_hanako(void)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct enrolment es[] = {
	    {"kudan-es", "2026-04-01", ""},
	    {"sakura", "2022-04-01", "2026-03-31"},
	    {"once", "2026-11-20", "2026-11-20"},
	};
	const struct guardian gs[] = {{"yamada", "mother"}, {"abe", "grandparent"}};

	assert_ok(child_put(db, &c, es, 3, gs, 2));
}

static void a_child_comes_back_with_all_that_belongs_to_it(void **state)
{
	struct child_row got,
	    want = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	struct seen s = {.len = 0};

	(void)state;
	assert_status(child_get(db, ID, &got), ST_NOTFOUND);
	put_hanako();
	assert_ok(child_get(db, ID, &got));
	assert_memory_equal(&got, &want, sizeof got);
	assert_ok(child_enrolments(db, ID, note_enrolment, &s));
	assert_string_equal(s.text, "sakura 2022-04-01..2026-03-31\n"
				    "kudan-es 2026-04-01..\n"
				    "once 2026-11-20..2026-11-20\n");
	s = (struct seen){.len = 0};
	assert_ok(child_guardians(db, ID, note_guardian, &s));
	assert_string_equal(s.text, "abe grandparent\nyamada mother\n");
}

static void putting_again_replaces_everything(void **state)
{
	const struct child_row c = child_of("c7k3m9q2v4", "鈴木花子", "すずきはなこ", "2019-05-12");
	const struct enrolment e = {"other", "2026-12-01", ""};
	struct seen s = {.len = 0};
	struct child_row got;

	(void)state;
	put_hanako();
	assert_ok(child_put(db, &c, &e, 1, NULL, 0));
	assert_ok(child_get(db, ID, &got));
	assert_string_equal(got.name, "鈴木花子");
	assert_ok(child_enrolments(db, ID, note_enrolment, &s));
	assert_string_equal(s.text, "other 2026-12-01..\n");
	s = (struct seen){.len = 0};
	assert_ok(child_guardians(db, ID, note_guardian, &s));
	assert_string_equal(s.text, "");
	assert_int_equal(ask("index.db", "SELECT count(*) FROM child_gram"), 1);
}

static struct standing standing(struct account a, const char *today)
{
	struct standing s;

	assert_ok(child_standing(db, ID, &a, span_of(today), &s));
	return s;
}

static void staff_stand_by_the_days_of_the_enrolment(void **state)
{
	static const struct {
		const char *institution, *today;
		bool enrolled, was;
	} cases[] = {
	    {"kudan-es", "2026-03-31", false, false},  {"kudan-es", "2026-04-01", true, true},
	    {"kudan-es", "2037-01-01", true, true},    {"sakura", "2022-03-31", false, false},
	    {"sakura", "2022-04-01", true, true},      {"sakura", "2026-03-31", true, true},
	    {"sakura", "2026-04-01", false, true},     {"once", "2026-11-19", false, false},
	    {"once", "2026-11-20", true, true},	       {"once", "2026-11-21", false, true},
	    {"elsewhere", "2026-11-20", false, false}, {"", "2026-11-20", false, false},
	};

	(void)state;
	put_hanako();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct standing s = standing(
		    account_of("tanaka", ROLE_SCHOOL, cases[i].institution), cases[i].today);

		if (!s.exists || s.enrolled != cases[i].enrolled ||
		    s.was_enrolled != cases[i].was || s.guardian)
			fail_msg("%s on %s: %d %d", cases[i].institution, cases[i].today,
				 s.enrolled, s.was_enrolled);
	}
}

static void only_a_household_is_a_guardian_and_only_staff_are_enrolled_with(void **state)
{
	struct account odd = account_of("yamada", ROLE_SCHOOL, "kudan-es");
	struct standing s;

	(void)state;
	put_hanako();
	s = standing(account_of("yamada", ROLE_HOUSEHOLD, ""), "2026-11-20");
	assert_true(s.exists && s.guardian && !s.enrolled && !s.was_enrolled);
	s = standing(account_of("suzuki", ROLE_HOUSEHOLD, ""), "2026-11-20");
	assert_true(s.exists && !s.guardian && !s.enrolled);
	s = standing(odd, "2026-11-20"); /* a teacher whose id is a guardian's */
	assert_true(s.enrolled && !s.guardian);
	odd = account_of("abe", ROLE_HOUSEHOLD, "kudan-es"); /* a household with an institution */
	s = standing(odd, "2026-11-20");
	assert_true(s.guardian && !s.enrolled);
}

static void a_child_that_is_not_there_has_no_standing(void **state)
{
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es");
	struct standing s;

	(void)state;
	put_hanako();
	assert_ok(child_standing(db, SPAN("c000000000"), &a, SPAN("2026-11-20"), &s));
	assert_true(!s.exists && !s.enrolled && !s.was_enrolled && !s.guardian);
	assert_ok(child_standing(db, SPAN("' OR ''='"), &a, SPAN("2026-11-20"), &s));
	assert_true(!s.exists && !s.enrolled && !s.was_enrolled && !s.guardian);
}

static bool shared(const char *child, const char *type, const char *institution)
{
	bool out = false;

	assert_ok(share_get(db, span_of(child), span_of(type), span_of(institution), &out));
	return out;
}

static void a_share_is_for_one_child_one_type_and_one_institution(void **state)
{
	struct span type = SPAN("kyoiku-shien"), school = SPAN("kudan-es");

	(void)state;
	assert_false(shared("c7k3m9q2v4", "kyoiku-shien", "kudan-es"));
	assert_ok(share_put(db, ID, type, school, true));
	assert_ok(share_put(db, ID, type, school, true)); /* twice is once */
	assert_true(shared("c7k3m9q2v4", "kyoiku-shien", "kudan-es"));
	assert_false(shared("c7k3m9q2v5", "kyoiku-shien", "kudan-es"));
	assert_false(shared("c7k3m9q2v4", "kyoiku-shie", "kudan-es"));
	assert_false(shared("c7k3m9q2v4", "kyoiku-shien", "kudan"));
	assert_ok(share_put(db, ID, type, SPAN("other"), true));
	assert_ok(share_put(db, ID, type, school, false)); /* taken back */
	assert_false(shared("c7k3m9q2v4", "kyoiku-shien", "kudan-es"));
	assert_true(shared("c7k3m9q2v4", "kyoiku-shien", "other"));
	assert_ok(share_put(db, SPAN("c7k3m9q2v5"), type, school, true));
	assert_ok(share_clear(db, ID));
	assert_false(shared("c7k3m9q2v4", "kyoiku-shien", "other"));
	assert_true(shared("c7k3m9q2v5", "kyoiku-shien", "kudan-es"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_child_comes_back_with_all_that_belongs_to_it),
	    TEST(putting_again_replaces_everything),
	    TEST(staff_stand_by_the_days_of_the_enrolment),
	    TEST(only_a_household_is_a_guardian_and_only_staff_are_enrolled_with),
	    TEST(a_child_that_is_not_there_has_no_standing),
	    TEST(a_share_is_for_one_child_one_type_and_one_institution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
