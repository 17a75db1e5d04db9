#include "generator/sheet/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 3000, ARENA = 64 * 1024 * 1024 };

/* ---- a tree as text --------------------------------------------------------------------- */

static void put_tree(const struct md_node *n, int depth, struct buf *out)
{
	static const char *const names[] = {"document", "paragraph",  "heading", "quote",  "list",
					    "item",	"code-block", "rule",	 "text",   "code",
					    "soft",	"break",      "emph",	 "strong", "link"};

	buf_addf(out, "%*s%s", depth * 2, "", names[n->kind]);
	if (n->kind == MD_HEADING)
		buf_addf(out, " %d", n->level);
	if (n->kind == MD_LIST)
		buf_addf(out, " %d%s", n->start, n->tight ? " tight" : "");
	if (n->text.p)
		buf_addf(out, " |%.*s|", SPAN_ARG(n->text));
	if (n->url.p)
		buf_addf(out, " -> %.*s", SPAN_ARG(n->url));
	buf_addc(out, '\n');
	for (const struct md_node *c = n->first; c; c = c->next)
		put_tree(c, depth + 1, out);
}

static void assert_tree(const char *text, const char *expected)
{
	struct arena *a = arena_new(ARENA);
	struct md_node *n;
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(md_parse(a, span_of(text), MD_MAX_BYTES, &n), ST_OK);
	put_tree(n, 0, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_clear(&out);
	arena_free(a);
}

static void assert_plain(const char *text, const char *expected)
{
	struct arena *a = arena_new(ARENA);
	struct md_node *n;
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(md_parse(a, span_of(text), MD_MAX_BYTES, &n), ST_OK);
	md_plain(n, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_clear(&out);
	arena_free(a);
}

static void assert_tame(const char *text, const char *expected)
{
	struct buf once, twice;

	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	assert_int_equal(md_tame(span_of(text), &once), ST_OK);
	assert_string_equal(buf_str(&once), expected);
	assert_int_equal(md_tame(buf_span(&once), &twice), ST_OK);
	assert_string_equal(buf_str(&twice), expected);
	buf_clear(&once);
	buf_clear(&twice);
}

/* ---- the tree --------------------------------------------------------------------------- */

static void the_tree_has_blocks_and_inlines_in_their_order(void **state)
{
	(void)state;
	assert_tree("休み時間に**サッカー**が\nしたい。\n\n- a\n- `b`\n\n> q\n\n---\n\n#### h\n",
		    "document\n"
		    "  paragraph\n"
		    "    text |休み時間に|\n"
		    "    strong\n"
		    "      text |サッカー|\n"
		    "    text |が|\n"
		    "    soft\n"
		    "    text |したい。|\n"
		    "  list -1 tight\n"
		    "    item\n"
		    "      paragraph\n"
		    "        text |a|\n"
		    "    item\n"
		    "      paragraph\n"
		    "        code |b|\n"
		    "  quote\n"
		    "    paragraph\n"
		    "      text |q|\n"
		    "  rule\n"
		    "  heading 4\n"
		    "    text |h|\n");
	assert_tree("3. a\n\n4. b\n", "document\n"
				      "  list 3\n"
				      "    item\n"
				      "      paragraph\n"
				      "        text |a|\n"
				      "    item\n"
				      "      paragraph\n"
				      "        text |b|\n");
}

static void raw_html_becomes_text_that_shows_it(void **state)
{
	(void)state;
	assert_tree("a <b>x</b>", "document\n"
				  "  paragraph\n"
				  "    text |a |\n"
				  "    text |<b>|\n"
				  "    text |x|\n"
				  "    text |</b>|\n");
	assert_tree("<script>\nalert(1)\n</script>", "document\n"
						     "  paragraph\n"
						     "    text |<script>|\n"
						     "    soft\n"
						     "    text |alert(1)|\n"
						     "    soft\n"
						     "    text |</script>|\n");
}

static void an_image_becomes_its_description(void **state)
{
	(void)state;
	assert_tree("![花の *写真*](https://example.org/a.png)", "document\n"
								 "  paragraph\n"
								 "    text |花の 写真|\n");
}

static void only_links_to_the_web_and_to_mail_stay_links(void **state)
{
	(void)state;
	assert_tree("[a](HTTPS://example.org/) [b](mailto:x@example.org)",
		    "document\n"
		    "  paragraph\n"
		    "    link -> HTTPS://example.org/\n"
		    "      text |a|\n"
		    "    text | |\n"
		    "    link -> mailto:x@example.org\n"
		    "      text |b|\n");
	assert_tree("[*a*](javascript:alert(1)) [b](/etc/passwd) [c](data:text/html,x) <ftp://h/>",
		    "document\n"
		    "  paragraph\n"
		    "    emph\n"
		    "      text |a|\n"
		    "    text | |\n"
		    "    text |b|\n"
		    "    text | |\n"
		    "    text |c|\n"
		    "    text | |\n"
		    "    text |ftp://h/|\n");
	assert_tree("[a](&#106;avascript:x) [b](https://h/&#10;x)", "document\n"
								    "  paragraph\n"
								    "    text |a|\n"
								    "    text | |\n"
								    "    text |b|\n");
}

static void control_characters_from_entities_become_spaces(void **state)
{
	(void)state;
	assert_tree("a&#27;b&#0;c", "document\n  paragraph\n    text |a b\xef\xbf\xbd"
				    "c|\n");
}

static int depth_of(const struct md_node *n)
{
	int deepest = 0;

	for (const struct md_node *c = n->first; c; c = c->next) {
		int d = depth_of(c) + 1;

		deepest = d > deepest ? d : deepest;
	}
	return deepest;
}

static void deep_emphasis_is_cut_but_keeps_its_text(void **state)
{
	struct arena *a = arena_new(ARENA);
	struct md_node *n;
	struct buf text, out;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 4000; i++)
		buf_adds(&text, i % 2 ? "_a " : "*a ");
	buf_adds(&text, "x");
	for (int i = 3999; i >= 0; i--)
		buf_adds(&text, i % 2 ? " a_" : " a*");
	assert_int_equal(md_parse(a, buf_span(&text), MD_MAX_BYTES, &n), ST_OK);
	assert_in_range(depth_of(n), 20, 34);
	md_plain(n, &out);
	assert_int_equal(out.len, 8000 + 1 + 8000);
	buf_clear(&text);
	buf_clear(&out);
	arena_free(a);
}

static void a_refused_link_in_deep_emphasis_does_not_lift_the_bound(void **state)
{
	(void)state;
	for (int outer = 20; outer < 40; outer++) {
		struct arena *a = arena_new(ARENA);
		struct md_node *n;
		struct buf text;

		buf_init(&text, 1 << 20);
		for (int i = 0; i < outer; i++)
			buf_adds(&text, i % 2 ? "_a " : "*a ");
		buf_adds(&text, "[");
		for (int i = 0; i < 1000; i++)
			buf_adds(&text, i % 2 ? "_b " : "*b ");
		for (int i = 999; i >= 0; i--)
			buf_adds(&text, i % 2 ? " b_" : " b*");
		buf_adds(&text, "](javascript:x)");
		for (int i = outer - 1; i >= 0; i--)
			buf_adds(&text, i % 2 ? " a_" : " a*");
		assert_int_equal(md_parse(a, buf_span(&text), MD_MAX_BYTES, &n), ST_OK);
		assert_in_range(depth_of(n), 20, 34);
		buf_clear(&text);
		arena_free(a);
	}
}

static void plain_text_has_one_space_for_each_break(void **state)
{
	(void)state;
	assert_plain("# 題\n\n一行\n二*行*  \n三\n\n- [x](https://h/)\n- `y`\n\n```\nc1\nc2\n```\n",
		     "題 一行 二行 三 x y c1 c2");
	assert_plain("", "");
}

static void running_out_of_memory_is_a_status(void **state)
{
	struct arena *a = arena_new(300);
	struct md_node *n;

	(void)state;
	assert_int_equal(md_parse(a, SPAN("a\n\nb\n\nc\n\nd"), MD_MAX_BYTES, &n), ST_NOMEM);
	arena_free(a);
}

static void a_text_that_makes_too_many_nodes_is_too_big(void **state)
{
	struct md_heading *list;
	struct arena *a = arena_new(ARENA);
	struct buf text;
	size_t n;

	(void)state;
	buf_init(&text, MD_MAX_BODY);
	while (text.len + 4 <= MD_MAX_BODY)
		buf_adds(&text, "*a*\n");
	assert_int_equal(md_headings(a, buf_span(&text), MD_MAX_BODY, &list, &n), ST_TOOBIG);
	assert_int_equal(n, 0);
	assert_null(list);
	buf_clear(&text);
	arena_free(a);
}

static void a_flood_of_references_does_not_multiply_its_address(void **state)
{
	struct arena *a = arena_new(ARENA);
	struct md_node *n;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_adds(&text, "[a]: <https://example.org/");
	for (int i = 0; i < 58000; i++)
		buf_addc(&text, 'x');
	buf_adds(&text, ">\n\n");
	for (int i = 0; i < 990; i++)
		buf_adds(&text, "[a] ");
	assert_int_equal(md_parse(a, buf_span(&text), MD_MAX_BYTES, &n), ST_OK);
	assert_in_range(arena_used(a), 58000, 1024 * 1024);
	buf_clear(&text);
	arena_free(a);
}

/* ---- headings --------------------------------------------------------------------------- */

static void assert_headings(const char *text, const char *expected)
{
	struct arena *a = arena_new(ARENA);
	struct md_heading *list;
	struct buf out;
	size_t n;

	buf_init(&out, 1 << 20);
	assert_int_equal(md_headings(a, span_of(text), MD_MAX_BODY, &list, &n), ST_OK);
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%d %d-%d %.*s\n", list[i].level, list[i].line, list[i].end_line,
			 SPAN_ARG(list[i].text));
	assert_string_equal(buf_str(&out), expected);
	buf_clear(&out);
	arena_free(a);
}

