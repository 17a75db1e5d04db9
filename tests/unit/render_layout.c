#include "tests/print/sample.h"

#include "generator/base/utf8.h"
#include "generator/render/dev_text.h"
#include "generator/render/layout.h"

/* ---- lines ------------------------------------------------------------------------------------
 */

struct lines {
	struct buf out;
	struct device *dev;
	struct flow flow;
	struct para para;
};

/* Breaks a text into lines of so many full-width letters. */
static void lines_open(struct lines *l, const struct sample *s, const char *text, double letters)
{
	buf_init(&l->out, 65536);
	l->dev = dev_text_new(&l->out, NULL);
	assert_non_null(l->dev);
	assert_int_equal(flow_init(&l->flow, s->style, l->dev), ST_OK);
	l->para = para_plain(&l->flow, span_of(text), FACE_BODY, 12);
	para_break(&l->flow, &l->para, letters * 12);
	assert_int_equal(l->flow.st, ST_OK);
}

static void lines_close(struct lines *l)
{
	flow_clear(&l->flow);
	dev_text_free(l->dev);
	buf_clear(&l->out);
}

static struct span line_text(const struct lines *l, size_t i)
{
	const struct line *line = &l->para.lines[i];

	return span_make(l->para.text.p + line->from, line->to - line->from);
}

static bool begins_with_any(struct span s, const char *letters)
{
	for (struct span rest = span_of(letters), one = rest; rest.n; one = rest) {
		utf8_next(&rest);
		one.n -= rest.n;
		if (span_starts(s, one))
			return true;
	}
	return false;
}

static bool ends_with_any(struct span s, const char *letters)
{
	for (struct span rest = span_of(letters), one = rest; rest.n; one = rest) {
		utf8_next(&rest);
		one.n -= rest.n;
		if (span_ends(s, one))
			return true;
	}
	return false;
}

static const char prose[] =
    "「ちょっと、待ってね」と言うと、サッカーの途中でもやめられます。きゅうしょく（給食）の"
    "ジュースは、「ゆっくり飲んでいいよ。」と声をかけると、コップを両手で持って飲みます。"
    "ロッカー、シャツ、くつ下など、『自分で』できることがふえました！　でも、つかれると…。"
    "1.5時間ほど（週に2回）は、通級指導教室へ行っています。人々が行き来するところは苦手です。";

static void no_line_begins_or_ends_with_what_must_not_stand_there(void **state)
{
	for (double letters = 6; letters < 41; letters += 0.5) {
		struct lines l;

		lines_open(&l, *state, prose, letters);
		for (size_t i = 0; i < l.para.nlines; i++) {
			assert_false(begins_with_any(line_text(&l, i),
						     "っゃゅょッャュョァー、。」』）！々…"));
			assert_false(ends_with_any(line_text(&l, i), "「『（"));
		}
		lines_close(&l);
	}
}

static void no_line_is_wider_than_the_width_and_no_letter_is_lost(void **state)
{
	for (double letters = 1; letters < 41; letters += 0.5) {
		struct lines l;
		struct buf all, want;

		buf_init(&all, 65536);
		buf_init(&want, 65536);
		lines_open(&l, *state, prose, letters);
		for (size_t i = 0; i < l.para.nlines; i++) {
			assert_true(l.para.lines[i].width <= letters * 12 + 0.02);
			buf_addspan(&all, line_text(&l, i));
		}
		/* The one full-width space may have been left out at the end of a line. */
		buf_adds(&want, prose);
		if (!strstr(buf_str(&all), "　")) {
			const char *at = strstr(prose, "　");

			buf_cut(&want, (size_t)(at - prose));
			buf_adds(&want, at + strlen("　"));
		}
		assert_string_equal(buf_str(&all), buf_str(&want));
		buf_clear(&want);
		buf_clear(&all);
		lines_close(&l);
	}
}

