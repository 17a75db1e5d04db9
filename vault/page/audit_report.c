/* The report of a proof as a file, and the vault's signature over it. */
#include "vault/flow/export_sign.h"
#include "vault/flow/proof_runs.h"
#include "vault/page/audit_said.h"

#include <stdio.h>

enum { REPORT_MAX = 16 * 1024 * 1024, RUN_MAX = 2000000000 };

static const struct report_file {
	const char *name, *type;
	enum status (*make)(struct app *app, const struct proof_run *run, struct buf *out);
	bool signature;
} files[] = {
    {"report.pdf", "application/pdf", proof_report_pdf, false},
    {"report.pdf.asc", "application/pgp-signature", proof_report_pdf, true},
    {"report.csv", "text/csv; charset=utf-8", proof_report_csv, false},
    {"report.csv.asc", "application/pgp-signature", proof_report_csv, true},
};

static const struct report_file *file_of(struct span name)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (span_is(name, files[i].name))
			return &files[i];
	return NULL;
}

/* The file, or what proves it; a report of the same run has the same bytes each time. */
static enum status make(struct page *p, const struct report_file *f, const struct proof_run *run)
{
	struct export_proof proof;
	struct buf report;
	enum status st;

	buf_init(&report, REPORT_MAX);
	st = f->make(p->app, run, &report);
	if (!st)
		st = report.st;
	if (!st && !f->signature)
		buf_addspan(&p->res->body, buf_span(&report));
	if (!st && f->signature) {
		st = export_sign(&proof, p->app, buf_span(&report));
		if (!st)
			buf_addspan(&p->res->body, buf_span(&proof.signature));
		export_proof_clear(&proof);
	}
	buf_clear(&report);
	return st;
}

enum status page_audit_report(struct page *p)
{
	const struct report_file *f = file_of(param(&p->params, "file"));
	struct proof_run run;
	char name[64], object[48];
	long id;
	enum status st;

	if (!f || !span_number(param(&p->params, "run"), RUN_MAX, &id))
		return fail(ST_NOTFOUND, "no such report");
	st = proof_run_get(p->app->db, id, &run);
	if (!st && run.failed)
		st = fail(ST_NOTFOUND, "no report of what could not be made");
	snprintf(object, sizeof object, "%ld/%s", id, f->name);
	if (!st)
		st = audit_looked(p, "audit.report", SPAN_NONE, span_of(object));
	buf_clear(&p->res->body);
	if (!st)
		st = make(p, f, &run);
	if (st)
		return st;
	p->res->status = 200;
	p->res->type = f->type;
	snprintf(name, sizeof name, "karte-verify-%ld-%s", id, f->name);
	return response_download(p->res, span_of(name));
}
