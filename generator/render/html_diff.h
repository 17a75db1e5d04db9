/* What changed between two versions of a sheet, for one reader: a difference of two views. */
#ifndef KARTE_RENDER_HTML_DIFF_H
#define KARTE_RENDER_HTML_DIFF_H

#include "generator/render/html.h"
#include "generator/render/html_view.h"

/*
 * The changed fields, section by section, with <ins> and <del> and the words 追加 and 削除 for
 * those who do not see them; tables row by row.  Either view may be NULL (all is new, all is gone).
 * Fields are matched by id, so the views may be of different versions of a type.  What
 * is withheld on either side is left out, changed or not.  Says so when nothing that this reader
 * sees has changed.
 */
void html_diff(struct html *h, const struct view *old, const struct view *now,
	       const struct view_look *look);

/* The difference of two contents of one field; NULL is empty. */
void html_diff_value(struct html *h, const struct field *f, const struct value *old,
		     const struct value *now, const struct view_look *look);

/* How many fields differ that this reader sees. */
size_t html_diff_count(const struct view *old, const struct view *now);

#endif
