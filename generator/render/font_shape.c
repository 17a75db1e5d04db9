#include "generator/base/utf8.h"
#include "generator/render/font_impl.h"

#include <stdlib.h>

/* A base character and what hangs on it. */
struct cluster {
	uint32_t base;
	uint32_t selector; /* variation selector, 0 if there is none */
	bool marks;	   /* combining marks follow */
	struct span text;
	uint32_t at;
};

void glyphs_init(struct glyphs *g)
{
	*g = (struct glyphs){0};
}

void glyphs_clear(struct glyphs *g)
{
	free(g->list);
	glyphs_init(g);
}

static struct glyph *glyphs_add(struct glyphs *g)
{
	if (g->n == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 128;
		struct glyph *list = realloc(g->list, cap * sizeof *list);

		if (!list)
			return NULL;
		g->list = list;
		g->cap = cap;
	}
	g->list[g->n] = (struct glyph){0};
	return &g->list[g->n++];
}

static bool is_selector(uint32_t cp)
{
	return (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef);
}

static bool is_mark(uint32_t cp)
{
	hb_unicode_general_category_t category;

	if (cp < 0x300)
		return false;
	category = hb_unicode_general_category(hb_unicode_funcs_get_default(), cp);
	return category == HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK ||
	       category == HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK ||
	       category == HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK;
}

