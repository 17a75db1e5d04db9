/*
 * Comma-separated values as spreadsheets write them (RFC 4180), read by libcsv; UTF-8 with or
 * without a byte order mark, UTF-16 with one, or CP932 (what Excel writes in Japan, with ①, 髙, 﨑
 * and the characters a user defined).  And writing them.
 *
 * The encoding is found, not told: a mark decides; without one, whatever is valid UTF-8 is UTF-8
 * and the rest CP932.
 */
#ifndef KARTE_BASE_CSV_H
#define KARTE_BASE_CSV_H

#include "generator/base/arena.h"
#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

enum { CSV_BYTES_MAX = 1024 * 1024, CSV_ROWS_MAX = 5000, CSV_COLUMNS_MAX = 64 };

struct csv_row {
	size_t line; /* of the file, from 1, at which the row begins */
	const struct span *cells;
	size_t count;
};

struct csv {
	const struct csv_row *rows; /* without empty lines and those of commas only, as Excel
				       leaves them below a table */
	size_t count;
};

/*
 * Reads a whole file into the arena, which owns all of it and needs up to 12 MiB at the limits.
 * Cells are terminated, valid UTF-8 without NUL and other control characters but line ends (LF
 * for CRLF and CR too); spaces stay, and rows may differ in their number of cells.  ST_TOOBIG over
 * a limit; ST_INVALID, with line and reason in Japanese in fail_why(): a quotation that is open or
 * not a whole cell, a control character, one that the encoding does not have.
 */
enum status csv_read(struct csv *out, struct span bytes, struct arena *a);

/*
 * Appends one row, ended with CRLF; cells are valid UTF-8.  A cell that a spreadsheet would take
 * for a formula (begins with = + - @, these in full width, tab, CR or LF) gets a "'" before it
 * (OWASP CSV Injection, ASVS V1.2.10), which stays when the file is read again.  Excel takes a
 * file for UTF-8 only if it begins with U+FEFF, which the caller writes.
 */
void csv_put(struct buf *out, const struct span *cells, size_t count);

#endif
