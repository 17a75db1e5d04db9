/* The template engine against the examples of the public specification, and its own limits. */
#include "generator/render/mustache.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Examples of the specification ------------------------------------------------------------- */

static void fill(struct data *map, const char *key, json_t *v);

static struct span number_text(json_t *v, char out[64])
{
	if (json_is_integer(v))
		snprintf(out, 64, "%lld", (long long)json_integer_value(v));
	else
		snprintf(out, 64, "%g", json_real_value(v));
	return span_of(out);
}

static void fill_map(struct data *map, json_t *object)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v) fill(map, key, v);
}

static void fill_list(struct data *list, json_t *array)
{
	char text[64];
	size_t i;
	json_t *v;

	json_array_foreach(array, i, v)
	{
		if (json_is_object(v))
			fill_map(data_add_map(list), v);
		else if (json_is_array(v))
			fill_list(data_add_list(list), v);
		else if (json_is_string(v))
			data_add_text(list, span_of(json_string_value(v)));
		else
			data_add_text(list, number_text(v, text));
	}
}

static void fill(struct data *map, const char *key, json_t *v)
{
	char text[64];

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		fill_map(data_map(map, key), v);
		break;
	case JSON_ARRAY:
		fill_list(data_list(map, key), v);
		break;
	case JSON_STRING:
		data_texts(map, key, json_string_value(v));
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		data_text(map, key, number_text(v, text));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		data_flag(map, key, json_is_true(v));
		break;
	case JSON_NULL:
		data_text(map, key, SPAN_NONE);
		break;
	}
}

struct partial {
	const char *name;
	struct mustache *m;
};

struct partials {
	struct partial list[8];
	size_t count;
};

static const struct mustache *find_partial(const void *ctx, struct span name)
{
	const struct partials *ps = ctx;

	for (size_t i = 0; i < ps->count; i++)
		if (span_is(name, ps->list[i].name))
			return ps->list[i].m;
	return NULL;
}

static void read_partials(struct partials *ps, json_t *object)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v)
	{
		struct partial *p = &ps->list[ps->count++];

		assert_true(ps->count <= 8);
		p->name = key;
		assert_int_equal(
		    mustache_parse(&p->m, key, span_of(json_string_value(v)), false, NULL), ST_OK);
	}
}

static void run_example(const char *file, json_t *example)
{
	struct arena *a = arena_new(1 << 20);
	struct data *root = data_new(a);
	struct partials ps = {.count = 0};
	struct mustache_env env = {find_partial, &ps, NULL};
	struct mustache *m;
	struct buf out;
	const char *name = json_string_value(json_object_get(example, "name"));

	buf_init(&out, 1 << 20);
	fill(root, "data", json_object_get(example, "data"));
	read_partials(&ps, json_object_get(example, "partials"));
	assert_int_equal(
	    mustache_parse(&m, name,
			   span_of(json_string_value(json_object_get(example, "template"))), false,
			   NULL),
	    ST_OK);
	assert_int_equal(mustache_render(m, data_get(root, SPAN("data")), &env, &out), ST_OK);
	if (strcmp(buf_str(&out), json_string_value(json_object_get(example, "expected"))) != 0)
		print_error("%s: %s\n", file, name);
	assert_string_equal(buf_str(&out), json_string_value(json_object_get(example, "expected")));
	for (size_t i = 0; i < ps.count; i++)
		mustache_free(ps.list[i].m);
	mustache_free(m);
	buf_clear(&out);
	arena_free(a);
}

static void every_example_of_the_specification_holds(void **state)
{
	static const struct {
		const char *file;
		size_t count;
	} files[] = {
	    {"comments", 12}, {"delimiters", 14}, {"interpolation", 42},
	    {"inverted", 22}, {"partials", 12},	  {"sections", 34},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[80];
		json_t *root, *example;
		size_t k;

		snprintf(path, sizeof(path), "tests/mustache/%s.json", files[i].file);
		root = json_load_file(path, 0, NULL);
		assert_non_null(root);
		assert_int_equal(json_array_size(json_object_get(root, "tests")), files[i].count);
		json_array_foreach(json_object_get(root, "tests"), k, example)
		    run_example(files[i].file, example);
		json_decref(root);
	}
}

