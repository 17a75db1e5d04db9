/* What the files that make up slip.h share; nobody else includes it. */
#ifndef KARTE_RENDER_SLIP_INT_H
#define KARTE_RENDER_SLIP_INT_H

#include "generator/render/layout.h"
#include "generator/render/slip.h"

#define MM (72 / 25.4)

/*
 * Where things stand, in millimetres from the upper left corner of the paper.
 *
 * The folded letter is smaller than its envelope and slides in it, and the windows of different
 * makers differ by a few millimetres.  So there is a part of the paper that every window shows
 * always (ALWAYS), and a part that some window may show once (SEEN).  The address stands in the
 * first, and in the second nothing but the address.
 */
enum {
	/* JIS P 0138 A4, folded in three. */
	PAPER_W = 210,
	PAPER_H = 297,
	FOLD_1 = 99,
	FOLD_2 = 198,
	/* JIS S 5502 長形3号, lying. */
	ENVELOPE_W = 235,
	ENVELOPE_H = 120,
	/* The window as it is sold for 長形3号; film must keep 10 mm from the edge. */
	WINDOW_W = 90,
	WINDOW_H = 45,
	WINDOW_LEFT_MIN = 20,
	WINDOW_LEFT_MAX = 22,
	WINDOW_TOP_MIN = 10,
	WINDOW_TOP_MAX = 14,
	/* How far the letter slides to the right and down. */
	SLIDE_X = ENVELOPE_W - PAPER_W,
	SLIDE_Y = ENVELOPE_H - FOLD_1,

	ALWAYS_LEFT = WINDOW_LEFT_MAX,
	ALWAYS_TOP = WINDOW_TOP_MAX,
	ALWAYS_RIGHT = WINDOW_LEFT_MIN + WINDOW_W - SLIDE_X,
	ALWAYS_BOTTOM = WINDOW_TOP_MIN + WINDOW_H - SLIDE_Y,
	SEEN_RIGHT = WINDOW_LEFT_MAX + WINDOW_W,
	SEEN_BOTTOM = WINDOW_TOP_MAX + WINDOW_H,

	/* The address, with a millimetre for how printers feed paper. */
	ADDRESS_LEFT = ALWAYS_LEFT + 1,
	ADDRESS_TOP = ALWAYS_TOP,
	ADDRESS_RIGHT = ALWAYS_RIGHT - 1,
	ADDRESS_BOTTOM = ALWAYS_BOTTOM,
	/* The left margin has room for punching, as in print.yaml. */
	TEXT_LEFT = 22,
	TEXT_RIGHT = PAPER_W - 15,
	/* Date and sender stand beside what the window may show. */
	OFFICE_LEFT = SEEN_RIGHT + 4,
	OFFICE_TOP = 14,
	/* Title and lead stand below it and need not be secret. */
	OPENING_TOP = SEEN_BOTTOM + 5,
	/* Account, codes and QR code: well below the fold, which is never made exactly. */
	SECRET_TOP = FOLD_1 + 7,
	TEXT_BOTTOM = PAPER_H - 14,
	/* What must be read exactly stays so far away from a crease. */
	CREASE = 2,
	/* Marks for folding; printers leave the first 4 mm white. */
	MARK_END = 10,
};

_Static_assert(ADDRESS_RIGHT - ADDRESS_LEFT >= 60 && ADDRESS_BOTTOM - ADDRESS_TOP >= 20,
	       "the address has room for three lines of fourteen letters");
_Static_assert((int)OFFICE_LEFT > (int)SEEN_RIGHT && (int)OPENING_TOP > (int)SEEN_BOTTOM,
	       "no window shows anything but the address");
_Static_assert((int)SECRET_TOP > (int)FOLD_1 + (int)CREASE, "what is secret is below the fold");

/* How dense a letter is; slip_page.c has the choices. */
struct density {
	double scale;	/* of the theme's letter sizes */
	size_t columns; /* of codes */
};

/* Draws one letter from the top down; dry: only finds out whether all of it fits. */
struct pen {
	struct flow *f;
	struct density density;
	double y; /* where the next thing begins, points from the top of the page */
	bool dry;
	bool full; /* something did not fit: sticks */
};

/* ---- slip_draw.c ----------------------------------------------------------------------------- */

void pen_open(struct pen *pen, enum tag tag);
void pen_close(struct pen *pen);

/*
 * A paragraph broken to the width at the ends of phrases: after a space or ・, unless a phrase is
 * longer than `longest`, which is then broken as any Japanese text.  `tail` bytes at the end (様)
 * are never a line of their own.
 */
struct para pen_para(struct pen *pen, struct span text, enum face face, double size, double width,
		     double longest, size_t tail);
/* Draws its lines from y on and moves y below them.  right: they end at x, else they begin there.
 */
void pen_lines(struct pen *pen, const struct para *p, double x, double line_height, bool right);
double para_height(const struct para *p, double line_height);
/* A text as one part of the structure, between x and the right margin; nothing if it is empty. */
void pen_text(struct pen *pen, enum tag tag, struct span text, enum face face, double size,
	      double x);

/*
 * A code or an ID: each character in the middle of a square cell of at most `size`, so that columns
 * can be counted and compared whatever the font's widths are.  Smaller if the width needs it.
 */
void pen_cells(struct pen *pen, struct span text, double size, double x, double width);
/* Moves y below the second fold if something of this height would lie on it. */
void pen_avoid_crease(struct pen *pen, double height);

/* ---- slip_above.c ---------------------------------------------------------------------------- */

/* Address, date, sender, title and lead; false if the name does not fit the window. */
bool slip_above(struct pen *pen, const struct slip *slip);

/* ---- slip_page.c ----------------------------------------------------------------------------- */

/* Draws one letter on a page of its own.  number from 1, for fail(); bookmark: it has an entry in
 * the outline. */
enum status slip_page(struct flow *f, const struct slip *slip, size_t number, bool bookmark);

#endif
