#include "vault/page/print.h"

#include "generator/base/day.h"
#include "vault/flow/cache.h"
#include "vault/flow/note.h"
#include "vault/journal/journal.h"

#include <stdio.h>

enum { PDF_MAX = 32 * 1024 * 1024, VERSION_TEXT = 32 };

enum status paper_begin(struct paper *out, struct page *p, size_t n)
{
	*out = (struct paper){.p = p};
	out->readings = arena_array(p->arena, n, sizeof *out->readings);
	out->views = arena_array(p->arena, n, sizeof *out->views);
	out->versions = arena_array(p->arena, n, sizeof *out->versions);
	return out->readings && out->views && out->versions ? ST_OK : ST_NOMEM;
}

/* "版 3（a1b2c3d）": the number that people say and the beginning of the commit. */
static enum status version_label(struct page *p, const struct reading *r, struct span *out)
{
	struct version_row v;
	char *text;
	enum status st = version_get(p->app->db, span_of(r->row.version), &v);

	if (st)
		return st;
	text = arena_printf(p->arena, "%lld（%.7s）", v.n, r->row.version);
	*out = span_of(text);
	return text ? ST_OK : ST_NOMEM;
}

enum status paper_add(struct paper *paper, const struct sheet_row *row, struct span version)
{
	struct page *p = paper->p;
	struct reading *r = &paper->readings[paper->count++];
	struct question q = p->q;
	enum status st;

	q.action = ACT_SHEET_READ;
	q.type = span_of(row->type);
	q.id = span_of(row->id);
	st = reading_begin(r, p->app, &q, version);
	if (!st)
		st = reading_view(r);
	if (!st)
		st = version_label(p, r, &paper->versions[paper->count - 1]);
	if (!st)
		paper->views[paper->count - 1] = r->view;
	return st;
}

static enum status record_child(const struct paper *paper)
{
	const struct page *p = paper->p;
	const struct note n = {.class = "read",
			       .event = paper->event,
			       .who = p->who,
			       .child = p->q.child,
			       .object = paper->reason,
			       .decision = "allow",
			       .reason = reason_name(paper->readings[0].decision.reason),
			       .request = p->req->id,
			       .hold = p->q.hold};

	return note_add(p->app, &n);
}

static enum status record(struct paper *paper)
{
	enum status st = paper->event ? record_child(paper) : ST_OK;

	for (size_t i = 0; i < paper->count && !st; i++)
		st = reading_done(&paper->readings[i], "sheet.pdf");
	return st;
}

static struct span made_for(const struct page *p)
{
	char *text;
	struct institution i;

	if (p->who->staff && institution_get(p->app->db, span_of(p->who->institution), &i) == ST_OK)
		text = arena_printf(p->arena, "%s %s", i.name, p->who->name);
	else
		text = arena_printf(p->arena, "%s %s", role_label(p->who->role), p->who->name);
	return span_of(text);
}

static int64_t newest(const struct paper *paper)
{
	long long at = 0;

	for (size_t i = 0; i < paper->count; i++)
		if (paper->readings[i].row.at > at)
			at = paper->readings[i].row.at;
	return at;
}

static enum status print_for(struct paper *paper, const struct child_row *child, struct buf *pdf)
{
	struct page *p = paper->p;
	char checkpoint[JOURNAL_SHORT];
	struct name_source source;
	struct render_names names;
	struct print_job job = {
	    .views = paper->views,
	    .nviews = paper->count,
	    .child_name = span_of(child->name),
	    .child_kana = span_of(child->kana),
	    .made_for = made_for(p),
	    .version = paper->versions[0],
	    .versions = paper->versions,
	    .at = newest(paper),
	    .names = &names,
	    .only = paper->only.n ? &paper->only : NULL,
	};

	journal_checkpoint_seen(p->app->journal, checkpoint);
	names_init(&names, &source, p->app);
	day_parse(span_of(child->born), &job.born);
	job.checkpoint = span_of(checkpoint);
	job.verify_url = span_of(arena_printf(p->arena, "%s/verify/%s", p->app->conf.url,
					      paper->readings[0].row.version));
	return print_pdf(p->app->style, p->app->fonts, &job, pdf, &paper->report);
}

static enum status paper_print(struct paper *paper, struct buf *pdf)
{
	struct child_row child;
	enum status st = child_get(paper->p->app->db, paper->p->q.child, &child);

	return st ? st : print_for(paper, &child, pdf);
}

/* 「この書類は 全部で 3ページです…」 */
static const char *paper_no_page(struct page *p, size_t pages)
{
	return arena_printf(
	    p->arena, "この書類は 全部で %zuページです。その中の ページを 入れてください。", pages);
}

/* The file's name says the child's number, never the name. */
static enum status answer(struct page *p, const struct buf *pdf, const char *name)
{
	char file[128];

	buf_clear(&p->res->body);
	buf_addspan(&p->res->body, buf_span(pdf));
	p->res->status = 200;
	p->res->type = "application/pdf";
	snprintf(file, sizeof file, "%s-%.*s.pdf", name, SPAN_ARG(p->q.child));
	return response_inline(p->res, span_of(file));
}

enum status paper_send(struct paper *paper, const char *name)
{
	struct page *p = paper->p;
	struct buf pdf;
	enum status st;

	buf_init(&pdf, PDF_MAX);
	st = paper_print(paper, &pdf);
	if (st == ST_NOTFOUND)
		st = print_again(p, p->q.type, p->q.id, paper_no_page(p, paper->report.pages));
	else if (!st)
		st = record(paper);
	if (!st && p->res->status != 422)
		st = answer(p, &pdf, name);
	buf_clear(&pdf);
	return st;
}

void paper_clear(struct paper *paper)
{
	for (size_t i = 0; i < paper->count; i++)
		reading_clear(&paper->readings[i]);
}

enum status paper_pages(struct paper *paper, struct span text, const char **error)
{
	*error = page_ranges_parse(text, &paper->only)
		     ? NULL
		     : "ページは「2-5,8」のように、1から2000までの数で 入れてください。";
	return *error ? ST_INVALID : ST_OK;
}

/* ---- how much it is ------------------------------------------------------------------------ */

static enum status measure(struct page *p, struct reading *r, struct buf *out)
{
	struct paper paper;
	struct buf pdf;
	enum status st = paper_begin(&paper, p, 1);

	buf_init(&pdf, PDF_MAX);
	if (!st)
		st = paper_add(&paper, &r->row, r->old ? span_of(r->row.version) : SPAN_NONE);
	if (!st)
		st = paper_print(&paper, &pdf);
	if (!st)
		buf_addf(out, "A4・%zuまい・%.1fMB", paper.report.pages,
			 pdf.len < 100000 ? 0.1 : (double)pdf.len / 1e6);
	paper_clear(&paper);
	buf_clear(&pdf);
	return st ? st : out->st;
}

enum status paper_size(struct page *p, struct reading *r, struct buf *out)
{
	struct buf key;
	enum status st = ST_OK;

	buf_init(&key, 8192);
	reading_key(r, "pdf size", &key);
	buf_addf(&key, " %s", r->row.version);
	if (key.st || !cache_get(p->app->cache, buf_span(&key), out)) {
		st = measure(p, r, out);
		if (!st && !key.st)
			cache_put(p->app->cache, buf_span(&key), buf_span(out));
	}
	buf_clear(&key);
	return st;
}
