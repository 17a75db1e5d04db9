#include "vault/auth/password.h"

#include "vault/auth/slots.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* ---- hashes --------------------------------------------------------------------------------- */

static void a_hash_verifies_its_password_only(void **state)
{
	char hash[PASSWORD_TEXT];

	(void)state;
	assert_int_equal(password_hash(hash, SPAN("五月の雨とキリン42")), ST_OK);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
	assert_int_equal(password_verify(hash, SPAN("五月の雨とキリン42")), ST_OK);
	assert_int_equal(password_verify(hash, SPAN("五月の雨とキリン43")), ST_DENIED);
	assert_int_equal(password_verify(hash, SPAN("")), ST_DENIED);
	assert_int_equal(password_verify(hash, SPAN_NONE), ST_DENIED);
	assert_false(password_is_old(hash));
}

static void the_same_password_has_another_hash_each_time(void **state)
{
	char a[PASSWORD_TEXT], b[PASSWORD_TEXT];

	(void)state;
	assert_int_equal(password_hash(a, SPAN("one password")), ST_OK);
	assert_int_equal(password_hash(b, SPAN("one password")), ST_OK);
	assert_string_not_equal(a, b);
}

static void a_long_password_counts_to_its_last_byte(void **state)
{
	static char text[PASSWORD_BYTES_MAX + 1];
	char hash[PASSWORD_TEXT];

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(password_hash(hash, span_make(text, PASSWORD_BYTES_MAX)), ST_OK);
	text[PASSWORD_BYTES_MAX - 1] = 'b';
	assert_int_equal(password_verify(hash, span_make(text, PASSWORD_BYTES_MAX)), ST_DENIED);
	assert_int_equal(password_hash(hash, span_make(text, sizeof text)), ST_TOOBIG);
}

static void what_is_no_hash_is_corrupt(void **state)
{
	static const char *const bad[] = {"", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$",
					  "$1$abc$def"};
	char wide[PASSWORD_TEXT + 8];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(password_verify(bad[i], SPAN("x")), ST_CORRUPT);
		assert_true(password_is_old(bad[i]));
	}
	memset(wide, 'a', sizeof wide);
	wide[sizeof wide - 1] = '\0';
	assert_int_equal(password_verify(wide, SPAN("x")), ST_CORRUPT);
}

