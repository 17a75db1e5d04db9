/* Ranges of pages: what people type, and what then comes out of a document. */
#include "tests/print/sample.h"

#include "generator/base/utf8.h"
#include "generator/render/pages.h"

static void ranges_are_read_as_they_are_typed(void **state)
{
	static const struct {
		const char *text, *pages; /* of 1 to 12, as digits in base 16 */
	} cases[] = {
	    {"", "123456789abc"}, {"  ", "123456789abc"},  {"2", "2"},
	    {"2-5,8", "23458"},	  {"２〜５、８", "23458"}, {" 2 - 3 , 11- ", "23bc"},
	    {"-3", "123"},	  {"3－3", "3"},	   {"5,2,5", "25"},
	    {"12", "c"},	  {"1~2，4", "124"},	   {"2ー4", "234"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct page_ranges r;
		char got[16] = "";
		size_t n = 0;

		if (!page_ranges_parse(span_of(cases[i].text), &r))
			fail_msg("not read: %s", cases[i].text);
		for (size_t p = 1; p <= 12; p++)
			if (page_ranges_has(&r, p))
				got[n++] = "0123456789abc"[p];
		assert_string_equal(got, cases[i].pages);
	}
}

static void hostile_ranges_are_refused(void **state)
{
	static const char *const bad[] = {
	    "0",   "0-3",  "5-2",   "1-2-3", "-",    ",",	  "1,",
	    ",1",  "1,,2", "a",	    "1;2",   "2001", "1-2001",	  "99999999999999999999",
	    "1.5", "--3",  "1\n2x", "１２a", "\xff", "1\xe3\x80", "+1",
	    "0x1", "一",
	};
	struct page_ranges r;
	char many[300] = "1";

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (page_ranges_parse(span_of(bad[i]), &r))
			fail_msg("was read: %s", bad[i]);
	assert_false(page_ranges_parse(SPAN("1\0"), &r));
	for (size_t i = 0; i < PAGES_RANGES_MAX; i++)
		strcat(many, ",1");
	assert_false(page_ranges_parse(span_of(many), &r)); /* one too many */
	assert_true(page_ranges_parse(span_make(many, 2 * PAGES_RANGES_MAX - 1), &r));
	memset(many, ' ', PAGES_TEXT_MAX + 1);
	assert_false(page_ranges_parse(span_make(many, PAGES_TEXT_MAX + 1), &r));
}

/* ---- what comes out ------------------------------------------------------------------------- */

static struct view *long_view(const struct sample *s)
{
	struct buf text;
	struct view *v;

	buf_init(&text, 1 << 20);
	for (int i = 1; i <= 90; i++)
		buf_addf(&text, "段落%d。%s\n\n", i,
			 "ゆっくり話すと、さいごまで聞くことができます。絵を見せると、すぐに分かり"
			 "ます。");
	v = sample_prose(s, buf_span(&text));
	buf_clear(&text);
	return v;
}

/* The text of pages of a PDF, by poppler. */
static char *text_of(const char *path, const char *options)
{
	char command[512];
	int code;
	char *said;

	snprintf(command, sizeof command, "pdftotext -layout %s %s -", options, path);
	said = sample_run(command, &code);
	assert_int_equal(code, 0);
	return said;
}

static void make(const struct sample *s, struct view *v, const struct page_ranges *only, char *path,
		 struct print_report *report)
{
	const struct view *views[] = {v, v};
	struct print_job job = sample_job(views, 2);
	struct buf out;
	int code, fd = mkstemp(path);
	char command[256], *said;

	assert_true(fd >= 0);
	close(fd);
	job.only = only;
	buf_init(&out, 64 * 1024 * 1024);
	assert_int_equal(print_pdf(s->style, s->fonts, &job, &out, report), ST_OK);
	assert_int_equal(file_write_fast(path, buf_span(&out), 0600), ST_OK);
	buf_clear(&out);
	snprintf(command, sizeof command, "qpdf --check %s", path);
	said = sample_run(command, &code);
	if (code)
		fail_msg("%s", said);
	free(said);
}

static void pages_are_those_of_the_whole(void **state)
{
	const struct sample *s = *state;
	char all[] = "/tmp/karte-pages-XXXXXX", some[] = "/tmp/karte-pages-XXXXXX";
	struct print_report whole, part;
	struct page_ranges only;
	struct view *v = long_view(s);

	assert_true(page_ranges_parse(SPAN("2-3,5"), &only));
	make(s, v, NULL, all, &whole);
	make(s, v, &only, some, &part);
	assert_true(whole.pages >= 6);
	assert_int_equal(whole.printed, whole.pages);
	assert_int_equal(part.pages, whole.pages);
	assert_int_equal(part.printed, 3);
	for (int i = 1; i <= 3; i++) {
		static const int of_whole[] = {2, 3, 5};
		char here[32], there[32], *got, *want;

		snprintf(here, sizeof here, "-f %d -l %d", i, i);
		snprintf(there, sizeof there, "-f %d -l %d", of_whole[i - 1], of_whole[i - 1]);
		got = text_of(some, here);
		want = text_of(all, there);
		assert_string_equal(got, want);
		snprintf(here, sizeof here, "%d/%zu", of_whole[i - 1], whole.pages);
		assert_non_null(strstr(got, here));
		free(got);
		free(want);
	}
	unlink(all);
	unlink(some);
	view_free(v);
}

/* Structure that has nothing on these pages is not there, and what is there is not empty. */
static void no_empty_part_is_left(void **state)
{
	const struct sample *s = *state;
	char some[] = "/tmp/karte-pages-XXXXXX", command[256], *said;
	struct print_report part;
	struct page_ranges only;
	struct view *v = long_view(s);
	int code;

	assert_true(page_ranges_parse(SPAN("3"), &only));
	make(s, v, &only, some, &part);
	snprintf(command, sizeof command,
		 "qpdf --qdf --object-streams=disable %s - | grep -a '/S /' -A4 -B4 | "
		 "grep -a -c '/S /H1'",
		 some);
	said = sample_run(command, &code);
	assert_int_equal(atoi(said), 0); /* the title is on page 1 */
	free(said);
	snprintf(command, sizeof command, "pdfinfo -struct %s | grep -c .", some);
	said = sample_run(command, &code);
	assert_in_range(atoi(said), 3, 60);
	free(said);
	unlink(some);
	view_free(v);
}

static void pages_that_there_are_not_are_said(void **state)
{
	const struct sample *s = *state;
	struct view *v = long_view(s);
	const struct view *views[] = {v};
	struct print_job job = sample_job(views, 1);
	struct print_report report;
	struct page_ranges only;
	struct buf out;

	buf_init(&out, 64 * 1024 * 1024);
	assert_true(page_ranges_parse(SPAN("99"), &only));
	job.only = &only;
	assert_int_equal(print_pdf(s->style, s->fonts, &job, &out, &report), ST_NOTFOUND);
	assert_true(report.pages >= 3);
	assert_int_equal(report.printed, 0);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	view_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranges_are_read_as_they_are_typed),
	    cmocka_unit_test(hostile_ranges_are_refused),
	    cmocka_unit_test(pages_are_those_of_the_whole),
	    cmocka_unit_test(no_empty_part_is_left),
	    cmocka_unit_test(pages_that_there_are_not_are_said),
	};

	return cmocka_run_group_tests(tests, sample_open, sample_close);
}
