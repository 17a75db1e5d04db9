/* The HTML writer, and Markdown trees through it. */
#include "generator/render/html.h"
#include "generator/render/html_markdown.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void expect(struct html *h, const char *want)
{
	assert_int_equal(html_end(h), ST_OK);
	assert_string_equal(buf_str(h->out), want);
	buf_clear(h->out);
}

static void elements_nest_and_text_is_escaped(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10000);
	html_init(&h, &b);
	html_open(&h, "p");
	html_class(&h, "a\"b");
	html_attrf(&h, "id", "f.%s", "<x>");
	html_attrs(&h, "title", NULL);
	html_texts(&h, "1 < 2 & 3");
	html_open(&h, "br");
	html_leafs(&h, "b", "太");
	html_textf(&h, "%d%%", 5);
	html_close(&h);
	expect(&h,
	       "<p class=\"a&quot;b\" id=\"f.&lt;x&gt;\">1 &lt; 2 &amp; 3<br><b>太</b>5%</p>\n");
}

static void void_elements_have_no_end(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10000);
	html_init(&h, &b);
	html_open(&h, "input");
	html_attrs(&h, "value", "");
	html_flag(&h, "checked", true);
	html_flag(&h, "disabled", false);
	html_hidden(&h, "csrf", SPAN_NONE);
	html_open(&h, "hr");
	expect(&h,
	       "<input value=\"\" checked><input type=\"hidden\" name=\"csrf\" value=\"\"><hr>");
}

static void a_line_end_at_the_start_of_a_textarea_survives(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10000);
	html_init(&h, &b);
	html_leafs(&h, "textarea", "\n</textarea>");
	html_leafs(&h, "pre", "");
	expect(&h, "<textarea>\n\n&lt;/textarea&gt;</textarea>\n<pre>\n</pre>\n");
}

static void addresses_that_could_run_are_replaced(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10000);
	html_init(&h, &b);
	html_link(&h, "/a?b=1&c=2", SPAN("い"));
	html_link(&h, "javascript:alert(1)", SPAN("ろ"));
	html_open(&h, "form");
	html_attrs(&h, "action", "data:x");
	html_attrs(&h, "title", "data:x");
	html_close(&h);
	expect(&h, "<a href=\"/a?b=1&amp;c=2\">い</a><a href=\"#\">ろ</a>"
		   "<form action=\"#\" title=\"data:x\"></form>\n");
}

static void close_to_closes_all_on_the_way(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10000);
	html_init(&h, &b);
	html_open(&h, "ul");
	html_open(&h, "li");
	html_open(&h, "b");
	html_close_to(&h, "ul");
	html_raw(&h, SPAN("<i>x</i>"));
	html_leafs(&h, html_heading(0), "a");
	html_leafs(&h, html_heading(9), "b");
	expect(&h, "<ul><li><b></b></li>\n</ul>\n<i>x</i><h1>a</h1>\n<h6>b</h6>\n");
}

static void a_full_buffer_is_told_at_the_end(void **state)
{
	struct buf b;
	struct html h;

	(void)state;
	buf_init(&b, 10);
	html_init(&h, &b);
	for (int i = 0; i < 10; i++)
		html_leafs(&h, "p", "長い文");
	assert_int_equal(html_end(&h), ST_TOOBIG);
	buf_clear(&b);
}

/* Mistakes of the program --------------------------------------------------------------------- */

static void attribute_after_text(struct html *h)
{
	html_open(h, "p");
	html_texts(h, "x");
	html_class(h, "late");
}

static void style_attribute(struct html *h)
{
	html_open(h, "p");
	html_attrs(h, "style", "color:red");
}

static void event_attribute(struct html *h)
{
	html_open(h, "p");
	html_attrs(h, "onclick", "x()");
}

static void script_element(struct html *h)
{
	html_open(h, "script");
}

static void strange_tag(struct html *h)
{
	html_open(h, "p onclick");
}

static void close_too_many(struct html *h)
{
	html_open(h, "p");
	html_close(h);
	html_close(h);
}

static void left_open(struct html *h)
{
	html_open(h, "p");
	html_end(h);
}

static void too_deep(struct html *h)
{
	for (int i = 0; i <= HTML_DEPTH; i++)
		html_open(h, "div");
}

