/*
 * A sheet: one filled form of one child.  Opaque; made by parsing, by sheet_new, or by merging.
 *
 * A renderer cannot use a sheet: only generator/role/redact.h makes what can be rendered.
 */
#ifndef KARTE_SHEET_SHEET_H
#define KARTE_SHEET_SHEET_H

#include "generator/base/buf.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"
#include "generator/sheet/type.h"

struct sheet;

/*
 * The content of a field.  Scalars (all but table, measure, choices) are one canonical text: a
 * date as YYYY-MM-DD, a time as HH:MM, a flag as "true" or "false", a number without needless
 * zeros, a choice as its id, prose as tame Markdown.
 */
struct value {
	struct span text;
	struct span *items; /* choices: the ids, in the type's order */
	size_t nitems;
	struct value **rows; /* table, measure: rows[r][column index]; an absent cell has no text */
	size_t nrows;
	int line, col; /* where it stood in the file; 0 if it came from elsewhere */
};

enum { SHEET_MAX_BYTES = 1024 * 1024 };

/*
 * Reads a sheet file.  `file` is the name for problems.  Everything wrong is reported, and then no
 * sheet is made: ST_INVALID.  Codes: sheet.*, head.*, yaml.*, value.*, body.*.  The types must
 * outlive the sheet.  Free with sheet_free.
 */
enum status sheet_parse(struct sheet **out, const char *file, struct span bytes,
			const struct types *types, struct problems *ps);

/* An empty draft.  title NULL: made of the type's title and the period. */
enum status sheet_new(struct sheet **out, const struct sheet_type *type, struct span id,
		      struct span child, struct span institution, const char *title);

void sheet_free(struct sheet *s);

const struct sheet_type *sheet_type(const struct sheet *s);
struct span sheet_id(const struct sheet *s);
struct span sheet_child(const struct sheet *s);
struct span sheet_title(const struct sheet *s);
struct span sheet_institution(const struct sheet *s);
enum sheet_status sheet_status(const struct sheet *s);
/* The content of a field, NULL if it is empty.  Belongs to the sheet. */
const struct value *sheet_value(const struct sheet *s, const struct field *f);
/* How many of a section's required fields are empty. */
size_t sheet_missing(const struct sheet *s, const struct section *sec);

/* Changes the workflow state; ST_INVALID if the type's workflow has no such state. */
enum status sheet_set_status(struct sheet *s, enum sheet_status st);

/*
 * Rules over a whole sheet: required fields once it is no draft (code check.required), limits,
 * dates in the wrong order.  `file` as for sheet_parse.  ST_INVALID if any error was added.
 */
enum status sheet_check(const struct sheet *s, const char *file, struct problems *ps);

/* The one canonical form; write(parse(bytes)) == bytes for every file that was written so. */
enum status sheet_write(const struct sheet *s, struct buf *out);

/*
 * Checks and canonicalises one scalar for a field, or a column; the rules are the same for files
 * and forms (`typed` accepts what people type: full-width digits, era dates, unit marks).  Empty
 * input gives an absent text.  `where` is the form path or NULL, line and col the place in a file.
 * The result belongs to the arena.
 */
struct value_place {
	const char *file, *field; /* one of them, the other NULL */
	int line, col;
};
enum status value_read(struct arena *a, const struct field *f, struct span in, bool typed,
		       struct value_place at, struct span *out, struct problems *ps);

#endif
