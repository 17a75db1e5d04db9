/* Pages of explanations: a head, Markdown, links from page to page. */
#include "generator/site/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROOM = 16 * 1024 * 1024 };

static void assert_page(const char *text, const char *title, long order, const char *html)
{
	struct arena *a = arena_new(ROOM);
	struct problems ps;
	struct page_text page;
	struct html h;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, ROOM);
	assert_int_equal(page_read(a, "p.md", span_of(text), &page, &ps), ST_OK);
	assert_int_equal(ps.count, 0);
	assert_true(span_is(page.title, title));
	assert_int_equal(page.order, order);
	html_init(&h, &out);
	page_write(&h, &page, 0);
	assert_int_equal(html_end(&h), ST_OK);
	assert_string_equal(buf_str(&out), html);
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
}

static void assert_wrong(struct span text, const char *code, int line)
{
	struct arena *a = arena_new(ROOM);
	struct problems ps;
	struct page_text page;

	problems_init(&ps);
	assert_int_equal(page_read(a, "p.md", text, &page, &ps), ST_INVALID);
	assert_true(ps.count >= 1);
	assert_string_equal(ps.list[0].code, code);
	assert_int_equal(ps.list[0].line, line);
	problems_clear(&ps);
	arena_free(a);
}

static void a_page_is_a_head_and_markdown(void **state)
{
	(void)state;
	assert_page("---\ntitle: 案内\norder: 20\n---\n\n## 見出し\n\n文。\n", "案内", 20,
		    "<div class=\"prose\"><h2>見出し</h2>\n<p>文。</p>\n</div>\n");
	assert_page("---\ntitle: 空\n---\n", "空", PAGE_ORDER_MAX, "<div class=\"prose\"></div>\n");
	assert_page("---\ntitle: 終わり\n---", "終わり", PAGE_ORDER_MAX,
		    "<div class=\"prose\"></div>\n");
}

static void links_from_page_to_page_are_kept_and_dangerous_ones_are_not(void **state)
{
	(void)state;
	assert_page("---\ntitle: t\n---\n[a](b.html) [c](../d/e.html#f) [g](javascript:x) "
		    "[h](//evil.example/) [i](</x>) [j](https://k/)",
		    "t", PAGE_ORDER_MAX,
		    "<div class=\"prose\"><p><a href=\"b.html\" rel=\"noreferrer\">a</a> "
		    "<a href=\"../d/e.html#f\" rel=\"noreferrer\">c</a> g h i "
		    "<a href=\"https://k/\" rel=\"noreferrer\">j</a></p>\n</div>\n");
}

static void what_looks_like_a_link_in_code_stays_as_typed(void **state)
{
	(void)state;
	assert_page("---\ntitle: t\n---\n`[a](b) [c](d)`\n\n    [e](f)\n", "t", PAGE_ORDER_MAX,
		    "<div class=\"prose\"><p><code>[a](b) [c](d)</code></p>\n"
		    "<pre>\n<code>[e](f)\n</code></pre>\n</div>\n");
}

static void raw_html_is_text(void **state)
{
	(void)state;
	assert_page("---\ntitle: t\n---\n<script>x</script>\n", "t", PAGE_ORDER_MAX,
		    "<div class=\"prose\"><p>&lt;script&gt;x&lt;/script&gt;</p>\n</div>\n");
}

static void a_wrong_page_is_told_with_its_line(void **state)
{
	struct buf deep;

	(void)state;
	assert_wrong(SPAN("# 案内\n"), "page.head", 1);
	assert_wrong(SPAN(""), "page.head", 1);
	assert_wrong(SPAN("---\ntitle: x\n"), "page.head", 1);
	assert_wrong(SPAN("---\norder: 1\n---\n"), "page.title", 2);
	assert_wrong(SPAN("---\ntitle: x\norder: first\n---\n"), "page.order", 3);
	assert_wrong(SPAN("---\ntitle: x\nauthor: y\n---\n"), "yaml.unknown-key", 3);
	assert_wrong(SPAN("---\ntitle: x\n---\n\n\xff\n"), "page.utf8", 5);
	assert_wrong(SPAN("---\ntitle: x\n---\na\0b\n"), "page.utf8", 4);
	buf_init(&deep, ROOM);
	buf_adds(&deep, "---\ntitle: x\n---\ntext\n\n");
	for (int i = 0; i < 10000; i++)
		buf_addc(&deep, '>');
	assert_wrong(buf_span(&deep), "page.size", 6);
	buf_clear(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_is_a_head_and_markdown),
	    cmocka_unit_test(links_from_page_to_page_are_kept_and_dangerous_ones_are_not),
	    cmocka_unit_test(what_looks_like_a_link_in_code_stays_as_typed),
	    cmocka_unit_test(raw_html_is_text),
	    cmocka_unit_test(a_wrong_page_is_told_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
