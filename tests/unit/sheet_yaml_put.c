/* Writing scalars: plain where every reader of YAML takes them for the same text, else quoted. */
#include "generator/sheet/yaml.h"

#include "generator/base/utf8.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { ARENA = 64 * 1024 * 1024 };

static void assert_put(struct span text, bool flow, bool plain, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	yaml_put(&b, text, flow, plain);
	assert_int_equal(b.st, ST_OK);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static void plain_text_stays_plain(void **state)
{
	static const char *const texts[] = {"サッカーがしたい",
					    "a b",
					    "kudan-es",
					    "WISC-V",
					    "教育支援シート 令和8年度",
					    "2組",
					    "it's",
					    "a:b",
					    "a#b",
					    "a, b",
					    "x\"y",
					    "葛󠄀飾区",
					    "𠮷野家",
					    "👨‍👩‍👧",
					    "c7k3m9q2v4",
					    "yesterday",
					    "null and void",
					    "a\\b",
					    "（1）",
					    "「:」"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_put(span_of(texts[i]), false, false, texts[i]);
}

static void what_looks_like_another_type_is_quoted_unless_it_is_meant(void **state)
{
	static const char *const texts[] = {
	    "no",    "Yes", "ON", "off", "true",       "FALSE",	      "null",
	    "Null",  "y",   "N",  "12",	 "12:30",      "010",	      "0x1f",
	    "1_000", "+1",  "-5", "1e3", "2026-05-12", "1.5",	      "2026-05-12 10:00:00 +9",
	    "0o17",  "<<",  "=",  ".5",	 ".inf",       "190:20:30.15"};
	char want[64];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		snprintf(want, sizeof want, "\"%s\"", texts[i]);
		assert_put(span_of(texts[i]), false, false, want);
		assert_put(span_of(texts[i]), false, true, texts[i]);
	}
}

static void what_yaml_would_take_for_syntax_is_always_quoted(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", "\"\""},
	    {"~", "\"~\""},
	    {"- x", "\"- x\""},
	    {"-", "\"-\""},
	    {"---", "\"---\""},
	    {"...", "\"...\""},
	    {"# x", "\"# x\""},
	    {"x # y", "\"x # y\""},
	    {": ", "\": \""},
	    {"a: b", "\"a: b\""},
	    {"a:", "\"a:\""},
	    {" a", "\" a\""},
	    {"a ", "\"a \""},
	    {"? x", "\"? x\""},
	    {"&a", "\"&a\""},
	    {"*a", "\"*a\""},
	    {"!a", "\"!a\""},
	    {"%a", "\"%a\""},
	    {"@a", "\"@a\""},
	    {"`a", "\"`a\""},
	    {"|", "\"|\""},
	    {">", "\">\""},
	    {"'a'", "\"'a'\""},
	    {"\"a\"", "\"\\\"a\\\"\""},
	    {"[a", "\"[a\""},
	    {"{a", "\"{a\""},
	    {", a", "\", a\""},
	    {"a\nb", "\"a\\nb\""},
	    {"a\r\nb\\\t", "\"a\\r\\nb\\\\\\t\""},
	    {"\x01\x7f", "\"\\x01\\x7F\""},
	    {"a\xc2\x85"
	     "b",
	     "\"a\\x85b\""},
	    {"a\xe2\x80\xa8"
	     "b",
	     "\"a\\u2028b\""},
	    {"\xef\xbb\xbf"
	     "a",
	     "\"\\uFEFFa\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_put(span_of(cases[i].text), false, false, cases[i].want);
		assert_put(span_of(cases[i].text), false, true, cases[i].want);
	}
}

static void in_flow_context_commas_brackets_and_colons_force_quotes(void **state)
{
	static const char *const texts[] = {"a,b", "a]", "a[", "a{", "a}", "a:b", "a?b"};
	char want[16];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		snprintf(want, sizeof want, "\"%s\"", texts[i]);
		assert_put(span_of(texts[i]), true, false, want);
		assert_put(span_of(texts[i]), true, true, want);
		assert_put(span_of(texts[i]), false, false, texts[i]);
	}
	assert_put(SPAN("2026-05-12"), true, true, "2026-05-12");
	assert_put(SPAN("-5"), true, true, "-5");
}

/* ---- a property over random texts --------------------------------------------------------- */

static uint32_t random_state = 20261120;

static uint32_t random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % n;
}

/* Texts from the pieces that are dangerous in YAML, and from those that people write. */
static void random_text(struct buf *b)
{
	static const char *const pieces[] = {"no",
					     "true",
					     "12:30",
					     "- ",
					     "# ",
					     " #",
					     ": ",
					     ":",
					     " ",
					     "\n",
					     "\t",
					     "\r",
					     "'",
					     "\"",
					     "\\",
					     "{",
					     "}",
					     "[",
					     "]",
					     ",",
					     "&",
					     "*",
					     "!",
					     "|",
					     ">",
					     "%",
					     "@",
					     "`",
					     "~",
					     "?",
					     "-",
					     "---",
					     "...",
					     ".",
					     "+",
					     "0",
					     "1",
					     "9",
					     "_",
					     "0x",
					     "1e3",
					     ".inf",
					     ".nan",
					     "<<",
					     "=",
					     "あ",
					     "山",
					     "𠮷",
					     "葛󠄀",
					     "👨‍👩‍👧",
					     "\x01",
					     "\x7f",
					     "\xc2\x85",
					     "\xe2\x80\xa8",
					     "\xef\xbb\xbf",
					     "\xc2\xa0",
					     "\xe3\x80\x80",
					     "null",
					     "2026-05-12",
					     "T10:00:00Z",
					     "x",
					     "Y",
					     "e",
					     "\xef\xbf\xbe",
					     "\xf3\xa0\x84\x80",
					     "//"};
	uint32_t n = random_below(6);

	buf_cut(b, 0);
	for (uint32_t i = 0; i < n; i++) {
		if (random_below(8) == 0) {
			uint32_t cp = 1 + random_below(0x10ffff);

			utf8_put(b, cp >= 0xd800 && cp < 0xe000 ? 'z' : cp);
		} else {
			buf_adds(b, pieces[random_below(sizeof pieces / sizeof *pieces)]);
		}
	}
}