static void a_word_longer_than_a_line_is_broken_anywhere(void **state)
{
	struct lines l;

	lines_open(&l, *state, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", 5);
	assert_int_equal(l.para.nlines, 5);
	for (size_t i = 0; i + 1 < l.para.nlines; i++)
		assert_true(l.para.lines[i].width > 4 * 12);
	lines_close(&l);
}

static void a_typed_line_end_ends_the_line(void **state)
{
	struct lines l;

	lines_open(&l, *state, "一行目\n\n三行目", 20);
	assert_int_equal(l.para.nlines, 3);
	assert_true(span_is(line_text(&l, 0), "一行目"));
	assert_true(span_is(line_text(&l, 1), ""));
	assert_true(span_is(line_text(&l, 2), "三行目"));
	assert_true(l.para.lines[0].ends);
	lines_close(&l);
}

static void an_empty_text_is_one_empty_line(void **state)
{
	struct lines l;

	lines_open(&l, *state, "", 20);
	assert_int_equal(l.para.nlines, 1);
	assert_true(l.para.lines[0].ends);
	lines_close(&l);
}

static void check_label(void **state, const char *text, double letters, const char *first,
			const char *second)
{
	struct lines l;

	lines_open(&l, *state, text, 100);
	para_phrases(&l.para, letters * 12);
	para_break(&l.flow, &l.para, letters * 12);
	assert_int_equal(l.para.nlines, 2);
	assert_true(span_is(line_text(&l, 0), first));
	assert_true(span_is(line_text(&l, 1), second));
	lines_close(&l);
}

static void labels_break_between_phrases(void **state)
{
	check_label(state, "個別の支援の合計", 6.4, "個別の支援の", "合計");
	check_label(state, "通級による指導の時間", 6.4, "通級による", "指導の時間");
	check_label(state, "保護者に説明した日", 6.4, "保護者に", "説明した日");
	/* One phrase, too long: two even halves. */
	check_label(state, "困っていること", 6.4, "困って", "いること");
	check_label(state, "コーディネーター", 6.4, "コーディ", "ネーター");
}

/* ---- pages ------------------------------------------------------------------------------------
 */

/* What a page of the dump shows: the lines of its text, without header, footer, repeated head. */
struct shown {
	const char *at[400];  /* beginnings of lines of the dump */
	const char *tag[400]; /* the structure line above each */
	size_t n;
};

static const char *skip_spaces(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

/* Reads the dump of page `number` from "page N" to the next page; false if there is none. */
static bool read_page(const struct buf *dump, size_t number, struct shown *out)
{
	char head[32];
	const char *p, *tag = "";
	bool artifact = false;

	snprintf(head, sizeof head, "page %zu\n", number);
	p = strstr(buf_str(dump), head);
	out->n = 0;
	if (!p || (p > buf_str(dump) && p[-1] != '\n'))
		return false;
	for (p = strchr(p, '\n') + 1; *p && strncmp(p, "page ", 5) && strncmp(p, "on page", 7);
	     p = strchr(p, '\n') + 1) {
		const char *word = skip_spaces(p);

		if (*word == '(')
			artifact = strncmp(word, "(end)", 5) != 0;
		else if (*word >= 'A' && *word <= 'Z')
			tag = word;
		else if (!artifact && *word >= '0' && *word <= '9') {
			assert_true(out->n < 400);
			out->at[out->n] = word;
			out->tag[out->n++] = tag;
		}
	}
	return true;
}

static struct span shown_text(const struct shown *s, size_t i)
{
	const char *from = strstr(s->at[i], " | ") + 3;

	return span_make(from, (size_t)(strchr(from, '\n') - from));
}

static double shown_y(const struct shown *s, size_t i)
{
	return strtod(strchr(s->at[i], ',') + 1, NULL);
}

/* A text of n paragraphs, of one, two and more lines by turns. */
static void add_paragraphs(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k <= i % 4; k++)
			buf_adds(b, "教室を移るときに不安になります。前の時間の終わりに写真を"
				    "見せると、自分から動けます。");
		buf_adds(b, "\n\n");
	}
}

