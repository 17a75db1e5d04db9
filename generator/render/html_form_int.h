/* What the files of the form writer share; for html_form*.c and html_conflict.c only. */
#ifndef KARTE_RENDER_HTML_FORM_INT_H
#define KARTE_RENDER_HTML_FORM_INT_H

#include "generator/render/html_form.h"

/* Room for "f.<table>.<row>.<column>". */
enum { FORM_NAME = 96 };

struct form {
	struct html *h;
	const struct form_fill *fill;
	const struct pair **sent; /* what came in, in the order of names; NULL: nothing did */
	size_t nsent;
};

/* ---- html_form_sent.c ---- */

/* Sorts what came in.  Without memory the buffer of h fails. */
void form_init(struct form *f, struct html *h, const struct form_fill *fill);
void form_clear(struct form *f);
/* The first value sent under a name, SPAN_NONE if there is none. */
struct span form_sent(const struct form *f, const char *name);
/* Was the field (not a cell of it) in the form that came in? */
bool form_came(const struct form *f, const char *name);
/* All that came in for a field and its cells, in hidden inputs. */
void form_carry(const struct form *f, const char *name);
/* Was this value sent under the name? */
bool form_sent_has(const struct form *f, const char *name, struct span value);
/* How many rows of a table came in: the highest number and one, at most TABLE_ROWS_MAX. */
size_t form_sent_rows(const struct form *f, const struct field *table);

/* ---- html_form_control.c ---- */

/* The control of a scalar, with its name as id.  In a table `labels` are the ids that name it. */
void form_control(struct form *f, const struct field *field, const char *name,
		  const struct value *v, const char *labels);
/* One checkbox for each choice. */
void form_checkboxes(struct form *f, const struct field *field, const char *name,
		     const struct value *v);

/* ---- html_form_table.c ---- */

/* The rows of a table or measure, and empty ones. */
void form_table(struct form *f, const struct field *field, const char *name, const struct value *v);

/* ---- html_form.c ---- */

/* Label, hint, example, control and problems of one field that may be written. */
void form_field(struct form *f, const struct view_field *vf);

#endif