/* Writes the text in one of the places where sheets have scalars; reading gives it back. */
static void assert_reads_back(struct span text, unsigned place, bool plain)
{
	static const struct {
		const char *before, *after;
		bool flow;
		const char *path; /* m: into the key k of a map, l: into a list */
	} places[] = {
	    {"k: ", "\n", false, "m"},		{"a: 1\nk: ", "\nz: 2\n", false, "m"},
	    {"- - ", "\n  - x\n", false, "ll"}, {"k:\n  - {k: ", ", z: 1}\n", true, "mlm"},
	    {"k: {k: ", "}\n", true, "mm"},	{"[", ", x]\n", true, "l"},
	    {"k:\n  ", "\n", false, "m"},	{"", "\n", false, ""}};
	struct arena *a = arena_new(ARENA);
	struct ynode *n = NULL;
	struct buf b;

	place %= sizeof places / sizeof *places;
	buf_init(&b, 1 << 16);
	buf_adds(&b, places[place].before);
	yaml_put(&b, text, places[place].flow, plain);
	buf_adds(&b, places[place].after);
	if (yaml_read(a, "t", buf_span(&b), 1, &n, NULL))
		fail_msg("cannot be read: %s", buf_str(&b));
	for (const char *p = places[place].path; *p; p++)
		n = *p == 'm' ? ymap_get(n, "k") : n->first;
	assert_int_equal(n->kind, Y_TEXT);
	if (!span_eq(n->text, text))
		fail_msg("reads back as another text: %s", buf_str(&b));
	buf_clear(&b);
	arena_free(a);
}

static void every_text_reads_back_from_every_place(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 12);
	for (unsigned i = 0; i < 60000; i++) {
		random_text(&text);
		assert_reads_back(buf_span(&text), i, random_below(2));
	}
	buf_clear(&text);
}

/*
 * The implicit types of YAML 1.1 (yaml.org/type) and of the core schema of 1.2 (10.3.2), as they
 * are written there: a judge that shares nothing with the code.
 */
static const char *const implicit[] = {
    "^(~|null|Null|NULL|)$",
    "^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$",
    "^[-+]?0b[0-1_]+$",
    "^[-+]?0[0-7_]+$",
    "^[-+]?(0|[1-9][0-9_]*)$",
    "^[-+]?0x[0-9a-fA-F_]+$",
    "^[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+$",
    "^[-+]?([0-9][0-9_]*)?\\.[0-9.]*([eE][-+][0-9]+)?$",
    "^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*$",
    "^[-+]?\\.(inf|Inf|INF)$",
    "^\\.(nan|NaN|NAN)$",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?( *Z)?$",
    "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9:.]+ *[-+][0-9]{1,2}(:[0-9]{2})?$",
    "^(<<|=)$",
    "^[-+]?[0-9]+$",
    "^0o[0-7]+$",
    "^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
};
enum { IMPLICIT = sizeof implicit / sizeof *implicit };

static void no_text_that_is_left_plain_has_another_type_anywhere(void **state)
{
	regex_t re[IMPLICIT];
	struct buf text, put;
	size_t plain = 0;

	(void)state;
	for (size_t i = 0; i < IMPLICIT; i++)
		assert_int_equal(regcomp(&re[i], implicit[i], REG_EXTENDED | REG_NOSUB), 0);
	buf_init(&text, 1 << 12);
	buf_init(&put, 1 << 12);
	for (unsigned n = 0; n < 60000; n++) {
		random_text(&text);
		buf_cut(&put, 0);
		yaml_put(&put, buf_span(&text), n & 1, false);
		if (put.data[0] == '"')
			continue;
		plain++;
		assert_string_equal(buf_str(&put), buf_str(&text));
		for (size_t i = 0; i < IMPLICIT; i++)
			if (regexec(&re[i], buf_str(&text), 0, NULL, 0) == 0)
				fail_msg("left plain: %s", buf_str(&text));
	}
	assert_true(plain > 1000);
	for (size_t i = 0; i < IMPLICIT; i++)
		regfree(&re[i]);
	buf_clear(&put);
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_stays_plain),
	    cmocka_unit_test(what_looks_like_another_type_is_quoted_unless_it_is_meant),
	    cmocka_unit_test(what_yaml_would_take_for_syntax_is_always_quoted),
	    cmocka_unit_test(in_flow_context_commas_brackets_and_colons_force_quotes),
	    cmocka_unit_test(every_text_reads_back_from_every_place),
	    cmocka_unit_test(no_text_that_is_left_plain_has_another_type_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
