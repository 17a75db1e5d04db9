#include "generator/base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ARENA_MAX = 12 * 1024 * 1024 };

static struct arena *arena;
static struct csv csv;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(ARENA_MAX);
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* A copy of exactly that size, so that a sanitizer sees a byte too far. */
static enum status read_bytes(struct span bytes)
{
	char *exact = malloc(bytes.n ? bytes.n : 1);
	enum status st;

	assert_non_null(exact);
	memcpy(exact, bytes.p, bytes.n);
	st = csv_read(&csv, span_make(exact, bytes.n), arena);
	free(exact);
	return st;
}

/* What was read, as "line:cell|cell line:cell", with line ends as "/". */
static void reads(struct span bytes, const char *want)
{
	struct buf got;
	enum status st = read_bytes(bytes);

	if (st)
		fail_msg("%.*s: %s: %s", SPAN_ARG(bytes), status_name(st), fail_why());
	buf_init(&got, 1 << 20);
	for (size_t i = 0; i < csv.count; i++) {
		buf_addf(&got, "%s%zu:", i ? " " : "", csv.rows[i].line);
		for (size_t k = 0; k < csv.rows[i].count; k++) {
			struct span cell = csv.rows[i].cells[k];

			assert_int_equal(cell.p[cell.n], '\0');
			buf_adds(&got, k ? "|" : "");
			for (size_t b = 0; b < cell.n; b++)
				buf_addc(&got, cell.p[b] == '\n' ? '/' : cell.p[b]);
		}
	}
	assert_string_equal(buf_str(&got), want);
	buf_clear(&got);
}

static void is_refused(struct span bytes, enum status want, const char *why)
{
	enum status st = read_bytes(bytes);

	if (st != want || !strstr(fail_why(), why))
		fail_msg("\"%.*s\": %s: %s", SPAN_ARG(bytes), status_name(st), fail_why());
	assert_int_equal(csv.count, 0);
	assert_null(csv.rows);
}

/* ---- RFC 4180 -------------------------------------------------------------------------------- */

