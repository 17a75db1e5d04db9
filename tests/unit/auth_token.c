#include "vault/auth/token.h"

#include "generator/base/sha256.h"
#include "vault/auth/csrf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_token_is_read_back_from_its_cookie(void **state)
{
	struct token made, read;
	char text[TOKEN_TEXT];

	(void)state;
	token_new(&made, text);
	assert_int_equal(strlen(text), 86);
	assert_true(token_parse(&read, span_of(text)));
	assert_memory_equal(made.lookup, read.lookup, TOKEN_HASH);
	assert_memory_equal(made.secret, read.secret, TOKEN_HALF);
}

/* 64 bytes 0, 1, 2 … in base64url: the halves and the hash are known. */
static void the_server_keeps_the_hash_of_the_first_half(void **state)
{
	const char *text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
			   "MDEyMzQ1Njc4OTo7PD0-Pw";
	unsigned char first[TOKEN_HALF], second[TOKEN_HALF], hash[SHA256_LEN];
	struct token t;

	(void)state;
	for (unsigned i = 0; i < TOKEN_HALF; i++) {
		first[i] = (unsigned char)i;
		second[i] = (unsigned char)(TOKEN_HALF + i);
	}
	sha256(span_make((char *)first, sizeof first), hash);
	assert_true(token_parse(&t, span_of(text)));
	assert_memory_equal(t.lookup, hash, sizeof hash);
	assert_memory_equal(t.secret, second, sizeof second);
}

static void two_tokens_have_nothing_in_common(void **state)
{
	struct token a, b;
	char x[TOKEN_TEXT], y[TOKEN_TEXT];

	(void)state;
	token_new(&a, x);
	token_new(&b, y);
	assert_memory_not_equal(a.lookup, b.lookup, TOKEN_HASH);
	assert_memory_not_equal(a.secret, b.secret, TOKEN_HALF);
	assert_memory_not_equal(a.lookup, a.secret, TOKEN_HASH);
}

static void anything_else_is_no_token_and_leaves_nothing(void **state)
{
	static const unsigned char zero[sizeof(struct token)];
	struct token t;
	char text[TOKEN_TEXT], bad[TOKEN_TEXT + 2];

	(void)state;
	token_new(&t, text);
	assert_false(token_parse(&t, span_make(text, 85)));
	assert_memory_equal(&t, zero, sizeof t);
	memcpy(bad, text, 86);
	bad[86] = 'A';
	assert_false(token_parse(&t, span_make(bad, 87)));
	bad[10] = '+';
	assert_false(token_parse(&t, span_make(bad, 86)));
	bad[10] = '=';
	assert_false(token_parse(&t, span_make(bad, 86)));
	memcpy(bad, text, 86);
	bad[85] = 'B'; /* bits behind the end: a second spelling of the same token */
	assert_false(token_parse(&t, span_make(bad, 86)));
	assert_false(token_parse(&t, SPAN_NONE));
	assert_false(token_parse(&t, SPAN("")));
	token_clear(NULL);
}

/* ---- tokens of forms ------------------------------------------------------------------------ */

static void a_form_token_belongs_to_its_session_and_key(void **state)
{
	unsigned char key[CSRF_KEY_LEN], other_key[CSRF_KEY_LEN];
	unsigned char session[CSRF_SESSION_LEN] = {1}, other[CSRF_SESSION_LEN] = {2};
	char token[CSRF_TEXT], again[CSRF_TEXT];

	(void)state;
	csrf_key_new(key);
	csrf_key_new(other_key);
	assert_memory_not_equal(key, other_key, sizeof key);
	csrf_token(token, key, session);
	csrf_token(again, key, session);
	assert_int_equal(strlen(token), 43);
	assert_string_equal(token, again);
	assert_true(csrf_check(span_of(token), key, session));
	assert_false(csrf_check(span_of(token), key, other));
	assert_false(csrf_check(span_of(token), other_key, session));
}

static void a_changed_or_missing_form_token_is_wrong(void **state)
{
	const unsigned char session[CSRF_SESSION_LEN] = {7};
	unsigned char key[CSRF_KEY_LEN];
	char token[CSRF_TEXT];

	(void)state;
	csrf_key_new(key);
	csrf_token(token, key, session);
	assert_false(csrf_check(SPAN_NONE, key, session));
	assert_false(csrf_check(SPAN(""), key, session));
	assert_false(csrf_check(span_make(token, 42), key, session));
	assert_false(csrf_check(span_make(token, 44), key, session));
	for (size_t i = 0; i < 43; i++) {
		token[i] ^= 1;
		assert_false(csrf_check(span_of(token), key, session));
		token[i] ^= 1;
	}
	assert_true(csrf_check(span_of(token), key, session));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_token_is_read_back_from_its_cookie),
	    cmocka_unit_test(the_server_keeps_the_hash_of_the_first_half),
	    cmocka_unit_test(two_tokens_have_nothing_in_common),
	    cmocka_unit_test(anything_else_is_no_token_and_leaves_nothing),
	    cmocka_unit_test(a_form_token_belongs_to_its_session_and_key),
	    cmocka_unit_test(a_changed_or_missing_form_token_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
