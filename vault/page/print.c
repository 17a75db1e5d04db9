#include "vault/page/print.h"

#include "generator/base/day.h"
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

static enum status record(struct paper *paper)
{
	enum status st = ST_OK;

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

static enum status print(struct paper *paper, const struct child_row *child, struct buf *pdf)
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
	};

	journal_checkpoint_seen(p->app->journal, checkpoint);
	names_init(&names, &source, p->app);
	day_parse(span_of(child->born), &job.born);
	job.checkpoint = span_of(checkpoint);
	job.verify_url = span_of(arena_printf(p->arena, "%s/verify/%s", p->app->conf.url,
					      paper->readings[0].row.version));
	return print_pdf(p->app->style, p->app->fonts, &job, pdf, NULL);
}

enum status paper_send(struct paper *paper, const char *name)
{
	struct page *p = paper->p;
	struct child_row child;
	struct buf pdf;
	char file[128];
	enum status st = child_get(p->app->db, p->q.child, &child);

	buf_init(&pdf, PDF_MAX);
	if (!st)
		st = record(paper);
	if (!st)
		st = print(paper, &child, &pdf);
	if (!st) {
		buf_clear(&p->res->body);
		buf_addspan(&p->res->body, buf_span(&pdf));
		p->res->status = 200;
		p->res->type = "application/pdf";
		/* the file's name says the child's number, never the name */
		snprintf(file, sizeof file, "%s-%.*s.pdf", name, SPAN_ARG(p->q.child));
		st = response_inline(p->res, span_of(file));
	}
	buf_clear(&pdf);
	return st;
}

void paper_clear(struct paper *paper)
{
	for (size_t i = 0; i < paper->count; i++)
		reading_clear(&paper->readings[i]);
}
