/* The end of retention before the law: asked, confirmed by another, stopped, carried out. */
#include "vault/flow/law_impl.h"

#include "vault/flow/retention_impl.h"

enum { PROPOSAL_MAX = 256 * 1024 };

static bool is_action(const struct deed *d, const char *action)
{
	return strcmp(d->action, action) == 0;
}

/* "ID" of folder/ID.yaml */
static struct span id_of(const struct law_path *p)
{
	struct span id = p->path;

	span_cut(&id, '/');
	return span_make(id.p, id.n > 5 ? id.n - 5 : 0);
}

/* ST_INVALID (accused): it cannot be read. */
static enum status read_blob(struct deed *d, const struct law_path *p, bool after,
			     struct ynode **root)
{
	struct buf text;
	enum status st;

	buf_init(&text, PROPOSAL_MAX);
	st = deed_blob(d, after ? &p->after : &p->before, &text);
	if (!st)
		st = yaml_read(d->arena, "registry", buf_span(&text), 1, root, NULL);
	if (st == ST_INVALID)
		accuse(d, "law.registry", "%.*s cannot be read", SPAN_ARG(p->path));
	buf_clear(&text);
	return st;
}

static enum status read_proposal(struct deed *d, const struct law_path *p, bool after,
				 struct retention_proposal *out)
{
	struct ynode *root = NULL;
	enum status st = read_blob(d, p, after, &root);

	if (!st && !proposal_read(root, d->arena, out)) {
		accuse(d, "law.registry", "%.*s cannot be read", SPAN_ARG(p->path));
		st = ST_INVALID;
	}
	return st;
}

/* ---- steps -------------------------------------------------------------------------------- */

/* As vault/flow/retention.c has them; from: bits of states, 0: it is new. */
static const struct step {
	const char *action;
	unsigned from;
	enum retention_state to;
} steps[] = {
    {"retention.ask", 0, RETENTION_ASKED},
    {"retention.confirm", 1u << RETENTION_ASKED, RETENTION_CONFIRMED},
    {"retention.decline", 1u << RETENTION_ASKED | 1u << RETENTION_CONFIRMED, RETENTION_DECLINED},
    {"retention.done", 1u << RETENTION_CONFIRMED, RETENTION_DONE},
};

static bool is_step(const struct deed *d, const struct retention_proposal *was,
		    const struct retention_proposal *is)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (is_action(d, steps[i].action))
			return steps[i].to == is->state &&
			       (was ? (steps[i].from >> was->state & 1) : !steps[i].from);
	return false;
}

/* What no step after the first may change. */
static bool same_matter(const struct retention_proposal *a, const struct retention_proposal *b)
{
	bool same = strcmp(a->id, b->id) == 0 && strcmp(a->asked_by, b->asked_by) == 0 &&
		    a->asked_at == b->asked_at && strcmp(a->reason, b->reason) == 0 &&
		    a->nitems == b->nitems;

	for (size_t i = 0; same && i < a->nitems; i++)
		same = strcmp(a->items[i].child, b->items[i].child) == 0 &&
		       strcmp(a->items[i].sheet, b->items[i].sheet) == 0 &&
		       strcmp(a->items[i].until, b->items[i].until) == 0;
	return same;
}

static void check_who(struct deed *d, const struct retention_proposal *is)
{
	bool confirms = is_action(d, "retention.confirm");
	const char *named = is_action(d, "retention.ask") ? is->asked_by
			    : confirms			  ? is->confirmed_by
							  : is->ended_by;

	if (!is_action(d, "retention.done"))
		deed_admin(d, confirms ? ACT_ADMIN_CONFIRM : ACT_ADMIN_CHANGE, false,
			   confirms && span_is(d->account, is->asked_by));
	if (!span_is(d->account, named))
		accuse(d, "law.registry", "proposal %s names \"%s\"", is->id, named);
	if (confirms && is->due <= is->confirmed_at)
		accuse(d, "law.registry", "proposal %s leaves no time to stop it", is->id);
}

enum status law_retention(struct deed *d)
{
	const struct law_path *p = &d->paths[0];
	struct retention_proposal was, is;
	bool fresh = p->kind == CHANGE_ADDED;
	enum status st = fresh ? ST_OK : read_proposal(d, p, false, &was);

	if (!st)
		st = read_proposal(d, p, true, &is);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	if (!span_is(id_of(p), is.id) || !is_step(d, fresh ? NULL : &was, &is))
		accuse(d, "law.registry", "%.*s comes into state %s", SPAN_ARG(p->path),
		       retention_state_name(is.state));
	if (!fresh && !same_matter(&was, &is))
		accuse(d, "law.registry", "it changes what proposal %s is about", is.id);
	check_who(d, &is);
	return ST_OK;
}

enum status law_hold(struct deed *d)
{
	const struct law_path *p = &d->paths[0];
	struct retention_hold h;
	struct ynode *root = NULL;
	enum status st = ST_OK;

	deed_admin(d, ACT_ADMIN_CHANGE, false, false);
	if (p->kind == CHANGE_REMOVED)
		return ST_OK;
	st = read_blob(d, p, true, &root);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	if (!hold_read(root, &h) || !span_is(id_of(p), h.child) || !span_is(d->account, h.by))
		accuse(d, "law.registry", "%.*s is of \"%s\" by \"%s\"", SPAN_ARG(p->path), h.child,
		       h.by);
	return ST_OK;
}

/* ---- one sheet ---------------------------------------------------------------------------- */

/* The proposal is judged with the registry's own history; here it must be about this. */
enum status law_sheet_remove(struct deed *d)
{
	struct span id = version_trailer(d->v, "Karte-Retention");
	struct span by = version_trailer(d->v, "Karte-Confirmed");
	struct span sheet = version_trailer(d->v, "Karte-Sheet");
	struct retention_proposal p = {.nitems = 0};
	bool found = false;
	enum status st = retention_get(d->law->app, id, d->arena, &p, NULL);

	if (st == ST_NOTFOUND || st == ST_CORRUPT) {
		accuse(d, "law.registry", "nobody proposed it");
		return ST_OK;
	}
	for (size_t i = 0; i < p.nitems; i++)
		found = found || (strcmp(p.items[i].child, d->w->name.id) == 0 &&
				  span_is(sheet, p.items[i].sheet));
	if (!st && (!found || !span_is(by, p.confirmed_by) || !p.due || d->t < p.due ||
		    p.state == RETENTION_ASKED || p.state == RETENTION_DECLINED))
		accuse(d, "law.review", "proposal %s did not decide that", p.id);
	return st;
}
