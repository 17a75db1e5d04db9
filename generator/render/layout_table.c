#include "generator/base/day.h"
#include "generator/render/layout.h"

/* What one column needs. */
struct column {
	double natural; /* its widest cell on one line */
	double least;	/* narrower looks torn */
	double w;
};

struct table {
	const struct field **fields; /* per column */
	struct para *heads;	     /* per column */
	struct para *cells;	     /* row by row */
	struct column *columns;
	size_t n, rows;
};

enum {
	LINES_MAX = 7, /* a cell with more lines reads better on a card */
	MEASURES_BESIDE = 3,
};

/* Dates in the columns of a table without the year of the common era: they are many. */
static struct span cell_words(struct flow *f, const struct field *column, const struct value *v,
			      const struct render_names *names)
{
	char era[DAY_TEXT];
	struct span words;
	struct buf b;
	struct day d;

	if (!v)
		return SPAN("");
	if (column->kind == F_DATE && day_parse(v->text, &d)) {
		day_era(d, era);
		return flow_text(f, "%s", era);
	}
	buf_init(&b, SHEET_MAX_BYTES);
	for (size_t i = 0; i < v->nitems; i++) {
		buf_adds(&b, i ? "、" : "");
		say_scalar(&b, column, v->items[i], names);
	}
	say_scalar(&b, column, v->text, names);
	if (b.st && !f->st)
		f->st = b.st;
	words = flow_text(f, "%.*s", SPAN_ARG(buf_span(&b)));
	buf_clear(&b);
	return words;
}

static bool one_line(const struct field *column)
{
	return column->kind == F_DATE || column->kind == F_TIME || column->kind == F_NUMBER ||
	       column->kind == F_FLAG;
}

static double at_most(double a, double b)
{
	return a < b ? a : b;
}

static void need(struct column *c, const struct para *p, bool whole, double size)
{
	double least = whole ? p->natural : at_most(p->natural, 5 * size);

	if (least < at_most(p->longest, 10 * size))
		least = at_most(p->longest, 10 * size);
	if (c->least < least + 2 * CELL_PAD_X)
		c->least = least + 2 * CELL_PAD_X;
	if (c->natural < p->natural + 2 * CELL_PAD_X)
		c->natural = p->natural + 2 * CELL_PAD_X;
}

static bool make_table(struct flow *f, struct table *t, size_t columns, size_t rows)
{
	*t = (struct table){.n = columns, .rows = rows};
	t->fields = arena_array(f->arena, columns, sizeof *t->fields);
	t->columns = arena_array(f->arena, columns, sizeof *t->columns);
	t->heads = arena_array(f->arena, columns, sizeof *t->heads);
	t->cells = arena_array(f->arena, columns * rows, sizeof *t->cells);
	if (!f->st && (!t->fields || !t->columns || !t->heads || !t->cells))
		f->st = ST_NOMEM;
	return !f->st;
}

/* Records beside each other have columns of the same width. */
static void even_out(struct table *t, size_t width)
{
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t c = width; c < t->n; c++) {
			struct column *a = &t->columns[c % width], *b = &t->columns[c];

			a->natural = b->natural = a->natural > b->natural ? a->natural : b->natural;
			a->least = b->least = a->least > b->least ? a->least : b->least;
		}
}

/*
 * Fills a table of `side` records beside each other: 1 for a table, more for measures, whose few
 * narrow columns would leave the page white.
 */
static void fill_table(struct flow *f, struct table *t, const struct field *field,
		       const struct value *value, size_t side, const struct render_names *names)
{
	size_t width = field->ncolumns;

	if (!make_table(f, t, width * side, (value->nrows + side - 1) / side))
		return;
	for (size_t c = 0; c < t->n; c++) {
		t->fields[c] = &field->columns[c % width];
		t->heads[c] = para_plain(f, t->fields[c]->label, FACE_HEAD, f->style->label);
		need(&t->columns[c], &t->heads[c], false, f->style->table);
	}
	for (size_t i = 0; i < t->n * t->rows; i++) {
		size_t c = i % t->n, record = i / t->n * side + c / width;
		const struct value *row = record < value->nrows ? value->rows[record] : NULL;

		t->cells[i] =
		    para_plain(f, cell_words(f, t->fields[c], row ? &row[c % width] : NULL, names),
			       FACE_BODY, f->style->table);
		need(&t->columns[c], &t->cells[i], one_line(t->fields[c]), f->style->table);
	}
	even_out(t, width);
}

