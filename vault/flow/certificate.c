/* 消去証明書: what went, who decided, and where the journal says so; PDF and detached signature. */
#include "vault/flow/removal.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/render/print.h"
#include "generator/sheet/sheet.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/actor.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"

#include <stdio.h>

enum { PDF_MAX = 4 * 1024 * 1024, TEXT_MAX = 16 * 1024, MEMORY = 1024 * 1024 };

#define FOLDER "certificates"

void certificate_name(const struct removal *r, const char *end, char out[static CERTIFICATE_NAME])
{
	snprintf(out, CERTIFICATE_NAME, "%lld-%s.%s", r->record, r->child, end);
}

/* ---- the words ---------------------------------------------------------------------------- */

static void put(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "  %s: ", key);
	yaml_put(out, span_of(value), false, false);
	buf_addc(out, '\n');
}

static void put_what(const struct removal *r, struct buf *out)
{
	const struct removal_counts *n = &r->n;
	char text[512], first[DAY_TEXT], last[DAY_TEXT], day[DAY_TEXT] = "";
	struct day until;

	put(out, "kind",
	    r->sheet[0] ? "子どもの記録のうち、1つのシート（最新の版から外した）"
			: "子どもの記録のすべて");
	put(out, "child", r->child);
	if (r->sheet[0])
		put(out, "sheet", r->sheet);
	day_long(day_jst(n->first), first);
	day_long(day_jst(n->last), last);
	snprintf(text, sizeof text, "%s から %s まで", first, last);
	put(out, "span", text);
	snprintf(text, sizeof text,
		 "シート %lld、版 %lld、ファイル %lld、同意 %lld、引き継ぎ %lld、リポジトリ %lld",
		 n->sheets, n->versions, n->files, n->consents, n->handovers, n->repositories);
	put(out, "amount", text);
	snprintf(text, sizeof text,
		 "索引と下書きなど %lld行（下書き %lld）、預かり中のファイル %lld", n->rows,
		 n->drafts, n->staged);
	put(out, "rest", text);
	if (day_parse(span_of(r->until), &until))
		day_long(until, day);
	put(out, "until", day);
}

static void put_who(const struct removal *r, const char *reason, struct buf *out)
{
	char at[DAY_TEXT];

	put(out, "asked", r->asked_by);
	put(out, "confirmed", r->confirmed_by);
	time_jst(r->at, at);
	put(out, "at", at);
	put(out, "reason", reason);
}

static void put_proof(struct app *app, const struct removal *r, const char *checkpoint,
		      struct buf *out)
{
	char text[512];

	put(out, "head", r->head);
	snprintf(text, sizeof text, "%lld（%s、%s）。そのときのチェックポイント %s", r->record,
		 r->sheet[0] ? "retention.sheet" : "retention.remove", app->conf.hostname,
		 checkpoint);
	put(out, "record", text);
	put(out, "backup",
	    r->sheet[0]
		? "前の版は、この子どもの記録のすべてを消すまで、リポジトリとバックアップに残ります"
		: "この子どものバックアップの鍵を消しました。それまでに取ったバックアップからも、"
		  "戻せません");
	snprintf(text, sizeof text,
		 "このPDFの署名は、同じ名前の .asc です。保管庫の鍵 %s で確かめられます",
		 app->host_key);
	put(out, "how", text);
}

static void write_text(struct app *app, const struct removal *r, const char *reason,
		       const char *checkpoint, struct buf *out)
{
	buf_addf(out,
		 "---\nkarte: 1\ntype: shokyo\ntype-version: 1\nid: \"%lld\"\nchild: %s\n"
		 "title: 消去証明書\ninstitution: karte\nstatus: final\nvalues:\n",
		 r->record, r->child);
	put_what(r, out);
	put_who(r, reason, out);
	put_proof(app, r, checkpoint, out);
	buf_adds(out, "---\n");
}

/* ---- the page ----------------------------------------------------------------------------- */

static enum status print(struct app *app, const struct removal *r, struct span text,
			 const struct types *types, const char *checkpoint, struct buf *pdf)
{
	const struct reader board = {.role = ROLE_BOARD, .relation = REL_OWN, .read_only = true};
	struct problems ps;
	struct sheet *sheet = NULL;
	struct view *view = NULL;
	const struct view *views[1];
	char version[32], number[32];
	struct print_job job = {.views = views,
				.nviews = 1,
				.made_for = span_of(app->conf.hostname),
				.checkpoint = span_of(checkpoint),
				.at = r->at};
	enum status st;

	problems_init(&ps);
	st = sheet_parse(&sheet, "certificate", text, types, &ps);
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "the certificate's form does not fit: %s",
			  ps.count ? ps.list[0].text : "");
	if (!st)
		st = redact_for(&view, sheet, &board);
	views[0] = view;
	snprintf(version, sizeof version, "%lld", r->record);
	job.version = span_of(version);
	snprintf(number, sizeof number, "番号 %s", r->child); /* the name is gone */
	job.child_name = span_of(number);
	if (!st)
		st = print_pdf(app->style, app->fonts, &job, pdf, NULL);
	view_free(view);
	sheet_free(sheet);
	problems_clear(&ps);
	return st;
}

static enum status render(struct app *app, const struct removal *r, const char *reason,
			  struct buf *pdf)
{
	char checkpoint[JOURNAL_SHORT];
	struct types *types = NULL;
	struct problems ps;
	struct buf text, path;
	enum status st = journal_checkpoint_short(app->journal, checkpoint);

	problems_init(&ps);
	buf_init(&text, TEXT_MAX);
	buf_init(&path, PATH_MAX);
	buf_addf(&path, "%s/" FOLDER, app->conf.content);
	if (!st)
		st = path.st ? path.st : types_load(&types, buf_str(&path), &ps);
	if (!st)
		write_text(app, r, reason, checkpoint, &text);
	if (!st)
		st = text.st ? text.st : print(app, r, buf_span(&text), types, checkpoint, pdf);
	types_free(types);
	problems_clear(&ps);
	buf_clear(&text);
	buf_clear(&path);
	return st;
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
		st = render(app, r, p.reason, &pdf);
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
