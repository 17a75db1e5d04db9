#include "tests/print/sample.h"

#include "generator/render/dev_text.h"

/*
 * Compares the pages of tests/print/NAME.md with tests/print/NAME.txt.  After a wanted change of
 * the layout: run once with PRINT_ACCEPT=1, then read the difference.
 */
static void compare(const struct sample *s, const char *name)
{
	char path[128];
	struct buf want, got;
	struct view *v;
	struct print_job job;

	snprintf(path, sizeof path, "tests/print/%s.md", name);
	v = sample_file(s, path);
	job = sample_job((const struct view *const *)&v, 1);
	sample_text(s, &job, &got, NULL);
	snprintf(path, sizeof path, "tests/print/%s.txt", name);
	if (getenv("PRINT_ACCEPT"))
		assert_int_equal(file_write_fast(path, buf_span(&got), 0644), ST_OK);
	buf_init(&want, 1024 * 1024);
	assert_int_equal(file_read(path, &want), ST_OK);
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_clear(&want);
	buf_clear(&got);
	view_free(v);
}

static void a_sheet_with_every_kind_of_field_looks_as_it_did(void **state)
{
	compare(*state, "sheet");
}

static void an_empty_draft_looks_as_it_did(void **state)
{
	compare(*state, "draft");
}

/* A device with nominal widths that writes to out. */
static struct device *open_device(struct buf *out)
{
	struct device *d;

	buf_init(out, 65536);
	d = dev_text_new(out, NULL);
	assert_non_null(d);
	return d;
}

static void what_is_drawn_is_written_in_order(void **state)
{
	struct buf out;
	struct device *d = open_device(&out);
	struct qr qr = {.side = 21};

	(void)state;
	d->ops->begin_page(d);
	d->ops->open(d, TAG_DOCUMENT);
	d->ops->bookmark(d, SPAN("見出し"), 10);
	d->ops->text(d, &(struct device_text){.text = SPAN("字"), .size = 12, .x = 1, .y = 2.25});
	d->ops->text(
	    d, &(struct device_text){
		   .text = SPAN("b"), .face = FACE_BOLD, .size = 10.5, .spread = 0.5, .grey = 0.3});
	d->ops->line(d, 1, 2, 3, 4, 0.5, 0.7);
	d->ops->fill(d, 1, 2, 3, 4, 0.9);
	d->ops->frame(d, 1, 2, 3, 4, 1, 0);
	d->ops->close(d);
	d->ops->resume_page(d, 0);
	d->ops->begin_artifact(d, ARTIFACT_FOOTER);
	d->ops->code(d, 5, 6, 45, &qr);
	d->ops->end_artifact(d);
	assert_int_equal(d->st, ST_OK);
	assert_string_equal(buf_str(&out), "page 1\n"
					   "  Document\n"
					   "    bookmark 10.0 見出し\n"
					   "    1.0,2.2 body 12 | 字\n"
					   "    0.0,0.0 bold 10.5 +0.50 grey 0.3 | b\n"
					   "    line 1.0,2.0 3.0,4.0 width 0.50 grey 0.7\n"
					   "    fill 1.0,2.0 3.0x4.0 grey 0.9\n"
					   "    frame 1.0,2.0 3.0x4.0 width 1.00 grey 0\n"
					   "on page 1\n"
					   "  (footer)\n"
					   "  code 5.0,6.0 45.0x45.0 of 21 modules\n"
					   "  (end)\n");
	dev_text_free(d);
	buf_clear(&out);
}

static void nominal_widths_are_one_em_or_half(void **state)
{
	static const char text[] = "漢aー𠮷葛\xf3\xa0\x84\x80。\n";
	static const uint16_t want[] = {1000, 0, 0, 500, 1000, 0, 0, 1000, 0, 0, 0,
					1000, 0, 0, 0,	 0,    0, 0, 1000, 0, 0, 0};
	uint16_t got[sizeof text - 1];
	struct buf out;
	struct device *d = open_device(&out);

	(void)state;
	assert_int_equal(sizeof want / sizeof *want, sizeof text - 1);
	d->ops->measure(d, FACE_BODY, span_make(text, sizeof text - 1), got);
	assert_memory_equal(got, want, sizeof want);
	dev_text_free(d);
	buf_clear(&out);
}

static void closing_more_than_was_opened_is_our_mistake(void **state)
{
	struct buf out;
	struct device *d = open_device(&out);

	(void)state;
	d->ops->open(d, TAG_DOCUMENT);
	d->ops->close(d);
	assert_int_equal(d->st, ST_OK);
	d->ops->close(d);
	assert_int_equal(d->st, ST_BUG);
	dev_text_free(d);
	buf_clear(&out);
}

static void missing_characters_are_reported_once_and_in_order(void **state)
{
	struct sample *s = *state;
	struct view *v = sample_prose(s, SPAN("😀と😀と\xee\x80\x81と\xee\x80\x80です。"));
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct print_report report;
	struct buf out;

	buf_init(&out, 1024 * 1024);
	assert_int_equal(print_text(s->style, s->fonts, &job, &out, &report), ST_OK);
	assert_int_equal(report.nmissing, 3);
	assert_int_equal(report.missing[0], 0xe000);
	assert_int_equal(report.missing[1], 0xe001);
	assert_int_equal(report.missing[2], 0x1f600);
	assert_int_equal(report.pages, 1);
	view_free(v);
	buf_clear(&out);
}

static void a_full_buffer_is_an_error(void **state)
{
	struct sample *s = *state;
	struct view *v = sample_prose(s, SPAN("文。"));
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf out;

	buf_init(&out, 100);
	assert_int_equal(print_text(s->style, NULL, &job, &out, NULL), ST_TOOBIG);
	view_free(v);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sheet_with_every_kind_of_field_looks_as_it_did),
	    cmocka_unit_test(an_empty_draft_looks_as_it_did),
	    cmocka_unit_test(what_is_drawn_is_written_in_order),
	    cmocka_unit_test(nominal_widths_are_one_em_or_half),
	    cmocka_unit_test(closing_more_than_was_opened_is_our_mistake),
	    cmocka_unit_test(missing_characters_are_reported_once_and_in_order),
	    cmocka_unit_test(a_full_buffer_is_an_error),
	};

	return cmocka_run_group_tests(tests, sample_open, sample_close);
}
