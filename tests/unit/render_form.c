/* Edit forms: what is in them, and that what they send back is what was stored or typed. */
#include "tests/unit/render_fixture.h"
#include "tests/unit/render_form_sent.h"

#include "generator/render/html_form.h"
#include "generator/sheet/merge.h"

static void writer(struct html *h, struct buf *b)
{
	buf_init(b, 1 << 20);
	html_init(h, b);
}

static void form_of(struct buf *b, const struct view *v, const struct form_fill *fill)
{
	struct html h;

	writer(&h, b);
	html_form(&h, v, fill);
	assert_int_equal(html_end(&h), ST_OK);
}

static void the_form_of_a_school_is_as_in_the_file(void **state)
{
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct buf b;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_form(&h, v, NULL);
	expect_file(&h, "form.school.html");
	view_free(v);
}

/* In a draft a household sees only what it may write. */
static void the_form_of_a_household_is_as_in_the_file(void **state)
{
	struct view *v = probe_view(ROLE_HOUSEHOLD, NULL, NULL);
	struct buf b;
	struct html h;

	(void)state;
	writer(&h, &b);
	html_form(&h, v, NULL);
	expect_file(&h, "form.household.html");
	view_free(v);
}

static void what_may_be_read_only_has_no_control(void **state)
{
	struct view *v = probe_view(ROLE_SCHOOL, "status: draft", "status: review");
	struct buf b;

	(void)state;
	form_of(&b, v, NULL);
	assert_true(has(&b, "<details class=\"readonly-section\"><summary>願い"
			    "<span class=\"tag tag-plain\">読むだけ</span></summary>"));
	assert_false(has(&b, "name=\"f."));
	buf_clear(&b);
	view_free(v);
}

static void assert_same_sheet(const struct sheet *a, const struct sheet *b)
{
	struct buf x, y;

	buf_init(&x, 1 << 20);
	buf_init(&y, 1 << 20);
	assert_int_equal(sheet_write(a, &x), ST_OK);
	assert_int_equal(sheet_write(b, &y), ST_OK);
	assert_string_equal(buf_str(&x), buf_str(&y));
	buf_clear(&x);
	buf_clear(&y);
}

#define WITHHELD                                                                                   \
	"<div class=\"readonly-value\"><span class=\"tag "                                         \
	"tag-info\">この内容は表示できません</span>"

static void what_is_withheld_has_no_control_and_says_so(void **state)
{
	static const struct span words[] = {SPAN("サッカー"), SPAN("もう一つ"), SPAN("はな")};
	struct sheet *s = probe_sheet(NULL, NULL), *made = NULL;
	struct view *v = view_without(s, ROLE_SCHOOL, words, 3);
	bool may[TYPE_FIELDS_MAX];
	struct sent sent;
	struct buf b;

	(void)state;
	form_of(&b, v, NULL);
	assert_true(has(&b, "<p class=\"label\">本人の願い<span class=\"tag tag-plain\">編集不可"
			    "</span></p>\n" WITHHELD));
	assert_true(has(&b, "<p class=\"label\">薬<span class=\"tag tag-plain\">編集不可"
			    "</span></p>\n" WITHHELD));
	assert_true(has(&b, "<p class=\"label\">記入者<span class=\"tag tag-plain\">編集不可"
			    "</span></p>\n" WITHHELD));
	assert_false(has(&b, "サッカー"));
	assert_false(has(&b, "f.wish"));
	assert_false(has(&b, "f.meds"));
	assert_false(has(&b, "f.by"));
	assert_true(has(&b, "name=\"f.memo\""));
	sent_read(&sent, buf_span(&b));
	view_may_write(v, may);
	assert_int_equal(sheet_merge(&made, s, sent.pairs, sent.count, may, NULL), ST_OK);
	assert_same_sheet(s, made);
	sent_clear(&sent);
	sheet_free(made);
	buf_clear(&b);
	view_free(v);
	sheet_free(s);
}

/* Sending back --------------------------------------------------------------------------------- */

