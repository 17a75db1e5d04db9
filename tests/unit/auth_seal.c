#include "vault/auth/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct span password = {"rain over the hill", 18};
static const struct span tanaka = {"tanaka", 6};

static struct seal_secret *secret;
static char blob[SEAL_TEXT];

static int begin(void **state)
{
	(void)state;
	return seal_new(&secret, blob, password, tanaka);
}

static int end(void **state)
{
	(void)state;
	seal_secret_free(secret);
	return 0;
}

static void assert_same(const struct seal_secret *s)
{
	assert_non_null(s);
	assert_string_equal(seal_passphrase(s), seal_passphrase(secret));
}

static void a_secret_is_64_digits_and_its_blob_is_text(void **state)
{
	(void)state;
	assert_int_equal(strlen(seal_passphrase(secret)), 64);
	assert_int_equal(strspn(seal_passphrase(secret), "0123456789abcdef"), 64);
	assert_int_equal(strlen(blob), 124);
	assert_int_equal(strncmp(blob, "S1NMAX", 6), 0); /* "KSL\1p" */
	assert_null(strstr(blob, seal_passphrase(secret)));
}

static void the_password_opens_it(void **state)
{
	struct seal_secret *s = NULL;

	(void)state;
	assert_int_equal(seal_open(&s, blob, password, tanaka), ST_OK);
	assert_same(s);
	seal_secret_free(s);
}

static void nothing_else_opens_it(void **state)
{
	struct seal_secret *s = NULL;

	(void)state;
	assert_int_equal(seal_open(&s, blob, SPAN("rain over the hilL"), tanaka), ST_DENIED);
	assert_null(s);
	assert_int_equal(seal_open(&s, blob, SPAN_NONE, tanaka), ST_DENIED);
	assert_int_equal(seal_open(&s, blob, password, SPAN("suzuki")), ST_DENIED);
	assert_int_equal(seal_open(&s, blob, password, SPAN_NONE), ST_DENIED);
	assert_null(s);
}

static void a_changed_blob_does_not_open(void **state)
{
	static const size_t places[] = {30, 60, 70, 123}; /* salt, nonce, text, tag */
	struct seal_secret *s = NULL;
	char changed[SEAL_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		memcpy(changed, blob, sizeof changed);
		changed[places[i]] = changed[places[i]] == 'A' ? 'B' : 'A';
		assert_int_equal(seal_open(&s, changed, password, tanaka), ST_DENIED);
		assert_null(s);
	}
}

static void what_is_no_blob_is_corrupt(void **state)
{
	struct seal_secret *s = NULL;
	char other[SEAL_TEXT];

	(void)state;
	assert_int_equal(seal_open(&s, "", password, tanaka), ST_CORRUPT);
	memcpy(other, blob, sizeof other);
	other[123] = '\0';
	assert_int_equal(seal_open(&s, other, password, tanaka), ST_CORRUPT);
	memcpy(other, blob, sizeof other);
	other[50] = '!';
	assert_int_equal(seal_open(&s, other, password, tanaka), ST_CORRUPT);
	memcpy(other, blob, sizeof other);
	memcpy(other, "S1NMAn", 6); /* version 2 */
	assert_int_equal(seal_open(&s, other, password, tanaka), ST_CORRUPT);
}

static void a_session_opens_what_was_sealed_for_it(void **state)
{
	struct seal_secret *s = NULL;
	struct token token, other;
	char text[TOKEN_TEXT], session[SEAL_TEXT];

	(void)state;
	token_new(&token, text);
	token_new(&other, text);
	assert_int_equal(seal_for_session(session, secret, token.secret, tanaka), ST_OK);
	assert_int_equal(seal_from_session(&s, session, token.secret, tanaka), ST_OK);
	assert_same(s);
	seal_secret_free(s);
	assert_int_equal(seal_from_session(&s, session, other.secret, tanaka), ST_DENIED);
	assert_null(s);
	assert_int_equal(seal_from_session(&s, session, token.lookup, tanaka), ST_DENIED);
	assert_int_equal(seal_from_session(&s, session, token.secret, SPAN("suzuki")), ST_DENIED);
	assert_int_equal(seal_open(&s, session, password, tanaka), ST_CORRUPT);
	assert_int_equal(seal_from_session(&s, blob, token.secret, tanaka), ST_CORRUPT);
}

static void a_new_password_keeps_the_secret(void **state)
{
	struct seal_secret *s = NULL;
	char again[SEAL_TEXT];

	(void)state;
	assert_int_equal(seal_again(again, secret, SPAN("snow on the roof"), tanaka), ST_OK);
	assert_string_not_equal(again, blob);
	assert_int_equal(seal_open(&s, again, password, tanaka), ST_DENIED);
	assert_int_equal(seal_open(&s, again, SPAN("snow on the roof"), tanaka), ST_OK);
	assert_same(s);
	seal_secret_free(s);
}

static void every_secret_is_another(void **state)
{
	struct seal_secret *s = NULL;
	char other[SEAL_TEXT];

	(void)state;
	assert_int_equal(seal_new(&s, other, password, tanaka), ST_OK);
	assert_string_not_equal(seal_passphrase(s), seal_passphrase(secret));
	seal_secret_free(s);
	seal_secret_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_secret_is_64_digits_and_its_blob_is_text),
	    cmocka_unit_test(the_password_opens_it),
	    cmocka_unit_test(nothing_else_opens_it),
	    cmocka_unit_test(a_changed_blob_does_not_open),
	    cmocka_unit_test(what_is_no_blob_is_corrupt),
	    cmocka_unit_test(a_session_opens_what_was_sealed_for_it),
	    cmocka_unit_test(a_new_password_keeps_the_secret),
	    cmocka_unit_test(every_secret_is_another),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
