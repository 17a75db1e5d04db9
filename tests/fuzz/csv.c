/*
 * Any bytes as a table: what is read is UTF-8 without control characters but line ends, keeps the
 * limits, counts its lines upwards, and, written again, is read as the same.
 */
#include "generator/base/csv.h"
#include "generator/base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_cell(struct span s)
{
	must(s.p && s.p[s.n] == '\0' && utf8_check(s) == s.n);
	while (s.n) {
		uint32_t cp = utf8_next(&s);

		must(cp == '\n' || (cp >= 0x20 && (cp < 0x7f || cp >= 0xa0)));
	}
}

static void check_rows(const struct csv *csv, size_t size)
{
	size_t line = 0;

	must(csv->count <= CSV_ROWS_MAX);
	for (size_t i = 0; i < csv->count; i++) {
		const struct csv_row *row = &csv->rows[i];

		must(row->line > line && row->line <= size);
		line = row->line;
		must(row->count >= 1 && row->count <= CSV_COLUMNS_MAX);
		for (size_t k = 0; k < row->count; k++)
			check_cell(row->cells[k]);
	}
}

/* A cell that was disarmed has a "'" more. */
static void check_same_cell(struct span before, struct span after)
{
	if (after.n == before.n + 1 && after.p[0] == '\'')
		after = span_make(after.p + 1, after.n - 1);
	must(span_eq(before, after));
}

static void check_same(const struct csv *a, const struct csv *b)
{
	must(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		must(a->rows[i].count == b->rows[i].count);
		for (size_t k = 0; k < a->rows[i].count; k++)
			check_same_cell(a->rows[i].cells[k], b->rows[i].cells[k]);
	}
}

static void check_again(const struct csv *csv, struct arena *a)
{
	struct csv again;
	struct buf out;

	buf_init(&out, CSV_BYTES_MAX);
	buf_adds(&out, "\xef\xbb\xbf"); /* else a U+FEFF of the first cell would be taken for it */
	for (size_t i = 0; i < csv->count; i++)
		csv_put(&out, csv->rows[i].cells, csv->rows[i].count);
	if (!out.st) {
		must(csv_read(&again, buf_span(&out), a) == ST_OK);
		check_same(csv, &again);
	}
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(32 * 1024 * 1024);
	struct csv csv;
	enum status st = csv_read(&csv, span_make((const char *)data, size), a);

	must(st == ST_OK || st == ST_INVALID || st == ST_TOOBIG);
	must(st == ST_OK || csv.count == 0);
	if (!st) {
		check_rows(&csv, size);
		check_again(&csv, a);
	}
	arena_free(a);
	return 0;
}
