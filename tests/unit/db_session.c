#include "db_help.h"

#include "vault/db/session.h"

#define TOKEN SPAN("0123456789abcdef\0\1\2\3\4\5\6\7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff")
#define OTHER SPAN("0123456789abcdef\0\1\2\3\4\5\6\7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xfe")
#define ADDRESS SPAN("\0address\xff that has all 32 bytes\0")
#define WRAPPED SPAN("\0sealed\xff bytes\0")

static void put(struct span token, const char *account, long long since, long long seen)
{
	struct session_row s = {.since = since, .seen = seen};

	snprintf(s.account, sizeof s.account, "%s", account);
	assert_ok(session_put(db, token, &s, WRAPPED));
}

static void a_session_comes_back_by_its_whole_token(void **state)
{
	struct session_row got;
	struct buf wrapped;

	(void)state;
	buf_init_secret(&wrapped, 100);
	buf_adds(&wrapped, "old");
	assert_status(session_get(db, TOKEN, &got, &wrapped), ST_NOTFOUND);
	put(TOKEN, "tanaka", 100, 200);
	assert_ok(session_get(db, TOKEN, &got, &wrapped));
	assert_string_equal(got.account, "tanaka");
	assert_int_equal(got.since, 100);
	assert_int_equal(got.seen, 200);
	assert_false(got.weak);
	assert_true(span_eq(buf_span(&wrapped), WRAPPED));
	assert_status(session_get(db, OTHER, &got, NULL), ST_NOTFOUND);
	assert_status(session_get(db, span_make(TOKEN.p, 16), &got, NULL), ST_NOTFOUND);
	assert_status(session_get(db, SPAN(""), &got, NULL), ST_NOTFOUND);
	assert_ok(session_get(db, TOKEN, &got, NULL));
	buf_clear(&wrapped);
}

struct list {
	char text[512];
	size_t len;
	long long n[4];
	int count;
};

static enum status note(void *ctx, const struct session_row *s)
{
	struct list *l = ctx;

	l->len +=
	    (size_t)snprintf(l->text + l->len, sizeof l->text - l->len, "%s %lld-%lld %d %s %s\n",
			     s->account, s->since, s->seen, s->weak, s->agent, s->peer);
	l->n[l->count++ % 4] = s->n;
	return ST_OK;
}

static struct list sessions_of(const char *account)
{
	struct list l = {.len = 0};

	assert_ok(session_each(db, span_of(account), note, &l));
	return l;
}

static void a_person_sees_their_sessions_and_ends_one(void **state)
{
	struct session_row s = {.account = "tanaka",
				.n = 77,
				.since = 150,
				.seen = 160,
				.weak = true,
				.agent = "Firefox '\"; --",
				.peer = "2001:db8::1"};
	struct list l;

	(void)state;
	put(SPAN("a"), "tanaka", 100, 200);
	assert_ok(session_put(db, SPAN("b"), &s, WRAPPED));
	put(SPAN("c"), "suzuki", 120, 130);
	l = sessions_of("tanaka");
	assert_string_equal(l.text, "tanaka 150-160 1 Firefox '\"; -- 2001:db8::1\n"
				    "tanaka 100-200 0  \n");
	assert_true(l.n[0] != l.n[1] && l.n[0] != 77);
	assert_status(session_drop_one(db, SPAN("suzuki"), l.n[0]), ST_NOTFOUND); /* not theirs */
	assert_status(session_drop_one(db, SPAN("tanaka"), 999), ST_NOTFOUND);
	assert_string_equal(sessions_of("tanaka").text, l.text);
	assert_ok(session_drop_one(db, SPAN("tanaka"), l.n[0]));
	assert_string_equal(sessions_of("tanaka").text, "tanaka 100-200 0  \n");
	assert_status(session_drop_one(db, SPAN("tanaka"), l.n[0]), ST_NOTFOUND);
	assert_string_equal(sessions_of("suzuki").text, "suzuki 120-130 0  \n");
}

