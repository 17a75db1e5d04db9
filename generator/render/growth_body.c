/* Figures of the body: height, weight, BMI, head, chest on published curves; 肥満度. */
#include "generator/render/growth_figures_int.h"

#include <math.h>

enum { CURVE_POINTS = 64 };

/* What one figure of the body draws. */
struct body {
	enum quantity q;
	const struct growth_point *points;
	size_t n;
	struct chart_point *places;
	size_t nplaces;
	double x_low, x_high, y_low, y_high;
};

static void reach(struct body *b, double y)
{
	b->y_low = fmin(b->y_low, y);
	b->y_high = fmax(b->y_high, y);
}

static void add_place(struct body *b, double x, double y)
{
	b->places[b->nplaces++] = (struct chart_point){x, y};
	b->x_low = fmin(b->x_low, x);
	b->x_high = fmax(b->x_high, x);
	reach(b, y);
}

static bool take_places(struct maker *m, struct body *b)
{
	b->places = maker_array(m, b->n, sizeof *b->places);
	b->x_low = b->y_low = INFINITY;
	b->x_high = b->y_high = -INFINITY;
	for (size_t i = 0; b->places && i < b->n; i++) {
		double x;

		if (b->points[i].measured && maker_x(m, b->points[i].on, &x))
			add_place(b, x, b->points[i].value);
	}
	return b->nplaces > 0;
}

/* ---- curves -----------------------------------------------------------------------------------
 */

/* Standard deviations only where the values go beyond the survey. */
static bool by_deviation(const struct maker *m, const struct body *b)
{
	double from, to, end;

	if (!growth_sd_range(m->tables, m->child->sex, b->q, &from, &to))
		return false;
	return !growth_percentile_range(m->tables, m->child->sex, b->q, &from, &end) ||
	       b->x_high > end;
}

static bool curve_at(const struct maker *m, const struct body *b, bool sd, size_t k, double x,
		     double *y)
{
	if (sd)
		return growth_sd_at(m->tables, m->child->sex, b->q, x, (double)k - 2, y);
	return growth_percentile_at(m->tables, m->child->sex, b->q, x, k, y);
}

/* k: -2 … +2 standard deviations, or the percentiles. */
static void one_curve(struct maker *m, struct body *b, const struct chart *c, bool sd, size_t k,
		      struct chart_curve *out)
{
	struct chart_point *p = maker_array(m, CURVE_POINTS + 1, sizeof *p);

	for (size_t i = 0; p && i <= CURVE_POINTS; i++) {
		double x = c->x_min + (c->x_max - c->x_min) * (double)i / CURVE_POINTS, y;

		if (curve_at(m, b, sd, k, x, &y)) {
			p[out->n++] = (struct chart_point){x, y};
			reach(b, y);
		}
	}
	out->points = p;
	out->strong = sd ? k == 2 : growth_percentiles[k] == 50;
	out->label = sd ? maker_text(m, k == 2 ? "0SD" : "%+dSD", (int)k - 2)
			: maker_text(m, "%d", growth_percentiles[k]);
}

static const char percentile_note[] =
    "線は、令和5年 乳幼児身体発育調査の "
    "パーセンタイルです（3・10・25・50・75・90・97）。50は、100人を順に"
    "ならべた まん中です。点の位置を 見るためのもので、診断ではありません。";

/* What stands below the chart: which curves these are, and whether values lie beyond their end. */
static struct span body_note(struct maker *m, size_t drawn, bool sd, bool ends, enum quantity q)
{
	if (drawn && sd)
		return SPAN(
		    "線は、この自治体が用意した基準の −2SD から +2SD です。点の位置を 見るための"
		    "もので、診断ではありません。");
	if (drawn)
		return maker_text(m, "%s%s", percentile_note,
				  ends ? "表の終わりのあとの値は、移り変わりだけを 出しています。"
				       : "");
	if (m->child->sex == GROWTH_UNKNOWN && q != QUANTITY_CHEST)
		return SPAN("性別の登録がないため、くらべる線はありません。");
	return SPAN(
	    "この年齢や この値には、くらべる表がありません。値の移り変わりだけを 出しています。");
}

static void draw_body(struct maker *m, struct body *b, struct growth_figure *f)
{
	bool sd = by_deviation(m, b);
	size_t count = sd ? 5 : GROWTH_PERCENTILES, drawn = 0;
	struct chart_curve *curves = maker_array(m, count, sizeof *curves);
	struct chart_series series = {f->heading, b->places, b->nplaces};
	struct chart c = {.series = &series, .nseries = 1, .curves = curves, .ncurves = count};
	double from, to;

	maker_ages(m, &c, b->x_low, b->x_high);
	for (size_t k = 0; curves && k < count; k++) {
		one_curve(m, b, &c, sd, k, &curves[k]);
		drawn += curves[k].n > 1;
	}
	maker_values(m, &c, b->y_low, b->y_high);
	c.y_label = f->heading;
	c.title = maker_text(m, "%.*sの図", SPAN_ARG(f->heading));
	c.desc =
	    maker_text(m, "%zu個の値を 年齢の順に つないだ折れ線%s。値は 図のあとの表にあります。",
		       b->nplaces, drawn ? "と、くらべるための線" : "");
	f->note = body_note(m, drawn, sd,
			    growth_percentile_range(m->tables, m->child->sex, b->q, &from, &to) &&
				b->x_high >= to,
			    b->q);
	maker_draw(m, f, &c);
}

