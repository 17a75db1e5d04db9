#include "tests/print/sample.h"

#include "generator/base/utf8.h"
#include "generator/render/dev_pdf.h"

#include <pthread.h>

/* The document of these tests, made once, and what the tools say about it. */
static char path[] = "/tmp/karte-pdf-XXXXXX";

/* Runs `tool FILE rest`; the caller frees what it printed. */
static char *run(const char *tool, const char *rest, int *exit_code)
{
	char command[1024];

	snprintf(command, sizeof command, "%s %s 2>&1 %s", tool, path, rest);
	return sample_run(command, exit_code);
}

static void make(const struct sample *s, const struct print_job *job, struct buf *out)
{
	buf_init(out, 64 * 1024 * 1024);
	assert_int_equal(print_pdf(s->style, s->fonts, job, out, NULL), ST_OK);
	assert_int_equal(file_write_fast(path, buf_span(out), 0600), ST_OK);
}

/* Prints one sheet with this prose to the file. */
static void make_prose(const struct sample *s, struct span text, struct print_report *report)
{
	struct view *v = sample_prose(s, text);
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf out;

	buf_init(&out, 64 * 1024 * 1024);
	assert_int_equal(print_pdf(s->style, s->fonts, &job, &out, report), ST_OK);
	assert_int_equal(file_write_fast(path, buf_span(&out), 0600), ST_OK);
	view_free(v);
	buf_clear(&out);
}

static void make_sheet(const struct sample *s)
{
	struct view *v = sample_file(s, "tests/print/sheet.md");
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf out;

	make(s, &job, &out);
	view_free(v);
	buf_clear(&out);
}

static void assert_has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no \"%s\" in: %s", what, text);
}

static void qpdf_finds_nothing_wrong(void **state)
{
	char *said;
	int rc;

	make_sheet(*state);
	said = run("qpdf --check", "", &rc);
	assert_int_equal(rc, 0);
	assert_has(said, "PDF Version: 1.7");
	assert_has(said, "No syntax or stream encoding errors found");
	assert_null(strstr(said, "WARNING"));
	free(said);
}

static void every_font_is_embedded_in_part_and_can_be_copied(void **state)
{
	static const char *const names[] = {"+BIZUDPMincho-Regular", "+BIZUDPGothic-Regular",
					    "+BIZUDPGothic-Bold", "+IPAmjMincho"};
	char *said, *line;
	size_t fonts = 0;

	make_sheet(*state);
	said = run("pdffonts", "| tail -n +3", NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_has(said, names[i]);
	for (line = strtok(said, "\n"); line; line = strtok(NULL, "\n")) {
		fonts++;
		assert_has(line, "CID TrueType      Identity-H       yes yes yes");
	}
	assert_int_equal(fonts, 4);
	free(said);
}

static void it_says_what_it_is(void **state)
{
	char *said;

	make_sheet(*state);
	said = run("TZ=UTC pdfinfo -isodates", "", NULL);
	assert_has(said, "Title:           印刷の見本 令和8年度　𠮷田 花子\n");
	assert_has(said, "CreationDate:    2026-05-24T05:20:00Z\n");
	assert_has(said, "ModDate:         2026-05-24T05:20:00Z\n");
	assert_has(said, "Tagged:          yes\n");
	assert_has(said, "Metadata Stream: yes\n");
	assert_has(said, "Pages:           2\n");
	assert_has(said, "Encrypted:       no\n");
	assert_has(said, "(A4)");
	free(said);
	said = run("pdfinfo -meta", "", NULL);
	assert_has(said, "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>");
	assert_has(said, "印刷の見本 令和8年度　𠮷田 花子</rdf:li>");
	free(said);
	said = run("qpdf --qdf --object-streams=disable", "- | tr -d '\\000'", NULL);
	assert_has(said, "/Lang (ja-JP)");
	assert_has(said, "/DisplayDocTitle true");
	assert_has(said, "/Marked true");
	assert_has(said, "/GTS_PDFA1");
	assert_has(said, "/Tabs /S");
	free(said);
}

static void the_structure_is_in_reading_order(void **state)
{
	static const char *const order[] = {
	    "Document\n  Sect\n",
	    "H1",
	    "印刷の見本 令和8年度",
	    "Table",
	    "TH",
	    "氏名",
	    "TD",
	    "よしだ はなこ",
	    "𠮷田 花子",
	    "H2",
	    "基本",
	    "H2",
	    "ようす",
	    "H3",
	    "得意なこと・好きなこと",
	    "P ",
	    "社会科の",
	    "L ",
	    "LI ",
	    "Lbl",
	    "LBody",
	    "係の仕事",
	    "BlockQuote",
	    "写真があるとわかる。",
	    "H4",
	    "使っているもの",
	    "Code",
	    "月 火 水",
	    "H2",
	    "記録",
	    "Table",
	    "出席した人",
	    "本人、母、担任",
	    "記入のない区分",
	};
	const char *at;
	char *said;

	make_sheet(*state);
	said = run("pdfinfo -struct-text", "", NULL);
	at = said;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		at = strstr(at, order[i]);
		if (!at)
			fail_msg("\"%s\" is not in its place", order[i]);
	}
	/* Header and footer are no part of it. */
	assert_null(strstr(said, "取扱注意"));
	free(said);
}

