#include "generator/render/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FLOW_MEMORY = 512 * 1024 * 1024 };

enum status flow_init(struct flow *f, const struct print_style *style, struct device *dev)
{
	*f = (struct flow){.style = style, .dev = dev, .next.head = -1, .next.view = -1};
	f->arena = arena_new(FLOW_MEMORY);
	return f->st = f->arena ? ST_OK : ST_NOMEM;
}

void flow_clear(struct flow *f)
{
	arena_free(f->arena);
	free(f->ops);
	free(f->strips);
	free(f->page_view);
	*f = (struct flow){0};
}

double flow_left(const struct flow *f)
{
	return f->style->left;
}

double flow_width(const struct flow *f)
{
	return f->style->width - f->style->left - f->style->right;
}

double flow_height(const struct flow *f)
{
	return f->style->height - f->style->top - f->style->bottom;
}

/* Makes room for one more; false after a failure. */
static bool room(struct flow *f, void *list_address, size_t *cap, size_t n, size_t size)
{
	void **list = list_address;
	size_t more = *cap ? *cap * 2 : 256;
	void *p;

	if (f->st)
		return false;
	if (n < *cap)
		return true;
	p = reallocarray(*list, more, size);
	if (!p) {
		f->st = fail(ST_NOMEM, "no memory for a page");
		return false;
	}
	*list = p;
	*cap = more;
	return true;
}

static void add_op(struct flow *f, struct op op)
{
	if (room(f, &f->ops, &f->ops_cap, f->nops, sizeof *f->ops))
		f->ops[f->nops++] = op;
}

void flow_open(struct flow *f, enum tag tag)
{
	add_op(f, (struct op){.kind = OP_OPEN, .tag = tag});
}

void flow_close(struct flow *f)
{
	add_op(f, (struct op){.kind = OP_CLOSE});
}

void flow_line(struct flow *f, double x, double y, double w, double h, bool frame)
{
	const struct print_style *s = f->style;

	add_op(f, (struct op){.kind = OP_LINE,
			      .x = x,
			      .y = y,
			      .w = w,
			      .h = h,
			      .size = frame ? s->frame_line : s->rule_line,
			      .grey = frame ? s->frame_grey : s->rule_grey});
}

void flow_fill(struct flow *f, double x, double y, double w, double h, double grey)
{
	add_op(f, (struct op){.kind = OP_FILL, .x = x, .y = y, .w = w, .h = h, .grey = grey});
}

void flow_path(struct flow *f, const struct device_path *path)
{
	add_op(f, (struct op){.kind = OP_PATH, .path = path});
}

void flow_figure(struct flow *f, struct span alt, double x, double w, double h)
{
	add_op(f, (struct op){.kind = OP_FIGURE, .x = x, .w = w, .h = h, .text = alt});
}

void flow_bookmark(struct flow *f, struct span title)
{
	add_op(f, (struct op){.kind = OP_BOOKMARK, .text = title});
}

void para_line(struct flow *f, const struct para *p, size_t i, double x, double baseline,
	       bool justify)
{
	const struct line *line = &p->lines[i];
	double slack = p->width - line->width, spread = 0;
	size_t from = line->from;

	if (f->st)
		return;
	/* More than this would tear the line apart: a long word follows. */
	if (justify && !line->ends && line->glyphs > 1 && slack > 0 && slack < 1.6 * p->size)
		spread = slack / (double)(line->glyphs - 1);
	for (size_t r = 0; r < p->nruns && from < line->to; r++) {
		size_t to = p->runs[r].to < line->to ? p->runs[r].to : line->to;
		double width = 0;

		if (to <= from)
			continue;
		for (size_t k = from; k < to; k++)
			if (p->advance[k])
				width += p->advance[k] * p->size / 1000 + spread;
		add_op(f, (struct op){.kind = OP_TEXT,
				      .face = p->runs[r].face,
				      .x = x,
				      .y = baseline,
				      .size = p->size,
				      .spread = spread,
				      .grey = p->grey,
				      .text = span_make(p->text.p + from, to - from)});
		x += width;
		from = to;
	}
}

void flow_gap(struct flow *f, double height)
{
	f->next.before += height;
}

int flow_strip(struct flow *f, double height, int keep)
{
	struct strip strip = f->next;

	if (!room(f, &f->strips, &f->strips_cap, f->nstrips, sizeof *f->strips))
		return -1;
	strip.height = height;
	strip.keep = keep;
	strip.ops = f->nops;
	f->strips[f->nstrips] = strip;
	f->next.before = 0;
	f->next.head = -1;
	f->next.glue = false;
	return (int)f->nstrips++;
}

struct span flow_text(struct flow *f, const char *fmt, ...)
{
	char *text = NULL;
	struct span copy = SPAN_NONE;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0) {
		copy = arena_copy(f->arena, span_make(text, (size_t)n));
		free(text);
	}
	if (!copy.p && !f->st)
		f->st = fail(ST_NOMEM, "no memory for a text");
	return copy.p ? copy : SPAN("");
}
