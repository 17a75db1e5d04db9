/* The only user of libcsv. */
#include "generator/base/csv.h"

#include "generator/base/text.h"
#include "generator/base/utf8.h"

#include <csv.h>

enum { TEXT_MAX = 3 * CSV_BYTES_MAX }; /* a byte of CP932 becomes up to three of UTF-8 */

/* ---- from bytes to text ---------------------------------------------------------------------- */

static size_t count_lines(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void unify_lines(struct buf *b)
{
	buf_cut(b, text_unify_lines(b->data, b->len));
}

/* Takes the mark off, if there is one. */
static enum text_encoding detect(struct span *bytes)
{
	static const struct {
		const char *mark;
		enum text_encoding encoding;
	} marks[] = {
	    {"\xef\xbb\xbf", TEXT_UTF8}, {"\xff\xfe", TEXT_UTF16LE}, {"\xfe\xff", TEXT_UTF16BE}};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct span mark = span_of(marks[i].mark);

		if (span_starts(*bytes, mark)) {
			*bytes = span_make(bytes->p + mark.n, bytes->n - mark.n);
			return marks[i].encoding;
		}
	}
	return utf8_check(*bytes) == bytes->n ? TEXT_UTF8 : TEXT_CP932;
}

static enum status decode(struct buf *out, struct span bytes)
{
	static const char *const names[] = {
	    [TEXT_UTF8] = "UTF-8",
	    [TEXT_UTF16LE] = "UTF-16",
	    [TEXT_UTF16BE] = "UTF-16",
	    [TEXT_CP932] = "シフトJIS（CP932）",
	};
	enum text_encoding encoding = detect(&bytes);
	enum status st;

	/* UTF-16 without its mark; as anything else it would be nonsense. */
	if (encoding == TEXT_CP932 && memchr(bytes.p, '\0', bytes.n))
		return fail(ST_INVALID,
			    "文字コードがわかりません。UTF-8かシフトJISで保存してください");
	st = text_decode(out, bytes, encoding);
	if (st == ST_INVALID) {
		unify_lines(out);
		st = fail(st, "%zu行目に、%sにない文字があります", count_lines(buf_span(out)) + 1,
			  names[encoding]);
	}
	return st ? st : out->st;
}

static bool is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0);
}

static enum status check_controls(struct span text)
{
	size_t line = 1;

	while (text.n) {
		uint32_t cp = utf8_next(&text);

		if (is_control(cp))
			return fail(ST_INVALID, "%zu行目に、制御文字（タブなど）があります", line);
		line += cp == '\n';
	}
	return ST_OK;
}

/* The whole file as lines that all end in LF. */
static enum status to_text(struct buf *out, struct span bytes)
{
	enum status st = decode(out, bytes);

	if (st)
		return st;
	buf_addc(out, '\n');
	unify_lines(out);
	return out->st ? out->st : check_controls(buf_span(out));
}

/* ---- from text to rows ----------------------------------------------------------------------- */

struct reading {
	struct arena *arena;
	struct csv_row *rows;
	size_t count;
	char *room; /* where the next cell goes */
	struct span cells[CSV_COLUMNS_MAX];
	size_t columns;
	bool filled;  /* has one of the cells any text? */
	size_t line;  /* which is being read */
	size_t begin; /* line at which the row began */
	enum status st;
};

static void on_cell(void *text, size_t n, void *ctx)
{
	struct reading *r = ctx;

	if (r->st)
		return;
	if (r->columns == CSV_COLUMNS_MAX) {
		r->st = fail(ST_TOOBIG, "%zu行目の列が多すぎます（%d列まで）", r->begin,
			     CSV_COLUMNS_MAX);
		return;
	}
	if (n)
		memcpy(r->room, text, n);
	r->cells[r->columns++] = span_make(r->room, n);
	r->filled = r->filled || n;
	r->room += n;
	*r->room++ = '\0';
}

static enum status keep_row(struct reading *r)
{
	struct span *cells;

