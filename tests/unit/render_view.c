/* Views and their differences as HTML. */
#include "tests/unit/render_fixture.h"

#include "generator/render/html_diff.h"
#include "generator/render/html_view.h"
#include "generator/render/plain.h"

static struct span name_of(void *ctx, struct span id)
{
	(void)ctx;
	return span_is(id, "kita-dc") ? SPAN("北療育センター") : SPAN_NONE;
}

static const struct render_names names = {.institution = name_of};

static void writer(struct html *h, struct buf *b)
{
	buf_init(b, 1 << 20);
	html_init(h, b);
}

static void each_role_reads_its_own_page(void **state)
{
	static const struct {
		enum role role;
		const char *file;
	} pages[] = {{ROLE_SCHOOL, "view.school.html"}, {ROLE_HOUSEHOLD, "view.household.html"}};
	const struct view_look look = {.names = &names};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct view *v = probe_view(pages[i].role, "status: draft", "status: final");
		struct buf b;
		struct html h;

		writer(&h, &b);
		html_view(&h, v, &look);
		assert_int_equal(has(&b, "ひみつ"), pages[i].role == ROLE_SCHOOL);
		expect_file(&h, pages[i].file);
		view_free(v);
	}
}

static void an_empty_sheet_says_what_is_missing(void **state)
{
	struct view *v = empty_view(ROLE_SCHOOL);
	struct buf b;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_view_section(&h, view_section(v, 1), NULL);
	assert_int_equal(html_end(&h), ST_OK);
	assert_string_equal(buf_str(&b),
			    "<section class=\"sheet-section\" aria-labelledby=\"s-wishes\">"
			    "<h2 id=\"s-wishes\">願い</h2>\n<h3>本人の願い</h3>\n"
			    "<span class=\"tag tag-blank\">未記入</span>"
			    "<p class=\"unfilled\">記入がない項目：覚え書き</p>\n</section>\n");
	buf_clear(&b);
	view_free(v);
}

static void several_sheets_on_a_page_have_ids_of_their_own(void **state)
{
	const struct view_look look = {.level = 3, .prefix = "a-"};
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct buf b;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_view(&h, v, &look);
	assert_int_equal(html_end(&h), ST_OK);
	assert_true(has(&b, "aria-labelledby=\"a-s-basics\"><h3 id=\"a-s-basics\">基本</h3>"));
	assert_true(has(&b, "aria-labelledby=\"a-t-meds\"><table><caption id=\"a-t-meds\">"));
	assert_true(has(&b, "<h4>本人の願い</h4>"));
	assert_false(has(&b, "<h2"));
	buf_clear(&b);
	view_free(v);
}

static void scalars_are_said_in_words(void **state)
{
	static const struct {
		const char *field, *stored, *said;
	} table[] = {
	    {"on", "2019-05-01", "令和元年5月1日（2019年）"},
	    {"on", "not a date", "not a date"},
	    {"at", "08:05", "8:05"},
	    {"at", "18:05", "18:05"},
	    {"hours", "3.5", "3.5時間"},
	    {"agreed", "true", "はい"},
	    {"agreed", "false", "いいえ"},
	    {"place", "special", "特別支援学級"},
	    {"place", "gone", "gone"},
	    {"agency", "kita-dc", "北療育センター"},
	    {"agency", "unknown", "unknown"},
	    {"paper", "f1", "f1"},
	    {"by", "田中", "田中"},
	};
	const struct sheet_type *t = types_find(probe_types, SPAN("probe"), 1);
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct field *f = type_field(t, span_of(table[i].field));

		buf_cut(&b, 0);
		say_scalar(&b, f, span_of(table[i].stored), &names);
		assert_string_equal(buf_str(&b), table[i].said);
	}
	buf_cut(&b, 0);
	say_scalar(&b, type_field(t, SPAN("on")), SPAN_NONE, NULL);
	assert_string_equal(buf_str(&b), "");
	buf_clear(&b);
}

/* Differences ------------------------------------------------------------------------------------
 */

#define INS(text)                                                                                  \
	"<ins><span class=\"visually-hidden\">［追加］</span>" text                                \
	"<span class=\"visually-hidden\">［追加おわり］</span></ins>"
#define DEL(text)                                                                                  \
	"<del><span class=\"visually-hidden\">［削除］</span>" text                                \
	"<span class=\"visually-hidden\">［削除おわり］</span></del>"

