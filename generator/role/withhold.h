/*
 * What a reader must not learn (支援措置): which parts of a sheet have one of some words in their
 * visible text.  Works on a whole sheet: only redact.c may call it.
 */
#ifndef KARTE_ROLE_WITHHOLD_H
#define KARTE_ROLE_WITHHOLD_H

#include "generator/sheet/sheet.h"

struct withheld {
	bool title, institution;
	bool fields[TYPE_FIELDS_MAX]; /* by field->index; a computed one if any of its sources is */
};

/*
 * Words and texts are compared folded (text_search_key), without white space.  Looked through are
 * texts, prose as typed and without its marks, addresses of links, dates as stored and with the
 * era, labels of choices, and rows of tables cell by cell and as a whole; %XX is undone.  Not:
 * flags, the label of a field, the name of an institution or file of which only the id is stored.
 * A title has a word in it; an institution is one.  Words that fold to less than two characters
 * are ignored.
 *
 * ST_NOMEM; ST_INVALID: a word is not UTF-8.  Then nothing of the sheet may be shown.
 */
enum status withhold(struct withheld *out, const struct sheet *s, const struct span *words,
		     size_t nwords);

#endif
