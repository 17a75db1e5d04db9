/* What follows from the answers: the tables share, ask, ask_wait and ask_paper. */
#include "vault/db/ask.h"
#include "vault/db/child.h"
#include "vault/db/share.h"
#include "vault/flow/children.h"
#include "vault/flow/consent_paper.h"
#include "vault/flow/handover.h"

#include <stdio.h>
#include <time.h>

/* ---- who may read ------------------------------------------------------------------------- */

static bool same_share(const struct consent_item *x, const struct consent_item *y)
{
	return x->scope == SCOPE_SHARE && y->scope == SCOPE_SHARE && span_eq(x->type, y->type) &&
	       span_eq(x->institution, y->institution);
}

struct found {
	const struct ask *ask; /* whose item is agreed to; NULL: none */
	size_t item;
};

/* From the newest ask back: the first that is agreed to opens it, a no before that shuts it. */
static struct found opens(const struct consent_book *b, const struct consent_item *what,
			  struct day day)
{
	for (size_t i = b->all.nasks; i-- > 0;) {
		const struct ask *a = &b->all.asks[i];

		for (size_t k = 0; k < a->nitems; k++) {
			enum consent_state st;

			if (!same_share(&a->items[k], what))
				continue;
			st = consent_of_item(b, a, k, SPAN_NONE, day);
			if (st == CONSENT_AGREED)
				return (struct found){a, k};
			if (st == CONSENT_DECLINED || st == CONSENT_REVOKED)
				return (struct found){NULL, 0};
		}
	}
	return (struct found){NULL, 0};
}

bool consent_shares(const struct consent_book *b, struct span type, struct span institution,
		    struct day today, struct span *sections)
{
	const struct consent_item what = {
	    .scope = SCOPE_SHARE, .type = type, .institution = institution};
	struct found f = opens(b, &what, today);

	*sections = f.ask ? f.ask->items[f.item].sections : SPAN_NONE;
	return f.ask != NULL;
}

/* The last day before somebody's right rests and it is open no more; "" if it goes on. */
static void find_until(const struct consent_book *b, const struct consent_item *what,
		       const struct found *now, struct day today, char out[static DAY_TEXT])
{
	out[0] = '\0';
	for (size_t i = 0; i < b->npeople; i++) {
		struct day from;
		struct found then;
		char last[DAY_TEXT];

		if (!day_parse(span_of(b->people[i].suspended), &from) || day_cmp(from, today) <= 0)
			continue;
		then = opens(b, what, from);
		day_iso(day_plus(from, -1), last);
		if ((then.ask != now->ask || then.item != now->item) &&
		    (!out[0] || strcmp(last, out) < 0))
			memcpy(out, last, sizeof last);
	}
}

static enum status put_share(const struct consent_book *b, const struct consent_item *what,
			     struct day today)
{
	struct found f = opens(b, what, today);
	char until[DAY_TEXT];

	if (!f.ask)
		return ST_OK;
	find_until(b, what, &f, today, until);
	return share_put(b->app->db, &(struct share){.child = span_of(b->child),
						     .type = what->type,
						     .institution = what->institution,
						     .sections = f.ask->items[f.item].sections,
						     .until = span_of(until)});
}

static enum status put_shares(const struct consent_book *b, struct day today)
{
	enum status st = share_clear(b->app->db, span_of(b->child), false);

	for (size_t i = 0; i < b->all.nasks && !st; i++)
		for (size_t k = 0; k < b->all.asks[i].nitems && !st; k++)
			if (b->all.asks[i].items[k].scope == SCOPE_SHARE)
				st = put_share(b, &b->all.asks[i].items[k], today);
	return st;
}

/* ---- for whom it waits -------------------------------------------------------------------- */

static long long answered_at(const struct consent_book *b, const struct ask *a)
{
	long long at = 0;

	for (size_t i = 0; i < b->all.nreplies; i++)
		if (span_eq(b->all.replies[i].ask, a->id) && !b->all.replies[i].cancel)
			at = b->all.replies[i].at;
	return at;
}

