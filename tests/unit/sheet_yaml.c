/* Reading YAML as a tree of texts with places, and refusing the rest. */
#include "generator/sheet/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { ARENA = 64 * 1024 * 1024 };

/* ---- helpers ------------------------------------------------------------------------------ */

/* {key@line:col=value@line:col …} with texts in '…', or in "…" where they were quoted. */
static void dump(const struct ynode *n, struct buf *out)
{
	const char *mark = n->quoted ? "\"" : "'";

	if (n->kind == Y_TEXT) {
		assert_int_equal(n->text.p[n->text.n], '\0');
		buf_addf(out, "%s%.*s%s", mark, SPAN_ARG(n->text), mark);
	} else {
		size_t count = 0;

		buf_addc(out, n->kind == Y_MAP ? '{' : '[');
		for (const struct ynode *c = n->first; c; c = c->next, count++) {
			if (c != n->first)
				buf_addc(out, ' ');
			if (n->kind == Y_MAP)
				buf_addf(out, "%.*s@%d:%d=", SPAN_ARG(c->key), c->key_line,
					 c->key_col);
			dump(c, out);
		}
		buf_addc(out, n->kind == Y_MAP ? '}' : ']');
		assert_int_equal(count, n->count);
	}
	buf_addf(out, "@%d:%d", n->line, n->col);
}

static void assert_tree(struct span bytes, int first_line, const char *want)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct problems ps;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	assert_int_equal(yaml_read(a, "t", bytes, first_line, &root, &ps), ST_OK);
	assert_int_equal(ps.errors, 0);
	dump(root, &out);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
}

static void assert_refused(struct span bytes, enum status want, const char *problems)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = (struct ynode *)a;
	struct problems ps;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	assert_int_equal(yaml_read(a, "t", bytes, 1, &root, &ps), want);
	assert_null(root);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), problems);
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
}

/* The same, comparing only up to the code: "t:1:3: yaml.alias". */
static void assert_code(struct span bytes, const char *place_and_code)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct problems ps;
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	assert_int_equal(yaml_read(a, "t", bytes, 1, &root, &ps), ST_INVALID);
	assert_null(root);
	problems_print(&ps, &out);
	assert_int_equal(ps.errors, 1);
	buf_cut(&out, strlen(place_and_code));
	assert_string_equal(buf_str(&out), place_and_code);
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- reading ------------------------------------------------------------------------------ */

static void a_document_becomes_a_tree_with_places(void **state)
{
	(void)state;
	assert_tree(SPAN("a: x\nb:\n  - {c: 1, d: [2]}\n  - 三\n"), 1,
		    "{a@1:1='x'@1:4 b@2:1=[{c@3:6='1'@3:9 d@3:12=['2'@3:16]@3:15}@3:5 "
		    "'三'@4:5]@3:3}@1:1");
	assert_tree(SPAN("x"), 1, "'x'@1:1");
	assert_tree(SPAN("[]"), 1, "[]@1:1");
	assert_tree(SPAN("---\na: {}\n...\n"), 1, "{a@2:1={}@2:4}@2:1");
}

static void lines_are_counted_from_the_first_line_given(void **state)
{
	(void)state;
	assert_tree(SPAN("a: x\n\nb: y\n"), 10, "{a@10:1='x'@10:4 b@12:1='y'@12:4}@10:1");
	assert_tree(SPAN("a: x\r\nb: y\r\n"), 2, "{a@2:1='x'@2:4 b@3:1='y'@3:4}@2:1");
}

static void columns_count_code_points(void **state)
{
	(void)state;
	assert_tree(SPAN("{名: 葛󠄀𠮷, b: é}"), 1,
		    "{名@1:2='葛󠄀𠮷'@1:5 b@1:10='é'@1:13}@1:1");
}

static void every_scalar_is_text(void **state)
{
	(void)state;
	assert_tree(SPAN("[no, 12:30, 010, 1_000, 0x1f, 2026-05-12, null, true, .inf]"), 1,
		    "['no'@1:2 '12:30'@1:6 '010'@1:13 '1_000'@1:18 '0x1f'@1:25 '2026-05-12'@1:31 "
		    "'null'@1:43 'true'@1:49 '.inf'@1:55]@1:1");
	assert_tree(SPAN("on: off\n<<: =\n"), 1, "{on@1:1='off'@1:5 <<@2:1='='@2:5}@1:1");
}

