#include "tests/print/sample.h"
#include "tests/print/slip.h"

/* The PDF of these tests, and what the tools say about it. */
static char path[] = "/tmp/karte-slip-XXXXXX";

static char *run(const char *tool, const char *rest, int *exit_code)
{
	char command[1024];

	snprintf(command, sizeof command, "%s %s 2>&1 %s", tool, path, rest);
	return sample_run(command, exit_code);
}

static void make(const struct sample *s, const struct slip *letters, size_t n, struct buf *out,
		 struct print_report *report)
{
	buf_init(out, 64 * 1024 * 1024);
	if (slip_pdf(s->style, s->fonts, letters, n, out, report))
		fail_msg("%s", fail_why());
	assert_int_equal(file_write_fast(path, buf_span(out), 0600), ST_OK);
}

/* That the texts follow each other in `all`. */
static void assert_order(const char *all, const char *const *texts, size_t n)
{
	const char *at = all;

	for (size_t i = 0; i < n; i++) {
		at = strstr(at, texts[i]);
		if (!at)
			fail_msg("\"%s\" is not in its place in: %s", texts[i], all);
		at += strlen(texts[i]);
	}
}

static void the_structure_is_in_reading_order(void **state)
{
	static const char *const order[] = {"Document\n  Sect\n",
					    "P (",
					    "\"𠮷田 美咲　様\"",
					    "P (",
					    "\"令和8年4月20日\"",
					    "P (",
					    "特別支援教育課",
					    "H1 (",
					    "\"はじめてのログインのご案内\"",
					    "P (",
					    "お知らせです。",
					    "H2 (",
					    "\"ID\"",
					    "P (",
					    "\"yoshida-f\"",
					    "H2 (",
					    "はじめてのコード",
					    "P (",
					    "\"7K3M-9QW2-XH4T-0BZ8\"",
					    "P (",
					    "令和8年5月31日まで",
					    "P (",
					    "スマホの カメラ",
					    "P (",
					    "\"https://karte.city",
					    "L (",
					    "/ListNumbering /Decimal",
					    "LI (",
					    "Lbl (",
					    "\"1.\"",
					    "LBody (",
					    "四角い しるし",
					    "LI (",
					    "\"4.\"",
					    "P (",
					    "わからないときは"};
	struct slip s = family();
	struct buf out;
	char *said;

	make(*state, &s, 1, &out, NULL);
	said = run("pdfinfo -struct-text", "", NULL);
	assert_order(said, order, sizeof order / sizeof *order);
	assert_null(strstr(said, "山折り")); /* no part of the text */
	free(said);
	buf_clear(&out);
}

static void ten_codes_are_a_list(void **state)
{
	static const char *const order[] = {"H2 (",
					    "予備のコード",
					    "L (",
					    "Lbl (",
					    "\"1\"",
					    "LBody (",
					    "\"0123-4567-89AB-CDEF\"",
					    "\"10\"",
					    "\"C8WN-6ZD1-SY7B-4FGA\""};
	struct slip s = staff();
	struct buf out;
	char *said;

	make(*state, &s, 1, &out, NULL);
	said = run("pdfinfo -struct-text", "", NULL);
	assert_order(said, order, sizeof order / sizeof *order);
	free(said);
	buf_clear(&out);
}

static void every_character_of_a_name_is_drawn_and_can_be_copied(void **state)
{
	struct slip s = family();
	struct print_report report;
	struct buf out;
	char *said;
	int rc;

	s.name = SPAN("𠮷田 髙﨑 葛\xf3\xa0\x84\x80城");
	make(*state, &s, 1, &out, &report);
	assert_int_equal(report.pages, 1);
	assert_int_equal(report.nmissing, 0);
	said = run("pdftotext -raw", "-", NULL);
	assert_non_null(strstr(said, "𠮷田 髙﨑 葛\xf3\xa0\x84\x80城 様"));
	free(said);
	said = run("pdffonts", "", NULL);
	assert_non_null(strstr(said, "+IPAmjMincho"));
	free(said);
	said = run("TZ=UTC pdfinfo -isodates", "", NULL);
	assert_non_null(strstr(said, "葛\xf3\xa0\x84\x80城 様\n"));
	assert_non_null(strstr(said, "CreationDate:    2026-04-19T15:00:00Z\n"));
	assert_non_null(strstr(said, "(A4)"));
	free(said);
	said = run("qpdf --check", "", &rc);
	assert_int_equal(rc, 0);
	assert_null(strstr(said, "WARNING"));
	free(said);
	s.name = SPAN("😀山");
	buf_clear(&out);
	make(*state, &s, 1, &out, &report);
	assert_int_equal(report.nmissing, 1);
	assert_int_equal(report.missing[0], 0x1f600);
	buf_clear(&out);
}

static void the_same_letters_give_the_same_bytes(void **state)
{
	struct slip letters[] = {family(), staff(), crowded()};
	struct buf a, b, c;

	make(*state, letters, 3, &a, NULL);
	make(*state, letters, 3, &b, NULL);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	letters[2].on.d++;
	make(*state, letters, 3, &c, NULL);
	assert_false(span_eq(buf_span(&a), buf_span(&c)));
	buf_clear(&c);
	buf_clear(&b);
	buf_clear(&a);
}

static void a_thousand_letters_have_a_thousand_pages_and_an_outline(void **state)
{
	struct slip *letters = calloc(SLIP_LETTERS_MAX + 1, sizeof *letters);
	struct print_report report;
	struct sample *s = *state;
	struct buf out;
	char *said;

	assert_non_null(letters);
	for (size_t i = 0; i <= SLIP_LETTERS_MAX; i++)
		letters[i] = i % 2 ? staff() : family();
	make(s, letters, SLIP_LETTERS_MAX, &out, &report);
	assert_int_equal(report.pages, SLIP_LETTERS_MAX);
	said = run("pdfinfo", "", NULL);
	assert_non_null(strstr(said, "Pages:           1000\n"));
	assert_non_null(strstr(said, "Title:           はじめてのログインのご案内　1000通\n"));
	free(said);
	said =
	    run("pdftohtml -xml -stdout -i -f 1000", "| sed -n '/<outline>/,/<.outline>/p'", NULL);
	assert_non_null(strstr(said, "page=\"1000\">髙橋 﨑子<"));
	free(said);
	said = run("pdftotext -raw -f 999 -l 999", "-", NULL);
	assert_non_null(strstr(said, "𠮷田 美咲 様"));
	assert_null(strstr(said, "髙橋"));
	free(said);
	buf_clear(&out);
	buf_init(&out, 64 * 1024 * 1024);
	assert_int_equal(slip_pdf(s->style, s->fonts, letters, SLIP_LETTERS_MAX + 1, &out, &report),
			 ST_TOOBIG);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	free(letters);
}

static int open_all(void **state)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	return sample_open(state);
}

static int close_all(void **state)
{
	unlink(path);
	return sample_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_structure_is_in_reading_order),
	    cmocka_unit_test(ten_codes_are_a_list),
	    cmocka_unit_test(every_character_of_a_name_is_drawn_and_can_be_copied),
	    cmocka_unit_test(the_same_letters_give_the_same_bytes),
	    cmocka_unit_test(a_thousand_letters_have_a_thousand_pages_and_an_outline),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
