#include "tests/print/sample.h"
#include "tests/print/slip.h"

#include "generator/base/utf8.h"

#include <math.h>

/* ---- what is drawn ----------------------------------------------------------------------------
 */

/* One line of the text device: its rectangle in millimetres. */
struct thing {
	char kind; /* t text, l line, f frame, c code */
	double left, top, right, bottom;
	double x, baseline, size, spread; /* of text, in points */
	struct span text;
};
struct page {
	struct buf out;
	struct thing list[256];
	size_t n;
};

#define MM (72 / 25.4)

/* Nominal widths, as the text device has them without fonts. */
static double em(struct span text)
{
	double sum = 0;

	while (text.n) {
		uint32_t cp = utf8_next(&text);

		sum += cp < 0x2000 ? 0.5 : cp >= 0xe0100 && cp <= 0xe01ef ? 0 : 1;
	}
	return sum;
}

static bool read_text(struct span line, struct thing *t)
{
	long bar = span_find(line, SPAN(" | "));
	char face[8];
	const char *plus;

	if (bar < 0 || sscanf(line.p, " %lf,%lf %7s %lf", &t->x, &t->baseline, face, &t->size) != 4)
		return false;
	t->kind = 't';
	t->text = span_make(line.p + bar + 3, line.n - (size_t)bar - 3);
	plus = memmem(line.p, (size_t)bar, " +", 2);
	t->spread = plus ? strtod(plus, NULL) : 0;
	t->left = t->x / MM;
	t->right = (t->x + em(t->text) * t->size + t->spread * (double)utf8_count(t->text)) / MM;
	t->top = (t->baseline - 0.88 * t->size) / MM;
	t->bottom = (t->baseline + 0.12 * t->size) / MM;
	return true;
}

static bool read_drawing(struct span line, struct thing *t)
{
	double a, b, c, d;
	bool corner = sscanf(line.p, " line %lf,%lf %lf,%lf", &a, &b, &c, &d) == 4;

	t->kind = corner ? 'l' : 0;
	if (!t->kind && sscanf(line.p, " frame %lf,%lf %lfx%lf", &a, &b, &c, &d) == 4)
		t->kind = 'f';
	if (!t->kind && sscanf(line.p, " code %lf,%lf %lfx%lf", &a, &b, &c, &d) == 4)
		t->kind = 'c';
	if (!t->kind)
		return false;
	t->left = a / MM;
	t->top = b / MM;
	t->right = (corner ? c : a + c) / MM;
	t->bottom = (corner ? d : b + d) / MM;
	return true;
}

/* Draws the letter as text; clear p->out afterwards. */
static void draw(const struct sample *s, struct fonts *fonts, const struct slip *letter,
		 struct page *p)
{
	struct span rest;

	p->n = 0;
	buf_init(&p->out, 1024 * 1024);
	if (slip_text(s->style, fonts, letter, 1, &p->out, NULL))
		fail_msg("%s", fail_why());
	for (rest = buf_span(&p->out); rest.n;) {
		struct span line = span_cut(&rest, '\n');
		struct thing t = {0};

		if (!read_text(line, &t) && !read_drawing(line, &t))
			continue;
		assert_true(p->n < sizeof p->list / sizeof *p->list);
		p->list[p->n++] = t;
	}
	assert_true(p->n > 10);
}

static const struct thing *find(const struct page *p, struct span text)
{
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(p->list[i].text, text))
			return &p->list[i];
	fail_msg("\"%.*s\" is not drawn", SPAN_ARG(text));
	return NULL;
}

/*
 * Compares the letter with tests/print/NAME.txt.  After a wanted change of the layout: run once
 * with PRINT_ACCEPT=1, then read the difference.
 */
static void compare(const struct sample *s, const char *name, const struct slip *letter)
{
	char file[128];
	struct buf want, got;

	buf_init(&got, 1024 * 1024);
	assert_int_equal(slip_text(s->style, NULL, letter, 1, &got, NULL), ST_OK);
	snprintf(file, sizeof file, "tests/print/%s.txt", name);
	if (getenv("PRINT_ACCEPT"))
		assert_int_equal(file_write_fast(file, buf_span(&got), 0644), ST_OK);
	buf_init(&want, 1024 * 1024);
	assert_int_equal(file_read(file, &want), ST_OK);
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_clear(&want);
	buf_clear(&got);
}

