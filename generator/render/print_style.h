/* What a theme's print.yaml says, in points; made by print_style_load of print.h. */
#ifndef KARTE_RENDER_PRINT_STYLE_H
#define KARTE_RENDER_PRINT_STYLE_H

#include "generator/base/arena.h"
#include "generator/render/fonts.h"

struct print_style {
	double width, height;				       /* of the paper */
	double top, right, bottom, left;		       /* margins of the text */
	double title, name, section, label, body, table, note; /* letter sizes */
	double leading, cell_leading; /* line height as a multiple of the letter size */
	double label_grey, frame_grey, rule_grey, note_grey;
	double frame_line, rule_line; /* thickness */
	double code_side;	      /* of the QR code */
	struct font_chain fonts[FACE_COUNT];
	struct arena *arena; /* holds the names of the files */
};

#endif
