/*
 * Saving is merging: an editor's form holds only the fields that the editor may write; they are
 * put on top of the stored sheet, and parts that the editor cannot see survive.
 */
#ifndef KARTE_SHEET_MERGE_H
#define KARTE_SHEET_MERGE_H

#include "generator/sheet/sheet.h"

/*
 * A form is a list of decoded pairs.  Names: `f.<field>` for scalars; the same name repeated for
 * choices and flags, of which one is always there with an empty value; `f.<table>.<row>.<column>`
 * for tables and measures, rows from 0 without gaps and with every column; an empty row is
 * dropped; `f.<table>` with an empty value says that the table is in the form.
 */
/*
 * Makes a new sheet from a stored one and a form.  `may` tells by field->index which fields are
 * this editor's to write, here and now (view_may_write: rules of role, state and reader are the
 * gate's); it has type->nfields places.  A computed field is nobody's.  ST_INVALID: a value is
 * wrong (problems with the form path; codes value.*).  ST_USAGE: the form is not one that we gave
 * out: a field that is unknown, repeated, missing, or not this editor's to write (codes form.*). In
 * both cases there is no new sheet.  Neither input is changed; free the result with sheet_free.
 */
enum status sheet_merge(struct sheet **out, const struct sheet *stored, const struct pair *form,
			size_t nform, const bool *may, struct problems *ps);

/*
 * The three-way case, for the conflict page: which fields changed between base and theirs, and
 * between base and mine.  Indexed by field->index, arrays of type->nfields, the caller's memory.
 */
void sheet_changed(const struct sheet *base, const struct sheet *other, bool *changed);

/*
 * A copy of `onto` in which the fields of `take` (by its field->index) have the content that `from`
 * has, which may be of another version of the type: a field that is not there, or is of another
 * form, counts as empty.  ST_INVALID with problems when the whole cannot be read again.  Neither
 * input is changed; free the result with sheet_free.
 */
enum status sheet_take(struct sheet **out, const struct sheet *onto, const struct sheet *from,
		       const bool *take, struct problems *ps);

/* Do two contents of the same field say the same?  NULL is empty. */
bool value_equal(const struct field *f, const struct value *a, const struct value *b);

#endif
