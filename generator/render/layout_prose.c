#include "generator/render/layout.h"
#include "generator/sheet/markdown.h"

#include <stdlib.h>

/* Emphasis may be nested as deep as the text is long; below this it is only text. */
enum { INLINE_DEPTH_MAX = 24, BLOCK_DEPTH_MAX = MD_MAX_NESTING + 4 };

#define INDENT(f) (1.5 * (f)->style->body)

/* The state of a prose field while its blocks are put down. */
struct prose {
	struct flow *f;
	double indent; /* from the inner edge of the frame */
	int bars;      /* quotes around: a grey bar each */
	double bar_at[BLOCK_DEPTH_MAX];
};

/* Text and faces of a paragraph being collected. */
struct collector {
	struct buf text;
	struct run *runs;
	size_t nruns, cap;
	enum status st;
};

static void end_run(struct collector *c, enum face face)
{
	struct run *last = c->nruns ? &c->runs[c->nruns - 1] : NULL;

	if (c->text.len == (last ? last->to : 0))
		return;
	if (last && last->face == face) {
		last->to = c->text.len;
		return;
	}
	if (c->nruns == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 8;
		struct run *runs = reallocarray(c->runs, cap, sizeof *runs);

		if (!runs) {
			c->st = fail(ST_NOMEM, "no memory for a paragraph");
			return;
		}
		c->runs = runs;
		c->cap = cap;
	}
	c->runs[c->nruns++] = (struct run){c->text.len, face};
}

static void collect(struct collector *c, const struct md_node *parent, enum face face, int depth);

static void collect_link(struct collector *c, const struct md_node *n, enum face face, int depth)
{
	size_t before = c->text.len;
	struct span said;

	collect(c, n, face, depth + 1);
	said = span_make(buf_str(&c->text) + before, c->text.len - before);
	if (span_eq(said, n->url))
		return;
	/* On paper nobody can click: the address stands beside the text. */
	buf_adds(&c->text, "（");
	buf_addspan(&c->text, n->url);
	buf_adds(&c->text, "）");
	end_run(c, face);
}

static void collect_one(struct collector *c, const struct md_node *n, enum face face, int depth)
{
	switch (n->kind) {
	case MD_TEXT:
		buf_addspan(&c->text, n->text);
		end_run(c, face);
		break;
	case MD_CODE:
		buf_addspan(&c->text, n->text);
		end_run(c, FACE_HEAD);
		break;
	case MD_SOFT_BREAK:
	case MD_BREAK:
		buf_addc(&c->text, '\n');
		end_run(c, face);
		break;
	case MD_STRONG:
		collect(c, n, FACE_BOLD, depth + 1);
		break;
	case MD_EMPH: /* Japanese letters do not slant */
		collect(c, n, face == FACE_BODY ? FACE_HEAD : face, depth + 1);
		break;
	case MD_LINK:
		collect_link(c, n, face, depth);
		break;
	default:
		collect(c, n, face, depth + 1);
	}
}

static void collect(struct collector *c, const struct md_node *parent, enum face face, int depth)
{
	if (depth > INLINE_DEPTH_MAX) {
		md_plain(parent, &c->text);
		end_run(c, face);
		return;
	}
	for (const struct md_node *n = parent->first; n; n = n->next)
		collect_one(c, n, face, depth);
}

/* The inlines of a block as one measured paragraph. */
static struct para inline_para(struct flow *f, const struct md_node *block, enum face face)
{
	struct collector c = {0};
	struct para p = {.size = f->style->body};
	struct run *runs;

	buf_init(&c.text, 4 * MD_MAX_BODY);
	collect(&c, block, face, 0);
	if (c.text.st && !c.st)
		c.st = c.text.st;
	p.text = arena_copy(f->arena, buf_span(&c.text));
	runs = arena_array(f->arena, c.nruns + 1, sizeof *runs);
	if (!c.st && (!p.text.p || !runs))
		c.st = ST_NOMEM;
	if (!c.st && c.nruns)
		memcpy(runs, c.runs, c.nruns * sizeof *runs);
	p.runs = runs;
	p.nruns = c.nruns;
	buf_clear(&c.text);
	free(c.runs);
	if (c.st && !f->st)
		f->st = c.st;
	para_measure(f, &p);
	return p;
}

static double left_edge(const struct prose *p)
{
	return flow_left(p->f) + CELL_PAD_X + p->indent;
}

/* The point or number of an item stands on the base line of the strip that comes next. */
static void put_label(struct prose *p, struct span text)
{
	struct flow *f = p->f;
	double size = f->style->body;
	struct para label = para_plain(f, text, FACE_BODY, size);

	para_break(f, &label, flow_width(f));
	flow_open(f, TAG_LABEL);
	if (label.nlines)
		para_line(f, &label, 0, left_edge(p) - 0.35 * size - label.lines[0].width,
			  base_line(size, size * f->style->leading), false);
	flow_close(f);
}

static void end_line_strip(struct prose *p, double height, int keep)
{
	for (int i = 0; i < p->bars; i++)
		flow_fill(p->f, p->bar_at[i], 0, 2, height, p->f->style->rule_grey);
	p->f->next.framed = true;
	flow_strip(p->f, height, keep);
}

/* How many lines after line i must follow on the same page: never one alone. */
static int line_keep(size_t i, size_t n)
{
	return (i == 0 && n > 1) || (n > 2 && i == n - 2) ? 1 : 0;
}

static void put_lines(struct prose *p, struct para *para, enum tag tag, bool justify, bool heading)
{
	struct flow *f = p->f;
	double lh = para->size * f->style->leading, baseline = base_line(para->size, lh);

	para_break(f, para, flow_left(f) + flow_width(f) - CELL_PAD_X - left_edge(p));
	flow_open(f, tag);
	for (size_t i = 0; i < para->nlines; i++) {
		para_line(f, para, i, left_edge(p), baseline, justify);
		if (i + 1 == para->nlines)
			flow_close(f);
		end_line_strip(p, lh, heading ? 2 : line_keep(i, para->nlines));
	}
}

