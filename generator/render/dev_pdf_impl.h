/* What the files that make up dev_pdf.h share; nobody else includes it. */
#ifndef KARTE_RENDER_DEV_PDF_IMPL_H
#define KARTE_RENDER_DEV_PDF_IMPL_H

#include "generator/base/arena.h"
#include "generator/render/dev_pdf.h"

#include <hpdf.h>

enum {
	PDF_CID_MAX = 65535,
	PDF_CID_CHARS = 4,
	PDF_PAGE_MAX = 16 * 1024 * 1024,
	PDF_MEMORY_MAX = 512 * 1024 * 1024
};

/*
 * One code of a font in this document: a glyph and the text it stands for.  The same glyph for two
 * texts (葛 with and without its selector) is two codes, so that both can be copied as typed.
 */
struct pdf_cid {
	uint32_t glyph;
	uint32_t chars[PDF_CID_CHARS];
	uint16_t nchars; /* so wide that there is no padding: the list is hashed as bytes */
	uint16_t advance;
};

/* The codes of one font file, numbered from 1 in order of first use. */
struct pdf_codes {
	struct pdf_cid *list;
	size_t n, cap;
	uint16_t *table; /* open addressing: number + 1, 0 is free */
	size_t slots;
};

/* Finds or makes the code; 0 when there is no memory or no number left (fail() is set). */
unsigned pdf_codes_find(struct pdf_codes *c, const struct glyph *g, struct span text);
void pdf_codes_clear(struct pdf_codes *c);

/* A part of the structure, and what is in it: parts and pieces of pages, in order. */
struct pdf_part {
	enum tag tag;
	int parent;	 /* -1: the document itself */
	int first, last; /* into kids; -1: none */
	char *alt;	 /* of a figure, and its box from the lower left corner of the page; else
			    NULL */
	double box[4];
};
struct pdf_kid {
	int next;
	int part; /* >= 0: a part; else a piece of a page: */
	int page, mcid;
};
struct pdf_tree {
	struct pdf_part *parts;
	size_t nparts, parts_cap;
	struct pdf_kid *kids;
	size_t nkids, kids_cap;
	int now; /* the open part, -1 for none */
};

enum status pdf_tree_open(struct pdf_tree *t, enum tag tag);
/* Opens a figure; alt is copied. */
enum status pdf_tree_figure(struct pdf_tree *t, struct span alt, const double box[static 4]);
enum status pdf_tree_close(struct pdf_tree *t);
enum status pdf_tree_piece(struct pdf_tree *t, int page, int mcid);
void pdf_tree_clear(struct pdf_tree *t);

/* Inside which marks the content of a page stands at the moment. */
enum pdf_mark { MARK_NONE, MARK_PIECE, MARK_DRAWING, MARK_ARTIFACT };

struct pdf_page {
	struct buf content;
	int *owner; /* the part of each piece, by its number on the page */
	size_t nowner, owner_cap;
	enum pdf_mark mark;
	int mark_part;
	/* The graphics state as the page has it, so that it is set only when it changes. */
	int font;
	double size, spread, fill, stroke, width;
};

struct pdf_bookmark {
	char *title;
	size_t page;
	double y;
};

struct dev_pdf {
	struct device base;
	const struct fonts *fonts;
	double width, height;
	struct glyphs glyphs;
	struct pdf_codes codes[FONT_FILES_MAX];
	struct pdf_tree tree;
	struct pdf_page *pages;
	size_t npages, pages_cap, now;
	struct pdf_bookmark *bookmarks;
	size_t nbookmarks, bookmarks_cap;
};

/* Makes room for one more element; false when there is no memory (fail() is set). */
bool pdf_room(void *list_address, size_t *cap, size_t n, size_t size);
/* A number as PDF writes it: at most two digits after the point, no exponent, any locale. */
void pdf_number(struct buf *b, double v);

/* ---- a document being written --------------------------------------------------------------- */

struct pdf_writer {
	HPDF_Doc doc;
	struct arena *arena; /* what libharu's objects point to */
	enum status st;
	struct dev_pdf *dev;
	HPDF_Page *pages;
	HPDF_Dict *parts;
};

/* A new object of the document without content; NULL on failure (then st is set). */
HPDF_Dict pdf_object(struct pdf_writer *w);
/* The content of an object, without << and >>; copied. */
void pdf_write(struct pdf_writer *w, HPDF_Dict object, const struct buf *body);
/* A new object with a stream; `body` are the entries beside length and filter.  Deflated if so. */
HPDF_Dict pdf_stream(struct pdf_writer *w, const char *body, struct span bytes, bool deflate);
/* The number by which other objects refer to it ("12 0 R"); 0 for NULL. */
unsigned pdf_ref(const void *object);
/* A text for people, as UTF-16BE hexadecimal string. */
void pdf_string(struct buf *b, struct span text);

/* Each of these adds its objects.  Fonts: the resource dictionary that all pages share. */
HPDF_Dict pdf_write_fonts(struct pdf_writer *w);
HPDF_Dict pdf_write_tree(struct pdf_writer *w);

#endif