static void check_page_ends(const struct shown *s)
{
	const char *last = s->tag[s->n - 1];

	assert_true(strncmp(last, "H2", 2) != 0 && strncmp(last, "H3", 2) != 0 &&
		    strncmp(last, "H4", 2) != 0);
	/* The text ends above the footer. */
	assert_true(shown_y(s, s->n - 1) < 841.89 - 29 * 72 / 25.4);
}

static void no_heading_is_left_alone_at_the_foot_of_a_page(void **state)
{
	for (size_t n = 1; n < 40; n++) {
		struct buf text, dump;
		struct print_report report;
		struct view *v;
		struct print_job job;
		struct shown *page = malloc(sizeof *page);

		buf_init(&text, 65536);
		add_paragraphs(&text, n);
		buf_adds(&text, "#### 中の見出し\n\n");
		add_paragraphs(&text, 3);
		buf_adds(&text, "\n### こうすると うまくいく\n\n短い文です。\n\n");
		buf_adds(&text, "## 引き継ぎ\n\n### 次の目標\n\n目標の文です。\n");
		v = sample_prose(*state, buf_span(&text));
		job = sample_job((const struct view *const *)&v, 1);
		sample_text(*state, &job, &dump, &report);
		for (size_t i = 1; i <= report.pages; i++) {
			assert_true(read_page(&dump, i, page));
			check_page_ends(page);
		}
		free(page);
		view_free(v);
		buf_clear(&dump);
		buf_clear(&text);
	}
}

/* How many lines of the paragraph that begins with 「始 stand on a page. */
static size_t lines_of_marked(const struct shown *s, size_t *rest)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (begins_with_any(shown_text(s, i), "始"))
			*rest = 5;
		if (*rest) {
			n++;
			--*rest;
		}
	}
	return n;
}

