#include "generator/render/growth_figures_int.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- tools ------------------------------------------------------------------------------------
 */

struct span maker_text(struct maker *m, const char *fmt, ...)
{
	struct span copy = SPAN_NONE;
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0) {
		copy = arena_copy(m->a, span_make(text, (size_t)n));
		free(text);
	}
	if (!copy.p && !m->st)
		m->st = ST_NOMEM;
	return copy.p ? copy : SPAN("");
}

void *maker_array(struct maker *m, size_t count, size_t size)
{
	void *p = m->st ? NULL : arena_array(m->a, count, size);

	if (!p && !m->st)
		m->st = ST_NOMEM;
	return p;
}

struct growth_figure *maker_figure(struct maker *m, enum quantity q, const char *id,
				   struct span heading)
{
	struct growth_figure *f;

	if (m->st || m->out->count == GROWTH_FIGURES_MAX)
		return NULL;
	f = &m->out->list[m->out->count++];
	*f = (struct growth_figure){.quantity = q, .heading = heading, .note = SPAN("")};
	f->id = maker_text(m, "growth-%s", id);
	return f;
}

struct span *maker_table(struct maker *m, struct growth_figure *f, const char *const *heads,
			 size_t columns, size_t rows)
{
	struct span *names = maker_array(m, columns, sizeof *names);
	struct span *cells = maker_array(m, columns * rows, sizeof *cells);

	if (!names || !cells)
		return NULL;
	for (size_t i = 0; i < columns; i++)
		names[i] = span_of(heads[i]);
	f->heads = names;
	f->columns = columns;
	f->cells = cells;
	f->rows = rows;
	return cells;
}

struct span maker_day(struct maker *m, struct day on)
{
	char text[DAY_TEXT];

	day_era(on, text);
	return maker_text(m, "%s", text);
}

struct span maker_age(struct maker *m, struct day on)
{
	struct growth_age age;
	struct span text = SPAN("");
	struct buf b;

	if (!m->child->born.y || !growth_age(m->child->born, on, m->child->weeks, &age))
		return text;
	buf_init(&b, 256);
	growth_age_say(&age, &b);
	text = maker_text(m, "%s", buf_str(&b));
	buf_clear(&b);
	return text;
}

bool maker_x(const struct maker *m, struct day on, double *months)
{
	struct growth_age age;

	return m->child->born.y && growth_age(m->child->born, on, m->child->weeks, &age) &&
	       growth_age_compared(&age, months);
}

/* ---- axes -------------------------------------------------------------------------------------
 */

static void month_ticks(struct maker *m, struct chart *c)
{
	double step = c->x_max > 12 ? 3 : 2;

	c->x_ticks = chart_ticks(m->a, c->x_min, c->x_max, step, &c->nx);
	c->x_label = SPAN("月齢（か月）");
}

/* Labels are years, places are months. */
static void year_ticks(struct maker *m, struct chart *c)
{
	double years = (c->x_max - c->x_min) / 12, step = years > 9 ? 2 : 1;
	struct chart_tick *ticks;
	size_t n;

	ticks = chart_ticks(m->a, c->x_min / 12, c->x_max / 12, step, &n);
	for (size_t i = 0; ticks && i < n; i++)
		ticks[i].at *= 12;
	c->x_ticks = ticks;
	c->nx = n;
	c->x_label = SPAN("年齢（歳）");
}

void maker_ages(struct maker *m, struct chart *c, double from, double to)
{
	if (to <= 24) {
		c->x_min = 0;
		c->x_max = to <= 12 ? 12 : 24;
		month_ticks(m, c);
	} else {
		c->x_min = from < 24 ? 0 : floor(from / 12) * 12;
		c->x_max = ceil((to + 1) / 12) * 12;
		if (c->x_max - c->x_min < 24)
			c->x_max = c->x_min + 24;
		year_ticks(m, c);
	}
	if (!c->x_ticks && !m->st)
		m->st = ST_NOMEM;
}

void maker_values(struct maker *m, struct chart *c, double from, double to)
{
	double room = to > from ? (to - from) * 0.05 : fmax(fabs(to) * 0.05, 1), step;

	step = chart_step(to - from + 2 * room, 5);
	c->y_min = floor((from - room) / step) * step;
	c->y_max = ceil((to + room) / step) * step;
	if (from >= 0 && c->y_min < 0)
		c->y_min = 0;
	c->y_ticks = chart_ticks(m->a, c->y_min, c->y_max, step, &c->ny);
	if (!c->y_ticks && !m->st)
		m->st = ST_NOMEM;
}

void maker_draw(struct maker *m, struct growth_figure *f, struct chart *c)
{
	c->id = maker_text(m, "%.*s-chart", SPAN_ARG(f->id));
	if (!m->st)
		m->st = chart_draw(m->a, c, &f->drawing);
	f->drawn = !m->st && f->drawing.n > 0;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static struct span about(struct maker *m)
{
	static const char *const sexes[] = {
	    [GROWTH_FEMALE] = "女", [GROWTH_MALE] = "男", [GROWTH_UNKNOWN] = "指定なし"};
	char born[DAY_TEXT] = "登録がありません";
	struct span weeks = SPAN("");

	if (m->child->born.y)
		day_long(m->child->born, born);
	if (m->set->weeks_differ)
		weeks = SPAN("　在胎週数は シートによって ちがうため、使っていません");
	else if (m->child->weeks)
		weeks =
		    maker_text(m, "　在胎 %d週%s", m->child->weeks,
			       m->child->weeks < GROWTH_TERM_WEEKS
				   ? "（2歳までは、予定日から数えた修正月齢の位置に 点をおきます）"
				   : "");
	return maker_text(m, "性別 %s　生年月日 %s%.*s", sexes[m->child->sex], born,
			  SPAN_ARG(weeks));
}

static struct span left_out(struct maker *m)
{
	if (m->set->cut)
		return maker_text(m, "値が多いため、%d個までを 出しています。", GROWTH_POINTS_MAX);
	if (m->set->undated)
		return maker_text(m, "日付のわからない値が %zu個あり、出していません。",
				  m->set->undated);
	return SPAN("");
}

enum status growth_figures_make(struct growth_figures *out, struct arena *a,
				const struct growth_tables *tables,
				const struct growth_child *child, const struct growth_set *set)
{
	struct maker m = {.a = a, .tables = tables, .child = child, .set = set, .out = out};

	*out = (struct growth_figures){.count = 0};
	figure_body(&m, QUANTITY_HEIGHT);
	figure_body(&m, QUANTITY_WEIGHT);
	figure_obesity(&m);
	figure_body(&m, QUANTITY_BMI);
	figure_body(&m, QUANTITY_HEAD);
	figure_body(&m, QUANTITY_CHEST);
	figure_vision(&m);
	figure_hearing(&m);
	figure_scores(&m);
	out->about = about(&m);
	out->left_out = left_out(&m);
	return m.st;
}
