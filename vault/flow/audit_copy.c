#include "vault/flow/audit_copy.h"

#include "vault/flow/note.h"

static struct question to_copy(const struct question *q, const struct access_token *t)
{
	struct question mine = *q;

	mine.action = q->child.n ? ACT_AUDIT_COPY : ACT_AUDIT_READ;
	mine.reasoned = t != NULL;
	return mine;
}

enum status copy_open(struct app *app, const struct question *q, const struct access_token *t,
		      struct repo **out)
{
	struct question mine = to_copy(q, t);
	struct repo_name name = {.kind = REPO_REGISTRY};
	struct decision d;
	enum status st = ST_OK;

	*out = NULL;
	if (q->child.n && (!path_child(q->child) ||
			   repo_name_make(&name, REPO_CHILD, SPAN_NONE, q->child) != ST_OK))
		return refuse(app, &mine, "no-child");
	if (t && !access_token_covers(t, q->child))
		return refuse(app, &mine, "scope");
	st = decide(app, &mine, &d, NULL);
	if (!st)
		st = repo_open(out, app->store, &name);
	return st == ST_NOTFOUND ? refuse(app, &mine, "no-child") : st;
}

enum status copy_is_open(struct app *app, const struct question *q, bool *out)
{
	struct question mine = to_copy(q, NULL);
	struct decision d;
	enum status st = decide_quietly(app, &mine, &d, NULL);

	*out = !st && d.allow;
	return st;
}

enum status copy_note_open(struct app *app, const struct question *q, const struct access_token *t)
{
	const struct note n = {.class = "access",
			       .event = action_name(ACT_CHILD_OPEN),
			       .who = q->who,
			       .child = q->child,
			       .object = span_of(t->reason),
			       .decision = "allow",
			       .reason = "audit-reads",
			       .request = q->request,
			       .hold = q->hold};

	return q->child.n ? note_add(app, &n) : ST_OK;
}

enum status copy_note(struct app *app, const struct question *q, const char *event,
		      const struct oid *version)
{
	char hex[OID_HEX];
	struct note n = {.class = "read",
			 .event = event,
			 .who = q->who,
			 .child = q->child,
			 .decision = "allow",
			 .reason = q->child.n ? "audit-reads" : "role",
			 .request = q->request,
			 .hold = q->hold};

	oid_hex(version, hex);
	n.object = span_of(hex);
	return note_add(app, &n);
}
