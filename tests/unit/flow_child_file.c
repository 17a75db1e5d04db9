#include "vault/flow/child_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char whole[] = "---\n"
			    "karte: 1\n"
			    "child: c7k3m9q2v4\n"
			    "name: 山田 花子\n"
			    "kana: やまだ はなこ\n"
			    "born: 2019-05-12\n"
			    "sex: female\n"
			    "guardians:\n"
			    "  - {account: \"yamada\", relation: mother}\n"
			    "  - {account: \"abe-1\", relation: grandparent}\n"
			    "enrolments:\n"
			    "  - {institution: \"sakura\", from: 2022-04-01, to: 2026-03-31}\n"
			    "  - {institution: \"kudan-es\", from: 2026-04-01}\n"
			    "---\n";

static void assert_written_back(const char *text)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);
	struct buf out;

	problems_init(&ps);
	buf_init(&out, 1 << 20);
	assert_int_equal(child_parse(c, "child.md", span_of(text), &ps), ST_OK);
	assert_int_equal(ps.count, 0);
	child_write(c, &out);
	assert_string_equal(buf_str(&out), text);
	buf_clear(&out);
	problems_clear(&ps);
	free(c);
}

static void what_was_written_is_read_and_written_the_same(void **state)
{
	(void)state;
	assert_written_back(whole);
	assert_written_back("---\nkarte: 1\nchild: c000000000\nname: 葛\U000e0100城 𠮷之\n"
			    "kana: かつらぎ よしゆき\nborn: 2024-02-29\nsex: unknown\n---\n");
	assert_written_back(
	    "---\nkarte: 1\nchild: c000000000\nname: \"true\"\n"
	    "kana: \"- {a}: # 'x' \\\"y\\\" \\\\\"\nborn: 1989-01-07\nsex: other\n---\n");
}

static void everything_in_it_arrives(void **state)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);

	(void)state;
	problems_init(&ps);
	assert_int_equal(child_parse(c, "child.md", span_of(whole), &ps), ST_OK);
	assert_string_equal(c->row.id, "c7k3m9q2v4");
	assert_string_equal(c->row.name, "山田 花子");
	assert_string_equal(c->row.kana, "やまだ はなこ");
	assert_string_equal(c->row.born, "2019-05-12");
	assert_string_equal(c->row.sex, "female");
	assert_int_equal(c->guardian_count, 2);
	assert_string_equal(c->guardians[1].account, "abe-1");
	assert_string_equal(c->guardians[1].relation, "grandparent");
	assert_int_equal(c->enrolment_count, 2);
	assert_string_equal(c->enrolments[0].until, "2026-03-31");
	assert_string_equal(c->enrolments[1].since, "2026-04-01");
	assert_string_equal(c->enrolments[1].until, "");
	free(c);
}

/* The whole file with one text replaced; the codes of the problems, in order. */
static void assert_problems(const char *from, const char *to, const char *want)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);
	struct buf text, codes;
	const char *at = strstr(whole, from);

	assert_non_null(at);
	problems_init(&ps);
	buf_init(&text, 1 << 20);
	buf_init(&codes, 4096);
	buf_add(&text, whole, (size_t)(at - whole));
	buf_adds(&text, to);
	buf_adds(&text, at + strlen(from));
	assert_int_equal(child_parse(c, "child.md", buf_span(&text), &ps), ST_INVALID);
	for (size_t i = 0; i < ps.count; i++)
		buf_addf(&codes, "%s%s", i ? " " : "", ps.list[i].code);
	if (strcmp(buf_str(&codes), want) != 0)
		fail_msg("%s -> %s: %s", from, to, buf_str(&codes));
	buf_clear(&text);
	buf_clear(&codes);
	problems_clear(&ps);
	free(c);
}

