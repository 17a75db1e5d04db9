#include "db_help.h"

#include "vault/db/access_token.h"

#define HASH SPAN("0123456789abcdef0123456789abcdef")
#define OTHER SPAN("0123456789abcdef0123456789abcde0")

static struct access_token token(const char *account, long long since, long long until)
{
	struct access_token t = {.since = since, .until = until};

	snprintf(t.account, sizeof t.account, "%s", account);
	snprintf(t.name, sizeof t.name, "git");
	snprintf(t.scope, sizeof t.scope, "c7k3m9q2v4");
	snprintf(t.reason, sizeof t.reason, "年に一度の監査のため");
	return t;
}

static enum status count_one(void *ctx, const struct access_token *t)
{
	(void)t;
	++*(int *)ctx;
	return ST_OK;
}

static int count(const char *account, long long now)
{
	int n = 0;

	assert_ok(access_token_each(db, span_of(account), now, count_one, &n));
	return n;
}

static void a_token_is_found_by_its_whole_hash_until_it_ends(void **state)
{
	struct access_token t = token("okada", 100, 200), got;

	(void)state;
	assert_ok(access_token_add(db, &t, HASH));
	assert_status(access_token_find(db, OTHER, 150, &got), ST_NOTFOUND);
	assert_status(access_token_find(db, HASH, 200, &got), ST_NOTFOUND);
	assert_ok(access_token_find(db, HASH, 199, &got));
	assert_string_equal(got.account, "okada");
	assert_string_equal(got.scope, "c7k3m9q2v4");
	assert_string_equal(got.reason, "年に一度の監査のため");
	assert_int_equal(got.used, 0);
	assert_ok(access_token_used(db, got.n, 180));
	assert_ok(access_token_find(db, HASH, 199, &got));
	assert_int_equal(got.used, 180);
	assert_int_equal(count("okada", 199), 1);
	assert_int_equal(count("okada", 200), 0);
	assert_ok(access_token_drop_all(db, SPAN("okada")));
}

static void nobody_ends_the_token_of_another(void **state)
{
	struct access_token t = token("okada", 100, 200);

	(void)state;
	assert_ok(access_token_add(db, &t, HASH));
	assert_status(access_token_drop(db, SPAN("other"), t.n), ST_NOTFOUND);
	assert_int_equal(count("okada", 150), 1);
	assert_ok(access_token_drop(db, SPAN("okada"), t.n));
	assert_status(access_token_drop(db, SPAN("okada"), t.n), ST_NOTFOUND);
	assert_int_equal(count("okada", 150), 0);
}

static void there_are_not_too_many_and_ended_ones_do_not_count(void **state)
{
	char hash[33];

	(void)state;
	for (int i = 0; i < ACCESS_TOKENS_MAX; i++) {
		struct access_token t = token("okada", 100, 200);

		snprintf(hash, sizeof hash, "%032d", i);
		assert_ok(access_token_add(db, &t, span_of(hash)));
	}
	struct access_token one_more = token("okada", 199, 300), other = token("mori", 199, 300);
	assert_status(access_token_add(db, &one_more, HASH), ST_TOOBIG);
	assert_ok(access_token_add(db, &other, OTHER));
	one_more.since = 200; /* now the others have ended */
	assert_ok(access_token_add(db, &one_more, HASH));
	assert_int_equal(count("okada", 250), 1);
	assert_ok(access_token_expire(db, 300));
	assert_int_equal(count("mori", 250), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_token_is_found_by_its_whole_hash_until_it_ends),
	    TEST(nobody_ends_the_token_of_another),
	    TEST(there_are_not_too_many_and_ended_ones_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