/* Somebody who looks at an old list must not end another session than the one that it shows. */
static void a_number_is_never_given_twice_and_stays(void **state)
{
	long long first;

	(void)state;
	put(TOKEN, "tanaka", 100, 200);
	first = sessions_of("tanaka").n[0];
	put(TOKEN, "tanaka", 101, 201); /* the same session again */
	assert_int_equal(sessions_of("tanaka").n[0], first);
	assert_string_equal(sessions_of("tanaka").text, "tanaka 101-201 0  \n");
	assert_ok(session_drop(db, TOKEN));
	put(OTHER, "tanaka", 100, 200);
	assert_true(sessions_of("tanaka").n[0] > first);
	assert_ok(session_drop_all(db, SPAN("tanaka")));
	db_close(db);
	assert_ok(db_open(&db, folder));
	put(TOKEN, "tanaka", 100, 200);
	assert_true(sessions_of("tanaka").n[0] > first + 1);
}

static void all_others_are_ended_at_once(void **state)
{
	(void)state;
	put(SPAN("a"), "tanaka", 100, 200);
	put(SPAN("b"), "tanaka", 101, 200);
	put(SPAN("c"), "tanaka", 102, 200);
	put(SPAN("d"), "suzuki", 103, 200);
	assert_ok(session_drop_others(db, SPAN("tanaka"), SPAN("b")));
	assert_string_equal(sessions_of("tanaka").text, "tanaka 101-200 0  \n");
	assert_string_equal(sessions_of("suzuki").text, "suzuki 103-200 0  \n");
}

static void a_session_brings_its_account_with_the_role_of_today(void **state)
{
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es"), got;
	struct session_row s;

	(void)state;
	put(TOKEN, "tanaka", 100, 200);
	assert_status(session_account(db, TOKEN, &s, &got), ST_NOTFOUND); /* no such account */
	assert_ok(account_put(db, &a));
	assert_ok(session_account(db, TOKEN, &s, &got));
	assert_string_equal(got.id, "tanaka");
	assert_int_equal(got.role, ROLE_NOBODY); /* its institution is not there */
	put_institution("kudan-es", ROLE_SCHOOL);
	assert_ok(session_account(db, TOKEN, &s, &got));
	assert_int_equal(got.role, ROLE_SCHOOL);
	assert_int_equal(s.seen, 200);
	assert_false(s.weak);
	assert_int_equal(s.n, sessions_of("tanaka").n[0]);
	s.weak = true;
	snprintf(s.agent, sizeof s.agent, "agent");
	snprintf(s.peer, sizeof s.peer, "192.0.2.1");
	assert_ok(session_put(db, TOKEN, &s, WRAPPED));
	s = (struct session_row){.n = 0};
	assert_ok(session_account(db, TOKEN, &s, &got));
	assert_true(s.weak);
	assert_string_equal(s.agent, "agent");
	assert_string_equal(s.peer, "192.0.2.1");
	a.disabled = true;
	assert_ok(account_put(db, &a));
	assert_ok(session_account(db, TOKEN, &s, &got));
	assert_true(got.disabled);
	assert_status(session_account(db, OTHER, &s, &got), ST_NOTFOUND);
}

static void a_session_is_touched_and_dropped(void **state)
{
	struct session_row got;

	(void)state;
	put(TOKEN, "tanaka", 100, 200);
	put(OTHER, "tanaka", 100, 200);
	assert_ok(session_touch(db, TOKEN, 300));
	assert_ok(session_get(db, TOKEN, &got, NULL));
	assert_int_equal(got.seen, 300);
	assert_int_equal(got.since, 100);
	assert_ok(session_get(db, OTHER, &got, NULL));
	assert_int_equal(got.seen, 200);
	assert_ok(session_drop(db, TOKEN));
	assert_ok(session_drop(db, TOKEN)); /* twice is no error */
	assert_status(session_get(db, TOKEN, &got, NULL), ST_NOTFOUND);
	assert_ok(session_get(db, OTHER, &got, NULL));
	put(TOKEN, "suzuki", 100, 200);
	assert_ok(session_drop_all(db, SPAN("tanaka")));
	assert_status(session_get(db, OTHER, &got, NULL), ST_NOTFOUND);
	assert_ok(session_get(db, TOKEN, &got, NULL));
}

