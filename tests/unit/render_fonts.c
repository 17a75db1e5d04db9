#include "tests/print/sample.h"

#include "generator/base/utf8.h"

static const struct font_chain chains[FACE_COUNT] = {
    {{MINCHO, IPAMJ}},
    {{GOTHIC, IPAMJ}},
    {{GOTHIC}},
};

static int open_fonts(void **state)
{
	struct fonts *f;

	assert_int_equal(fonts_open(&f, chains), ST_OK);
	*state = f;
	return 0;
}

static int close_fonts(void **state)
{
	fonts_free(*state);
	return 0;
}

/* The only glyph of a text. */
static struct glyph only(struct fonts *f, enum face face, const char *text)
{
	struct glyphs g;
	struct glyph one;

	glyphs_init(&g);
	assert_int_equal(fonts_shape(f, face, span_of(text), &g), ST_OK);
	assert_int_equal(g.n, 1);
	one = g.list[0];
	glyphs_clear(&g);
	return one;
}

static void a_missing_file_is_an_error_of_configuration_that_names_it(void **state)
{
	const struct font_chain bad[FACE_COUNT] = {
	    {{MINCHO, "/nowhere/none.ttf"}}, {{GOTHIC}}, {{GOTHIC}}};
	struct fonts *f = (struct fonts *)1;

	(void)state;
	assert_int_equal(fonts_open(&f, bad), ST_CONFIG);
	assert_null(f);
	assert_non_null(strstr(fail_why(), "/nowhere/none.ttf"));
}

static void a_file_that_is_no_font_is_refused(void **state)
{
	const struct font_chain bad[FACE_COUNT] = {{{"Makefile"}}, {{GOTHIC}}, {{GOTHIC}}};
	struct fonts *f;

	(void)state;
	assert_int_equal(fonts_open(&f, bad), ST_CONFIG);
	assert_non_null(strstr(fail_why(), "Makefile"));
}

static void a_face_without_a_file_is_refused(void **state)
{
	const struct font_chain bad[FACE_COUNT] = {{{MINCHO}}, {{NULL}}, {{GOTHIC}}};
	struct fonts *f;

	(void)state;
	assert_int_equal(fonts_open(&f, bad), ST_CONFIG);
}

static void a_file_named_twice_is_opened_once(void **state)
{
	assert_int_equal(fonts_files(*state), 3);
	assert_string_equal(fonts_facts(*state, 0)->name, "BIZUDPMincho-Regular");
	assert_string_equal(fonts_facts(*state, 1)->name, "IPAmjMincho");
	assert_true(fonts_facts(*state, 0)->serif);
	assert_false(fonts_facts(*state, 2)->serif);
}

static void the_first_file_that_has_a_character_gives_it(void **state)
{
	assert_int_equal(only(*state, FACE_BODY, "田").file, 0);
	assert_int_equal(only(*state, FACE_BODY, "𠮷").file, 1);
	assert_int_equal(only(*state, FACE_HEAD, "田").file, 2);
	assert_int_equal(only(*state, FACE_HEAD, "𠮷").file, 1);
	assert_false(only(*state, FACE_BODY, "𠮷").missing);
}

static void a_character_of_no_file_is_a_box_that_is_reported(void **state)
{
	struct glyph box = only(*state, FACE_BODY, "😀");

	assert_true(box.missing);
	assert_int_equal(box.id, only(*state, FACE_BODY, "□").id);
	assert_int_equal(box.len, 4);
	assert_true(only(*state, FACE_BODY, "\xee\x80\x80").missing); /* U+E000, private */
	assert_true(only(*state, FACE_BOLD, "𠮷").missing);
}

static void base_and_selector_are_one_glyph(void **state)
{
	struct glyph plain = only(*state, FACE_BODY, "葛");
	struct glyph sequence = only(*state, FACE_BODY, "葛󠄀");

	assert_int_equal(plain.len, 3);
	assert_int_equal(sequence.len, 7);
	assert_false(sequence.missing);
	assert_int_not_equal(plain.id, sequence.id);
}

static void the_file_that_has_the_sequence_wins(void **state)
{
	/* The first is of Adobe-Japan1, the second of Moji_Joho, which only IPAmj has. */
	struct glyph sequence = only(*state, FACE_BODY, "邉󠄀");
	struct glyph elsewhere = only(*state, FACE_BODY, "令󠄂");

	assert_int_equal(sequence.file, 0);
	assert_int_equal(elsewhere.file, 1);
	assert_int_equal(only(*state, FACE_BODY, "令").file, 0);
}

static void a_sequence_that_no_file_has_shows_its_base(void **state)
{
	struct glyph g = only(*state, FACE_BODY, "あ󠄀");

	assert_int_equal(g.id, only(*state, FACE_BODY, "あ").id);
	assert_int_equal(g.len, 7);
	assert_false(g.missing);
}