static struct sheet *merged(const struct sheet *stored, enum role role, const struct sent *sent,
			    struct problems *ps, enum status want)
{
	struct view *v = view_as(stored, role);
	struct sheet *made = NULL;
	bool may[TYPE_FIELDS_MAX];
	enum status st;

	view_may_write(v, may);
	view_free(v);
	st = sheet_merge(&made, stored, sent->pairs, sent->count, may, ps);
	if (st != want)
		fail_msg("%s", fail_why());
	return made;
}

static void a_form_sent_back_untouched_changes_nothing(void **state)
{
	static const enum role roles[] = {ROLE_SCHOOL, ROLE_HOUSEHOLD};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sheet *s = probe_sheet(NULL, NULL), *made;
		struct view *v = view_as(s, roles[i]);
		struct sent sent;
		struct buf b;

		form_of(&b, v, NULL);
		sent_read(&sent, buf_span(&b));
		assert_int_equal(sent.count, i == 0 ? 45 : 2);
		made = merged(s, roles[i], &sent, NULL, ST_OK);
		assert_same_sheet(s, made);
		sheet_free(made);
		sent_clear(&sent);
		buf_clear(&b);
		view_free(v);
		sheet_free(s);
	}
}

/* Fills the form with odd things, as a browser would send them. */
static void type_into(struct sent *sent, const char *name, const char *value)
{
	for (size_t i = 0; i < sent->count; i++)
		if (span_is(sent->pairs[i].name, name)) {
			sent->pairs[i].value = span_of(value);
			return;
		}
	fail_msg("no control %s", name);
}

static void all_that_was_typed_is_kept_when_saving_fails(void **state)
{
	struct sheet *s = probe_sheet(NULL, NULL);
	struct view *v = view_as(s, ROLE_SCHOOL);
	struct sent sent, again;
	struct problems ps;
	struct buf first, second;

	(void)state;
	problems_init(&ps);
	form_of(&first, v, NULL);
	sent_read(&sent, buf_span(&first));
	type_into(&sent, "f.on", "きのう<b>");
	type_into(&sent, "f.wish", "\n先頭の改行と \"引用\" & </textarea>");
	type_into(&sent, "f.place", "no-such-choice");
	type_into(&sent, "f.agency", "somewhere");
	type_into(&sent, "f.meds.3.name", "四行目 ");
	type_into(&sent, "f.height.1.value", "abc");
	assert_null(merged(s, ROLE_SCHOOL, &sent, &ps, ST_INVALID));
	form_of(&second, v,
		&(struct form_fill){.sent = sent.pairs, .nsent = sent.count, .problems = &ps});
	sent_read(&again, buf_span(&second));
	/* The last row was used, so there may be more rows, but meds has its greatest number. */
	assert_int_equal(again.count, sent.count);
	for (size_t i = 0; i < sent.count; i++) {
		assert_true(span_eq(again.pairs[i].name, sent.pairs[i].name));
		assert_true(span_eq(again.pairs[i].value, sent.pairs[i].value));
	}
	assert_true(has(&second, "aria-describedby=\"hint.f.on error.f.on\" aria-invalid=\"true\" "
				 "value=\"きのう&lt;b&gt;\""));
	assert_true(
	    has(&second, "<div id=\"error.f.height.1.value\"><p class=\"error-text\">エラー："));
	sent_clear(&sent);
	sent_clear(&again);
	buf_clear(&first);
	buf_clear(&second);
	problems_clear(&ps);
	view_free(v);
	sheet_free(s);
}

/* A field that could not be written when the form was given out, and now can. */
static void what_did_not_come_in_is_shown_as_it_is_stored(void **state)
{
	static const struct pair sent[] = {{SPAN("f.on"), SPAN("きのう")}};
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct buf b;

	(void)state;
	form_of(&b, v, &(struct form_fill){.sent = sent, .nsent = 1});
	assert_true(has(&b, "value=\"きのう\""));
	assert_true(has(&b, "name=\"f.hours\" value=\"3.5\""));
	assert_true(has(&b, "value=\"timer\" checked"));
	assert_true(has(&b, "**サッカー**"));
	assert_true(has(&b, "value=\"もう一つ\""));
	buf_clear(&b);
	view_free(v);
}

