#include "db_help.h"

/* Eight children; ids end in their number. */
static const struct {
	const char *name, *kana, *born, *institution, *since, *until, *guardian;
} children[] = {
    {"山田 花子", "やまだ はなこ", "2019-05-12", "kudan-es", "2026-04-01", "", "yamada"},
    {"山田 太郎", "やまだ たろう", "2021-01-07", "sakura", "2024-04-01", "", "yamada"},
    {"髙橋 𠮷之", "たかはし よしゆき", "2018-12-25", "kudan-es", "2025-04-01", "2026-11-19", ""},
    {"渡邉\U000e0101 さくら", "わたなべ さくら", "2020-02-29", "kudan-es", "2026-11-21", "", ""},
    {"オブライエン・リアム", "おぶらいえん りあむ", "2019-04-30", "sakura", "2026-11-20",
     "2026-11-20", "obrien"},
    {"林", "はやし", "2019-05-01", "", "", "", ""},
    {"Smith, Ann-Marie", "すみす あんまりー", "2019-05-12", "", "", "", ""},
    {"花山 大", "はなやま だい", "2017-07-07", "", "", "", ""},
};
enum { CHILDREN = sizeof children / sizeof *children };

static int with_children(void **state)
{
	set_up(state);
	for (int i = 0; i < CHILDREN; i++) {
		char id[11];
		struct child_row c;
		struct enrolment e =
		    stay_of(children[i].institution, children[i].since, children[i].until);
		struct guardian g = {.relation = "mother"};

		snprintf(id, sizeof id, "c00000000%d", i);
		c = child_of(id, children[i].name, children[i].kana, children[i].born);
		snprintf(g.account, sizeof g.account, "%s", children[i].guardian);
		assert_ok(put_child(&c, &e, *e.institution ? 1 : 0, &g, *g.account ? 1 : 0));
	}
	return 0;
}

static enum status note(void *ctx, const struct child_row *c)
{
	size_t len = strlen(ctx);

	snprintf((char *)ctx + len, 64 - len, "%s", c->id + 9);
	return ST_OK;
}

static void assert_page(const struct child_scope *scope, const char *text, int limit, int offset,
			const char *want)
{
	char found[64] = "";

	assert_ok(child_search(db, scope, span_of(text), limit, offset, note, found));
	if (strcmp(found, want) != 0)
		fail_msg("\"%s\" finds %s", text, found);
}

static const struct child_scope everything = {.all = true, .today = {"2026-11-20", 10}};

/* want: the numbers of the children, in order of kana. */
static void assert_finds(const char *text, const char *want)
{
	assert_page(&everything, text, 50, 0, want);
}

static void an_empty_text_finds_all_in_order_of_kana(void **state)
{
	(void)state;
	assert_finds("", "46275103");
}

