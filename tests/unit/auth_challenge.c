/* Challenges: for one purpose, one browser, a few minutes, and once. */
#include "vault/auth/challenge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

static const unsigned char key[CHALLENGE_KEY] = "key of the server", other_key[CHALLENGE_KEY] = "k";
static const unsigned char bound[CHALLENGE_BOUND] = "session",
			   other_bound[CHALLENGE_BOUND] = "sessioo";
static const struct challenge_for mine = {key, bound, "passkey"};
enum { NOW = 1795000000 };

static void a_challenge_is_good_for_what_it_was_made_for_and_nothing_else(void **state)
{
	const struct challenge_for wrong[] = {
	    {other_key, bound, "passkey"}, {key, other_bound, "passkey"}, {key, bound, "passkez"}};
	char text[CHALLENGE_TEXT];

	(void)state;
	challenge_new(text, &mine, NOW);
	assert_int_equal(strlen(text), CHALLENGE_TEXT - 1);
	assert_true(challenge_good(span_of(text), &mine, NOW, 300));
	for (size_t i = 0; i < 3; i++)
		assert_false(challenge_good(span_of(text), &wrong[i], NOW, 300));
	for (size_t i = 0; i < CHALLENGE_TEXT - 2; i++) { /* the last one has two bits of padding */
		char was = text[i];
		text[i] = was == 'A' ? 'B' : 'A';
		assert_false(challenge_good(span_of(text), &mine, NOW, 300));
		text[i] = was;
	}
	assert_false(challenge_good(SPAN_NONE, &mine, NOW, 300));
	assert_false(challenge_good(SPAN(""), &mine, NOW, 300));
	assert_false(challenge_good(span_make(text, 42), &mine, NOW, 300));
}

static void it_ends_and_does_not_come_from_the_future(void **state)
{
	char text[CHALLENGE_TEXT], next[CHALLENGE_TEXT];

	(void)state;
	challenge_new(text, &mine, NOW);
	challenge_new(next, &mine, NOW);
	assert_string_not_equal(text, next);
	assert_true(challenge_good(span_of(text), &mine, NOW + 300, 300));
	assert_false(challenge_good(span_of(text), &mine, NOW + 301, 300));
	assert_false(challenge_good(span_of(text), &mine, NOW - 1, 300));
}

static void it_is_used_once(void **state)
{
	char text[CHALLENGE_TEXT], next[CHALLENGE_TEXT];

	(void)state;
	challenge_new(text, &mine, NOW);
	challenge_new(next, &mine, NOW);
	assert_int_equal(challenge_use(span_of(text), NOW), ST_OK);
	assert_int_equal(challenge_use(span_of(text), NOW), ST_EXISTS);
	assert_int_equal(challenge_use(span_of(text), NOW + 300), ST_EXISTS);
	assert_int_equal(challenge_use(span_of(next), NOW), ST_OK);
	assert_int_equal(challenge_use(SPAN("x"), NOW), ST_INVALID);
}

static void when_too_many_are_used_at_a_time_it_waits(void **state)
{
	char text[CHALLENGE_TEXT];
	enum status st = ST_OK;
	int n = 0;

	(void)state;
	for (; !st && n < 10000; n++) {
		challenge_new(text, &mine, NOW + 1000);
		st = challenge_use(span_of(text), NOW + 1000);
	}
	assert_int_equal(st, ST_BUSY);
	assert_int_equal(n, 4097);
	assert_int_equal(challenge_use(span_of(text), NOW + 1301), ST_OK);
}

static void its_secret_is_the_same_each_time_and_for_nobody_else(void **state)
{
	const struct challenge_for wrong = {key, other_bound, "passkey"};
	unsigned char a[20], b[20], c[20];
	char text[CHALLENGE_TEXT], next[CHALLENGE_TEXT];

	(void)state;
	challenge_new(text, &mine, NOW);
	challenge_new(next, &mine, NOW);
	challenge_secret(a, 20, span_of(text), &mine);
	challenge_secret(b, 20, span_of(text), &mine);
	assert_memory_equal(a, b, 20);
	challenge_secret(c, 20, span_of(next), &mine);
	assert_memory_not_equal(a, c, 20);
	challenge_secret(c, 20, span_of(text), &wrong);
	assert_memory_not_equal(a, c, 20);
	/* nor can it be read off the challenge */
	assert_null(memmem(text, strlen(text), a, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_challenge_is_good_for_what_it_was_made_for_and_nothing_else),
	    cmocka_unit_test(it_ends_and_does_not_come_from_the_future),
	    cmocka_unit_test(it_is_used_once),
	    cmocka_unit_test(when_too_many_are_used_at_a_time_it_waits),
	    cmocka_unit_test(its_secret_is_the_same_each_time_and_for_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
