/* Carrying a sheet over to another version of its type. */
#ifndef KARTE_SHEET_CONVERT_H
#define KARTE_SHEET_CONVERT_H

#include "generator/sheet/sheet.h"

/*
 * Makes the same sheet in another version of its type.  A field goes to the one that says `was:`
 * its id, else to the one with the same id; kinds must be the same, or text become prose; columns
 * and choices go by their ids.  Nothing is dropped: what has no place, or does not fit it, is a
 * problem at `file` (codes convert.*, value.*, check.*) and then there is no new sheet
 * (ST_INVALID).  Free with sheet_free.
 */
enum status sheet_convert(struct sheet **out, const struct sheet *s, const struct sheet_type *to,
			  const char *file, struct problems *ps);

#endif