static void marks_join_their_base(void **state)
{
	struct glyph joined = only(*state, FACE_BODY, "か\xe3\x82\x9a"); /* か + U+309A */

	assert_int_equal(joined.len, 6);
	assert_in_range(joined.advance, 900, 1000);
	assert_int_not_equal(joined.id, only(*state, FACE_BODY, "か").id);
	assert_int_equal(only(*state, FACE_HEAD, "e\xcc\x81").id, only(*state, FACE_HEAD, "é").id);
}

static void control_characters_and_joiners_draw_nothing(void **state)
{
	struct glyphs g;

	glyphs_init(&g);
	assert_int_equal(fonts_shape(*state, FACE_BODY, SPAN("\n\t\xe2\x80\x8d\xef\xbb\xbf"), &g),
			 ST_OK);
	assert_int_equal(g.n, 0);
	assert_int_equal(fonts_shape(*state, FACE_BODY, SPAN(""), &g), ST_OK);
	assert_int_equal(g.n, 0);
	glyphs_clear(&g);
}

static unsigned total(struct fonts *f, struct span text)
{
	struct glyphs g;
	unsigned sum = 0;

	glyphs_init(&g);
	assert_int_equal(fonts_shape(f, FACE_BODY, text, &g), ST_OK);
	for (size_t i = 0; i < g.n; i++)
		sum += g.list[i].advance;
	glyphs_clear(&g);
	return sum;
}

static void the_width_of_a_text_is_the_sum_of_its_parts(void **state)
{
	static const char text[] = "AVATAR「これ」。fi、ちょっと𠮷田";
	struct span whole = span_of(text);
	unsigned all = total(*state, whole), parts = 0;
	struct span rest = whole;

	while (rest.n) {
		struct span one = rest;

		utf8_next(&rest);
		one.n -= rest.n;
		parts += total(*state, one);
	}
	assert_int_equal(all, parts);
	assert_int_equal(total(*state, SPAN("漢字")), 2000);
}

static void every_kanji_of_jis_x_0213_is_in_the_first_file(void **state)
{
	struct buf b;
	struct glyphs g;
	size_t kanji = 0;

	buf_init(&b, 65536);
	glyphs_init(&g);
	assert_int_equal(file_read("tests/print/jisx0213.txt", &b), ST_OK);
	assert_int_equal(fonts_shape(*state, FACE_BODY, buf_span(&b), &g), ST_OK);
	for (size_t i = 0; i < g.n; i++) {
		assert_int_equal(g.list[i].file, 0);
		assert_false(g.list[i].missing);
		kanji++;
	}
	assert_int_equal(kanji, 10051);
	glyphs_clear(&g);
	buf_clear(&b);
}

static unsigned big_endian(const struct buf *b, size_t at, int bytes)
{
	unsigned v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)b->data[at + (size_t)i];
	return v;
}

/* numGlyphs of the table maxp. */
static unsigned glyph_count(const struct buf *font)
{
	unsigned tables = big_endian(font, 4, 2);

	for (size_t i = 0; i < tables; i++)
		if (memcmp(font->data + 12 + 16 * i, "maxp", 4) == 0)
			return big_endian(font, big_endian(font, 12 + 16 * i + 8, 4) + 4, 2);
	return 0;
}

static void a_part_of_a_font_holds_only_what_was_asked_for(void **state)
{
	uint32_t glyphs[] = {only(*state, FACE_BODY, "雪").id, only(*state, FACE_BODY, "花").id,
			     only(*state, FACE_BODY, "雪").id};
	uint16_t ids[3];
	struct buf program;

	buf_init(&program, 1024 * 1024);
	assert_int_equal(fonts_subset(*state, 0, glyphs, 3, &program, ids), ST_OK);
	assert_int_equal(glyph_count(&program), 3); /* and .notdef */
	assert_int_equal(ids[0], ids[2]);
	assert_int_not_equal(ids[0], ids[1]);
	assert_true(ids[0] > 0 && ids[0] < 3 && ids[1] > 0 && ids[1] < 3);
	assert_true(program.len < 4000);
	buf_clear(&program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_missing_file_is_an_error_of_configuration_that_names_it),
	    cmocka_unit_test(a_file_that_is_no_font_is_refused),
	    cmocka_unit_test(a_face_without_a_file_is_refused),
	    cmocka_unit_test(a_file_named_twice_is_opened_once),
	    cmocka_unit_test(the_first_file_that_has_a_character_gives_it),
	    cmocka_unit_test(a_character_of_no_file_is_a_box_that_is_reported),
	    cmocka_unit_test(base_and_selector_are_one_glyph),
	    cmocka_unit_test(the_file_that_has_the_sequence_wins),
	    cmocka_unit_test(a_sequence_that_no_file_has_shows_its_base),
	    cmocka_unit_test(marks_join_their_base),
	    cmocka_unit_test(control_characters_and_joiners_draw_nothing),
	    cmocka_unit_test(the_width_of_a_text_is_the_sum_of_its_parts),
	    cmocka_unit_test(every_kanji_of_jis_x_0213_is_in_the_first_file),
	    cmocka_unit_test(a_part_of_a_font_holds_only_what_was_asked_for),
	};

	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