static void sessions_expire_when_idle_and_when_old(void **state)
{
	struct session_row got;

	(void)state;
	put(SPAN("idle"), "a", 500, 599);
	put(SPAN("used"), "a", 500, 600);
	put(SPAN("old"), "a", 399, 900);
	put(SPAN("young"), "a", 400, 900);
	assert_ok(session_expire(db, 600, 400));
	assert_status(session_get(db, SPAN("idle"), &got, NULL), ST_NOTFOUND);
	assert_status(session_get(db, SPAN("old"), &got, NULL), ST_NOTFOUND);
	assert_ok(session_get(db, SPAN("used"), &got, NULL));
	assert_ok(session_get(db, SPAN("young"), &got, NULL));
}

static void a_secret_is_replaced_whole(void **state)
{
	struct buf verifier, sealed;

	(void)state;
	buf_init(&verifier, 300);
	buf_init_secret(&sealed, 300);
	assert_status(secret_get(db, SPAN("tanaka"), &verifier, &sealed), ST_NOTFOUND);
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$argon2id$1"), WRAPPED, ADDRESS, 100));
	assert_ok(secret_get(db, SPAN("tanaka"), &verifier, &sealed));
	assert_string_equal(buf_str(&verifier), "$argon2id$1");
	assert_true(span_eq(buf_span(&sealed), WRAPPED));
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$argon2id$2"), SPAN("new"), SPAN_NONE, 200));
	assert_ok(secret_get(db, SPAN("tanaka"), &verifier, &sealed)); /* buffers emptied first */
	assert_string_equal(buf_str(&verifier), "$argon2id$2");
	assert_string_equal(buf_str(&sealed), "new");
	assert_status(secret_get(db, SPAN("suzuki"), &verifier, &sealed), ST_NOTFOUND);
	assert_int_equal(ask("vault.db", "SELECT changed FROM secret"), 200);
	buf_clear(&verifier);
	buf_clear(&sealed);
}

static void a_secret_has_an_address_of_32_bytes_or_none(void **state)
{
	struct buf address;

	(void)state;
	buf_init(&address, 300);
	assert_int_equal(ADDRESS.n, 32);
	assert_status(secret_address(db, SPAN("tanaka"), &address), ST_NOTFOUND);
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$1"), WRAPPED, SPAN_NONE, 100));
	buf_adds(&address, "old");
	assert_status(secret_address(db, SPAN("tanaka"), &address), ST_NOTFOUND);
	assert_string_equal(buf_str(&address), "");
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$1"), WRAPPED, ADDRESS, 100));
	assert_ok(secret_address(db, SPAN("tanaka"), &address));
	assert_true(span_eq(buf_span(&address), ADDRESS));
	assert_status(
	    secret_put(db, SPAN("tanaka"), SPAN("$1"), WRAPPED, span_make(ADDRESS.p, 31), 100),
	    ST_INVALID);
	assert_ok(secret_address(db, SPAN("tanaka"), &address)); /* as it was */
	buf_clear(&address);
}