/* Our own -------------------------------------------------------------------------------------- */

static void only_what_we_rendered_goes_in_unescaped(void **state)
{
	struct arena *a = arena_new(10000);
	struct data *d = data_new(a);
	struct mustache *m;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	data_trusted_raw_html(d, "body", SPAN("<p>あ</p>"));
	data_texts(d, "text", "<p>'い'</p>");
	assert_int_equal(mustache_parse(&m, "t", SPAN("{{body}}{{text}}{{none}}"), true, NULL),
			 ST_OK);
	assert_int_equal(mustache_render(m, d, NULL, &out), ST_OK);
	assert_string_equal(buf_str(&out), "<p>あ</p>&lt;p&gt;&#39;い&#39;&lt;/p&gt;");
	mustache_free(m);
	buf_clear(&out);
	arena_free(a);
}

static void check_problem(const char *text, const char *want)
{
	struct problems ps;
	struct mustache *m = NULL;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 10000);
	assert_int_equal(mustache_parse(&m, "t.mustache", span_of(text), true, &ps), ST_INVALID);
	assert_null(m);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), want);
	problems_clear(&ps);
	buf_clear(&out);
}

static void mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	check_problem("あ\nいう{{x", "t.mustache:2:3: mustache.unclosed: "
				     "タグが閉じていません。「}}」が要ります。\n");
	check_problem("{{#a}}\n {{#b}}{{/b}}\n",
		      "t.mustache:1:1: mustache.section: 「a」が閉じていません。\n");
	check_problem("{{#a}}{{/b}}", "t.mustache:1:7: mustache.close: "
				      "「b」を閉じていますが、開いているのは別のものです。\n");
	check_problem("\n\n  {{/b}}", "t.mustache:3:3: mustache.close: "
				      "「b」を閉じていますが、開いていません。\n");
	check_problem("{{a b}}{{}}",
		      "t.mustache:1:1: mustache.name: 「a b」は名前として読めません。\n"
		      "t.mustache:1:8: mustache.name: 「」は名前として読めません。\n");
	check_problem("{{a..b}}",
		      "t.mustache:1:1: mustache.name: 「a..b」は名前として読めません。\n");
	check_problem("x{{{a}}}{{&b}}",
		      "t.mustache:1:2: mustache.raw: "
		      "「a」を そのまま入れることは できません。{{ }} で書きます。\n"
		      "t.mustache:1:9: mustache.raw: "
		      "「b」を そのまま入れることは できません。{{ }} で書きます。\n");
	check_problem("{{=a=}}",
		      "t.mustache:1:1: mustache.delimiter: "
		      "区切りは {{=<% %>=}} のように、2つを空白で分けて書きます（「a」）。\n");
	check_problem("{{>}}", "t.mustache:1:1: mustache.name: 部品の名前がありません。\n");
	check_problem("a\xFF", "t.mustache: mustache.utf8: 2 バイト目が UTF-8 ではありません。\n");
}

static void sections_nest_thirty_two_deep_and_no_more(void **state)
{
	struct buf text;
	struct mustache *m = NULL;

	(void)state;
	for (int depth = 32; depth <= 33; depth++) {
		buf_init(&text, 10000);
		for (int i = 0; i < depth; i++)
			buf_adds(&text, "{{#a}}");
		for (int i = 0; i < depth; i++)
			buf_adds(&text, "{{/a}}");
		assert_int_equal(mustache_parse(&m, "t", buf_span(&text), true, NULL),
				 depth == 32 ? ST_OK : ST_INVALID);
		mustache_free(m);
		buf_clear(&text);
	}
}