static void lists_to_choose_from_keep_a_value_that_is_not_in_them(void **state)
{
	static const struct choice list[] = {{SPAN("minami-dc"), SPAN("南療育センター")}};
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);
	struct buf b;

	(void)state;
	form_of(&b, v, &(struct form_fill){.institutions = list, .ninstitutions = 1});
	assert_true(has(&b, "<option value=\"minami-dc\">南療育センター</option>\n"
			    "<option value=\"kita-dc\" selected>kita-dc</option>\n</select>"));
	buf_clear(&b);
	view_free(v);
}

static void rows_come_with_room_for_more_up_to_the_limit(void **state)
{
	static const struct {
		size_t spare;
		const char *last, *none;
	} table[] = {{0, "f.meds.3.name", "f.meds.4.name"}, {1, "f.meds.2.name", "f.meds.3.name"}};
	struct view *v = probe_view(ROLE_SCHOOL, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sent sent;
		struct buf b;

		form_of(&b, v, &(struct form_fill){.spare_rows = table[i].spare});
		sent_read(&sent, buf_span(&b));
		assert_true(sent_has(&sent, table[i].last));
		assert_false(sent_has(&sent, table[i].none));
		sent_clear(&sent);
		buf_clear(&b);
	}
	view_free(v);
}

/* Problems --------------------------------------------------------------------------------------
 */

static void the_summary_leads_to_the_fields(void **state)
{
	struct problems ps;
	struct buf b;
	struct html h;

	(void)state;
	problems_init(&ps);
	writer(&h, &b);
	html_problems(&h, &ps);
	html_problems(&h, NULL);
	assert_string_equal(buf_str(&b), "");
	problem_field(&ps, "f.goal", "x", "「目標」を書いてください。");
	problem_field(&ps, "f.goal", "x", "<長すぎます>");
	problem_soften(&ps);
	problem_add(&ps, "", 0, 0, "x", "ほか。");
	html_problems(&h, &ps);
	html_field_problems(&h, &ps, "f.goal");
	html_field_problems(&h, &ps, "f.other");
	html_open(&h, "input");
	html_described(&h, &ps, "f.goal", false);
	html_open(&h, "input");
	html_described(&h, &ps, "f.other", true);
	assert_int_equal(html_end(&h), ST_OK);
	assert_string_equal(buf_str(&b),
			    "<div class=\"error-summary\" id=\"problems\"><div role=\"alert\">"
			    "<h2>入力を たしかめてください</h2>\n<ul>"
			    "<li><a href=\"#f.goal\">「目標」を書いてください。</a></li>\n"
			    "<li><a href=\"#f.goal\">&lt;長すぎます&gt;</a></li>\n"
			    "<li>ほか。</li>\n</ul>\n</div>\n</div>\n"
			    "<div id=\"error.f.goal\"><p "
			    "class=\"error-text\">エラー：「目標」を書いてください。</p>\n"
			    "<p class=\"warning-text\">注意：&lt;長すぎます&gt;</p>\n</div>\n"
			    "<input aria-describedby=\"error.f.goal\" aria-invalid=\"true\">"
			    "<input aria-describedby=\"hint.f.other\">");
	buf_clear(&b);
	problems_clear(&ps);
}

/* Two people at once ------------------------------------------------------------------------------
 */

struct three {
	struct sheet *base, *theirs, *mine;
	struct view *vbase, *vtheirs, *vmine;
	struct buf page;
};

static void meet_without(struct three *t, const char *word, const char *at, const char *base,
			 const char *theirs, const char *mine, const struct form_fill *fill)
{
	const struct span words[] = {span_of(word ? word : "")};
	struct html h;

	t->base = probe_sheet(at, base);
	t->theirs = probe_sheet(at, theirs);
	t->mine = probe_sheet(at, mine);
	t->vbase = view_without(t->base, ROLE_SCHOOL, words, 1);
	t->vtheirs = view_without(t->theirs, ROLE_SCHOOL, words, 1);
	t->vmine = view_without(t->mine, ROLE_SCHOOL, words, 1);
	writer(&h, &t->page);
	html_conflict(&h, t->vbase, t->vtheirs, t->vmine, fill);
	assert_int_equal(html_end(&h), ST_OK);
}

