#include "generator/render/report.h"

#include "generator/render/dev_pdf.h"
#include "generator/render/layout.h"

enum { GAP = 6, FOOT_GAP = 10 };

/* A paragraph as wide as the page, in lines that keep together with what follows. */
static void put_lines(struct flow *f, enum tag tag, struct span text, enum face face, double size)
{
	double lh = size * f->style->cell_leading;
	struct para p = para_plain(f, text, face, size);

	para_break(f, &p, flow_width(f));
	flow_open(f, tag);
	for (size_t i = 0; i < p.nlines; i++) {
		para_line(f, &p, i, flow_left(f), base_line(size, lh), false);
		if (i + 1 == p.nlines)
			flow_close(f);
		flow_strip(f, lh, 1);
	}
	if (!p.nlines)
		flow_close(f);
}

/* ---- tables --------------------------------------------------------------------------------- */

static struct cell cell_of(struct flow *f, const struct report_table *t, size_t column,
			   struct span text, bool head)
{
	bool label = head || (!t->heads && column == 0);

	return (struct cell){
	    .para = para_plain(f, text, label ? FACE_HEAD : FACE_BODY, f->style->table),
	    .tag = head	    ? TAG_HEAD_COLUMN
		   : column ? TAG_CELL
			    : TAG_HEAD_ROW,
	    .shaded = label};
}

static int put_row(struct flow *f, const struct report_table *t, const struct span *texts,
		   bool is_head, int head)
{
	struct cell *list = arena_array(f->arena, t->columns, sizeof *list);
	struct row row = {
	    .cells = list, .n = t->columns, .head = head, .centre = is_head, .keep = is_head};
	double x = flow_left(f);

	if (!list) {
		f->st = ST_NOMEM;
		return -1;
	}
	for (size_t i = 0; i < t->columns; i++) {
		list[i] = cell_of(f, t, i, texts[i], is_head);
		list[i].x = x;
		list[i].w = flow_width(f) * t->widths[i];
		x += list[i].w;
	}
	return flow_row(f, &row);
}

static void put_table(struct flow *f, const struct report_table *t)
{
	int head = -1;

	flow_gap(f, GAP);
	flow_open(f, TAG_TABLE);
	f->next.framed = true;
	if (t->heads)
		head = put_row(f, t, t->heads, true, -1);
	for (size_t r = 0; r < t->rows && !f->st; r++)
		put_row(f, t, t->cells + r * t->columns, false, head);
	flow_close(f);
	f->next.framed = false;
}

static void put_part(struct flow *f, const struct report_table *t)
{
	flow_open(f, TAG_SECT);
	flow_bookmark(f, t->heading);
	flow_section(f, t->heading);
	f->next.section = t->heading;
	if (t->note.n)
		put_lines(f, TAG_P, t->note, FACE_HEAD, f->style->note);
	if (t->columns && t->rows)
		put_table(f, t);
	flow_close(f);
	f->next.section = SPAN_NONE;
	f->next.glue = true;
	flow_strip(f, 0, 0);
}

/* ---- pages ---------------------------------------------------------------------------------- */

static void put_foot(struct flow *f, const struct report *report, size_t page)
{
	const struct print_style *s = f->style;
	double y = s->height - s->bottom + FOOT_GAP;
	struct para p = para_plain(
	    f, flow_text(f, "%.*s　%zu/%zu", SPAN_ARG(report->foot), page + 1, f->npages),
	    FACE_HEAD, s->note);

	if (f->st)
		return;
	f->dev->ops->resume_page(f->dev, page);
	f->dev->ops->begin_artifact(f->dev, ARTIFACT_FOOTER);
	f->dev->ops->line(f->dev, flow_left(f), y, flow_left(f) + flow_width(f), y, s->rule_line,
			  s->frame_grey);
	f->dev->ops->text(f->dev, &(struct device_text){.text = p.text,
							.face = FACE_HEAD,
							.size = s->note,
							.x = flow_left(f),
							.y = y + GAP + s->note});
	f->dev->ops->end_artifact(f->dev);
}

static void compose(struct flow *f, const struct report *report)
{
	flow_open(f, TAG_DOCUMENT);
	put_lines(f, TAG_H1, report->title, FACE_BOLD, f->style->title);
	if (report->below.n) {
		flow_gap(f, GAP);
		put_lines(f, TAG_P, report->below, FACE_HEAD, f->style->body);
	}
	for (size_t i = 0; i < report->count && !f->st; i++)
		put_part(f, &report->tables[i]);
	flow_close(f);
	f->next.glue = true;
	flow_strip(f, 0, 0);
	flow_paginate(f);
	for (size_t i = 0; i < f->npages && !f->st; i++)
		put_foot(f, report, i);
	if (!f->st)
		f->st = f->dev->st;
}

static bool within_limits(const struct report *report)
{
	bool good = report->title.n && report->count;

	for (size_t i = 0; i < report->count; i++)
		good = good && report->tables[i].columns <= REPORT_COLUMNS_MAX &&
		       report->tables[i].rows <= REPORT_ROWS_MAX;
	return good;
}

enum status report_pdf(const struct print_style *s, struct fonts *f, const struct report *report,
		       struct buf *out)
{
	struct pdf_about about = {.title = report->title, .at = report->at};
	struct device *dev;
	struct flow flow;
	enum status st;

	if (!within_limits(report))
		return fail(ST_INVALID, "a report without title or parts, or over its limits");
	dev = dev_pdf_new(f, s->width, s->height);
	if (!dev)
		return ST_NOMEM;
	st = flow_init(&flow, s, dev);
	if (!st) {
		compose(&flow, report);
		st = flow.st;
	}
	flow_clear(&flow);
	if (!st)
		st = dev_pdf_finish(dev, &about, out);
	dev_pdf_free(dev);
	return st;
}
