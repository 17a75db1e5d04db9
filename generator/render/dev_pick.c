#include "generator/render/dev_pick.h"

#include "generator/render/print.h"

#include <stdlib.h>

enum { PENDING_MAX = 128 };

struct dev_pick {
	struct device base;
	struct device *to;
	const struct page_ranges *only;
	size_t pages, kept;
	size_t *number; /* of each page that went through, its number among all, from 0 */
	bool on;	/* the present page goes through */
	bool artifact;	/* what is drawn belongs to no part */
	/* Parts that were opened and have nothing in them yet. */
	enum tag pending[PENDING_MAX];
	size_t npending;
};

static struct dev_pick *self(struct device *d)
{
	return (struct dev_pick *)d;
}

/* What went wrong behind is wrong here, too. */
static void follow(struct dev_pick *p)
{
	if (!p->base.st)
		p->base.st = p->to->st;
}

static void measure(struct device *d, enum face face, struct span text, uint16_t *advance)
{
	struct dev_pick *p = self(d);

	p->to->ops->measure(p->to, face, text, advance);
	follow(p);
}

static void begin_page(struct device *d)
{
	struct dev_pick *p = self(d);

	p->on = page_ranges_has(p->only, ++p->pages);
	if (!p->on || p->kept == PRINT_PAGES_MAX)
		return;
	p->number[p->kept++] = p->pages - 1;
	p->to->ops->begin_page(p->to);
	follow(p);
}

static void resume_page(struct device *d, size_t n)
{
	struct dev_pick *p = self(d);
	size_t low = 0, high = p->kept;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->number[middle] < n)
			low = middle + 1;
		else
			high = middle;
	}
	p->on = low < p->kept && p->number[low] == n;
	if (p->on)
		p->to->ops->resume_page(p->to, low);
}

static void open_pending(struct dev_pick *p)
{
	for (size_t i = 0; i < p->npending; i++)
		p->to->ops->open(p->to, p->pending[i]);
	p->npending = 0;
}

static void put_text(struct device *d, const struct device_text *t)
{
	struct dev_pick *p = self(d);

	if (!p->on)
		return;
	if (!p->artifact)
		open_pending(p);
	p->to->ops->text(p->to, t);
	follow(p);
}

static void put_line(struct device *d, double x1, double y1, double x2, double y2, double width,
		     double grey)
{
	if (self(d)->on)
		self(d)->to->ops->line(self(d)->to, x1, y1, x2, y2, width, grey);
}

static void put_fill(struct device *d, double x, double y, double w, double h, double grey)
{
	if (self(d)->on)
		self(d)->to->ops->fill(self(d)->to, x, y, w, h, grey);
}

static void put_frame(struct device *d, double x, double y, double w, double h, double width,
		      double grey)
{
	if (self(d)->on)
		self(d)->to->ops->frame(self(d)->to, x, y, w, h, width, grey);
}

static void put_code(struct device *d, double x, double y, double side, const struct qr *qr)
{
	if (self(d)->on)
		self(d)->to->ops->code(self(d)->to, x, y, side, qr);
}

static void put_path(struct device *d, const struct device_path *path)
{
	if (self(d)->on)
		self(d)->to->ops->path(self(d)->to, path);
}

static void open_tag(struct device *d, enum tag tag)
{
	struct dev_pick *p = self(d);

	if (p->npending == PENDING_MAX) {
		p->base.st = fail(ST_TOOBIG, "too many parts within each other");
		return;
	}
	p->pending[p->npending++] = tag;
}

static void open_figure(struct device *d, struct span alt, double x, double y, double w, double h)
{
	struct dev_pick *p = self(d);

	if (!p->on) {
		open_tag(d, TAG_FIGURE); /* for close_tag: nothing of it is drawn */
		return;
	}
	open_pending(p);
	p->to->ops->figure(p->to, alt, x, y, w, h);
	follow(p);
}

static void close_tag(struct device *d)
{
	struct dev_pick *p = self(d);

	if (p->npending) {
		p->npending--;
		return;
	}
	p->to->ops->close(p->to);
	follow(p);
}

static void begin_artifact(struct device *d, enum artifact kind)
{
	self(d)->artifact = true;
	if (self(d)->on)
		self(d)->to->ops->begin_artifact(self(d)->to, kind);
}

static void end_artifact(struct device *d)
{
	self(d)->artifact = false;
	if (self(d)->on)
		self(d)->to->ops->end_artifact(self(d)->to);
}

static void bookmark(struct device *d, struct span title, double y)
{
	if (self(d)->on)
		self(d)->to->ops->bookmark(self(d)->to, title, y);
}

static const struct device_ops ops = {
    .measure = measure,
    .begin_page = begin_page,
    .resume_page = resume_page,
    .text = put_text,
    .line = put_line,
    .fill = put_fill,
    .frame = put_frame,
    .code = put_code,
    .path = put_path,
    .figure = open_figure,
    .open = open_tag,
    .close = close_tag,
    .begin_artifact = begin_artifact,
    .end_artifact = end_artifact,
    .bookmark = bookmark,
};

struct device *dev_pick_new(struct device *to, const struct page_ranges *only)
{
	struct dev_pick *p = calloc(1, sizeof *p);

	if (p)
		p->number = calloc(PRINT_PAGES_MAX, sizeof *p->number);
	if (!p || !p->number) {
		fail(ST_NOMEM, "no memory for a document");
		free(p);
		return NULL;
	}
	p->base.ops = &ops;
	p->to = to;
	p->only = only;
	return &p->base;
}

void dev_pick_free(struct device *d)
{
	if (d)
		free(self(d)->number);
	free(d);
}

size_t dev_pick_pages(const struct device *d)
{
	return ((const struct dev_pick *)d)->kept;
}
