/*
 * A municipality's own form of a shipped type: other names, hidden fields, added ones, in one file
 * (karte-form(5)); the type itself is not touched.
 *
 * What files say stays: sheets keep the shipped titles and labels (`name` in type.h) as headings,
 * a hidden field keeps what is stored, an added one has an id that no shipped type uses ("x-...").
 */
#ifndef KARTE_SHEET_FORM_H
#define KARTE_SHEET_FORM_H

#include "generator/sheet/type.h"
#include "generator/sheet/yaml.h"

struct form;

/*
 * Reads FORMS/TYPE.yaml.  *out and its texts belong to the arena.  ST_INVALID with problems (codes
 * form.*, yaml.*).
 */
enum status form_read(struct arena *a, const char *file, struct span bytes, struct form **out,
		      struct problems *ps);
/* The type it is for. */
struct span form_type(const struct form *f);

/* type_read() with a form (NULL: none).  A form has to fit the newest version of its type: what it
   names and an older one does not have is passed over if `newest` is false. */
enum status type_read_as(struct arena *a, const char *file, struct span bytes,
			 const struct form *form, bool newest, const struct sheet_type **out,
			 struct problems *ps);

#endif