/* Has this person nothing more to say: about each item, and about the text that there is now? */
static bool has_answered(const struct consent_book *b, const struct ask *a,
			 const struct consent_person *p, struct span digest)
{
	struct span id = span_of(p->account.id);
	const struct reply *last = consent_last(b, a, id);

	if (!last)
		return false;
	for (size_t i = 0; i < a->nitems; i++)
		if (a->items[i].scope == SCOPE_MAKE && digest.n && !span_eq(last->digest, digest))
			return false;
	return true;
}

static enum status put_waits(const struct consent_book *b, const struct ask *a, struct span digest,
			     struct day today)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < a->nto && !st; i++) {
		const struct consent_person *p = consent_person(b, a->to[i]);

		if (consent_counts(p, today) && consent_is_for(b, a, a->to[i]) &&
		    !has_answered(b, a, p, digest))
			st = ask_wait_put(b->app->db, a->to[i], span_of(b->child), a->id);
	}
	return st;
}

/* ---- what waits for a second person --------------------------------------------------------- */

/* Sent back, and whoever signed it has not said anything since. */
static bool to_be_written_anew(const struct consent_book *b, const struct ask *a,
			       const struct reply *paper)
{
	if (paper_state(&b->all, paper) != PAPER_SENT_BACK || consent_cancelled(b, a))
		return false;
	for (const struct reply *r = paper + 1; r < b->all.replies + b->all.nreplies; r++)
		if (span_eq(r->ask, a->id) && reply_answers(r) &&
		    span_eq(reply_whose(r), reply_whose(paper)))
			return false;
	return true;
}

static enum status put_paper(const struct consent_book *b, const struct ask *a,
			     const struct reply *r)
{
	const struct reply *checked = paper_checked(&b->all, r);
	struct ask_paper row = {.sent_back = checked != NULL, .at = checked ? checked->at : r->at};

	span_copy(r->id, row.paper, sizeof row.paper);
	span_copy(r->by, row.account, sizeof row.account);
	if (checked)
		span_copy(checked->text, row.note, sizeof row.note);
	return ask_paper_put(b->app->db, span_of(b->child), a->id, &row);
}

static enum status put_papers(const struct consent_book *b, const struct ask *a)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < b->all.nreplies && !st; i++) {
		const struct reply *r = &b->all.replies[i];

		if (span_eq(r->ask, a->id) &&
		    (consent_paper_waits(b, r) || to_be_written_anew(b, a, r)))
			st = put_paper(b, a, r);
	}
	return st;
}

/* Without a date: what is too late is asked of the row. */
static enum status put_ask(const struct consent_book *b, const struct ask *a, struct span digest,
			   struct day today)
{
	struct ask undated = *a;
	struct ask_row row = {.at = a->at, .answered = answered_at(b, a)};
	enum consent_state state;
	enum status st;

	undated.due = SPAN_NONE;
	state = consent_of_ask(b, &undated, digest, today);
	row.state = (int)state;
	memcpy(row.child, b->child, sizeof row.child);
	span_copy(a->id, row.id, sizeof row.id);
	span_copy(a->type, row.type, sizeof row.type);
	span_copy(a->sheet, row.sheet, sizeof row.sheet);
	span_copy(a->title, row.title, sizeof row.title);
	span_copy(a->institution, row.institution, sizeof row.institution);
	span_copy(a->by, row.account, sizeof row.account);
	span_copy(a->due, row.due, sizeof row.due);
	st = ask_put(b->app->db, &row);
	if (!st)
		st = put_papers(b, a);
	return st || (state != CONSENT_WAITING && state != CONSENT_UNCONFIRMED)
		   ? st
		   : put_waits(b, a, digest, today);
}

static enum status put_asks(struct consent_book *b, struct repo *repo, struct day today)
{
	char digest[CONSENT_DIGEST];
	enum status st = ask_clear(b->app->db, span_of(b->child));

