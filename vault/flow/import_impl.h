/* What the files that read accounts from CSV share. */
#ifndef KARTE_FLOW_IMPORT_IMPL_H
#define KARTE_FLOW_IMPORT_IMPL_H

#include "generator/base/csv.h"
#include "vault/flow/import_accounts.h"

struct import_file {
	struct arena *arena;
	struct csv csv;
};

enum column { COL_ID, COL_NAME, COL_KANA, COL_ROLE, COL_INSTITUTION, COL_UNTIL, COL_CLASSES, COLS };
/* The names of the columns on screens and in the template. */
void import_names(struct span out[static COLS]);

/* Where each column is; one that is not there is beyond every row. */
struct places {
	size_t at[COLS];
	size_t width;
};
/* ST_INVALID: a name that is not known, is there twice, or is missing. */
enum status import_heads(const struct csv_row *head, struct places *out);
/* Reads and checks one row into r, whose state tells; the rows of `in` are those before it. */
enum status import_row_check(struct app *app, const struct csv_row *line, const struct places *at,
			     struct import *in, struct import_row *r, int64_t now);

#endif
