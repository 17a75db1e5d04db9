/* Readings above kanji, and words that are explained: the shipped lists, and broken ones. */
#include "generator/render/words.h"

#include "generator/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct words *words;

static int load(void **state)
{
	(void)state;
	return words_load(&words, "content/masters", NULL);
}

static int leave(void **state)
{
	(void)state;
	words_free(words);
	return 0;
}

#define R(base, kana) "<ruby>" base "<rt>" kana "</rt></ruby>"

static void expect(const char *html, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	words_ruby(words, span_of(html), &out);
	assert_int_equal(out.st, ST_OK);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static void words_get_their_readings(void **state)
{
	(void)state;
	expect("<p>教育支援シート</p>", "<p>" R("教育支援", "きょういくしえん") "シート</p>");
	expect("保存する", R("保存", "ほぞん") "する");
	expect("新しい", R("新", "あたら") "しい");
	expect("<a href=\"/x\">引き継ぎ</a>", "<a href=\"/x\">" R("引き継", "ひきつ") "ぎ</a>");
	expect("令和8年11月20日",
	       "令和8" R("年", "ねん") "11" R("月", "がつ") "20" R("日", "にち"));
	expect("健康＆学校&amp;園",
	       R("健康", "けんこう") "＆" R("学校", "がっこう") "&amp;" R("園", "えん"));
}

static void nothing_is_read_by_guess(void **state)
{
	static const char *const same[] = {
	    "前年度", /* 前 is read otherwise alone */
	    "人形",   /* a part of a longer word */
	    "3人",    /* behind a digit only what counts */
	    "田中 花子", "麒麟", "月日", "", "<", "<p title=\"学校\"", "ひらがな &lt; A", "学校長",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		expect(same[i], same[i]);
}

static void tags_values_and_names_are_left_alone(void **state)
{
	static const char *const same[] = {
	    "<title>学校</title>",
	    "<img alt=\"学校 > 園\" src=\"/学校\">",
	    "<input value=\"学校\">",
	    "<textarea>学校\n<b>学校</textarea>",
	    "<select><option>学校</option><optgroup label=\"x\"></optgroup></select>",
	    "<script type=\"module\">\"学校\"</script>",
	    "<svg><text>学校</text><svg></svg>学校</svg>",
	    "<p translate=\"no\">学校 <b>園</b></p>",
	    "<ruby>学校<rt>がっこう</rt></ruby>",
	    /* what people wrote, without a word that is explained */
	    "<td>学校</td>",
	    "<dd>学校<dl><dd>園</dd></dl>学校</dd>",
	    "<div class=\"prose\"><p>学校</p><div>園</div>保存</div>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		expect(same[i], same[i]);
	expect("<textarea>学校</textarea>学校", "<textarea>学校</textarea>" R("学校", "がっこう"));
	expect("<td>学校</td>学校", "<td>学校</td>" R("学校", "がっこう"));
	expect("<div class=\"prose\"><p>療育に通う</p></div>通う",
	       "<div class=\"prose\"><p>" R("療育",
					    "りょういく") "に通う</p></div>" R("通", "かよ") "う");
}

/* Takes the readings out again. */
static void without(struct span html, struct buf *out)
{
	static const char *const marks[] = {"<ruby>", "</ruby>"};

	while (html.n) {
		size_t n = 1;
		bool drop = false;

		for (size_t i = 0; i < 2; i++)
			if (span_starts(html, span_of(marks[i]))) {
				n = strlen(marks[i]);
				drop = true;
			}
		if (span_starts(html, SPAN("<rt>"))) {
			long end = span_find(html, SPAN("</rt>"));
			assert_true(end > 0);
			n = (size_t)end + 5;
			drop = true;
		}
		if (!drop)
			buf_add(out, html.p, n);
		html = span_make(html.p + n, html.n - n);
	}
}

/* A page of the theme and a source file: all kinds of text, some of it no HTML at all. */
static void the_text_stays_byte_for_byte(void **state)
{
	static const char *const files[] = {
	    "themes/standard/page.mustache", "vault/page/karte_glance.c",
	    "content/masters/words.yaml", "content/pages/privacy.md"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf file, ruby, back;

		buf_init(&file, 1 << 20);
		buf_init(&ruby, 1 << 22);
		buf_init(&back, 1 << 20);
		assert_int_equal(file_read(files[i], &file), ST_OK);
		words_ruby(words, buf_span(&file), &ruby);
		without(buf_span(&ruby), &back);
		assert_true(span_eq(buf_span(&back), buf_span(&file)));
		buf_clear(&file);
		buf_clear(&ruby);
		buf_clear(&back);
	}
}

static void names_have_their_own_reading(void **state)
{
	static const char *const cases[][3] = {
	    {"𠮷田 そら", "よしだ そら", R("𠮷田", "よしだ") " そら"},
	    {"山田　花子", "やまだ はなこ", R("山田", "やまだ") "　" R("花子", "はなこ")},
	    {"山田花子", "やまだ はなこ", R("山田花子", "やまだ はなこ")},
	    {"山田 花子", "", "山田 花子"},
	    {"<b> 山", "&x y", "&lt;b&gt; " R("山", "y")},
	    {"そら", "そら", "そら"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out;

		buf_init(&out, 4096);
		words_ruby_name(span_of(cases[i][0]), span_of(cases[i][1]), &out);
		assert_string_equal(buf_str(&out), cases[i][2]);
		buf_clear(&out);
	}
}

static bool is_found(const char *text, const char *term)
{
	bool found[WORDS_MAX], answer = false;

	words_find(words, span_of(text), found);
	for (size_t i = 0; i < words_count(words); i++)
		if (found[i] && span_is(words_at(words, i)->term, term))
			answer = true;
	return answer;
}

static void difficult_words_are_found(void **state)
{
	(void)state;
	assert_in_range(words_count(words), 60, WORDS_MAX);
	assert_true(is_found("今年の合理的配慮について", "合理的配慮"));
	assert_true(is_found("就学相談のあと、就学する", "就学"));
	assert_false(is_found("就学相談のあと", "就学")); /* only as a part of a longer word */
	assert_true(is_found("エピペンを持つ", "エピペン"));
	assert_false(is_found("", "就学"));
}

static void broken_lists_are_refused(void **state)
{
	static const struct {
		const char *name, *text;
		enum status want;
	} cases[] = {
	    {"words.yaml", "- {term: 学校, reading: がっこう}\n", ST_INVALID},
	    {"words.yaml", "学校: がっこう\n", ST_INVALID},
	    {"words.yaml", "- 学校\n", ST_INVALID},
	    {"ruby.yaml", "- 学校\n", ST_INVALID},
	    {"ruby.yaml", "学校: [a]\n", ST_INVALID},
	    {"ruby.yaml", "学校: &a がっこう\n", ST_INVALID},
	    {"other.yaml", "{}\n", ST_OK}, /* a municipality without lists */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char dir[] = "/tmp/karte-words-XXXXXX", path[64];
		struct words *w;
		struct problems ps;

		assert_non_null(mkdtemp(dir));
		snprintf(path, sizeof path, "%s/%s", dir, cases[i].name);
		assert_int_equal(file_write_fast(path, span_of(cases[i].text), 0600), ST_OK);
		problems_init(&ps);
		assert_int_equal(words_load(&w, dir, &ps), cases[i].want);
		if (cases[i].want)
			assert_null(w);
		words_free(w);
		problems_clear(&ps);
		assert_int_equal(file_remove_tree(dir), ST_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_get_their_readings),
	    cmocka_unit_test(nothing_is_read_by_guess),
	    cmocka_unit_test(tags_values_and_names_are_left_alone),
	    cmocka_unit_test(the_text_stays_byte_for_byte),
	    cmocka_unit_test(names_have_their_own_reading),
	    cmocka_unit_test(difficult_words_are_found),
	    cmocka_unit_test(broken_lists_are_refused),
	};

	return cmocka_run_group_tests(tests, load, leave);
}
