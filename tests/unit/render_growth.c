/* Charts of growth: one drawing for screen and paper, and what they show. */
#include "generator/render/growth_figures.h"

#include "generator/base/file.h"
#include "generator/render/dev_text.h"
#include "generator/render/layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static struct growth_tables *tables;
static struct types *types;
static struct print_style *style;
static struct fonts *fonts;

static int load(void **state)
{
	(void)state;
	return growth_tables_load(&tables, "content/masters/growth", NULL) ||
	       types_load(&types, "tests/growth/types", NULL) ||
	       print_style_load(&style, "themes/standard", NULL) || print_fonts_open(&fonts, style);
}

static int unload(void **state)
{
	(void)state;
	growth_tables_free(tables);
	types_free(types);
	fonts_free(fonts);
	print_style_free(style);
	return 0;
}

static void gather(struct growth_set *s, const char *file, enum role role)
{
	struct reader who = {.role = role, .relation = REL_OWN};
	struct sheet *sheet = NULL;
	struct view *v = NULL;
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(file, &text), ST_OK);
	assert_int_equal(sheet_parse(&sheet, file, buf_span(&text), types, NULL), ST_OK);
	assert_int_equal(redact_for(&v, sheet, &who), ST_OK);
	assert_int_equal(growth_collect(s, v), ST_OK);
	view_free(v);
	sheet_free(sheet);
	buf_clear(&text);
}

/* The figures of the two sheets for a role. */
static struct growth_figures *figures_for(struct arena *a, enum role role, enum growth_sex sex)
{
	struct growth_figures *f = arena_alloc(a, sizeof *f);
	struct growth_set *s = arena_alloc(a, sizeof *s);
	struct growth_child child = {sex, {2023, 4, 10}, 33};

	growth_set_init(s, a);
	gather(s, "tests/growth/a.md", role);
	gather(s, "tests/growth/b.md", role);
	assert_int_equal(growth_settle(s), ST_OK);
	assert_int_equal(growth_figures_make(f, a, tables, &child, s), ST_OK);
	return f;
}

static const struct growth_figure *figure(const struct growth_figures *f, const char *id)
{
	for (size_t i = 0; i < f->count; i++)
		if (span_is(f->list[i].id, id))
			return &f->list[i];
	return NULL;
}

static void html_of(const struct growth_figures *f, struct buf *out)
{
	struct html h;

	buf_init(out, 1 << 22);
	html_init(&h, out);
	html_open(&h, "main");
	growth_html(&h, f);
	html_close(&h);
	assert_int_equal(html_end(&h), ST_OK);
}

static bool has(const struct buf *b, const char *text)
{
	return strstr(buf_str(b), text) != NULL;
}

/* ---- what is shown ----------------------------------------------------------------------------
 */

static void every_measured_thing_has_its_figure_and_table(void **state)
{
	static const char *const ids[] = {"growth-height", "growth-weight",  "growth-obesity",
					  "growth-bmi",	   "growth-head",    "growth-chest",
					  "growth-vision", "growth-hearing", "growth-score"};
	struct arena *a = arena_new(1 << 24);
	struct growth_figures *f = figures_for(a, ROLE_HEALTH, GROWTH_MALE);

	(void)state;
	assert_int_equal(f->count, sizeof ids / sizeof *ids);
	for (size_t i = 0; i < f->count; i++) {
		assert_true(span_is(f->list[i].id, ids[i]));
		assert_true(f->list[i].rows > 0);
		assert_int_equal(f->list[i].drawn, strcmp(ids[i], "growth-hearing") != 0);
	}
	assert_true(span_is(figure(f, "growth-height")->heading, "身長（cm）"));
	arena_free(a);
}

