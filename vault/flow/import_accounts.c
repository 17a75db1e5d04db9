#include "vault/flow/import_accounts.h"

#include "generator/base/day.h"
#include "vault/flow/import_impl.h"
#include "vault/flow/people.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX = 32 * 1024 * 1024 };

/* ---- the file ----------------------------------------------------------------------------- */

static enum status open_file(struct import *out, struct span bytes)
{
	enum status st;

	*out = (struct import){.file = calloc(1, sizeof *out->file)};
	if (!out->file || !(out->file->arena = arena_new(ARENA_MAX)))
		return fail(ST_NOMEM, "no memory for a CSV file");
	st = csv_read(&out->file->csv, bytes, out->file->arena);
	if (st == ST_TOOBIG)
		return fail(st, "ファイルが大きすぎます。%d行までに分けてください",
			    IMPORT_ROWS_MAX);
	if (!st && out->file->csv.count < 2)
		return fail(ST_INVALID, "アカウントの行がありません");
	if (!st && out->file->csv.count - 1 > IMPORT_ROWS_MAX)
		return fail(ST_TOOBIG, "一度に作れるのは %d行までです。ファイルを分けてください",
			    IMPORT_ROWS_MAX);
	return st;
}

enum status import_read(struct import *out, struct app *app, struct span bytes, int64_t now)
{
	struct places at;
	const struct csv *csv;
	enum status st = open_file(out, bytes);

	if (st)
		return st;
	csv = &out->file->csv;
	st = import_heads(&csv->rows[0], &at);
	out->rows = arena_array(out->file->arena, csv->count, sizeof *out->rows);
	if (!st && !out->rows)
		st = ST_NOMEM;
	for (size_t i = 1; i < csv->count && !st; i++) {
		struct import_row *r = &out->rows[out->count];

		st = import_row_check(app, &csv->rows[i], &at, out, r, now);
		if (!st) {
			out->count++;
			out->in[r->state]++;
		}
	}
	return st;
}

static void put_cell(struct buf *out, struct span s, size_t *line)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(out, '"');
		*line += s.p[i] == '\n';
		buf_addc(out, s.p[i]);
	}
	buf_addc(out, '"');
}

void import_text(const struct import *in, struct buf *out)
{
	const struct csv *csv = &in->file->csv;
	size_t line = 1;

	for (size_t i = 0; i < csv->count; i++) {
		for (; line < csv->rows[i].line; line++)
			buf_addc(out, '\n');
		for (size_t c = 0; c < csv->rows[i].count; c++) {
			if (c)
				buf_addc(out, ',');
			put_cell(out, csv->rows[i].cells[c], &line);
		}
		buf_addc(out, '\n');
		line++;
	}
}

void import_clear(struct import *in)
{
	if (in->file)
		arena_free(in->file->arena);
	free(in->file);
	*in = (struct import){.count = 0};
}

/* ---- making them -------------------------------------------------------------------------- */

/* May other rows still be made? */
static bool goes_on(enum status st)
{
	return !st || st == ST_INVALID || st == ST_EXISTS || st == ST_NOTFOUND;
}

static enum status make(struct import *in, struct app *app, const struct actor *who,
			struct import_row *r)
{
	struct account a = r->account;
	enum status st;

	if (!a.until[0]) /* it has been looked at: none is none */
		snprintf(a.until, sizeof a.until, "none");
	st = account_create(app, who, &a, SPAN_NONE);
	in->in[r->state]--;
	r->state = st ? IMPORT_FAILED : IMPORT_MADE;
	in->in[r->state]++;
	if (st)
		r->why = arena_str(in->file->arena, span_of(fail_why()));
	return st;
}

enum status import_run(struct import *in, struct app *app, const struct actor *who, size_t most,
		       const struct import_watch *watch)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < in->count && most && goes_on(st); i++) {
		if (in->rows[i].state != IMPORT_READY)
			continue;
		most--;
		st = make(in, app, who, &in->rows[i]);
		if (watch)
			watch->row(watch->ctx, &in->rows[i]);
	}
	return goes_on(st) ? ST_OK : st;
}

const char *import_label(enum import_state s)
{
	static const char *const labels[IMPORT_STATES] = {
	    [IMPORT_READY] = "作れます",	  [IMPORT_THERE] = "もうあります",
	    [IMPORT_WRONG] = "直してください",	  [IMPORT_MADE] = "作りました",
	    [IMPORT_FAILED] = "作れませんでした",
	};

	return (unsigned)s < IMPORT_STATES ? labels[s] : "";
}

static void template_rows(struct buf *out, struct span end)
{
	struct span heads[COLS];
	const struct span staff[COLS] = {SPAN("tanaka-h"), SPAN("田中 花"),   SPAN("たなか はな"),
					 SPAN("職員"),	   SPAN("aozora-es"), end,
					 SPAN("3年2組")};
	const struct span family[COLS] = {SPAN("yamada-k"), SPAN("山田 健"), SPAN("やまだ けん"),
					  SPAN("家庭"),	    SPAN(""),	     SPAN("なし"),
					  SPAN("")};

	import_names(heads);
	csv_put(out, heads, COLS);
	csv_put(out, staff, COLS);
	csv_put(out, family, COLS);
}

void import_template(struct buf *out, int64_t now)
{
	char end[DAY_TEXT];

	day_iso((struct day){day_fiscal_year(day_jst(now)) + 1, 3, 31}, end);
	buf_adds(out, "\xef\xbb\xbf");
	template_rows(out, span_of(end));
}
