#include "generator/render/layout.h"

#include <stdlib.h>

/* The page being filled. */
struct place {
	double y;     /* how far it is full, from its upper edge */
	double start; /* where the first strip stands */
	double frame; /* the upper edge of the open frame; 0: none is open */
	bool empty;   /* nothing but repeated things is on it */
};

static const struct op *first_op(const struct flow *f, size_t i)
{
	return f->ops + (i ? f->strips[i - 1].ops : 0);
}

static void draw_path(struct device *d, const struct device_path *path, double y)
{
	struct device_path p = *path;

	p.dy += y;
	d->ops->path(d, &p);
}

static void draw_op(struct flow *f, const struct op *op, double y, bool structure)
{
	struct device *d = f->dev;

	switch (op->kind) {
	case OP_OPEN:
		if (structure)
			d->ops->open(d, op->tag);
		break;
	case OP_CLOSE:
		if (structure)
			d->ops->close(d);
		break;
	case OP_TEXT:
		d->ops->text(d, &(struct device_text){.text = op->text,
						      .face = op->face,
						      .size = op->size,
						      .x = op->x,
						      .y = y + op->y,
						      .spread = op->spread,
						      .grey = op->grey});
		break;
	case OP_LINE:
		d->ops->line(d, op->x, y + op->y, op->x + op->w, y + op->y + op->h, op->size,
			     op->grey);
		break;
	case OP_FILL:
		d->ops->fill(d, op->x, y + op->y, op->w, op->h, op->grey);
		break;
	case OP_PATH:
		draw_path(d, op->path, y);
		break;
	case OP_FIGURE:
		if (structure)
			d->ops->figure(d, op->text, op->x, y, op->w, op->h);
		break;
	case OP_BOOKMARK:
		if (structure)
			d->ops->bookmark(d, op->text, y + op->y);
		break;
	}
}

static void draw_strip(struct flow *f, size_t i, double y, bool structure)
{
	const struct op *end = f->ops + f->strips[i].ops;

	for (const struct op *op = first_op(f, i); op < end; op++)
		draw_op(f, op, y, structure);
}

static void end_frame(struct flow *f, struct place *at)
{
	const struct print_style *s = f->style;

	if (at->frame > 0)
		f->dev->ops->frame(f->dev, flow_left(f), at->frame, flow_width(f),
				   at->y - at->frame, s->frame_line, s->frame_grey);
	at->frame = 0;
}

/* Says at the top of a page which section goes on, and repeats the head of a table. */
static void repeat(struct flow *f, const struct strip *strip, struct place *at)
{
	static const char more[] = "（続き）";
	const struct print_style *s = f->style;
	struct device *d = f->dev;
	struct span text;

	if (!strip->section.n)
		return;
	text = flow_text(f, "%.*s%s", SPAN_ARG(strip->section), more);
	d->ops->begin_artifact(d, ARTIFACT_REPEATED);
	d->ops->text(d, &(struct device_text){.text = text,
					      .face = FACE_HEAD,
					      .size = s->note,
					      .x = flow_left(f),
					      .y = at->y + s->note,
					      .grey = s->note_grey});
	at->y += s->note * s->leading;
	if (strip->framed)
		at->frame = at->y;
	if (strip->head >= 0) {
		draw_strip(f, (size_t)strip->head, at->y, false);
		at->y += f->strips[strip->head].height;
	}
	d->ops->end_artifact(d);
}

static void begin_page(struct flow *f, const struct strip *strip, bool within, struct place *at)
{
	int *views;

	end_frame(f, at);
	if (f->npages == PRINT_PAGES_MAX) {
		f->st = fail(ST_TOOBIG, "more than %d pages", PRINT_PAGES_MAX);
		return;
	}
	if (f->npages == f->pages_cap) {
		size_t cap = f->pages_cap ? f->pages_cap * 2 : 16;

		views = reallocarray(f->page_view, cap, sizeof *views);
		if (!views) {
			f->st = fail(ST_NOMEM, "no memory for a page");
			return;
		}
		f->page_view = views;
		f->pages_cap = cap;
	}
	f->page_view[f->npages++] = strip->view;
	f->dev->ops->begin_page(f->dev);
	*at = (struct place){.y = f->style->top, .empty = true};
	if (within)
		repeat(f, strip, at);
}

/* The height of what must stand together, beginning with strip i. */
static double group_height(const struct flow *f, size_t i)
{
	size_t end = i;
	double height = 0;

	for (size_t k = i; k <= end && k < f->nstrips; k++) {
		const struct strip *s = &f->strips[k];

		if (s->view != f->strips[i].view)
			break;
		if (k + (size_t)s->keep > end)
			end = k + (size_t)s->keep;
		height += s->height + (k > i ? s->before : 0);
	}
	return height;
}

/* Does strip i fit below what is there, with all that must stay with it? */
static bool fits(const struct flow *f, size_t i, const struct place *at)
{
	const struct strip *s = &f->strips[i];
	double left = f->style->height - f->style->bottom - at->y - (at->empty ? 0 : s->before);
	double group = group_height(f, i);

	/* A group that no page can hold beside what is repeated there is taken apart. */
	if (group > flow_height(f) - ROW_RESERVE)
		group = s->height;
	return group <= left + 0.01;
}

static void place_strip(struct flow *f, size_t i, struct place *at)
{
	const struct strip *s = &f->strips[i];
	bool first = i == 0 || s->view != s[-1].view;

	if (first || (!fits(f, i, at) && !at->empty && !s->glue))
		begin_page(f, s, !first && s->section.n > 0, at);
	if (f->st || (s->glue && (at->empty || !fits(f, i, at)))) {
		draw_strip(f, i, at->y, true); /* it may carry structure */
		return;
	}
	if (!s->framed)
		end_frame(f, at);
	if (!at->empty)
		at->y += s->before;
	if (s->framed && at->frame <= 0)
		at->frame = at->y;
	draw_strip(f, i, at->y, true);
	at->y += s->height;
	at->empty = false;
}

void flow_paginate(struct flow *f)
{
	struct place at = {0};

	for (size_t i = 0; i < f->nstrips && !f->st; i++)
		place_strip(f, i, &at);
	if (!f->st && f->npages)
		end_frame(f, &at);
	if (!f->st)
		f->st = f->dev->st;
}