static void a_letter_with_one_code_looks_as_it_did(void **state)
{
	struct slip s = family();

	compare(*state, "slip", &s);
}

static void a_letter_with_ten_codes_looks_as_it_did(void **state)
{
	struct slip s = staff();

	compare(*state, "slip_codes", &s);
}

static void a_crowded_letter_looks_as_it_did(void **state)
{
	struct slip s = crowded();

	compare(*state, "slip_crowded", &s);
}

/* ---- the envelope -----------------------------------------------------------------------------
 */

/* Whether the thing touches the rectangle in millimetres. */
static bool touches(const struct thing *t, double left, double top, double right, double bottom)
{
	return t->left < right && t->right > left && t->top < bottom && t->bottom > top;
}

/*
 * A window of 90 by 45 mm, 20 to 22 mm from the left and 10 to 14 from the top of the envelope of
 * 235 by 120; the folded letter of 210 by 99 slides 25 mm to the right and 21 down.
 */
static void check_window(const struct sample *s, const struct slip *letter)
{
	struct page p;
	struct buf seen, want;

	buf_init(&seen, 4096);
	buf_init(&want, 4096);
	draw(s, NULL, letter, &p);
	for (size_t i = 0; i < p.n; i++) {
		const struct thing *t = &p.list[i];

		if (!touches(t, 0, 0, 22 + 90, 14 + 45))
			continue;
		assert_int_equal(t->kind, 't');
		assert_true(t->left >= 22 && t->right <= 20 + 90 - 25 + 0.01);
		assert_true(t->top >= 14 && t->bottom <= 10 + 45 - 21 + 0.01);
		assert_false(span_is(t->text, "様"));
		buf_addspan(&seen, t->text);
	}
	buf_addspan(&want, letter->institution);
	buf_addspan(&want, letter->name);
	buf_adds(&want, "　様");
	assert_string_equal(buf_str(&seen), buf_str(&want));
	buf_clear(&want);
	buf_clear(&seen);
	buf_clear(&p.out);
}

static void the_window_shows_the_whole_address_and_nothing_else(void **state)
{
	struct slip letters[] = {family(), staff(), crowded(), family(), family()};

	letters[3].name =
	    SPAN("寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に"
		 "住む処やぶら小路の藪柑子");
	letters[3].sender =
	    SPAN("見本区教育委員会事務局 学校教育部 特別支援教育課 就学相談担当 "
		 "〒000-0000 見本区見本町一丁目2番3号 見本区役所 5階 電話 03-0000-0000");
	/* Ten letters fill a line at 16 points: 様 does not stand alone on the next. */
	letters[4].name = SPAN("あいうえおかきくけこ");
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		check_window(*state, &letters[i]);
}

static void a_long_name_is_broken_between_its_parts(void **state)
{
	struct slip s = crowded();
	struct page p;

	s.institution = SPAN_NONE;
	draw(*state, NULL, &s, &p);
	find(&p, SPAN("アレクサンドラ・マリア・"));
	find(&p, SPAN("フェルナンデス・ダ・"));
	find(&p, SPAN("シルヴァ　様"));
	buf_clear(&p.out);
}

static void what_is_secret_is_below_the_first_fold_and_never_on_a_crease(void **state)
{
	struct slip letters[] = {family(), staff(), crowded()};

	for (size_t i = 0; i < 3; i++) {
		const struct slip *s = &letters[i];
		struct page p;

		draw(*state, NULL, s, &p);
		for (size_t k = 0; k <= s->ncodes; k++) {
			const struct thing *t = find(&p, k < s->ncodes ? s->codes[k] : s->account);

			assert_true(t->top > 99 + 3);
			assert_false(touches(t, 0, 198 - 1, 210, 198 + 1));
		}
		for (size_t k = 0; k < p.n; k++) {
			const struct thing *t = &p.list[k];

			if (t->kind != 'c' && t->kind != 'f')
				continue;
			assert_true(t->top > 99 + 3);
			assert_false(t->kind == 'c' && touches(t, 0, 198 - 1, 210, 198 + 1));
		}
		buf_clear(&p.out);
	}
}