static void headings_are_found_at_the_top_level_only(void **state)
{
	(void)state;
	assert_headings("\n## 願い\n\n### 本人の願い\n\nx\n\n## 検査 ##\n",
			"2 2-2 願い\n3 4-4 本人の願い\n2 8-8 検査\n");
	assert_headings(
	    "> ## a\n\n- ## b\n\n```\n## c\n```\n\n    ## d\n\n<!--\n## e\n-->\n\n##f\n", "");
	assert_headings("", "");
}

static void an_underlined_heading_ends_at_its_underline(void **state)
{
	(void)state;
	assert_headings("a\n===\nb\n---", "1 1-2 a\n2 3-4 b\n");
	assert_headings("a\nb\n---\n\nc", "2 1-3 a b\n");
	assert_headings("a\n===\n===", "1 1-2 a\n");
	assert_headings("#x\n---\n", "2 1-2 #x\n");
}

/* ---- the guard -------------------------------------------------------------------------- */

static void assert_refused(struct span text, size_t max, enum status st, int line)
{
	int at = 0;

	assert_int_equal(md_guard(text, max, &at), st);
	assert_int_equal(at, line);
}

static void the_guard_refuses_what_is_nested_too_deeply(void **state)
{
	(void)state;
	assert_int_equal(md_guard(SPAN("> > > > > > > > x"), 100, NULL), ST_OK);
	assert_refused(SPAN("a\n\n> > > > > > > > > x"), 100, ST_TOOBIG, 3);
	assert_refused(SPAN(">>>>>>>>> x"), 100, ST_TOOBIG, 1);
	assert_refused(SPAN("- - - - - - - - - x"), 100, ST_TOOBIG, 1);
	assert_refused(SPAN(">>>>>>>> -\fx"), 100, ST_TOOBIG, 1);
	assert_refused(SPAN("\xef\xbb\xbf- >>>>>>>> x"), 100, ST_TOOBIG, 1);
	assert_refused(SPAN("1. 1) 1. 1. 1. 1. 1. 1. 1."), 100, ST_TOOBIG, 1);
	assert_refused(SPAN("- a\n\t- b\n\t\t- c\n\t\t\t- d\n\t\t\t\t- e\n\t\t\t\t\t- f\n"
			    "\t\t\t\t\t\t- g\n\t\t\t\t\t\t\t- h\n\t\t\t\t\t\t\t\t- i\n"),
		       200, ST_TOOBIG, 9);
}

