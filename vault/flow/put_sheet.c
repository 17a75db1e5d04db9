#include "generator/sheet/workflow.h"
#include "vault/flow/children.h"
#include "vault/flow/save_sheet.h"
#include "vault/flow/shield.h"
#include "vault/flow/store_sheet.h"

enum { NEW_TRIES = 8 }; /* as often may saves of other sheets come between */

/* A file must say the same as the address under which it is put. */
static bool fits(const struct sheet *s, const struct question *q, const char *file,
		 struct problems *ps)
{
	if (!span_eq(sheet_child(s), q->child))
		problem_add(ps, file, 0, 0, "put.child", "別の子どものシートです");
	else if (!span_eq(sheet_type(s)->id, q->type) || !span_eq(sheet_id(s), q->id))
		problem_add(ps, file, 0, 0, "put.sheet", "シートの種類か番号が、指定と違います");
	else
		return true;
	return false;
}

static void report_forbidden(const struct sheet_type *t, const bool *changed, const bool *may,
			     const char *file, struct problems *ps)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];
			if (changed[f->index] && !may[f->index])
				problem_add(ps, file, 0, 0, "put.forbidden",
					    "「%.*s」は、この役割では書けません",
					    SPAN_ARG(f->label));
		}
}

/* What this reader may write of a sheet, by the same gate as the form. */
static enum status may_write(struct app *app, const struct question *q, const struct decision *d,
			     const struct sheet *s, bool *may)
{
	struct view *v = NULL;
	struct shield shield;
	struct gate gate;
	enum status st = shield_load(&shield, app, q->child, q->who);

	gate_open(&gate, d, shield.words, shield.nwords);
	if (!st)
		st = redact_for(&v, s, &gate.reader);
	if (!st)
		view_may_write(v, may);
	view_free(v);
	shield_clear(&shield);
	return st;
}

/* Only fields that are this reader's to write may differ from what is stored (nothing: an empty
   sheet). */
static enum status check_fields(struct app *app, const struct question *q, const struct decision *d,
				const struct sheet *stored, const struct sheet *s, const char *file,
				struct problems *ps)
{
	const struct sheet_type *t = sheet_type(s);
	struct sheet *empty = NULL;
	size_t before = ps->errors;
	bool changed[TYPE_FIELDS_MAX] = {false}, may[TYPE_FIELDS_MAX] = {false};
	enum status st = ST_OK;

	if (!stored || sheet_type(stored) != t)
		st = sheet_new(&empty, t, sheet_id(s), sheet_child(s), sheet_institution(s), NULL);
	if (!st)
		st = may_write(app, q, d, empty ? empty : stored, may);
	if (!st) {
		sheet_changed(empty ? empty : stored, s, changed);
		report_forbidden(t, changed, may, file, ps);
		if (ps->errors > before)
			st = fail(ST_DENIED, "a field is not this role's to write");
	}
	sheet_free(empty);
	return st;
}

/*
 * A sheet is made by staff for their own institution and stays with it; its title is not a
 * family's to change, and its state changes by steps alone.
 */
static enum status check_head(const struct sheet *stored, const struct sheet *s,
			      const struct account *who, const char *file, struct problems *ps)
{
	struct span own = stored ? sheet_institution(stored) : span_of(who->institution);

	if (!span_eq(sheet_institution(s), own)) {
		problem_add(ps, file, 0, 0, "put.institution",
			    "institution は %.*s のままにしてください", SPAN_ARG(own));
		return fail(ST_DENIED, "a sheet stays with its institution");
	}
	if (stored && who->role == ROLE_HOUSEHOLD &&
	    !span_eq(sheet_title(s), sheet_title(stored))) {
		problem_add(ps, file, 0, 0, "put.forbidden", "題名は、この役割では変えられません");
		return fail(ST_DENIED, "the title is not this role's to change");
	}
	if (stored && sheet_status(s) != sheet_status(stored)) {
		problem_add(ps, file, 0, 0, "put.status",
			    "status は %s のままにしてください（karte sheet step で変わります）",
			    sheet_status_name(sheet_status(stored)));
		return fail(ST_DENIED, "a state changes by steps alone");
	}
	return ST_OK;
}