static void a_row_says_day_age_value_and_position(void **state)
{
	struct arena *a = arena_new(1 << 24);
	const struct growth_figure *h =
	    figure(figures_for(a, ROLE_HEALTH, GROWTH_MALE), "growth-height");

	(void)state;
	assert_int_equal(h->columns, 4);
	assert_int_equal(h->rows, 4);
	assert_true(span_is(h->cells[4], "令和6年10月10日"));
	assert_true(span_is(h->cells[5], "1歳6か月（修正 1歳4か月）"));
	assert_true(span_is(h->cells[6], "79.3"));
	/* 16.35 months: between 15 (76.5, 78.2, 79.7) and 21 (82.1, 84.0, 85.6): 50 % at 77.8 */
	assert_true(span_starts(h->cells[7], SPAN("50〜75パーセンタイル（およそ")));
	assert_true(span_is(h->cells[13], "3歳0か月")); /* no correction any more */
	arena_free(a);
}

static void nothing_of_a_hidden_section_is_shown(void **state)
{
	static const char *const hidden[] = {"検査の結果", "新版K式", "WISC-V", "ことば"};
	struct arena *a = arena_new(1 << 24);
	struct buf all, some;

	(void)state;
	html_of(figures_for(a, ROLE_HEALTH, GROWTH_MALE), &all);
	html_of(figures_for(a, ROLE_HOUSEHOLD, GROWTH_MALE), &some);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		assert_true(has(&all, hidden[i]));
		assert_false(has(&some, hidden[i]));
	}
	assert_true(has(&some, "身長（cm）"));
	buf_clear(&all);
	buf_clear(&some);
	arena_free(a);
}

/* A position is a place and no judgement. */
static void no_word_judges(void **state)
{
	static const char *const words[] = {"異常",   "正常", "低身長", "肥満傾向", "やせ",
					    "要注意", "nan",  "inf",	"style="};
	struct arena *a = arena_new(1 << 24);
	struct buf b;

	(void)state;
	html_of(figures_for(a, ROLE_HEALTH, GROWTH_FEMALE), &b);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_false(has(&b, words[i]));
	assert_true(has(&b, "診断ではありません"));
	buf_clear(&b);
	arena_free(a);
}

static void without_sex_or_values_it_says_so(void **state)
{
	struct arena *a = arena_new(1 << 24);
	struct growth_figures *f = figures_for(a, ROLE_HEALTH, GROWTH_UNKNOWN);
	struct growth_child child = {GROWTH_MALE, {0}, 0};
	struct growth_set none;
	struct buf b;

	(void)state;
	html_of(f, &b);
	assert_true(has(&b, "性別の登録がないため"));
	assert_null(figure(f, "growth-obesity"));
	assert_false(has(&b, "SDスコア"));
	buf_clear(&b);
	growth_set_init(&none, a);
	assert_int_equal(growth_figures_make(f, a, NULL, &child, &none), ST_OK);
	html_of(f, &b);
	assert_true(has(&b, "まだ 出せる値がありません"));
	buf_clear(&b);
	arena_free(a);
}

/* ---- one drawing for both ----------------------------------------------------------------------
 */

/* The corners of all paths, one after the other; -1 begins a path. */
struct corners {
	double list[20000];
	size_t n;
};

static void add_corner(struct corners *c, double v)
{
	assert_true(c->n < sizeof c->list / sizeof *c->list);
	c->list[c->n++] = v;
}

static void svg_paths(const char *svg, struct corners *out)
{
	for (const char *p = svg; (p = strstr(p, " d=\"M")); p++) {
		add_corner(out, -1);
		for (const char *c = p + 5; *c && *c != '"' && *c != 'Z';) {
			char *end;

			add_corner(out, strtod(c, &end));
			add_corner(out, strtod(end, &end));
			c = *end == 'L' ? end + 1 : end;
		}
	}
}

/* The same of a dump of pages, moved back to the corner of the drawing. */
static void page_paths(const char *dump, double dy, struct corners *out)
{
	for (const char *p = dump; (p = strstr(p, " path")); p++) {
		const char *c = strchr(strstr(p, " grey ") + 6, ' ');
		double x, y;
		int used = 0;

		add_corner(out, -1);
		if (strncmp(c, " dashed", 7) == 0)
			c += 7;
		while (*c == ' ' && sscanf(c, " %lf,%lf%n", &x, &y, &used) == 2) {
			add_corner(out, x);
			add_corner(out, y - dy);
			c += used;
		}
	}
}

