#include "db_help.h"

#include "vault/db/share.h"

#define CHILD SPAN("c7k3m9q2v4")
#define TYPE SPAN("kyoiku-shien")
#define SCHOOL SPAN("kudan-es")

static struct arena *arena;
static struct share *list;
static size_t count;

static void look(struct span child, struct span institution, const char *day)
{
	arena_free(arena);
	arena = arena_new(1 << 20);
	assert_ok(share_list(db, child, institution, span_of(day), arena, &list, &count));
}

static void put(struct span type, struct span source, struct span sections, const char *since,
		const char *until)
{
	assert_ok(share_put(db, &(struct share){.child = CHILD,
						.type = type,
						.institution = SCHOOL,
						.source = source,
						.sections = sections,
						.since = span_of(since),
						.until = span_of(until)}));
}

static void a_share_is_for_one_child_and_one_institution(void **state)
{
	(void)state;
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 0);
	put(TYPE, SPAN_NONE, SPAN_NONE, "", "");
	put(TYPE, SPAN_NONE, SPAN("goals,health"), "", ""); /* in its place */
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 1);
	assert_true(span_is(list[0].type, "kyoiku-shien"));
	assert_true(span_is(list[0].sections, "goals,health"));
	assert_true(span_is(list[0].source, ""));
	look(SPAN("c7k3m9q2v5"), SCHOOL, "2026-11-20");
	assert_int_equal(count, 0);
	look(CHILD, SPAN("kudan"), "2026-11-20");
	assert_int_equal(count, 0);
}

static void it_counts_on_its_days_both_included(void **state)
{
	(void)state;
	put(TYPE, SPAN("h1"), SPAN_NONE, "2026-04-01", "2026-04-30");
	for (size_t i = 0; i < 4; i++) {
		static const char *const days[] = {"2026-03-31", "2026-04-01", "2026-04-30",
						   "2026-05-01"};

		look(CHILD, SCHOOL, days[i]);
		assert_int_equal(count, i == 1 || i == 2);
	}
}

static void consent_and_handovers_stand_beside_each_other(void **state)
{
	struct share consent = {.child = CHILD, .type = TYPE, .institution = SCHOOL};

	(void)state;
	put(TYPE, SPAN("h2"), SPAN_NONE, "", "");
	put(TYPE, SPAN_NONE, SPAN_NONE, "", "");
	put(SPAN("health"), SPAN("h1"), SPAN_NONE, "", "");
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 3);
	assert_true(span_is(list[0].type, "health"));
	assert_true(span_is(list[1].source, ""));
	assert_ok(share_drop(db, &consent));
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 2);
	assert_ok(share_clear(db, CHILD, false)); /* of consent: handovers stay */
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 2);
	assert_ok(share_clear(db, CHILD, true));
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, 0);
}

static void too_many_are_none(void **state)
{
	char source[16];

	(void)state;
	for (int i = 0; i < SHARES_MAX; i++) {
		snprintf(source, sizeof source, "h%d", i);
		put(TYPE, span_of(source), SPAN_NONE, "", "");
	}
	look(CHILD, SCHOOL, "2026-11-20");
	assert_int_equal(count, SHARES_MAX);
	put(TYPE, SPAN("one-more"), SPAN_NONE, "", "");
	assert_int_equal(share_list(db, CHILD, SCHOOL, SPAN("2026-11-20"), arena, &list, &count),
			 ST_TOOBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_share_is_for_one_child_and_one_institution),
	    TEST(it_counts_on_its_days_both_included),
	    TEST(consent_and_handovers_stand_beside_each_other),
	    TEST(too_many_are_none),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(arena);
	return failed;
}
