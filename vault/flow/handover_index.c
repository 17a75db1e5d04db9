/* What handovers open, and for whom one waits: derived from the child's repository. */
#include "vault/db/handover.h"
#include "vault/db/share.h"
#include "vault/flow/handover.h"

static enum status put_shares(struct db *index, const struct handover *h, struct arena *a,
			      bool *any)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < h->nsheets && !st && h->state == HANDOVER_IS_OPEN; i++) {
		const struct handover_sheet *s = &h->sheets[i];
		struct share share = {.child = h->child,
				      .institution = h->to,
				      .type = s->type,
				      .sheet = s->id,
				      .version = s->version,
				      .source = h->id,
				      .sections = handover_shown(s, a),
				      .since = h->since,
				      .until = h->until};

		if (!share.sections.n)
			continue;
		*any = true;
		if (!h->outside.n)
			st = share_put(index, &share);
	}
	return st;
}

/* ",yamada,yamada-k," of those whose answer counts; and when the newest came. */
static void put_answered(const struct handover *h, struct buf *out, struct handover_row *row)
{
	for (size_t i = 0; i < h->nanswers; i++) {
		if (!h->answers[i].counts)
			continue;
		buf_addf(out, "%s%.*s,", out->len ? "" : ",", SPAN_ARG(h->answers[i].by));
		if (h->answers[i].at > row->answered_at)
			row->answered_at = h->answers[i].at;
	}
	row->answered = buf_span(out);
}

static enum status put_row(struct db *index, const struct handover *h, bool any)
{
	struct handover_row row = {.agreed = any,
				   .asked_at = h->asked_at,
				   .opened_at = h->opened_at,
				   .confirmed_at = h->confirmed_at};
	struct buf answered;
	enum status st;

	span_copy(h->child, row.child, sizeof row.child);
	span_copy(h->id, row.id, sizeof row.id);
	span_copy(h->from, row.giver, sizeof row.giver);
	span_copy(h->to, row.receiver, sizeof row.receiver);
	span_copy(span_of(handover_state_name(h->state)), row.state, sizeof row.state);
	span_copy(h->since, row.since, sizeof row.since);
	span_copy(h->until, row.until, sizeof row.until);
	span_copy(h->opened_by, row.opened_by, sizeof row.opened_by);
	if (h->nwords)
		row.told_at = h->words[h->nwords - 1].at;
	buf_init(&answered, HANDOVER_FILE);
	put_answered(h, &answered, &row);
	st = answered.st ? answered.st : handover_row_put(index, &row);
	buf_clear(&answered);
	return st;
}

static enum status put_one(struct db *index, struct repo *repo, const struct oid *at,
			   struct span child, struct span id)
{
	struct arena *a = arena_new(HANDOVER_MEMORY);
	struct handover h;
	bool any = false;
	enum status st = a ? handover_load(repo, at, child, id, a, &h) : ST_NOMEM;

	if (!st)
		st = put_shares(index, &h, a, &any);
	if (!st)
		st = put_row(index, &h, any);
	arena_free(a);
	return st == ST_CORRUPT ? ST_OK : st; /* what cannot be read opens nothing */
}

static enum status put_all(struct db *index, struct repo *repo, const struct oid *at,
			   struct span child, struct arena *a)
{
	struct oid head;
	struct span *ids = NULL;
	size_t n = 0;
	enum status st = at ? ST_OK : repo_head(repo, &head);

	if (!st)
		st = share_clear(index, child, true);
	if (!st)
		st = handover_row_clear(index, child);
	if (!st)
		st = handover_ids(repo, at ? at : &head, a, &ids, &n);
	for (size_t i = 0; i < n && !st; i++)
		st = put_one(index, repo, at ? at : &head, child, ids[i]);
	return st;
}

/* The head is read after the writer's turn has come: of two at once the later has the newest. */
enum status handover_index(struct db *index, struct repo *repo, const struct oid *at,
			   struct span child)
{
	struct arena *a = arena_new(HANDOVER_MEMORY);
	enum status st = a ? db_begin(index) : fail(ST_NOMEM, "no memory for handovers");

	if (!st)
		st = db_end(index, put_all(index, repo, at, child, a));
	arena_free(a);
	return st;
}
