#include "generator/render/slip_int.h"

#include <math.h>

/* The third of the paper above the first fold: nothing here is secret. */

enum { GAP = 8 };
#define ADDRESS_LEADING 1.3

/* ---- what the window shows --------------------------------------------------------------------
 */

/* Sizes of name and institution: the first pair with which both fit is taken. */
static const struct address_size {
	double name, institution;
} address_sizes[] = {{16, 10.5}, {14, 10.5}, {12, 10.5}, {10.5, 9.5}, {9, 8.5}};

static bool put_address(struct pen *pen, const struct slip *slip, struct address_size size)
{
	double width = (ADDRESS_RIGHT - ADDRESS_LEFT) * MM, x = ADDRESS_LEFT * MM;
	double room = (ADDRESS_BOTTOM - ADDRESS_TOP) * MM, height;
	double over = size.institution * ADDRESS_LEADING, under = size.name * ADDRESS_LEADING;
	struct span words = flow_text(pen->f, "%.*s　様", SPAN_ARG(slip->name));
	struct para name = pen_para(pen, words, FACE_BODY, size.name, width, width, strlen("様"));
	struct para institution =
	    pen_para(pen, slip->institution, FACE_HEAD, size.institution, width, width / 2, 0);

	height = para_height(&name, under);
	if (slip->institution.n)
		height += para_height(&institution, over);
	if (height > room)
		return false;
	/* In the middle, so that it is not cut off whichever way the letter slides. */
	pen->y = ADDRESS_TOP * MM + (room - height) / 2;
	if (slip->institution.n) {
		pen_open(pen, TAG_P);
		pen_lines(pen, &institution, x, over, false);
		pen_close(pen);
	}
	pen_open(pen, TAG_P);
	pen_lines(pen, &name, x, under, false);
	pen_close(pen);
	return true;
}

static bool fit_address(struct pen *pen, const struct slip *slip)
{
	for (size_t i = 0; i < sizeof address_sizes / sizeof *address_sizes; i++)
		if (put_address(pen, slip, address_sizes[i]))
			return true;
	return false;
}

/* ---- above the fold ---------------------------------------------------------------------------
 */

static void put_right(struct pen *pen, struct span text)
{
	double size = pen->f->style->note, width = (TEXT_RIGHT - OFFICE_LEFT) * MM;
	struct para p;

	if (text.n == 0)
		return;
	p = pen_para(pen, text, FACE_HEAD, size, width, width / 2, 0);
	pen_open(pen, TAG_P);
	pen_lines(pen, &p, TEXT_RIGHT * MM, size * pen->f->style->cell_leading, true);
	pen_close(pen);
}

static void put_office(struct pen *pen, const struct slip *slip)
{
	char date[DAY_TEXT];

	day_era(slip->on, date);
	pen->y = OFFICE_TOP * MM;
	put_right(pen, flow_text(pen->f, "%s", date));
	pen->y += GAP;
	put_right(pen, slip->sender);
}

static void put_opening(struct pen *pen, const struct slip *slip)
{
	const struct print_style *s = pen->f->style;

	pen->y = fmax(pen->y + GAP, OPENING_TOP * MM);
	pen_text(pen, TAG_H1, slip->title, FACE_BOLD, s->title, TEXT_LEFT * MM);
	pen->y += GAP;
	pen_text(pen, TAG_P, slip->lead, FACE_HEAD, s->body, TEXT_LEFT * MM);
}

bool slip_above(struct pen *pen, const struct slip *slip)
{
	if (!fit_address(pen, slip))
		return false;
	put_office(pen, slip);
	put_opening(pen, slip);
	return true;
}