static void put_code(struct prose *p, const struct md_node *n)
{
	struct flow *f = p->f;
	struct buf text;
	struct para para;

	buf_init(&text, 4 * MD_MAX_BODY);
	for (size_t i = 0; i < n->text.n; i++)
		if (n->text.p[i] == '\t')
			buf_adds(&text, "    ");
		else
			buf_addc(&text, n->text.p[i]);
	if (text.st && !f->st)
		f->st = text.st;
	para = para_plain(f, arena_copy(f->arena, buf_span(&text)), FACE_HEAD, f->style->table);
	buf_clear(&text);
	put_lines(p, &para, TAG_CODE, false, false);
}

static void put_blocks(struct prose *p, const struct md_node *parent, int depth);

static void put_item(struct prose *p, const struct md_node *n, struct span label, int depth)
{
	struct para empty;

	flow_open(p->f, TAG_ITEM);
	put_label(p, label);
	flow_open(p->f, TAG_ITEM_BODY);
	if (n->first) {
		put_blocks(p, n, depth + 1);
	} else {
		empty = para_plain(p->f, SPAN(""), FACE_BODY, p->f->style->body);
		put_lines(p, &empty, TAG_P, false, false);
	}
	flow_close(p->f);
	flow_close(p->f);
}

static void put_list(struct prose *p, const struct md_node *n, int depth)
{
	struct flow *f = p->f;
	int number = n->start;
	double before = p->indent;
	bool numbered = n->start >= 0;

	flow_open(f, numbered ? TAG_LIST_NUMBERED : TAG_LIST);
	p->indent += numbered ? 1.3 * INDENT(f) : INDENT(f) * 0.9;
	for (const struct md_node *item = n->first; item; item = item->next) {
		struct span label = numbered ? flow_text(f, "%d.", number) : SPAN("・");

		if (item != n->first && !n->tight)
			flow_gap(f, 3);
		put_item(p, item, label, depth);
		if (number < 999999999)
			number++;
	}
	p->indent = before;
	flow_close(f);
}

static void put_quote(struct prose *p, const struct md_node *n, int depth)
{
	double before = p->indent;
	bool barred = p->bars < BLOCK_DEPTH_MAX;

	flow_open(p->f, TAG_QUOTE);
	if (barred)
		p->bar_at[p->bars++] = left_edge(p) + 2;
	p->indent += INDENT(p->f);
	put_blocks(p, n, depth + 1);
	p->indent = before;
	p->bars -= barred;
	flow_close(p->f);
}

static void put_block(struct prose *p, const struct md_node *n, int depth)
{
	struct flow *f = p->f;
	struct para para;

	switch (n->kind) {
	case MD_HEADING:
		para = inline_para(f, n, FACE_BOLD);
		put_lines(p, &para, TAG_H4, false, true);
		break;
	case MD_LIST:
		put_list(p, n, depth);
		break;
	case MD_QUOTE:
		put_quote(p, n, depth);
		break;
	case MD_CODE_BLOCK:
		put_code(p, n);
		break;
	case MD_RULE:
		flow_line(f, left_edge(p), 4, flow_width(f) / 3, 0, false);
		end_line_strip(p, 8, 0);
		break;
	default:
		para = inline_para(f, n, FACE_BODY);
		put_lines(p, &para, TAG_P, true, false);
	}
}

static void put_blocks(struct prose *p, const struct md_node *parent, int depth)
{
	if (depth > BLOCK_DEPTH_MAX) {
		if (!p->f->st)
			p->f->st = fail(ST_TOOBIG, "blocks nested deeper than %d", BLOCK_DEPTH_MAX);
		return;
	}
	for (const struct md_node *n = parent->first; n && !p->f->st; n = n->next) {
		if (n != parent->first && parent->kind != MD_ITEM)
			flow_gap(p->f, 0.35 * p->f->style->body);
		put_block(p, n, depth);
	}
}

void flow_prose(struct flow *f, struct span markdown)
{
	struct prose p = {.f = f};
	struct md_node *document = NULL;
	size_t first = f->nstrips;

	if (f->st)
		return;
	f->st = md_parse(f->arena, markdown, MD_MAX_BYTES, &document);
	if (!f->st)
		put_blocks(&p, document, 0);
	/* Neither the first nor the last line of a field is alone on a page. */
	if (!f->st && f->nstrips >= first + 2)
		f->strips[first].keep = f->strips[f->nstrips - 2].keep = 1;
}

void flow_paragraph(struct flow *f, struct para *para)
{
	struct prose p = {.f = f};

	put_lines(&p, para, TAG_P, true, false);
}

void flow_band(struct flow *f, struct span label)
{
	const struct print_style *s = f->style;
	struct para p = para_plain(f, label, FACE_HEAD, s->label);
	double lh = s->label * s->cell_leading, height;

	para_break(f, &p, flow_width(f) - 2 * CELL_PAD_X);
	height = lh * (double)p.nlines + 5;
	flow_fill(f, flow_left(f), 0, flow_width(f), height, s->label_grey);
	flow_line(f, flow_left(f), 0, flow_width(f), 0, false);
	flow_open(f, TAG_H3);
	for (size_t i = 0; i < p.nlines; i++)
		para_line(f, &p, i, flow_left(f) + CELL_PAD_X,
			  2.5 + lh * (double)i + base_line(s->label, lh), false);
	flow_close(f);
	f->next.framed = true;
	flow_strip(f, height, 1);
}