static void check_diff(const char *from, const char *to, const char *want)
{
	struct view *old = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct view *now = probe_view(ROLE_SCHOOL, from, to);
	struct buf b;
	struct html h;

	writer(&h, &b);
	assert_int_equal(html_diff_count(old, now), 1);
	html_diff(&h, old, now, NULL);
	assert_int_equal(html_end(&h), ST_OK);
	if (!has(&b, want))
		fail_msg("%s", buf_str(&b));
	buf_clear(&b);
	view_free(old);
	view_free(now);
}

static void only_what_changed_is_shown(void **state)
{
	(void)state;
	check_diff("サッカー", "野球",
		   "<section class=\"diff\"><h2>願い</h2>\n<h3>本人の願い</h3>\n"
		   "<div class=\"diff-text\">休み時間に友だちと**" DEL("サッカー")
		       INS("野球") "**がしたい。\n");
	check_diff("on: 2026-04-01", "on: 2026-04-02",
		   "<section class=\"diff\"><h2>基本</h2>\n<h3>記入日</h3>\n<span "
		   "class=\"diff-text\">" DEL("令和8年4月1日（2026年）")
		       INS("令和8年4月2日（2026年）") "</span></section>\n");
	check_diff("  at: 08:30\n", "",
		   "<h3>登校時刻</h3>\n<span class=\"diff-text\">" DEL("8:30") "</span>");
	check_diff("ways: [words, timer]", "ways: [words, picture]",
		   "<ul class=\"chosen\"><li>" DEL("タイマー") "</li>\n<li>ことば</li>\n<li>" INS(
		       "絵や写真") "</li>\n</ul>");
}

static void rows_of_a_table_are_compared_one_by_one(void **state)
{
	(void)state;
	check_diff("school: true, dose: 10}", "school: true, dose: 20}",
		   "<tr class=\"changed\"><th scope=\"row\">変更</th>\n<td>薬 &amp; \"水\"</td>\n"
		   "<td>12:00</td>\n<td>はい</td>\n<td>" DEL("10mg") INS(
		       "20mg") "</td>\n</tr>\n<tr><th scope=\"row\"></th>\n<td>もう一つ</td>\n");
	check_diff("    - {name: もう一つ, school: false}\n", "",
		   "<tr class=\"removed\"><th scope=\"row\">削除</th>\n<td>" DEL(
		       "もう一つ") "</td>\n<td></td>\n<td>" DEL("いいえ") "</td>\n<td></td>\n</"
									  "tr>\n</tbody>");
	check_diff("    - {on: 2026-09-01, value: 113}\n",
		   "    - {on: 2026-09-01, value: 113}\n    - {on: 2026-10-01, value: 114}\n",
		   "<tr class=\"added\"><th scope=\"row\">追加</th>\n<td>" INS(
		       "令和8年10月1日（2026年）") "</td>\n<td>" INS("114cm") "</td>\n</tr>\n");
}

static void what_a_reader_may_not_see_makes_no_difference(void **state)
{
	struct view *old = probe_view(ROLE_HOUSEHOLD, "status: draft", "status: final");
	struct sheet *s = probe_sheet("ひみつのことば", "べつのひみつ");
	struct view *now;
	struct buf b;
	struct html h;

	(void)state;
	assert_int_equal(sheet_set_status(s, SHEET_FINAL), ST_OK);
	now = view_as(s, ROLE_HOUSEHOLD);
	writer(&h, &b);
	assert_int_equal(html_diff_count(old, now), 0);
	html_diff(&h, old, now, NULL);
	assert_int_equal(html_end(&h), ST_OK);
	assert_string_equal(buf_str(&b), "<p class=\"empty-state\">"
					 "あなたが見られる範囲では、違いはありません。</p>\n");
	buf_clear(&b);
	sheet_free(s);
	view_free(old);
	view_free(now);
}

static const struct span withheld_words[] = {SPAN("サッカー"), SPAN("もう一つ"), SPAN("タイマー"),
					     SPAN("kita-dc"), SPAN("110.5")};
enum { WITHHELD_WORDS = 5 };

#define WITHHELD "<span class=\"tag tag-info\">この内容は表示できません</span>"