/* ---- the table --------------------------------------------------------------------------------
 */

static struct span position(struct maker *m, const struct growth_point *p)
{
	struct growth_position at;
	struct span text;
	double months;
	struct buf b;

	if (!p->measured || !maker_x(m, p->on, &months) ||
	    !growth_position(m->tables, m->child->sex, p->quantity, months, p->value, &at))
		return SPAN("");
	buf_init(&b, 256);
	growth_position_say(&at, &b);
	text = maker_text(m, "%s", buf_str(&b));
	buf_clear(&b);
	return text;
}

static void body_table(struct maker *m, const struct body *b, struct growth_figure *f)
{
	const char *heads[] = {"測定日", "年齢", f->heading.p, "位置"};
	struct span *cells = maker_table(m, f, heads, 4, b->n);

	for (size_t i = 0; cells && i < b->n; i++) {
		cells[4 * i] = maker_day(m, b->points[i].on);
		cells[4 * i + 1] = maker_age(m, b->points[i].on);
		cells[4 * i + 2] = b->points[i].text;
		cells[4 * i + 3] = position(m, &b->points[i]);
	}
}

void figure_body(struct maker *m, enum quantity q)
{
	const char *unit = growth_quantity_unit(q);
	struct body b = {.q = q};
	struct growth_figure *f;

	b.n = growth_of(m->set, q, &b.points);
	if (!b.n)
		return;
	f = maker_figure(
	    m, q, quantity_name(q),
	    maker_text(m, *unit ? "%s（%s）" : "%s%s", growth_quantity_label(q), unit));
	if (!f)
		return;
	if (take_places(m, &b))
		draw_body(m, &b, f);
	else
		f->note =
		    SPAN("生年月日がわからないか、予定日より前の値だけのため、図はありません。");
	body_table(m, &b, f);
}

/* ---- 肥満度 -----------------------------------------------------------------------------------
 */

/* The percentages of days with height and weight, in order of days. */
static size_t percentages(struct maker *m, struct day *days, struct chart_point *out)
{
	const struct growth_point *h, *w;
	size_t nh = growth_of(m->set, QUANTITY_HEIGHT, &h), nw, n = 0;

	nw = growth_of(m->set, QUANTITY_WEIGHT, &w);
	for (size_t i = 0; i < nh; i++)
		for (size_t k = 0; k < nw; k++) {
			struct growth_age age;

			if (day_cmp(h[i].on, w[k].on) != 0 ||
			    (n && day_cmp(days[n - 1], h[i].on) == 0) ||
			    !growth_age(m->child->born, h[i].on, 0, &age) ||
			    !growth_obesity(m->tables, m->child->sex, age.exact, h[i].value,
					    w[k].value, &out[n].y))
				continue;
			out[n].x = age.exact;
			days[n++] = h[i].on;
		}
	return n;
}

static void obesity_table(struct maker *m, struct growth_figure *f, const struct day *days,
			  const struct chart_point *p, size_t n)
{
	static const char *const heads[] = {"測定日", "年齢", "肥満度（%）"};
	struct span *cells = maker_table(m, f, heads, 3, n);

	for (size_t i = 0; cells && i < n; i++) {
		cells[3 * i] = maker_day(m, days[i]);
		cells[3 * i + 1] = maker_age(m, days[i]);
		cells[3 * i + 2] = maker_text(m, "%+.1f", p[i].y);
	}
}

void figure_obesity(struct maker *m)
{
	const struct growth_point *h;
	size_t most = growth_of(m->set, QUANTITY_HEIGHT, &h), n;
	struct chart_series series = {.label = SPAN("肥満度")};
	struct chart c = {.series = &series, .nseries = 1, .y_label = SPAN("肥満度（%）")};
	struct chart_point *p = most ? maker_array(m, most, sizeof *p) : NULL;
	struct day *days = most ? maker_array(m, most, sizeof *days) : NULL;
	struct growth_figure *f;
	double low = 0, high = 0;

	n = p && days ? percentages(m, days, p) : 0;
	f = n ? maker_figure(m, QUANTITY_NONE, "obesity", SPAN("肥満度（%）")) : NULL;
	if (!f)
		return;
	for (size_t i = 0; i < n; i++) {
		low = fmin(low, p[i].y);
		high = fmax(high, p[i].y);
	}
	series.points = p;
	series.n = n;
	maker_ages(m, &c, p[0].x, p[n - 1].x);
	maker_values(m, &c, fmin(low, -10), fmax(high, 10));
	c.title = SPAN("肥満度（%）の図");
	c.desc = maker_text(
	    m, "%zu個の値を 年齢の順に つないだ折れ線。値は 図のあとの表にあります。", n);
	f->note = SPAN("身長から計算した標準体重（6歳までは村田式、そのあとは性別・年齢別の伊藤式）"
		       "とのちがいです。"
		       "0%は 標準体重と同じ重さです。");
	maker_draw(m, f, &c);
	obesity_table(m, f, days, p, n);
}
