#include "vault/flow/log_export.h"

#include "generator/base/csv.h"
#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/flow/xlsx.h"

#include <stdio.h>

enum { COLUMNS = 16, ABOUT = 8, NOTE_BYTES = 32 * 1024 };

static const struct span heads[COLUMNS] = {
    SPAN("番号"), SPAN("日時（日本）"),	  SPAN("日時（UTC）"), SPAN("種類"),
    SPAN("操作"), SPAN("操作の語"),	  SPAN("アカウント"),  SPAN("役割"),
    SPAN("機関"), SPAN("お子さんの番号"), SPAN("対象"),	       SPAN("版"),
    SPAN("結果"), SPAN("理由"),		  SPAN("要求の番号"),  SPAN("葉のハッシュ"),
};

/* What a file is about: rows of a name and a value. */
struct about {
	struct span row[ABOUT][2];
	size_t count;
};

struct writing {
	const struct log_export *e;
	struct buf csv;
	struct xlsx *book;
	size_t count;
	enum status st;
};

static void put_row(struct writing *w, const struct span *cells, size_t count, bool heading)
{
	if (w->st)
		return;
	if (w->e->format == LOG_CSV) {
		csv_put(&w->csv, cells, count);
		w->st = w->csv.st;
	} else {
		w->st = xlsx_row(w->book, cells, count, heading);
	}
}

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct writing *w = ctx;
	char number[32], jst[DAY_TEXT], utc[DAY_TEXT], leaf[65] = "";
	struct span object, version = r->new_;

	if (++w->count > LOG_EXPORT_MAX) {
		w->st = fail(ST_TOOBIG, "too many records for a file");
		return false;
	}
	snprintf(number, sizeof number, "%llu", (unsigned long long)r->n);
	time_jst(r->t, jst);
	time_utc(r->t, utc);
	log_object(r->object, &object, &version);
	if (line.p)
		journal_leaf(line, leaf);
	put_row(w,
		(const struct span[COLUMNS]){
		    span_of(number), span_of(jst), span_of(utc), span_of(r->class),
		    span_of(w->e->say ? w->e->say(r->event) : NULL), r->event, r->account, r->role,
		    r->institution, r->child, object, version, r->decision, r->reason, r->request,
		    span_of(leaf)},
		COLUMNS, false);
	return !w->st;
}

/* ---- what it is about ---------------------------------------------------------------------- */

static void add(struct about *a, const char *name, struct span value)
{
	a->row[a->count][0] = span_of(name);
	a->row[a->count++][1] = value;
}

/* After the records were read: the checkpoint covers them all. */
static enum status put_about(struct writing *w, struct app *app)
{
	struct about a = {.count = 0};
	char at[DAY_TEXT], count[32];
	struct buf note;
	enum status st;

	buf_init(&note, NOTE_BYTES);
	st = journal_checkpoint(app->journal, &note);
	time_jst(w->e->at, at);
	snprintf(count, sizeof count, "%zu", w->count);
	add(&a, "保管庫", span_of(app->conf.hostname));
	add(&a, "条件", w->e->filter.n ? w->e->filter : SPAN("なし（すべて）"));
	add(&a, "件数", span_of(count));
	add(&a, "出した人", span_of(w->e->who));
	add(&a, "出した日時", span_of(at));
	add(&a, "この保管庫の鍵", span_of(app->host_key));
	add(&a, "チェックポイント", span_trim(buf_span(&note)));
	if (!st && w->e->format == LOG_XLSX)
		st = xlsx_sheet(w->book, "この一覧について");
	if (!st)
		put_row(w, (const struct span[COLUMNS]){SPAN("")}, COLUMNS, false);
	for (size_t i = 0; i < a.count && !st; i++)
		put_row(w, (const struct span[COLUMNS]){a.row[i][0], a.row[i][1]}, COLUMNS, false);
	buf_clear(&note);
	return st ? st : w->st;
}

/* ---- the file ------------------------------------------------------------------------------ */

static enum status begin(struct writing *w, struct app *app)
{
	struct buf dir;
	enum status st;

	if (w->e->format == LOG_CSV) {
		buf_adds(&w->csv, "\xef\xbb\xbf"); /* or Excel takes it for CP932 */
		return ST_OK;
	}
	buf_init(&dir, PATH_MAX);
	app_path(app, "incoming", &dir);
	st = dir.st ? dir.st : file_mkdirs(buf_str(&dir));
	if (!st)
		st = xlsx_begin(&w->book, buf_str(&dir), w->e->at);
	if (!st)
		st = xlsx_sheet(w->book, "記録");
	buf_clear(&dir);
	return st;
}

/* What was written, in csv for either form. */
static enum status end(struct writing *w, enum status st)
{
	if (w->book && !st)
		st = xlsx_end(w->book, &w->csv);
	else
		xlsx_drop(w->book);
	w->book = NULL;
	return st ? st : w->csv.st;
}

static enum status pack(struct app *app, struct writing *w, struct log_file *out)
{
	struct export_proof proof;
	char stamp[DAY_TEXT];
	enum status st = export_sign(&proof, app, buf_span(&w->csv));

	time_jst(w->e->at, stamp); /* 2026-11-20 14:31 */
	snprintf(out->name, sizeof out->name, "karte-log-%.4s%.2s%.2s-%.2s%.2s.%s", stamp,
		 stamp + 5, stamp + 8, stamp + 11, stamp + 14,
		 w->e->format == LOG_CSV ? "csv" : "xlsx");
	out->count = w->count;
	memcpy(out->sha256, proof.sha256, sizeof out->sha256);
	if (!st)
		st = export_zip(&proof, out->name, buf_span(&w->csv), w->e->at, &out->zip);
	export_proof_clear(&proof);
	return st;
}

enum status log_export(struct app *app, const struct log_export *e, struct log_file *out)
{
	struct trace_query q = *e->q;
	struct writing w = {.e = e};
	enum status st;

	buf_init(&out->zip, LOG_EXPORT_BYTES);
	buf_init(&w.csv, LOG_EXPORT_BYTES);
	q.limit = LOG_EXPORT_MAX + 1;
	st = begin(&w, app);
	if (!st) {
		put_row(&w, heads, COLUMNS, true);
		st = log_search(app, &q, one_record, &w);
	}
	if (!st)
		st = w.st;
	if (!st)
		st = put_about(&w, app);
	st = end(&w, st);
	if (!st)
		st = pack(app, &w, out);
	buf_clear(&w.csv);
	return st;
}
