/*
 * The letters that paper is printed with: chains of font files, asked in order for each character.
 *
 * Opened once and then only read, so all threads share one `struct fonts`.
 */
#ifndef KARTE_RENDER_FONTS_H
#define KARTE_RENDER_FONTS_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

/* What the letters are for; each has its own chain. */
enum face {
	FACE_BODY, /* Mincho: what people wrote */
	FACE_HEAD, /* Gothic: labels, header and footer */
	FACE_BOLD, /* Gothic, bold: titles */
	FACE_COUNT
};

enum { FONT_CHAIN_MAX = 4, FONT_FILES_MAX = FACE_COUNT * FONT_CHAIN_MAX };

struct font_chain {
	const char *file[FONT_CHAIN_MAX]; /* TrueType files; NULL ends the list */
};

struct fonts;

/*
 * Opens every file of the chains, one that stands in several only once.  ST_CONFIG: a chain is
 * empty, a file is missing or is no TrueType font; fail() names it.  Free with fonts_free.
 */
enum status fonts_open(struct fonts **out, const struct font_chain chains[static FACE_COUNT]);
void fonts_free(struct fonts *f);

/* One glyph of a line, in reading order. */
struct glyph {
	uint32_t id;	  /* in its file */
	uint8_t file;	  /* which font file: 0 .. fonts_files() - 1 */
	bool missing;	  /* no font has the character: id is a box */
	uint16_t advance; /* thousandths of the letter size */
	int16_t dx, dy;	  /* displacement, in thousandths; not 0 only for accents */
	uint32_t at, len; /* the bytes of the text that it stands for */
};

/* Room for glyphs that is used again and again. */
struct glyphs {
	struct glyph *list;
	size_t n, cap;
};
void glyphs_init(struct glyphs *g);
void glyphs_clear(struct glyphs *g);

/*
 * The glyphs of valid UTF-8, in out (emptied first).  A base character and its variation selector
 * go together: the first file that has the sequence wins, else the first that has the base. Kerning
 * and ligatures are off, so that the width of a text is the sum of the widths of its parts.  What
 * is not drawn (control characters, joiners) has no glyph.  Only scripts without contextual
 * shaping.
 */
enum status fonts_shape(const struct fonts *f, enum face face, struct span text,
			struct glyphs *out);

/* What a PDF must know about a font file, in thousandths of the letter size. */
struct font_facts {
	char name[64]; /* PostScript name */
	int ascent, descent, cap_height;
	int box[4]; /* left, bottom, right, top */
	bool bold, serif;
};
size_t fonts_files(const struct fonts *f);
const struct font_facts *fonts_facts(const struct fonts *f, size_t file);

/*
 * Makes a font program that holds only these glyphs (and what they are made of), without the
 * tables that only shaping needs.  ids[i] is the number of glyphs[i] in it.  ST_NOMEM.
 */
enum status fonts_subset(const struct fonts *f, size_t file, const uint32_t *glyphs, size_t n,
			 struct buf *program, uint16_t *ids);

#endif
