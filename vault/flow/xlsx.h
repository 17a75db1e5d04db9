/*
 * Workbooks of spreadsheet programs (Office Open XML), made by libxlsxwriter: rows of texts, never
 * formulas, links or numbers, whatever a text looks like.
 */
#ifndef KARTE_FLOW_XLSX_H
#define KARTE_FLOW_XLSX_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

#include <stdint.h>

struct xlsx;

/* Temporary files are made in dir, which must be there, and are gone with xlsx_end or xlsx_drop.
   created: seconds since the epoch. */
enum status xlsx_begin(struct xlsx **out, const char *dir, int64_t created);
/* A new sheet; rows go there from now on.  name: at most 31 characters, none of []:*?/\ */
enum status xlsx_sheet(struct xlsx *x, const char *name);
/* A row of UTF-8 texts of at most 32,767 characters; heads are bold and stay in sight.  ST_TOOBIG
   after 1,048,576 rows. */
enum status xlsx_row(struct xlsx *x, const struct span *cells, size_t count, bool heads);
/* Appends the file and frees x. */
enum status xlsx_end(struct xlsx *x, struct buf *out);
/* Frees without a file.  NULL does nothing. */
void xlsx_drop(struct xlsx *x);

#endif
