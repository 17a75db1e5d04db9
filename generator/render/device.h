/*
 * What the layout draws on.  It asks widths, then says what stands where, in which structure; a PDF
 * is one device, a text dump for tests is another.
 *
 * Lengths are points, positions from the upper left corner of the page.  Calls need no check: the
 * first failure stays in `st` and later calls do nothing.
 */
#ifndef KARTE_RENDER_DEVICE_H
#define KARTE_RENDER_DEVICE_H

#include "generator/render/fonts.h"
#include "generator/render/qr.h"

/* The parts of a document, in the sense of ISO 32000-1, 14.8.4. */
enum tag {
	TAG_DOCUMENT,
	TAG_SECT,
	TAG_DIV,
	TAG_H1,
	TAG_H2,
	TAG_H3,
	TAG_H4,
	TAG_P,
	TAG_QUOTE,
	TAG_CODE,
	TAG_LIST, /* of points */
	TAG_LIST_NUMBERED,
	TAG_ITEM,
	TAG_LABEL, /* the point or number of an item */
	TAG_ITEM_BODY,
	TAG_TABLE,
	TAG_ROW,
	TAG_HEAD_COLUMN, /* a head cell for its column */
	TAG_HEAD_ROW,	 /* a head cell for its row */
	TAG_CELL,
	TAG_FIGURE, /* opened by figure(), which says what it shows */
	TAG_COUNT
};

/* What is on the page but not in the text. */
enum artifact { ARTIFACT_HEADER, ARTIFACT_FOOTER, ARTIFACT_REPEATED, ARTIFACT_COUNT };

struct device_text {
	struct span text; /* one line, valid UTF-8, need not live longer than the call */
	enum face face;
	double size;
	double x, y;   /* left end of the base line */
	double spread; /* added after each glyph */
	double grey;   /* 0 black .. 1 white */
};

/* Straight lines through n points, or the area within them. */
struct device_path {
	const double *xy; /* pairs: a point is at dx + scale * x, dy + scale * y */
	size_t n;
	double scale, dx, dy;
	double width; /* of the line; 0: the area is filled */
	double grey;
	bool closed, dashed;
};

struct device;

struct device_ops {
	/* The advance of what begins at each byte, in thousandths of the letter size, 0 where
	   nothing begins.  advance has room for text.n numbers. */
	void (*measure)(struct device *d, enum face face, struct span text, uint16_t *advance);
	/* Begins the next page; the structure stays as it is. */
	void (*begin_page)(struct device *d);
	/* Draws on page number n (from 0) from now on; artifacts only. */
	void (*resume_page)(struct device *d, size_t n);
	void (*text)(struct device *d, const struct device_text *t);
	void (*line)(struct device *d, double x1, double y1, double x2, double y2, double width,
		     double grey);
	void (*fill)(struct device *d, double x, double y, double w, double h, double grey);
	void (*frame)(struct device *d, double x, double y, double w, double h, double width,
		      double grey);
	/* A QR code of side `side` with its upper left corner at x, y. */
	void (*code)(struct device *d, double x, double y, double side, const struct qr *qr);
	/* Within a figure a path and text are its content; elsewhere a path is an artifact. */
	void (*path)(struct device *d, const struct device_path *p);
	/* Opens a figure with what is read in its place, and where it stands; close() ends it. */
	void (*figure)(struct device *d, struct span alt, double x, double y, double w, double h);
	/* Structure.  Lines, fills and frames are artifacts wherever they are drawn. */
	void (*open)(struct device *d, enum tag tag);
	void (*close)(struct device *d);
	void (*begin_artifact)(struct device *d, enum artifact kind);
	void (*end_artifact)(struct device *d);
	/* An entry of the outline, leading to height y of the present page. */
	void (*bookmark)(struct device *d, struct span title, double y);
};

enum { DEVICE_MISSING_MAX = 64 };

/* The first member of every device. */
struct device {
	const struct device_ops *ops;
	enum status st;
	uint32_t missing[DEVICE_MISSING_MAX]; /* characters that no font has, ascending */
	size_t nmissing;
};

/* For devices: fills advance (see measure) from glyphs and remembers what is missing. */
void device_take(struct device *d, struct span text, const struct glyphs *g, uint16_t *advance);

#endif
