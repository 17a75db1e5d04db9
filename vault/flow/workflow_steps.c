/* Who may take which steps, from the decision, the index and the table. */
#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/second.h"
#include "vault/flow/workflow.h"

/* May the account write this sheet as its own, and is it one of those who write the type? */
static bool is_writer(const struct account *who, const struct decision *d,
		      const struct sheet_type *t)
{
	return d->allow && d->relation == REL_OWN && !d->read_only && who->staff &&
	       role_in(who->role, t->writers);
}

/* ---- a second person ---------------------------------------------------------------------- */

static bool writes_it(const void *ctx, const struct account *a, const struct decision *d)
{
	return is_writer(a, d, ctx);
}

/* Is there nobody else in the institution that wrote it, nor in the account's own? */
static enum status is_alone(struct app *app, const struct question *q, const struct sheet_row *row,
			    const struct sheet_type *t, bool *out)
{
	struct question theirs = *q;
	bool found;
	enum status st;

	theirs.action = ACT_SHEET_WRITE;
	st = second_person(app, &theirs, span_of(row->institution), writes_it, t, &found);
	if (!st && !found && strcmp(row->institution, q->who->institution) != 0)
		st =
		    second_person(app, &theirs, span_of(q->who->institution), writes_it, t, &found);
	*out = !found;
	return st;
}

/* ---- the steps ---------------------------------------------------------------------------- */

/* The type at the version that the sheet was written with; NULL: nothing of it is to be seen. */
static enum status type_of(struct app *app, const struct question *q, const struct decision *d,
			   const struct sheet_type **out)
{
	struct repo *repo = NULL;
	struct sheet *s = NULL;
	struct view *v = NULL;
	struct gate gate;
	enum status st = child_repo(&repo, app, q->child);

	*out = NULL;
	gate_open(&gate, d, NULL, 0);
	if (!st)
		st = sheet_load(app, repo, NULL, q->type, q->id, &s);
	if (!st)
		st = redact_for(&v, s, &gate.reader);
	if (!st)
		*out = sheet_type(s);
	view_free(v);
	sheet_free(s);
	repo_close(repo);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}

static enum status offer(struct app *app, const struct question *q, const struct sheet_type *t,
			 struct steps *out)
{
	enum sheet_status at, to;
	enum status st = ST_OK;

	if (!sheet_status_find(span_of(out->row.status), &at))
		return fail(ST_CORRUPT, "a sheet is in no state");
	out->taker.submitted = strcmp(out->row.owner, q->who->id) == 0;
	for (unsigned i = 0; i < STEP_COUNT && out->taker.submitted; i++)
		if (step_wants_second(t->workflow, at, (enum step)i)) {
			st = is_alone(app, q, &out->row, t, &out->taker.alone);
			break;
		}
	if (!st && at == SHEET_CONSENT)
		st = consent_of_sheet(app, q->child, q->type, q->id, &out->consent);
	for (unsigned i = 0; i < STEP_COUNT && !st; i++)
		out->may[i] = step_allowed(t->workflow, at, (enum step)i, &out->taker, &to);
	if (at == SHEET_CONSENT && out->consent != CONSENT_AGREED)
		out->may[STEP_FINALISE] = false;
	return st;
}

/* The same with a ground that was loaded for the child and the account. */
static enum status workflow_steps_on(struct app *app, struct ground *g, const struct question *q,
				     struct steps *out)
{
	const struct sheet_type *t = NULL;
	struct question mine = *q;
	struct decision d;
	enum status st;

	*out = (struct steps){.consent = CONSENT_NOT_ASKED};
	mine.action = ACT_SHEET_WRITE;
	st = ground_decide(g, &mine, &d, &out->row);
	if (st || !d.allow || !q->who->staff || d.relation != REL_OWN || d.read_only)
		return st;
	st = type_of(app, &mine, &d, &t);
	out->taker.writer = !st && t && is_writer(q->who, &d, t);
	return out->taker.writer ? offer(app, &mine, t, out) : st;
}

enum status workflow_steps(struct app *app, const struct question *q, struct steps *out)
{
	struct ground *g = NULL;
	enum status st;

	*out = (struct steps){.consent = CONSENT_NOT_ASKED};
	if (!q->who || !q->who->staff)
		return ST_OK;
	st = ground_load(&g, app, q);
	if (!st)
		st = workflow_steps_on(app, g, q, out);
	ground_free(g);
	return st;
}
