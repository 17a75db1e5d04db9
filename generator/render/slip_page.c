#include "generator/render/slip_int.h"

#include <math.h>
#include <stdlib.h>

/* Letter sizes, distances and lines in points, where they are not the theme's. */
enum {
	CODE_SIZE = 21, /* 19 characters of a code fill four fifths of the width */
	LIST_SIZE = 17,
	ACCOUNT_SIZE = 17,
	GAP = 8,
	SMALL_GAP = 4,
	BOX_PAD = 12,
	NUMBER_WIDTH = 24,
	QR_SIDE = 50, /* mm, at most; modules of 0.8 mm fit up to version 11 */
};
#define QR_MODULE (0.8 * MM)

/* ---- below the fold ---------------------------------------------------------------------------
 */

static void put_code(struct pen *pen, const struct slip *slip, size_t i, double x, double width)
{
	double number = pen->f->style->label;
	struct para p = para_plain(pen->f, flow_text(pen->f, "%zu", i + 1), FACE_HEAD, number);
	double top = pen->y;

	para_break(pen->f, &p, NUMBER_WIDTH);
	pen_open(pen, TAG_ITEM);
	pen_open(pen, TAG_LABEL);
	pen->y += base_line(LIST_SIZE, LIST_SIZE) - base_line(number, number);
	pen_lines(pen, &p, x + NUMBER_WIDTH - GAP, number, true);
	pen->y = top;
	pen_close(pen);
	pen_open(pen, TAG_ITEM_BODY);
	pen_cells(pen, slip->codes[i], LIST_SIZE, x + NUMBER_WIDTH, width - NUMBER_WIDTH);
	pen_close(pen);
	pen_close(pen);
}

/* Column by column, each row at the same height in all of them. */
static void put_list(struct pen *pen, const struct slip *slip, double x, double width)
{
	size_t columns = pen->density.columns, rows = (slip->ncodes + columns - 1) / columns;
	double column = (width - (double)(columns - 1) * 2 * GAP) / (double)columns;
	double top = pen->y, bottom = top;

	pen_open(pen, TAG_LIST_NUMBERED);
	for (size_t i = 0; i < slip->ncodes; i++) {
		if (i % rows == 0) {
			pen->y = top;
			x += i ? column + 2 * GAP : 0;
		}
		pen_avoid_crease(pen, LIST_SIZE);
		put_code(pen, slip, i, x, column);
		bottom = fmax(bottom, pen->y);
		pen->y += GAP;
	}
	pen_close(pen);
	pen->y = bottom;
}

static void put_codes(struct pen *pen, const struct slip *slip, double x, double width)
{
	if (slip->ncodes == 0)
		return;
	pen->y += GAP + 2;
	pen_text(pen, TAG_H2, slip->codes_label, FACE_HEAD, pen->f->style->label, x);
	pen->y += SMALL_GAP;
	if (slip->ncodes > 1) {
		put_list(pen, slip, x, width);
		return;
	}
	pen_open(pen, TAG_P);
	pen_cells(pen, slip->codes[0], CODE_SIZE, x, width);
	pen_close(pen);
}

/* A frame around what is typed: the account and the codes. */
static void put_secret(struct pen *pen, const struct slip *slip)
{
	const struct print_style *s = pen->f->style;
	struct device *dev = pen->f->dev;
	double left = TEXT_LEFT * MM, outer = (TEXT_RIGHT - TEXT_LEFT) * MM;
	double x = left + BOX_PAD, width = outer - 2 * BOX_PAD, top;

	top = pen->y = fmax(pen->y + 2 * GAP, SECRET_TOP * MM);
	pen->y += BOX_PAD;
	pen_text(pen, TAG_H2, SPAN("ID"), FACE_HEAD, s->label, x);
	pen->y += SMALL_GAP;
	pen_open(pen, TAG_P);
	pen_cells(pen, slip->account, ACCOUNT_SIZE, x, width);
	pen_close(pen);
	put_codes(pen, slip, x, width);
	if (slip->until.n)
		pen->y += GAP;
	pen_text(pen, TAG_P, slip->until, FACE_HEAD, s->body, x);
	pen->y += BOX_PAD;
	if (!pen->dry)
		dev->ops->frame(dev, left, top, outer, pen->y - top, 1, 0);
	pen->y += GAP;
}

/* The code itself is a drawing; what it says is the text beside it. */
static void put_qr(struct pen *pen, const struct slip *slip, const struct qr *qr)
{
	struct span rest = slip->qr, text = span_cut(&rest, '#'); /* the rest is for the machine */
	double module, side, top, left = TEXT_LEFT * MM, x;
	struct device *dev = pen->f->dev;

	if (qr->side == 0)
		return;
	module = fmin(QR_MODULE, QR_SIDE * MM / qr->side);
	side = module * qr->side;
	pen_avoid_crease(pen, side + 2 * QR_QUIET * module);
	top = pen->y + QR_QUIET * module;
	if (!pen->dry)
		dev->ops->code(dev, left, top, side, qr);
	x = left + side + QR_QUIET * module + GAP;
	pen->y = top;
	pen_text(pen, TAG_P, slip->qr_label, FACE_HEAD, pen->f->style->body, x);
	if (span_find(slip->qr_label, text) < 0) {
		pen->y += SMALL_GAP;
		pen_text(pen, TAG_P, text, FACE_HEAD, pen->f->style->note, x);
	}
	pen->y = fmax(pen->y, top + side + QR_QUIET * module);
}

