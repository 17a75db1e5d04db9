#include "vault/flow/decide.h"

#include "generator/base/day.h"
#include "vault/db/child.h"
#include "vault/flow/note.h"
#include "vault/flow/policy.h"

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

enum status decide_quietly(struct app *app, const struct question *q, struct decision *out,
			   struct sheet_row *row)
{
	struct ground *g = NULL;
	enum status st = ground_load(&g, app, q);

	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		st = ground_decide(g, q, out, row);
	ground_free(g);
	return st;
}

enum status decide(struct app *app, const struct question *q, struct decision *out,
		   struct sheet_row *row)
{
	enum status st = decide_quietly(app, q, out, row);

	return st || out->allow ? st : refuse(app, q, reason_name(out->reason));
}

enum status decide_admin(struct app *app, const struct question *q, enum action a, bool self,
			 bool asked)
{
	struct question mine = *q;
	struct decision d;

	mine.action = a;
	mine.self = self;
	mine.asked = asked;
	return decide(app, &mine, &d, NULL);
}

enum status decide_type(struct app *app, const struct question *q, bool own, struct decision *out)
{
	struct ground *g = NULL;
	enum status st = ground_load(&g, app, q);

	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		st = ground_decide_type(g, q->action, q->type, own, out);
	ground_free(g);
	return st || out->allow ? st : refuse(app, q, reason_name(out->reason));
}

enum status decide_new_sheet(struct app *app, const struct question *q, struct decision *out)
{
	struct question mine = *q;

	mine.action = ACT_SHEET_WRITE;
	return decide_type(app, &mine, true, out);
}

void gate_open(struct gate *g, const struct decision *d, const struct span *words, size_t nwords)
{
	*g = (struct gate){.reader = {.role = d->as,
				      .relation = d->relation,
				      .read_only = d->read_only,
				      .hidden = g->hidden,
				      .nhidden = d->nhidden,
				      .opened = g->opened,
				      .nopened = d->nopened,
				      .only = span_of(d->only),
				      .words = words,
				      .nwords = nwords}};
	for (size_t i = 0; i < d->nhidden; i++)
		g->hidden[i] = span_of(d->hidden[i]);
	for (size_t i = 0; i < d->nopened; i++)
		g->opened[i] = span_of(d->opened[i]);
}

/* The lead and the tail widen the days in which a stay counts; each child that is shown is decided
   again. */
enum status scope_of(struct app *app, const struct account *who, const char *today,
		     struct child_scope *out, struct scope_room *room)
{
	struct policy policy;
	struct day day = {0, 0, 0};
	enum status st = policy_load(app, &policy);

	if (st)
		return st;
	day_parse(span_of(today), &day);
	day_iso(day_plus(day, -policy.tail_days), room->from);
	day_iso(day_plus(day, policy.lead_days), room->to);
	*out = (struct child_scope){.all = who->role == ROLE_BOARD,
				    .today = span_of(today),
				    .from = span_of(room->from),
				    .to = span_of(room->to)};
	if (who->role == ROLE_HOUSEHOLD)
		out->guardian = span_of(who->id);
	if (who->staff) {
		out->institution = span_of(who->institution);
		out->range_account = span_of(who->id);
		out->range_institution = span_of(who->institution);
	}
	return ST_OK;
}
