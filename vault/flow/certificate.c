/* 消去証明書: what went, who decided, and where the journal says so; PDF and detached signature. */
#include "vault/flow/removal.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/render/report.h"
#include "vault/db/account.h"
#include "vault/flow/actor.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"

#include <stdio.h>

enum { PDF_MAX = 4 * 1024 * 1024, MEMORY = 1024 * 1024, ROWS_MAX = 8 };

#define FOLDER "certificates"

void certificate_name(const struct removal *r, const char *end, char out[static CERTIFICATE_NAME])
{
	snprintf(out, CERTIFICATE_NAME, "%lld-%s.%s", r->record, r->child, end);
}

/* ---- the words ---------------------------------------------------------------------------- */

/* Rows of a label and a value. */
struct part {
	struct span cells[ROWS_MAX][2];
	size_t rows;
};

/* One certificate while it is written. */
struct paper {
	struct app *app;
	const struct removal *r;
	struct arena *arena;
	const char *reason, *checkpoint;
	struct part what, who, proof;
};

static void put(struct paper *c, struct part *p, const char *label, const char *value)
{
	p->cells[p->rows][0] = span_of(label);
	p->cells[p->rows][1] = arena_copy(c->arena, span_of(value ? value : ""));
	p->rows++;
}

/* 「教育支援シート（kyoiku-shien/2026）」 */
static const char *sheet_text(const struct paper *c)
{
	struct span type = span_of(c->r->sheet), first = span_cut(&type, '/');
	const struct sheet_type *t = types_find(c->app->types, first, 0);

	return t ? arena_printf(c->arena, "%.*s（%s）", SPAN_ARG(t->title), c->r->sheet)
		 : c->r->sheet;
}

static void put_what(struct paper *c)
{
	const struct removal_counts *n = &c->r->n;
	struct part *p = &c->what;
	char first[DAY_TEXT], last[DAY_TEXT], day[DAY_TEXT] = "";
	struct day until;

	put(c, p, "種類",
	    c->r->sheet[0] ? "子どもの記録のうち、1つのシート（最新の版から外した）"
			   : "子どもの記録のすべて");
	put(c, p, "子どもの番号", c->r->child);
	if (c->r->sheet[0])
		put(c, p, "シート", sheet_text(c));
	day_long(day_jst(n->first), first);
	day_long(day_jst(n->last), last);
	put(c, p, "記録の期間", arena_printf(c->arena, "%s から %s まで", first, last));
	put(c, p, "数",
	    arena_printf(
		c->arena,
		"シート %lld、版 %lld、ファイル %lld、同意 %lld、引き継ぎ %lld、リポジトリ %lld",
		n->sheets, n->versions, n->files, n->consents, n->handovers, n->repositories));
	put(c, p, "索引など",
	    arena_printf(c->arena,
			 "索引と下書きなど %lld行（下書き %lld）、預かり中のファイル %lld", n->rows,
			 n->drafts, n->staged));
	if (day_parse(span_of(c->r->until), &until))
		day_long(until, day);
	put(c, p, "残す期限", day);
}

/* 「工藤 渉（kudo）」: the account is what the record has, the name is how it is called today. */
static const char *person_text(const struct paper *c, const char *id)
{
	struct account a;

	return account_get(c->app->db, span_of(id), &a)
		   ? id
		   : arena_printf(c->arena, "%s（%s）", a.name, id);
}

static void put_who(struct paper *c)
{
	struct part *p = &c->who;
	char era[DAY_TEXT], at[DAY_TEXT];

	put(c, p, "提案した人", person_text(c, c->r->asked_by));
	put(c, p, "確かめた人", person_text(c, c->r->confirmed_by));
	time_jst(c->r->at, at);
	day_long(day_jst(c->r->at), era);
	put(c, p, "消した日時", arena_printf(c->arena, "%s %s", era, at + sizeof "2026-11-20"));
	put(c, p, "理由", c->reason);
}

static void put_proof(struct paper *c)
{
	const struct removal *r = c->r;
	struct part *p = &c->proof;

	put(c, p, "最後の版", r->head);
	put(c, p, "記録の番号",
	    arena_printf(c->arena, "%lld（%s、%s）", r->record,
			 r->sheet[0] ? "retention.sheet" : "retention.remove",
			 c->app->conf.hostname));
	put(c, p, "そのときの確認番号", c->checkpoint);
	put(c, p, "バックアップ",
	    r->sheet[0]
		? "前の版は、この子どもの記録のすべてを消すまで、リポジトリとバックアップに残ります"
		: "この子どものバックアップの鍵を消しました。それまでに取ったバックアップからも、"
		  "戻せません");
	put(c, p, "署名",
	    arena_printf(c->arena,
			 "このPDFの署名は、同じ名前の .asc です。保管庫の鍵 %s で確かめられます",
			 c->app->host_key));
}