static void put_step(struct pen *pen, const struct slip *slip, size_t i)
{
	double size = pen->f->style->body, x = TEXT_LEFT * MM, top = pen->y;

	pen_open(pen, TAG_ITEM);
	pen_text(pen, TAG_LABEL, flow_text(pen->f, "%zu.", i + 1), FACE_BOLD, size, x);
	pen->y = top;
	pen_text(pen, TAG_ITEM_BODY, slip->steps[i], FACE_HEAD, size, x + NUMBER_WIDTH);
	pen_close(pen);
}

static void put_steps(struct pen *pen, const struct slip *slip)
{
	if (slip->nsteps == 0)
		return;
	pen->y += GAP;
	pen_open(pen, TAG_LIST_NUMBERED);
	for (size_t i = 0; i < slip->nsteps; i++) {
		put_step(pen, slip, i);
		pen->y += GAP * pen->density.scale;
	}
	pen_close(pen);
}

/* At the foot of the page; the pen is full if what stands above comes so far down. */
static void put_help(struct pen *pen, const struct slip *slip)
{
	const struct print_style *s = pen->f->style;
	struct device *dev = pen->f->dev;
	double left = TEXT_LEFT * MM, right = TEXT_RIGHT * MM, size = s->note, top;
	struct para p;

	top = TEXT_BOTTOM * MM;
	if (slip->help.n) {
		p = pen_para(pen, slip->help, FACE_HEAD, size, right - left, (right - left) / 3, 0);
		top -= para_height(&p, size * s->cell_leading) + GAP;
	}
	pen->full |= pen->y > top;
	if (slip->help.n == 0)
		return;
	pen->y = top + GAP;
	if (!pen->dry)
		dev->ops->line(dev, left, top, right, top, s->frame_line, s->frame_grey);
	pen_open(pen, TAG_P);
	pen_lines(pen, &p, left, size * s->cell_leading, false);
	pen_close(pen);
}

/* ---- the page ---------------------------------------------------------------------------------
 */

/*
 * A short line at each fold with the way to fold it: back at the first, so that the address is
 * outside; then forward, so that account and codes face the lowest part and not the envelope.
 */
static void put_marks(struct pen *pen)
{
	static const struct {
		int at;
		const char *fold;
	} marks[] = {{FOLD_1, "山折り"}, {FOLD_2, "谷折り"}};
	struct device *dev = pen->f->dev;

	if (pen->dry)
		return;
	dev->ops->begin_artifact(dev, ARTIFACT_REPEATED);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		double y = marks[i].at * MM;

		dev->ops->line(dev, 0, y, MARK_END * MM, y, 0.5, 0.3);
		dev->ops->text(dev, &(struct device_text){.text = span_of(marks[i].fold),
							  .face = FACE_HEAD,
							  .size = 6,
							  .x = 4.5 * MM,
							  .y = y - 2,
							  .grey = 0.3});
	}
	dev->ops->end_artifact(dev);
}

static enum status put_letter(struct pen *pen, const struct slip *slip, const struct qr *qr,
			      size_t number)
{
	pen_open(pen, TAG_SECT);
	if (!slip_above(pen, slip))
		return fail(ST_TOOBIG, "letter %zu: the name does not fit the window", number);
	put_secret(pen, slip);
	put_qr(pen, slip, qr);
	put_steps(pen, slip);
	put_help(pen, slip);
	pen_close(pen);
	put_marks(pen);
	return pen->f->st;
}

/* From roomy to dense: the first with which the letter fits its page is taken. */
static const struct density densities[] = {{1, 1}, {1, 2}, {0.92, 2}, {0.85, 2}};

static enum status choose(struct flow *f, const struct slip *slip, const struct qr *qr,
			  size_t number, struct density *out)
{
	for (size_t i = 0; i < sizeof densities / sizeof *densities; i++) {
		struct pen pen = {.f = f, .density = densities[i], .dry = true};
		enum status st = put_letter(&pen, slip, qr, number);

		*out = densities[i];
		if (st || !pen.full)
			return st;
	}
	return fail(ST_TOOBIG, "letter %zu does not fit its page", number);
}

enum status slip_page(struct flow *f, const struct slip *slip, size_t number, bool bookmark)
{
	struct pen pen = {.f = f};
	struct qr *qr = calloc(1, sizeof *qr);
	enum status st = qr ? ST_OK : fail(ST_NOMEM, "no memory for a QR code");

	if (!st && slip->qr.n)
		st = qr_encode(slip->qr, qr);
	if (!st)
		st = choose(f, slip, qr, number, &pen.density);
	if (st)
		goto out;
	f->dev->ops->begin_page(f->dev);
	if (bookmark)
		f->dev->ops->bookmark(f->dev, slip->name, 0);
	st = put_letter(&pen, slip, qr, number);

out:
	free(qr);
	return st;
}
