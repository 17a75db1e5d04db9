/* What the journal says that law rests on. */
#include "vault/flow/law_load.h"

#include "vault/journal/journal.h"

#include <stdlib.h>

static bool take_change(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;
	struct law_change *more =
	    law_grown(g->changes, g->nchanges, &g->changes_room, sizeof *more);

	(void)line;
	if (!more) {
		g->st = fail(ST_NOMEM, "no memory for the registry's records");
		return false;
	}
	g->changes = more;
	more[g->nchanges] = (struct law_change){.n = r->n, .t = r->t};
	g->nchanges += oid_parse(r->new_, &more[g->nchanges].id);
	return true;
}

static bool take_word(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;
	struct law_word *more, w = {.n = r->n, .t = r->t};

	(void)line;
	if (!span_is(r->decision, "allow") || !span_copy(r->event, w.event, sizeof w.event) ||
	    !span_copy(r->account, w.account, sizeof w.account))
		return true;
	span_copy(r->child, w.child, sizeof w.child);
	span_copy(r->object, w.object, sizeof w.object);
	more = law_grown(g->words, g->nwords, &g->words_room, sizeof *more);
	if (!more) {
		g->st = fail(ST_NOMEM, "no memory for records of access");
		return false;
	}
	g->words = more;
	more[g->nwords++] = w;
	return true;
}

static bool take_first(void *ctx, const struct record *r, struct span line)
{
	struct gathering *g = ctx;

	(void)line;
	g->words_since = r->t;
	return false;
}

static int by_n(const void *a, const void *b)
{
	const struct law_word *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static enum status scan(struct app *app, const struct journal_filter *f, journal_each *each,
			struct gathering *g)
{
	enum status st = journal_scan(app->journal, f, each, g);

	return st == ST_CORRUPT ? g->st : st ? st : g->st; /* the journal's own proof tells it */
}

/* Were no months of the class removed, everything that was ever said is there. */
static enum status gather_since(struct app *app, struct gathering *g)
{
	const struct journal_filter pruned = {
	    .class = "system", .event = SPAN("journal.prune"), .limit = 1};
	const struct journal_filter first = {.class = "access", .limit = 1};
	enum status st;

	g->words_since = 0;
	st = scan(app, &pruned, take_first, g);
	if (st || !g->words_since)
		return st;
	g->words_since = INT64_MAX;
	return scan(app, &first, take_first, g);
}

enum status law_gather_words(struct app *app, int64_t from, struct gathering *g)
{
	const struct journal_filter opened = {
	    .class = "access", .event = SPAN("child.open"), .from = from};
	const struct journal_filter given = {
	    .class = "access", .event = SPAN("release."), .from = from};
	const struct journal_filter looked = {
	    .class = "access", .event = SPAN("consent.scan"), .from = from};
	enum status st = scan(app, &opened, take_word, g);

	if (!st)
		st = scan(app, &given, take_word, g);
	if (!st)
		st = scan(app, &looked, take_word, g);
	if (g->nwords)
		qsort(g->words, g->nwords, sizeof *g->words, by_n);
	return st;
}

enum status law_gather(struct app *app, struct gathering *g)
{
	const struct journal_filter changes = {.class = "change", .repository = SPAN("registry")};
	enum status st = scan(app, &changes, take_change, g);

	if (!st)
		st = law_gather_words(app, 0, g);
	return st ? st : gather_since(app, g);
}
