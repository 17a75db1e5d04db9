/*
 * The edit form of a view: a control for every field that this reader may write, named as
 * generator/sheet/merge.h expects; what may be read but not written is shown, and of what is
 * withheld that it is.
 *
 * The <form>, its csrf and base fields and its buttons are the page's.  The id of a control is its
 * name, so a problem's field is also the target of a link.
 */
#ifndef KARTE_RENDER_HTML_FORM_H
#define KARTE_RENDER_HTML_FORM_H

#include "generator/render/html.h"
#include "generator/render/names.h"
#include "generator/role/redact.h"

struct form_fill {
	/* What came in when saving failed: shown as typed, valid or not.  NULL: the view's values;
	   those also for a field that did not come in. */
	const struct pair *sent;
	size_t nsent;
	const struct problems *problems; /* shown below their fields; NULL: none */
	/* What can be chosen for an institution or file field; without a list the id is typed. */
	const struct choice *institutions, *files;
	size_t ninstitutions, nfiles;
	size_t spare_rows; /* empty rows at the end of a table; 0 means 3 */
	int level;	   /* of the heading of a section, 2..5; 0 means 2 */
	const struct render_names *names;
	struct span only; /* the id of the one section that is shown; absent: all */
	/* What the page has to say below the control of a field that may be written, and below the
	   title of a section; NULL: nothing. */
	void (*beside)(void *ctx, struct html *h, const struct view_field *vf);
	void (*above)(void *ctx, struct html *h, const struct view_section *s);
	void *ctx;
};

/* All sections of the view, those without anything to write closed in <details>.  fill may be
   NULL. */
void html_form(struct html *h, const struct view *v, const struct form_fill *fill);

/*
 * The list of all problems, for the top of the page: role=alert, links to the fields.  Writes
 * nothing if there is none.  Works for every form whose control ids are the names of the problems'
 * fields.  The links need the field on the page: html_problems does not look.
 */
void html_problems(struct html *h, const struct problems *ps);

/*
 * For the controls of any form, between html_open and the next text: aria-describedby for the hint
 * (its id must be "hint.<field>") and the problems, aria-invalid when there is an error.
 */
void html_described(struct html *h, const struct problems *ps, const char *field, bool hint);
/* The problems of one field, below its control, with the id "error.<field>". */
void html_field_problems(struct html *h, const struct problems *ps, const char *field);

/*
 * The body of the conflict form (ux b.7), for the same POST as html_form, with the newest version
 * as base: `base` is what the editor started from, `theirs` the newest, `mine` the editor's text
 * merged onto base; all three for the same reader.  Fields changed by both: their text and mine
 * with the differences from the start, and a control filled with mine.  Fields changed by one are
 * listed and carried in hidden inputs.  The form holds the fields that may be written in `theirs`,
 * of fill->only alone if that is given.
 */
void html_conflict(struct html *h, const struct view *base, const struct view *theirs,
		   const struct view *mine, const struct form_fill *fill);

#endif
