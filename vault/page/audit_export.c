/* /audit/log/export: exactly what the list shows, of all its pages, as a signed file. */
#include "vault/page/audit_parts.h"

#include "vault/flow/log_export.h"
#include "vault/page/words.h"

#include <stdio.h>

enum { REASON = 500 };

/* Cut at a whole character. */
static struct span shorten(struct span s, size_t most)
{
	if (s.n <= most)
		return s;
	s.n = most;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

static enum status record(struct page *p, const struct audit_filter *f, struct span words,
			  const struct log_file *file)
{
	char object[256];

	snprintf(object, sizeof object, "%s %zu sha256:%s", file->name, file->count, file->sha256);
	return audit_note(p, "audit.export", f->q.field[TRACE_CHILD], span_of(object),
			  shorten(words, REASON));
}

static enum status answer(struct page *p, struct log_file *file)
{
	char name[LOG_EXPORT_NAME + 8];

	snprintf(name, sizeof name, "%s.zip", file->name);
	p->res->status = 200;
	p->res->type = "application/zip";
	buf_addspan(&p->res->body, buf_span(&file->zip));
	return p->res->body.st ? p->res->body.st : response_download(p->res, span_of(name));
}

enum status page_audit_export(struct page *p)
{
	struct span form = form_get(&p->query, "form");
	struct audit_filter filter;
	struct log_file file;
	struct buf words;
	enum status st;

	audit_filter_read(&filter, &p->query);
	if (filter.error)
		return audit_log_show(p, 422, NULL);
	if (!span_is(form, "csv") && !span_is(form, "xlsx"))
		return page_error(p, 400, 0);
	buf_init(&words, 16 * 1024);
	audit_filter_text(&filter, &words);
	st = log_export(p->app,
			&(struct log_export){.q = &filter.q,
					     .format = span_is(form, "csv") ? LOG_CSV : LOG_XLSX,
					     .filter = buf_span(&words),
					     .who = p->who->id,
					     .at = p->req->now,
					     .say = word_of_event},
			&file);
	if (!st)
		st = record(p, &filter, buf_span(&words), &file);
	if (!st)
		st = answer(p, &file);
	buf_clear(&file.zip);
	buf_clear(&words);
	if (st == ST_TOOBIG)
		return audit_log_show(
		    p, 422,
		    "10万件をこえる記録は、1つのファイルに できません。期間などで "
		    "へらしてください。");
	if (st == ST_CORRUPT)
		return audit_log_show(p, 422,
				      "読めない記録があるので、出せません。karte verify で "
				      "確かめてください。");
	return st;
}
