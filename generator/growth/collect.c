#include "generator/growth/collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Where a value stands: whose day and test hold for it. */
struct context {
	struct growth_set *set;
	struct day on; /* y == 0: unknown */
	struct span test;
	bool alone; /* the test has one score only: its name is enough */
};

void growth_set_init(struct growth_set *s, struct arena *a)
{
	*s = (struct growth_set){.arena = a};
}

enum vision_band vision_band_of(double acuity)
{
	return acuity >= 1.0   ? VISION_A
	       : acuity >= 0.7 ? VISION_B
	       : acuity >= 0.3 ? VISION_C
			       : VISION_D;
}

/* ---- one value --------------------------------------------------------------------------------
 */

static enum status add(struct growth_set *s, struct growth_point p)
{
	struct growth_point *more;

	if (s->count == GROWTH_POINTS_MAX) {
		s->cut = true;
		return ST_OK;
	}
	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		more = arena_array(s->arena, s->cap, sizeof *more);
		if (!more)
			return ST_NOMEM;
		if (s->count)
			memcpy(more, s->points, s->count * sizeof *more);
		s->points = more;
	}
	s->points[s->count++] = p;
	return ST_OK;
}

static bool is_vision(enum quantity q)
{
	return q >= QUANTITY_VISION_RIGHT && q <= QUANTITY_VISION_LEFT_CORRECTED;
}

static bool read_number(struct span text, double *out)
{
	char copy[64], *end;

	if (text.n == 0 || !span_copy(text, copy, sizeof copy))
		return false;
	*out = strtod(copy, &end);
	return !*end && isfinite(*out);
}

/* The words of a choice, and for a vision its band. */
static void take_choice(const struct field *f, struct span id, struct growth_point *p)
{
	static const char *const bands[] = {
	    [VISION_D] = "d", [VISION_C] = "c", [VISION_B] = "b", [VISION_A] = "a"};
	const struct choice *c = field_choice(f, id);

	p->text = c ? c->label : id;
	for (unsigned i = VISION_D; i <= VISION_A && is_vision(p->quantity); i++)
		if (span_is(id, bands[i]))
			p->band = (enum vision_band)i;
}

static enum status say(struct growth_set *s, double value, struct span *out)
{
	struct buf b;
	enum status st;

	buf_init(&b, 64);
	growth_number(&b, value);
	*out = arena_copy(s->arena, buf_span(&b));
	st = b.st ? b.st : out->p ? ST_OK : ST_NOMEM;
	buf_clear(&b);
	return st;
}

static enum status take_number(struct growth_set *s, const struct field *f, struct span text,
			       struct growth_point *p)
{
	if (!read_number(text, &p->value))
		return ST_OK;
	p->measured = true;
	if (p->quantity == QUANTITY_WEIGHT && span_is(f->unit, "g"))
		p->value /= 1000;
	if (is_vision(p->quantity))
		p->band = vision_band_of(p->value);
	return say(s, p->value, &p->text);
}

static enum status name_series(const struct context *c, const struct field *f, struct span *out)
{
	bool both = c->test.n && !c->alone;
	struct span first = c->test.n ? c->test : f->label;

	*out = span_of(arena_printf(c->set->arena, "%.*s%s%.*s", SPAN_ARG(first), both ? " " : "",
				    SPAN_ARG(both ? f->label : SPAN_NONE)));
	return out->p ? ST_OK : ST_NOMEM;
}

/* A value of a field or column that measures something. */
static enum status take(const struct context *c, const struct field *f, enum quantity q,
			struct span text)
{
	struct growth_point p = {.quantity = q, .on = c->on};
	enum status st = ST_OK;

	if (text.n == 0)
		return ST_OK;
	if (!c->on.y) {
		c->set->undated++;
		return ST_OK;
	}
	if (f->kind == F_NUMBER)
		st = take_number(c->set, f, text, &p);
	else if (f->kind == F_CHOICE)
		take_choice(f, text, &p);
	else
		p.text = text;
	if (q == QUANTITY_SCORE && !st)
		st = name_series(c, f, &p.series);
	/* labels belong to the type, texts to the view: keep what is shown */
	if (!st && !p.measured) {
		p.text = arena_copy(c->set->arena, p.text);
		st = p.text.p ? ST_OK : ST_NOMEM;
	}
	return st ? st : add(c->set, p);
}

static void take_weeks(struct growth_set *s, struct span text)
{
	double weeks;

	if (!read_number(text, &weeks) || weeks < GROWTH_WEEKS_MIN || weeks > GROWTH_WEEKS_MAX)
		return;
	if (s->weeks && s->weeks != (int)weeks)
		s->weeks_differ = true;
	s->weeks = (int)weeks;
}

static bool measures(enum quantity q)
{
	return q != QUANTITY_NONE && q < QUANTITY_TEST;
}

/* ---- a table, a section, a view ----------------------------------------------------------------
 */

/* What a row, or the fields of a section, say of day and test. */
static void take_context(struct context *c, const struct field *f, struct span text)
{
	const struct choice *choice;

	if (f->quantity == QUANTITY_ON && !day_parse(text, &c->on))
		c->on = (struct day){0};
	if (f->quantity == QUANTITY_TEST) {
		choice = f->kind == F_CHOICE ? field_choice(f, text) : NULL;
		c->test = choice ? choice->label : text;
	}
}

static enum status take_row(struct context c, const struct field *table, const struct value *row)
{
	enum status st = ST_OK;
	size_t scores = 0;