static enum status check_reason(const struct sheet *stored, struct span reason, const char *file,
				struct problems *ps)
{
	if (!stored || reason.n || !reason_needed(sheet_status(stored)))
		return ST_OK;
	problem_add(ps, file, 0, 0, "save.reason",
		    "確定したシートを直すときは、--reason に変更の理由を書いてください");
	return fail(ST_INVALID, "a final sheet is not changed without a reason");
}

/* Making a sheet needs leave to write one of the type, and a role among the type's writers. */
static enum status decide_new(struct app *app, const struct question *q, const struct sheet_type *t,
			      struct decision *d)
{
	enum status st = decide_new_sheet(app, q, d);

	if (!st && (!t || !role_in(q->who->role, t->writers)))
		st = refuse(app, q, "not-a-writer");
	return st;
}

enum status put_sheet(struct app *app, const struct actor *who, const struct question *q,
		      const char *file, struct span bytes, struct span reason, struct problems *ps,
		      struct oid *version)
{
	struct sheet *s = NULL, *stored = NULL;
	struct repo *repo = NULL;
	struct decision d;
	struct oid head;
	enum status st = sheet_parse(&s, file, bytes, app->types, ps);

	if (!st && !fits(s, q, file, ps))
		st = fail(ST_INVALID, "%s is another sheet", file);
	if (!st)
		st = sheet_check(s, file, ps);
	if (!st)
		st = child_repo(&repo, app, q->child);
	if (!st)
		st = repo_head(repo, &head);
	if (!st)
		st = sheet_load(app, repo, &head, q->type, q->id, &stored);
	if (st == ST_NOTFOUND && repo)
		st = decide_new(app, q, sheet_type(s), &d);
	else if (!st)
		st = decide(app, q, &d, NULL);
	if (!st && stored)
		st = may_write_now(app, q, &d, stored);
	if (!st)
		st = check_head(stored, s, q->who, file, ps);
	if (!st)
		st = check_fields(app, q, &d, stored, s, file, ps);
	if (!st)
		st = check_reason(stored, reason, file, ps);
	if (!st)
		st = store_sheet(app, who, repo, &head, s, stored ? "sheet.save" : "sheet.create",
				 reason, version);
	sheet_free(s);
	sheet_free(stored);
	repo_close(repo);
	return st;
}

/* On top of the newest version; ST_STALE if another was saved since it was looked at. */
static enum status try_new_sheet(struct app *app, const struct actor *who, const struct question *q,
				 const struct sheet_type *t, struct oid *version)
{
	struct sheet *s = NULL, *stored = NULL;
	struct repo *repo = NULL;
	struct oid head;
	enum status st = child_repo(&repo, app, q->child);

	if (!st)
		st = repo_head(repo, &head);
	if (!st)
		st = sheet_load(app, repo, &head, q->type, q->id, &stored);
	if (!st)
		st = fail(ST_EXISTS, "there is such a sheet already");
	else if (st == ST_NOTFOUND && repo)
		st = sheet_new(&s, t, q->id, q->child, span_of(q->who->institution), NULL);
	if (!st)
		st = store_sheet(app, who, repo, &head, s, "sheet.create", SPAN_NONE, version);
	sheet_free(s);
	sheet_free(stored);
	repo_close(repo);
	return st;
}

enum status new_sheet(struct app *app, const struct actor *who, const struct question *q,
		      struct oid *version)
{
	const struct sheet_type *t = types_find(app->types, q->type, 0);
	struct decision d;
	enum status st = decide_new(app, q, t, &d);

	if (st)
		return st;
	if (!period_id(t->period, q->id))
		return fail(ST_INVALID, "シートの番号が、この種類の期間の形ではありません");
	st = ST_STALE;
	/* other sheets of the child may be saved at the same time */
	for (int i = 0; i < NEW_TRIES && st == ST_STALE; i++)
		st = try_new_sheet(app, who, q, t, version);
	return st;
}
