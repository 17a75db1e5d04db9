/*
 * Pages out of strips.  What is to be printed is first cut into strips (a line, a row of a table)
 * that are never divided; then the strips are put on pages.
 *
 * For print.c and the layout_*.c files only.
 */
#ifndef KARTE_RENDER_LAYOUT_H
#define KARTE_RENDER_LAYOUT_H

#include "generator/base/arena.h"
#include "generator/render/device.h"
#include "generator/render/print.h"
#include "generator/render/print_style.h"

/* ---- strips -----------------------------------------------------------------------------------
 */

/* One thing that a strip draws, or a turn of the structure.  y counts from the strip's top. */
struct op {
	enum { OP_OPEN, OP_CLOSE, OP_TEXT, OP_LINE, OP_FILL, OP_BOOKMARK, OP_PATH, OP_FIGURE } kind;
	enum tag tag;
	enum face face;
	double x, y, w, h; /* a line goes to x + w, y + h */
	double size, spread, grey;
	struct span text;
	const struct device_path *path; /* dy counts from the strip's top */
};

struct strip {
	double before; /* white above it; none at the top of a page */
	double height;
	size_t ops;  /* one past its last op; the first is where the strip before ended */
	int keep;    /* so many strips after it must be on the same page */
	int head;    /* the strip to be repeated above it when it begins a page; -1: none */
	bool framed; /* neighbours that are framed share one frame */
	bool glue;   /* only white: left out where it does not fit, and at the top of a page */
	int view;    /* which view of the job */
	struct span section; /* title to repeat when a page begins within a section */
};

struct flow {
	const struct print_style *style;
	struct device *dev;
	struct arena *arena; /* texts and paragraphs */
	enum status st;	     /* sticks; look once, at the end */
	struct op *ops;
	size_t nops, ops_cap;
	struct strip *strips;
	size_t nstrips, strips_cap;
	struct strip next; /* what the next strip will be like: set before flow_strip() */
	int *page_view;	   /* for each page, the view it shows */
	size_t npages, pages_cap;
};

enum status flow_init(struct flow *f, const struct print_style *style, struct device *dev);
void flow_clear(struct flow *f);

/* The left edge, the width and the height of the text area. */
double flow_left(const struct flow *f);
double flow_width(const struct flow *f);
double flow_height(const struct flow *f);

/* Structure and drawing go into the strip that flow_strip() then ends. */
void flow_open(struct flow *f, enum tag tag);
void flow_close(struct flow *f);
void flow_line(struct flow *f, double x, double y, double w, double h, bool frame);
void flow_fill(struct flow *f, double x, double y, double w, double h, double grey);
void flow_bookmark(struct flow *f, struct span title);
/* A path of the strip, which must live as long as the flow; a figure, to be closed. */
void flow_path(struct flow *f, const struct device_path *path);
void flow_figure(struct flow *f, struct span alt, double x, double w, double h);
/* Draws a chart as a figure, its upper left corner at x and the strip's top. */
struct drawing;
void flow_drawing(struct flow *f, const struct drawing *d, double x, double scale);
/* Ends the strip; `before` of the next one is 0 again, its head none.  Returns its number. */
int flow_strip(struct flow *f, double height, int keep);
/* White that the next strip has above it, in addition. */
void flow_gap(struct flow *f, double height);

/* printf into the arena; an empty text when that fails (then st is set). */
struct span flow_text(struct flow *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts all strips on pages.  What is still open in the structure must be closed in a strip. */
void flow_paginate(struct flow *f);

/* ---- paragraphs -------------------------------------------------------------------------------
 */

/* The face of the text up to a byte; the runs of a paragraph follow each other. */
struct run {
	size_t to;
	enum face face;
};

struct line {
	size_t from, to; /* bytes, without white space at the end */
	double width;
	size_t glyphs;
	bool ends; /* the paragraph ends, or a line end was typed */
};

struct para {
	struct span text;
	const struct run *runs;
	size_t nruns;
	double size;
	double grey;
	/* made by para_measure(): */
	uint16_t *advance; /* per byte, thousandths of size */
	size_t *breaks;	   /* offsets at which a line may end */
	size_t nbreaks;
	double natural; /* width without any break but the typed ones */
	double longest; /* width of the longest piece that should not be broken */
	/* made by para_break(): */
	struct line *lines;
	size_t nlines, lines_cap;
	double width;
};

/* A paragraph in one face; measured. */
struct para para_plain(struct flow *f, struct span text, enum face face, double size);
void para_measure(struct flow *f, struct para *p);
/* Breaks into lines of at most width; what is too long for a line is broken anywhere. */
void para_break(struct flow *f, struct para *p, double width);
/* Gives up the breaks within phrases that fit the width: for labels, 個別の支援の／合計.  Before
   para_break(). */
void para_phrases(struct para *p, double width);
/* Draws one line into the strip.  justify: spread it over the width where it nearly fills it. */
void para_line(struct flow *f, const struct para *p, size_t i, double x, double baseline,
	       bool justify);
/* From the top of a line of letters of this size to its base line. */
double base_line(double size, double line_height);

/* ---- rows of cells ----------------------------------------------------------------------------
 */

/* A row higher than a page less the reserve (for a repeated head) is divided. */
enum { CELL_PAD_X = 5, CELL_PAD_Y = 4, ROW_RESERVE = 100 };

struct cell {
	struct para para;
	struct para over; /* a small line above: how a name is read; no text: none */
	enum tag tag;
	double x, w;
	bool shaded, right;
};

struct row {
	struct cell *cells;
	size_t n;
	bool centre; /* short cells stand in the middle of their height */
	int keep;
	int head; /* as of a strip */
};

/* Breaks the cells' paragraphs and adds the row as one strip, or as several if it is higher than
   a page.  Returns the number of the first. */
int flow_row(struct flow *f, struct row *r);

/* ---- the parts of a sheet ---------------------------------------------------------------------
 */

/* Labels with short contents, two beside each other where both are short enough. */
struct grid {
	struct cell cells[4];
	size_t ncells; /* of the row being filled: 0 or 2 */
	bool open;     /* the table is open */
	int keep;      /* of the next row */
};
void grid_add(struct flow *f, struct grid *g, struct span label, struct para value,
	      struct span over);
/* Ends the row and the table; harmless when there is none. */
void grid_end(struct flow *f, struct grid *g);

/* The label of a prose field or table: a grey band with a heading of level 3. */
void flow_band(struct flow *f, struct span label);
/* Prose in Markdown, inside the frame. */
void flow_prose(struct flow *f, struct span markdown);
/* One paragraph in the frame. */
void flow_paragraph(struct flow *f, struct para *p);
/* The rows of a table or measure, as a table or, if that would be too narrow, as cards. */
void flow_table(struct flow *f, const struct field *field, const struct value *value,
		const struct render_names *names);
/* Name and birth of the child; more facts may follow before grid_end. */
void flow_child(struct flow *f, struct grid *g, const struct print_job *job);
/* Date and version (absent: none) in the upper right corner, and the title in the middle. */
void flow_head(struct flow *f, const struct print_job *job, struct span version, struct span title);
/* The heading of a part, in the outline too. */
void flow_section(struct flow *f, struct span title);
/* A whole view, beginning on a new page. */
void flow_view(struct flow *f, const struct print_job *job, size_t view);

/* The figures of growth, under the name of the child. */
void flow_growth(struct flow *f, const struct print_job *job, const struct growth_figures *g);

/* Header and footer of every page. */
void flow_furniture(struct flow *f, const struct print_job *job);

#endif
