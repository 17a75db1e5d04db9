/* One record: what may be written, exactly how, and what is read back. */
#include "vault/journal/record.h"

#include "journal_fixture.h"

#define SALT32 "00112233445566778899aabbccddeeff"

static struct record full(void)
{
	struct record r = a_change("children/v4/c7k3m9q2v4.git");

	r.n = 42;
	r.t = 1795152667; /* 2026-11-20T05:31:07Z */
	r.role = SPAN("school");
	r.institution = SPAN("kudan-es");
	r.child = SPAN("c7k3m9q2v4");
	r.object = SPAN("kyoiku-shien/2026");
	r.decision = SPAN("allow");
	r.reason = SPAN("進学に向けて\"目標\"を\\見直した");
	r.request = SPAN("9f2c41d0a7b35e18");
	r.salt = SPAN(SALT32);
	r.old = SPAN(FORTY);
	return r;
}

static const char full_line[] =
    "{\"n\":42,\"t\":\"2026-11-20T05:31:07Z\",\"class\":\"change\",\"event\":\"sheet.save\","
    "\"account\":\"tanaka\","
    "\"role\":\"school\",\"institution\":\"kudan-es\",\"child\":\"c7k3m9q2v4\","
    "\"object\":\"kyoiku-shien/2026\",\"decision\":\"allow\","
    "\"reason\":\"進学に向けて\\\"目標\\\"を\\\\見直した\",\"request\":\"9f2c41d0a7b35e18\","
    "\"salt\":\"" SALT32 "\",\"repository\":\"children/v4/c7k3m9q2v4.git\","
    "\"ref\":\"refs/heads/main\",\"old\":\"" FORTY "\",\"new\":\"" FORTY "\","
    "\"sha256\":\"" SIXTY_FOUR "\"}";

static void a_record_is_one_canonical_line(void **state)
{
	struct record r = full();
	struct buf b;

	(void)state;
	buf_init(&b, RECORD_MAX);
	record_write(&b, &r);
	assert_string_equal(buf_str(&b), full_line);
	buf_clear(&b);
}

static void absent_fields_are_left_out(void **state)
{
	struct record r = {.class = "system", .event = SPAN("start"), .salt = SPAN(SALT32)};
	struct buf b;

	(void)state;
	buf_init(&b, RECORD_MAX);
	record_write(&b, &r);
	assert_string_equal(buf_str(&b),
			    "{\"n\":0,\"t\":\"1970-01-01T00:00:00Z\",\"class\":\"system\","
			    "\"event\":\"start\",\"salt\":\"" SALT32 "\"}");
	buf_clear(&b);
}

static void what_was_written_is_read_back(void **state)
{
	struct record_text t;

	(void)state;
	assert_ok(record_read(&t, "change", span_of(full_line)));
	assert_int_equal(t.r.n, 42);
	assert_int_equal(t.r.t, 1795152667);
	assert_true(span_is(t.r.event, "sheet.save"));
	assert_true(span_is(t.r.reason, "進学に向けて\"目標\"を\\見直した"));
	assert_true(span_is(t.r.salt, SALT32));
	assert_true(span_is(t.r.sha256, SIXTY_FOUR));
	assert_true(span_is(t.r.repository, "children/v4/c7k3m9q2v4.git"));
	record_text_clear(&t);
}

static void the_head_is_read_without_the_rest(void **state)
{
	uint64_t n = 0;
	int64_t t = 0;

	(void)state;
	assert_true(record_peek(span_of(full_line), &n, &t));
	assert_int_equal(n, 42);
	assert_int_equal(t, 1795152667);
	assert_false(record_peek(SPAN("{\"n\":042,\"t\":\"2026-11-20T05:31:07Z\",\"e"), &n, &t));
	assert_false(record_peek(SPAN("{\"n\":42,\"t\":\"2026-11-20 05:31:07Z\",\"e"), &n, &t));
	assert_false(record_peek(SPAN("{\"n\":-1,\"t\":\"2026-11-20T05:31:07Z\",\"e"), &n, &t));
	assert_false(record_peek(SPAN("{\"n\":42"), &n, &t));
	assert_false(record_peek(SPAN(""), &n, &t));
}

#define HEAD "{\"n\":1,\"t\":\"2026-11-20T05:31:07Z\",\"class\":\"read\","
#define TAIL "\"salt\":\"" SALT32 "\"}"