static void each_fold_has_a_mark_at_the_left_edge(void **state)
{
	static const double at[] = {99, 198};
	struct slip s = family();
	struct page p;

	draw(*state, NULL, &s, &p);
	for (size_t i = 0; i < 2; i++) {
		size_t found = 0;

		for (size_t k = 0; k < p.n; k++)
			found += p.list[k].kind == 'l' && p.list[k].left == 0 &&
				 fabs(p.list[k].top - at[i]) < 0.05 &&
				 fabs(p.list[k].bottom - at[i]) < 0.05;
		assert_int_equal(found, 1);
	}
	buf_clear(&p.out);
}

/* ---- codes ------------------------------------------------------------------------------------
 */

static void nothing_stands_in_the_white_around_the_qr_code(void **state)
{
	struct slip s = family();
	struct page p;
	const struct thing *code = NULL;
	double white;
	int modules = 0;

	draw(*state, NULL, &s, &p);
	for (size_t i = 0; i < p.n; i++)
		if (p.list[i].kind == 'c')
			code = &p.list[i];
	assert_non_null(code);
	assert_int_equal(sscanf(strstr(p.out.data, " of "), " of %d modules", &modules), 1);
	white = 4 * (code->right - code->left) / modules - 0.05;
	assert_true((code->right - code->left) / modules > 0.5);
	for (size_t i = 0; i < p.n; i++)
		if (&p.list[i] != code)
			assert_false(touches(&p.list[i], code->left - white, code->top - white,
					     code->right + white, code->bottom + white));
	find(&p, s.qr_label);
	find(&p, s.qr);
	buf_clear(&p.out);
}

static void the_text_of_the_qr_code_is_not_said_twice(void **state)
{
	struct slip s = family();
	struct page p;

	s.qr_label = SPAN("https://karte.city.example.jp/first?id=yoshida-f を ひらきます。");
	draw(*state, NULL, &s, &p);
	for (size_t i = 0; i < p.n; i++)
		assert_false(span_eq(p.list[i].text, s.qr));
	buf_clear(&p.out);
}

/* With the real font, whose letters have many widths. */
static void each_character_of_a_code_is_in_the_middle_of_its_cell(void **state)
{
	static const struct span codes[] = {SPAN("W1MI-lW0B-iiii-8888")};
	struct sample *s = *state;
	struct slip letter = family();
	struct page p;
	size_t seen = 0, runs = 0;
	double left = 0, cell = 21;

	letter.codes = codes;
	draw(s, s->fonts, &letter, &p);
	for (size_t i = 0; i < p.n; i++) {
		const struct thing *t = &p.list[i];
		double corner = t->x - t->spread / 2 - (double)seen * cell;

		if (t->size != cell)
			continue;
		if (runs++ == 0)
			left = corner;
		assert_true(fabs(corner - left) < 0.11); /* the text has one digit */
		assert_int_equal(memcmp(t->text.p, codes[0].p + seen, t->text.n), 0);
		seen += t->text.n;
	}
	assert_int_equal(seen, codes[0].n);
	assert_true(runs > 8);
	buf_clear(&p.out);
}

/* ---- what is refused --------------------------------------------------------------------------
 */

/* The second of two letters is wrong: an error with its number, and nothing added. */
static void check_refused(const struct sample *s, struct slip wrong, enum status want)
{
	struct slip letters[] = {family(), wrong};
	struct print_report report = {.pages = 7};
	struct buf out;

	buf_init(&out, 16 * 1024 * 1024);
	buf_adds(&out, "before");
	assert_int_equal(slip_pdf(s->style, s->fonts, letters, 2, &out, &report), want);
	assert_string_equal(buf_str(&out), "before");
	assert_int_equal(report.pages, 0);
	assert_int_equal(slip_text(s->style, NULL, letters, 2, &out, &report), want);
	assert_string_equal(buf_str(&out), "before");
	assert_non_null(strstr(fail_why(), "letter 2"));
	buf_clear(&out);
}

