/*
 * The journal for others to read: C2SP tlog-tiles, checkpoint and hashes for anybody, records for
 * auditors.
 *
 * There are no entry bundles (tile/entries/N).  Readers of C2SP have no account, and records are
 * for auditors; and months of a class end while their neighbours stay, which a bundle cannot say.
 * So records are served as they lie on the disk, by class and month, below another address, as
 * tlog-tiles asks of other formats: the bytes of a line, without its end, are a leaf.
 */
#include "vault/journal/journal.h"

#include "vault/flow/note.h"
#include "vault/flow/witnesses.h"
#include "vault/http/rate.h"
#include "vault/page/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { YEAR = 365 * 24 * 3600 };

static enum status not_there(struct page *p, int status, const char *why)
{
	buf_cut(&p->res->body, 0);
	buf_addf(&p->res->body, "%s\n", why);
	p->res->status = status;
	p->res->type = "text/plain; charset=utf-8";
	return ST_OK;
}

/* Programs read here: errors are a line of text. */
static enum status answer(struct page *p, enum status st, const char *type)
{
	if (st == ST_NOTFOUND)
		return not_there(p, 404, "not found");
	if (st)
		return st;
	p->res->status = 200;
	p->res->type = type;
	return p->res->body.st;
}

static bool too_often(struct page *p, enum status *st)
{
	long wait = rate_take(p->app->reads, p->req->peer, rate_clock());

	if (!wait)
		return false;
	*st = response_retry_after(p->res, wait);
	if (!*st)
		*st = not_there(p, 429, "too many requests");
	return true;
}

enum status page_checkpoint(struct page *p)
{
	enum status st;

	if (too_often(p, &st))
		return st;
	return answer(p, witnesses_note(p->app, &p->res->body), "text/plain; charset=utf-8");
}

/* A tile never changes: whoever has it need not ask again. */
enum status page_tile(struct page *p)
{
	struct buf path;
	enum status st;

	if (too_often(p, &st))
		return st;
	buf_init(&path, 256);
	buf_adds(&path, "tile/");
	buf_addspan(&path, param(&p->params, "path"));
	st = path.st ? ST_NOTFOUND
		     : journal_resource(p->app->journal, buf_span(&path), &p->res->body);
	buf_clear(&path);
	if (!st)
		st = response_public(p->res, YEAR);
	return answer(p, st, "application/octet-stream");
}

/* ---- for auditors --------------------------------------------------------------------------- */

static enum status note_look(struct page *p, struct span object)
{
	struct note n = {.class = "read",
			 .event = "audit.bodies",
			 .who = p->who,
			 .object = object,
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

enum status page_bodies(struct page *p)
{
	struct journal_month *months = NULL;
	size_t count = 0;
	enum status st = note_look(p, SPAN_NONE);

	if (!st)
		st = journal_months(p->app->journal, &months, &count);
	for (size_t i = 0; i < count; i++)
		buf_addf(&p->res->body, "%s/%s.jsonl %llu\n", record_class_name(months[i].class),
			 months[i].month, (unsigned long long)months[i].bytes);
	free(months);
	return answer(p, st, "text/plain; charset=utf-8");
}

enum status page_body(struct page *p)
{
	struct span class = param(&p->params, "class"), month = param(&p->params, "month");
	char name[64], object[64];
	int fd = -1;
	uint64_t bytes = 0;
	enum status st = journal_body_open(p->app->journal, class, month, &fd, &bytes);

	if (st == ST_NOTFOUND)
		return page_error(p, 404, 0);
	if (st)
		return st;
	snprintf(object, sizeof object, "%.*s/%.*s", SPAN_ARG(class), SPAN_ARG(month));
	snprintf(name, sizeof name, "%.*s-%.*s.jsonl", SPAN_ARG(class), SPAN_ARG(month));
	st = note_look(p, span_of(object));
	if (!st)
		st = response_download(p->res, span_of(name));
	if (st) {
		close(fd);
		return st;
	}
	p->res->fd = fd; /* closed by the response */
	p->res->fd_bytes = bytes;
	p->res->sandbox = true;
	return answer(p, st, "text/plain; charset=utf-8");
}