/* The width of a column when no column gets more than `level` beyond its least. */
static double width_at(const struct column *k, double level)
{
	if (level < k->least)
		return k->least;
	return at_most(level, k->natural > k->least ? k->natural : k->least);
}

static double sum_at(const struct table *t, double level)
{
	double sum = 0;

	for (size_t c = 0; c < t->n; c++)
		sum += width_at(&t->columns[c], level);
	return sum;
}

/*
 * Shares out the width: narrow columns get all they need, wide ones the same of what is left.
 * False when it is not enough for a table that can be read.
 */
static bool share_width(struct flow *f, struct table *t)
{
	double low = 0, high = flow_width(f), rest;

	if (sum_at(t, low) > flow_width(f))
		return false;
	for (int i = 0; i < 40; i++) {
		double level = (low + high) / 2;

		if (sum_at(t, level) > flow_width(f))
			high = level;
		else
			low = level;
	}
	rest = flow_width(f) - sum_at(t, low);
	for (size_t c = 0; c < t->n; c++) {
		struct column *k = &t->columns[c];

		k->w = width_at(k, low) + rest / (double)t->n;
		if (k->natural > LINES_MAX * (k->w - 2 * CELL_PAD_X))
			return false;
	}
	return true;
}

static struct row make_row(struct flow *f, const struct table *t, const struct para *paras,
			   bool head)
{
	struct cell *cells = arena_array(f->arena, t->n, sizeof *cells);
	struct row row = {.cells = cells, .n = t->n, .centre = head, .head = -1};
	double x = flow_left(f);

	if (!cells) {
		f->st = ST_NOMEM;
		row.n = 0;
	}
	for (size_t c = 0; c < row.n; c++) {
		cells[c] = (struct cell){.para = paras[c],
					 .tag = head ? TAG_HEAD_COLUMN : TAG_CELL,
					 .x = x,
					 .w = t->columns[c].w,
					 .shaded = head,
					 .right = !head && t->fields[c]->kind == F_NUMBER};
		x += t->columns[c].w;
	}
	return row;
}

static void put_table(struct flow *f, const struct table *t)
{
	struct row row = make_row(f, t, t->heads, true);
	int head;

	flow_open(f, TAG_TABLE);
	row.keep = 1;
	head = flow_row(f, &row);
	for (size_t r = 0; r < t->rows && !f->st; r++) {
		row = make_row(f, t, t->cells + r * t->n, false);
		row.head = head;
		row.keep = t->rows > 2 && r == t->rows - 2;
		flow_row(f, &row);
	}
	flow_close(f);
}

/* One row as label and content in pairs, under its number. */
static void put_card(struct flow *f, const struct table *t, size_t r)
{
	const struct print_style *s = f->style;
	struct grid g = {.keep = 1};
	struct para number = para_plain(f, flow_text(f, "%zu件目", r + 1), FACE_HEAD, s->note);
	double height = s->note * s->cell_leading + 3;

	para_break(f, &number, flow_width(f));
	flow_line(f, flow_left(f), 0, flow_width(f), 0, false);
	flow_open(f, TAG_P);
	if (number.nlines)
		para_line(f, &number, 0, flow_left(f) + CELL_PAD_X, base_line(s->note, height),
			  false);
	flow_close(f);
	f->next.framed = true;
	flow_strip(f, height, 2);
	for (size_t c = 0; c < t->n; c++)
		if (t->cells[r * t->n + c].text.n)
			grid_add(f, &g, t->fields[c]->label, t->cells[r * t->n + c], SPAN_NONE);
	grid_end(f, &g);
}

void flow_table(struct flow *f, const struct field *field, const struct value *value,
		const struct render_names *names)
{
	size_t side = field->kind == F_MEASURE ? MEASURES_BESIDE : 1;
	struct table t;

	if (f->st || field->ncolumns == 0 || value->nrows == 0)
		return;
	if (side > value->nrows)
		side = value->nrows;
	fill_table(f, &t, field, value, side, names);
	if (f->st)
		return;
	if (share_width(f, &t)) {
		put_table(f, &t);
		return;
	}
	for (size_t r = 0; r < t.rows && !f->st; r++)
		put_card(f, &t, r);
}