static struct corners left, right;

static void screen_and_paper_get_the_same_drawing(void **state)
{
	struct arena *a = arena_new(1 << 24);
	struct growth_figures *f = figures_for(a, ROLE_HEALTH, GROWTH_MALE);

	(void)state;
	for (size_t i = 0; i < f->count; i++) {
		const struct drawing *d = &f->list[i].drawing;
		struct buf svg, dump;
		struct device *dev;
		struct flow flow;
		struct html h;

		if (!f->list[i].drawn)
			continue;
		buf_init(&svg, 1 << 20);
		buf_init(&dump, 1 << 20);
		left.n = right.n = 0;
		html_init(&h, &svg);
		chart_svg(&h, d);
		assert_int_equal(html_end(&h), ST_OK);
		dev = dev_text_new(&dump, NULL);
		assert_int_equal(flow_init(&flow, style, dev), ST_OK);
		flow.next.view = 0;
		flow_open(&flow, TAG_DOCUMENT);
		flow_drawing(&flow, d, 0, 1);
		flow_close(&flow);
		flow_strip(&flow, d->h, 0);
		flow_paginate(&flow);
		assert_int_equal(flow.st, ST_OK);
		svg_paths(buf_str(&svg), &left);
		page_paths(buf_str(&dump), style->top, &right);
		assert_true(left.n > 100);
		assert_int_equal(left.n, right.n);
		for (size_t k = 0; k < left.n; k++) /* both are rounded to a tenth */
			assert_true(fabs(left.list[k] - right.list[k]) < 0.11);
		for (size_t k = 0; k < d->n; k++) /* and every word */
			if (d->shapes[k].is_text) {
				assert_true(has(&svg, d->shapes[k].text.p));
				assert_true(has(&dump, d->shapes[k].text.p));
			}
		flow_clear(&flow);
		dev_text_free(dev);
		buf_clear(&svg);
		buf_clear(&dump);
	}
	arena_free(a);
}

/* ---- any values --------------------------------------------------------------------------------
 */

static double any(unsigned *seed)
{
	static const double hard[] = {0, -1, 1e300, -1e300, 1e-300};
	unsigned r = (unsigned)rand_r(seed);

	return r % 6 == 0 ? hard[r / 6 % 5] : r % 11 == 0 ? NAN : (r % 100000) / 77.0 - 100;
}

static void any_chart_is_drawn_with_numbers(void **state)
{
	unsigned seed = 3;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct arena *a = arena_new(1 << 22);
		struct chart_point points[20];
		struct chart_series series = {SPAN("a"), points, 20};
		struct chart_curve curve = {SPAN("b"), points, 20, false};
		struct chart c = {.x_min = any(&seed),
				  .x_max = any(&seed),
				  .y_min = any(&seed),
				  .y_max = any(&seed),
				  .series = &series,
				  .nseries = 1,
				  .curves = &curve,
				  .ncurves = 1};
		struct drawing d;

		for (int k = 0; k < 20; k++)
			points[k] = (struct chart_point){any(&seed), any(&seed)};
		c.x_ticks =
		    chart_ticks(a, c.x_min, c.x_max, chart_step(c.x_max - c.x_min, 5), &c.nx);
		c.y_ticks =
		    chart_ticks(a, c.y_min, c.y_max, chart_step(c.y_max - c.y_min, 5), &c.ny);
		assert_int_equal(chart_draw(a, &c, &d), ST_OK);
		for (size_t k = 0; k < d.n; k++)
			for (size_t n = 0; n < 2 * d.shapes[k].n; n++)
				assert_true(d.shapes[k].xy[n] > -20 && d.shapes[k].xy[n] < 400);
		arena_free(a);
	}
}

