/* What a mail looks like, and that no text of it can become a header. */
#include "vault/flow/mail_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void only_plain_addresses_are_good(void **state)
{
	static const char *const good[] = {"a@b", "kacho+karte@karte.example.jp",
					   "x_y.z@1.example"};
	static const char *const bad[] = {
	    "",	       "a",    "@b",	  "a@",	  "a@b@c", "a b@c", "a@b\r\nX: y", "<a@b>",
	    "\"a\"@b", "あ@b", "a@b,c@d", "a@-b", "a@b.",  ".a@b",  "a@[1.2.3.4]", "a@b;c"};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!mail_address_good(span_of(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mail_address_good(span_of(bad[i])))
			fail_msg("%s", bad[i]);
	assert_false(mail_address_good(span_make("a@b\0c", 5)));
	assert_true(mail_list_good(SPAN("")));
	assert_true(mail_list_good(SPAN(" a@b , c@d,")));
	assert_false(mail_list_good(SPAN("a@b c@d")));
}

static void servers_have_a_scheme_and_no_more_than_a_port(void **state)
{
	static const char *const good[] = {"smtp://localhost", "smtps://mail.example.jp",
					   "smtp://127.0.0.1:2525", "smtp://[::1]:25"};
	static const char *const bad[] = {"localhost",
					  "http://x",
					  "smtp://",
					  "smtp://u:p@x",
					  "smtp://x/y",
					  "smtp://x:99999",
					  "smtp://x:25\r\nRCPT TO",
					  "smtp://x:"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!mail_server_good(span_of(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mail_server_good(span_of(bad[i])))
			fail_msg("%s", bad[i]);
	assert_true(mail_server_is_here(SPAN("smtp://127.0.0.1:25")));
	assert_true(mail_server_is_here(SPAN("smtp://[::1]:25")));
	assert_false(mail_server_is_here(SPAN("smtp://127.0.0.1.example.jp")));
	assert_false(mail_server_is_here(SPAN("smtp://mail.example.jp")));
}

static void a_subject_cannot_end_its_line(void **state)
{
	struct mail_text m = {.from = SPAN("a@b"),
			      .to = SPAN("c@d"),
			      .subject =
				  SPAN("x\r\nBcc: e@f\r\n\r\nbody 𠮷野家𠮷野家𠮷野家𠮷野家𠮷野家"),
			      .body = SPAN("一行め\n.\n二行め\r\n"),
			      .date = 1795000000,
			      .n = 7,
			      .hostname = "karte.example.jp"};
	const char *line;
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(mail_write(&out, &m), ST_OK);
	assert_null(strstr(buf_str(&out), "Bcc"));
	for (line = buf_str(&out); *line; line = strstr(line, "\r\n") + 2) {
		const char *end = strstr(line, "\r\n");

		assert_non_null(end);
		assert_true(end - line <= 78);
		for (const char *p = line; p < end; p++)
			assert_true(*p >= 0x20 && *p < 0x7f);
	}
	assert_non_null(strstr(buf_str(&out), "Date: Wed, 18 Nov 2026 20:06:40 +0900\r\n"));
	assert_non_null(strstr(buf_str(&out), "Message-ID: <karte-7-1795000000@karte.example.jp>"));
	assert_null(strstr(buf_str(&out), "\r\n.\r\n"));
	m.to = SPAN("c@d\r\nBcc: e@f");
	buf_cut(&out, 0);
	assert_int_equal(mail_write(&out, &m), ST_INVALID);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_plain_addresses_are_good),
	    cmocka_unit_test(servers_have_a_scheme_and_no_more_than_a_port),
	    cmocka_unit_test(a_subject_cannot_end_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