static void plain_nothing_and_tilde_are_empty_and_unquoted(void **state)
{
	(void)state;
	assert_tree(SPAN("a:\nb: ~\nc: ''\nd: '~'\n"), 1,
		    "{a@1:1=''@1:3 b@2:1=''@2:4 c@3:1=\"\"@3:4 d@4:1=\"~\"@4:4}@1:1");
}

static void quotes_and_blocks_are_marked_as_quoted(void **state)
{
	(void)state;
	assert_tree(SPAN("a: 'it''s'\nb: \"x\\ny\\u3042\"\nc: |\n  1\n  2\nd: >-\n  1\n  2\n"), 1,
		    "{a@1:1=\"it's\"@1:4 b@2:1=\"x\nyあ\"@2:4 c@3:1=\"1\n2\n\"@3:4 "
		    "d@6:1=\"1 2\"@6:4}@1:1");
}

static void a_byte_order_mark_is_skipped_at_the_beginning_of_a_file_only(void **state)
{
	(void)state;
	assert_tree(SPAN("\xef\xbb\xbf"
			 "a: x\n"),
		    1, "{a@1:1='x'@1:4}@1:1");
	assert_code(SPAN("a: \xef\xbb\xbfx\n"), "t:1:4: yaml.character: 使えない文字（U+FEFF）");
}

/* ---- refusing ----------------------------------------------------------------------------- */

static void aliases_anchors_tags_and_directives_are_refused_with_their_place(void **state)
{
	(void)state;
	assert_code(SPAN("a: x\nb: *a\n"), "t:2:4: yaml.alias: ");
	assert_code(SPAN("*a : x\n"), "t:1:1: yaml.alias: ");
	assert_code(SPAN("a: &a x\n"), "t:1:4: yaml.anchor: ");
	assert_code(SPAN("a: &a [x]\n"), "t:1:4: yaml.anchor: ");
	assert_code(SPAN("a: &a {x: y}\n"), "t:1:4: yaml.anchor: ");
	assert_code(SPAN("&a k: x\n"), "t:1:1: yaml.anchor: ");
	assert_code(SPAN("a: !!int 1\n"), "t:1:4: yaml.tag: ");
	assert_code(SPAN("a: ! 1\n"), "t:1:4: yaml.tag: ");
	assert_code(SPAN("a: !x [1]\n"), "t:1:4: yaml.tag: ");
	assert_code(SPAN("a: !<tag:yaml.org,2002:map> {}\n"), "t:1:4: yaml.tag: ");
	assert_code(SPAN("%YAML 1.1\n---\na: x\n"), "t:1:1: yaml.directive: ");
	assert_code(SPAN("%TAG ! tag:x,2000:\n---\na: x\n"), "t:1:1: yaml.directive: ");
}

static void there_is_exactly_one_document(void **state)
{
	(void)state;
	assert_code(SPAN("a: x\n---\nb: y\n"), "t:2:1: yaml.documents: ");
	assert_code(SPAN("a: x\n...\n---\nb: y\n"), "t:3:1: yaml.documents: ");
	assert_code(SPAN(""), "t:1:1: yaml.empty: ");
	assert_code(SPAN("# a remark\n\n"), "t:1:1: yaml.empty: ");
	assert_code(SPAN_NONE, "t:1:1: yaml.empty: ");
}

static void characters_that_no_editor_shows_are_refused_with_their_place(void **state)
{
	(void)state;
	assert_code(SPAN("a: x\nあ: y\0z\n"), "t:2:5: yaml.character: 使えない文字（U+0000）");
	assert_code(SPAN("a: あ\x01\n"), "t:1:5: yaml.character: 使えない文字（U+0001）");
	assert_code(SPAN("a: \x7f\n"), "t:1:4: yaml.character: 使えない文字（U+007F）");
	assert_code(SPAN("a: x\xc2\x85y\n"), "t:1:5: yaml.character: 使えない文字（U+0085）");
	assert_code(SPAN("a: x\xe2\x80\xa8y\n"), "t:1:5: yaml.character: 使えない文字（U+2028）");
	assert_code(SPAN("a: x\xe2\x80\xa9y\n"), "t:1:5: yaml.character: 使えない文字（U+2029）");
	assert_code(SPAN("a: x\xef\xbf\xbfy\n"), "t:1:5: yaml.character: 使えない文字（U+FFFF）");
	assert_code(SPAN("a: x\rb: y\n"), "t:1:5: yaml.character: 使えない文字（U+000D）");
	assert_code(SPAN("a: x\r"), "t:1:5: yaml.character: 使えない文字（U+000D）");
	assert_code(SPAN("a: x\n\"\\0\": y\n"), "t:2:1: yaml.character: 使えない文字（U+0000）");
	assert_code(SPAN("a: \"\\x00\"\n"), "t:1:4: yaml.character: 使えない文字（U+0000）");
}