static void a_letter_that_lacks_something_is_refused(void **state)
{
	static const struct span none[] = {SPAN("")};
	struct slip s;

	check_refused(*state, (s = family(), s.name = SPAN_NONE, s), ST_INVALID);
	check_refused(*state, (s = family(), s.name = SPAN("  "), s), ST_INVALID);
	check_refused(*state, (s = family(), s.account = SPAN(""), s), ST_INVALID);
	check_refused(*state, (s = family(), s.title = SPAN(""), s), ST_INVALID);
	check_refused(*state, (s = family(), s.on = (struct day){2026, 2, 30}, s), ST_INVALID);
	check_refused(*state, (s = family(), s.on = (struct day){0}, s), ST_INVALID);
	check_refused(*state, (s = family(), s.codes = none, s), ST_INVALID);
	check_refused(*state, (s = family(), s.name = SPAN("\xff"), s), ST_INVALID);
	check_refused(*state, (s = family(), s.help = SPAN("a\0b"), s), ST_INVALID);
}

static void a_letter_that_does_not_fit_is_refused(void **state)
{
	char many[SLIP_TEXT_MAX + 1];
	struct span lines[SLIP_STEPS_MAX];
	struct slip s;

	memset(many, '\n', sizeof many);
	many[0] = 'a';
	for (size_t i = 0; i < SLIP_STEPS_MAX; i++)
		lines[i] = span_make(many, 12);
	check_refused(*state, (s = family(), s.lead = span_make(many, sizeof many), s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.lead = span_make(many, 100), s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.sender = span_make(many, 100), s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.name = span_make(many, 100), s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.help = span_make(many, 100), s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.steps = lines, s.nsteps = SLIP_STEPS_MAX, s),
		      ST_TOOBIG);
	check_refused(*state, (s = family(), s.ncodes = SLIP_CODES_MAX + 1, s), ST_TOOBIG);
	check_refused(*state, (s = family(), s.nsteps = SLIP_STEPS_MAX + 1, s), ST_TOOBIG);
	memset(many, 'W', sizeof many);
	check_refused(*state, (s = family(), s.account = span_make(many, 100), s), ST_TOOBIG);
}

static void there_must_be_a_letter(void **state)
{
	struct sample *s = *state;
	struct slip letter = family();
	struct buf out;

	buf_init(&out, 100);
	assert_int_equal(slip_pdf(s->style, s->fonts, NULL, 0, &out, NULL), ST_INVALID);
	assert_int_equal(slip_text(s->style, NULL, NULL, 0, &out, NULL), ST_INVALID);
	assert_int_equal(out.len, 0);
	assert_int_equal(slip_text(s->style, NULL, &letter, 1, &out, NULL), ST_TOOBIG);
	buf_clear(&out);
	assert_int_equal(slip_pdf(s->style, s->fonts, &letter, 1, &out, NULL), ST_TOOBIG);
	buf_clear(&out);
}

static void what_is_absent_is_not_printed(void **state)
{
	struct slip s = {.name = SPAN("𠮷田 美咲"),
			 .account = SPAN("yoshida-f"),
			 .title = SPAN("ID"),
			 .on = {2026, 4, 20}};
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(slip_text(((struct sample *)*state)->style, NULL, &s, 1, &out, NULL),
			 ST_OK);
	assert_null(strstr(buf_str(&out), "List"));
	assert_null(strstr(buf_str(&out), "code "));
	assert_non_null(strstr(buf_str(&out), "| yoshida-f\n"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_letter_with_one_code_looks_as_it_did),
	    cmocka_unit_test(a_letter_with_ten_codes_looks_as_it_did),
	    cmocka_unit_test(a_crowded_letter_looks_as_it_did),
	    cmocka_unit_test(the_window_shows_the_whole_address_and_nothing_else),
	    cmocka_unit_test(a_long_name_is_broken_between_its_parts),
	    cmocka_unit_test(what_is_secret_is_below_the_first_fold_and_never_on_a_crease),
	    cmocka_unit_test(each_fold_has_a_mark_at_the_left_edge),
	    cmocka_unit_test(nothing_stands_in_the_white_around_the_qr_code),
	    cmocka_unit_test(the_text_of_the_qr_code_is_not_said_twice),
	    cmocka_unit_test(each_character_of_a_code_is_in_the_middle_of_its_cell),
	    cmocka_unit_test(a_letter_that_lacks_something_is_refused),
	    cmocka_unit_test(a_letter_that_does_not_fit_is_refused),
	    cmocka_unit_test(there_must_be_a_letter),
	    cmocka_unit_test(what_is_absent_is_not_printed),
	};

	return cmocka_run_group_tests(tests, sample_open, sample_close);
}