	for (size_t i = 0; i < b->all.nasks && !st; i++) {
		const struct ask *a = &b->all.asks[i];

		if (a->old)
			continue;
		digest[0] = '\0';
		if (a->digest.n &&
		    consent_digest_at(b->app, repo, &b->head, a->type, a->sheet, digest))
			digest[0] = '\0'; /* verify's to report */
		st = put_ask(b, a, span_of(digest), today);
	}
	return st;
}

/* ---- all of it ---------------------------------------------------------------------------- */

enum status consent_index_at(struct app *app, struct repo *repo, struct span child,
			     const struct oid *version, int64_t now)
{
	struct consent_book *b = NULL;
	enum status st = db_begin(app->db); /* the later one reads the newest */

	if (st)
		return st;
	st = consent_open(&b, app, repo, child, version);
	if (!st)
		st = put_shares(b, day_jst(now));
	if (!st)
		st = put_asks(b, repo, day_jst(now));
	consent_close(b);
	st = db_end(app->db, st);
	return st ? st : handover_index(app->db, repo, version, child);
}

enum status consent_index(struct app *app, struct repo *repo, struct span child)
{
	return consent_index_at(app, repo, child, NULL, (int64_t)time(NULL));
}

enum status consent_sheet_changed(struct app *app, struct repo *repo, struct span child,
				  struct span type, struct span sheet)
{
	bool any = false;
	enum status st = ask_about(app->db, child, type, sheet, &any);

	return st || !any ? st : consent_index(app, repo, child);
}

enum status consent_family_changed(struct app *app, struct span child)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, child);

	if (!st)
		st = consent_index(app, repo, child);
	repo_close(repo);
	return st;
}

/* ---- for the workflow --------------------------------------------------------------------- */

static enum consent_state plainly(enum consent_state st)
{
	switch (st) {
	case CONSENT_REVOKED:
		return CONSENT_DECLINED;
	case CONSENT_EXPIRED:
	case CONSENT_UNCONFIRMED:
		return CONSENT_WAITING;
	case CONSENT_CANCELLED:
		return CONSENT_NOT_ASKED;
	default:
		return st;
	}
}

/* Is it asked about this text, or has somebody answered about it? */
static bool is_about(const struct consent_book *b, const struct ask *a, struct span digest)
{
	bool yes = span_eq(a->digest, digest);

	for (size_t i = 0; i < b->all.nreplies && !yes; i++)
		yes = span_eq(b->all.replies[i].ask, a->id) &&
		      span_eq(b->all.replies[i].digest, digest);
	return yes;
}

/* The newest ask about making this sheet that was not taken back. */
enum consent_state consent_of_making(const struct consent_book *b, struct span type, struct span id,
				     struct span digest, struct day today)
{
	for (size_t i = b->all.nasks; i-- > 0;) {
		const struct ask *a = &b->all.asks[i];

		if (!span_eq(a->type, type) || !span_eq(a->sheet, id) || consent_cancelled(b, a) ||
		    !is_about(b, a, digest))
			continue;
		for (size_t k = 0; k < a->nitems; k++)
			if (a->items[k].scope == SCOPE_MAKE)
				return plainly(consent_of_item(b, a, k, digest, today));
	}
	return CONSENT_NOT_ASKED;
}

enum status consent_of_sheet(struct app *app, struct span child, struct span type, struct span id,
			     enum consent_state *out)
{
	struct consent_book *b = NULL;
	struct repo *repo = NULL;
	char digest[CONSENT_DIGEST];
	enum status st = child_repo(&repo, app, child);

	*out = CONSENT_NOT_ASKED;
	if (!st)
		st = consent_open(&b, app, repo, child, NULL);
	if (!st)
		st = consent_digest_at(app, repo, &b->head, type, id, digest);
	if (!st)
		*out =
		    consent_of_making(b, type, id, span_of(digest), day_jst((int64_t)time(NULL)));
	consent_close(b);
	repo_close(repo);
	return st;
}
