#include "generator/render/print.h"

#include "generator/render/dev_pdf.h"
#include "generator/render/dev_pick.h"
#include "generator/render/dev_text.h"
#include "generator/render/layout.h"

_Static_assert((int)PRINT_MISSING_MAX == (int)DEVICE_MISSING_MAX,
	       "the report holds what a device finds");

static void compose(struct flow *f, const struct print_job *job)
{
	flow_open(f, TAG_DOCUMENT);
	for (size_t i = 0; i < job->nviews && !f->st; i++)
		flow_view(f, job, i);
	if (job->growth && !f->st)
		flow_growth(f, job, job->growth);
	flow_close(f);
	f->next.glue = true;
	flow_strip(f, 0, 0);
	flow_paginate(f);
	flow_furniture(f, job);
}

static enum status lay_out(const struct print_style *s, struct device *dev,
			   const struct print_job *job, size_t *pages)
{
	struct flow f;
	enum status st = flow_init(&f, s, dev);

	if (!st) {
		compose(&f, job);
		st = f.st;
	}
	*pages = f.npages;
	flow_clear(&f);
	return st;
}

/* The same, with only some of the pages reaching the device. */
static enum status lay_out_some(const struct print_style *s, struct device *dev,
				const struct print_job *job, struct print_report *report)
{
	struct device *pick = dev_pick_new(dev, job->only);
	enum status st;

	if (!pick)
		return ST_NOMEM;
	st = lay_out(s, pick, job, &report->pages);
	report->printed = dev_pick_pages(pick);
	dev_pick_free(pick);
	if (!st && report->printed == 0)
		st = fail(ST_NOTFOUND, "the document has %zu pages", report->pages);
	return st;
}

/* Lays the job out on a device and says what there is to report. */
static enum status draw(const struct print_style *s, struct device *dev,
			const struct print_job *job, struct print_report *report)
{
	struct print_report own = {.pages = 0};
	enum status st;

	if (job->nviews == 0 && !job->growth)
		return fail(ST_INVALID, "nothing to print");
	if (job->only) {
		st = lay_out_some(s, dev, job, &own);
	} else {
		st = lay_out(s, dev, job, &own.pages);
		own.printed = own.pages;
	}
	own.nmissing = dev->nmissing;
	memcpy(own.missing, dev->missing, sizeof own.missing);
	if (report)
		*report = own;
	return st;
}

/* What the window of a reader shows. */
static void put_title(struct buf *b, const struct print_job *job)
{
	if (job->nviews == 0)
		buf_adds(b, PRINT_GROWTH_TITLE);
	else if (job->nviews == 1)
		buf_addspan(b, view_title(job->views[0]));
	else
		buf_adds(b, "こどもカルテ");
	if (job->child_name.n) {
		buf_adds(b, "　");
		buf_addspan(b, job->child_name);
	}
}

enum status print_pdf(const struct print_style *s, struct fonts *f, const struct print_job *job,
		      struct buf *out, struct print_report *report)
{
	struct device *dev = dev_pdf_new(f, s->width, s->height);
	struct pdf_about about = {.at = job->at};
	struct buf title;
	enum status st = dev ? ST_OK : ST_NOMEM;

	buf_init(&title, SHEET_MAX_BYTES);
	if (!st)
		st = draw(s, dev, job, report);
	if (st)
		goto out;
	put_title(&title, job);
	about.title = buf_span(&title);
	st = title.st ? title.st : dev_pdf_finish(dev, &about, out);

out:
	dev_pdf_free(dev);
	buf_clear(&title);
	return st;
}

enum status print_text(const struct print_style *s, struct fonts *f, const struct print_job *job,
		       struct buf *out, struct print_report *report)
{
	struct device *dev = dev_text_new(out, f);
	enum status st = dev ? ST_OK : ST_NOMEM;

	if (!st)
		st = draw(s, dev, job, report);
	if (!st)
		st = out->st;
	dev_text_free(dev);
	return st;
}