static void names_are_found_however_they_are_typed(void **state)
{
	static const char *const cases[][2] = {
	    {"山田", "10"},
	    {"山田花子", "0"},
	    {"山田 花子", "0"},
	    {"山田　花子", "0"},
	    {"花子", "0"},
	    {"田花", "0"},
	    {"子山", ""},
	    {"やまだ", "710"},
	    {"ヤマダ", "710"},
	    {"ﾔﾏﾀﾞ", "710"},
	    {"やまた\u3099", "710"}, /* as macOS pastes it */
	    {"やまだたろう", "1"},
	    {"はな", "70"},
	    {"はなこ", "0"},
	    {"高橋", "2"},
	    {"髙橋", "2"},
	    {"吉之", "2"},
	    {"𠮷之", "2"},
	    {"渡辺", "3"},
	    {"渡邊さくら", "3"},
	    {"渡邉\U000e0100", "3"},
	    {"オブライエン", "4"},
	    {"おぶらいえん", "4"},
	    {"オブライエン リアム", "4"},
	    {"smith", "6"},
	    {"ＳＭＩＴＨ", "6"},
	    {"Ann-Marie", "6"},
	    {"marie", "6"},
	    {"鈴木", ""},
	    {"山田花子さん", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_finds(cases[i][0], cases[i][1]);
}

static void one_two_and_three_characters_are_enough(void **state)
{
	(void)state;
	assert_finds("林", "5");
	assert_finds("花", "70");
	assert_finds("は", "2750"); /* たかはし, はなやま, はやし, はなこ */
	assert_finds("さ", "3");
	assert_finds("an", "6");
	assert_finds("m", "6");
	assert_finds("山", "710");
	assert_finds("田太", "1");
	assert_finds("田太郎", "1");
	assert_finds("はやし", "5");
}

/* Name and kana stand side by side in the index: nothing may be found across. */
static void nothing_is_found_across_name_and_kana(void **state)
{
	struct child_row c = child_of("c000000008", "かな", "なは", "2019-01-01");

	(void)state;
	assert_ok(put_child(&c, NULL, 0, NULL, 0));
	assert_finds("かな", "8");
	assert_finds("なは", "8");
	assert_finds("かなは", "");
	assert_finds("林はやし", "");
}

static void a_birth_date_is_found_in_any_form(void **state)
{
	static const char *const forms[] = {
	    "2019-05-12",	    "2019/5/12", "2019年5月12日", "令和元年5月12日", "R1.5.12",
	    "２０１９年５月１２日", "r1/5/12",	 " 2019.05.12 ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		assert_finds(forms[i], "60");
	assert_finds("平成31年4月30日", "4");
	assert_finds("令和元年5月1日", "5");
	assert_finds("H30.12.25", "2");
	assert_finds("2020-02-29", "3");
	assert_finds("2019-05", "650"); /* a part of it */
	assert_finds("2019-05-13", "");
	assert_finds("平成31年5月1日", ""); /* no such day: then it is a name */
}

/* The text goes into a query of the full-text index: nothing in it may be taken for one. */
static void no_text_is_an_error(void **state)
{
	static const char *const texts[] = {
	    "\"",
	    "\"\"",
	    "\"山田",
	    "山田\"",
	    "山\"田",
	    "*",
	    "山田*",
	    "(",
	    ")",
	    "(山田)",
	    "-",
	    "-山田",
	    "'",
	    "''",
	    "'; DROP TABLE child; --",
	    "%",
	    "_",
	    "%%",
	    "__",
	    "^山田",
	    "NEAR",
	    "山田 OR 花子",
	    "NOT",
	    "AND",
	    "山田 AND 花子",
	    "child:山田",
	    "grams:山田",
	    "+",
	    "山田+花子",
	    "{",
	    "}",
	    ":",
	    "\\",
	    "\\\"",
	    "/",
	    "|",
	    "&",
	    "、、",
	    "。",
	    "「山田」",
	    "！？",
	    "…",
	    "☆☆",
	    "\U0001f600",
	    "\U0001f600\U0001f600",
	    "\x01",
	    "\n\t",
	    "゛゜",
	    "\ufdfa",
	    "()",
	    "山田;",
	    "?1",
	    "NULL",
	    "ー",
	    "々",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char found[64] = "";
		enum status st =
		    child_search(db, &everything, span_of(texts[i]), 50, 0, note, found);

		if (st)
			fail_msg("\"%s\": %s (%s)", texts[i], status_name(st), fail_why());
	}
	assert_finds("%", "");
	assert_finds("_", "");
	assert_finds("*", "");
	assert_finds("山田*", "");
	assert_finds("'", "");
	assert_finds("\"", "");
	assert_finds("山田 OR 花子", "");
	assert_finds("Smith,", "6");
	assert_finds("、、", "");
	assert_finds("☆☆", "");
	assert_int_equal(ask("index.db", "SELECT count(*) FROM child"), CHILDREN);
}

static void a_very_long_text_finds_nothing_and_is_no_error(void **state)
{
	static char text[60001];
	char found[64] = "";

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "山", 3);
	assert_ok(child_search(db, &everything, span_of(text), 50, 0, note, found));
	assert_string_equal(found, "");
	memset(text, '*', sizeof text - 1);
	assert_ok(child_search(db, &everything, span_of(text), 50, 0, note, found));
	assert_string_equal(found, "");
}

/* ---- scope -------------------------------------------------------------------------------------
 */

static struct child_scope at(const char *institution, const char *from, const char *to)
{
	return (struct child_scope){.institution = span_of(institution),
				    .from = span_of(from),
				    .to = span_of(to),
				    .today = SPAN("2026-11-20")};
}

static void staff_find_who_has_a_stay_in_their_days(void **state)
{
	struct child_scope s = at("kudan-es", "2026-11-20", "2026-11-20");

	(void)state;
	assert_page(&s, "", 50, 0, "0");
	s = at("kudan-es", "2026-11-19", "2026-11-20"); /* the last day of number 2 */
	assert_page(&s, "", 50, 0, "20");
	assert_page(&s, "2018", 50, 0, "2");
	assert_page(&s, "高橋", 50, 0, "2");
	s = at("kudan-es", "2026-11-20", "2026-11-21"); /* the first day of number 3 */
	assert_page(&s, "", 50, 0, "03");
	assert_page(&s, "さ", 50, 0, "3");
	assert_page(&s, "渡辺", 50, 0, "3");
	s = at("kudan-es", "2026-10-21", "2026-12-20"); /* a lead and a tail */
	assert_page(&s, "", 50, 0, "203");
	s = at("kudan-es", "2025-03-01", "2025-03-31");
	assert_page(&s, "", 50, 0, "");
	s = at("sakura", "2026-11-20", "2026-11-20");
	assert_page(&s, "", 50, 0, "41");
	assert_page(&s, "山田", 50, 0, "1"); /* and only among them */
	assert_page(&s, "花", 50, 0, "");
	assert_page(&s, "2019-05-12", 50, 0, "");
}

static void guardians_find_their_own(void **state)
{
	struct child_scope s = {.guardian = SPAN("yamada"), .today = SPAN("2026-11-20")};

	(void)state;
	assert_page(&s, "", 50, 0, "10");
	assert_page(&s, "太郎", 50, 0, "1");
	assert_page(&s, "高橋", 50, 0, "");
	s.guardian = SPAN("nobody");
	assert_page(&s, "", 50, 0, "");
	s.guardian = SPAN("%");
	assert_page(&s, "", 50, 0, "");
}

/* Children without an institution or a guardian belong to nobody, not to everybody. */
static void an_empty_scope_finds_nobody(void **state)
{
	struct child_scope s = {.today = SPAN("2026-11-20")};

	(void)state;
	assert_page(&s, "", 50, 0, "");
	assert_page(&s, "山田", 50, 0, "");
	s.institution = SPAN("");
	s.guardian = SPAN("");
	assert_page(&s, "", 50, 0, "");
	s = (struct child_scope){.institution = SPAN("kudan-es"), .today = s.today}; /* no days */
	assert_page(&s, "", 50, 0, "");
	assert_page(&s, "山田", 50, 0, "");
}

static void pages_follow_each_other(void **state)
{
	(void)state;
	assert_page(&everything, "", 3, 0, "462");
	assert_page(&everything, "", 3, 3, "751");
	assert_page(&everything, "", 3, 6, "03");
	assert_page(&everything, "", 3, 9, "");
	assert_page(&everything, "", 0, 0, "");
	assert_page(&everything, "", -1, 0, "46275103");
	assert_page(&everything, "山田", 1, 1, "0");
}

static enum status stop(void *ctx, const struct child_row *c)
{
	(void)c;
	++*(int *)ctx;
	return ST_BUSY;
}

static void a_search_stops_when_told(void **state)
{
	int calls = 0;

	(void)state;
	assert_status(child_search(db, &everything, SPAN(""), 50, 0, stop, &calls), ST_BUSY);
	assert_int_equal(calls, 1);
	assert_finds("林", "5"); /* and the next one begins anew */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define SEARCH(f) cmocka_unit_test_setup_teardown(f, with_children, tear_down)
	    SEARCH(an_empty_text_finds_all_in_order_of_kana),
	    SEARCH(names_are_found_however_they_are_typed),
	    SEARCH(one_two_and_three_characters_are_enough),
	    SEARCH(nothing_is_found_across_name_and_kana),
	    SEARCH(a_birth_date_is_found_in_any_form),
	    SEARCH(no_text_is_an_error),
	    SEARCH(a_very_long_text_finds_nothing_and_is_no_error),
	    SEARCH(staff_find_who_has_a_stay_in_their_days),
	    SEARCH(guardians_find_their_own),
	    SEARCH(an_empty_scope_finds_nobody),
	    SEARCH(pages_follow_each_other),
	    SEARCH(a_search_stops_when_told),
#undef SEARCH
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
