#include "db_help.h"

#include "vault/db/factor.h"

#include <pthread.h>

struct list {
	char text[1024];
	size_t len;
};

static void add_line(struct list *l, const char *text, long long n)
{
	l->len += (size_t)snprintf(l->text + l->len, sizeof l->text - l->len, "%s %lld\n", text, n);
}

/* ---- second factors ---------------------------------------------------------------------------
 */

static struct factor_row factor_of(const char *account, const char *kind, const char *handle)
{
	struct factor_row f = {.since = 100, .data_len = 4, .handle_len = strlen(handle)};

	snprintf(f.account, sizeof f.account, "%s", account);
	snprintf(f.kind, sizeof f.kind, "%s", kind);
	snprintf(f.name, sizeof f.name, "わたしの電話");
	memcpy(f.handle, handle, f.handle_len);
	memcpy(f.data, "\0\1\xff\0", 4);
	return f;
}

static struct factor_row added(const char *account, const char *kind, const char *handle)
{
	struct factor_row f = factor_of(account, kind, handle);

	assert_ok(factor_add(db, &f));
	assert_true(f.n > 0);
	return f;
}

static enum status note_factor(void *ctx, const struct factor_row *f)
{
	add_line(ctx, f->kind, f->count);
	return ST_OK;
}

static void assert_factors(const char *account, const char *want)
{
	struct list l = {.len = 0};

	assert_ok(factor_each(db, span_of(account), note_factor, &l));
	assert_string_equal(l.text, want);
}

static void a_factor_comes_back_whole(void **state)
{
	struct factor_row put = factor_of("tanaka", "passkey", "credential"), got;

	(void)state;
	put.handle_len = sizeof put.handle;
	memset(put.handle, 0xa5, sizeof put.handle);
	put.data_len = sizeof put.data;
	memset(put.data, 0x5a, sizeof put.data);
	memset(put.sealed, 's', sizeof put.sealed - 1);
	memset(put.name, 'n', sizeof put.name - 1);
	put.count = 7;
	put.used = 8;
	assert_ok(factor_add(db, &put));
	assert_ok(factor_get(db, SPAN("tanaka"), put.n, &got));
	assert_memory_equal(&got, &put, sizeof got);
	assert_ok(factor_by_handle(db, span_make((const char *)put.handle, put.handle_len), &got));
	assert_memory_equal(&got, &put, sizeof got);
	assert_status(
	    factor_by_handle(db, span_make((const char *)put.handle, put.handle_len - 1), &got),
	    ST_NOTFOUND);
	assert_status(factor_by_handle(db, SPAN(""), &got), ST_NOTFOUND);
}

static void a_factor_that_does_not_fit_is_refused(void **state)
{
	struct factor_row f = factor_of("tanaka", "totp", "");

	(void)state;
	f.data_len = sizeof f.data + 1;
	assert_status(factor_add(db, &f), ST_TOOBIG);
	f = factor_of("tanaka", "passkey", "x");
	f.handle_len = sizeof f.handle + 1;
	assert_status(factor_add(db, &f), ST_TOOBIG);
	f = factor_of("tanaka", "sms", "");
	assert_status(factor_add(db, &f), ST_INVALID);
	assert_int_equal(f.n, 0);
	assert_factors("tanaka", "");
}

static void factors_are_of_one_person(void **state)
{
	struct factor_row a = added("tanaka", "totp", ""), b = added("tanaka", "passkey", "one"),
			  c = added("suzuki", "totp", ""), got;

	(void)state;
	assert_true(a.n != b.n && b.n != c.n && a.n != c.n);
	assert_factors("tanaka", "totp 0\npasskey 0\n");
	assert_status(factor_get(db, SPAN("suzuki"), a.n, &got), ST_NOTFOUND);
	assert_status(factor_drop(db, SPAN("suzuki"), a.n), ST_NOTFOUND);
	assert_ok(factor_drop(db, SPAN("tanaka"), a.n));
	assert_status(factor_drop(db, SPAN("tanaka"), a.n), ST_NOTFOUND);
	assert_factors("tanaka", "passkey 0\n");
	assert_ok(factor_drop_all(db, SPAN("tanaka")));
	assert_factors("tanaka", "");
	assert_factors("suzuki", "totp 0\n");
}

