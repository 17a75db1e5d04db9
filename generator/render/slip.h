/*
 * Letters on one A4 page: the slip with which somebody signs in for the first time, and the page of
 * recovery codes.  The address block lies in the window of an envelope 長形3号 (fold marks at 99
 * and 198 mm); what must stay secret is below the first fold, so that it cannot be read through the
 * window.  The same engine as print.h: tagged PDF, the same bytes for the same input.
 *
 * The paper is always A4 with the margins of slip_int.h, since the envelope does not change with
 * the theme; letter sizes and fonts are the theme's.
 */
#ifndef KARTE_RENDER_SLIP_H
#define KARTE_RENDER_SLIP_H

#include "generator/render/print.h"

enum {
	SLIP_CODES_MAX = 16,
	SLIP_STEPS_MAX = 16,
	SLIP_TEXT_MAX = 2000, /* bytes of each text */
	SLIP_LETTERS_MAX = 1000
};

/* All texts are UTF-8 and stay the caller's; codes are not copied. */
struct slip {
	struct span name;	  /* to whom: drawn with every character, 𠮷田 美咲 様 */
	struct span institution;  /* of staff, above the name; absent for families */
	struct span account;	  /* the ID that is typed */
	struct span title;	  /* はじめてのログインのご案内 */
	struct span lead;	  /* what this is, one or two sentences */
	const struct span *steps; /* what to do, numbered */
	size_t nsteps;
	const struct span *codes; /* one for a first sign-in, ten recovery codes */
	size_t ncodes;
	struct span codes_label; /* はじめてのコード */
	struct span qr;		 /* the text of the QR code; absent: none */
	struct span
	    qr_label; /* what it leads to; the address, up to a #, follows if it is not in it */
	struct span until;  /* until when it works, a sentence; absent: not said */
	struct span sender; /* who sends it: name of the municipality's office, small */
	struct span help;   /* whom to ask */
	struct day on;	    /* the date on the letter */
};

/*
 * Appends one PDF with one page for each letter.  report may be NULL.  ST_INVALID: no letter, a
 * letter without name, account, title or date, an empty code or step, or text that is not UTF-8;
 * ST_TOOBIG: over one of the limits above, a name that does not fit the window or a text that does
 * not fit the page (fail() has the number of the letter), or over what out holds; ST_NOMEM; ST_IO.
 * After an error out is as it was before, or, if it was full, empty and failed.
 */
enum status slip_pdf(const struct print_style *s, struct fonts *f, const struct slip *letters,
		     size_t count, struct buf *out, struct print_report *report);
/* The same as text, as print_text. */
enum status slip_text(const struct print_style *s, struct fonts *f, const struct slip *letters,
		      size_t count, struct buf *out, struct print_report *report);

#endif
