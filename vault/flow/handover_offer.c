/* What could be handed over to an institution. */
#include "vault/flow/handover.h"

#include "vault/flow/read_sheet.h"

bool handover_gives(const struct account *who, const struct decision *d)
{
	return who->staff && who->institution[0] &&
	       (d->reason == WHY_ENROLLED || d->reason == WHY_LEFT || d->reason == WHY_OVERSIGHT);
}

enum status handover_may_give(struct app *app, const struct question *q)
{
	struct question mine = *q;
	struct decision d;
	enum status st;

	mine.action = ACT_CHILD_READ;
	st = decide(app, &mine, &d, NULL);
	return st || handover_gives(q->who, &d) ? st : refuse(app, &mine, "no-rule");
}

static enum status find_receiver(struct app *app, const struct question *q, struct span id,
				 struct institution *out)
{
	char today[DAY_TEXT];
	enum status st;

	*out = (struct institution){.kind = handover_outside(id)};
	if (out->kind != ROLE_NOBODY)
		return ST_OK;
	st = institution_get(app->db, id, out);

	day_iso(day_jst(q->now), today);
	if (st == ST_NOTFOUND || (!st && out->closed[0] && strcmp(out->closed, today) < 0))
		return fail(ST_INVALID, "引き継ぐ先の機関を えらんでください");
	if (!st && strcmp(out->id, q->who->institution) == 0)
		return fail(ST_INVALID, "自分の機関には 引き継げません");
	return st;
}

/* ---- one sheet ------------------------------------------------------------------------------ */

struct offers {
	struct app *app;
	struct question q;
	struct ground *ground;
	struct repo *repo;
	struct arena *a;
	enum role receiver;
	struct handover_offer *list;
	size_t n;
};
enum { OFFERS_MAX = 64 };

/* A guardian can agree only to what they can read. */
static const char *why_not(const struct sheet_type *t, const struct section *s, enum role receiver)
{
	if (t->sharing == SHARING_NONE)
		return "ほかの機関には 見せない シートです";
	if (s->unshared)
		return "ほかの機関には 見せない欄です";
	if (!section_readable(t, s, receiver))
		return "相手の機関が 読まない欄です";
	if (!section_readable(t, s, ROLE_HOUSEHOLD))
		return "保護者が 読めない欄なので、同意を もらえません";
	return NULL;
}

static enum status put_offer(struct offers *o, const struct sheet_row *row, const struct view *v)
{
	struct handover_offer *to = &o->list[o->n];
	struct handover_section *sections =
	    arena_array(o->a, view_sections(v) + 1, sizeof *sections);

	if (!sections)
		return ST_NOMEM;
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct section *s = view_section(v, i)->section;

		sections[i] =
		    (struct handover_section){arena_copy(o->a, s->id), arena_copy(o->a, s->title),
					      why_not(view_type(v), s, o->receiver)};
	}
	*to = (struct handover_offer){.type = arena_copy(o->a, span_of(row->type)),
				      .id = arena_copy(o->a, span_of(row->id)),
				      .title = arena_copy(o->a, span_of(row->title)),
				      .version = arena_copy(o->a, span_of(row->version)),
				      .sections = sections,
				      .nsections = view_sections(v)};
	o->n++;
	return to->version.p ? ST_OK : ST_NOMEM;
}

/* Only what is final, and what the own institution wrote. */
static enum status one_sheet(void *ctx, const struct sheet_row *row)
{
	struct offers *o = ctx;
	struct sheet *sheet = NULL;
	struct view *v = NULL;
	struct decision d;
	struct oid version;
	struct gate gate;
	enum status st;

	if (o->n == OFFERS_MAX || strcmp(row->status, "final") != 0 ||
	    strcmp(row->institution, o->q.who->institution) != 0)
		return ST_OK;
	o->q.type = span_of(row->type);
	o->q.id = span_of(row->id);
	st = ground_decide(o->ground, &o->q, &d, NULL);
	if (st || !d.allow || !oid_parse(span_of(row->version), &version))
		return st;
	gate_open(&gate, &d, NULL, 0);
	st = sheet_load(o->app, o->repo, &version, o->q.type, o->q.id, &sheet);
	if (!st)
		st = redact_for(&v, sheet, &gate.reader);
	if (!st)
		st = put_offer(o, row, v);
	view_free(v);
	sheet_free(sheet);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}

enum status handover_offers(struct app *app, const struct question *q, struct span receiver,
			    struct arena *a, struct handover_offer **out, size_t *n)
{
	struct offers o = {.app = app, .q = *q, .a = a};
	struct institution to = {.kind = ROLE_NOBODY};
	enum status st = handover_may_give(app, q);

	*out = NULL;
	*n = 0;
	o.q.action = ACT_SHEET_READ;
	if (!st)
		st = find_receiver(app, q, receiver, &to);
	o.receiver = to.kind;
	o.list = st ? NULL : arena_array(a, OFFERS_MAX, sizeof *o.list);
	if (!st)
		st = o.list ? ground_load(&o.ground, app, &o.q) : ST_NOMEM;
	if (!st)
		st = child_repo(&o.repo, app, q->child);
	if (!st)
		st = sheet_row_each(app->db, q->child, one_sheet, &o);
	ground_free(o.ground);
	repo_close(o.repo);
	*out = o.list;
	*n = o.n;
	return st;
}
