#include "generator/render/dev_pdf.h"

#include "generator/base/utf8.h"
#include "generator/render/dev_pdf_impl.h"

#include <math.h>
#include <stdlib.h>

bool pdf_room(void *list_address, size_t *cap, size_t n, size_t size)
{
	void **list = list_address;
	size_t more = *cap ? *cap * 2 : 16;
	void *p;

	if (n < *cap)
		return true;
	p = reallocarray(*list, more, size);
	if (!p) {
		fail(ST_NOMEM, "no memory for a page");
		return false;
	}
	*list = p;
	*cap = more;
	return true;
}

void pdf_number(struct buf *b, double v)
{
	long hundredths = lround(v * 100);
	char text[32];
	size_t at = sizeof text;
	bool minus = hundredths < 0;

	if (minus)
		hundredths = -hundredths;
	if (hundredths % 100 != 0) {
		if (hundredths % 10 != 0)
			text[--at] = (char)('0' + hundredths % 10);
		text[--at] = (char)('0' + hundredths / 10 % 10);
		text[--at] = '.';
	}
	hundredths /= 100;
	do
		text[--at] = (char)('0' + hundredths % 10);
	while (hundredths /= 10);
	if (minus)
		text[--at] = '-';
	buf_add(b, text + at, sizeof text - at);
}

/* Numbers with a space after each, then an operator. */
static void operate(struct buf *b, const double *v, size_t n, const char *operator)
{
	for (size_t i = 0; i < n; i++) {
		pdf_number(b, v[i]);
		buf_addc(b, ' ');
	}
	buf_adds(b, operator);
	buf_addc(b, '\n');
}

static struct dev_pdf *self(struct device *d)
{
	return (struct dev_pdf *)d;
}

/* The page being drawn; NULL before the first and after a failure. */
static struct pdf_page *page_of(struct dev_pdf *p)
{
	return p->base.st || p->npages == 0 ? NULL : &p->pages[p->now];
}

/* ---- marks ------------------------------------------------------------------------------------
 */

static void end_mark(struct pdf_page *page)
{
	if (page->mark != MARK_NONE)
		buf_adds(&page->content, "EMC\n");
	page->mark = MARK_NONE;
}

/* Text of a part: each unbroken stretch of it on a page is one piece. */
static void mark_piece(struct dev_pdf *p, struct pdf_page *page)
{
	int mcid = (int)page->nowner;

	if (page->mark == MARK_ARTIFACT ||
	    (page->mark == MARK_PIECE && page->mark_part == p->tree.now))
		return;
	end_mark(page);
	if (p->tree.now < 0) {
		p->base.st = fail(ST_BUG, "text outside the structure");
		return;
	}
	if (!pdf_room(&page->owner, &page->owner_cap, page->nowner, sizeof *page->owner)) {
		p->base.st = ST_NOMEM;
		return;
	}
	page->owner[page->nowner++] = p->tree.now;
	p->base.st = pdf_tree_piece(&p->tree, (int)p->now, mcid);
	buf_addf(&page->content, "/P<</MCID %d>>BDC\n", mcid);
	page->mark = MARK_PIECE;
	page->mark_part = p->tree.now;
}

static void mark_drawing(struct pdf_page *page)
{
	if (page->mark == MARK_ARTIFACT || page->mark == MARK_DRAWING)
		return;
	end_mark(page);
	buf_adds(&page->content, "/Artifact BMC\n");
	page->mark = MARK_DRAWING;
}

static void begin_artifact(struct device *d, enum artifact kind)
{
	static const char *const marks[ARTIFACT_COUNT] = {
	    "/Artifact<</Type/Pagination/Subtype/Header>>BDC\n",
	    "/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n",
	    "/Artifact<</Type/Pagination>>BDC\n",
	};
	struct pdf_page *page = page_of(self(d));

	if (!page)
		return;
	end_mark(page);
	buf_adds(&page->content, marks[kind]);
	page->mark = MARK_ARTIFACT;
}

static void end_artifact(struct device *d)
{
	struct pdf_page *page = page_of(self(d));

	if (page)
		end_mark(page);
}

/* ---- pages and drawing ------------------------------------------------------------------------
 */

static void begin_page(struct device *d)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page;

	if (d->st)
		return;
	if (p->npages)
		end_mark(&p->pages[p->now]);
	if (!pdf_room(&p->pages, &p->pages_cap, p->npages, sizeof *p->pages)) {
		d->st = ST_NOMEM;
		return;
	}
	p->now = p->npages++;
	page = &p->pages[p->now];
	*page = (struct pdf_page){.font = -1, .width = 1};
	buf_init(&page->content, PDF_PAGE_MAX);
}

static void resume_page(struct device *d, size_t n)
{
	struct dev_pdf *p = self(d);

	if (!page_of(p) || n >= p->npages)
		return;
	end_mark(&p->pages[p->now]);
	p->now = n;
}

