#include "vault/flow/decide.h"

#include "generator/base/day.h"
#include "vault/db/child.h"
#include "vault/flow/note.h"

static void object_of(const struct question *q, struct buf *out)
{
	if (q->type.n)
		buf_addf(out, "%.*s/%.*s", SPAN_ARG(q->type), SPAN_ARG(q->id));
}

enum status refuse(struct app *app, const struct question *q, const char *reason)
{
	struct note n = {
	    .class = "access",
	    .event = action_name(q->action),
	    .who = q->who,
	    .child = path_child(q->child) ? q->child : SPAN_NONE,
	    .decision = "deny",
	    .reason = reason,
	    .request = q->request,
	};
	struct buf object;
	enum status st;

	buf_init(&object, 256);
	if (path_id(q->type) && path_id(q->id))
		object_of(q, &object);
	n.object = buf_span(&object);
	st = note_add(app, &n);
	buf_clear(&object);
	return st ? st : fail(ST_DENIED, "refused: %s", reason);
}

static enum status sheet_facts(struct app *app, const struct question *q, struct facts *f,
			       struct sheet_row *row)
{
	enum status st = sheet_row_get(app->db, q->child, q->type, q->id, row);

	if (st == ST_NOTFOUND)
		return ST_OK;
	if (st)
		return st;
	f->sheet_exists = true;
	f->own_sheet = q->who->staff && q->who->institution[0] &&
		       !strcmp(q->who->institution, row->institution);
	if (!q->who->staff || f->own_sheet)
		return ST_OK;
	return share_get(app->db, q->child, q->type, span_of(q->who->institution), &f->shared);
}

static enum status load_facts(struct app *app, const struct question *q, struct facts *f,
			      struct sheet_row *row)
{
	char today[DAY_TEXT];
	struct standing s;
	enum status st;

	*f = (struct facts){.known = q->who != NULL};
	if (!q->who)
		return ST_OK;
	f->role = q->who->role;
	f->disabled = q->who->disabled;
	if (!q->child.n)
		return ST_OK;
	day_iso(day_jst(q->now), today);
	st = child_standing(app->db, q->child, q->who, span_of(today), &s);
	if (st)
		return st;
	f->child_exists = s.exists;
	f->enrolled = s.enrolled;
	f->guardian = s.guardian;
	return s.exists && q->type.n ? sheet_facts(app, q, f, row) : ST_OK;
}

enum status decide_quietly(struct app *app, const struct question *q, struct decision *out,
			   struct sheet_row *row)
{
	struct sheet_row own;
	struct facts facts;
	enum status st = load_facts(app, q, &facts, row ? row : &own);

	*out = (struct decision){false, WHY_NO_RULE, REL_NONE};
	if (!st)
		*out = access_decide(q->action, &facts);
	return st;
}

enum status decide(struct app *app, const struct question *q, struct decision *out,
		   struct sheet_row *row)
{
	enum status st = decide_quietly(app, q, out, row);

	return st || out->allow ? st : refuse(app, q, reason_name(out->reason));
}

void scope_of(const struct account *who, const char *today, struct child_scope *out)
{
	*out = (struct child_scope){.all = who->role == ROLE_BOARD, .today = span_of(today)};
	if (who->staff)
		out->institution = span_of(who->institution);
	else if (who->role == ROLE_HOUSEHOLD)
		out->guardian = span_of(who->id);
}
