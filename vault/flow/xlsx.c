#include "vault/flow/xlsx.h"

#include "generator/base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <xlsxwriter.h>

enum { CELL = 32768 * 4, COLUMN_WIDTH = 18 };

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold;
	lxw_row_t row;
	char *text; /* of one cell, terminated */
	char dir[PATH_MAX], path[PATH_MAX];
};

/* A name that nobody else has; the library writes the file anew. */
static enum status make_name(struct xlsx *x, const char *dir)
{
	int fd;

	if (snprintf(x->dir, sizeof x->dir, "%s", dir) >= PATH_MAX - 32)
		return fail(ST_TOOBIG, "the path of a workbook is too long");
	snprintf(x->path, sizeof x->path, "%.*s/export-XXXXXX", PATH_MAX - 32, dir);
	fd = mkstemp(x->path);
	if (fd < 0) {
		x->path[0] = '\0';
		return fail(ST_IO, "cannot make a file in %s: %s", dir, strerror(errno));
	}
	close(fd);
	return ST_OK;
}

enum status xlsx_begin(struct xlsx **out, const char *dir, int64_t created)
{
	struct xlsx *x = calloc(1, sizeof *x);
	lxw_workbook_options how = {.constant_memory = LXW_TRUE};
	lxw_doc_properties properties = {.created = (time_t)created};
	enum status st;

	*out = NULL;
	if (!x)
		return fail(ST_NOMEM, "no memory for a workbook");
	x->text = malloc(CELL);
	st = x->text ? make_name(x, dir) : fail(ST_NOMEM, "no memory for a workbook");
	if (!st) {
		how.tmpdir = x->dir;
		x->book = workbook_new_opt(x->path, &how);
		if (!x->book)
			st = fail(ST_NOMEM, "no memory for a workbook");
	}
	if (st) {
		xlsx_drop(x);
		return st;
	}
	workbook_set_properties(x->book, &properties);
	x->bold = workbook_add_format(x->book);
	if (x->bold)
		format_set_bold(x->bold);
	*out = x;
	return ST_OK;
}

enum status xlsx_sheet(struct xlsx *x, const char *name)
{
	x->sheet = workbook_add_worksheet(x->book, name);
	x->row = 0;
	if (!x->sheet)
		return fail(ST_BUG, "a workbook does not take a sheet of this name");
	worksheet_set_column(x->sheet, 0, 20, COLUMN_WIDTH, NULL);
	return ST_OK;
}

enum status xlsx_row(struct xlsx *x, const struct span *cells, size_t count, bool heads)
{
	if (x->row >= LXW_ROW_MAX)
		return fail(ST_TOOBIG, "a sheet of a workbook has no more rows");
	for (size_t i = 0; i < count; i++) {
		if (!cells[i].n)
			continue;
		if (!span_copy(cells[i], x->text, CELL) ||
		    worksheet_write_string(x->sheet, x->row, (lxw_col_t)i, x->text,
					   heads ? x->bold : NULL) != LXW_NO_ERROR)
			return fail(ST_TOOBIG, "a text does not fit into a workbook");
	}
	if (heads)
		worksheet_freeze_panes(x->sheet, x->row + 1, 0);
	x->row++;
	return ST_OK;
}

enum status xlsx_end(struct xlsx *x, struct buf *out)
{
	lxw_error bad = workbook_close(x->book); /* frees it, whatever happens */
	enum status st;

	x->book = NULL;
	st = bad ? fail(ST_IO, "a workbook cannot be written: %s", lxw_strerror(bad))
		 : file_read(x->path, out);
	xlsx_drop(x);
	return st;
}

void xlsx_drop(struct xlsx *x)
{
	if (!x)
		return;
	if (x->book)
		workbook_close(x->book);
	if (x->path[0])
		unlink(x->path);
	free(x->text);
	free(x);
}
