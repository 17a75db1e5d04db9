#include "db_help.h"

#include "vault/db/range.h"
#include "vault/db/session.h"

#include <pthread.h>

/* Another database beside the one of the folder: everything below goes to `past`. */
static struct db *present, *past;

static int with_past(void **state)
{
	set_up(state);
	present = db;
	assert_ok(db_open_past(&past));
	db = past; /* what put_child and put_institution fill */
	return 0;
}

static int without_past(void **state)
{
	db_close(past);
	past = NULL;
	db = present;
	return tear_down(state);
}

static const struct range_row range = {.id = "r1",
				       .account = "tanaka",
				       .opens = true,
				       .child = "c7k3m9q2v4",
				       .since = "2026-04-01",
				       .state = "in-force"};

static enum status count_one(void *ctx, const struct child_row *c)
{
	(void)c;
	++*(int *)ctx;
	return ST_OK;
}

static void fill(void)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct enrolment e = stay_of("kudan-es", "2026-04-01", "");
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es");

	put_institution("kudan-es", ROLE_SCHOOL);
	assert_ok(account_put(db, &a));
	assert_ok(put_child(&c, &e, 1, NULL, 0));
	assert_ok(range_put(db, &range));
	assert_ok(setting_put(db, SPAN("lead-days"), SPAN("7")));
}

static void the_past_answers_like_the_present(void **state)
{
	struct child_scope scope = {.range_account = SPAN("tanaka"), .today = SPAN("2026-11-20")};
	struct account a;
	struct standing s;
	struct range_row ranges[STANDING_RANGES];
	size_t count;
	int found = 0;

	(void)state;
	fill();
	assert_ok(account_get(past, SPAN("tanaka"), &a));
	assert_int_equal(a.role, ROLE_SCHOOL);
	assert_ok(child_standing(past, SPAN("c7k3m9q2v4"), &a, scope.today, &s));
	assert_true(s.exists && s.nstays == 1);
	assert_ok(range_about(past, SPAN("c7k3m9q2v4"), &a, scope.today, ranges, &count));
	assert_int_equal(count, 1);
	assert_ok(child_search(past, &scope, SPAN(""), 50, 0, count_one, &found));
	assert_ok(child_search(past, &scope, SPAN("花子"), 50, 0, count_one, &found));
	assert_int_equal(found, 2);
	assert_ok(db_clear_index(past));
	assert_status(account_get(past, SPAN("tanaka"), &a), ST_NOTFOUND);
}

static void the_past_touches_neither_the_present_nor_another_past(void **state)
{
	struct db *other;
	struct account a;

	(void)state;
	fill();
	assert_status(account_get(present, SPAN("tanaka"), &a), ST_NOTFOUND);
	assert_ok(db_open_past(&other));
	assert_status(account_get(other, SPAN("tanaka"), &a), ST_NOTFOUND);
	db_close(other);
	assert_ok(account_get(past, SPAN("tanaka"), &a));
}

static void *look(void *arg)
{
	struct account a;

	*(enum status *)arg = account_get(past, SPAN("half"), &a);
	return NULL;
}

/* Transactions hold there too: another thread waits for the end instead of seeing a half. */
static void other_threads_see_what_was_ended(void **state)
{
	struct account a = account_of("half", ROLE_SCHOOL, "kudan-es");
	enum status seen = ST_BUG;
	pthread_t t;

	(void)state;
	assert_ok(db_begin(past));
	assert_ok(account_put(past, &a));
	assert_int_equal(pthread_create(&t, NULL, look, &seen), 0);
	assert_status(db_end(past, ST_STALE), ST_STALE);
	pthread_join(t, NULL);
	assert_int_equal(seen, ST_NOTFOUND);
	assert_ok(account_put(past, &a));
	assert_int_equal(pthread_create(&t, NULL, look, &seen), 0);
	pthread_join(t, NULL);
	assert_int_equal(seen, ST_OK);
}

static enum status look_at_child(void *ctx, const struct child_row *c)
{
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es");
	struct standing s;

	assert_ok(child_standing(past, span_of(c->id), &a, SPAN("2026-11-20"), &s));
	return count_one(ctx, c);
}

static void questions_inside_a_loop_are_answered(void **state)
{
	struct child_scope all = {.all = true, .today = SPAN("2026-11-20")};
	int found = 0;

	(void)state;
	fill();
	assert_ok(child_search(past, &all, SPAN(""), 50, 0, look_at_child, &found));
	assert_int_equal(found, 1);
}

static void it_leaves_no_file(void **state)
{
	(void)state;
	fill();
	assert_false(file_exists(":memory:"));
	assert_false(file_exists("index.db"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PAST(f) cmocka_unit_test_setup_teardown(f, with_past, without_past)
	    PAST(the_past_answers_like_the_present),
	    PAST(the_past_touches_neither_the_present_nor_another_past),
	    PAST(other_threads_see_what_was_ended),
	    PAST(questions_inside_a_loop_are_answered),
	    PAST(it_leaves_no_file),
#undef PAST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
