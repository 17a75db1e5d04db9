/*
 * What a sheet is made of.  Only for the files of this folder and for generator/role/redact.c, the
 * one maker of views: whoever else includes this goes around the gate.
 */
#ifndef KARTE_SHEET_SHEET_IMPL_H
#define KARTE_SHEET_SHEET_IMPL_H

#include "generator/sheet/sheet.h"

struct sheet {
	struct arena *arena; /* of all that follows, and of the sheet itself */
	const struct sheet_type *type;
	struct span id, child, title, institution; /* child and institution may be absent */
	enum sheet_status status;
	struct value **values; /* by field->index; NULL is empty */
};

enum {
	SHEET_MEMORY = 32 * 1024 * 1024,
	SHEET_TITLE_MAX = 200, /* graphemes */
};

/* ---- sheets (sheet.c) ------------------------------------------------------------------- */

/* A sheet of a type with nothing in it, not even an id. */
enum status sheet_make(struct sheet **out, const struct sheet_type *type);
/* Must a sheet of this type say whose it is, and who wrote it? */
bool sheet_needs_child(const struct sheet_type *t);
bool sheet_needs_institution(const struct sheet_type *t);
/* Checks a title as a text field is checked. */
enum status sheet_read_title(struct arena *a, struct span in, struct value_place at,
			     struct span *out, struct problems *ps);
/*
 * May this role write in a sheet of this status at all?  Nobody while it is with those who have to
 * look at it (review, consent); once it is final only staff, which makes a new version of it.
 */
bool sheet_open_to(enum sheet_status st, enum role r);

/* Reads a file again that was just written, of a known type: sheet_parse without a folder. */
enum status sheet_parse_as(struct sheet **out, const char *file, struct span bytes,
			   const struct sheet_type *type, struct problems *ps);

/* ---- values (values.c) ------------------------------------------------------------------ */

/* Is it one text, as opposed to choices, a table or a measure?  (A computed field is none.) */
bool field_is_scalar(const struct field *f);
/* table or measure */
bool field_has_rows(const struct field *f);
bool value_is_empty(const struct value *v);
/* A copy in another arena; *out is NULL for an empty one. */
enum status value_copy(struct arena *a, const struct field *f, const struct value *v,
		       struct value **out);
/* Memory for the rows of a table; all cells absent. */
struct value **value_rows(struct arena *a, const struct field *f, size_t n);

/*
 * Puts the chosen ids in the type's order.  Codes value.choice, value.repeated.  The result
 * belongs to the arena, the ids to the type; *out is NULL if nothing was chosen.
 */
enum status choices_read(struct arena *a, const struct field *f, const struct span *ids, size_t n,
			 struct value_place at, struct value **out, struct problems *ps);

#endif
