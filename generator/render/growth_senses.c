/* Figures of vision and hearing over years, and of test results. */
#include "generator/render/growth_figures_int.h"

#include <math.h>

/* ---- tables of several quantities a day ---------------------------------------------------------
 */

/* The days of quantities from..to, in order, each once. */
static size_t days_of(struct maker *m, enum quantity from, enum quantity to, struct day **out)
{
	struct day *days = m->set->count ? maker_array(m, m->set->count, sizeof *days) : NULL;
	size_t n = 0;

	for (size_t i = 0; days && i < m->set->count; i++) {
		const struct growth_point *p = &m->set->points[i];
		size_t at = n;

		if (p->quantity < from || p->quantity > to)
			continue;
		while (at && day_cmp(days[at - 1], p->on) > 0)
			at--;
		if (at && day_cmp(days[at - 1], p->on) == 0)
			continue;
		memmove(days + at + 1, days + at, (n - at) * sizeof *days);
		days[at] = p->on;
		n++;
	}
	*out = days;
	return n;
}

/* All values of a quantity on a day, with 「、」 between them. */
static struct span said(struct maker *m, enum quantity q, struct day on)
{
	const struct growth_point *p;
	size_t n = growth_of(m->set, q, &p);
	struct span text = SPAN("");

	for (size_t i = 0; i < n; i++)
		if (day_cmp(p[i].on, on) == 0)
			text = maker_text(m, "%.*s%s%.*s", SPAN_ARG(text), text.n ? "、" : "",
					  SPAN_ARG(p[i].text));
	return text;
}

static void day_table(struct maker *m, struct growth_figure *f, const char *const *heads,
		      enum quantity from, size_t count)
{
	struct day *days;
	size_t n = days_of(m, from, (enum quantity)(from + count - 1), &days), w = count + 2;
	struct span *cells = n ? maker_table(m, f, heads, w, n) : NULL;

	for (size_t i = 0; cells && i < n; i++) {
		cells[w * i] = maker_day(m, days[i]);
		cells[w * i + 1] = maker_age(m, days[i]);
		for (size_t k = 0; k < count; k++)
			cells[w * i + 2 + k] = said(m, (enum quantity)(from + k), days[i]);
	}
}

/* ---- vision -----------------------------------------------------------------------------------
 */

/* Four bands of the same height, and a value inside its band. */
static double vision_height(const struct growth_point *p)
{
	static const double edges[] = {0, 0.3, 0.7, 1.0, 2.0};
	size_t band = p->band;
	double low, high;

	if (!p->measured)
		return (double)band - 0.5;
	low = edges[band - 1];
	high = edges[band];
	return (double)band - 1 + fmin(fmax((p->value - low) / (high - low), 0), 1);
}

static size_t vision_places(struct maker *m, enum quantity q, struct chart_series *out, double *low,
			    double *high)
{
	const struct growth_point *p;
	size_t n = growth_of(m->set, q, &p), count = 0;
	struct chart_point *places = n ? maker_array(m, n, sizeof *places) : NULL;

	for (size_t i = 0; places && i < n; i++) {
		double x;

		if (p[i].band == VISION_NONE || !maker_x(m, p[i].on, &x))
			continue;
		places[count++] = (struct chart_point){x, vision_height(&p[i])};
		*low = fmin(*low, x);
		*high = fmax(*high, x);
	}
	*out = (struct chart_series){span_of(growth_quantity_label(q)), places, count};
	return count;
}

static void draw_vision(struct maker *m, struct growth_figure *f)
{
	static const struct chart_zone zones[] = {
	    {0, 1, {"D", 1}}, {1, 2, {"C", 1}}, {2, 3, {"B", 1}}, {3, 4, {"A", 1}}};
	static const struct chart_tick ticks[] = {
	    {1, {"0.3", 3}}, {2, {"0.7", 3}}, {3, {"1.0", 3}}};
	struct chart_series series[4];
	struct chart c = {.series = series,
			  .y_max = 4,
			  .y_ticks = ticks,
			  .ny = 3,
			  .zones = zones,
			  .nzones = 4,
			  .y_label = SPAN("視力")};
	double low = INFINITY, high = -INFINITY;

	for (unsigned i = 0; i < 4; i++)
		if (vision_places(m, (enum quantity)(QUANTITY_VISION_RIGHT + i), &series[c.nseries],
				  &low, &high))
			c.nseries++;
	if (!c.nseries)
		return;
	maker_ages(m, &c, low, high);
	c.title = SPAN("視力の図");
	c.desc = SPAN("左右の視力を 年齢の順に つないだ折れ線と、AからDまでの区分。値は "
		      "図のあとの表にあります。");
	f->note = SPAN(
	    "A は1.0以上、B は0.7以上、C は0.3以上、D は0.3より下です。区分だけの記録は、区分の"
	    "まん中に おいています。");
	maker_draw(m, f, &c);
}