static void other_lines_are_no_records(void **state)
{
	static const char *const bad[] = {
	    "",
	    "{}",
	    "[]",
	    HEAD "\"event\":[[[[1]]]]," TAIL,
	    HEAD "\"event\":\"x\"}",				 /* no salt */
	    HEAD "\"event\":\"x\",\"salt\":\"0011\"}",		 /* short salt */
	    HEAD TAIL,						 /* no event */
	    HEAD "\"event\":\"x\",\"colour\":\"red\"," TAIL,	 /* unknown key */
	    HEAD "\"event\":\"x\",\"event\":\"x\"," TAIL,	 /* twice */
	    HEAD "\"event\":1," TAIL,				 /* no text */
	    HEAD "\"account\":\"a\",\"event\":\"x\"," TAIL,	 /* other order */
	    HEAD "\"event\": \"x\"," TAIL,			 /* a space */
	    HEAD "\"event\":\"\\u0078\"," TAIL,			 /* escaped for no reason */
	    HEAD "\"event\":\"x\"," TAIL " ",			 /* something behind */
	    HEAD "\"event\":\"x\",\"reason\":\"\\u0000\"," TAIL, /* NUL */
	    HEAD "\"event\":\"x\",\"reason\":\"\\n\"," TAIL,	 /* control character */
	    HEAD "\"event\":\"x\",\"reason\":\"\xff\"," TAIL,	 /* no UTF-8 */
	    HEAD "\"event\":\"x\","
		 "\"salt\":\"" SALT32 "\",\"sha256\":\"" SIXTY_FOUR "\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct record_text t;

		if (record_read(&t, "read", span_of(bad[i])) != ST_CORRUPT)
			fail_msg("accepted: %s", bad[i]);
		record_text_clear(&t);
	}
}

static void a_good_line_is_a_record_of_its_class_only(void **state)
{
	struct record_text t;

	(void)state;
	assert_ok(record_read(&t, "read", SPAN(HEAD "\"event\":\"x\"," TAIL)));
	record_text_clear(&t);
	assert_status(record_read(&t, "session", SPAN(HEAD "\"event\":\"x\"," TAIL)), ST_CORRUPT);
	record_text_clear(&t);
	assert_status(record_read(&t, "change", SPAN(HEAD "\"event\":\"x\"," TAIL)), ST_CORRUPT);
	record_text_clear(&t);
	assert_status(record_read(&t, "admin", span_of(full_line)), ST_CORRUPT);
	record_text_clear(&t);
}

static void wrong_records_are_refused(void **state)
{
	static char long_reason[RECORD_REASON_MAX + 2];
	struct record good = full(), r;

	(void)state;
	assert_ok(record_check(&good));
#define REFUSED(change)                                                                            \
	do {                                                                                       \
		r = good;                                                                          \
		r.change;                                                                          \
		assert_status(record_check(&r), ST_INVALID);                                       \
	} while (0)
	REFUSED(class = "other");
	REFUSED(class = NULL);
	REFUSED(class = "read");
	REFUSED(event = SPAN_NONE);
	REFUSED(event = SPAN(""));
	REFUSED(event = SPAN("Sheet.Save"));
	REFUSED(event = SPAN("a b"));
	REFUSED(account = SPAN("a\nb"));
	REFUSED(account = SPAN("a\x7f"));
	REFUSED(account = span_make("a\0b", 3));
	REFUSED(object = SPAN("\xc2\x85"));	/* NEL, C1 */
	REFUSED(object = SPAN("\xe2\x80\xa8")); /* LINE SEPARATOR */
	REFUSED(object = SPAN("\xed\xa0\x80")); /* a surrogate */
	REFUSED(repository = SPAN_NONE);
	REFUSED(ref = SPAN_NONE);
	REFUSED(new_ = SPAN_NONE);
	REFUSED(new_ = SPAN("0123"));
	REFUSED(old = SPAN("g123456789abcdef0123456789abcdef01234567"));
	REFUSED(sha256 = SPAN_NONE);
	REFUSED(sha256 = SPAN(FORTY));
	REFUSED(t = -1);
	REFUSED(t = INT64_MAX);
	memset(long_reason, 'x', RECORD_REASON_MAX + 1);
	REFUSED(reason = span_of(long_reason));
	r = good;
	long_reason[RECORD_REASON_MAX] = '\0';
	r.reason = span_of(long_reason);
	assert_ok(record_check(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_is_one_canonical_line),
	    cmocka_unit_test(absent_fields_are_left_out),
	    cmocka_unit_test(what_was_written_is_read_back),
	    cmocka_unit_test(the_head_is_read_without_the_rest),
	    cmocka_unit_test(other_lines_are_no_records),
	    cmocka_unit_test(a_good_line_is_a_record_of_its_class_only),
	    cmocka_unit_test(wrong_records_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
