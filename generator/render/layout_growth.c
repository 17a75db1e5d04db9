/* Charts and their tables on pages. */
#include "generator/render/growth_figures.h"
#include "generator/render/layout.h"

/* ---- a drawing --------------------------------------------------------------------------------
 */

static double grey_of(const struct print_style *s, enum ink ink)
{
	const double greys[INK_COUNT] = {
	    [INK_TEXT] = 0, [INK_MUTED] = s->note_grey, [INK_HAIR] = 0.82, [INK_TINT] = 0.93,
	    [INK_DATA] = 0, [INK_GROUND] = 1,
	};

	return greys[ink];
}

static void put_path(struct flow *f, const struct shape *s, double x, double scale)
{
	struct device_path *p = arena_alloc(f->arena, sizeof *p);

	if (!p) {
		f->st = ST_NOMEM;
		return;
	}
	*p = (struct device_path){.xy = s->xy,
				  .n = s->n,
				  .scale = scale,
				  .dx = x,
				  .width = s->width * scale,
				  .grey = grey_of(f->style, s->ink),
				  .closed = s->closed,
				  .dashed = s->dashed};
	flow_path(f, p);
}

static void put_text(struct flow *f, const struct shape *s, double x, double scale)
{
	struct para p = para_plain(f, s->text, FACE_HEAD, s->size * scale);
	double left = s->anchor == ANCHOR_END	   ? p.natural
		      : s->anchor == ANCHOR_MIDDLE ? p.natural / 2
						   : 0;

	p.grey = grey_of(f->style, s->ink);
	para_break(f, &p, flow_width(f));
	if (!f->st && p.nlines)
		para_line(f, &p, 0, x + scale * s->xy[0] - left, scale * s->xy[1], false);
}

void flow_drawing(struct flow *f, const struct drawing *d, double x, double scale)
{
	flow_figure(f, flow_text(f, "%.*s。%.*s", SPAN_ARG(d->title), SPAN_ARG(d->desc)), x,
		    d->w * scale, d->h * scale);
	for (size_t i = 0; i < d->n && !f->st; i++)
		if (d->shapes[i].is_text)
			put_text(f, &d->shapes[i], x, scale);
		else
			put_path(f, &d->shapes[i], x, scale);
	flow_close(f);
}

/* ---- figures ----------------------------------------------------------------------------------
 */

static const double chart_scale = 0.8;

static void put_note(struct flow *f, struct span text)
{
	const struct print_style *s = f->style;
	struct para p = para_plain(f, text, FACE_HEAD, s->note);
	double lh = s->note * s->cell_leading;

	p.grey = s->note_grey;
	para_break(f, &p, flow_width(f));
	flow_open(f, TAG_P);
	for (size_t i = 0; i < p.nlines; i++) {
		para_line(f, &p, i, flow_left(f), base_line(s->note, lh), false);
		if (i + 1 == p.nlines)
			flow_close(f);
		flow_strip(f, lh, 1);
	}
	if (!p.nlines)
		flow_close(f);
}

static int put_row(struct flow *f, const struct growth_figure *g, const struct span *cells,
		   int head)
{
	struct cell *list = arena_array(f->arena, g->columns, sizeof *list);
	struct row row = {.cells = list, .n = g->columns, .head = head};
	double w = flow_width(f) / (double)g->columns;

	if (!list) {
		f->st = ST_NOMEM;
		return -1;
	}
	row.centre = head < 0;
	row.keep = head < 0;
	for (size_t i = 0; i < g->columns; i++)
		list[i] =
		    (struct cell){.para = para_plain(f, cells[i], head < 0 ? FACE_HEAD : FACE_BODY,
						     f->style->table),
				  .tag = head < 0 ? TAG_HEAD_COLUMN
					 : i	  ? TAG_CELL
						  : TAG_HEAD_ROW,
				  .x = flow_left(f) + w * (double)i,
				  .w = w,
				  .shaded = head < 0};
	return flow_row(f, &row);
}

static void put_table(struct flow *f, const struct growth_figure *g)
{
	int head;

	flow_gap(f, 6);
	flow_open(f, TAG_TABLE);
	f->next.framed = true;
	head = put_row(f, g, g->heads, -1);
	for (size_t r = g->rows; r > 0 && !f->st; r--) /* newest first */
		put_row(f, g, g->cells + (r - 1) * g->columns, head);
	flow_close(f);
}

static void put_figure(struct flow *f, const struct growth_figure *g)
{
	flow_open(f, TAG_SECT);
	flow_section(f, g->heading);
	f->next.section = g->heading;
	f->next.framed = false;
	if (g->drawn) {
		flow_gap(f, 4);
		flow_drawing(f, &g->drawing, flow_left(f), chart_scale);
		flow_strip(f, g->drawing.h * chart_scale, 1);
	}
	if (g->note.n)
		put_note(f, g->note);
	put_table(f, g);
	flow_close(f);
	f->next.section = SPAN_NONE;
	f->next.framed = false;
}

void flow_growth(struct flow *f, const struct print_job *job, const struct growth_figures *g)
{
	struct grid grid = {.keep = 2};

	f->next.view = (int)job->nviews;
	f->next.framed = false;
	f->next.section = SPAN_NONE;
	flow_open(f, TAG_SECT);
	if (job->nviews)
		flow_bookmark(f, SPAN(PRINT_GROWTH_TITLE));
	flow_head(f, job, SPAN_NONE, SPAN(PRINT_GROWTH_TITLE));
	flow_child(f, &grid, job);
	grid_end(f, &grid);
	f->next.framed = false;
	flow_gap(f, 6);
	put_note(f, g->about);
	if (g->left_out.n)
		put_note(f, g->left_out);
	for (size_t i = 0; i < g->count && !f->st; i++)
		put_figure(f, &g->list[i]);
	flow_close(f);
	f->next.glue = true;
	flow_strip(f, 0, 0);
}