static void what_is_withheld_is_said_in_its_place(void **state)
{
	static const char *const html[] = {
	    "<div><dt>わかりやすい伝え方</dt>\n<dd>" WITHHELD "</dd>\n",
	    "<div><dt>連携機関</dt>\n<dd>" WITHHELD "</dd>\n",
	    "<h3>本人の願い</h3>\n" WITHHELD,
	    "<div><dt>薬</dt>\n<dd>" WITHHELD "</dd>\n",
	    "<div><dt>身長</dt>\n<dd>" WITHHELD "</dd>\n",
	    "<div><dt>いまの身長</dt>\n<dd>" WITHHELD "</dd>\n",
	};
	static const char *const closed[] = {"サッカー", "もう一つ", "水",    "タイマー",
					     "ことば、", "kita-dc",  "110.5", "113"};
	struct sheet *s = probe_sheet(NULL, NULL);
	struct view *v = view_without(s, ROLE_SCHOOL, withheld_words, WITHHELD_WORDS);
	struct buf b, plain;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_view(&h, v, NULL);
	assert_int_equal(html_end(&h), ST_OK);
	buf_init(&plain, 1 << 20);
	assert_int_equal(plain_view(v, NULL, &plain), ST_OK);
	for (size_t i = 0; i < sizeof html / sizeof *html; i++)
		if (!has(&b, html[i]))
			fail_msg("no %s in %s", html[i], buf_str(&b));
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		if (has(&b, closed[i]) || has(&plain, closed[i]))
			fail_msg("%s in %s%s", closed[i], buf_str(&b), buf_str(&plain));
	assert_true(has(&plain, "\n### 本人の願い\n\nこの内容は表示できません\n"));
	assert_true(has(&plain, "\n### 薬\n\nこの内容は表示できません\n"));
	assert_true(has(&b, "ひみつのことば") && has(&plain, "ひみつのことば"));
	buf_clear(&plain);
	buf_clear(&b);
	view_free(v);
	sheet_free(s);
}

/* On either side, or on both: then the text around the word has changed. */
static void a_difference_does_not_tell_of_what_is_withheld(void **state)
{
	static const char *const texts[][2] = {
	    {"サッカー", "サッカーと野球"}, {"サッカー", "野球"}, {"野球", "サッカー"}};
	const struct span word = SPAN("サッカー");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sheet *before = probe_sheet("サッカー", texts[i][0]);
		struct sheet *after = probe_sheet("サッカー", texts[i][1]);
		struct view *old = view_without(before, ROLE_SCHOOL, &word, 1);
		struct view *now = view_without(after, ROLE_SCHOOL, &word, 1);
		struct buf b;
		struct html h;

		writer(&h, &b);
		assert_int_equal(html_diff_count(old, now), 0);
		html_diff(&h, old, now, NULL);
		assert_int_equal(html_end(&h), ST_OK);
		assert_string_equal(buf_str(&b),
				    "<p class=\"empty-state\">"
				    "あなたが見られる範囲では、違いはありません。</p>\n");
		html_diff(&h, NULL, now, NULL);
		html_diff(&h, old, NULL, NULL);
		assert_false(has(&b, "サッカー"));
		buf_clear(&b);
		view_free(old);
		view_free(now);
		sheet_free(before);
		sheet_free(after);
	}
}

static void the_first_version_is_all_new_and_the_last_all_gone(void **state)
{
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct buf b;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_diff(&h, NULL, v, NULL);
	assert_int_equal(html_diff_count(NULL, v), 12);
	assert_int_equal(html_diff_count(v, NULL), 12);
	assert_int_equal(html_diff_count(NULL, NULL), 0);
	assert_true(has(&b, INS("8:30")));
	assert_false(has(&b, "<del>"));
	buf_cut(&b, 0);
	html_diff(&h, v, NULL, NULL);
	assert_int_equal(html_end(&h), ST_OK);
	assert_true(has(&b, DEL("8:30")));
	assert_false(has(&b, "<ins>"));
	buf_clear(&b);
	view_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_role_reads_its_own_page),
	    cmocka_unit_test(an_empty_sheet_says_what_is_missing),
	    cmocka_unit_test(several_sheets_on_a_page_have_ids_of_their_own),
	    cmocka_unit_test(scalars_are_said_in_words),
	    cmocka_unit_test(only_what_changed_is_shown),
	    cmocka_unit_test(rows_of_a_table_are_compared_one_by_one),
	    cmocka_unit_test(what_a_reader_may_not_see_makes_no_difference),
	    cmocka_unit_test(what_is_withheld_is_said_in_its_place),
	    cmocka_unit_test(a_difference_does_not_tell_of_what_is_withheld),
	    cmocka_unit_test(the_first_version_is_all_new_and_the_last_all_gone),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