static void rows_and_cells_are_divided(void **state)
{
	(void)state;
	reads(SPAN("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), "1:aaa|bbb|ccc 2:zzz|yyy|xxx");
	reads(SPAN("aaa,bbb\r\nzzz,yyy"), "1:aaa|bbb 2:zzz|yyy");
	reads(SPAN("a,,\r\n,b,\r\n"), "1:a|| 2:|b|");
	reads(SPAN("a\r\nb,c\r\n"), "1:a 2:b|c");
	reads(SPAN(""), "");
}

static void spaces_belong_to_cells(void **state)
{
	(void)state;
	reads(SPAN(" a , b\r\nc ,\" d \"\r\n"), "1: a | b 2:c | d ");
	reads(SPAN("　全角　,x"), "1:　全角　|x");
}

static void quotations_hold_separators_and_quotation_marks(void **state)
{
	(void)state;
	reads(SPAN("\"a,b\",\"c\"\"d\",\"\"\r\n"), "1:a,b|c\"d|");
	reads(SPAN("\"\"\"\",\"a\"\"\""), "1:\"|a\"");
	reads(SPAN("\"a\r\nb\",c\r\nd,e\r\n"), "1:a/b|c 3:d|e");
	reads(SPAN("a,\"\n\n\n\"\nb"), "1:a|/// 5:b");
}

static void each_kind_of_line_end_ends_a_line(void **state)
{
	(void)state;
	reads(SPAN("a\nb\rc\r\nd"), "1:a 2:b 3:c 4:d");
	reads(SPAN("\"a\rb\r\nc\nd\",e\rf"), "1:a/b/c/d|e 5:f");
	reads(SPAN("a\n\rb"), "1:a 3:b");
}

static void lines_without_content_are_left_out_but_counted(void **state)
{
	(void)state;
	reads(SPAN("\r\n\r\na\r\n\r\n\r\nb\r\n\r\n"), "3:a 6:b");
	reads(SPAN("a,b\r\n,\r\n,,,\r\n\"\",\"\"\r\nc,d\r\n,\r\n"), "1:a|b 5:c|d");
	reads(SPAN("\r\n"), "");
	reads(SPAN("a\n \nb"), "1:a 2:  3:b");
}

static void quotation_marks_in_wrong_places_are_refused_with_their_line(void **state)
{
	(void)state;
	is_refused(SPAN("a\nb\"c\n"), ST_INVALID, "2行目");
	is_refused(SPAN("a\n\"b\"c\n"), ST_INVALID, "2行目");
	is_refused(SPAN("a\n\"b\" \n"), ST_INVALID, "2行目");
	is_refused(SPAN("a\n \"b\"\n"), ST_INVALID, "2行目");
	is_refused(SPAN("a\nb,\"c\nd\n"), ST_INVALID, "2行目の引用符（\"）が閉じられていません");
	is_refused(SPAN("\""), ST_INVALID, "1行目");
	is_refused(SPAN("\"a\"\""), ST_INVALID, "閉じられていません");
}

static void control_characters_are_refused_with_their_line(void **state)
{
	(void)state;
	is_refused(SPAN("a\nb\tc\n"), ST_INVALID, "2行目に、制御文字");
	is_refused(SPAN("a\r\n\"b\r\nc\x1b\"\n"), ST_INVALID, "3行目に、制御文字");
	is_refused(SPAN("\x7f"), ST_INVALID, "1行目に、制御文字");
	is_refused(SPAN("a\n\xc2\x85"), ST_INVALID, "2行目に、制御文字"); /* U+0085 */
	is_refused(SPAN("\xef\xbb\xbf"
			"a\nb\0c"),
		   ST_INVALID, "2行目");
	reads(SPAN("\xc2\xa0"), "1:\xc2\xa0"); /* the first that is none */
}

/* ---- encodings ------------------------------------------------------------------------------- */

static void utf_8_is_read_with_and_without_a_mark(void **state)
{
	(void)state;
	reads(SPAN("氏名,𠮷田 葛\U000e0100\n"), "1:氏名|𠮷田 葛\U000e0100");
	reads(SPAN("\xef\xbb\xbf氏名,ID\n"), "1:氏名|ID");
	reads(SPAN("\xef\xbb\xbf\"a\",b"), "1:a|b");
	reads(SPAN("\xef\xbb\xbf"), "");
	is_refused(SPAN("\xef\xbb\xbf"
			"a\r\nb\r\n\x8d\x82\r\n"),
		   ST_INVALID, "3行目に、UTF-8にない文字");
}

static void cp932_has_the_characters_of_nec_and_ibm(void **state)
{
	(void)state;
	/* ① of NEC row 13; 髙 and 﨑 of IBM, in IBM's place and in NEC's */
	reads(SPAN("\x87\x40,\xfb\xfc,\xfa\xb1\r\n"), "1:①|髙|﨑");
	reads(SPAN("\xee\xe0,\xed\x95"), "1:髙|﨑");
	/* 表, whose second byte is a backslash; half-width kana; 〜 and － as Windows has them */
	reads(SPAN("\x95\x5c,\xb1\xb2\xdd,\x81\x60,\x81\x7c,\\~"), "1:表|ｱｲﾝ|～|－|\\~");
	reads(SPAN("\xf0\x40\xf9\xfc"), "1:\ue000\ue757"); /* what a user defined */
	reads(SPAN("\x8e\x52\x93\x63,\"\x89\xd4\x8e\x71\r\n\"\r\n\x90\xbc"), "1:山田|花子/ 3:西");
}

static void what_cp932_does_not_have_is_refused_with_its_line(void **state)
{
	(void)state;
	is_refused(SPAN("\x8e\x52\r\na,b\r\n\"x\ry\",\xff\r\n"), ST_INVALID,
		   "4行目に、シフトJIS（CP932）にない文字");
	is_refused(SPAN("\x8e\x52\n\x81\xad\n"), ST_INVALID, "2行目");	   /* a gap in the table */
	is_refused(SPAN("\x8e\x52\n\x8e\n\x8e\x52"), ST_INVALID, "2行目"); /* half a character */
	is_refused(SPAN("\x8e\x52\n\x8e"), ST_INVALID, "2行目");
	is_refused(SPAN("\x80"), ST_INVALID, "1行目");
	is_refused(SPAN("\xa0"), ST_INVALID, "1行目");
}

static void utf_16_is_read_with_its_mark(void **state)
{
	(void)state;
	reads(SPAN("\xff\xfe\x0d\x54,\0A\0\x0d\0\x0a\0\x42\xd8\xb7\xdf"), "1:名|A 2:𠮷");
	reads(SPAN("\xfe\xff\x54\x0d\0,\0A\0\x0d\0\x0a\xd8\x42\xdf\xb7"), "1:名|A 2:𠮷");
	reads(SPAN("\xff\xfe"), "");
	is_refused(SPAN("\xff\xfe"
			"a\0\n\0\x42\xd8\n\0"),
		   ST_INVALID, "2行目に、UTF-16にない文字"); /* a surrogate alone */
	is_refused(SPAN("\xff\xfe"
			"a\0\n\0b"),
		   ST_INVALID, "2行目"); /* half a unit */
	is_refused(SPAN("\xff\xfe"
			"a\0\n\0\xb7\xdf"),
		   ST_INVALID, "2行目");
	is_refused(SPAN("a\0,\0b\0"), ST_INVALID, "文字コードがわかりません");
	is_refused(SPAN("\xff\xfe\0\0"
			"a\0\0\0"),
		   ST_INVALID, "1行目に、制御文字"); /* UTF-32 */
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void repeat(struct buf *b, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_adds(b, text);
}

static void limits_are_exact(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 2 * CSV_BYTES_MAX);
	repeat(&b, "a\n", CSV_ROWS_MAX);
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	assert_int_equal(csv.count, CSV_ROWS_MAX);
	buf_adds(&b, "\n,\n");
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	buf_adds(&b, "a\n");
	is_refused(buf_span(&b), ST_TOOBIG, "5000行");
	buf_cut(&b, 0);
	buf_adds(&b, "a\n");
	repeat(&b, ",", CSV_COLUMNS_MAX - 1);
	buf_adds(&b, "b");
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	assert_int_equal(csv.rows[1].count, CSV_COLUMNS_MAX);
	buf_adds(&b, ",");
	is_refused(buf_span(&b), ST_TOOBIG, "2行目の列が多すぎます");
	buf_cut(&b, 0);
	repeat(&b, "0123456789abcdef", CSV_BYTES_MAX / 16);
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	assert_int_equal(csv.rows[0].cells[0].n, CSV_BYTES_MAX);
	buf_adds(&b, "\n");
	is_refused(buf_span(&b), ST_TOOBIG, "大きすぎます");
	buf_clear(&b);
}

/* The worst for the arena: the most cells, the most growth by decoding, the longest of lines. */
static void the_largest_files_fit_into_the_arena(void **state)
{
	static const char *const pieces[] = {"a,", "\xb1", "\xb1,\n", "\"\"\"\",", ",", "\n"};
	struct buf b;

	(void)state;
	buf_init(&b, CSV_BYTES_MAX);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		enum status st;

		arena_free(arena);
		arena = arena_new(ARENA_MAX);
		assert_non_null(arena);
		buf_cut(&b, 0);
		repeat(&b, pieces[i], CSV_BYTES_MAX / strlen(pieces[i]));
		st = read_bytes(buf_span(&b));
		assert_true(st == ST_OK || st == ST_TOOBIG);
	}
	arena_free(arena);
	arena = arena_new(ARENA_MAX);
	assert_non_null(arena);
	buf_cut(&b, 0);
	for (size_t i = 0; i < CSV_ROWS_MAX; i++) {
		repeat(&b, "\xb1\xb1,", CSV_COLUMNS_MAX - 1);
		buf_adds(&b, "\xb1\n");
	}
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	assert_int_equal(csv.count, CSV_ROWS_MAX);
	buf_clear(&b);
}

static void a_small_arena_is_no_crash(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, CSV_BYTES_MAX);
	repeat(&b, "a,b,c\n", 500);
	for (size_t max = 0; max < 100000; max += 997) {
		enum status st;

		arena_free(arena);
		arena = arena_new(max);
		assert_non_null(arena);
		st = read_bytes(buf_span(&b));
		assert_true(st == ST_NOMEM || (st == ST_OK && csv.count == 500));
	}
	buf_clear(&b);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void writes(const struct span *cells, size_t count, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	csv_put(&b, cells, count);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static void cells_are_quoted_when_they_need_it(void **state)
{
	const struct span cells[] = {SPAN("a"),	   SPAN("b,c"), SPAN("d\"e"), SPAN(""),
				     SPAN("f\ng"), SPAN("h i"), SPAN("j;k"),  SPAN("山田")};

	(void)state;
	writes(cells, 8, "a,\"b,c\",\"d\"\"e\",,\"f\ng\",\"h i\",\"j;k\",山田\r\n");
	writes(cells, 0, "\r\n");
	writes(&(struct span){NULL, 0}, 1, "\r\n");
}

static void what_a_spreadsheet_takes_for_a_formula_is_disarmed(void **state)
{
	static const struct {
		const char *cell, *written;
	} cases[] = {
	    {"=1+1", "'=1+1\r\n"},
	    {"+81", "'+81\r\n"},
	    {"-1", "'-1\r\n"},
	    {"@SUM(A1)", "'@SUM(A1)\r\n"},
	    {"\t=1", "\"'\t=1\"\r\n"},
	    {"\r=1", "\"'\r=1\"\r\n"},
	    {"\n=1", "\"'\n=1\"\r\n"},
	    {"＝1", "'＝1\r\n"},
	    {"＋1", "'＋1\r\n"},
	    {"－1", "'－1\r\n"},
	    {"＠A", "'＠A\r\n"},
	    {"=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"\r\n"},
	    {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"\r\n"},
	    {"a;=1", "\"a;=1\"\r\n"}, /* where the semicolon is the separator */
	    {"a\",=1", "\"a\"\",=1\"\r\n"},
	    {"a=1", "a=1\r\n"},
	    {"2026-04-01", "2026-04-01\r\n"},
	    {"'=1", "'=1\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span cell = span_of(cases[i].cell);

		writes(&cell, 1, cases[i].written);
	}
}

static void what_is_written_is_read_back(void **state)
{
	const struct span cells[] = {SPAN("a"),	   SPAN(" b "),	   SPAN(""),   SPAN("\""),
				     SPAN("\"\""), SPAN("c,d\ne"), SPAN("\\"), SPAN("𠮷田;葛"),
				     SPAN("'"),	   SPAN("\n\n")};
	enum { COUNT = sizeof cells / sizeof *cells };
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "\xef\xbb\xbf");
	csv_put(&b, cells, COUNT - 1);
	csv_put(&b, cells + 1, COUNT - 2);
	assert_int_equal(read_bytes(buf_span(&b)), ST_OK);
	assert_int_equal(csv.count, 2);
	assert_int_equal(csv.rows[0].count, COUNT - 1);
	assert_int_equal(csv.rows[1].count, COUNT - 2);
	assert_int_equal(csv.rows[1].line, 3);
	for (size_t i = 0; i < COUNT - 1; i++)
		assert_true(span_eq(csv.rows[0].cells[i], cells[i]));
	buf_cut(&b, 0);
	csv_put(&b, (const struct span[]){SPAN("=1"), SPAN("\n\n")}, 2);
	reads(buf_span(&b), "1:'=1|'//");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	    TEST(rows_and_cells_are_divided),
	    TEST(spaces_belong_to_cells),
	    TEST(quotations_hold_separators_and_quotation_marks),
	    TEST(each_kind_of_line_end_ends_a_line),
	    TEST(lines_without_content_are_left_out_but_counted),
	    TEST(quotation_marks_in_wrong_places_are_refused_with_their_line),
	    TEST(control_characters_are_refused_with_their_line),
	    TEST(utf_8_is_read_with_and_without_a_mark),
	    TEST(cp932_has_the_characters_of_nec_and_ibm),
	    TEST(what_cp932_does_not_have_is_refused_with_its_line),
	    TEST(utf_16_is_read_with_its_mark),
	    TEST(limits_are_exact),
	    TEST(the_largest_files_fit_into_the_arena),
	    TEST(a_small_arena_is_no_crash),
	    TEST(cells_are_quoted_when_they_need_it),
	    TEST(what_a_spreadsheet_takes_for_a_formula_is_disarmed),
	    TEST(what_is_written_is_read_back),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