static void each_wrong_value_is_told(void **state)
{
	static const char *const cases[][3] = {
	    {"karte: 1\n", "", "child.format"},
	    {"karte: 1\n", "karte: 2\n", "child.format"},
	    {"c7k3m9q2v4", "c7k3m9q2vi", "child.id"},
	    {"c7k3m9q2v4", "c7k3m9q2v4c7k3m9q2v4", "child.length child.id"},
	    {"c7k3m9q2v4", "../../../etc", "child.length child.id"},
	    {"child: c7k3m9q2v4\n", "", "child.id"},
	    {"山田 花子", "\"\"", "child.name"},
	    {"山田 花子", "\"a\\nb\"", "child.name"},
	    {"山田 花子", "[a]", "child.kind child.name"},
	    {"山田 花子", "{a: b}", "child.kind child.name"},
	    {"山田 花子",
	     "ああああああああああああああああああああああああああああああああああああああああああ"
	     "あああああああああああああああああああああああ",
	     "child.name"}, /* 65 */
	    {"kana: やまだ はなこ\n", "", "child.name"},
	    {"2019-05-12", "2019-05-32", "child.born"},
	    {"2019-05-12", "令和元年5月12日", "child.length child.born"},
	    {"2019-05-12", "2019-5-12", "child.born"},
	    {"sex: female", "sex: girl", "child.sex"},
	    {"sex: female\n", "", "child.sex"},
	    {"\"yamada\"", "Yamada", "child.guardian"},
	    {"\"yamada\"", "\"../x\"", "child.guardian"},
	    {"mother", "uncle", "child.guardian"},
	    {", relation: mother", "", "child.guardian"},
	    {"\"sakura\"", "\"さくら\"", "child.institution"},
	    {"from: 2022-04-01", "from: 2022-04", "child.enrolment"},
	    {"from: 2022-04-01, ", "", "child.enrolment"},
	    {"to: 2026-03-31", "to: 2022-03-31", "child.enrolment"},
	    {"to: 2026-03-31", "to: [2026-03-31]", "child.kind"},
	    {"to: 2026-03-31", "to: never", "child.enrolment"},
	    {"sex: female\n", "sex: female\nnickname: はな\n", "yaml.unknown-key"},
	    {"relation: mother", "relation: mother, tel: 1", "yaml.unknown-key"},
	    {"sex: female\n", "sex: female\nsex: male\n", "yaml.duplicate-key"},
	    {"  - {account: \"yamada\", relation: mother}\n", "  - yamada\n", "child.guardian"},
	    {"- {institution: \"kudan-es\", from: 2026-04-01}", "- [kudan-es]",
	     "child.institution child.enrolment"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_problems(cases[i][0], cases[i][1], cases[i][2]);
}

static void lists_that_are_none_are_not_overlooked(void **state)
{
	static const char list[] =
	    "enrolments:\n"
	    "  - {institution: \"sakura\", from: 2022-04-01, to: 2026-03-31}\n"
	    "  - {institution: \"kudan-es\", from: 2026-04-01}\n";

	(void)state;
	assert_problems(list, "enrolments: kudan-es\n", "child.list");
	assert_problems(list, "enrolments: {institution: kudan-es, from: 2026-04-01}\n",
			"child.list");
	assert_problems(list, "enrolments:\n", "child.list");
}

static void the_place_is_told(void **state)
{
	static const char text[] = "---\nkarte: 1\nchild: c7k3m9q2v4\nname: {}\n---\n";
	struct problems ps;
	struct child *c = malloc(sizeof *c);

	(void)state;
	problems_init(&ps);
	assert_int_equal(child_parse(c, "child.md", span_of(text), &ps), ST_INVALID);
	assert_string_equal(ps.list[0].code, "child.kind");
	assert_string_equal(ps.list[0].file, "child.md");
	assert_int_equal(ps.list[0].line, 4);
	assert_int_equal(ps.list[0].col, 7);
	problems_clear(&ps);
	free(c);
}

/* Many enrolments are kept or refused, never cut. */
static void a_list_is_whole_or_refused(void **state)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);

	(void)state;
	for (int n = CHILD_ENROLMENTS_MAX; n <= CHILD_ENROLMENTS_MAX + 1; n++) {
		struct buf text;
		bool fits = n == CHILD_ENROLMENTS_MAX;

		buf_init(&text, 1 << 20);
		problems_init(&ps);
		buf_adds(&text, "---\nkarte: 1\nchild: c7k3m9q2v4\nname: 山田\nkana: やまだ\n"
				"born: 2019-05-12\nsex: male\nenrolments:\n");
		for (int i = 0; i < n; i++)
			buf_addf(&text, "  - {institution: \"es-%d\", from: 2026-04-01}\n", i);
		buf_adds(&text, "---\n");
		assert_int_equal(child_parse(c, "child.md", buf_span(&text), &ps),
				 fits ? ST_OK : ST_INVALID);
		if (fits)
			assert_int_equal(c->enrolment_count, CHILD_ENROLMENTS_MAX);
		else
			assert_string_equal(ps.list[0].code, "child.list");
		problems_clear(&ps);
		buf_clear(&text);
	}
	free(c);
}

static void hostile_bytes_are_refused(void **state)
{
	static const struct span texts[] = {
	    {"", 0},
	    {NULL, 0},
	    {"---", 3},
	    {"---\n", 4},
	    {"---\n---\n", 8},
	    {"---\nkarte: 1\n", 13},
	    {"karte: 1\n---\n", 13},
	    {"---\r\nkarte: 1\r\n---\r\n", 20},
	    {"---\nkarte: 1\nname: a\0b\n---\n", 27},
	    {"---\nname: \xff\xfe\n---\n", 18},
	    {"---\nname: \xed\xa0\x80\n---\n", 19},
	    {"---\n- karte: 1\n---\n", 19},
	    {"---\nkarte: &a 1\nchild: *a\n---\n", 30},
	    {"---\nkarte: !!str 1\n---\n", 23},
	    {"---\n[[[[[[[[[[[[[[[[[[[[\n---\n", 29},
	    {"---\nname: \"a\\0b\"\n---\n", 21},
	    {"---\nname: \xe2\x80\xaex\n---\n", 19}, /* right-to-left override */
	};
	struct child *c = malloc(sizeof *c);

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct problems ps;

		problems_init(&ps);
		assert_int_equal(child_parse(c, "child.md", texts[i], &ps), ST_INVALID);
		if (ps.errors == 0)
			fail_msg("number %zu: no problem", i);
		problems_clear(&ps);
	}
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read_and_written_the_same),
	    cmocka_unit_test(everything_in_it_arrives),
	    cmocka_unit_test(each_wrong_value_is_told),
	    cmocka_unit_test(lists_that_are_none_are_not_overlooked),
	    cmocka_unit_test(the_place_is_told),
	    cmocka_unit_test(a_list_is_whole_or_refused),
	    cmocka_unit_test(hostile_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