/* Any values of any days, through all of it. */
static void any_values_make_figures(void **state)
{
	unsigned seed = 5;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct arena *a = arena_new(1 << 24);
		struct growth_point list[40];
		struct growth_set s = {.arena = a, .points = list, .count = 40, .cap = 40};
		struct growth_child child = {(enum growth_sex)(i % 3), {2023, 4, 10}, i % 45};
		struct growth_figures *f = arena_alloc(a, sizeof *f);
		struct buf b;

		for (int k = 0; k < 40; k++) {
			double v = any(&seed);

			list[k] = (struct growth_point){
			    .quantity = (enum quantity)(1 + rand_r(&seed) % QUANTITY_SCORE),
			    .on = day_plus(child.born, rand_r(&seed) % 7000 - 200),
			    .measured = isfinite(v),
			    .value = isfinite(v) ? v : 0,
			    .text = SPAN("x"),
			    .series = SPAN("s")};
			if (list[k].measured)
				list[k].band = vision_band_of(v);
		}
		assert_int_equal(growth_settle(&s), ST_OK);
		assert_int_equal(growth_figures_make(f, a, tables, &child, &s), ST_OK);
		html_of(f, &b);
		assert_false(has(&b, "nan"));
		assert_false(has(&b, "inf"));
		buf_clear(&b);
		arena_free(a);
	}
}

/* ---- paper -------------------------------------------------------------------------------------
 */

static void on_paper_each_chart_is_a_figure_with_words(void **state)
{
	struct arena *a = arena_new(1 << 24);
	struct growth_figures *f = figures_for(a, ROLE_HEALTH, GROWTH_MALE);
	struct print_job job = {.growth = f, .child_name = SPAN("山田 健"), .at = 1700000000};
	struct print_report report;
	struct buf out;
	size_t figures = 0;

	(void)state;
	buf_init(&out, 1 << 24);
	assert_int_equal(print_text(style, NULL, &job, &out, &report), ST_OK);
	for (const char *p = buf_str(&out); (p = strstr(p, "Figure ")); p++)
		figures++;
	assert_int_equal(figures, 8);
	assert_true(has(&out, "| 身長（cm）の図。4個の値を"));
	assert_true(has(&out, "成長の記録"));
	assert_int_equal(report.nmissing, 0);
	assert_in_range(report.pages, 4, 8);
	buf_clear(&out);
	assert_int_equal(print_pdf(style, fonts, &job, &out, NULL), ST_OK);
	assert_true(out.len > 20000);
	if (getenv("KARTE_KEEP")) { /* to look at it */
		struct buf page;

		assert_int_equal(file_write_fast("growth.pdf", buf_span(&out), 0644), ST_OK);
		html_of(f, &page);
		assert_int_equal(file_write_fast("growth.html", buf_span(&page), 0644), ST_OK);
		buf_clear(&page);
	}
	buf_clear(&out);
	arena_free(a);
}

/* Not a test of speed: the figure stands in docs/performance.md. */
static void it_is_fast_enough_for_a_page(void **state)
{
	struct timespec from, to;
	double ms;

	(void)state;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int i = 0; i < 20; i++) {
		struct arena *a = arena_new(1 << 24);
		struct buf b;

		html_of(figures_for(a, ROLE_HEALTH, GROWTH_MALE), &b);
		buf_clear(&b);
		arena_free(a);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ms = ((double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6) /
	     20;
	print_message("# %.2f ms for nine figures of two sheets\n", ms);
	assert_true(ms < 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_measured_thing_has_its_figure_and_table),
	    cmocka_unit_test(a_row_says_day_age_value_and_position),
	    cmocka_unit_test(nothing_of_a_hidden_section_is_shown),
	    cmocka_unit_test(no_word_judges),
	    cmocka_unit_test(without_sex_or_values_it_says_so),
	    cmocka_unit_test(screen_and_paper_get_the_same_drawing),
	    cmocka_unit_test(any_chart_is_drawn_with_numbers),
	    cmocka_unit_test(any_values_make_figures),
	    cmocka_unit_test(on_paper_each_chart_is_a_figure_with_words),
	    cmocka_unit_test(it_is_fast_enough_for_a_page),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
