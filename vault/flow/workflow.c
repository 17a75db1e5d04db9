#include "vault/flow/workflow.h"

#include "generator/base/text.h"
#include "vault/db/child.h"
#include "vault/flow/children.h"
#include "vault/flow/index_sheets.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/store_sheet.h"
#include "vault/flow/workflow_doubts.h"
#include "vault/store/history.h"

enum { TRIES = 6, WAIT_NS = 50 * 1000 * 1000 };

static const char *const actions[STEP_COUNT] = {
    [STEP_SUBMIT] = "sheet.submit",	[STEP_RETURN] = "sheet.return",
    [STEP_RECALL] = "sheet.recall",	[STEP_ASK] = "sheet.ask",
    [STEP_FINALISE] = "sheet.finalise", [STEP_REVISE] = "sheet.revise",
};

/* ---- what is there ------------------------------------------------------------------------ */

/* The content of the sheet at a version of it; zero if there is none. */
static enum status blob_at(struct moving *m, const struct oid *version, struct oid *out)
{
	enum status st = repo_blob_id(m->repo, version, buf_str(&m->path), out);

	if (st)
		memset(out, 0, sizeof *out);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* The index is written a moment after a commit: until then it does not know whose turn it is. */
static enum status check_index(struct moving *m, const struct oid *now)
{
	struct oid version, known;
	enum status st = ST_OK;

	if (!oid_parse(span_of(m->steps.row.version), &version))
		return fail(ST_CORRUPT, "a sheet has no version");
	st = blob_at(m, &version, &known);
	if (!st && !oid_eq(&known, now))
		st = fail(ST_BUSY, "the sheet is being saved");
	return st;
}

/* Is the newest version this very step, taken by this account from the base? */
static enum status taken_already(struct moving *m, enum step step, const struct oid *base)
{
	const struct sheet_row *r = &m->steps.row;
	struct version_row now, before;
	struct oid id, blob;
	enum status st;

	if (strcmp(r->step, step_name(step)) != 0 || strcmp(r->step_version, r->version) != 0 ||
	    strcmp(r->account, m->q->who->id) != 0)
		return fail(ST_STALE, "somebody else saved this sheet first");
	st = version_get_of(m->app->db, span_of(r->version), m->q->child, m->q->type, m->q->id,
			    &now);
	if (!st)
		st = version_number(m->app->db, m->q->child, m->q->type, m->q->id, now.n - 1,
				    &before);
	if (st || !oid_parse(span_of(before.id), &id))
		return fail(ST_STALE, "somebody else saved this sheet first");
	st = blob_at(m, &id, &blob);
	if (!st)
		st = oid_eq(&blob, base) ? fail(ST_EXISTS, "the step was taken already")
					 : fail(ST_STALE, "somebody else saved this sheet first");
	return st;
}

/* The version that was looked at must still be what the sheet says. */
static enum status check_base(struct moving *m, const struct taking *in)
{
	struct oid base, then, now;
	bool mine = false;
	enum status st;

	if (!oid_parse(in->base, &base))
		return fail(ST_USAGE, "the form has no version");
	st = history_contains(m->repo, &base, &mine);
	if (!st && !mine)
		st = fail(ST_USAGE, "the form's version is not of this child");
	if (!st)
		st = blob_at(m, &base, &then);
	if (!st)
		st = blob_at(m, &m->head, &now);
	if (!st)
		st = check_index(m, &now);
	if (!st && !oid_eq(&then, &now))
		st = taken_already(m, in->step, &then);
	return st;
}

/* ---- what is missing ---------------------------------------------------------------------- */

static enum status check_comment(const struct taking *in, struct problems *ps)
{
	if (step_needs_comment(in->step) && !in->comment.n)
		problem_field(ps, "comment", "step.comment", "%s",
			      in->step == STEP_RETURN ? "どこを直してほしいかを 書いてください。"
						      : "書き直す理由を 書いてください。");
	else if (text_graphemes(in->comment) > COMMENT_CHARS)
		problem_field(ps, "comment", "step.comment", "%d字までで 書いてください。",
			      COMMENT_CHARS);
	else
		return ST_OK;
	return fail(ST_INVALID, "the comment is missing or too long");
}

static enum status check_consent(const struct moving *m, const struct taking *in,
				 struct problems *ps)
{
	if (in->step != STEP_FINALISE || strcmp(m->steps.row.status, "consent") != 0 ||
	    m->steps.consent == CONSENT_AGREED)
		return ST_OK;
	problem_add(ps, "", 0, 0, "step.consent", "%s",
		    m->steps.consent == CONSENT_CHANGES || m->steps.consent == CONSENT_DECLINED
			? "保護者が 同意していません。差しもどして、話しあってください。"
			: "保護者の同意が まだ そろっていません。");
	return fail(ST_INVALID, "the guardians have not agreed");
}

/* Whose step it is was decided; a step that does not start here, or is another's, is refused. */
static enum status check_step(struct moving *m, const struct taking *in, enum sheet_status *to)
{
	const struct sheet_type *t = sheet_type(m->sheet);
	enum sheet_status at = sheet_status(m->sheet);

