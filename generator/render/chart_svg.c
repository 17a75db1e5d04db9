/* A drawing as SVG. */
#include "generator/render/chart.h"

static const char *const classes[INK_COUNT] = {
    [INK_TEXT] = "ink-text", [INK_MUTED] = "ink-muted", [INK_HAIR] = "ink-hair",
    [INK_TINT] = "ink-tint", [INK_DATA] = "ink-data",	[INK_GROUND] = "ink-ground",
};

static void put_path(struct html *h, const struct shape *s, struct buf *d)
{
	buf_cut(d, 0);
	for (size_t i = 0; i < s->n; i++)
		buf_addf(d, "%s%.1f %.1f", i ? "L" : "M", s->xy[2 * i], s->xy[2 * i + 1]);
	buf_adds(d, s->closed ? "Z" : "");
	html_open(h, "path");
	html_attrf(h, "class", "%s%s%s", classes[s->ink], s->width > 0 ? " stroke" : "",
		   s->dashed ? " dashed" : "");
	if (s->width > 0)
		html_attrf(h, "stroke-width", "%.1f", s->width);
	html_attr(h, "d", buf_span(d));
	html_close(h);
}

static void put_text(struct html *h, const struct shape *s)
{
	static const char *const anchors[] = {NULL, "middle", "end"};

	html_open(h, "text");
	html_class(h, classes[s->ink]);
	html_attrf(h, "x", "%.1f", s->xy[0]);
	html_attrf(h, "y", "%.1f", s->xy[1]);
	html_attrf(h, "font-size", "%g", s->size);
	html_attrs(h, "text-anchor", anchors[s->anchor]);
	html_text(h, s->text);
	html_close(h);
}

static void put_words(struct html *h, const struct drawing *d, const char *tag, const char *end,
		      struct span text)
{
	html_open(h, tag);
	html_attrf(h, "id", "%.*s-%s", SPAN_ARG(d->id), end);
	html_text(h, text);
	html_close(h);
}

void chart_svg(struct html *h, const struct drawing *d)
{
	struct buf path;

	buf_init(&path, 1024 * 1024);
	html_open(h, "svg");
	html_class(h, "chart");
	html_attrs(h, "role", "img");
	html_attrf(h, "aria-labelledby", "%.*s-title %.*s-desc", SPAN_ARG(d->id), SPAN_ARG(d->id));
	html_attrf(h, "viewBox", "0 0 %g %g", d->w, d->h);
	html_attrf(h, "width", "%g", d->w);
	html_attrf(h, "height", "%g", d->h);
	put_words(h, d, "title", "title", d->title);
	put_words(h, d, "desc", "desc", d->desc);
	for (size_t i = 0; i < d->n; i++)
		if (d->shapes[i].is_text)
			put_text(h, &d->shapes[i]);
		else
			put_path(h, &d->shapes[i], &path);
	html_close(h);
	if (path.st && !h->out->st)
		h->out->st = path.st;
	buf_clear(&path);
}
