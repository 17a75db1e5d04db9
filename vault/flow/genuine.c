#include "vault/flow/genuine.h"

#include "vault/db/sheet.h"
#include "vault/journal/proof.h"

static enum status ask_version(struct app *app, struct span id, struct genuine *out)
{
	struct version_row v = {.n = 0};
	long long newest = 0;
	enum status st = version_get(app->db, id, &v);

	out->known = st == ST_OK;
	if (st && st != ST_NOTFOUND)
		return st;
	st = version_newest(app->db, span_of(v.child), span_of(v.type), span_of(v.sheet), &newest);
	out->newest = out->known && v.n >= newest;
	return st;
}

static enum status ask_promise(struct app *app, struct span text, struct genuine *out)
{
	struct journal_promise p;
	enum status st;

	out->promise = PROMISE_NONE;
	if (!text.n)
		return ST_OK;
	out->promise = PROMISE_UNREAD;
	if (journal_promise_parse(text, &p))
		return ST_OK;
	st = journal_keeps(app->journal, &p);
	if (st && st != ST_STALE && st != ST_CORRUPT)
		return st;
	out->promise = st ? PROMISE_BROKEN : PROMISE_KEPT;
	return ST_OK;
}

enum status genuine_ask(struct app *app, struct span version, struct span checkpoint,
			struct genuine *out)
{
	enum status st = ask_version(app, version.p ? version : SPAN(""), out);

	return st ? st : ask_promise(app, checkpoint, out);
}
