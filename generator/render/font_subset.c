#include "generator/render/font_impl.h"

#include <hb-subset.h>

/* The plan for a set of glyphs; NULL when there is no memory. */
static hb_subset_plan_t *make_plan(const struct font_file *file, const uint32_t *glyphs, size_t n)
{
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan = NULL;
	hb_set_t *wanted;

	if (!in)
		return NULL;
	wanted = hb_subset_input_glyph_set(in);
	for (size_t i = 0; i < n; i++)
		hb_set_add(wanted, glyphs[i]);
	/* Hints are for screens of long ago and a third of the bytes. */
	hb_subset_input_set_flags(in, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
	if (hb_set_allocation_successful(wanted))
		plan = hb_subset_plan_create_or_fail(file->slim, in);
	hb_subset_input_destroy(in);
	return plan;
}

/* ---- is it all there? -------------------------------------------------------------------------
 */

/*
 * When memory runs out in its midst, HarfBuzz gives a font in which tables or outlines are
 * missing, and says nothing.  So the result is looked at: letters must not vanish from paper.
 */
struct outlines {
	hb_blob_t *loca;
	const unsigned char *at;
	unsigned len;
	bool wide; /* offsets of four bytes, not of two */
};

static void outlines_open(struct outlines *o, hb_face_t *face)
{
	enum { INDEX_TO_LOC = 51 }; /* low byte of indexToLocFormat in `head` */
	hb_blob_t *head = hb_face_reference_table(face, HB_TAG('h', 'e', 'a', 'd'));
	unsigned len = 0;
	const unsigned char *p = (const unsigned char *)hb_blob_get_data(head, &len);

	o->wide = len > INDEX_TO_LOC && p[INDEX_TO_LOC] != 0;
	hb_blob_destroy(head);
	o->loca = hb_face_reference_table(face, HB_TAG('l', 'o', 'c', 'a'));
	o->at = (const unsigned char *)hb_blob_get_data(o->loca, &o->len);
}

static uint32_t offset(const struct outlines *o, size_t i)
{
	size_t at = i * (o->wide ? 4 : 2);
	uint32_t v = 0;

	for (size_t k = at; k < at + (o->wide ? 4 : 2) && k < o->len; k++)
		v = v << 8 | o->at[k];
	return v;
}

static bool has_outline(const struct outlines *o, size_t glyph)
{
	return offset(o, glyph + 1) > offset(o, glyph);
}

static bool has_tables(hb_face_t *part)
{
	static const hb_tag_t needed[] = {
	    HB_TAG('g', 'l', 'y', 'f'), HB_TAG('l', 'o', 'c', 'a'), HB_TAG('h', 'e', 'a', 'd'),
	    HB_TAG('h', 'h', 'e', 'a'), HB_TAG('h', 'm', 't', 'x'), HB_TAG('m', 'a', 'x', 'p'),
	};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		hb_blob_t *table = hb_face_reference_table(part, needed[i]);
		unsigned len = hb_blob_get_length(table);

		hb_blob_destroy(table);
		if (len == 0)
			return false;
	}
	return true;
}

/* Has each glyph of the part an outline if, and only if, it has one in the whole? */
static bool is_complete(const struct font_file *file, hb_subset_plan_t *plan, hb_face_t *part)
{
	const hb_map_t *old = hb_subset_plan_new_to_old_glyph_mapping(plan);
	unsigned n = hb_map_get_population(old);
	struct outlines whole, now;
	bool good = has_tables(part);

	outlines_open(&whole, file->slim);
	outlines_open(&now, part);
	good = good && now.len >= (n + 1) * (now.wide ? 4 : 2);
	for (unsigned i = 0; i < n && good; i++)
		good = hb_map_has(old, i) &&
		       has_outline(&now, i) == has_outline(&whole, hb_map_get(old, i));
	hb_blob_destroy(whole.loca);
	hb_blob_destroy(now.loca);
	return good;
}

/* -----------------------------------------------------------------------------------------------
 */

static enum status write_program(const struct font_file *file, hb_subset_plan_t *plan,
				 struct buf *program)
{
	hb_face_t *part = hb_subset_plan_execute_or_fail(plan);
	hb_blob_t *blob;
	const char *bytes;
	unsigned len = 0;

	if (!part || !is_complete(file, plan, part)) {
		hb_face_destroy(part);
		return fail(ST_NOMEM, "no memory for a part of a font");
	}
	blob = hb_face_reference_blob(part);
	bytes = hb_blob_get_data(blob, &len);
	buf_add(program, bytes, len);
	hb_blob_destroy(blob);
	hb_face_destroy(part);
	return len ? program->st : fail(ST_NOMEM, "no memory for a part of a font");
}

enum status fonts_subset(const struct fonts *f, size_t file, const uint32_t *glyphs, size_t n,
			 struct buf *program, uint16_t *ids)
{
	hb_subset_plan_t *plan = make_plan(&f->files[file], glyphs, n);
	const hb_map_t *numbers;
	enum status st = ST_OK;

	if (!plan)
		return fail(ST_NOMEM, "no memory for a part of a font");
	numbers = hb_subset_plan_old_to_new_glyph_mapping(plan);
	for (size_t i = 0; i < n && !st; i++) {
		if (!hb_map_has(numbers, glyphs[i]))
			st = fail(ST_NOMEM, "no memory for a part of a font");
		ids[i] = (uint16_t)hb_map_get(numbers, glyphs[i]);
	}
	if (!st)
		st = write_program(&f->files[file], plan, program);
	hb_subset_plan_destroy(plan);
	return st;
}