static void the_guard_lets_pass_what_only_looks_nested(void **state)
{
	(void)state;
	assert_int_equal(md_guard(SPAN("- - - - - - - - - - -"), 100, NULL), ST_OK);
	assert_int_equal(md_guard(SPAN("* * * * * * * * * * *\n\n　　　　- x"), 100, NULL), ST_OK);
	assert_int_equal(md_guard(SPAN("x > > > > > > > > > >"), 100, NULL), ST_OK);
	assert_int_equal(md_guard(SPAN("                                     - x"), 100, NULL),
			 ST_OK);
	assert_int_equal(
	    md_guard(SPAN("- a\n- b\n- c\n- d\n- e\n- f\n- g\n- h\n- i\n- j\n"), 100, NULL), ST_OK);
}

static void a_lazy_line_does_not_hide_nesting(void **state)
{
	(void)state;
	assert_refused(SPAN("- - - - - - - - a\nlazy\n                - b"), 100, ST_TOOBIG, 3);
	assert_refused(SPAN("- - - - - - - - a\r\nlazy\r\n                - b"), 100, ST_TOOBIG, 3);
}

static void the_guard_refuses_bytes_brackets_and_what_is_not_text(void **state)
{
	char *text = malloc(MD_MAX_BYTES + 1);

	(void)state;
	memset(text, '[', MD_MAX_BYTES + 1);
	text[10] = '\n';
	assert_refused(span_make(text, MD_MAX_BYTES + 1), MD_MAX_BYTES, ST_TOOBIG, 2);
	assert_refused(span_make(text, MD_MAX_BYTES), MD_MAX_BYTES, ST_TOOBIG, 2);
	assert_int_equal(md_guard(span_make(text, MD_MAX_BRACKETS + 1), MD_MAX_BYTES, NULL), ST_OK);
	assert_refused(span_make(text, MD_MAX_BRACKETS + 2), MD_MAX_BYTES, ST_TOOBIG, 2);
	assert_refused(span_make("a\nb\0", 4), 100, ST_INVALID, 2);
	assert_refused(SPAN("a\n\xe3\x81"), 100, ST_INVALID, 2);
	free(text);
}