/* "password", hashed with 1 pass of 8 MiB elsewhere: still good, but to be renewed. */
static void a_weaker_hash_is_told_to_be_old(void **state)
{
	const char *weak = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
			   "r0k8v1Yw0l2i1qcmSvI0Uq0o2mZ2m4m5cV6Jj1d3k8Y";

	(void)state;
	assert_true(password_is_old(weak));
	assert_int_equal(password_verify(weak, SPAN("not it")), ST_DENIED);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void an_unknown_account_costs_as_much_as_a_known_one(void **state)
{
	double known = 1e9, unknown = 1e9, t;
	char hash[PASSWORD_TEXT];

	(void)state;
	assert_int_equal(password_hash(hash, SPAN("a password of somebody")), ST_OK);
	/* the best of some: others take the caches of the processor away */
	for (int i = 0; i < 6; i++) {
		t = seconds();
		assert_int_equal(password_verify(hash, SPAN("a wrong one")), ST_DENIED);
		t = seconds() - t;
		known = t < known ? t : known;
		t = seconds();
		assert_int_equal(password_dummy(SPAN("a wrong one")), ST_DENIED);
		t = seconds() - t;
		unknown = t < unknown ? t : unknown;
	}
	assert_true(unknown > known / 2 && unknown < known * 2);
}

/* ---- how many at a time --------------------------------------------------------------------- */

static atomic_uint inside, most, refused, served;

static void *take_a_slot(void *p)
{
	const struct timespec pause = {0, 5 * 1000 * 1000};
	unsigned n, m;

	(void)p;
	if (slot_take() == ST_BUSY) {
		atomic_fetch_add(&refused, 1);
		return NULL;
	}
	n = atomic_fetch_add(&inside, 1) + 1;
	m = atomic_load(&most);
	while (n > m && !atomic_compare_exchange_weak(&most, &m, n))
		continue;
	nanosleep(&pause, NULL);
	atomic_fetch_sub(&inside, 1);
	slot_give();
	atomic_fetch_add(&served, 1);
	return NULL;
}

static void two_are_served_thirty_two_wait_and_the_rest_is_refused(void **state)
{
	enum { EXTRA = 10, ALL = SLOTS_QUEUE + EXTRA };
	pthread_t t[ALL];

	(void)state;
	for (int i = 0; i < SLOTS; i++)
		assert_int_equal(slot_take(), ST_OK);
	for (int i = 0; i < ALL; i++)
		assert_int_equal(pthread_create(&t[i], NULL, take_a_slot, NULL), 0);
	while (atomic_load(&refused) < EXTRA)
		nanosleep(&(struct timespec){0, 1000 * 1000}, NULL);
	assert_int_equal(atomic_load(&served), 0);
	assert_int_equal(password_dummy(SPAN("x")), ST_BUSY);
	for (int i = 0; i < SLOTS; i++)
		slot_give();
	for (int i = 0; i < ALL; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(atomic_load(&served), SLOTS_QUEUE);
	assert_int_equal(atomic_load(&refused), EXTRA);
	assert_int_equal(atomic_load(&most), SLOTS);
	assert_int_equal(password_dummy(SPAN("x")), ST_DENIED);
}

/* ---- new passwords -------------------------------------------------------------------------- */

static const char *judged(const char *password)
{
	const char *why = "untouched";
	enum status st =
	    password_acceptable(span_of(password), SPAN("sato-misaki"), SPAN("佐々木　美咲"), &why);

	assert_int_equal(st, why ? ST_INVALID : ST_OK);
	return why;
}

static void good_passwords_are_taken_as_they_are(void **state)
{
	static const char *const good[] = {
	    "correct horse battery",
	    "kirin to ame no gogatsu",
	    "雨上がりの坂道でくじらを見た",
	    "839201758362",
	    "vX9#kLm2$Qr7",
	    "さかみちのくじらとあめあがり",
	    "a quiet whale in the library 7",
	    "tanaka rides a purple bicycle",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (judged(good[i]))
			fail_msg("%s: %s", good[i], judged(good[i]));
}

static void guessable_passwords_are_refused(void **state)
{
	static const char *const bad[] = {
	    "aaaaaaaaaaaa",	    "abcabcabcabcabc",	    "ああああああああああああ",
	    "123456789012",	    "098765432109",	    "abcdefghijkl",
	    "ABCDEFGHIJKLM",	    "password1234",	    "P@ssw0rd!2026",
	    "passwordpassword",	    "qwertyuiop123",	    "1qaz2wsx3edc!",
	    "iloveyou2026!!",	    "karte-admin-2026",	    "kodomokarte2026",
	    "sakura-hoikuen-8",	    "パスワード1234567",    "こどもカルテ2026年4月",
	    "千代田区立九段小学校", "Welcome_2026_Welcome",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!judged(bad[i]))
			fail_msg("%s is taken", bad[i]);
}

static void ones_own_name_is_no_password(void **state)
{
	static const char *const bad[] = {"sato-misaki-2026", "Misaki.19870412", "misaki19870412",
					  "佐々木美咲1987年", "s@to-m1s@k1-2026"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *why = judged(bad[i]);

		if (!why)
			fail_msg("%s is taken", bad[i]);
	}
	assert_non_null(strstr(judged("misaki19870412"), "名前"));
	assert_null(judged("misaki rides a purple bicycle"));
}

static void length_is_counted_in_characters_and_told(void **state)
{
	char text[3 * (PASSWORD_MAX + 1) + 1] = "";

	(void)state;
	assert_non_null(strstr(judged("vX9#kLm2$Qr"), "12文字以上"));
	assert_null(judged("vX9#kLm2$Qr7"));
	assert_non_null(strstr(judged("雨上がりの坂道でくじら"), "12文字以上"));
	assert_null(judged("雨上がりの坂道でくじらだ"));
	for (int i = 0; i < PASSWORD_MAX; i++)
		memcpy(text + 3 * i, i % 7 ? i % 3 ? "雨" : "坂" : "道", 3);
	text[3 * PASSWORD_MAX] = '\0';
	assert_null(judged(text));
	memcpy(text + 3 * PASSWORD_MAX, "雨", 4);
	assert_non_null(strstr(judged(text), "128文字以内"));
}

static void what_cannot_be_typed_is_refused(void **state)
{
	(void)state;
	assert_non_null(judged("vX9#kLm2$Qr7\n"));
	assert_non_null(judged("vX9#kLm2$Qr7\x7f"));
	assert_non_null(judged("vX9#kLm2$Qr7\xff"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_hash_verifies_its_password_only),
	    cmocka_unit_test(the_same_password_has_another_hash_each_time),
	    cmocka_unit_test(a_long_password_counts_to_its_last_byte),
	    cmocka_unit_test(what_is_no_hash_is_corrupt),
	    cmocka_unit_test(a_weaker_hash_is_told_to_be_old),
	    cmocka_unit_test(an_unknown_account_costs_as_much_as_a_known_one),
	    cmocka_unit_test(two_are_served_thirty_two_wait_and_the_rest_is_refused),
	    cmocka_unit_test(good_passwords_are_taken_as_they_are),
	    cmocka_unit_test(guessable_passwords_are_refused),
	    cmocka_unit_test(ones_own_name_is_no_password),
	    cmocka_unit_test(length_is_counted_in_characters_and_told),
	    cmocka_unit_test(what_cannot_be_typed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
