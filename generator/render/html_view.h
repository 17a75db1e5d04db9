/* A view as HTML for reading.  Only a view can be given, so nothing hidden can appear. */
#ifndef KARTE_RENDER_HTML_VIEW_H
#define KARTE_RENDER_HTML_VIEW_H

#include "generator/render/html.h"
#include "generator/render/names.h"
#include "generator/role/redact.h"

struct view_look {
	int level; /* of the heading of a section, 2..5; 0 means 2 */
	const char
	    *prefix; /* before every id, [a-z0-9-]; needed when a page shows several sheets */
	const struct render_names *names; /* NULL: ids are shown */
	bool strengths_first; /* sections about strengths, then what helps, before the others */
};

/*
 * All sections: a heading each, short values as a definition list, prose under a heading of its
 * own, tables with caption in a region that scrolls and takes the focus.  A required field that is
 * empty says 未記入; other empty ones are named together at the end of their section; one that is
 * withheld says so.  The ids: <prefix>s-<section>, <prefix>t-<field>.  look may be NULL.
 */
void html_view(struct html *h, const struct view *v, const struct view_look *look);
/* Which section is shown as the i-th: its number in the view. */
size_t html_view_at(const struct view *v, const struct view_look *look, size_t i);
/* One section of it; and the same without its heading. */
void html_view_section(struct html *h, const struct view_section *s, const struct view_look *look);
void html_view_fields(struct html *h, const struct view_section *s, const struct view_look *look);

/* Only the content of a field, without its label, or that it is withheld. */
void html_field_value(struct html *h, const struct view_field *f, const struct view_look *look);
/* The same of a value for whom it is not withheld; NULL is 未記入. */
void html_value(struct html *h, const struct field *f, const struct value *v,
		const struct view_look *look);
/* One scalar (not prose) as text, escaped. */
void html_scalar(struct html *h, const struct field *f, struct span text,
		 const struct render_names *names);

#endif