/* ---- taming ----------------------------------------------------------------------------- */

static void taming_leaves_what_is_harmless_as_it_was_typed(void **state)
{
	static const char *const texts[] = {
	    "",
	    "𠮷田さんと葛\xf3\xa0\x84\x80城さん。か\xe3\x82\x99",
	    "- a\n  - b\n\n1. c\n\n> q\n\n    code",
	    "#### 小見出し\n\n##### その下",
	    "体重 <3 kg、A<B、1 < 2、< b >、<https://example.org/> <a@example.org>",
	    "`<b>` と ``<i> ` <u>``\n\n```html\n<div>\n```",
	    "\\# 見出しではない",
	    "　字下げした行\n　もう一行",
	    "---\n\nx",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_tame(texts[i], texts[i]);
}

static void taming_tidies_line_ends_and_outer_blank_lines(void **state)
{
	(void)state;
	assert_tame("\xef\xbb\xbf\r\n \t\r\na  \r\n\r\nb\t\rc\n\n\n", "a\n\nb\nc");
	assert_tame(" \n\n", "");
	assert_tame("\n    code\n", "    code");
}

static void taming_lowers_headings_of_level_one_to_three(void **state)
{
	(void)state;
	assert_tame("# a\n\n## b ##\n### c\n#### d\n#",
		    "#### a\n\n#### b ##\n#### c\n#### d\n####");
	assert_tame("> # a\n\n- ## b\n\n  ### c", "> #### a\n\n- #### b\n\n  #### c");
	assert_tame("今日のようす\n-------\nよく食べた。", "#### 今日のようす\nよく食べた。");
	assert_tame("a\nb\n===\nc", "a\n#### b\nc");
	assert_tame("- a\n  ---\n- b", "- #### a\n- b");
	assert_tame("x #\n---", "#### x \\#");
	assert_tame("#######\n---", "#### \\#######");
	assert_tame("a\n===\n===\n===", "#### a\n#### ===");
}

static void taming_closes_an_open_code_fence(void **state)
{
	(void)state;
	assert_tame("```\n## x\n\n", "```\n## x\n```");
	assert_tame("a\n\n ~~~~ info\n```", "a\n\n ~~~~ info\n```\n~~~~");
	assert_tame("```", "```\n```");
	assert_tame("```\nx\n```", "```\nx\n```");
	assert_tame("- ```\n  x", "- ```\n  x");
	assert_tame("    ```", "    ```");
}

static void taming_escapes_raw_html_so_that_it_shows(void **state)
{
	(void)state;
	assert_tame("a <b>x</b> `<i>` <https://h/>", "a \\<b>x\\</b> `<i>` <https://h/>");
	assert_tame("<!--\n# a\n-->", "\\<!--\n#### a\n-->");
	assert_tame("<div>\n\n<?x", "\\<div>\n\n\\<?x");
	assert_tame("> <script>\n> x", "> \\<script>\n> x");
	assert_tame("x \\\\<b>", "x \\\\\\<b>");
	assert_plain("a \\<b>x\\</b>", "a <b>x</b>");
}

static void a_text_that_hides_one_tag_behind_the_other_is_tamed_too(void **state)
{
	struct buf text, out;
	clock_t begin = clock();

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_adds(&text, "<!--\n```\n-->\n\n");
	while (text.len < 50000)
		buf_adds(&text, "```\n<div>\n```\n\n");
	assert_int_equal(md_tame(buf_span(&text), &out), ST_OK);
	assert_false(md_has_foreign(buf_span(&out), NULL));
	assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 2.0);
	buf_clear(&text);
	buf_clear(&out);
}