static enum status render_itself(const char *text, size_t max)
{
	struct arena *a = arena_new(10000);
	struct data *d = data_new(a);
	struct partials ps = {.count = 1};
	struct mustache_env env = {find_partial, &ps, NULL};
	struct buf out;
	enum status st;

	data_flag(d, "on", true);
	buf_init(&out, max);
	ps.list[0].name = "self";
	assert_int_equal(mustache_parse(&ps.list[0].m, "self", span_of(text), true, NULL), ST_OK);
	st = mustache_render(ps.list[0].m, d, &env, &out);
	mustache_free(ps.list[0].m);
	buf_clear(&out);
	arena_free(a);
	return st;
}

static void a_partial_that_calls_itself_comes_to_an_end(void **state)
{
	(void)state;
	assert_int_equal(render_itself("{{^on}}{{>self}}{{/on}}", 100), ST_OK);
	assert_int_equal(render_itself("{{#on}}{{>self}}{{/on}}", 100), ST_TOOBIG);
	/* Twice each time: 2^32 visits, if nothing stopped it. */
	assert_int_equal(render_itself("{{#on}}{{>self}}{{>self}}{{/on}}", 100), ST_TOOBIG);
	assert_int_equal(render_itself("xxxxxxxxxxx", 10), ST_TOOBIG);
}

static void partials_are_listed_with_their_places(void **state)
{
	struct mustache *m;

	(void)state;
	assert_int_equal(mustache_parse(&m, "t", SPAN("{{>a}}\n  {{> b-c }}\n"), true, NULL),
			 ST_OK);
	assert_int_equal(mustache_uses(m), 2);
	assert_true(span_is(mustache_use(m, 0).name, "a"));
	assert_int_equal(mustache_use(m, 0).line, 1);
	assert_true(span_is(mustache_use(m, 1).name, "b-c"));
	assert_int_equal(mustache_use(m, 1).line, 2);
	assert_int_equal(mustache_use(m, 1).col, 3);
	mustache_free(m);
}

static void data_that_did_not_fit_is_not_rendered(void **state)
{
	struct arena *a = arena_new(600);
	struct data *d = data_new(a);
	struct mustache *m;
	struct buf out;

	(void)state;
	for (int i = 0; i < 100; i++)
		data_texts(data_map(d, "map"), "key", "value");
	assert_true(data_failed(d));
	buf_init(&out, 100);
	assert_int_equal(mustache_parse(&m, "t", SPAN("x"), true, NULL), ST_OK);
	assert_int_equal(mustache_render(m, d, NULL, &out), ST_NOMEM);
	assert_int_equal(mustache_render(m, NULL, NULL, &out), ST_NOMEM);
	assert_string_equal(buf_str(&out), "");
	mustache_free(m);
	buf_clear(&out);
	arena_free(a);
}

static void the_newest_value_of_a_key_counts(void **state)
{
	struct arena *a = arena_new(10000);
	struct data *d = data_new(a);

	(void)state;
	data_texts(d, "a", "1");
	data_textf(d, "a", "%d/%s", 2, "二");
	assert_true(span_is(data_span(data_get(d, SPAN("a"))), "2/二"));
	data_texts(d, "a", NULL);
	assert_false(data_true(data_get(d, SPAN("a"))));
	assert_false(data_true(data_list(d, "list")));
	assert_true(data_true(data_map(d, "map")));
	assert_null(data_get(d, SPAN("b")));
	data_texts(NULL, "a", "1");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_example_of_the_specification_holds),
	    cmocka_unit_test(only_what_we_rendered_goes_in_unescaped),
	    cmocka_unit_test(mistakes_are_told_with_their_place),
	    cmocka_unit_test(sections_nest_thirty_two_deep_and_no_more),
	    cmocka_unit_test(a_partial_that_calls_itself_comes_to_an_end),
	    cmocka_unit_test(partials_are_listed_with_their_places),
	    cmocka_unit_test(data_that_did_not_fit_is_not_rendered),
	    cmocka_unit_test(the_newest_value_of_a_key_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
