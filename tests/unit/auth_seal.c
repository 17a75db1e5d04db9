#include "vault/auth/seal.h"

#include <setjmp.h>
#include <sodium.h>
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

/* ---- under 32 bytes of an authenticator -------------------------------------------------------
 */

static const unsigned char prf[SEAL_KEY] = {1, 2, 3};
static const unsigned char other_prf[SEAL_KEY] = {1, 2, 4};

static void an_authenticators_key_opens_what_was_sealed_under_it(void **state)
{
	struct seal_secret *s = NULL;
	char text[SEAL_TEXT], session[SEAL_TEXT], again[SEAL_TEXT];

	(void)state;
	assert_int_equal(seal_for_key(text, secret, prf, tanaka), ST_OK);
	assert_int_equal(strncmp(text, "S1NMAW", 6), 0); /* "KSL\1k" */
	assert_int_equal(seal_from_key(&s, text, prf, tanaka), ST_OK);
	assert_same(s);
	seal_secret_free(s);
	assert_int_equal(seal_from_key(&s, text, other_prf, tanaka), ST_DENIED);
	assert_null(s);
	assert_int_equal(seal_from_key(&s, text, prf, SPAN("suzuki")), ST_DENIED);
	assert_int_equal(seal_from_key(&s, text, prf, SPAN_NONE), ST_DENIED);
	assert_int_equal(seal_from_key(&s, blob, prf, tanaka), ST_CORRUPT);
	assert_int_equal(seal_open(&s, text, password, tanaka), ST_CORRUPT);
	assert_int_equal(seal_for_session(session, secret, prf, tanaka), ST_OK);
	assert_int_equal(seal_from_key(&s, session, prf, tanaka), ST_CORRUPT);
	assert_int_equal(seal_from_session(&s, text, prf, tanaka), ST_CORRUPT);
	assert_null(s);
	assert_int_equal(seal_for_key(again, secret, prf, tanaka), ST_OK);
	assert_string_not_equal(again, text);
}

/* 93 bytes fill 124 characters: each of them matters. */
static void a_blob_changed_at_any_place_is_refused(void **state)
{
	struct seal_secret *s = NULL;
	char text[SEAL_TEXT], changed[SEAL_TEXT];

	(void)state;
	assert_int_equal(seal_for_key(text, secret, prf, tanaka), ST_OK);
	for (size_t at = 0; at < SEAL_TEXT - 1; at++) {
		enum status st;

		memcpy(changed, text, sizeof changed);
		changed[at] = changed[at] == 'A' ? 'B' : 'A';
		st = seal_from_key(&s, changed, prf, tanaka);
		assert_true(st == ST_DENIED || (at < 7 && st == ST_CORRUPT));
		assert_null(s);
		changed[at] = '\xc5'; /* libsodium reads it as "_" */
		assert_int_equal(seal_from_key(&s, changed, prf, tanaka), ST_CORRUPT);
		changed[at] = '\0';
		assert_int_equal(seal_from_key(&s, changed, prf, tanaka), ST_CORRUPT);
		assert_null(s);
	}
}