/* ---- random hostile texts --------------------------------------------------------------- */

static uint32_t seed;

static uint32_t pick(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void hostile_text(struct buf *out)
{
	static const char *const parts[] = {
	    "\n",
	    "\n",
	    "\n",
	    "\n\n",
	    "#",
	    "##",
	    "### ",
	    "# ",
	    "=",
	    "===",
	    "---",
	    "- ",
	    "* ",
	    "1. ",
	    "2) ",
	    "> ",
	    ">",
	    "```",
	    "~~~",
	    "````",
	    "`",
	    "``",
	    "<b>",
	    "</b>",
	    "<!--",
	    "-->",
	    "<?",
	    "?>",
	    "<![CDATA[",
	    "]]>",
	    "<!A",
	    "<div>\n",
	    "<script>",
	    "</script>",
	    "<a href=\"",
	    "\">",
	    "<pre>\n",
	    "[a]: b",
	    "[a]",
	    "](",
	    ")",
	    "![",
	    "\\",
	    "\\<",
	    "&lt;",
	    "&#10;",
	    "\t",
	    " ",
	    "  ",
	    "    ",
	    "*",
	    "**",
	    "_",
	    "x",
	    "願い",
	    "𠮷",
	    "\r\n",
	    "\r",
	    "<https://h/>",
	    "<a@b.c>",
	    "\xef\xbb\xbf",
	    "\"",
	    "'",
	    "<b",
	    ">",
	    "<x y='",
	    "|",
	    "\n> ",
	    "\n- ",
	    "\n    ",
	    "\n  ",
	};
	uint32_t n = pick(30);

	buf_cut(out, 0);
	for (uint32_t i = 0; i < n; i++)
		buf_adds(out, parts[pick(sizeof parts / sizeof parts[0])]);
}

static void after_any_tamed_text_a_heading_is_a_heading(void **state)
{
	struct buf text, tame, again, body;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&tame, 1 << 20);
	buf_init(&again, 1 << 20);
	buf_init(&body, 1 << 20);
	for (seed = 1; seed < 1 + ROUNDS; seed++) {
		struct arena *a = arena_new(ARENA);
		struct md_heading *list;
		size_t n, low = 0;
		uint32_t keep = seed;

		hostile_text(&text);
		buf_cut(&tame, 0);
		buf_cut(&again, 0);
		buf_cut(&body, 0);
		assert_int_equal(md_tame(buf_span(&text), &tame), ST_OK);
		assert_int_equal(md_tame(buf_span(&tame), &again), ST_OK);
		assert_string_equal(buf_str(&again), buf_str(&tame));
		assert_true(tame.len == 0 || !md_has_foreign(buf_span(&tame), NULL) ||
			    strstr(buf_str(&tame), "!["));
		buf_addf(&body, "### a\n\n%s\n\n### b\n", buf_str(&tame));
		assert_int_equal(md_headings(a, buf_span(&body), MD_MAX_BODY, &list, &n), ST_OK);
		for (size_t i = 0; i < n; i++)
			low += list[i].level <= 3;
		if (low != 2 || !span_is(list[n - 1].text, "b"))
			fail_msg("seed %u: [%s] tamed [%s]", keep, buf_str(&text), buf_str(&tame));
		arena_free(a);
		seed = keep;
	}
	buf_clear(&text);
	buf_clear(&tame);
	buf_clear(&again);
	buf_clear(&body);
}