static void meet(struct three *t, const char *at, const char *theirs, const char *mine_at,
		 const char *mine)
{
	struct html h;

	t->base = probe_sheet(NULL, NULL);
	t->theirs = probe_sheet(at, theirs);
	t->mine = probe_sheet(mine_at, mine);
	t->vbase = view_as(t->base, ROLE_SCHOOL);
	t->vtheirs = view_as(t->theirs, ROLE_SCHOOL);
	t->vmine = view_as(t->mine, ROLE_SCHOOL);
	writer(&h, &t->page);
	html_conflict(&h, t->vbase, t->vtheirs, t->vmine, NULL);
	assert_int_equal(html_end(&h), ST_OK);
}

static void part(struct three *t)
{
	view_free(t->vbase);
	view_free(t->vtheirs);
	view_free(t->vmine);
	sheet_free(t->base);
	sheet_free(t->theirs);
	sheet_free(t->mine);
	buf_clear(&t->page);
}

/* What is stored when the conflict page is sent as it is. */
static struct sheet *answer(const struct three *t)
{
	struct sent sent;
	struct sheet *made;

	sent_read(&sent, buf_span(&t->page));
	made = merged(t->theirs, ROLE_SCHOOL, &sent, NULL, ST_OK);
	sent_clear(&sent);
	return made;
}

static void changes_that_do_not_meet_are_both_kept(void **state)
{
	struct three t;
	struct sheet *made, *want;

	(void)state;
	meet(&t, "on: 2026-04-01", "on: 2026-04-09", "name: もう一つ", "name: べつの薬");
	assert_true(has(&t.page, "書きかえた欄は重なっていません。"));
	assert_true(has(&t.page, "<li>記入日（先に保存された変更）</li>\n"
				 "<li>薬（あなたの変更）</li>\n"));
	made = answer(&t);
	want = probe_sheet("on: 2026-04-01", "on: 2026-04-09");
	sheet_free(want);
	want = probe_sheet("name: もう一つ", "name: べつの薬");
	assert_true(value_equal(type_field(sheet_type(made), SPAN("on")),
				sheet_value(made, type_field(sheet_type(made), SPAN("on"))),
				sheet_value(t.theirs, type_field(sheet_type(made), SPAN("on")))));
	assert_true(value_equal(type_field(sheet_type(made), SPAN("meds")),
				sheet_value(made, type_field(sheet_type(made), SPAN("meds"))),
				sheet_value(want, type_field(sheet_type(made), SPAN("meds")))));
	sheet_free(want);
	sheet_free(made);
	part(&t);
}

static void changes_that_meet_are_shown_and_mine_is_in_the_control(void **state)
{
	struct three t;
	struct sheet *made;

	(void)state;
	meet(&t, "サッカー", "野球", "サッカー", "水泳");
	assert_true(has(&t.page, "同じ欄を、ほかの人も書きかえていました（1か所）。"));
	assert_true(has(&t.page, "野球<span class=\"visually-hidden\">［追加おわり］"));
	assert_true(has(&t.page, "水泳<span class=\"visually-hidden\">［追加おわり］"));
	assert_true(has(&t.page, "name=\"f.wish\""));
	assert_true(has(&t.page, ">\n休み時間に友だちと**水泳**がしたい。\n"));
	made = answer(&t);
	assert_same_sheet(made, t.mine);
	sheet_free(made);
	part(&t);
}

static void the_same_change_by_both_is_no_conflict(void **state)
{
	struct three t;

	(void)state;
	meet(&t, "サッカー", "野球", "サッカー", "野球");
	assert_true(has(&t.page, "<li>本人の願い（同じ内容になりました）</li>"));
	assert_false(has(&t.page, "<textarea"));
	part(&t);
}

