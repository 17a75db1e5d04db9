#include "vault/auth/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* RFC 6238, appendix B: "12345678901234567890" in ASCII. */
static const unsigned char *const secret = (const unsigned char *)"12345678901234567890";
static const char secret_text[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

enum { T = 1234567890, STEP = T / TOTP_STEP }; /* at the beginning of its step */

static enum status check(struct span code, int64_t now, int64_t last, int64_t *step)
{
	*step = -7;
	return totp_check(secret, code, now, last, step);
}

static struct span code_at(int64_t now)
{
	static char code[TOTP_CODE];

	assert_int_equal(totp_code(code, secret, now), ST_OK);
	return span_of(code);
}

static void the_codes_are_those_of_rfc_6238(void **state)
{
	static const struct {
		int64_t now;
		const char *digits; /* eight; the last six are ours */
	} rows[] = {
	    {59, "94287082"},	      {1111111109, "07081804"}, {1111111111, "14050471"},
	    {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
	};
	char code[TOTP_CODE];
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(totp_code(code, secret, rows[i].now), ST_OK);
		assert_string_equal(code, rows[i].digits + 2);
		assert_int_equal(check(span_of(code), rows[i].now, 0, &step), ST_OK);
		assert_true(step == rows[i].now / TOTP_STEP);
	}
	assert_int_equal(totp_code(code, secret, -1), ST_INVALID);
}

static void one_step_before_and_after_is_taken_and_no_more(void **state)
{
	static const struct {
		int64_t away; /* seconds between the code and now */
		enum status expected;
	} rows[] = {
	    {-31, ST_DENIED}, {-30, ST_OK}, {-1, ST_OK}, {0, ST_OK},
	    {29, ST_OK},      {30, ST_OK},  {59, ST_OK}, {60, ST_DENIED},
	};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(check(code_at(T), T + rows[i].away, 0, &step), rows[i].expected);
		assert_true(step == (rows[i].expected ? -7 : STEP));
	}
}

static void a_code_counts_once(void **state)
{
	int64_t step;

	(void)state;
	assert_int_equal(check(code_at(T), T, STEP - 1, &step), ST_OK);
	assert_true(step == STEP);
	assert_int_equal(check(code_at(T), T, STEP, &step), ST_EXISTS);
	assert_int_equal(check(code_at(T), T + 59, STEP, &step), ST_EXISTS);
	assert_true(step == -7);
	assert_int_equal(check(code_at(T - 30), T, STEP, &step), ST_EXISTS);
	assert_int_equal(check(code_at(T + 30), T, STEP, &step), ST_OK);
	assert_true(step == STEP + 1);
	assert_int_equal(check(SPAN("000000"), T, STEP, &step), ST_DENIED);
}

/* Steps 910737 and 910738 of this secret have the same code. */
static void digits_that_two_steps_share_count_once(void **state)
{
	const int64_t now = 910737 * TOTP_STEP;
	int64_t step;

	(void)state;
	assert_string_equal(code_at(now).p, "911617");
	assert_string_equal(code_at(now + TOTP_STEP).p, "911617");
	assert_int_equal(check(SPAN("911617"), now, 0, &step), ST_OK);
	assert_true(step == 910738);
	assert_int_equal(check(SPAN("911617"), now + TOTP_STEP, step, &step), ST_EXISTS);
}

static void a_clock_that_was_set_back_opens_no_old_code(void **state)
{
	int64_t step;

	(void)state;
	assert_int_equal(check(code_at(T), T, STEP + 120, &step), ST_EXISTS);
	assert_int_equal(check(code_at(T), T, INT64_MAX, &step), ST_EXISTS);
	assert_int_equal(check(code_at(T + 3660), T + 3660, STEP + 120, &step), ST_OK);
	assert_int_equal(check(SPAN("000000"), T, STEP + 120, &step), ST_DENIED);
}

static void the_ends_of_time_are_no_trouble(void **state)
{
	static const int64_t ends[] = {INT64_MIN, -1, 0, 29, INT64_MAX};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		assert_int_equal(check(SPAN("123456"), ends[i], 0, &step), ST_DENIED);
	assert_int_equal(check(code_at(0), 0, 0, &step), ST_EXISTS);
	assert_int_equal(check(code_at(INT64_MAX), INT64_MAX, 0, &step), ST_OK);
}