static void head_cells_say_what_they_head(void **state)
{
	char *said;

	make_sheet(*state);
	said = run("qpdf --qdf --object-streams=disable", "- | tr -d '\\000'", NULL);
	assert_has(said, "/Scope /Column");
	assert_has(said, "/Scope /Row");
	assert_has(said, "/ListNumbering /Decimal");
	free(said);
}

static void names_are_copied_as_they_were_typed(void **state)
{
	static const char names[] = "𠮷田 髙橋 﨑山 葛\xf3\xa0\x84\x80城 葛飾 渡邉 塚\xef\xa8\x90 "
				    "か\xe3\x82\x9a";
	struct print_report report;
	char *said;

	make_prose(*state, span_of(names), &report);
	assert_int_equal(report.nmissing, 0);
	said = run("pdftotext -raw", "-", NULL);
	assert_has(said, names);
	free(said);
}

static void every_kanji_of_jis_x_0213_is_copied_as_it_was_typed(void **state)
{
	struct print_report report;
	struct buf kanji;
	struct span rest;
	unsigned char *seen = calloc(0x40000, 1);
	size_t missing = 0;
	char *said;

	assert_non_null(seen);
	buf_init(&kanji, 65536);
	assert_int_equal(file_read("tests/print/jisx0213.txt", &kanji), ST_OK);
	make_prose(*state, buf_span(&kanji), &report);
	assert_int_equal(report.nmissing, 0);
	assert_true(report.pages > 5);
	said = run("pdftotext -raw", "-", NULL);
	for (rest = span_of(said); rest.n;) {
		uint32_t cp = utf8_next(&rest);

		if (cp < 0x40000)
			seen[cp] = 1;
	}
	for (rest = buf_span(&kanji); rest.n;)
		missing += !seen[utf8_next(&rest)];
	assert_int_equal(missing, 0);
	free(seen);
	free(said);
	buf_clear(&kanji);
}

static void what_no_font_has_is_a_box_that_can_be_copied(void **state)
{
	struct print_report report;
	char *said;

	make_prose(*state, SPAN("にこにこ😀です。\n私用\xee\x80\x80の字。"), &report);
	assert_int_equal(report.nmissing, 2);
	assert_int_equal(report.missing[0], 0xe000);
	assert_int_equal(report.missing[1], 0x1f600);
	said = run("pdftotext -raw", "-", NULL);
	assert_has(said, "にこにこ😀です。\n私用\xee\x80\x80の字。");
	free(said);
	said = run("qpdf --check", "", NULL);
	assert_has(said, "No syntax");
	free(said);
}

static void a_title_cannot_break_out_of_its_place(void **state)
{
	struct sample *s = *state;
	struct view *v = sample_prose(s, SPAN("文。"));
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf out;
	char *said;
	int rc;

	job.child_name = SPAN("</rdf:li>) >> \\ <& 𠮷");
	make(s, &job, &out);
	said = run("qpdf --check", "", &rc);
	assert_int_equal(rc, 0);
	free(said);
	said = run("pdfinfo", "", NULL);
	assert_has(said, "Title:           見本　</rdf:li>) >> \\ <& 𠮷\n");
	free(said);
	said = run("pdfinfo -meta", "", NULL);
	assert_has(said, "見本　&lt;/rdf:li&gt;) &gt;&gt; \\ &lt;&amp; 𠮷</rdf:li>");
	free(said);
	view_free(v);
	buf_clear(&out);
}