	if (r->count == CSV_ROWS_MAX)
		return fail(ST_TOOBIG, "行が多すぎます（%d行まで）", CSV_ROWS_MAX);
	cells = arena_array(r->arena, r->columns, sizeof *cells);
	if (!cells)
		return ST_NOMEM;
	memcpy(cells, r->cells, r->columns * sizeof *cells);
	r->rows[r->count++] = (struct csv_row){r->begin, cells, r->columns};
	return ST_OK;
}

/* Also called for an empty line. */
static void on_row(int end, void *ctx)
{
	struct reading *r = ctx;

	(void)end;
	if (!r->st && r->filled)
		r->st = keep_row(r);
	r->columns = 0;
	r->filled = false;
	r->begin = r->line + 1;
}

static enum status failure(struct csv_parser *p, const struct reading *r)
{
	if (r->st)
		return r->st;
	if (csv_error(p) != CSV_EPARSE)
		return fail(ST_NOMEM, "no memory for a cell");
	return fail(ST_INVALID, "%zu行目の引用符（\"）の使い方が正しくありません", r->line);
}

/* Line by line, so that each row knows its own. */
static enum status parse_lines(struct csv_parser *p, struct reading *r, struct span text)
{
	for (r->line = r->begin = 1; text.n; r->line++) {
		const char *line = text.p;
		size_t n = span_cut(&text, '\n').n + 1;

		if (csv_parse(p, line, n, on_cell, on_row, r) != n || r->st)
			return failure(p, r);
	}
	if (csv_fini(p, on_cell, on_row, r))
		return fail(ST_INVALID, "%zu行目の引用符（\"）が閉じられていません", r->begin);
	return r->st;
}

static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static enum status parse(struct reading *r, struct span text)
{
	struct csv_parser p;
	enum status st;

	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL))
		return fail(ST_BUG, "libcsv");
	csv_set_space_func(&p, no_space); /* it would take spaces off the ends of cells */
	csv_set_blk_size(&p, 4096);
	st = parse_lines(&p, r, text);
	csv_free(&p);
	return st;
}

static size_t rows_at_most(struct span text)
{
	size_t lines = count_lines(text);

	return lines < CSV_ROWS_MAX ? lines : CSV_ROWS_MAX;
}

enum status csv_read(struct csv *out, struct span bytes, struct arena *a)
{
	struct reading r = {.arena = a};
	struct buf text;
	enum status st;

	*out = (struct csv){0};
	if (bytes.n > CSV_BYTES_MAX)
		return fail(ST_TOOBIG, "ファイルが大きすぎます（%d KBまで）", CSV_BYTES_MAX / 1024);
	buf_init(&text, TEXT_MAX + 1);
	st = to_text(&text, bytes);
	if (st)
		goto out;
	r.room = arena_alloc(a, text.len + 1); /* each cell's end takes the place of a separator */
	r.rows = arena_array(a, rows_at_most(buf_span(&text)), sizeof *r.rows);
	st = r.room && r.rows ? parse(&r, buf_span(&text)) : ST_NOMEM;
	if (!st)
		*out = (struct csv){r.rows, r.count};

out:
	buf_clear(&text);
	return st;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Excel in Japanese takes the full-width signs too. */
static bool is_formula(struct span s)
{
	static const char *const signs[] = {"=",  "+",	"-",  "@",  "\t", "\r",
					    "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (span_starts(s, span_of(signs[i])))
			return true;
	return false;
}

/* The semicolon and the tab are separators elsewhere. */
static bool needs_quotes(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("\",;\t\r\n ", s.p[i]))
			return true;
	return false;
}

static void put_cell(struct buf *out, struct span s)
{
	bool quotes = needs_quotes(s);

	if (quotes)
		buf_addc(out, '"');
	if (is_formula(s))
		buf_addc(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, s.p[i]);
	}
	if (quotes)
		buf_addc(out, '"');
}

void csv_put(struct buf *out, const struct span *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_addc(out, ',');
		put_cell(out, cells[i]);
	}
	buf_adds(out, "\r\n");
}