	if (!step_leads(t->workflow, at, in->step, to))
		return refuse(m->app, m->q, "no-step");
	if (!step_allowed(t->workflow, at, in->step, &m->steps.taker, to))
		return refuse(m->app, m->q, "same-person");
	m->alone = m->steps.taker.submitted && step_wants_second(t->workflow, at, in->step);
	return ST_OK;
}

/* ---- the change --------------------------------------------------------------------------- */

static enum status load(struct moving *m)
{
	struct decision d;
	enum status st = decide(m->app, m->q, &d, &m->steps.row);

	if (!st)
		st = workflow_steps(m->app, m->q, &m->steps);
	if (!st && !m->steps.taker.writer)
		st = refuse(m->app, m->q, "not-a-writer");
	if (!st)
		st = child_repo(&m->repo, m->app, m->q->child);
	if (!st)
		st = repo_head(m->repo, &m->head);
	if (!st)
		st = sheet_load(m->app, m->repo, &m->head, m->q->type, m->q->id, &m->sheet);
	return st;
}

static enum status check_content(const struct moving *m, enum step step, struct problems *ps)
{
	struct child_row child;
	enum status st;

	if (!step_leads_on(step))
		return ST_OK;
	st = sheet_check(m->sheet, "", ps);
	if ((!st || st == ST_INVALID) && child_get(m->app->db, m->q->child, &child) == ST_OK)
		workflow_doubts(m->sheet, child.born, ps);
	return st;
}

enum status workflow_change(struct moving *m, struct app *app, const struct question *q,
			    const struct taking *in, struct problems *ps)
{
	enum sheet_status to = SHEET_DRAFT;
	enum status st;

	*m = (struct moving){.app = app, .q = q, .action = actions[in->step]};
	buf_init(&m->path, 256);
	buf_init(&m->text, SHEET_MAX_BYTES);
	sheet_path(q->type, q->id, &m->path);
	st = load(m);
	if (!st)
		st = check_base(m, in);
	if (!st)
		st = check_step(m, in, &to);
	if (!st)
		st = check_comment(in, ps);
	if (!st)
		st = check_consent(m, in, ps);
	if (!st)
		st = sheet_set_status(m->sheet, to);
	if (!st)
		st = check_content(m, in->step, ps);
	if (!st)
		st = sheet_write(m->sheet, &m->text);
	m->change = (struct change){buf_span(&m->path), buf_span(&m->text)};
	return st;
}

enum status workflow_changed(const struct moving *m, const struct oid *version)
{
	return index_sheet(m->app, m->repo, m->sheet, version);
}

void workflow_end(struct moving *m)
{
	sheet_free(m->sheet);
	repo_close(m->repo);
	buf_clear(&m->path);
	buf_clear(&m->text);
	m->sheet = NULL;
	m->repo = NULL;
}

/* ---- taking it ---------------------------------------------------------------------------- */

/* again: another sheet of the child was saved meanwhile, or the index comes after; look again. */
static enum status try_take(struct app *app, const struct actor *who, const struct question *q,
			    const struct taking *in, struct problems *ps, struct oid *version,
			    bool *again)
{
	struct moving m;
	enum status st = workflow_change(&m, app, q, in, ps);

	*again = st == ST_BUSY;
	if (st == ST_EXISTS && !oid_parse(span_of(m.steps.row.version), version))
		st = fail(ST_CORRUPT, "a sheet has no version");
	if (!st) {
		st = store_step(app, who, m.repo, &m.head, m.sheet, m.action, in->comment, m.alone,
				version);
		*again = st == ST_STALE;
	}
	workflow_end(&m);
	return st;
}

enum status workflow_take(struct app *app, const struct actor *who, const struct question *q,
			  const struct taking *in, struct problems *ps, struct oid *version)
{
	bool again = true;
	enum status st = ST_BUSY;

	if (in->step == STEP_ASK) /* goes with a request, or nobody would be asked */
		return fail(ST_USAGE, "guardians are asked with a request");
	for (int i = 0; i < TRIES && again; i++) {
		if (i)
			nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
		problems_clear(ps);
		st = try_take(app, who, q, in, ps, version, &again);
	}
	return again ? fail(ST_BUSY, "the child is being saved all the time") : st;
}

enum status workflow_check(struct app *app, const struct question *q, enum step step,
			   struct problems *ps)
{
	struct moving m = {.app = app, .q = q};
	enum sheet_status to = SHEET_DRAFT;
	enum status st = load(&m);

	if (!st && !step_leads(sheet_type(m.sheet)->workflow, sheet_status(m.sheet), step, &to))
		st = fail(ST_NOTFOUND, "the step does not start here");
	if (!st)
		st = sheet_set_status(m.sheet, to);
	if (!st)
		st = check_content(&m, step, ps);
	workflow_end(&m);
	return st;
}
