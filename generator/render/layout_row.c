#include "generator/render/layout.h"

/* Lines of each part of a row that is higher than a page. */
enum { LINES_AT_ONCE = 6 };

static double line_height(const struct flow *f, const struct para *p)
{
	return p->size * f->style->cell_leading;
}

static double over_height(const struct cell *c)
{
	return c->over.text.n ? c->over.size * 1.3 : 0;
}

/* The lines of a cell that stand in the part of the row that begins with line `from`. */
static size_t lines_in(const struct cell *c, size_t from, size_t at_most)
{
	size_t left = c->para.nlines > from ? c->para.nlines - from : 0;

	return left < at_most ? left : at_most;
}

static double cell_height(const struct flow *f, const struct cell *c, size_t from, size_t n)
{
	return line_height(f, &c->para) * (double)lines_in(c, from, n) +
	       (from == 0 ? over_height(c) : 0);
}

static double row_height(const struct flow *f, const struct row *r, size_t from, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < r->n; i++) {
		double h = cell_height(f, &r->cells[i], from, n);

		if (h > most)
			most = h;
	}
	return most + 2 * CELL_PAD_Y;
}

static void draw_over(struct flow *f, const struct cell *c, double y)
{
	if (c->over.nlines)
		para_line(f, &c->over, 0, c->x + CELL_PAD_X,
			  y + base_line(c->over.size, over_height(c)), false);
}

static void draw_cell(struct flow *f, const struct row *r, const struct cell *c, size_t from,
		      size_t n, double height)
{
	double lh = line_height(f, &c->para), y = CELL_PAD_Y;
	size_t lines = lines_in(c, from, n);

	if (r->centre)
		y = (height - cell_height(f, c, from, n)) / 2;
	flow_open(f, c->tag);
	if (from == 0 && c->over.text.n) {
		draw_over(f, c, y);
		y += over_height(c);
	}
	for (size_t i = from; i < from + lines; i++) {
		double x = c->x + CELL_PAD_X;

		if (c->right)
			x = c->x + c->w - CELL_PAD_X - c->para.lines[i].width;
		para_line(f, &c->para, i, x, y + base_line(c->para.size, lh), false);
		y += lh;
	}
	flow_close(f);
}

/* One part of a row: all of it, as a rule. */
static int put_part(struct flow *f, const struct row *r, size_t from, size_t n, int keep)
{
	double height = row_height(f, r, from, n), left = flow_left(f);

	for (size_t i = 0; i < r->n; i++)
		if (r->cells[i].shaded)
			flow_fill(f, r->cells[i].x, 0, r->cells[i].w, height, f->style->label_grey);
	if (from == 0)
		flow_line(f, left, 0, flow_width(f), 0, false);
	for (size_t i = 1; i < r->n; i++)
		flow_line(f, r->cells[i].x, 0, 0, height, false);
	flow_open(f, TAG_ROW);
	for (size_t i = 0; i < r->n; i++)
		draw_cell(f, r, &r->cells[i], from, n, height);
	flow_close(f);
	f->next.head = r->head;
	f->next.framed = true;
	return flow_strip(f, height, keep);
}

int flow_row(struct flow *f, struct row *r)
{
	size_t most = 1;
	int first;

	for (size_t i = 0; i < r->n; i++) {
		struct cell *c = &r->cells[i];

		if (c->shaded)
			para_phrases(&c->para, c->w - 2 * CELL_PAD_X);
		para_break(f, &c->para, c->w - 2 * CELL_PAD_X);
		if (c->over.text.n)
			para_break(f, &c->over, c->w - 2 * CELL_PAD_X);
		if (c->para.nlines > most)
			most = c->para.nlines;
	}
	if (f->st)
		return -1;
	if (row_height(f, r, 0, most) <= flow_height(f) - ROW_RESERVE)
		return put_part(f, r, 0, most, r->keep);
	first = put_part(f, r, 0, LINES_AT_ONCE, r->keep);
	for (size_t from = LINES_AT_ONCE; from < most; from += LINES_AT_ONCE)
		put_part(f, r, from, LINES_AT_ONCE, 0);
	return first;
}
