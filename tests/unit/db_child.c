#include "db_help.h"

struct seen {
	char text[512];
	size_t len;
};

static enum status note_enrolment(void *ctx, const struct enrolment *e)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s %s..%s %s\n",
				   e->institution, e->since, e->until, e->class);
	return ST_OK;
}

static enum status note_guardian(void *ctx, const struct guardian *g)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s %s %s\n",
				   g->account, g->relation, g->suspended);
	return ST_OK;
}

static enum status note_protection(void *ctx, const struct protection *p)
{
	struct seen *s = ctx;

	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s %s %s\n",
				   p->guardian, p->kind, p->value);
	return ST_OK;
}

#define ID SPAN("c7k3m9q2v4")

static void put_hanako(void)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct enrolment es[] = {
	    {"kudan-es", "2026-04-01", "", "1年2組"},
	    {"sakura", "2022-04-01", "2026-03-31", ""},
	    {"once", "2026-11-20", "2026-11-20", ""},
	};
	const struct guardian gs[] = {{"yamada", "mother", ""}, {"abe", "father", "2026-06-01"}};
	const struct protection ps[] = {{"abe", "school", "kudan-es"},
					{"abe", "address", "九段南1-6-11 \"'; --"}};

	assert_ok(child_put(db, &(struct child_all){&c, es, 3, gs, 2, ps, 2}));
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
	assert_string_equal(s.text, "sakura 2022-04-01..2026-03-31 \n"
				    "kudan-es 2026-04-01.. 1年2組\n"
				    "once 2026-11-20..2026-11-20 \n");
	s = (struct seen){.len = 0};
	assert_ok(child_guardians(db, ID, note_guardian, &s));
	assert_string_equal(s.text, "abe father 2026-06-01\nyamada mother \n");
	s = (struct seen){.len = 0};
	assert_ok(child_protections(db, ID, note_protection, &s));
	assert_string_equal(s.text, "abe address 九段南1-6-11 \"'; --\nabe school kudan-es\n");
	s = (struct seen){.len = 0};
	assert_ok(child_protections(db, SPAN("c7k3m9q2v5"), note_protection, &s));
	assert_string_equal(s.text, "");
}

static void putting_again_replaces_everything(void **state)
{
	const struct child_row c = child_of("c7k3m9q2v4", "鈴木花子", "すずきはなこ", "2019-05-12");
	const struct enrolment e = stay_of("other", "2026-12-01", "");
	struct seen s = {.len = 0};
	struct child_row got;

	(void)state;
	put_hanako();
	assert_ok(put_child(&c, &e, 1, NULL, 0));
	assert_ok(child_get(db, ID, &got));
	assert_string_equal(got.name, "鈴木花子");
	assert_ok(child_enrolments(db, ID, note_enrolment, &s));
	assert_string_equal(s.text, "other 2026-12-01.. \n");
	s = (struct seen){.len = 0};
	assert_ok(child_guardians(db, ID, note_guardian, &s));
	assert_string_equal(s.text, "");
	assert_ok(child_protections(db, ID, note_protection, &s));
	assert_string_equal(s.text, "");
	assert_int_equal(ask("index.db", "SELECT count(*) FROM child_gram"), 1);
}

static void what_is_no_id_of_a_child_is_not_put(void **state)
{
	static const char *const ids[] = {"",		"c",	      "c7k3m9q2v",
					  "x7k3m9q2v4", "c7k3m9q2vi", "C7K3M9Q2V4"};

	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct child_row c = child_of(ids[i], "林", "はやし", "2019-05-01");

		assert_status(put_child(&c, NULL, 0, NULL, 0), ST_INVALID);
	}
	assert_int_equal(ask("index.db", "SELECT count(*) FROM child"), 0);
}

static struct standing standing(struct account a, const char *today)
{
	struct standing s;

	memset(&s, 0xff, sizeof s);
	assert_ok(child_standing(db, ID, &a, span_of(today), &s));
	return s;
}

static void assert_stays(const struct standing *s, const char *want)
{
	struct seen found = {.len = 0};

	for (size_t i = 0; i < s->nstays; i++)
		note_enrolment(&found, &s->stays[i]);
	assert_string_equal(found.text, want);
}

/* Every stay, on whatever day: what counts of them the decision says, with its lead and tail. */
static void staff_stand_by_the_stays_at_their_institution(void **state)
{
	static const char *const cases[][2] = {
	    {"kudan-es", "kudan-es 2026-04-01.. 1年2組\n"},
	    {"sakura", "sakura 2022-04-01..2026-03-31 \n"},
	    {"once", "once 2026-11-20..2026-11-20 \n"},
	    {"elsewhere", ""},
	    {"", ""},
	};
	static const char *const days[] = {"2000-01-01", "2026-04-01", "2099-01-01"};

	(void)state;
	put_hanako();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
			struct standing s =
			    standing(account_of("tanaka", ROLE_SCHOOL, cases[i][0]), days[d]);

			assert_true(s.exists && !s.guardian && !s.suspended);
			assert_stays(&s, cases[i][1]);
		}
}