/* The letter of the kind is among what is authenticated. */
static void a_blob_cannot_be_made_one_of_another_kind(void **state)
{
	struct seal_secret *s = NULL;
	char text[SEAL_TEXT];
	unsigned char raw[93];
	size_t n = 0;

	(void)state;
	assert_int_equal(seal_for_key(text, secret, prf, tanaka), ST_OK);
	assert_int_equal(sodium_base642bin(raw, sizeof raw, text, SEAL_TEXT - 1, NULL, &n, NULL,
					   sodium_base64_VARIANT_URLSAFE_NO_PADDING),
			 0);
	assert_int_equal(raw[4], 'k');
	raw[4] = 's';
	sodium_bin2base64(text, sizeof text, raw, sizeof raw,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	assert_int_equal(seal_from_session(&s, text, prf, tanaka), ST_DENIED);
	assert_null(s);
}

/* ---- things for a person ------------------------------------------------------------------------
 */

static struct seal_secret *other_person(void)
{
	static char unused[SEAL_TEXT];
	struct seal_secret *s = NULL;

	assert_int_equal(seal_new(&s, unused, password, tanaka), ST_OK);
	return s;
}

static void anybody_seals_to_an_address_and_only_that_person_reads(void **state)
{
	struct seal_secret *suzuki = other_person();
	unsigned char address[SEAL_ADDRESS], again[SEAL_ADDRESS];
	struct buf sealed, out;

	(void)state;
	buf_init(&sealed, 1000);
	buf_init_secret(&out, 1000);
	seal_address(secret, address);
	seal_address(secret, again);
	assert_memory_equal(address, again, sizeof address);
	seal_address(suzuki, again);
	assert_memory_not_equal(address, again, sizeof address);

	buf_adds(&sealed, "head");
	assert_int_equal(seal_to(address, SPAN("an\0answer"), &sealed), ST_OK);
	assert_int_equal(sealed.len, 4 + 9 + SEAL_SEALED_MORE);
	assert_memory_equal(sealed.data, "head", 4);
	buf_adds(&out, "said: ");
	assert_int_equal(seal_read(secret, span_make(sealed.data + 4, sealed.len - 4), &out),
			 ST_OK);
	assert_true(span_eq(buf_span(&out), SPAN("said: an\0answer")));
	assert_int_equal(seal_read(suzuki, span_make(sealed.data + 4, sealed.len - 4), &out),
			 ST_DENIED);
	assert_true(span_eq(buf_span(&out), SPAN("said: an\0answer")));
	buf_clear(&sealed);
	buf_clear(&out);
	seal_secret_free(suzuki);
}

/* What an address is made of is for good: things that were sealed must still open. */
static void the_address_of_a_secret_stays_the_same(void **state)
{
	struct seal_secret *s = NULL;
	unsigned char before[SEAL_ADDRESS], after[SEAL_ADDRESS];

	(void)state;
	seal_address(secret, before);
	assert_int_equal(seal_open(&s, blob, password, tanaka), ST_OK);
	seal_address(s, after);
	assert_memory_equal(before, after, sizeof before);
	seal_secret_free(s);
}

static void what_was_sealed_and_altered_or_cut_is_refused(void **state)
{
	unsigned char address[SEAL_ADDRESS];
	struct buf sealed, out;

	(void)state;
	buf_init(&sealed, 1000);
	buf_init_secret(&out, 1000);
	seal_address(secret, address);
	assert_int_equal(seal_to(address, SPAN("twelve bytes"), &sealed), ST_OK);
	for (size_t at = 0; at < sealed.len; at++) {
		sealed.data[at] ^= 4;
		assert_int_equal(seal_read(secret, buf_span(&sealed), &out), ST_DENIED);
		sealed.data[at] ^= 4;
		assert_int_equal(seal_read(secret, span_make(sealed.data, at), &out), ST_DENIED);
		assert_int_equal(out.len, 0);
	}
	assert_int_equal(seal_read(secret, SPAN_NONE, &out), ST_DENIED);
	assert_int_equal(seal_read(secret, buf_span(&sealed), &out), ST_OK);
	assert_string_equal(buf_str(&out), "twelve bytes");
	buf_clear(&sealed);
	buf_clear(&out);
}

static void any_length_is_sealed_and_the_buffers_limit_holds(void **state)
{
	static const size_t lengths[] = {0, 1, 207, 208, 255, 256, 257, 5000};
	unsigned char address[SEAL_ADDRESS];
	char text[5000];
	struct buf sealed, out;

	(void)state;
	memset(text, 'x', sizeof text);
	seal_address(secret, address);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		buf_init(&sealed, lengths[i] + SEAL_SEALED_MORE);
		buf_init_secret(&out, lengths[i]);
		assert_int_equal(seal_to(address, span_make(text, lengths[i]), &sealed), ST_OK);
		assert_int_equal(sealed.len, lengths[i] + SEAL_SEALED_MORE);
		assert_int_equal(seal_read(secret, buf_span(&sealed), &out), ST_OK);
		assert_true(span_eq(buf_span(&out), span_make(text, lengths[i])));
		if (lengths[i]) {
			buf_clear(&out);
			out.max--;
			assert_int_equal(seal_read(secret, buf_span(&sealed), &out), ST_TOOBIG);
		}
		buf_clear(&sealed);
		sealed.max--;
		assert_int_equal(seal_to(address, span_make(text, lengths[i]), &sealed), ST_TOOBIG);
		buf_clear(&sealed);
		buf_clear(&out);
	}
}

static void an_open_buffer_or_a_bad_address_is_refused(void **state)
{
	static const unsigned char none[SEAL_ADDRESS]; /* the point of order 1 */
	unsigned char address[SEAL_ADDRESS];
	struct buf sealed, out;

	(void)state;
	buf_init(&sealed, 1000);
	buf_init(&out, 1000);
	buf_adds(&sealed, "head");
	assert_int_equal(seal_to(none, SPAN("text"), &sealed), ST_INVALID);
	assert_string_equal(buf_str(&sealed), "head");
	buf_clear(&sealed);
	seal_address(secret, address);
	assert_int_equal(seal_to(address, SPAN("text"), &sealed), ST_OK);
	assert_int_equal(seal_read(secret, buf_span(&sealed), &out), ST_BUG);
	assert_int_equal(out.len, 0);
	buf_clear(&sealed);
	buf_clear(&out);
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
	    cmocka_unit_test(an_authenticators_key_opens_what_was_sealed_under_it),
	    cmocka_unit_test(a_blob_changed_at_any_place_is_refused),
	    cmocka_unit_test(a_blob_cannot_be_made_one_of_another_kind),
	    cmocka_unit_test(anybody_seals_to_an_address_and_only_that_person_reads),
	    cmocka_unit_test(the_address_of_a_secret_stays_the_same),
	    cmocka_unit_test(what_was_sealed_and_altered_or_cut_is_refused),
	    cmocka_unit_test(any_length_is_sealed_and_the_buffers_limit_holds),
	    cmocka_unit_test(an_open_buffer_or_a_bad_address_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
