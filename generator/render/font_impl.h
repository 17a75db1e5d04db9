/* What the files that make up fonts.h share; nobody else includes it. */
#ifndef KARTE_RENDER_FONT_IMPL_H
#define KARTE_RENDER_FONT_IMPL_H

#include "generator/render/fonts.h"

#include <hb.h>

struct font_file {
	char *path;
	hb_face_t *face; /* the whole file, mapped */
	hb_font_t *font; /* immutable */
	hb_face_t *slim; /* the same bytes, but only the tables that a PDF needs: planning a
			    subset of it takes 0.05 ms where the whole face takes 1 to 9 ms */
	uint32_t box;	 /* the glyph of U+25A1, for what is missing; 0 if it has none */
	unsigned upem;
	struct font_facts facts;
};

struct fonts {
	struct font_file files[FONT_FILES_MAX];
	size_t nfiles;
	uint8_t chain[FACE_COUNT][FONT_CHAIN_MAX]; /* numbers of files */
	size_t nchain[FACE_COUNT];
};

/* Font units to thousandths of an em. */
static inline int font_milli(const struct font_file *file, int units)
{
	int half = (int)file->upem / 2;

	return (units * 1000 + (units < 0 ? -half : half)) / (int)file->upem;
}

#endif