static void a_code_may_be_typed_in_several_ways(void **state)
{
	static const char *const good[] = {"005924",   "005 924",	    " 0 0 5 9 2 4 ",
					   "005-924",  "００５９２４",	    "００５　９２４",
					   "005ー924", "００５－９２４\r\n"};
	static const char *const bad[] = {
	    "",	      "005925",	 "05924",	"5924",	   "0059240", "00592４４", "89005924",
	    "oo5924", "005924x", "005\xff 924", "005.924", "+05924",  "0x5924",	   "٠٠٥٩٢٤",
	};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (check(span_of(good[i]), T, 0, &step))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (check(span_of(bad[i]), T, 0, &step) != ST_DENIED)
			fail_msg("%s is taken", bad[i]);
	assert_int_equal(check(SPAN_NONE, T, 0, &step), ST_DENIED);
	assert_int_equal(check(SPAN("005924\0"), T, 0, &step), ST_DENIED);
}

static void another_secret_has_other_codes(void **state)
{
	unsigned char other[TOTP_SECRET];
	int64_t step = 0;

	(void)state;
	memcpy(other, secret, sizeof other);
	other[TOTP_SECRET - 1] ^= 1;
	assert_int_equal(totp_check(other, code_at(T), T, 0, &step), ST_DENIED);
}

static void a_secret_is_read_back_as_it_is_written(void **state)
{
	unsigned char made[TOTP_SECRET], read[TOTP_SECRET];
	char text[TOTP_TEXT];

	(void)state;
	totp_text(text, secret);
	assert_string_equal(text, secret_text);
	for (int i = 0; i < 200; i++) {
		for (int k = 0; k < TOTP_SECRET; k++)
			made[k] = (unsigned char)(i * 37 + k * k * 11);
		totp_text(text, made);
		assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
		assert_true(totp_parse(read, span_of(text)));
		assert_memory_equal(made, read, sizeof made);
	}
}

static void a_secret_may_be_typed_in_groups_and_small_letters(void **state)
{
	static const unsigned char zero[TOTP_SECRET];
	static const char *const bad[] = {
	    "",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQG",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBV",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ=",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ0",
	    "8EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
	};
	unsigned char read[TOTP_SECRET];

	(void)state;
	assert_true(totp_parse(read, SPAN("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")));
	assert_memory_equal(read, secret, sizeof read);
	assert_true(totp_parse(read, SPAN("ＧＥＺＤ-GNBV-GY3T-QOJQ-GEZD-GNBV-gy3t-qojq\n")));
	assert_memory_equal(read, secret, sizeof read);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(read, 1, sizeof read);
		if (totp_parse(read, span_of(bad[i])))
			fail_msg("%s is taken", bad[i]);
		assert_memory_equal(read, zero, sizeof read);
	}
	assert_false(totp_parse(read, SPAN_NONE));
}

static void the_address_for_a_qr_code_is_encoded(void **state)
{
	struct buf b;

	(void)state;
	buf_init_secret(&b, 1000);
	totp_uri(&b, secret, SPAN("カルテ A:B&c=1"), SPAN("sato-m_1.~"));
	assert_string_equal(buf_str(&b),
			    "otpauth://totp/%E3%82%AB%E3%83%AB%E3%83%86%20A%3AB%26c%3D1:sato-m_1.~"
			    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
			    "&issuer=%E3%82%AB%E3%83%AB%E3%83%86%20A%3AB%26c%3D1");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_codes_are_those_of_rfc_6238),
	    cmocka_unit_test(one_step_before_and_after_is_taken_and_no_more),
	    cmocka_unit_test(a_code_counts_once),
	    cmocka_unit_test(digits_that_two_steps_share_count_once),
	    cmocka_unit_test(a_clock_that_was_set_back_opens_no_old_code),
	    cmocka_unit_test(the_ends_of_time_are_no_trouble),
	    cmocka_unit_test(a_code_may_be_typed_in_several_ways),
	    cmocka_unit_test(another_secret_has_other_codes),
	    cmocka_unit_test(a_secret_is_read_back_as_it_is_written),
	    cmocka_unit_test(a_secret_may_be_typed_in_groups_and_small_letters),
	    cmocka_unit_test(the_address_for_a_qr_code_is_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
