#include "generator/base/text.h"
#include "generator/render/layout.h"

#include <stdlib.h>

double base_line(double size, double line_height)
{
	/* The em box of Japanese letters: 0.88 above the base line, 0.12 below. */
	return (line_height - size) / 2 + 0.88 * size;
}

static double width_of(const struct para *p, size_t from, size_t to)
{
	unsigned long sum = 0;

	for (size_t i = from; i < to; i++)
		sum += p->advance[i];
	return (double)sum * p->size / 1000;
}

/* Where the text ends without white space and line ends: space, U+3000, \n. */
static size_t trimmed(struct span t, size_t from, size_t to)
{
	for (;;) {
		if (to > from && (t.p[to - 1] == ' ' || t.p[to - 1] == '\n'))
			to--;
		else if (to >= from + 3 && memcmp(t.p + to - 3, "\xe3\x80\x80", 3) == 0)
			to -= 3;
		else
			return to;
	}
}

static void measure_widths(struct para *p)
{
	size_t start = 0, from = 0;

	p->natural = p->longest = 0;
	for (size_t i = 0; i < p->nbreaks; i++) {
		size_t to = p->breaks[i];
		double piece = width_of(p, from, trimmed(p->text, from, to));

		if (piece > p->longest)
			p->longest = piece;
		if (to == p->text.n || p->text.p[to - 1] == '\n') {
			double whole = width_of(p, start, trimmed(p->text, start, to));

			if (whole > p->natural)
				p->natural = whole;
			start = to;
		}
		from = to;
	}
}

void para_measure(struct flow *f, struct para *p)
{
	size_t *breaks = NULL;
	size_t from = 0;

	if (f->st)
		return;
	p->advance = arena_array(f->arena, p->text.n + 1, sizeof *p->advance);
	f->st = p->advance ? text_line_breaks(p->text, &breaks, &p->nbreaks) : ST_NOMEM;
	if (f->st)
		goto out;
	p->breaks = arena_array(f->arena, p->nbreaks + 1, sizeof *p->breaks);
	if (!p->breaks) {
		f->st = ST_NOMEM;
		goto out;
	}
	if (p->nbreaks)
		memcpy(p->breaks, breaks, p->nbreaks * sizeof *breaks);
	for (size_t r = 0; r < p->nruns; r++) {
		struct span run = span_make(p->text.p + from, p->runs[r].to - from);

		f->dev->ops->measure(f->dev, p->runs[r].face, run, p->advance + from);
		from = p->runs[r].to;
	}
	f->st = f->dev->st;
	if (!f->st)
		measure_widths(p);

out:
	if (f->st)
		p->nbreaks = 0;
	free(breaks);
}

struct para para_plain(struct flow *f, struct span text, enum face face, double size)
{
	struct run *run = arena_alloc(f->arena, sizeof *run);
	struct para p = {.text = text.p ? text : SPAN(""), .runs = run, .nruns = 1, .size = size};

	if (!run) {
		if (!f->st)
			f->st = ST_NOMEM;
		p.nruns = 0;
		return p;
	}
	*run = (struct run){p.text.n, face};
	para_measure(f, &p);
	return p;
}

/* A paragraph being broken: the line begins at `from` and is good up to `to`. */
struct breaker {
	struct flow *f;
	struct para *p;
	size_t from, to;
	double width; /* of from .. to, with white space at its end */
};

static struct line *add_line(struct flow *f, struct para *p)
{
	size_t cap = p->lines_cap ? p->lines_cap * 2 : 8;
	struct line *list;

	if (p->nlines == p->lines_cap) {
		list = arena_array(f->arena, cap, sizeof *list);
		if (!list) {
			f->st = ST_NOMEM;
			return NULL;
		}
		if (p->nlines)
			memcpy(list, p->lines, p->nlines * sizeof *list);
		p->lines = list;
		p->lines_cap = cap;
	}
	return &p->lines[p->nlines++];
}

static void end_line(struct breaker *b, bool ends)
{
	struct para *p = b->p;
	struct line *line = add_line(b->f, p);

	if (!line)
		return;
	line->from = b->from;
	line->to = trimmed(p->text, b->from, b->to);
	line->width = width_of(p, line->from, line->to);
	line->ends = ends;
	for (size_t i = line->from; i < line->to; i++)
		line->glyphs += p->advance[i] > 0;
	b->from = b->to;
	b->width = 0;
}

/* A piece longer than a line: as many letters on each line as fit, at least one. */
static void break_piece(struct breaker *b, size_t to)
{
	const struct para *p = b->p;

	while (b->to < to) {
		size_t next = b->to + 1;
		double w = p->advance[b->to] * p->size / 1000;

		while (next < to && p->advance[next] == 0)
			next++;
		if (b->to > b->from && w > 0 && b->width + w > p->width)
			end_line(b, false);
		b->width += w;
		b->to = next;
	}
}

static void add_piece(struct breaker *b, size_t to)
{
	const struct para *p = b->p;
	double seen = width_of(p, b->to, trimmed(p->text, b->to, to));

	if (b->to > b->from && b->width + seen > p->width + 0.01)
		end_line(b, false);
	if (seen > p->width + 0.01) {
		break_piece(b, to);
		return;
	}
	b->width += width_of(p, b->to, to);
	b->to = to;
}

void para_break(struct flow *f, struct para *p, double width)
{
	struct breaker b = {.f = f, .p = p};

	p->nlines = 0;
	p->width = width;
	if (f->st)
		return;
	for (size_t i = 0; i < p->nbreaks && !f->st; i++) {
		add_piece(&b, p->breaks[i]);
		if (b.to > 0 && p->text.p[b.to - 1] == '\n')
			end_line(&b, true);
	}
	if (b.to > b.from || p->nlines == 0)
		end_line(&b, true);
	else if (p->nlines)
		p->lines[p->nlines - 1].ends = true;
}
