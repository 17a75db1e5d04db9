#include "generator/render/layout.h"

/* Six letters of a label and the white beside them. */
static double label_width(const struct flow *f)
{
	return 6.4 * f->style->label + 2 * CELL_PAD_X;
}

static void put_row(struct flow *f, struct grid *g)
{
	struct row r = {.cells = g->cells, .n = g->ncells, .centre = true, .head = -1};
	struct cell *last;

	if (g->ncells == 0)
		return;
	last = &g->cells[g->ncells - 1];
	if (!g->open)
		flow_open(f, TAG_TABLE);
	g->open = true;
	r.keep = g->keep;
	g->keep = 0;
	last->w = flow_left(f) + flow_width(f) - last->x;
	flow_row(f, &r);
	g->ncells = 0;
}

static bool fits_half(const struct flow *f, const struct para *label, const struct cell *value)
{
	double room = flow_width(f) / 2 - label_width(f) - 2 * CELL_PAD_X;

	return value->para.natural <= room && value->over.natural <= room &&
	       label->natural <= 2 * label_width(f);
}

void grid_add(struct flow *f, struct grid *g, struct span label, struct para value,
	      struct span over)
{
	struct para name = para_plain(f, label, FACE_HEAD, f->style->label);
	struct cell cell = {.para = value, .tag = TAG_CELL};
	double w = label_width(f), x = flow_left(f);

	if (over.n)
		cell.over = para_plain(f, over, FACE_HEAD, f->style->note);
	if (g->ncells &&
	    (!fits_half(f, &name, &cell) || !fits_half(f, &g->cells[0].para, &g->cells[1])))
		put_row(f, g);
	if (g->ncells) {
		x += flow_width(f) / 2;
		g->cells[1].w = x - g->cells[1].x;
	}
	g->cells[g->ncells++] =
	    (struct cell){.para = name, .tag = TAG_HEAD_ROW, .x = x, .w = w, .shaded = true};
	cell.x = x + w;
	cell.w = flow_left(f) + flow_width(f) - cell.x;
	g->cells[g->ncells++] = cell;
	if (g->ncells == 4)
		put_row(f, g);
}

void grid_end(struct flow *f, struct grid *g)
{
	put_row(f, g);
	if (g->open)
		flow_close(f);
	g->open = false;
}
