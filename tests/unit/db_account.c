#include "db_help.h"

static void an_institution_comes_back_as_it_was_put(void **state)
{
	struct institution put = {.id = "kudan-es",
				  .kind = ROLE_SCHOOL,
				  .name = "九段小学校 \"'; --",
				  .opened = "1903-04-01",
				  .closed = "2027-03-31",
				  .into = "kojimachi-es",
				  .by_class = true},
			   got;

	(void)state;
	assert_status(institution_get(db, SPAN("kudan-es"), &got), ST_NOTFOUND);
	assert_ok(institution_put(db, &put));
	assert_ok(institution_get(db, SPAN("kudan-es"), &got));
	assert_memory_equal(&got, &put, sizeof got);
	memset(put.closed, 0, sizeof put.closed);
	memset(put.opened, 0, sizeof put.opened);
	memset(put.into, 0, sizeof put.into);
	put.by_class = false;
	put.kind = ROLE_NURSERY;
	assert_ok(institution_put(db, &put));
	assert_ok(institution_get(db, SPAN("kudan-es"), &got));
	assert_memory_equal(&got, &put, sizeof got);
	assert_status(institution_get(db, SPAN("kudan"), &got), ST_NOTFOUND);
	assert_status(institution_get(db, SPAN("' OR 1=1 --"), &got), ST_NOTFOUND);
}

struct seen {
	char text[512];
	size_t len;
	int stop_after;
};

static enum status note(struct seen *s, const char *id)
{
	s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s ", id);
	return s->stop_after && --s->stop_after == 0 ? ST_STALE : ST_OK;
}

static enum status note_institution(void *ctx, const struct institution *i)
{
	return note(ctx, i->id);
}

static enum status note_account(void *ctx, const struct account *a)
{
	return note(ctx, a->id);
}

static void lists_are_in_order_and_stop_when_told(void **state)
{
	struct seen s = {.len = 0}, first = {.stop_after = 1};
	struct account a;

	(void)state;
	put_institution("z-school", ROLE_SCHOOL);
	put_institution("a-school", ROLE_SCHOOL);
	put_institution("m-nursery", ROLE_NURSERY);
	assert_ok(institution_each(db, note_institution, &s));
	assert_string_equal(s.text, "m-nursery a-school z-school "); /* by kind, then id */
	assert_status(institution_each(db, note_institution, &first), ST_STALE);
	assert_string_equal(first.text, "m-nursery ");

	a = account_of("tanaka", ROLE_SCHOOL, "a-school");
	assert_ok(account_put(db, &a));
	a = account_of("abe", ROLE_HOUSEHOLD, "");
	assert_ok(account_put(db, &a));
	s = (struct seen){.len = 0};
	assert_ok(account_each(db, note_account, &s));
	assert_string_equal(s.text, "abe tanaka ");
}

static void every_role_comes_back(void **state)
{
	(void)state;
	for (enum role r = ROLE_NOBODY + 1; r < ROLE_COUNT; r++) {
		struct account a, got;

		put_institution("here", r);
		a = account_of("somebody", r, "here");
		if (!a.staff)
			memset(a.institution, 0, sizeof a.institution);
		snprintf(a.kana, sizeof a.kana, "だれか");
		snprintf(a.key, sizeof a.key, "%040d", 7);
		a.disabled = r % 2;
		a.whole = r % 2 == 0;
		snprintf(a.until, sizeof a.until, "2027-03-%02d", r);
		snprintf(a.classes, sizeof a.classes, "1-%d,ことり", r);
		assert_ok(account_put(db, &a));
		assert_ok(account_get(db, SPAN("somebody"), &got));
		assert_int_equal(got.role, r);
		assert_int_equal(got.staff, a.staff);
		assert_int_equal(got.disabled, a.disabled);
		assert_string_equal(got.id, a.id);
		assert_string_equal(got.institution, a.institution);
		assert_string_equal(got.name, a.name);
		assert_string_equal(got.kana, a.kana);
		assert_string_equal(got.key, a.key);
		assert_int_equal(got.whole, a.whole);
		assert_string_equal(got.until, a.until);
		assert_string_equal(got.classes, a.classes);
	}
}

static void staff_follow_the_kind_of_their_institution(void **state)
{
	struct account a = account_of("tanaka", ROLE_SCHOOL, "gone"), got;

	(void)state;
	assert_ok(account_put(db, &a));
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_int_equal(got.role, ROLE_NOBODY); /* no institution, no role, no right */
	assert_true(got.staff);
	put_institution("gone", ROLE_HEALTH);
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_int_equal(got.role, ROLE_HEALTH);
	assert_status(account_get(db, SPAN("nobody"), &got), ST_NOTFOUND);
}

static void staff_bring_what_their_institution_says(void **state)
{
	struct institution i = {
	    .id = "sakura", .kind = ROLE_NURSERY, .closed = "2026-03-31", .by_class = true};
	struct account a = account_of("tanaka", ROLE_NURSERY, "sakura"), got;

	(void)state;
	/* what the account itself says of it is nobody's word */
	snprintf(a.institution_closed, sizeof a.institution_closed, "2099-01-01");
	assert_ok(account_put(db, &a));
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_string_equal(got.institution_closed, "");
	assert_false(got.by_class);
	assert_ok(institution_put(db, &i));
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_string_equal(got.institution_closed, "2026-03-31");
	assert_true(got.by_class);
	i.closed[0] = '\0';
	i.by_class = false;
	assert_ok(institution_put(db, &i));
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_string_equal(got.institution_closed, "");
	assert_false(got.by_class);
}

/* Somebody whose stored role is a word that means nothing, or staff's, has no right. */
static void a_role_that_does_not_exist_is_no_role(void **state)
{
	struct account got;

	(void)state;
	tell("index.db", "INSERT INTO account VALUES('evil', 'root', '', 'x', '', 0, '',"
			 " '', 0, '')");
	assert_ok(account_get(db, SPAN("evil"), &got));
	assert_int_equal(got.role, ROLE_NOBODY);
	assert_false(got.staff);
}

static void a_key_knows_whose_it_is_and_how_long(void **state)
{
	struct key_row put = {.account = "tanaka", .since = 1795000000, .until = 0}, got;

	(void)state;
	snprintf(put.fingerprint, sizeof put.fingerprint, "%040d", 42);
	assert_status(key_get(db, span_of(put.fingerprint), &got), ST_NOTFOUND);
	assert_ok(key_put(db, &put));
	assert_ok(key_get(db, span_of(put.fingerprint), &got));
	assert_memory_equal(&got, &put, sizeof got);
	put.until = 1800000000;
	assert_ok(key_put(db, &put));
	assert_ok(key_get(db, span_of(put.fingerprint), &got));
	assert_int_equal(got.until, 1800000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_institution_comes_back_as_it_was_put),
	    TEST(lists_are_in_order_and_stop_when_told),
	    TEST(every_role_comes_back),
	    TEST(staff_follow_the_kind_of_their_institution),
	    TEST(staff_bring_what_their_institution_says),
	    TEST(a_role_that_does_not_exist_is_no_role),
	    TEST(a_key_knows_whose_it_is_and_how_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
