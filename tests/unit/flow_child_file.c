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

/* The same with everything that a file may say besides. */
static const char full[] =
    "---\n"
    "karte: 1\n"
    "child: c7k3m9q2v4\n"
    "name: 山田 花子\n"
    "kana: やまだ はなこ\n"
    "born: 2019-05-12\n"
    "sex: female\n"
    "guardians:\n"
    "  - {account: \"yamada\", relation: mother}\n"
    "  - {account: \"abe-1\", relation: father, suspended: 2026-05-01}\n"
    "enrolments:\n"
    "  - {institution: \"sakura\", from: 2022-04-01, to: 2026-03-31, class: もも組}\n"
    "  - {institution: \"kudan-es\", from: 2026-04-01, class: \"1-{2}\"}\n"
    "protections:\n"
    "  - {guardian: \"abe-1\", kind: address, value: \"千代田区九段南1-2-1, 101号\"}\n"
    "  - {guardian: \"abe-1\", kind: school, value: kudan-es}\n"
    "  - {guardian: \"abe-1\", kind: sheet, value: kihon/2026}\n"
    "  - {guardian: \"gone\", kind: word, value: 山の 家}\n"
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
	assert_written_back(full);
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

static void what_is_kept_from_whom_arrives(void **state)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);

	(void)state;
	problems_init(&ps);
	assert_int_equal(child_parse(c, "child.md", span_of(full), &ps), ST_OK);
	assert_string_equal(c->guardians[0].suspended, "");
	assert_string_equal(c->guardians[1].suspended, "2026-05-01");
	assert_string_equal(c->enrolments[0].class, "もも組");
	assert_string_equal(c->enrolments[1].class, "1-{2}");
	assert_int_equal(c->protection_count, 4);
	assert_string_equal(c->protections[0].guardian, "abe-1");
	assert_string_equal(c->protections[0].kind, "address");
	assert_string_equal(c->protections[0].value, "千代田区九段南1-2-1, 101号");
	assert_string_equal(c->protections[3].guardian, "gone");
	problems_clear(&ps);
	free(c);
}

/* A file with one text replaced; the codes of the problems, in order. */
static void assert_problems_in(const char *file, const char *from, const char *to, const char *want)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);
	struct buf text, codes;
	const char *at = strstr(file, from);

	assert_non_null(at);
	problems_init(&ps);
	buf_init(&text, 1 << 20);
	buf_init(&codes, 4096);
	buf_add(&text, file, (size_t)(at - file));
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

static void assert_problems(const char *from, const char *to, const char *want)
{
	assert_problems_in(whole, from, to, want);
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

static void a_wrong_class_day_or_protection_is_told(void **state)
{
	static const char *const cases[][3] = {
	    {"class: もも組", "class: \"もも,組\"", "child.class"},
	    {"class: もも組", "class: \"も\\nも\"", "child.class"},
	    {"class: もも組", "class: ももももももももももももももももももももも",
	     "child.class"}, /* 21 */
	    {"class: もも組", "class: [もも組]", "child.kind"},
	    {"もも組", "もも,組", "yaml.unknown-key"}, /* unquoted: two keys */
	    {"class: もも組", "classes: もも組", "yaml.unknown-key"},
	    {"2026-05-01", "2026-05-32", "child.suspended"},
	    {"2026-05-01", "always", "child.suspended"},
	    {"2026-05-01", "yes", "child.suspended"},
	    {"guardian: \"gone\"", "guardian: Gone", "child.protection"},
	    {"guardian: \"gone\", ", "", "child.protection"},
	    {"kind: word", "kind: hair", "child.protection"},
	    {"kind: word, ", "", "child.protection"},
	    {"山の 家", "山", "child.protection"},
	    {"山の 家", "\"　山　\"", "child.protection"}, /* folded: one letter */
	    {"山の 家", "\"\"", "child.protection"},
	    {"山の 家", "\"山\\n家\"", "child.protection"},
	    {"kudan-es}\n  - {guardian: \"abe-1\", kind: sheet",
	     "\"../x\"}\n  - {guardian: \"abe-1\", "
	     "kind: sheet",
	     "child.protection"},
	    {"kihon/2026", "kihon", "child.protection"},
	    {"kihon/2026", "kihon/2026/1", "child.protection"},
	    {"kihon/2026", "/", "child.protection"},
	    {"{guardian: \"gone\", kind: word, value: 山の 家}",
	     "{guardian: \"abe-1\", kind: school, value: kudan-es}", "child.protection-twice"},
	    {"value: 山の 家", "value: 山の 家, why: x", "yaml.unknown-key"},
	    {"{guardian: \"gone\", kind: word, value: 山の 家}", "山の家", "child.protection"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_problems_in(full, cases[i][0], cases[i][1], cases[i][2]);
}

static bool is_good(const struct child *c)
{
	struct problems ps;
	bool good;

	problems_init(&ps);
	good = child_check(c, &ps);
	problems_clear(&ps);
	return good;
}

/* No more than what keeps them from a guardian can hold (vault/flow/shield.h). */
static void too_many_protections_are_refused(void **state)
{
	struct problems ps;
	struct child *c = malloc(sizeof *c);

	(void)state;
	problems_init(&ps);
	assert_int_equal(child_parse(c, "child.md", span_of(whole), &ps), ST_OK);
	for (int i = 0; i <= CHILD_PROTECTIONS_EACH; i++) {
		struct protection *p = &c->protections[c->protection_count++];

		*p = (struct protection){"yamada", "school", ""};
		snprintf(p->value, sizeof p->value, "es-%d", i);
		assert_int_equal(is_good(c), i < CHILD_PROTECTIONS_EACH);
	}
	snprintf(c->protections[0].guardian, sizeof c->protections[0].guardian, "abe-1");
	assert_true(is_good(c)); /* they count for each guardian */
	snprintf(c->protections[1].kind, sizeof c->protections[1].kind, "word");
	assert_true(is_good(c)); /* and kind */
	problems_clear(&ps);
	free(c);
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
	    cmocka_unit_test(what_is_kept_from_whom_arrives),
	    cmocka_unit_test(each_wrong_value_is_told),
	    cmocka_unit_test(a_wrong_class_day_or_protection_is_told),
	    cmocka_unit_test(too_many_protections_are_refused),
	    cmocka_unit_test(lists_that_are_none_are_not_overlooked),
	    cmocka_unit_test(the_place_is_told),
	    cmocka_unit_test(a_list_is_whole_or_refused),
	    cmocka_unit_test(hostile_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