static void set_fill(struct pdf_page *page, double grey)
{
	if (page->fill == grey)
		return;
	page->fill = grey;
	operate(&page->content, &grey, 1, "g");
}

static void set_stroke(struct pdf_page *page, double grey, double width)
{
	if (page->stroke != grey)
		operate(&page->content, &grey, 1, "G");
	if (page->width != width)
		operate(&page->content, &width, 1, "w");
	page->stroke = grey;
	page->width = width;
}

static void put_line(struct device *d, double x1, double y1, double x2, double y2, double width,
		     double grey)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);

	if (!page)
		return;
	mark_drawing(page);
	set_stroke(page, grey, width);
	operate(&page->content, (double[]){x1, p->height - y1}, 2, "m");
	operate(&page->content, (double[]){x2, p->height - y2}, 2, "l S");
}

static void put_fill(struct device *d, double x, double y, double w, double h, double grey)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);

	if (!page)
		return;
	mark_drawing(page);
	set_fill(page, grey);
	operate(&page->content, (double[]){x, p->height - y - h, w, h}, 4, "re f");
}

static void put_frame(struct device *d, double x, double y, double w, double h, double width,
		      double grey)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);

	if (!page)
		return;
	mark_drawing(page);
	set_stroke(page, grey, width);
	operate(&page->content, (double[]){x, p->height - y - h, w, h}, 4, "re S");
}

/* Dark modules that touch in a row are one rectangle: fewer bytes, and no hair lines between. */
static void put_code(struct device *d, double x, double y, double side, const struct qr *qr)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);
	double module = side / (qr->side ? qr->side : 1);
	int to;

	if (!page)
		return;
	mark_drawing(page);
	set_fill(page, 0);
	buf_addf(&page->content, "q %.6f 0 0 %.6f ", module, -module);
	operate(&page->content, (double[]){x, p->height - y}, 2, "cm");
	for (int row = 0; row < qr->side; row++)
		for (int col = 0; col < qr->side; col = to) {
			const unsigned char *dark = qr->dark + row * qr->side;

			for (to = col; to < qr->side && dark[to] == dark[col]; to++)
				;
			if (dark[col])
				buf_addf(&page->content, "%d %d %d 1 re\n", col, row, to - col);
		}
	buf_adds(&page->content, "f Q\n");
}

/* Content of the figure that is open, or an artifact. */
static void mark_path(struct dev_pdf *p, struct pdf_page *page)
{
	if (p->tree.now >= 0 && p->tree.parts[p->tree.now].tag == TAG_FIGURE)
		mark_piece(p, page);
	else
		mark_drawing(page);
}

static void put_path(struct device *d, const struct device_path *s)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);

	if (!page || s->n < 2)
		return;
	mark_path(p, page);
	if (s->width > 0)
		set_stroke(page, s->grey, s->width);
	else
		set_fill(page, s->grey);
	if (s->dashed)
		buf_adds(&page->content, "[3 2]0 d\n");
	for (size_t i = 0; i < s->n; i++)
		operate(&page->content,
			(double[]){s->dx + s->scale * s->xy[2 * i],
				   p->height - s->dy - s->scale * s->xy[2 * i + 1]},
			2, i ? "l" : "m");
	buf_adds(&page->content, s->width > 0 ? s->closed ? "s\n" : "S\n" : "f\n");
	if (s->dashed)
		buf_adds(&page->content, "[]0 d\n");
}

/* ---- text -------------------------------------------------------------------------------------
 */

static void measure(struct device *d, enum face face, struct span text, uint16_t *advance)
{
	struct dev_pdf *p = self(d);

	memset(advance, 0, text.n * sizeof *advance);
	if (d->st)
		return;
	d->st = fonts_shape(p->fonts, face, text, &p->glyphs);
	if (!d->st)
		device_take(d, text, &p->glyphs, advance);
}

static void set_font(struct pdf_page *page, int file, double size)
{
	if (page->font == file && page->size == size)
		return;
	page->font = file;
	page->size = size;
	buf_addf(&page->content, "/F%d ", file);
	operate(&page->content, &size, 1, "Tf");
}

static void put_hex(char *to, unsigned code)
{
	static const char digits[] = "0123456789ABCDEF";

	for (int i = 0; i < 4; i++)
		to[i] = digits[code >> (12 - 4 * i) & 15];
}

/* A glyph beside or above its place: an accent. */
static void show_displaced(struct pdf_page *page, const struct glyph *g, unsigned code)
{
	double rise = g->dy * page->size / 1000;

	operate(&page->content, &rise, 1, "Ts");
	buf_addf(&page->content, "[%d<%04X>%d]TJ 0 Ts\n", -g->dx, code, g->dx);
}

