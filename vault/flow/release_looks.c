/* Who of the families opened what was given: from the journal's records of looks. */
#include "vault/flow/releases_impl.h"
#include "vault/journal/journal.h"

struct looking {
	const struct release *r;
	size_t left;
	enum status (*each)(void *, const struct release_look *);
	void *ctx;
	enum status st;
};

static bool is_of(const struct release *r, struct span object, struct span child)
{
	bool file = false;

	if (!span_starts(object, SPAN("files/")))
		return false;
	object = span_make(object.p + 6, object.n - 6);
	for (size_t i = 0; i < r->nfiles; i++)
		file = file || span_is(object, r->files[i].file);
	for (size_t i = 0; i < r->nto && file; i++)
		if (span_is(child, r->to[i].child.id))
			return true;
	return false;
}

static bool one_record(void *ctx, const struct record *rec, struct span line)
{
	struct looking *l = ctx;
	struct release_look look = {rec->child, rec->account, rec->t,
				    span_is(rec->event, "file.read")};

	(void)line;
	if (!span_is(rec->decision, "allow") || !is_of(l->r, rec->object, rec->child))
		return true;
	if (!l->left--)
		return false;
	l->st = l->each(l->ctx, &look);
	return l->st == ST_OK;
}

enum status release_looks(struct app *app, const struct release *r, size_t most,
			  enum status (*each)(void *, const struct release_look *), void *ctx)
{
	struct looking l = {r, most, each, ctx, ST_OK};
	const struct journal_filter f = {
	    .class = "read", .from = r->row.due, .event = SPAN("file."), .role = SPAN("household")};
	enum status st = r->row.due ? journal_scan(app->journal, &f, one_record, &l) : ST_OK;

	return st ? st : l.st;
}