static void a_dropped_secret_is_gone(void **state)
{
	struct buf verifier, sealed;

	(void)state;
	buf_init(&verifier, 300);
	buf_init_secret(&sealed, 300);
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$1"), WRAPPED, ADDRESS, 100));
	assert_ok(secret_put(db, SPAN("suzuki"), SPAN("$2"), WRAPPED, ADDRESS, 100));
	assert_ok(secret_drop(db, SPAN("tanaka")));
	assert_ok(secret_drop(db, SPAN("tanaka"))); /* twice is no error */
	buf_adds(&verifier, "old");
	buf_adds(&sealed, "old");
	assert_status(secret_get(db, SPAN("tanaka"), &verifier, &sealed), ST_NOTFOUND);
	assert_string_equal(buf_str(&verifier), "");
	assert_string_equal(buf_str(&sealed), "");
	assert_ok(secret_get(db, SPAN("suzuki"), &verifier, &sealed));
	buf_clear(&verifier);
	buf_clear(&sealed);
}

static void an_overlong_verifier_is_refused(void **state)
{
	char text[300];
	struct buf verifier, sealed;

	(void)state;
	memset(text, 'x', sizeof text);
	assert_true(secret_put(db, SPAN("tanaka"), span_make(text, 256), SPAN("x"), SPAN_NONE, 1) !=
		    ST_OK);
	buf_init(&verifier, 300);
	buf_init(&sealed, 300);
	assert_status(secret_get(db, SPAN("tanaka"), &verifier, &sealed), ST_NOTFOUND);
	assert_ok(secret_put(db, SPAN("tanaka"), span_make(text, 255), SPAN("x"), SPAN_NONE, 1));
	buf_clear(&verifier);
	buf_clear(&sealed);
}

static void failures_are_counted_by_name(void **state)
{
	long failures = 9;
	long long last = 9;

	(void)state;
	assert_ok(throttle_get(db, "account:tanaka", &failures, &last));
	assert_int_equal(failures, 0);
	assert_int_equal(last, 0);
	assert_ok(throttle_put(db, "account:tanaka", 3, 1795000000));
	assert_ok(throttle_put(db, "peer:192.0.2.1", 7, 1795000001));
	assert_ok(throttle_get(db, "account:tanaka", &failures, &last));
	assert_int_equal(failures, 3);
	assert_int_equal(last, 1795000000);
	assert_ok(throttle_put(db, "account:tanaka", 4, 1795000002));
	assert_ok(throttle_get(db, "account:tanaka", &failures, &last));
	assert_int_equal(failures, 4);
	assert_ok(throttle_clear(db, "account:tanaka"));
	assert_ok(throttle_get(db, "account:tanaka", &failures, &last));
	assert_int_equal(failures, 0);
	assert_ok(throttle_get(db, "peer:192.0.2.1", &failures, &last));
	assert_int_equal(failures, 7);
}

/* Secrets live in vault.db only: index.db may be handed on or thrown away. */
static void nothing_of_this_is_in_the_index(void **state)
{
	(void)state;
	put(TOKEN, "tanaka", 100, 200);
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$argon2id$1"), WRAPPED, ADDRESS, 100));
	assert_ok(throttle_put(db, "account:tanaka", 3, 1));
	assert_int_equal(ask("index.db", "SELECT count(*) FROM sqlite_schema WHERE name IN"
					 " ('session', 'secret', 'throttle')"),
			 0);
	assert_int_equal(ask("vault.db", "SELECT (SELECT count(*) FROM session) * 100"
					 " + (SELECT count(*) FROM secret) * 10"
					 " + (SELECT count(*) FROM throttle)"),
			 111);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_session_comes_back_by_its_whole_token),
	    TEST(a_person_sees_their_sessions_and_ends_one),
	    TEST(a_number_is_never_given_twice_and_stays),
	    TEST(all_others_are_ended_at_once),
	    TEST(a_session_brings_its_account_with_the_role_of_today),
	    TEST(a_session_is_touched_and_dropped),
	    TEST(sessions_expire_when_idle_and_when_old),
	    TEST(a_secret_is_replaced_whole),
	    TEST(a_secret_has_an_address_of_32_bytes_or_none),
	    TEST(a_dropped_secret_is_gone),
	    TEST(an_overlong_verifier_is_refused),
	    TEST(failures_are_counted_by_name),
	    TEST(nothing_of_this_is_in_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