static void no_line_of_a_paragraph_is_alone_on_a_page(void **state)
{
	bool divided = false;

	for (size_t n = 10; n < 30; n++) {
		struct buf text, dump;
		struct view *v;
		struct print_job job;
		struct print_report report;
		struct shown *page = malloc(sizeof *page);
		size_t rest = 0;

		buf_init(&text, 65536);
		for (size_t i = 0; i < n; i++)
			buf_adds(&text, "一行だけの段落。\n\n");
		/* Forty letters a line: five lines. */
		buf_adds(&text, "始");
		for (size_t i = 0; i < 170; i++)
			buf_adds(&text, "文");
		v = sample_prose(*state, buf_span(&text));
		job = sample_job((const struct view *const *)&v, 1);
		sample_text(*state, &job, &dump, &report);
		for (size_t i = 1; i <= report.pages; i++) {
			size_t lines;

			assert_true(read_page(&dump, i, page));
			lines = lines_of_marked(page, &rest);
			assert_int_not_equal(lines, 1);
			assert_int_not_equal(lines, 4);
			divided |= lines == 2 || lines == 3;
		}
		free(page);
		view_free(v);
		buf_clear(&dump);
		buf_clear(&text);
	}
	assert_true(divided); /* or the test has seen nothing */
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

/* A sheet with a table of n rows; row `long_at` has a text of so many letters. */
static struct view *table_view(const struct sample *s, size_t n, size_t long_at, size_t letters)
{
	struct buf b;
	struct view *v;

	buf_init(&b, SHEET_MAX_BYTES);
	buf_adds(&b, "---\nkarte: 1\ntype: paper\ntype-version: 1\nid: \"1\"\nchild: c7k3m9q2v4\n"
		     "title: 見本\ninstitution: kudan-es\nstatus: draft\nvalues:\n"
		     "  on: 2026-05-12\n  meetings:\n");
	for (size_t i = 0; i < n; i++) {
		buf_addf(
		    &b, "    - {on: 2026-05-15, who: 第%zu回の人たち、母、担任、通級の担当, what: ",
		    i + 1);
		for (size_t k = 0; i == long_at && k < letters; k++)
			buf_adds(&b, "長");
		buf_addf(&b, "説明書を全部の先生に配る, score: %zu}\n", i);
	}
	buf_adds(&b, "---\n");
	v = sample_view(s, buf_span(&b));
	buf_clear(&b);
	return v;
}

static void a_table_over_three_pages_repeats_its_head(void **state)
{
	struct view *v = table_view(*state, 70, 1000, 0);
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct print_report report;
	struct buf dump;

	sample_text(*state, &job, &dump, &report);
	assert_int_equal(report.pages, 4);
	/* Once as head cell of the structure, once for each further page. */
	assert_int_equal(count(buf_str(&dump), "| 出席した人\n"), 4);
	assert_int_equal(count(buf_str(&dump), "Head column\n"), 4);
	assert_int_equal(count(buf_str(&dump), "(repeated)\n"), 3);
	assert_int_equal(count(buf_str(&dump), "| 記録（続き）\n"), 3);
	assert_int_equal(count(buf_str(&dump), "Row\n"), 3 + 1 + 70);
	view_free(v);
	buf_clear(&dump);
}

static void a_row_is_not_divided_if_a_page_can_hold_it(void **state)
{
	/* A dozen lines on a card, at every height of a page. */
	for (size_t n = 2; n < 14; n++) {
		struct view *v = table_view(*state, n, n - 1, 400);
		struct print_job job = sample_job((const struct view *const *)&v, 1);
		struct print_report report;
		struct shown *page = malloc(sizeof *page);
		struct buf dump;
		size_t pages_with = 0;

		sample_text(*state, &job, &dump, &report);
		for (size_t i = 1; i <= report.pages; i++) {
			bool with = false;

			assert_true(read_page(&dump, i, page));
			for (size_t k = 0; k < page->n; k++)
				with |= begins_with_any(shown_text(page, k), "長");
			pages_with += with;
		}
		assert_int_equal(pages_with, 1);
		free(page);
		view_free(v);
		buf_clear(&dump);
	}
}

static void a_row_higher_than_a_page_is_divided_and_nothing_is_lost(void **state)
{
	/* So long that it is printed as cards, and still higher than a page. */
	struct view *v = table_view(*state, 3, 1, 1900);
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct print_report report;
	struct shown *page = malloc(sizeof *page);
	struct buf dump;

	sample_text(*state, &job, &dump, &report);
	assert_int_equal(count(buf_str(&dump), "長"), 1900);
	assert_true(report.pages >= 3);
	for (size_t i = 1; i <= report.pages; i++) {
		assert_true(read_page(&dump, i, page));
		check_page_ends(page);
	}
	free(page);
	view_free(v);
	buf_clear(&dump);
}

static void pages_are_numbered_through_and_each_view_begins_one(void **state)
{
	struct view *a = table_view(*state, 40, 1000, 0);
	struct view *b = sample_file(*state, "tests/print/sheet.md");
	const struct view *views[] = {a, b};
	const struct span versions[] = {SPAN("1（aaaaaaa）"), SPAN("2（bbbbbbb）")};
	struct print_job job = sample_job(views, 2);
	struct print_report report;
	struct buf dump;

	job.versions = versions;
	sample_text(*state, &job, &dump, &report);
	assert_int_equal(report.pages, 4);
	assert_non_null(strstr(buf_str(&dump), "見本 版 1（aaaaaaa）　1/4　保護者"));
	assert_non_null(strstr(buf_str(&dump), "見本 版 1（aaaaaaa）　2/4　保護者"));
	assert_non_null(strstr(buf_str(&dump), "令和8年度 版 2（bbbbbbb）　3/4　保護者"));
	assert_non_null(strstr(buf_str(&dump), "令和8年度 版 2（bbbbbbb）　4/4　保護者"));
	assert_int_equal(count(buf_str(&dump), "取扱注意\n"), 4);
	assert_int_equal(count(buf_str(&dump), "| 記録 vault.example.jp 18204 Kq7dX2\n"), 4);
	assert_int_equal(count(buf_str(&dump), "code "), 4);
	assert_int_equal(count(buf_str(&dump), "bookmark "), 2);
	assert_int_equal(count(buf_str(&dump), "Document\n"), 1);
	view_free(a);
	view_free(b);
	buf_clear(&dump);
}

static void a_draft_says_so_on_every_page_and_what_is_final_does_not(void **state)
{
	struct view *draft = table_view(*state, 40, 1000, 0);
	struct view *final = sample_file(*state, "tests/print/sheet.md");
	struct print_job job = sample_job((const struct view *const *)&draft, 1);
	struct print_report report;
	struct buf dump;

	sample_text(*state, &job, &dump, &report);
	/* In the header of each page, and as the state in the head of the sheet. */
	assert_int_equal(count(buf_str(&dump), "bold 11 | 下書き\n"), report.pages);
	assert_int_equal(count(buf_str(&dump), "body 12 | 下書き\n"), 1);
	buf_clear(&dump);
	job = sample_job((const struct view *const *)&final, 1);
	sample_text(*state, &job, &dump, &report);
	assert_int_equal(count(buf_str(&dump), "下書き"), 0);
	view_free(draft);
	view_free(final);
	buf_clear(&dump);
}

static void what_is_absent_is_not_printed(void **state)
{
	struct view *v = sample_file(*state, "tests/print/sheet.md");
	struct print_job job = sample_job((const struct view *const *)&v, 1);
	struct buf dump;

	job.child_kana = job.checkpoint = job.verify_url = job.version = job.made_for = SPAN_NONE;
	job.born = (struct day){0, 0, 0};
	job.names = NULL;
	sample_text(*state, &job, &dump, NULL);
	assert_null(strstr(buf_str(&dump), "よしだ"));
	assert_null(strstr(buf_str(&dump), "記録 "));
	assert_null(strstr(buf_str(&dump), "code "));
	assert_null(strstr(buf_str(&dump), "版"));
	assert_null(strstr(buf_str(&dump), "生年月日"));
	assert_non_null(strstr(buf_str(&dump), "| 印刷の見本 令和8年度　1/2　取扱注意\n"));
	assert_non_null(strstr(buf_str(&dump), "| kudan-es\n"));
	view_free(v);
	buf_clear(&dump);
}

/* Short fields, prose, a table, the institution; a section of which nothing is shown is not empty.
 */
static void what_is_withheld_is_said_in_its_place(void **state)
{
	static const struct span words[] = {SPAN("髙橋"),     SPAN("時計"),	  SPAN("まとめ役"),
					    SPAN("母、担任"), SPAN("リコーダー"), SPAN("119.3"),
					    SPAN("kudan-es")};
	static const char *const closed[] = {"髙橋",	   "時計",    "まとめ役", "担任",
					     "リコーダー", "125.2cm", "kudan",	  "九段小学校"};
	const struct sample *s = *state;
	struct reader who = {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = words, .nwords = 7};
	struct sheet *sheet = NULL;
	struct view *v;
	struct print_job job;
	struct buf file, dump;
	const char *at;
	size_t n = 0;

	buf_init(&file, SHEET_MAX_BYTES);
	assert_int_equal(file_read("tests/print/sheet.md", &file), ST_OK);
	assert_int_equal(sheet_parse(&sheet, "x.md", buf_span(&file), s->types, NULL), ST_OK);
	assert_int_equal(redact_for(&v, sheet, &who), ST_OK);
	job = sample_job((const struct view *const *)&v, 1);
	sample_text(s, &job, &dump, NULL);
	for (at = buf_str(&dump); (at = strstr(at, "| この内容は表示できません\n")); at++)
		n++;
	assert_int_equal(n, 6);
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		if (strstr(buf_str(&dump), closed[i]))
			fail_msg("%s in %s", closed[i], buf_str(&dump));
	assert_null(strstr(buf_str(&dump), "記録、"));
	assert_null(strstr(buf_str(&dump), "書いた機関"));
	assert_non_null(strstr(buf_str(&dump), "| 見本市九段南一丁目"));
	sheet_free(sheet);
	view_free(v);
	buf_clear(&file);
	buf_clear(&dump);
}

static void a_job_without_views_is_refused(void **state)
{
	struct sample *s = *state;
	struct print_job job = sample_job(NULL, 0);
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(print_text(s->style, NULL, &job, &out, NULL), ST_INVALID);
	assert_int_equal(print_pdf(s->style, s->fonts, &job, &out, NULL), ST_INVALID);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

/* ---- style ------------------------------------------------------------------------------------
 */

static void check_bad_style(const char *text, const char *code)
{
	char dir[] = "/tmp/karte-style-XXXXXX";
	struct print_style *s = (struct print_style *)1;
	struct problems ps;
	struct buf path;
	bool found = false;

	problems_init(&ps);
	buf_init(&path, 4096);
	assert_non_null(mkdtemp(dir));
	buf_addf(&path, "%s/print.yaml", dir);
	assert_int_equal(file_write_fast(buf_str(&path), span_of(text), 0600), ST_OK);
	assert_int_equal(print_style_load(&s, dir, &ps), ST_INVALID);
	assert_null(s);
	for (size_t i = 0; i < ps.count; i++)
		found |= strcmp(ps.list[i].code, code) == 0;
	assert_true(found);
	file_remove_tree(dir);
	buf_clear(&path);
	problems_clear(&ps);
}

static void a_style_that_is_wrong_is_refused_with_its_place(void **state)
{
	struct print_style *s;
	struct buf good;
	char *at;

	(void)state;
	assert_int_equal(print_style_load(&s, "/nowhere", NULL), ST_NOTFOUND);
	assert_null(s);
	check_bad_style("paper: {width: 210\n", "yaml.syntax");
	check_bad_style("paper: {width: 210}\n", "print.number");
	buf_init(&good, 65536);
	assert_int_equal(file_read("themes/standard/print.yaml", &good), ST_OK);
	at = strstr(good.data, "body: 12");
	assert_non_null(at);
	at[6] = '0'; /* letters of 2 points */
	check_bad_style(buf_str(&good), "print.number");
	at[6] = '1';
	buf_adds(&good, "colour: red\n");
	check_bad_style(buf_str(&good), "yaml.unknown-key");
	buf_clear(&good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_line_begins_or_ends_with_what_must_not_stand_there),
	    cmocka_unit_test(no_line_is_wider_than_the_width_and_no_letter_is_lost),
	    cmocka_unit_test(a_word_longer_than_a_line_is_broken_anywhere),
	    cmocka_unit_test(a_typed_line_end_ends_the_line),
	    cmocka_unit_test(an_empty_text_is_one_empty_line),
	    cmocka_unit_test(labels_break_between_phrases),
	    cmocka_unit_test(no_heading_is_left_alone_at_the_foot_of_a_page),
	    cmocka_unit_test(no_line_of_a_paragraph_is_alone_on_a_page),
	    cmocka_unit_test(a_table_over_three_pages_repeats_its_head),
	    cmocka_unit_test(a_row_is_not_divided_if_a_page_can_hold_it),
	    cmocka_unit_test(a_row_higher_than_a_page_is_divided_and_nothing_is_lost),
	    cmocka_unit_test(pages_are_numbered_through_and_each_view_begins_one),
	    cmocka_unit_test(a_draft_says_so_on_every_page_and_what_is_final_does_not),
	    cmocka_unit_test(what_is_absent_is_not_printed),
	    cmocka_unit_test(what_is_withheld_is_said_in_its_place),
	    cmocka_unit_test(a_job_without_views_is_refused),
	    cmocka_unit_test(a_style_that_is_wrong_is_refused_with_its_place),
	};

	return cmocka_run_group_tests(tests, sample_open, sample_close);
}
