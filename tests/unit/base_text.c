#include "generator/base/text.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define KUZU "葛\U000e0100" /* one character with a variation selector */
#define FAMILY "\U0001f468\u200d\U0001f469\u200d\U0001f467" /* one emoji of five code points */

/* ---- graphemes ---------------------------------------------------------------------------------
 */

static void what_a_person_sees_as_one_character_counts_as_one(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
	    {"", 0},
	    {"abc", 3},
	    {"山田花子", 4},
	    {"𠮷野家", 3},
	    {KUZU "城市", 3},
	    {"辻\U000e0101", 1},
	    {"か\u3099き\u3099", 2},
	    {"ハ\u309a", 1},
	    {"e\u0301", 1},
	    {FAMILY, 1},
	    {"\U0001f1ef\U0001f1f5", 1}, /* a flag */
	    {"\U0001f44d\U0001f3fd", 1}, /* with a skin colour */
	    {"a\r\nb", 3},
	    {"a\nb", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (text_graphemes(span_of(cases[i].text)) != cases[i].n)
			fail_msg("\"%s\": %zu", cases[i].text,
				 text_graphemes(span_of(cases[i].text)));
	assert_int_equal(text_graphemes(SPAN_NONE), 0);
}

/* "2 5 5" as text; the last has to be the length. */
static void list(enum status (*f)(struct span, size_t **, size_t *), const char *text,
		 char out[static 200])
{
	size_t *ends, n, len = 0;
	size_t before = 0;

	assert_int_equal(f(span_of(text), &ends, &n), ST_OK);
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		assert_true(ends[i] > before);
		len += (size_t)snprintf(out + len, 200 - len, "%s%.*s", i ? "|" : "",
					(int)(ends[i] - before), text + before);
		before = ends[i];
	}
	assert_int_equal(before, strlen(text));
	free(ends);
}

static void grapheme_ends_cut_between_characters_only(void **state)
{
	char out[200];

	(void)state;
	list(text_grapheme_ends, "a" KUZU "か\u3099" FAMILY "!", out);
	assert_string_equal(out, "a|" KUZU "|か\u3099|" FAMILY "|!");
	list(text_grapheme_ends, "", out);
	assert_string_equal(out, "");
}

/* ---- lines -------------------------------------------------------------------------------------
 */

static void lines_break_by_the_strict_rules(void **state)
{
	static const char *const cases[][2] = {
	    {"目標を見直す。", "目|標|を|見|直|す。"}, /* 。 not at the beginning */
	    {"「目標」です", "「目|標」|で|す"},       /* brackets stay with theirs */
	    {"チャレンジ", "チャ|レ|ン|ジ"},	       /* strict: small kana too */
	    {"サッカー", "サッ|カー"},		       /* and the long mark */
	    {"二十ヶ月", "二|十ヶ|月"},
	    {"人々", "人々"},
	    {"WISC-Vを", "WISC-|V|を"},
	    {"one two", "one |two"},
	    {"行って！よ", "行っ|て！|よ"},
	    {KUZU "城", KUZU "|城"},
	};
	char out[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		list(text_line_breaks, cases[i][0], out);
		assert_string_equal(out, cases[i][1]);
	}
}

/* ---- search keys -------------------------------------------------------------------------------
 */

static void assert_key(const char *text, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	text_search_key(span_of(text), &b);
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg("\"%s\" is searched as \"%s\"", text, buf_str(&b));
	buf_clear(&b);
}