static void bytes_that_are_no_utf8_are_refused_with_their_place(void **state)
{
	(void)state;
	assert_code(SPAN("a: x\nb: あ\xff\n"), "t:2:5: yaml.utf8: ");
	assert_code(SPAN("\x82\xa0: x\n"), "t:1:1: yaml.utf8: ");
	assert_code(SPAN("a: \xed\xa0\x80\n"), "t:1:4: yaml.utf8: ");
	assert_code(SPAN("a: \xc0\xaf\n"), "t:1:4: yaml.utf8: ");
	assert_code(SPAN("a: \xf4\x90\x80\x80\n"), "t:1:4: yaml.utf8: ");
	assert_code(SPAN("a: \xe3\x81"), "t:1:4: yaml.utf8: ");
	assert_code(SPAN("a: x\r\xff"), "t:1:5: yaml.character: ");
	assert_code(SPAN("\xff\xfe"
			 "a\0:\0"),
		    "t:1:1: yaml.utf8: ");
}

static void keys_are_texts_that_are_not_empty(void **state)
{
	(void)state;
	assert_code(SPAN("[a]: x\n"), "t:1:1: yaml.key: ");
	assert_code(SPAN("? {a: b}\n: x\n"), "t:1:3: yaml.key: ");
	assert_code(SPAN("'': x\n"), "t:1:1: yaml.key: ");
	assert_code(SPAN("{a: {\"\": x}}\n"), "t:1:6: yaml.key: ");
}

static void every_duplicate_key_is_reported_where_it_comes_again(void **state)
{
	(void)state;
	assert_refused(
	    SPAN("a: 1\nb: {c: 1, d: 2, c: 3}\n'a': 2\na: 3\nab: 4\n"), ST_INVALID,
	    "t:2:17: yaml.duplicate-key: キー『c』は2行目にもあります。どちらかを消してください。\n"
	    "t:3:1: yaml.duplicate-key: キー『a』は1行目にもあります。どちらかを消してください。\n"
	    "t:4:1: yaml.duplicate-key: "
	    "キー『a』は3行目にもあります。どちらかを消してください。\n");
}