static int containers_in(const struct md_node *n)
{
	int deepest = 0;

	for (const struct md_node *c = n->first; c; c = c->next) {
		int d = containers_in(c) + (c->kind == MD_QUOTE || c->kind == MD_ITEM);

		deepest = d > deepest ? d : deepest;
	}
	return deepest;
}

static void no_tree_is_nested_deeper_than_the_guard_allows(void **state)
{
	static const char *const parts[] = {"- ",   "> ", "1. ",  "  ",		 "   ",	 "\t",
					    "\n",   "\n", "\n\n", "x",		 "x\n",	 "10) ",
					    "    ", "#",  "-\n",  "*\t",	 "\r\n", "```",
					    "---",  "+ ", "-\f",  "\xef\xbb\xbf"};
	struct buf text;
	int deepest = 0;

	(void)state;
	buf_init(&text, 1 << 20);
	for (seed = 1; seed < 1 + 4 * ROUNDS; seed++) {
		struct arena *a = arena_new(ARENA);
		struct md_node *n;
		uint32_t keep = seed, len = pick(60);

		buf_cut(&text, 0);
		for (uint32_t i = 0; i < len; i++)
			buf_adds(&text, parts[pick(sizeof parts / sizeof parts[0])]);
		if (md_parse(a, buf_span(&text), MD_MAX_BYTES, &n) == ST_OK) {
			int d = containers_in(n);

			deepest = d > deepest ? d : deepest;
			if (d > MD_MAX_NESTING)
				fail_msg("seed %u: %d deep: [%s]", keep, d, buf_str(&text));
		}
		arena_free(a);
		seed = keep;
	}
	assert_int_equal(deepest, MD_MAX_NESTING);
	buf_clear(&text);
}

/* ---- time ------------------------------------------------------------------------------- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#ifdef SANITIZED
enum { LIMIT_MS = 2000 };
#else
enum { LIMIT_MS = 100 }; /* of processor time; 12 were measured */
#endif

/* 64 KB: first a text again and again until it has its 2000 brackets, then another. */
static double milliseconds(struct span first, struct span unit)
{
	struct arena *a = arena_new(256 * 1024 * 1024);
	char *text = malloc(MD_MAX_BYTES);
	size_t n = 0, brackets = 0;
	struct md_node *tree;
	clock_t begin, end;
	enum status st;

	for (; first.n && brackets <= MD_MAX_BRACKETS - first.n && n < MD_MAX_BYTES; n++) {
		text[n] = first.p[n % first.n];
		brackets += text[n] == '[' || text[n] == ']';
	}
	for (size_t i = 0; n < MD_MAX_BYTES; i++)
		text[n++] = unit.p[i % unit.n];
	begin = clock();
	st = md_parse(a, span_make(text, MD_MAX_BYTES), MD_MAX_BYTES, &tree);
	end = clock();
	assert_true(st == ST_OK || st == ST_TOOBIG);
	free(text);
	arena_free(a);
	return (double)(end - begin) * 1e3 / CLOCKS_PER_SEC;
}

static void assert_fast(const char *first, const char *unit)
{
	double ms = milliseconds(span_of(first), span_of(unit));

	if (getenv("SHOW_TIMES"))
		printf("%8.2f ms for [%s][%s]\n", ms, first, unit);
	if (ms > LIMIT_MS)
		fail_msg("%f ms for 64 KB of [%s] and [%s]", ms, first, unit);
}