static void stays_are_newest_first_and_the_oldest_give_way(void **state)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	struct enrolment es[STANDING_STAYS + 3];
	struct standing s;

	(void)state;
	for (int i = 0; i < STANDING_STAYS + 3; i++) {
		char day[11];

		snprintf(day, sizeof day, "%04d-04-01", 1990 + (i * 11) % (STANDING_STAYS + 3));
		es[i] = stay_of("ryoiku", day, day);
	}
	assert_ok(put_child(&c, es, STANDING_STAYS + 3, NULL, 0));
	s = standing(account_of("tanaka", ROLE_SCHOOL, "ryoiku"), "2026-11-20");
	assert_int_equal(s.nstays, STANDING_STAYS);
	for (int i = 0; i < STANDING_STAYS; i++) {
		char day[11];

		snprintf(day, sizeof day, "%04d-04-01", 1990 + STANDING_STAYS + 2 - i);
		assert_string_equal(s.stays[i].since, day);
	}
}

static void a_guardian_is_suspended_from_a_day_on(void **state)
{
	static const struct {
		const char *who, *today;
		bool guardian, suspended;
	} cases[] = {
	    {"yamada", "2026-11-20", true, false},  {"abe", "2026-05-31", true, false},
	    {"abe", "2026-06-01", true, true},	    {"abe", "2026-06-02", true, true},
	    {"suzuki", "2026-11-20", false, false},
	};

	(void)state;
	put_hanako();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct standing s =
		    standing(account_of(cases[i].who, ROLE_HOUSEHOLD, ""), cases[i].today);

		assert_true(s.exists);
		assert_int_equal(s.nstays, 0);
		if (s.guardian != cases[i].guardian || s.suspended != cases[i].suspended)
			fail_msg("%s on %s", cases[i].who, cases[i].today);
	}
}

static void only_a_household_is_a_guardian_and_only_staff_have_stays(void **state)
{
	struct account odd = account_of("yamada", ROLE_SCHOOL, "kudan-es");
	struct standing s;

	(void)state;
	put_hanako();
	s = standing(odd, "2026-11-20"); /* a teacher whose id is a guardian's */
	assert_true(s.nstays == 1 && !s.guardian);
	odd = account_of("abe", ROLE_HOUSEHOLD, "kudan-es"); /* a household with an institution */
	s = standing(odd, "2026-05-01");
	assert_true(s.guardian && s.nstays == 0);
}

static void a_child_that_is_not_there_has_no_standing(void **state)
{
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es");
	struct standing s;

	(void)state;
	put_hanako();
	assert_ok(child_standing(db, SPAN("c000000000"), &a, SPAN("2026-11-20"), &s));
	assert_true(!s.exists && !s.nstays && !s.guardian && !s.suspended);
	assert_ok(child_standing(db, SPAN("' OR ''='"), &a, SPAN("2026-11-20"), &s));
	assert_true(!s.exists && !s.nstays && !s.guardian && !s.suspended);
	a = account_of("abe", ROLE_HOUSEHOLD, "");
	assert_ok(child_standing(db, SPAN("c000000000"), &a, SPAN("2026-11-20"), &s));
	assert_true(!s.exists && !s.nstays && !s.guardian && !s.suspended);
}

static void children_are_counted_once_however_often_they_come(void **state)
{
	const struct child_row other = child_of("c000000001", "林", "はやし", "2019-05-01");
	const struct enrolment es[] = {
	    stay_of("sakura", "2020-04-01", "2021-03-31"),
	    stay_of("sakura", "2026-04-01", "2026-11-20"),
	    stay_of("sakura", "2026-11-20", ""),
	};
	static const struct {
		const char *institution, *today;
		long ever, now;
	} cases[] = {
	    {"sakura", "2026-11-20", 2, 1}, {"sakura", "2026-03-31", 2, 1},
	    {"sakura", "2022-04-01", 2, 1}, {"sakura", "2020-04-01", 2, 1},
	    {"sakura", "2020-03-31", 2, 0}, {"kudan-es", "2026-11-20", 1, 1},
	    {"gone", "2026-11-20", 0, 0},
	};

	(void)state;
	put_hanako();
	assert_ok(put_child(&other, es, 3, NULL, 0));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		long ever = -1, now = -1;

		assert_ok(child_count(db, span_of(cases[i].institution), span_of(cases[i].today),
				      &ever, &now));
		if (ever != cases[i].ever || now != cases[i].now)
			fail_msg("%s on %s: %ld %ld", cases[i].institution, cases[i].today, ever,
				 now);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_child_comes_back_with_all_that_belongs_to_it),
	    TEST(putting_again_replaces_everything),
	    TEST(what_is_no_id_of_a_child_is_not_put),
	    TEST(staff_stand_by_the_stays_at_their_institution),
	    TEST(stays_are_newest_first_and_the_oldest_give_way),
	    TEST(a_guardian_is_suspended_from_a_day_on),
	    TEST(only_a_household_is_a_guardian_and_only_staff_have_stays),
	    TEST(a_child_that_is_not_there_has_no_standing),
	    TEST(children_are_counted_once_however_often_they_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