static bool aborts(void (*mistake)(struct html *h))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit none = {0, 0};
		struct buf b;
		struct html h;

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		buf_init(&b, 10000);
		html_init(&h, &b);
		mistake(&h);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void mistakes_of_the_program_are_asserted(void **state)
{
	(void)state;
	assert_true(aborts(attribute_after_text));
	assert_true(aborts(style_attribute));
	assert_true(aborts(event_attribute));
	assert_true(aborts(script_element));
	assert_true(aborts(strange_tag));
	assert_true(aborts(close_too_many));
	assert_true(aborts(left_open));
	assert_true(aborts(too_deep));
}

/* Markdown --------------------------------------------------------------------------------------
 */

static void prose_becomes(const char *markdown, int lower, const char *want)
{
	struct buf b;
	struct html h;

	buf_init(&b, 1 << 20);
	html_init(&h, &b);
	html_prose(&h, span_of(markdown), lower);
	expect(&h, want);
}

static void every_kind_of_markdown_has_its_element(void **state)
{
	(void)state;
	prose_becomes("一行目\n二行目\\\n三行目", 0, "<p>一行目<br>二行目<br>三行目</p>\n");
	prose_becomes("*あ* **い** `a<b`", 0,
		      "<p><em>あ</em> <strong>い</strong> <code>a&lt;b</code></p>\n");
	prose_becomes("#### 小\n##### 極小", 0, "<h4>小</h4>\n<h5>極小</h5>\n");
	prose_becomes("#### 小\n##### 極小", 2, "<h6>小</h6>\n<h6>極小</h6>\n");
	prose_becomes("- あ\n- い", 0, "<ul><li>あ</li>\n<li>い</li>\n</ul>\n");
	prose_becomes("3. あ\n\n4. い", 0,
		      "<ol start=\"3\"><li><p>あ</p>\n</li>\n<li><p>い</p>\n</li>\n</ol>\n");
	prose_becomes("> 引用\n\n---\n\n    code <b>", 0,
		      "<blockquote><p>引用</p>\n</blockquote>\n<hr>"
		      "<pre>\n<code>code &lt;b&gt;\n</code></pre>\n");
	prose_becomes(
	    "[役所](https://example.jp/?a=1&b=2)", 0,
	    "<p><a href=\"https://example.jp/?a=1&amp;b=2\" rel=\"noreferrer\">役所</a></p>\n");
}

static void nothing_in_markdown_can_run(void **state)
{
	(void)state;
	prose_becomes("[x](javascript:alert(1))", 0, "<p>x</p>\n");
	prose_becomes("a <img src=x onerror=y> b", 0, "<p>a &lt;img src=x onerror=y&gt; b</p>\n");
	prose_becomes("![絵](http://evil.example/x.png)", 0, "<p>絵</p>\n");
}

static void emphasis_without_end_is_still_shown(void **state)
{
	struct buf text, out;
	struct html h;

	(void)state;
	buf_init(&text, 100000);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_adds(&text, "*a **b ");
	buf_adds(&text, "まんなか");
	for (int i = 0; i < 5000; i++)
		buf_adds(&text, "** b* ");
	html_init(&h, &out);
	html_prose(&h, buf_span(&text), 0);
	assert_int_equal(html_end(&h), ST_OK);
	assert_true(span_find(buf_span(&out), SPAN("まんなか")) >= 0);
	buf_clear(&text);
	buf_clear(&out);
}

static void text_that_the_parser_refuses_is_shown_as_typed(void **state)
{
	(void)state;
	prose_becomes("> > > > > > > > > > ふかい", 0,
		      "<p class=\"as-typed\">&gt; &gt; &gt; &gt; &gt; &gt; &gt; &gt; &gt; &gt; "
		      "ふかい</p>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_nest_and_text_is_escaped),
	    cmocka_unit_test(void_elements_have_no_end),
	    cmocka_unit_test(a_line_end_at_the_start_of_a_textarea_survives),
	    cmocka_unit_test(addresses_that_could_run_are_replaced),
	    cmocka_unit_test(close_to_closes_all_on_the_way),
	    cmocka_unit_test(a_full_buffer_is_told_at_the_end),
	    cmocka_unit_test(mistakes_of_the_program_are_asserted),
	    cmocka_unit_test(every_kind_of_markdown_has_its_element),
	    cmocka_unit_test(nothing_in_markdown_can_run),
	    cmocka_unit_test(emphasis_without_end_is_still_shown),
	    cmocka_unit_test(text_that_the_parser_refuses_is_shown_as_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