/* ---- the page ----------------------------------------------------------------------------- */

static struct report_table table(const char *heading, const struct part *p)
{
	static const double widths[] = {0.25, 0.75};

	return (struct report_table){.heading = span_of(heading),
				     .columns = 2,
				     .widths = widths,
				     .cells = &p->cells[0][0],
				     .rows = p->rows};
}

static enum status render(struct paper *c, struct buf *pdf)
{
	const struct report_table tables[] = {table("消したもの", &c->what),
					      table("決めた人と日時", &c->who),
					      table("確かめかた", &c->proof)};
	char day[DAY_TEXT];
	struct report report = {.title = SPAN("消去証明書"),
				.tables = tables,
				.count = sizeof tables / sizeof *tables,
				.at = c->r->at};

	day_long(day_jst(c->r->at), day);
	report.below = span_of(arena_printf(c->arena, "%s　%s", c->app->conf.hostname, day));
	report.foot =
	    span_of(arena_printf(c->arena, "消去証明書　取扱注意　記録 %s", c->checkpoint));
	return report_pdf(c->app->style, c->app->fonts, &report, pdf);
}

static enum status make(struct app *app, const struct removal *r, const char *reason,
			struct arena *a, struct buf *pdf)
{
	char checkpoint[JOURNAL_SHORT];
	struct paper c = {
	    .app = app, .r = r, .arena = a, .reason = reason, .checkpoint = checkpoint};
	enum status st = journal_checkpoint_short(app->journal, checkpoint);

	if (st)
		return st;
	put_what(&c);
	put_who(&c);
	put_proof(&c);
	return render(&c, pdf);
}

/* ---- on the disk -------------------------------------------------------------------------- */

static enum status save(struct app *app, const struct removal *r, const char *end,
			struct span bytes)
{
	char name[CERTIFICATE_NAME];
	struct buf path;
	enum status st;

	certificate_name(r, end, name);
	buf_init(&path, PATH_MAX);
	app_path(app, FOLDER, &path);
	st = path.st ? path.st : file_mkdirs(buf_str(&path));
	buf_addf(&path, "/%s", name);
	if (!st)
		st = path.st ? path.st : file_write(buf_str(&path), bytes, 0600);
	buf_clear(&path);
	return st;
}

enum status certificate_write(struct app *app, const struct removal *r)
{
	const struct signer vault = {.fpr = app->host_key, .passphrase = SPAN_NONE};
	struct arena *a = arena_new(MEMORY);
	struct retention_proposal p = {.nitems = 0};
	struct buf pdf, asc;
	enum status st = a ? retention_get(app, span_of(r->proposal), a, &p, NULL) : ST_NOMEM;

	buf_init(&pdf, PDF_MAX);
	buf_init(&asc, SIGNATURE_MAX);
	if (!st && !app->fonts)
		st = fail(ST_CONFIG, "a certificate needs the server's fonts");
	if (!st)
		st = make(app, r, p.reason, a, &pdf);
	if (!st)
		st = sign_detached(app->keys, &vault, buf_span(&pdf), &asc);
	if (!st)
		st = save(app, r, "pdf", buf_span(&pdf));
	if (!st)
		st = save(app, r, "pdf.asc", buf_span(&asc));
	buf_clear(&pdf);
	buf_clear(&asc);
	arena_free(a);
	return st;
}

/* NUMBER-CHILD.pdf or .pdf.asc, nothing else. */
static bool is_name(struct span name)
{
	struct span number, child;
	long n;

	number = span_cut(&name, '-');
	child = span_cut(&name, '.');
	return span_number(number, 2000000000, &n) && path_child(child) &&
	       (span_is(name, "pdf") || span_is(name, "pdf.asc"));
}

enum status certificate_read(struct app *app, struct span name, struct buf *out)
{
	struct buf path;
	enum status st = is_name(name) ? ST_OK : fail(ST_NOTFOUND, "no such certificate");

	buf_init(&path, PATH_MAX);
	app_path(app, FOLDER, &path);
	buf_addf(&path, "/%.*s", SPAN_ARG(name));
	if (!st)
		st = path.st ? path.st : file_read(buf_str(&path), out);
	buf_clear(&path);
	return st;
}
