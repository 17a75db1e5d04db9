#include "generator/render/fonts.h"

#include "generator/render/font_impl.h"

#include <errno.h>
#include <hb-ot.h>
#include <stdio.h>
#include <stdlib.h>

enum { UPEM_MIN = 16, UPEM_MAX = 16384, WHITE_SQUARE = 0x25a1 };

/* A face with the named tables of another; the bytes are shared, not copied. */
static hb_face_t *slim_face(hb_face_t *whole)
{
	static const hb_tag_t needed[] = {
	    HB_TAG('g', 'l', 'y', 'f'), HB_TAG('l', 'o', 'c', 'a'), HB_TAG('h', 'e', 'a', 'd'),
	    HB_TAG('h', 'h', 'e', 'a'), HB_TAG('h', 'm', 't', 'x'), HB_TAG('m', 'a', 'x', 'p'),
	};
	hb_face_t *slim = hb_face_builder_create();

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		hb_blob_t *table = hb_face_reference_table(whole, needed[i]);
		bool good = hb_blob_get_length(table) > 0 &&
			    hb_face_builder_add_table(slim, needed[i], table);

		hb_blob_destroy(table);
		if (!good) {
			hb_face_destroy(slim);
			return NULL;
		}
	}
	hb_face_make_immutable(slim);
	return slim;
}

/* The box around all glyphs, from the table `head` (OpenType 1.9: xMin at offset 36). */
static void read_box(struct font_file *file)
{
	hb_blob_t *head = hb_face_reference_table(file->face, HB_TAG('h', 'e', 'a', 'd'));
	unsigned len = 0;
	const unsigned char *p = (const unsigned char *)hb_blob_get_data(head, &len);

	for (int i = 0; i < 4 && len >= 44; i++)
		file->facts.box[i] =
		    font_milli(file, (int16_t)(p[36 + 2 * i] << 8 | p[37 + 2 * i]));
	hb_blob_destroy(head);
}

static void read_facts(struct font_file *file, enum face use)
{
	unsigned cap = sizeof file->facts.name;
	hb_font_extents_t extents = {0};
	hb_position_t high = 0;

	hb_ot_name_get_utf8(file->face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &cap,
			    file->facts.name);
	/* A name of a PDF: nothing that would need an escape. */
	for (char *c = file->facts.name; *c; c++)
		if (!strchr("-_", *c) && !(*c >= '0' && *c <= '9') && !(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= 'a' && *c <= 'z'))
			*c = '-';
	if (!file->facts.name[0])
		snprintf(file->facts.name, sizeof file->facts.name, "Font");
	hb_font_get_h_extents(file->font, &extents);
	file->facts.ascent = font_milli(file, extents.ascender);
	file->facts.descent = font_milli(file, extents.descender);
	if (!hb_ot_metrics_get_position(file->font, HB_OT_METRICS_TAG_CAP_HEIGHT, &high))
		high = extents.ascender;
	file->facts.cap_height = font_milli(file, high);
	file->facts.bold = use == FACE_BOLD;
	file->facts.serif = use == FACE_BODY;
	read_box(file);
}

static enum status open_file(struct font_file *file, const char *path, enum face use)
{
	hb_blob_t *blob;

	file->path = strdup(path);
	if (!file->path)
		return fail(ST_NOMEM, "no memory for a font");
	errno = 0;
	blob = hb_blob_create_from_file_or_fail(path);
	if (!blob)
		return fail(ST_CONFIG, "cannot read the font file %s%s%s", path, errno ? ": " : "",
			    errno ? strerror(errno) : "");
	file->face = hb_face_create(blob, 0);
	hb_blob_destroy(blob);
	file->upem = hb_face_get_upem(file->face);
	file->slim = slim_face(file->face);
	if (!file->slim || file->upem < UPEM_MIN || file->upem > UPEM_MAX)
		return fail(ST_CONFIG, "the font file %s is not a TrueType font", path);
	hb_face_make_immutable(file->face);
	file->font = hb_font_create(file->face);
	hb_font_make_immutable(file->font);
	hb_font_get_nominal_glyph(file->font, WHITE_SQUARE, &file->box);
	read_facts(file, use);
	return ST_OK;
}

/* The number of a file, opened if it is not yet. */
static enum status find_file(struct fonts *f, const char *path, enum face use, uint8_t *out)
{
	size_t i = 0;

	while (i < f->nfiles && strcmp(f->files[i].path, path) != 0)
		i++;
	*out = (uint8_t)i;
	if (i < f->nfiles)
		return ST_OK;
	f->nfiles++; /* also a half-opened one is closed by fonts_free */
	return open_file(&f->files[i], path, use);
}

static enum status open_chain(struct fonts *f, const struct font_chain *chain, enum face use)
{
	enum status st;

	if (!chain->file[0])
		return fail(ST_CONFIG, "no font file is named for one of body, head and bold");
	for (size_t i = 0; i < FONT_CHAIN_MAX && chain->file[i]; i++) {
		st = find_file(f, chain->file[i], use, &f->chain[use][i]);
		if (st)
			return st;
		f->nchain[use]++;
	}
	return ST_OK;
}

enum status fonts_open(struct fonts **out, const struct font_chain chains[static FACE_COUNT])
{
	struct fonts *f = calloc(1, sizeof *f);
	enum status st = f ? ST_OK : fail(ST_NOMEM, "no memory for fonts");

	for (int use = 0; use < FACE_COUNT && !st; use++)
		st = open_chain(f, &chains[use], (enum face)use);
	if (st) {
		fonts_free(f);
		f = NULL;
	}
	*out = f;
	return st;
}

void fonts_free(struct fonts *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nfiles; i++) {
		hb_font_destroy(f->files[i].font);
		hb_face_destroy(f->files[i].slim);
		hb_face_destroy(f->files[i].face);
		free(f->files[i].path);
	}
	free(f);
}

size_t fonts_files(const struct fonts *f)
{
	return f->nfiles;
}

const struct font_facts *fonts_facts(const struct fonts *f, size_t file)
{
	return &f->files[file].facts;
}