static void the_worst_text_of_64_kilobytes_is_read_in_bounded_time(void **state)
{
	static const char *const units[] = {
	    "- \n",
	    "-\n\n",
	    "> \n",
	    "a\n\n",
	    "* a\n* b\n\n",
	    "1. a\n",
	    "- a\n\n\n",
	    "*\n",
	    "- a\n  - b\n    - c\n      - d\n        - e\n          - f\n            - g\n\n",
	    "> > > > > > > > a\n",
	    "> > > > > > > >\n",
	    "> > > > > > > > a\nlazy\n",
	    "> - > - > - > - a\n",
	    "- - - - - - - - a\n\n",
	    "                - a\n",
	    "a <!--",
	    "a <!A ",
	    "a <?",
	    "<a",
	    "x<a b=\"",
	    "</a",
	    "<a:b>",
	    "*a_ ",
	    "**a*b",
	    "*a **a ",
	    "`a``b```c",
	    "&",
	    "&a;",
	    "\\",
	    "***\n",
	    "<div>\n",
	    "a\n===\n",
	    "\t",
	    "\n",
	    "    a\n\n",
	    "```\n",
	    "```\n```\n",
	    "_a",
	    "*a*",
	    "*a*\n",
	    "a  \n",
	    "'",
	    "!",
	    "あ\n",
	    "*\xe3\x80\x80",
	    "-\t",
	    "#\n",
	    "# a #\n",
	};
	static const char *const brackets[] = {"![[]()", "[a](b",    "[",	"]",
					       "![",	 "[a]: b\n", "[a][a]",	"[a](<b",
					       "[](",	 "![a](b)",  "[[]: a\n"};

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		assert_fast("", units[i]);
	for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
		assert_fast(brackets[i], "x");
		assert_fast(brackets[i], "*a*\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_tree_has_blocks_and_inlines_in_their_order),
	    cmocka_unit_test(raw_html_becomes_text_that_shows_it),
	    cmocka_unit_test(an_image_becomes_its_description),
	    cmocka_unit_test(only_links_to_the_web_and_to_mail_stay_links),
	    cmocka_unit_test(control_characters_from_entities_become_spaces),
	    cmocka_unit_test(deep_emphasis_is_cut_but_keeps_its_text),
	    cmocka_unit_test(a_refused_link_in_deep_emphasis_does_not_lift_the_bound),
	    cmocka_unit_test(plain_text_has_one_space_for_each_break),
	    cmocka_unit_test(running_out_of_memory_is_a_status),
	    cmocka_unit_test(a_text_that_makes_too_many_nodes_is_too_big),
	    cmocka_unit_test(a_flood_of_references_does_not_multiply_its_address),
	    cmocka_unit_test(headings_are_found_at_the_top_level_only),
	    cmocka_unit_test(an_underlined_heading_ends_at_its_underline),
	    cmocka_unit_test(the_guard_refuses_what_is_nested_too_deeply),
	    cmocka_unit_test(the_guard_lets_pass_what_only_looks_nested),
	    cmocka_unit_test(a_lazy_line_does_not_hide_nesting),
	    cmocka_unit_test(the_guard_refuses_bytes_brackets_and_what_is_not_text),
	    cmocka_unit_test(taming_leaves_what_is_harmless_as_it_was_typed),
	    cmocka_unit_test(taming_tidies_line_ends_and_outer_blank_lines),
	    cmocka_unit_test(taming_lowers_headings_of_level_one_to_three),
	    cmocka_unit_test(taming_closes_an_open_code_fence),
	    cmocka_unit_test(taming_escapes_raw_html_so_that_it_shows),
	    cmocka_unit_test(a_text_that_hides_one_tag_behind_the_other_is_tamed_too),
	    cmocka_unit_test(after_any_tamed_text_a_heading_is_a_heading),
	    cmocka_unit_test(no_tree_is_nested_deeper_than_the_guard_allows),
	    cmocka_unit_test(the_worst_text_of_64_kilobytes_is_read_in_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