static void several_sheets_have_an_outline(void **state)
{
	struct sample *s = *state;
	struct view *a = sample_file(s, "tests/print/sheet.md");
	struct view *b = sample_file(s, "tests/print/draft.md");
	const struct view *views[] = {a, b};
	struct print_job job = sample_job(views, 2);
	struct buf out;
	char *said;

	make(s, &job, &out);
	said = run("pdftohtml -xml -stdout -i", "| sed -n '/<outline>/,/<.outline>/p'", NULL);
	assert_has(said, "page=\"1\">印刷の見本 令和8年度<");
	assert_has(said, "page=\"3\">印刷の見本 令和9年度<");
	free(said);
	said = run("pdfinfo", "", NULL);
	assert_has(said, "Title:           こどもカルテ　𠮷田 花子\n");
	free(said);
	view_free(a);
	view_free(b);
	buf_clear(&out);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	struct sample *s = *state;
	struct view *v = sample_file(s, "tests/print/sheet.md");
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf a, b, c;

	make(s, &job, &a);
	make(s, &job, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	job.at++;
	make(s, &job, &c);
	assert_false(span_eq(buf_span(&a), buf_span(&c)));
	view_free(v);
	buf_clear(&a);
	buf_clear(&b);
	buf_clear(&c);
}

struct printer {
	const struct sample *sample;
	const struct view *view;
	struct span want;
	size_t wrong;
};

static void *print_often(void *arg)
{
	struct printer *p = arg;
	struct print_job job = sample_job(&p->view, 1);

	for (int i = 0; i < 20; i++) {
		struct buf out;

		buf_init(&out, 64 * 1024 * 1024);
		p->wrong += print_pdf(p->sample->style, p->sample->fonts, &job, &out, NULL) != 0 ||
			    !span_eq(buf_span(&out), p->want);
		buf_clear(&out);
	}
	return NULL;
}

static void threads_share_the_fonts(void **state)
{
	struct sample *s = *state;
	struct fonts *fresh, *warm = s->fonts;
	struct view *v = sample_file(s, "tests/print/sheet.md");
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct printer p[3];
	pthread_t threads[3];
	struct buf want;

	make(s, &job, &want);
	/* New ones, so that the first use of each table is at the same time too. */
	assert_int_equal(print_fonts_open(&fresh, s->style), ST_OK);
	s->fonts = fresh;
	for (int i = 0; i < 3; i++) {
		p[i] = (struct printer){s, v, buf_span(&want), 0};
		assert_int_equal(pthread_create(&threads[i], NULL, print_often, &p[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(p[i].wrong, 0);
	}
	s->fonts = warm;
	fonts_free(fresh);
	view_free(v);
	buf_clear(&want);
}

static void a_full_buffer_is_an_error(void **state)
{
	struct sample *s = *state;
	struct view *v = sample_prose(s, SPAN("文。"));
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(print_pdf(s->style, s->fonts, &job, &out, NULL), ST_TOOBIG);
	view_free(v);
	buf_clear(&out);
}

static void a_device_that_was_used_wrongly_makes_no_document(void **state)
{
	struct sample *s = *state;
	struct pdf_about about = {.title = SPAN("題")};
	struct device *d = dev_pdf_new(s->fonts, 595, 842);
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(dev_pdf_finish(d, &about, &out), ST_BUG); /* no page */
	dev_pdf_free(d);
	d = dev_pdf_new(s->fonts, 595, 842);
	d->ops->begin_page(d);
	d->ops->open(d, TAG_DOCUMENT);
	assert_int_equal(dev_pdf_finish(d, &about, &out), ST_BUG); /* not closed */
	dev_pdf_free(d);
	d = dev_pdf_new(s->fonts, 595, 842);
	d->ops->begin_page(d);
	d->ops->text(d, &(struct device_text){.text = SPAN("字"), .size = 12});
	assert_int_equal(d->st, ST_BUG); /* text that belongs to nothing */
	assert_int_equal(dev_pdf_finish(d, &about, &out), ST_BUG);
	assert_int_equal(out.len, 0);
	dev_pdf_free(d);
	buf_clear(&out);
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
	    cmocka_unit_test(qpdf_finds_nothing_wrong),
	    cmocka_unit_test(every_font_is_embedded_in_part_and_can_be_copied),
	    cmocka_unit_test(it_says_what_it_is),
	    cmocka_unit_test(the_structure_is_in_reading_order),
	    cmocka_unit_test(head_cells_say_what_they_head),
	    cmocka_unit_test(names_are_copied_as_they_were_typed),
	    cmocka_unit_test(every_kanji_of_jis_x_0213_is_copied_as_it_was_typed),
	    cmocka_unit_test(what_no_font_has_is_a_box_that_can_be_copied),
	    cmocka_unit_test(a_title_cannot_break_out_of_its_place),
	    cmocka_unit_test(several_sheets_have_an_outline),
	    cmocka_unit_test(the_same_input_gives_the_same_bytes),
	    cmocka_unit_test(threads_share_the_fonts),
	    cmocka_unit_test(a_full_buffer_is_an_error),
	    cmocka_unit_test(a_device_that_was_used_wrongly_makes_no_document),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