static void what_is_typed_in_different_ways_has_one_key(void **state)
{
	static const char *const cases[][2] = {
	    {"髙橋", "高橋"},
	    {"高橋", "高橋"},
	    {"山﨑", "山崎"},
	    {"山嵜", "山崎"},
	    {"𠮷田", "吉田"},
	    {"渡邊", "渡辺"},
	    {"渡邉", "渡辺"},
	    {"渡邉\U000e0101", "渡辺"},
	    {"齋藤", "斉藤"},
	    {"斎藤", "斉藤"},
	    {KUZU "城", "葛城"},
	    {"辻\ufe00", "辻"},
	    {"ﾀﾅｶ ﾊﾅｺ", "たなかはなこ"},
	    {"タナカ　ハナコ", "たなかはなこ"},
	    {"たなか・はなこ", "たなかはなこ"},
	    {"ｶﾞｷﾞ", "がぎ"},
	    {"は\u309aん\u3099", "ぱん\u3099"},
	    {"ヴァイオリン", "ゔぁいおりん"},
	    {"サッカー", "さっかー"},
	    {"ＷＩＳＣ－Ⅴ", "wisc-v"},
	    {"Straße", "strasse"},
	    {"①２", "12"},
	    {"㈱カルテ", "(株)かるて"},
	    {"㍻", "平成"},
	    {"a\u00a0b\tc\nd", "abcd"},
	    {"", ""},
	    {" 　", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_key(cases[i][0], cases[i][1]);
}

static void a_key_of_a_key_is_the_key(void **state)
{
	static const char *const texts[] = {"髙橋 ﾊﾅｺ", "渡邉\U000e0101", "Straße", "ヴ", "㍻①"};
	struct buf once, twice;

	(void)state;
	buf_init(&once, 4096);
	buf_init(&twice, 4096);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		buf_cut(&once, 0);
		buf_cut(&twice, 0);
		text_search_key(span_of(texts[i]), &once);
		text_search_key(buf_span(&once), &twice);
		assert_string_equal(buf_str(&once), buf_str(&twice));
	}
	buf_clear(&once);
	buf_clear(&twice);
}

/* U+FDFA becomes eighteen characters: the worst that NFKC does. */
static void the_character_that_grows_most_still_has_a_key(void **state)
{
	struct buf in, out;

	(void)state;
	buf_init(&in, 65536);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_adds(&in, "\ufdfa");
	text_search_key(buf_span(&in), &out);
	assert_int_equal(out.st, ST_OK);
	/* 18 code points, three of them spaces, which keys do not have */
	assert_int_equal(out.len, 1000 * 15 * 2);
	buf_clear(&in);
	buf_clear(&out);
}

static void assert_bigrams(const char *key, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	text_bigrams(span_of(key), &b);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static void pairs_of_characters_overlap(void **state)
{
	(void)state;
	assert_bigrams("", "");
	assert_bigrams("林", "林");
	assert_bigrams("支援", "支援");
	assert_bigrams("支援計画", "支援 援計 計画");
	assert_bigrams("𠮷a田", "𠮷a a田");
}

/* ---- kana --------------------------------------------------------------------------------------
 */

static void assert_composed(const char *text, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	text_compose_kana(span_of(text), &b);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static void kana_with_marks_are_composed_and_nothing_else_is_changed(void **state)
{
	(void)state;
	assert_composed("か\u3099き\u3099く\u3099け\u3099こ\u3099", "がぎぐげご");
	assert_composed("は\u3099は\u309aホ\u3099ホ\u309a", "ばぱボポ");
	assert_composed("う\u3099ウ\u3099", "ゔヴ");
	assert_composed("ゝ\u3099ヽ\u3099", "ゞヾ");
	assert_composed("つ\u3099チ\u3099", "づヂ");
	assert_composed("あ\u3099", "あ\u3099"); /* has no composed form */
	assert_composed("か\u309a", "か\u309a"); /* か゚ of the nasal sound */
	assert_composed("\u3099か", "\u3099か");
	assert_composed("か\u3099\u3099", "が\u3099");
	/* names and marks that a normal form would change */
	assert_composed("\ufa11\u212b" KUZU "e\u0301ﾊﾟ①", "\ufa11\u212b" KUZU "e\u0301ﾊﾟ①");
	assert_composed("", "");
}

/* ---- threads -----------------------------------------------------------------------------------
 */

static void *count_often(void *arg)
{
	size_t *bad = arg;

	for (int i = 0; i < 300; i++) {
		size_t *ends, n;

		*bad += text_graphemes(SPAN(KUZU "城市" FAMILY)) != 4;
		if (text_line_breaks(SPAN("目標を見直す。"), &ends, &n))
			*bad += 1;
		else
			*bad += n != 6;
		free(ends);
	}
	return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
	pthread_t t[4];
	size_t bad[4] = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, count_often, &bad[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(bad[i], 0);
	}
}

/* ---- encodings --------------------------------------------------------------------------------
 */

static void decodes(struct span bytes, enum text_encoding e, enum status want, const char *text)
{
	struct buf out;
	enum status st;

	buf_init(&out, 1000);
	buf_adds(&out, "<");
	st = text_decode(&out, bytes, e);
	if (st != want || strcmp(buf_str(&out) + 1, text) != 0)
		fail_msg("%s, \"%s\" instead of \"%s\"", status_name(st), buf_str(&out), text);
	buf_clear(&out);
}

static void foreign_encodings_become_utf_8(void **state)
{
	(void)state;
	decodes(SPAN("a𠮷\xef\xbb\xbf"), TEXT_UTF8, ST_OK, "a𠮷\ufeff");
	decodes(SPAN("a\0\x42\xd8\xb7\xdf\xff\xfe"), TEXT_UTF16LE, ST_OK, "a𠮷\ufeff");
	decodes(SPAN("\0a\xd8\x42\xdf\xb7"), TEXT_UTF16BE, ST_OK, "a𠮷");
	decodes(SPAN("\x87\x40\xfb\xfc\xfa\xb1\xb1\x5c\r\n"), TEXT_CP932, ST_OK, "①髙﨑ｱ\\\r\n");
	for (int e = TEXT_UTF8; e <= TEXT_CP932; e++)
		decodes(SPAN_NONE, (enum text_encoding)e, ST_OK, "");
}

static void what_comes_before_a_wrong_character_is_kept(void **state)
{
	(void)state;
	decodes(SPAN("a\xc3(b"), TEXT_UTF8, ST_INVALID, "a");
	decodes(SPAN("a\0b"), TEXT_UTF8, ST_INVALID, "a");
	decodes(SPAN("a\0\xb7\xdf"
		     "b\0"),
		TEXT_UTF16LE, ST_INVALID, "a");
	decodes(SPAN("\0a\xd8\x42\0b"), TEXT_UTF16BE, ST_INVALID, "a");
	decodes(SPAN("\0a\xd8\x42"), TEXT_UTF16BE, ST_INVALID, "a");
	decodes(SPAN("\0a\0"), TEXT_UTF16BE, ST_INVALID, "a");
	decodes(SPAN("a\x81\xad"
		     "b"),
		TEXT_CP932, ST_INVALID, "a");
	decodes(SPAN("\x95\x5c\x95"), TEXT_CP932, ST_INVALID, "表");
	decodes(SPAN("\xff"), TEXT_CP932, ST_INVALID, "");
}

static void decoding_keeps_the_limit_of_its_buffer(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 5);
	assert_int_equal(text_decode(&out, SPAN("\xb1\xb2"), TEXT_CP932), ST_OK);
	assert_int_equal(out.st, ST_TOOBIG);
	buf_clear(&out);
}

static void line_ends_become_lf(void **state)
{
	static const char *const cases[][2] = {{"", ""},
					       {"a", "a"},
					       {"\r", "\n"},
					       {"\r\n", "\n"},
					       {"\n\r", "\n\n"},
					       {"\r\r\n\n", "\n\n\n"},
					       {"a\r\nb\rc\n", "a\nb\nc\n"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[16];
		size_t n = strlen(cases[i][0]);

		memcpy(text, cases[i][0], n);
		n = text_unify_lines(text, n);
		if (!span_is(span_make(text, n), cases[i][1]))
			fail_msg("case %zu: \"%.*s\"", i, (int)n, text);
	}
	assert_int_equal(text_unify_lines(NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_a_person_sees_as_one_character_counts_as_one),
	    cmocka_unit_test(grapheme_ends_cut_between_characters_only),
	    cmocka_unit_test(lines_break_by_the_strict_rules),
	    cmocka_unit_test(what_is_typed_in_different_ways_has_one_key),
	    cmocka_unit_test(a_key_of_a_key_is_the_key),
	    cmocka_unit_test(the_character_that_grows_most_still_has_a_key),
	    cmocka_unit_test(pairs_of_characters_overlap),
	    cmocka_unit_test(kana_with_marks_are_composed_and_nothing_else_is_changed),
	    cmocka_unit_test(foreign_encodings_become_utf_8),
	    cmocka_unit_test(what_comes_before_a_wrong_character_is_kept),
	    cmocka_unit_test(decoding_keeps_the_limit_of_its_buffer),
	    cmocka_unit_test(line_ends_become_lf),
	    cmocka_unit_test(threads_do_not_disturb_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
