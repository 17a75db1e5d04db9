#include "generator/render/dev_text.h"

#include "generator/base/utf8.h"

#include <stdlib.h>

enum { DEPTH_MAX = 64 };

struct dev_text {
	struct device base;
	struct buf *out;
	const struct fonts *fonts;
	struct glyphs glyphs;
	size_t pages;
	int depth;
};

static const char *const tag_names[TAG_COUNT] = {
    "Document", "Sect", "Div",		 "H1",	 "H2",	  "H3",	  "H4",	   "P",	  "Quote",
    "Code",	"List", "List numbered", "Item", "Label", "Body", "Table", "Row", "Head column",
    "Head row", "Cell", "Figure",
};

static const char *const face_names[FACE_COUNT] = {"body", "head", "bold"};

static void begin_line(struct dev_text *t)
{
	for (int i = 0; i <= t->depth; i++)
		buf_adds(t->out, "  ");
}

/* What takes the room of a full-width character: UAX #11, wide and full-width, by blocks. */
static uint16_t nominal(uint32_t cp)
{
	static const uint32_t wide[][2] = {
	    {0x1100, 0x115f},	{0x2018, 0x201d},   {0x2025, 0x2026}, {0x203b, 0x203b},
	    {0x2190, 0x21ff},	{0x2460, 0x27bf},   {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},
	    {0xe000, 0xfaff},	{0xfe30, 0xfe4f},   {0xff00, 0xff60}, {0xffe0, 0xffe6},
	    {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};
	static const uint32_t none[][2] = {
	    {0, 0x1f},	      {0x300, 0x36f},	{0x200b, 0x200f},
	    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xe0100, 0xe01ef},
	};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (cp >= none[i][0] && cp <= none[i][1])
			return 0;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (cp >= wide[i][0] && cp <= wide[i][1])
			return 1000;
	return 500;
}

static void measure(struct device *d, enum face face, struct span text, uint16_t *advance)
{
	struct dev_text *t = (struct dev_text *)d;
	struct span rest = text;

	memset(advance, 0, text.n * sizeof *advance);
	if (t->fonts) {
		if (!d->st)
			d->st = fonts_shape(t->fonts, face, text, &t->glyphs);
		if (!d->st)
			device_take(d, text, &t->glyphs, advance);
		return;
	}
	while (rest.n) {
		size_t at = text.n - rest.n;

		advance[at] = nominal(utf8_next(&rest));
	}
}

static void begin_page(struct device *d)
{
	struct dev_text *t = (struct dev_text *)d;

	buf_addf(t->out, "page %zu\n", ++t->pages);
}

static void resume_page(struct device *d, size_t n)
{
	buf_addf(((struct dev_text *)d)->out, "on page %zu\n", n + 1);
}

static void put_text(struct device *d, const struct device_text *x)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "%.1f,%.1f %s %g", x->x, x->y, face_names[x->face], x->size);
	if (x->spread > 0)
		buf_addf(t->out, " +%.2f", x->spread);
	if (x->grey > 0)
		buf_addf(t->out, " grey %g", x->grey);
	buf_adds(t->out, " | ");
	buf_addspan(t->out, x->text);
	buf_adds(t->out, "\n");
}

static void put_line(struct device *d, double x1, double y1, double x2, double y2, double width,
		     double grey)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "line %.1f,%.1f %.1f,%.1f width %.2f grey %g\n", x1, y1, x2, y2, width,
		 grey);
}

static void put_fill(struct device *d, double x, double y, double w, double h, double grey)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "fill %.1f,%.1f %.1fx%.1f grey %g\n", x, y, w, h, grey);
}

static void put_frame(struct device *d, double x, double y, double w, double h, double width,
		      double grey)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "frame %.1f,%.1f %.1fx%.1f width %.2f grey %g\n", x, y, w, h, width, grey);
}

static void put_code(struct device *d, double x, double y, double side, const struct qr *qr)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "code %.1f,%.1f %.1fx%.1f of %d modules\n", x, y, side, side, qr->side);
}

static void put_path(struct device *d, const struct device_path *s)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "path%s width %.2f grey %g%s", s->closed ? " closed" : "", s->width,
		 s->grey, s->dashed ? " dashed" : "");
	for (size_t i = 0; i < s->n; i++)
		buf_addf(t->out, " %.1f,%.1f", s->dx + s->scale * s->xy[2 * i],
			 s->dy + s->scale * s->xy[2 * i + 1]);
	buf_addc(t->out, '\n');
}

static void deeper(struct dev_text *t)
{
	if (t->depth + 1 >= DEPTH_MAX)
		t->base.st = fail(ST_BUG, "structure deeper than %d", DEPTH_MAX);
	else
		t->depth++;
}

static void open_figure(struct device *d, struct span alt, double x, double y, double w, double h)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "%s %.1f,%.1f %.1fx%.1f | %.*s\n", tag_names[TAG_FIGURE], x, y, w, h,
		 SPAN_ARG(alt));
	deeper(t);
}

static void open_tag(struct device *d, enum tag tag)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "%s\n", tag_names[tag]);
	deeper(t);
}

static void close_tag(struct device *d)
{
	struct dev_text *t = (struct dev_text *)d;

	if (t->depth == 0)
		d->st = fail(ST_BUG, "more parts closed than opened");
	else
		t->depth--;
}

static void begin_artifact(struct device *d, enum artifact kind)
{
	static const char *const names[ARTIFACT_COUNT] = {"header", "footer", "repeated"};
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "(%s)\n", names[kind]);
}

static void end_artifact(struct device *d)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_adds(t->out, "(end)\n");
}

static void bookmark(struct device *d, struct span title, double y)
{
	struct dev_text *t = (struct dev_text *)d;

	begin_line(t);
	buf_addf(t->out, "bookmark %.1f ", y);
	buf_addspan(t->out, title);
	buf_addc(t->out, '\n');
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

struct device *dev_text_new(struct buf *out, const struct fonts *fonts)
{
	struct dev_text *t = calloc(1, sizeof *t);

	if (!t) {
		fail(ST_NOMEM, "no memory for a page");
		return NULL;
	}
	t->base.ops = &ops;
	t->out = out;
	t->fonts = fonts;
	glyphs_init(&t->glyphs);
	return &t->base;
}

void dev_text_free(struct device *d)
{
	struct dev_text *t = (struct dev_text *)d;

	if (!t)
		return;
	glyphs_clear(&t->glyphs);
	free(t);
}