void figure_vision(struct maker *m)
{
	static const char *const heads[] = {"検査日",	  "年齢",	"右（裸眼）",
					    "左（裸眼）", "右（矯正）", "左（矯正）"};
	struct day *days;
	struct growth_figure *f;

	if (!days_of(m, QUANTITY_VISION_RIGHT, QUANTITY_VISION_LEFT_CORRECTED, &days))
		return;
	f = maker_figure(m, QUANTITY_VISION_RIGHT, "vision", SPAN("視力"));
	if (!f)
		return;
	draw_vision(m, f);
	day_table(m, f, heads, QUANTITY_VISION_RIGHT, 4);
}

void figure_hearing(struct maker *m)
{
	static const char *const heads[] = {"検査日", "年齢", "右", "左"};
	struct day *days;
	struct growth_figure *f;

	if (!days_of(m, QUANTITY_HEARING_RIGHT, QUANTITY_HEARING_LEFT, &days))
		return;
	f = maker_figure(m, QUANTITY_HEARING_RIGHT, "hearing", SPAN("聴力"));
	if (f)
		day_table(m, f, heads, QUANTITY_HEARING_RIGHT, 2);
}

/* ---- test results -----------------------------------------------------------------------------
 */

/* The series of all scores, as many as a chart has marks for, and what they reach. */
struct scores {
	struct chart_series series[CHART_SERIES_MAX];
	size_t n;
	bool more;
	double x_low, x_high, y_low, y_high;
};

/* The points come series by series; places has room for all. */
static void take_scores(struct maker *m, const struct growth_point *p, size_t n,
			struct chart_point *places, struct scores *out)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		struct chart_point at = {.y = p[i].value};

		if (!p[i].measured || !maker_x(m, p[i].on, &at.x))
			continue;
		if (!out->n || !span_eq(out->series[out->n - 1].label, p[i].series)) {
			if (out->n == CHART_SERIES_MAX) {
				out->more = true;
				return;
			}
			out->series[out->n++] =
			    (struct chart_series){.label = p[i].series, .points = &places[used]};
		}
		places[used++] = at;
		out->series[out->n - 1].n++;
		out->x_low = fmin(out->x_low, at.x);
		out->x_high = fmax(out->x_high, at.x);
		out->y_low = fmin(out->y_low, at.y);
		out->y_high = fmax(out->y_high, at.y);
	}
}

static void draw_scores(struct maker *m, struct growth_figure *f, const struct growth_point *p,
			size_t n)
{
	struct scores s = {
	    .x_low = INFINITY, .x_high = -INFINITY, .y_low = INFINITY, .y_high = -INFINITY};
	struct chart c = {.series = s.series, .y_label = SPAN("結果の数")};
	struct chart_point *places = maker_array(m, n, sizeof *places);

	if (places)
		take_scores(m, p, n, places, &s);
	if (!s.n)
		return;
	c.nseries = s.n;
	maker_ages(m, &c, s.x_low, s.x_high);
	maker_values(m, &c, s.y_low, s.y_high);
	c.title = SPAN("検査の結果の図");
	c.desc = maker_text(
	    m, "%zu種類の結果を 年齢の順に つないだ折れ線。値は 図のあとの表にあります。", s.n);
	f->note = maker_text(m, "検査がちがう数は、そのままくらべられません。%s",
			     s.more ? "種類が多いため、図は はじめの8種類です。" : "");
	maker_draw(m, f, &c);
}

void figure_scores(struct maker *m)
{
	static const char *const heads[] = {"実施日", "年齢", "検査", "結果"};
	const struct growth_point *p;
	size_t n = growth_of(m->set, QUANTITY_SCORE, &p);
	struct growth_figure *f =
	    n ? maker_figure(m, QUANTITY_SCORE, "score", SPAN("検査の結果")) : NULL;
	struct span *cells;

	if (!f)
		return;
	draw_scores(m, f, p, n);
	cells = maker_table(m, f, heads, 4, n);
	for (size_t i = 0; cells && i < n; i++) {
		cells[4 * i] = maker_day(m, p[i].on);
		cells[4 * i + 1] = maker_age(m, p[i].on);
		cells[4 * i + 2] = p[i].series;
		cells[4 * i + 3] = p[i].text;
	}
}