static void a_passkey_belongs_to_one_person_only(void **state)
{
	struct factor_row mine = added("tanaka", "passkey", "one"), other;

	(void)state;
	other = factor_of("suzuki", "passkey", "one");
	assert_status(factor_add(db, &other), ST_EXISTS);
	assert_int_equal(other.n, 0);
	other = factor_of("tanaka", "passkey", "one");
	assert_status(factor_add(db, &other), ST_EXISTS);
	assert_ok(factor_by_handle(db, SPAN("one"), &other));
	assert_int_equal(other.n, mine.n);
	added("suzuki", "totp", ""); /* those without a handle are not the same */
	added("tanaka", "totp", "");
	assert_status(factor_by_handle(db, SPAN(""), &other), ST_NOTFOUND);
}

static void a_count_only_grows(void **state)
{
	static const struct {
		const char *kind;
		long long before, count;
		enum status want;
	} cases[] = {
	    {"totp", 0, 0, ST_STALE},	  {"totp", 0, 1, ST_OK},     {"totp", 100, 99, ST_STALE},
	    {"totp", 100, 100, ST_STALE}, {"totp", 100, 101, ST_OK}, {"totp", 100, 0, ST_STALE},
	    {"passkey", 0, 0, ST_OK},	  {"passkey", 0, 5, ST_OK},  {"passkey", 5, 0, ST_STALE},
	    {"passkey", 5, 5, ST_STALE},  {"passkey", 5, 6, ST_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct factor_row f = factor_of("tanaka", cases[i].kind, cases[i].kind), got;

		f.count = cases[i].before;
		assert_ok(factor_add(db, &f));
		assert_status(factor_used(db, f.n, cases[i].count, 500), cases[i].want);
		assert_ok(factor_get(db, SPAN("tanaka"), f.n, &got));
		assert_int_equal(got.count, cases[i].want ? cases[i].before : cases[i].count);
		assert_int_equal(got.used, cases[i].want ? 0 : 500);
		assert_ok(factor_drop_all(db, SPAN("tanaka")));
	}
	assert_status(factor_used(db, 999, 1, 500), ST_STALE);
}

struct
try {
	long long n;
	int used, taken;
};

static void *use_and_take(void *arg)
{
	struct try *t = arg;

	for (int step = 1; step <= 20; step++) {
		char hash[8];

		snprintf(hash, sizeof hash, "%d", step);
		t->used += factor_used(db, t->n, step, 500) == ST_OK;
		t->taken += code_take(db, SPAN("tanaka"), "recovery", hash, 500) == ST_OK;
	}
	return NULL;
}

/* Of several answers at once with the same code, one is good. */
static void of_many_at_once_one_wins(void **state)
{
	struct factor_row f = added("tanaka", "totp", "");
	struct try tries[4];
	pthread_t t[4];
	int used = 0, taken = 0;

	(void)state;
	for (int step = 1; step <= 20; step++) {
		char hash[8];

		snprintf(hash, sizeof hash, "%d", step);
		assert_ok(code_put(db, SPAN("tanaka"), "recovery", hash, 0));
	}
	for (int i = 0; i < 4; i++) {
		tries[i] = (struct try){.n = f.n};
		assert_int_equal(pthread_create(&t[i], NULL, use_and_take, &tries[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		used += tries[i].used;
		taken += tries[i].taken;
	}
	assert_true(used >= 1 && used <= 20); /* each step once at most */
	assert_int_equal(taken, 20);	      /* each code exactly once */
}

/* ---- codes on paper ---------------------------------------------------------------------------
 */

static long codes_left(const char *account, const char *purpose, long long now)
{
	long n = -1;

	assert_ok(code_count(db, span_of(account), purpose, now, &n));
	return n;
}

static void a_code_works_once_for_one_person_and_one_use(void **state)
{
	struct span tanaka = SPAN("tanaka");

	(void)state;
	assert_ok(code_put(db, tanaka, "recovery", "aa", 0));
	assert_ok(code_put(db, tanaka, "recovery", "bb", 0));
	assert_ok(code_put(db, tanaka, "first", "cc", 1000));
	assert_int_equal(codes_left("tanaka", "recovery", 500), 2);
	assert_status(code_take(db, SPAN("suzuki"), "recovery", "aa", 500), ST_NOTFOUND);
	assert_status(code_take(db, tanaka, "first", "aa", 500), ST_NOTFOUND);
	assert_status(code_take(db, tanaka, "recovery", "a", 500), ST_NOTFOUND);
	assert_status(code_take(db, tanaka, "recovery", "", 500), ST_NOTFOUND);
	assert_status(code_take(db, tanaka, "recovery", "' OR 1=1 --", 500), ST_NOTFOUND);
	assert_ok(code_take(db, tanaka, "recovery", "aa", 500));
	assert_status(code_take(db, tanaka, "recovery", "aa", 500), ST_NOTFOUND);
	assert_int_equal(codes_left("tanaka", "recovery", 500), 1);
	assert_ok(code_drop_all(db, tanaka, "recovery"));
	assert_int_equal(codes_left("tanaka", "recovery", 500), 0);
	assert_int_equal(codes_left("tanaka", "first", 500), 1);
}

static void a_code_is_good_before_its_end(void **state)
{
	(void)state;
	assert_ok(code_put(db, SPAN("tanaka"), "first", "cc", 1000));
	assert_int_equal(codes_left("tanaka", "first", 999), 1);
	assert_int_equal(codes_left("tanaka", "first", 1000), 0);
	assert_status(code_take(db, SPAN("tanaka"), "first", "cc", 1000), ST_NOTFOUND);
	assert_ok(code_take(db, SPAN("tanaka"), "first", "cc", 999));
	assert_ok(code_put(db, SPAN("tanaka"), "first", "cc", 0)); /* without an end */
	assert_ok(code_take(db, SPAN("tanaka"), "first", "cc", 4000000000));
}

/* ---- what is kept -----------------------------------------------------------------------------
 */

static enum status note_kept(void *ctx, const struct kept_row *k)
{
	add_line(ctx, k->path, k->at);
	return ST_OK;
}

static void assert_kept(const char *account, const char *want)
{
	struct list l = {.len = 0};

	assert_ok(kept_each(db, span_of(account), note_kept, &l));
	assert_string_equal(l.text, want);
}

static long long keep(const char *account, const char *path, long long at, struct span sealed)
{
	struct kept_row k = {.at = at};

	snprintf(k.account, sizeof k.account, "%s", account);
	snprintf(k.path, sizeof k.path, "%s", path);
	assert_ok(kept_add(db, &k, sealed));
	assert_true(k.n > 0);
	return k.n;
}

static void what_was_sent_is_kept_for_one_person(void **state)
{
	struct kept_row got;
	struct buf out;
	long long n;

	(void)state;
	buf_init(&out, 100);
	n = keep("tanaka", "/children/c1/sheets", 100, SPAN("\0sealed\xff"));
	keep("tanaka", "/later", 200, SPAN("x"));
	keep("suzuki", "/other", 100, SPAN("y"));
	assert_kept("tanaka", "/later 200\n/children/c1/sheets 100\n");
	buf_adds(&out, "old");
	assert_status(kept_get(db, SPAN("suzuki"), n, &got, &out), ST_NOTFOUND);
	assert_string_equal(buf_str(&out), "");
	assert_ok(kept_get(db, SPAN("tanaka"), n, &got, &out));
	assert_string_equal(got.path, "/children/c1/sheets");
	assert_string_equal(got.account, "tanaka");
	assert_int_equal(got.n, n);
	assert_int_equal(got.at, 100);
	assert_true(span_eq(buf_span(&out), SPAN("\0sealed\xff")));
	assert_ok(kept_get(db, SPAN("tanaka"), n, &got, NULL));
	assert_ok(kept_drop(db, SPAN("suzuki"), n)); /* not theirs: nothing happens */
	assert_ok(kept_get(db, SPAN("tanaka"), n, &got, NULL));
	assert_ok(kept_drop(db, SPAN("tanaka"), n));
	assert_status(kept_get(db, SPAN("tanaka"), n, &got, NULL), ST_NOTFOUND);
	buf_clear(&out);
}

static void what_does_not_fit_the_buffer_is_an_error(void **state)
{
	struct kept_row got;
	struct buf out;
	long long n = keep("tanaka", "/x", 100, SPAN("0123456789"));

	(void)state;
	buf_init(&out, 9);
	assert_status(kept_get(db, SPAN("tanaka"), n, &got, &out), ST_TOOBIG);
	buf_clear(&out);
}

static void the_oldest_goes_and_what_is_too_old(void **state)
{
	(void)state;
	keep("suzuki", "/s", 1, SPAN("y"));
	for (int i = 0; i < KEPT_MAX + 2; i++) {
		char path[8];

		snprintf(path, sizeof path, "/%d", i);
		keep("tanaka", path, 100 + i, SPAN("x"));
	}
	assert_kept("tanaka", "/11 111\n/10 110\n/9 109\n/8 108\n/7 107\n/6 106\n/5 105\n/4 104\n"
			      "/3 103\n/2 102\n");
	assert_kept("suzuki", "/s 1\n");
	assert_ok(kept_expire(db, 110));
	assert_kept("tanaka", "/11 111\n/10 110\n");
	assert_kept("suzuki", "");
}

/* ---- a reason was given -----------------------------------------------------------------------
 */

static bool open_at(const char *account, const char *child, long long now)
{
	bool open = true;

	assert_ok(glass_get(db, span_of(account), span_of(child), now, &open));
	return open;
}

static void a_reason_opens_one_child_for_one_person_for_a_time(void **state)
{
	struct glass_row g = {"tanaka", "c7k3m9q2v4", 100, 200};

	(void)state;
	assert_false(open_at("tanaka", "c7k3m9q2v4", 150));
	assert_ok(glass_put(db, &g));
	assert_false(open_at("tanaka", "c7k3m9q2v4", 99));
	assert_true(open_at("tanaka", "c7k3m9q2v4", 100));
	assert_true(open_at("tanaka", "c7k3m9q2v4", 199));
	assert_false(open_at("tanaka", "c7k3m9q2v4", 200));
	assert_false(open_at("suzuki", "c7k3m9q2v4", 150));
	assert_false(open_at("tanaka", "c7k3m9q2v5", 150));
	g = (struct glass_row){"tanaka", "c7k3m9q2v4", 300, 400}; /* once more */
	assert_ok(glass_put(db, &g));
	assert_true(open_at("tanaka", "c7k3m9q2v4", 399));
	assert_false(open_at("tanaka", "c7k3m9q2v4", 299));
}

/* All of it in vault.db only: index.db may be handed on or thrown away. */
static void nothing_of_this_is_in_the_index(void **state)
{
	(void)state;
	assert_int_equal(ask("index.db", "SELECT count(*) FROM sqlite_schema WHERE name IN"
					 " ('factor', 'code', 'kept', 'glass')"),
			 0);
	assert_int_equal(ask("vault.db", "SELECT count(*) FROM sqlite_schema WHERE name IN"
					 " ('factor', 'code', 'kept', 'glass')"),
			 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_factor_comes_back_whole),
	    TEST(a_factor_that_does_not_fit_is_refused),
	    TEST(factors_are_of_one_person),
	    TEST(a_passkey_belongs_to_one_person_only),
	    TEST(a_count_only_grows),
	    TEST(of_many_at_once_one_wins),
	    TEST(a_code_works_once_for_one_person_and_one_use),
	    TEST(a_code_is_good_before_its_end),
	    TEST(what_was_sent_is_kept_for_one_person),
	    TEST(what_does_not_fit_the_buffer_is_an_error),
	    TEST(the_oldest_goes_and_what_is_too_old),
	    TEST(a_reason_opens_one_child_for_one_person_for_a_time),
	    TEST(nothing_of_this_is_in_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