/* Characters that say something to the program and nothing to the eye. */
static bool is_unseen(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x34f ||
	       (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || is_selector(cp);
}

/* Takes one cluster off the front of *rest. */
static struct cluster next_cluster(struct span *rest, const char *start)
{
	const char *from = rest->p;
	struct cluster c = {.at = (uint32_t)(from - start)};

	c.base = utf8_next(rest);
	while (rest->n) {
		struct span ahead = *rest;
		uint32_t cp = utf8_next(&ahead);

		if (is_selector(cp))
			c.selector = cp;
		else if (is_mark(cp))
			c.marks = true;
		else
			break;
		*rest = ahead;
	}
	c.text = span_make(from, (size_t)(rest->p - from));
	return c;
}

static enum status put(struct glyphs *out, const struct font_file *file, uint8_t number,
		       uint32_t id, const struct cluster *c)
{
	struct glyph *g = glyphs_add(out);

	if (!g)
		return fail(ST_NOMEM, "no memory for glyphs");
	g->id = id;
	g->file = number;
	g->advance = (uint16_t)font_milli(file, hb_font_get_glyph_h_advance(file->font, id));
	g->at = c->at;
	g->len = (uint32_t)c->text.n;
	return ST_OK;
}

/* Finds one glyph for the base alone, or for base and selector. */
static bool find_glyph(const struct fonts *f, enum face face, const struct cluster *c,
		       uint8_t *number, uint32_t *id)
{
	for (size_t i = 0; c->selector && i < f->nchain[face]; i++) {
		*number = f->chain[face][i];
		if (hb_font_get_variation_glyph(f->files[*number].font, c->base, c->selector, id))
			return true;
	}
	for (size_t i = 0; i < f->nchain[face]; i++) {
		*number = f->chain[face][i];
		if (hb_font_get_nominal_glyph(f->files[*number].font, c->base, id))
			return true;
	}
	return false;
}

static enum status put_box(const struct fonts *f, enum face face, const struct cluster *c,
			   struct glyphs *out)
{
	uint8_t number = f->chain[face][0];
	enum status st;

	for (size_t i = 0; i < f->nchain[face] && !f->files[number].box; i++)
		number = f->chain[face][i];
	st = put(out, &f->files[number], number, f->files[number].box, c);
	if (!st)
		out->list[out->n - 1].missing = true;
	return st;
}

static enum status put_simple(const struct fonts *f, enum face face, const struct cluster *c,
			      struct glyphs *out)
{
	uint8_t number;
	uint32_t id;

	if (is_unseen(c->base))
		return ST_OK;
	if (find_glyph(f, face, c, &number, &id))
		return put(out, &f->files[number], number, id, c);
	return put_box(f, face, c, out);
}

static bool has_all(const struct font_file *file, struct span text)
{
	uint32_t id;

	while (text.n) {
		uint32_t cp = utf8_next(&text);

		if (!is_selector(cp) && !hb_font_get_nominal_glyph(file->font, cp, &id))
			return false;
	}
	return true;
}

/* One glyph of a shaped cluster.  Each stands for one character, the last for all that remain. */
static enum status put_part(const struct font_file *file, uint8_t number,
			    const struct cluster *whole, const hb_glyph_info_t *info,
			    const hb_glyph_position_t *pos, struct span *rest, bool last,
			    struct glyphs *out)
{
	const char *from = rest->p;
	struct cluster part = *whole;
	struct glyph *g;
	enum status st;

	if (last)
		*rest = span_make(rest->p + rest->n, 0);
	else if (rest->n)
		utf8_next(rest);
	part.at += (uint32_t)(from - whole->text.p);
	part.text = span_make(from, (size_t)(rest->p - from));
	st = put(out, file, number, info->codepoint, &part);
	if (st)
		return st;
	g = &out->list[out->n - 1];
	g->advance = (uint16_t)font_milli(file, pos->x_advance);
	g->dx = (int16_t)font_milli(file, pos->x_offset);
	g->dy = (int16_t)font_milli(file, pos->y_offset);
	return ST_OK;
}

/* Lets HarfBuzz join a base with its marks: か゚, é typed as two. */
static enum status put_shaped(const struct fonts *f, uint8_t number, const struct cluster *c,
			      struct glyphs *out)
{
	static const hb_feature_t plain[] = {
	    {HB_TAG('k', 'e', 'r', 'n'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
	    {HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
	};
	const struct font_file *file = &f->files[number];
	hb_buffer_t *b = hb_buffer_create();
	struct span rest = c->text;
	enum status st = ST_OK;
	unsigned n;
	hb_glyph_info_t *info;
	hb_glyph_position_t *pos;

	hb_buffer_add_utf8(b, c->text.p, (int)c->text.n, 0, (int)c->text.n);
	hb_buffer_guess_segment_properties(b);
	hb_buffer_set_direction(b, HB_DIRECTION_LTR);
	if (hb_buffer_allocation_successful(b))
		hb_shape(file->font, b, plain, 2);
	else
		st = fail(ST_NOMEM, "no memory for shaping");
	info = hb_buffer_get_glyph_infos(b, &n);
	pos = hb_buffer_get_glyph_positions(b, &n);
	for (unsigned i = 0; i < n && !st; i++)
		st = put_part(file, number, c, &info[i], &pos[i], &rest, i + 1 == n, out);
	hb_buffer_destroy(b);
	return st;
}

/* A base with marks that no single file has: each character on its own. */
static enum status put_apart(const struct fonts *f, enum face face, const struct cluster *c,
			     struct glyphs *out)
{
	struct span rest = c->text;
	enum status st = ST_OK;

	while (rest.n && !st) {
		struct cluster one = {.at = c->at + (uint32_t)(rest.p - c->text.p)};
		const char *from = rest.p;

		one.base = utf8_next(&rest);
		one.text = span_make(from, (size_t)(rest.p - from));
		st = put_simple(f, face, &one, out);
	}
	return st;
}

static enum status put_marked(const struct fonts *f, enum face face, const struct cluster *c,
			      struct glyphs *out)
{
	for (size_t i = 0; i < f->nchain[face]; i++)
		if (has_all(&f->files[f->chain[face][i]], c->text))
			return put_shaped(f, f->chain[face][i], c, out);
	return put_apart(f, face, c, out);
}

enum status fonts_shape(const struct fonts *f, enum face face, struct span text, struct glyphs *out)
{
	struct span rest = text;
	enum status st = ST_OK;

	out->n = 0;
	while (rest.n && !st) {
		struct cluster c = next_cluster(&rest, text.p);

		st = c.marks ? put_marked(f, face, &c, out) : put_simple(f, face, &c, out);
	}
	return st;
}