static void syntax_errors_are_explained_in_japanese(void **state)
{
	static const struct {
		const char *in, *want;
	} cases[] = {
	    {"a: b: c\n",
	     "t:1:5: yaml.syntax: ここに「:」は書けません。「: 」を含む文字は引用符で囲"
	     "み、字下げをそろえてください。\n"},
	    {"a: x\nb\n",
	     "t:3:1: yaml.syntax: 「:」がありません。「キー: 値」の形で書いてください。"
	     "（2行目から始まる部分）\n"},
	    {"a: 'x\nb: y\n",
	     "t:3:1: yaml.syntax: 引用符や括弧が閉じていません。終わりの記号を書いてください。"
	     "（1行目から始まる部分）\n"},
	    {"a: [x\n",
	     "t:2:1: yaml.syntax: 「,」か「]」がありません。「[ ]」の中を見直してください"
	     "。（1行目から始まる部分）\n"},
	    {"a: {x: 1\n",
	     "t:2:1: yaml.syntax: 「,」か「}」がありません。「{ }」の中を見直してくださ"
	     "い。（1行目から始まる部分）\n"},
	    {"a:\n\tb: c\n",
	     "t:2:1: yaml.syntax: 字下げにタブは使えません。半角の空白にしてください。\n"},
	    {"a: @x\n", "t:1:4: yaml.syntax: "
			"この文字から書き始めることはできません。引用符で囲んでください。\n"},
	    {"a: \"\\q\"\n",
	     "t:1:5: yaml.syntax: 「\\」の後の文字が正しくありません。「\\」は「\\\\」"
	     "と書いてください。\n"},
	    {"a: \"\\xZZ\"\n", "t:1:7: yaml.syntax: 「\\」の後の番号が正しくありません。\n"},
	    {"- a\nb: c\n", "t:2:1: yaml.syntax: 「- 」の項目の並びに、字下げの違う行があります。"
			    "（1行目から始まる部分）\n"},
	    {"a: b\n  c: d\n",
	     "t:2:4: yaml.syntax: ここに「:」は書けません。「: 」を含む文字は引用符"
	     "で囲み、字下げをそろえてください。\n"},
	    {"a: - b\n",
	     "t:1:4: yaml.syntax: ここに「- 」の項目は書けません。字下げと改行を見直して"
	     "ください。\n"},
	    {"a: ]\n", "t:1:4: yaml.syntax: ここに値がありません。値を書いてください。\n"},
	    {"a: | x\n", "t:1:6: yaml.syntax: 「|」や「>」の後には、何も書けません。\n"},
	    {"'a' b\n", "t:1:5: yaml.syntax: 文書が終わった後に、まだ文字があります。\n"},
	    {"a: * b\n",
	     "t:1:5: yaml.syntax: 「&」「*」で始まる文字は、引用符で囲んでください。\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_refused(span_of(cases[i].in), ST_INVALID, cases[i].want);
}

/* ---- bounds ------------------------------------------------------------------------------- */

static void depth_is_bounded(void **state)
{
	char text[2 * YAML_MAX_DEPTH + 3] = "";

	(void)state;
	memset(text, '[', YAML_MAX_DEPTH);
	memset(text + YAML_MAX_DEPTH, ']', YAML_MAX_DEPTH);
	assert_tree(span_make(text, 2 * YAML_MAX_DEPTH), 1,
		    "[[[[[[[[[[[[]@1:12]@1:11]@1:10]@1:9]@1:8]@1:7]@1:6]@1:5]@1:4]@1:3]@1:2]@1:1");
	memset(text, '[', YAML_MAX_DEPTH + 1);
	memset(text + YAML_MAX_DEPTH + 1, ']', YAML_MAX_DEPTH + 1);
	assert_code(span_make(text, 2 * YAML_MAX_DEPTH + 2), "t:1:13: yaml.too-deep: ");
}

static void the_number_of_nodes_is_bounded(void **state)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < YAML_MAX_NODES - 1; i++)
		buf_adds(&b, "- x\n");
	assert_int_equal(yaml_read(a, "t", buf_span(&b), 1, &root, NULL), ST_OK);
	assert_int_equal(root->count, YAML_MAX_NODES - 1);
	buf_adds(&b, "- x\n");
	assert_code(buf_span(&b), "t:50000:3: yaml.too-many: ");
	buf_clear(&b);
	arena_free(a);
}

static void the_size_is_bounded(void **state)
{
	enum { LINE = 10 * 1024 * 1024 };
	char *line = malloc(LINE);

	(void)state;
	memset(line, 'x', LINE);
	assert_refused(span_make(line, LINE), ST_TOOBIG,
		       "t: yaml.too-big: ファイルが大きすぎます。1024 KBまでにしてください。\n");
	assert_refused(span_make(line, YAML_MAX_BYTES + 1), ST_TOOBIG,
		       "t: yaml.too-big: ファイルが大きすぎます。1024 KBまでにしてください。\n");
	free(line);
}

static void memory_is_bounded_by_the_arena(void **state)
{
	enum status st = ST_NOMEM;
	size_t failures = 0;

	(void)state;
	for (size_t max = 0; st == ST_NOMEM; max += 16, failures++) {
		struct arena *a = arena_new(max);
		struct ynode *root = (struct ynode *)a;

		st = yaml_read(a, "t", SPAN("a: [x, y, z]\nb: {c: d, e: f}\n"), 1, &root, NULL);
		assert_int_equal(st == ST_OK, root != NULL);
		arena_free(a);
	}
	assert_int_equal(st, ST_OK);
	assert_true(failures > 30);
}