	for (size_t i = 0; i < table->ncolumns; i++)
		scores += table->columns[i].quantity == QUANTITY_SCORE;
	c.alone = scores == 1;
	for (size_t i = 0; i < table->ncolumns; i++)
		take_context(&c, &table->columns[i], row[i].text);
	for (size_t i = 0; i < table->ncolumns && !st; i++)
		if (measures(table->columns[i].quantity))
			st = take(&c, &table->columns[i], table->columns[i].quantity, row[i].text);
	return st;
}

/* columns[0] is the day, columns[1] the number. */
static enum status take_measure(struct context c, const struct field *f, const struct value *row)
{
	if (!day_parse(row[0].text, &c.on))
		c.on = (struct day){0};
	return take(&c, &f->columns[1], f->quantity, row[1].text);
}

static enum status take_field(const struct context *c, const struct view_field *vf)
{
	const struct field *f = vf->field;
	const struct value *v = vf->value;
	enum status st = ST_OK;

	if (!v || vf->withheld)
		return ST_OK;
	if (f->kind == F_TABLE)
		for (size_t i = 0; i < v->nrows && !st; i++)
			st = take_row(*c, f, v->rows[i]);
	else if (f->kind == F_MEASURE && measures(f->quantity))
		for (size_t i = 0; i < v->nrows && !st; i++)
			st = take_measure(*c, f, v->rows[i]);
	else if (f->quantity == QUANTITY_GESTATION_WEEKS)
		take_weeks(c->set, v->text);
	else if (measures(f->quantity))
		st = take(c, f, f->quantity, v->text);
	return st;
}

static void section_context(struct context *c, const struct view_section *sec)
{
	for (size_t i = 0; i < sec->nfields; i++) {
		const struct view_field *vf = &sec->fields[i];

		if (vf->value && !vf->withheld && vf->field->kind != F_TABLE)
			take_context(c, vf->field, vf->value->text);
	}
}

/* The first day that the sheet names, or the one that is its number. */
static struct day sheet_day(const struct view *v)
{
	struct context c = {0};

	for (size_t i = 0; i < view_sections(v) && !c.on.y; i++)
		section_context(&c, view_section(v, i));
	if (!c.on.y && view_type(v)->period == PERIOD_DAY && !day_parse(view_id(v), &c.on))
		c.on = (struct day){0};
	return c.on;
}

enum status growth_collect(struct growth_set *s, const struct view *v)
{
	struct day on = sheet_day(v);
	enum status st = ST_OK;

	for (size_t i = 0; i < view_sections(v) && !st; i++) {
		const struct view_section *sec = view_section(v, i);
		struct context c = {.set = s, .on = on};

		section_context(&c, sec);
		for (size_t k = 0; k < sec->nfields && !st; k++)
			st = take_field(&c, &sec->fields[k]);
	}
	return st;
}

/* ---- putting together --------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
	const struct growth_point *p = a, *q = b;
	int c = (int)p->quantity - (int)q->quantity;

	if (!c)
		c = span_cmp(p->series, q->series);
	if (!c)
		c = day_cmp(p->on, q->on);
	if (!c)
		c = (int)q->measured - (int)p->measured;
	if (!c && p->measured)
		c = (p->value > q->value) - (p->value < q->value);
	return c ? c : span_cmp(p->text, q->text);
}

static void drop_equal(struct growth_set *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!kept || compare(&s->points[kept - 1], &s->points[i]) != 0)
			s->points[kept++] = s->points[i];
	s->count = kept;
}

size_t growth_of(const struct growth_set *s, enum quantity q, const struct growth_point **out)
{
	size_t from = 0, to;

	while (from < s->count && s->points[from].quantity != q)
		from++;
	for (to = from; to < s->count && s->points[to].quantity == q; to++)
		;
	*out = s->points + from;
	return to - from;
}

static const struct growth_point *of_day(const struct growth_point *list, size_t n, struct day on)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].measured && day_cmp(list[i].on, on) == 0)
			return &list[i];
	return NULL;
}

/* kg over the square of m, to one digit, as it is told. */
static enum status add_bmi(struct growth_set *s)
{
	const struct growth_point *heights, *weights, *known;
	size_t nh = growth_of(s, QUANTITY_HEIGHT, &heights),
	       nw = growth_of(s, QUANTITY_WEIGHT, &weights),
	       nk = growth_of(s, QUANTITY_BMI, &known);
	struct day last = {0};
	enum status st = ST_OK;

	for (size_t i = 0; i < nh && !st; i++) {
		const struct growth_point *w = of_day(weights, nw, heights[i].on);
		struct growth_point p = {
		    .quantity = QUANTITY_BMI, .on = heights[i].on, .measured = true};

		if (!w || !heights[i].measured || !(heights[i].value > 0) ||
		    of_day(known, nk, p.on) || day_cmp(p.on, last) == 0)
			continue;
		last = p.on;
		p.value = round(w->value / (heights[i].value * heights[i].value / 1e4) * 10) / 10;
		st = say(s, p.value, &p.text);
		if (!st)
			st = add(s, p);
	}
	return st;
}

enum status growth_settle(struct growth_set *s)
{
	enum status st;

	if (s->weeks_differ)
		s->weeks = 0;
	if (s->count)
		qsort(s->points, s->count, sizeof *s->points, compare);
	drop_equal(s);
	st = add_bmi(s);
	if (s->count)
		qsort(s->points, s->count, sizeof *s->points, compare);
	return st;
}
