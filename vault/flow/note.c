#include "vault/flow/note.h"

#include "vault/journal/journal.h"

static void durable(void *hold, enum status st)
{
	hold_release(hold, st == ST_OK);
}

static enum status add_later(struct app *app, const struct record *r, struct hold *hold)
{
	enum status st;

	hold_add(hold);
	st = journal_append_later(app->journal, r, durable, hold);
	if (st)
		hold_release(hold, true); /* the caller answers for this one */
	return st;
}

enum status note_add(struct app *app, const struct note *n)
{
	struct record r = {
	    .class = n->class,
	    .event = span_of(n->event),
	    .child = n->child.n ? n->child : SPAN_NONE,
	    .object = n->object.n ? n->object : SPAN_NONE,
	    .decision = span_of(n->decision),
	    .reason = span_of(n->reason),
	    .request = span_of(n->request),
	};

	if (n->who) {
		r.account = span_of(n->who->id);
		r.role = span_of(role_name(n->who->role));
		if (n->who->staff)
			r.institution = span_of(n->who->institution);
	}
	return n->hold ? add_later(app, &r, n->hold) : journal_append(app->journal, &r, NULL);
}