/* Texts of a megabyte that a reader with a bad algorithm would need minutes for. */
static void hostile_texts_are_answered_quickly(void **state)
{
	static const char *const parts[] = {
	    "x",      "[",	 "{",	"{a: ",	    "- ",	  "? ",	    ": ",      "'",
	    "\"\\\"", "a: ",	 "a\n", "[a,",	    "a: b\n",	  "!",	    "&a ",     "#",
	    "\n",     "  \n",	 "|\n", "k: {x: [", "\\",	  "a:\n ",  "- - -\n", "%a\n",
	    "é",      "a: *a\n", "}",	"]",	    "- {a: 1}\n", "--- a\n"};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct arena *a = arena_new(ARENA);
		struct ynode *root = NULL;
		double begin;

		buf_init(&b, YAML_MAX_BYTES);
		while (b.len + strlen(parts[i]) <= YAML_MAX_BYTES)
			buf_adds(&b, parts[i]);
		begin = seconds();
		yaml_read(a, "t", buf_span(&b), 1, &root, NULL);
		if (seconds() - begin > 5)
			fail_msg("a megabyte of '%s' takes %.1f s", parts[i], seconds() - begin);
		buf_clear(&b);
		arena_free(a);
	}
}

static void a_map_of_many_keys_is_searched_for_duplicates_quickly(void **state)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	double begin = seconds();
	struct buf b;

	(void)state;
	buf_init(&b, YAML_MAX_BYTES);
	for (int i = 0; i < YAML_MAX_NODES - 1; i++)
		buf_addf(&b, "k%d: x\n", i);
	assert_int_equal(yaml_read(a, "t", buf_span(&b), 1, &root, NULL), ST_OK);
	assert_true(seconds() - begin < 5);
	buf_clear(&b);
	arena_free(a);
}

/* ---- asking ------------------------------------------------------------------------------- */

static void a_map_tells_which_keys_nobody_asked_for(void **state)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct problems ps;
	struct buf out;

	(void)state;
	problems_init(&ps);
	buf_init(&out, 4096);
	assert_int_equal(yaml_read(a, "t", SPAN("a: 1\nb: [2]\nc: 3\n  \nd: ''\n"), 1, &root, &ps),
			 ST_OK);
	assert_true(span_is(ymap_text(root, "a"), "1"));
	assert_null(ymap_text(root, "b").p);
	assert_int_equal(ymap_get(root, "b")->kind, Y_LIST);
	assert_non_null(ymap_text(root, "d").p);
	assert_int_equal(ymap_text(root, "d").n, 0);
	assert_null(ymap_get(root, "e"));
	assert_null(ymap_get(NULL, "a"));
	assert_null(ymap_get(ymap_get(root, "b"), "a"));
	ymap_unknown(root, "t", &ps);
	ymap_unknown(ymap_get(root, "a"), "t", &ps);
	ymap_unknown(NULL, "t", &ps);
	problems_print(&ps, &out);
	assert_string_equal(buf_str(&out), "t:3:1: yaml.unknown-key: キー『c』は使えません。"
					   "つづりを確かめるか、消してください。\n");
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_document_becomes_a_tree_with_places),
	    cmocka_unit_test(lines_are_counted_from_the_first_line_given),
	    cmocka_unit_test(columns_count_code_points),
	    cmocka_unit_test(every_scalar_is_text),
	    cmocka_unit_test(plain_nothing_and_tilde_are_empty_and_unquoted),
	    cmocka_unit_test(quotes_and_blocks_are_marked_as_quoted),
	    cmocka_unit_test(a_byte_order_mark_is_skipped_at_the_beginning_of_a_file_only),
	    cmocka_unit_test(aliases_anchors_tags_and_directives_are_refused_with_their_place),
	    cmocka_unit_test(there_is_exactly_one_document),
	    cmocka_unit_test(characters_that_no_editor_shows_are_refused_with_their_place),
	    cmocka_unit_test(bytes_that_are_no_utf8_are_refused_with_their_place),
	    cmocka_unit_test(keys_are_texts_that_are_not_empty),
	    cmocka_unit_test(every_duplicate_key_is_reported_where_it_comes_again),
	    cmocka_unit_test(syntax_errors_are_explained_in_japanese),
	    cmocka_unit_test(depth_is_bounded),
	    cmocka_unit_test(the_number_of_nodes_is_bounded),
	    cmocka_unit_test(the_size_is_bounded),
	    cmocka_unit_test(memory_is_bounded_by_the_arena),
	    cmocka_unit_test(hostile_texts_are_answered_quickly),
	    cmocka_unit_test(a_map_of_many_keys_is_searched_for_duplicates_quickly),
	    cmocka_unit_test(a_map_tells_which_keys_nobody_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
