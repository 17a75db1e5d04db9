#include "generator/render/slip_int.h"

#include <math.h>

/* Smaller cells cannot be read without doubt. */
enum { CELL_MIN = 8 };

void pen_open(struct pen *pen, enum tag tag)
{
	if (!pen->dry)
		pen->f->dev->ops->open(pen->f->dev, tag);
}

void pen_close(struct pen *pen)
{
	if (!pen->dry)
		pen->f->dev->ops->close(pen->f->dev);
}

/* ---- paragraphs -------------------------------------------------------------------------------
 */

static double width_of(const struct para *p, size_t from, size_t to)
{
	unsigned long sum = 0;

	for (size_t i = from; i < to; i++)
		sum += p->advance[i];
	return (double)sum * p->size / 1000;
}

static bool phrase_ends(struct span text, size_t at)
{
	static const char *const ends[] = {" ", "　", "・", "＝", "\n"};
	struct span before = span_make(text.p, at);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (span_ends(before, span_of(ends[i])))
			return true;
	return false;
}

/* Gives up the breaks within phrases that are not longer than `longest`. */
static void keep_phrases(struct para *p, double longest, size_t tail)
{
	size_t kept = 0, first = 0, from = 0, end = p->text.n;

	for (size_t i = 0; i < p->nbreaks; i++) {
		size_t at = p->breaks[i];

		if (at != end && (!phrase_ends(p->text, at) || at == end - tail))
			continue;
		/* Of a phrase that is too long all breaks stay; first..i are its. */
		if (width_of(p, from, at) <= longest)
			first = i;
		for (; first <= i; first++)
			if (tail == 0 || p->breaks[first] != end - tail)
				p->breaks[kept++] = p->breaks[first];
		from = at;
	}
	p->nbreaks = kept;
}

struct para pen_para(struct pen *pen, struct span text, enum face face, double size, double width,
		     double longest, size_t tail)
{
	struct para p = para_plain(pen->f, text, face, size);

	if (!pen->f->st)
		keep_phrases(&p, longest, tail);
	para_break(pen->f, &p, width);
	return p;
}

double para_height(const struct para *p, double line_height)
{
	return (double)p->nlines * line_height;
}

void pen_lines(struct pen *pen, const struct para *p, double x, double line_height, bool right)
{
	struct device *dev = pen->f->dev;

	for (size_t i = 0; i < p->nlines && !pen->f->st; i++) {
		const struct line *line = &p->lines[i];

		if (!pen->dry)
			dev->ops->text(dev, &(struct device_text){
						.text = span_make(p->text.p + line->from,
								  line->to - line->from),
						.face = p->runs[0].face,
						.size = p->size,
						.x = right ? x - line->width : x,
						.y = pen->y + base_line(p->size, line_height),
					    });
		pen->y += line_height;
	}
}

void pen_text(struct pen *pen, enum tag tag, struct span text, enum face face, double size,
	      double x)
{
	double width = TEXT_RIGHT * MM - x;
	struct para p;

	if (text.n == 0)
		return;
	size *= pen->density.scale;
	p = pen_para(pen, text, face, size, width, width / 3, 0);
	pen_open(pen, tag);
	pen_lines(pen, &p, x, size * pen->f->style->cell_leading, false);
	pen_close(pen);
}

/* ---- cells ------------------------------------------------------------------------------------
 */

/* Where the character at `i` ends: its bytes after the first have no advance. */
static size_t next_cell(const struct para *p, size_t i)
{
	do
		i++;
	while (i < p->text.n && p->advance[i] == 0);
	return i;
}

void pen_cells(struct pen *pen, struct span text, double size, double x, double width)
{
	struct para p = para_plain(pen->f, text, FACE_BOLD, size);
	struct device *dev = pen->f->dev;
	size_t cells = 0, to;
	double cell;

	if (pen->f->st)
		return;
	for (size_t i = 0; i < text.n; i = next_cell(&p, i))
		cells++;
	cell = fmin(size, width / (double)(cells ? cells : 1));
	pen->full |= cell < CELL_MIN;
	/* Neighbours of the same width are drawn together, the rest of their cells between them. */
	for (size_t from = 0; from < text.n && !pen->dry; from = to) {
		double rest = cell - p.advance[from] * cell / 1000;
		size_t n = 0;

		for (to = from; to < text.n && p.advance[to] == p.advance[from];
		     to = next_cell(&p, to))
			n++;
		dev->ops->text(dev, &(struct device_text){
					.text = span_make(text.p + from, to - from),
					.face = FACE_BOLD,
					.size = cell,
					.x = x + rest / 2,
					.y = pen->y + base_line(size, size),
					.spread = rest,
				    });
		x += (double)n * cell;
	}
	pen->y += size;
}

void pen_avoid_crease(struct pen *pen, double height)
{
	double above = (FOLD_2 - CREASE) * MM, below = (FOLD_2 + CREASE) * MM;

	if (pen->y < below && pen->y + height > above)
		pen->y = below;
}
