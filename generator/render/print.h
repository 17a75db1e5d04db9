/*
 * Views on paper: A4 pages as PDF, or the same pages as plain text that tests can compare.
 *
 * The PDF is tagged (PDF 1.7, in the manner of PDF/A-2a), embeds what it needs, and depends on
 * nothing but its input: the same job gives the same bytes.
 */
#ifndef KARTE_RENDER_PRINT_H
#define KARTE_RENDER_PRINT_H

#include "generator/base/buf.h"
#include "generator/base/day.h"
#include "generator/render/names.h"
#include "generator/role/redact.h"

#include <stdint.h>

struct fonts;
struct page_ranges;
struct print_style;

/* What print.yaml of a theme says: paper, sizes, colours, font files. */
enum status print_style_load(struct print_style **out, const char *themedir, struct problems *ps);
void print_style_free(struct print_style *s);

/*
 * Opens the font files that the style names.  ST_CONFIG if one is missing or is no font; fail()
 * names it.  Open once and share: read-only, any number of threads may print with it at once.
 * Free with fonts_free after the last print.
 */
enum status print_fonts_open(struct fonts **out, const struct print_style *s);
void fonts_free(struct fonts *f);

/* The heading of the pages about growth. */
#define PRINT_GROWTH_TITLE "成長の記録"

struct growth_figures;

/* One document: one sheet, or the sheets of a whole karte one after the other. */
struct print_job {
	const struct view *const *views; /* each begins on a new page */
	size_t nviews;
	const struct growth_figures *growth; /* after them, on pages of its own; NULL: none */
	struct span child_name, child_kana;  /* as typed; kana may be absent */
	struct day born;		     /* y == 0: unknown, not printed */
	struct span made_for;		     /* the reader in words: 保護者 山田 太郎 */
	struct span version;		     /* short label of the version, "3（a1b2c3d）" */
	const struct span *versions;	     /* one per view; NULL: `version` for all */
	struct span checkpoint;		     /* short text of the journal's; absent: not printed */
	struct span verify_url;		     /* what the QR code says; absent: no code */
	int64_t at;			     /* UTC seconds of the newest commit: the date on it */
	const struct render_names *names;    /* may be NULL */
	const struct page_ranges *only;	     /* these pages, numbered as in the whole; NULL: all */
};

enum { PRINT_MISSING_MAX = 64, PRINT_PAGES_MAX = 2000 };

struct print_report {
	size_t pages;	/* of the whole document */
	size_t printed; /* of those that were asked for */
	/* Characters that no font has, ascending, each once; they are drawn as a box and stay
	   in the text that can be copied. */
	uint32_t missing[PRINT_MISSING_MAX];
	size_t nmissing; /* how many are in the list */
};

/*
 * Appends the document to out.  report may be NULL.  ST_INVALID: neither view nor growth;
 * ST_NOTFOUND: it has none of the pages of `only` (report->pages says how many it has); ST_TOOBIG:
 * over PRINT_PAGES_MAX pages or over what out holds; ST_NOMEM; ST_IO: the PDF library failed.
 */
enum status print_pdf(const struct print_style *s, struct fonts *f, const struct print_job *job,
		      struct buf *out, struct print_report *report);

/*
 * The same pages as lines of text: structure and what is drawn where, in points from the upper
 * left corner.  fonts may be NULL: then every full-width character is one em wide and every other
 * half an em, so that the result does not depend on a font file.
 */
enum status print_text(const struct print_style *s, struct fonts *f, const struct print_job *job,
		       struct buf *out, struct print_report *report);

#endif