/*
 * One side has the word; what is sent back has exactly the fields that may be written in theirs,
 * and of the others nothing is lost.
 */
static void a_conflict_tells_nothing_of_what_is_withheld(void **state)
{
	static const struct pair typed[] = {{SPAN("f.wish"), SPAN("**まいにち** がよい")}};
	static const struct form_fill fill = {.sent = typed, .nsent = 1};
	static const struct {
		const char *base, *theirs, *mine; /* in place of まいにち */
		const struct form_fill *fill;
		const char *sent;	 /* what f.wish then says; NULL: it is not in the form */
		bool says, lists, shows; /* that it is withheld; it among the changes; mine */
	} cases[] = {
	    /* saved first with the word: mine is shown to be kept, the field is closed */
	    {"野球", "まいにち", "水泳", NULL, NULL, true, false, true},
	    {"野球", "まいにち", "野球", NULL, NULL, false, false, false},
	    /* the form had no such field: what was saved first stays */
	    {"まいにち", "野球", "まいにち", NULL, "野球", false, false, false},
	    /* I typed it myself */
	    {"野球", "野球", "まいにち", &fill, "まいにち", false, true, false},
	    {"野球", "水泳", "まいにち", &fill, "まいにち", true, false, false},
	    {"野球", "水泳", "まいにち", NULL, "水泳", true, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct three t;
		struct sent sent;
		struct sheet *made = NULL;
		bool may[TYPE_FIELDS_MAX];
		struct span wish = SPAN_NONE;

		meet_without(&t, "まいにち", "まいにち", cases[i].base, cases[i].theirs,
			     cases[i].mine, cases[i].fill);
		sent_read(&sent, buf_span(&t.page));
		for (size_t k = 0; k < sent.count; k++)
			if (span_is(sent.pairs[k].name, "f.wish"))
				wish = sent.pairs[k].value;
		if ((wish.p != NULL) != (cases[i].sent != NULL) ||
		    (cases[i].sent && span_find(wish, span_of(cases[i].sent)) < 0) ||
		    has(&t.page, "この内容は表示できません") != cases[i].says ||
		    has(&t.page, "<li>本人の願い") != cases[i].lists ||
		    has(&t.page, "水泳<span") != (cases[i].shows || i == 4 || i == 5) ||
		    (!cases[i].fill && has(&t.page, "まいにち")))
			fail_msg("case %zu: %s", i, buf_str(&t.page));
		view_may_write(t.vtheirs, may);
		assert_int_equal(sheet_merge(&made, t.theirs, sent.pairs, sent.count, may, NULL),
				 ST_OK);
		if (!cases[i].sent || i == 2)
			assert_same_sheet(made, t.theirs);
		sheet_free(made);
		sent_clear(&sent);
		part(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_form_of_a_school_is_as_in_the_file),
	    cmocka_unit_test(the_form_of_a_household_is_as_in_the_file),
	    cmocka_unit_test(what_may_be_read_only_has_no_control),
	    cmocka_unit_test(what_is_withheld_has_no_control_and_says_so),
	    cmocka_unit_test(a_form_sent_back_untouched_changes_nothing),
	    cmocka_unit_test(all_that_was_typed_is_kept_when_saving_fails),
	    cmocka_unit_test(what_did_not_come_in_is_shown_as_it_is_stored),
	    cmocka_unit_test(lists_to_choose_from_keep_a_value_that_is_not_in_them),
	    cmocka_unit_test(rows_come_with_room_for_more_up_to_the_limit),
	    cmocka_unit_test(the_summary_leads_to_the_fields),
	    cmocka_unit_test(changes_that_do_not_meet_are_both_kept),
	    cmocka_unit_test(changes_that_meet_are_shown_and_mine_is_in_the_control),
	    cmocka_unit_test(the_same_change_by_both_is_no_conflict),
	    cmocka_unit_test(a_conflict_tells_nothing_of_what_is_withheld),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