/* Shows glyphs of one file from `from` on; returns where it stopped. */
static size_t show_run(struct dev_pdf *p, struct pdf_page *page, struct span text, size_t from)
{
	enum { AT_ONCE = 128 };
	const struct glyph *list = p->glyphs.list;
	char hex[AT_ONCE * 4];
	size_t n = 0, i = from;

	for (; i < p->glyphs.n && n < AT_ONCE && list[i].file == list[from].file; i++) {
		const struct glyph *g = &list[i];
		unsigned code = pdf_codes_find(&p->codes[g->file], g, text);

		if (!code) {
			p->base.st = ST_NOMEM;
			return p->glyphs.n;
		}
		if (g->dx || g->dy) {
			if (n)
				break;
			show_displaced(page, g, code);
			return i + 1;
		}
		put_hex(hex + 4 * n++, code);
	}
	buf_addc(&page->content, '<');
	buf_add(&page->content, hex, n * 4);
	buf_adds(&page->content, ">Tj\n");
	return i;
}

/* Characters whose meaning is private: what they say must stand beside them (ISO 19005-2,
   6.2.11.7.3). */
static bool has_private(struct span text)
{
	while (text.n) {
		uint32_t cp = utf8_next(&text);

		if ((cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xf0000)
			return true;
	}
	return false;
}

static void put_text(struct device *d, const struct device_text *t)
{
	struct dev_pdf *p = self(d);
	struct pdf_page *page = page_of(p);
	bool private = has_private(t->text);

	if (!page)
		return;
	d->st = fonts_shape(p->fonts, t->face, t->text, &p->glyphs);
	if (d->st || p->glyphs.n == 0)
		return;
	mark_piece(p, page);
	set_fill(page, t->grey);
	if (page->spread != t->spread)
		operate(&page->content, &t->spread, 1, "Tc");
	page->spread = t->spread;
	if (private) {
		buf_adds(&page->content, "/Span<</ActualText");
		pdf_string(&page->content, t->text);
		buf_adds(&page->content, ">>BDC\n");
	}
	buf_adds(&page->content, "BT ");
	operate(&page->content, (double[]){t->x, p->height - t->y}, 2, "Td");
	for (size_t i = 0; i < p->glyphs.n;) {
		set_font(page, p->glyphs.list[i].file, t->size);
		i = show_run(p, page, t->text, i);
	}
	buf_adds(&page->content, private ? "ET EMC\n" : "ET\n");
}

/* ---- structure --------------------------------------------------------------------------------
 */

static void open_tag(struct device *d, enum tag tag)
{
	if (!d->st)
		d->st = pdf_tree_open(&self(d)->tree, tag);
}

static void open_figure(struct device *d, struct span alt, double x, double y, double w, double h)
{
	struct dev_pdf *p = self(d);

	if (!d->st)
		d->st = pdf_tree_figure(&p->tree, alt,
					(double[]){x, p->height - y - h, x + w, p->height - y});
}

static void close_tag(struct device *d)
{
	if (!d->st)
		d->st = pdf_tree_close(&self(d)->tree);
}

static void bookmark(struct device *d, struct span title, double y)
{
	struct dev_pdf *p = self(d);
	char *copy;

	if (d->st)
		return;
	copy = strndup(title.p ? title.p : "", title.n);
	if (!copy ||
	    !pdf_room(&p->bookmarks, &p->bookmarks_cap, p->nbookmarks, sizeof *p->bookmarks)) {
		free(copy);
		d->st = fail(ST_NOMEM, "no memory for an outline");
		return;
	}
	p->bookmarks[p->nbookmarks++] = (struct pdf_bookmark){copy, p->now, y};
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

struct device *dev_pdf_new(const struct fonts *fonts, double width, double height)
{
	struct dev_pdf *p = calloc(1, sizeof *p);

	if (!p) {
		fail(ST_NOMEM, "no memory for a document");
		return NULL;
	}
	p->base.ops = &ops;
	p->fonts = fonts;
	p->width = width;
	p->height = height;
	p->tree.now = -1;
	glyphs_init(&p->glyphs);
	return &p->base;
}

void dev_pdf_free(struct device *d)
{
	struct dev_pdf *p = self(d);

	if (!p)
		return;
	for (size_t i = 0; i < p->npages; i++) {
		buf_clear(&p->pages[i].content);
		free(p->pages[i].owner);
	}
	for (size_t i = 0; i < p->nbookmarks; i++)
		free(p->bookmarks[i].title);
	for (size_t i = 0; i < FONT_FILES_MAX; i++)
		pdf_codes_clear(&p->codes[i]);
	pdf_tree_clear(&p->tree);
	glyphs_clear(&p->glyphs);
	free(p->bookmarks);
	free(p->pages);
	free(p);
}
