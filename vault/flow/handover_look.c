/* One handover, or all of a child, before one account. */
#include "vault/flow/handover.h"

#include "vault/flow/note.h"
#include "vault/flow/read_sheet.h"

#include <stdlib.h>

/* ---- sides ---------------------------------------------------------------------------------- */

static bool hides(const struct shield *s, struct span institution)
{
	char id[ID_MAX + 1];

	return !span_copy(institution, id, sizeof id) || shield_hides_institution(s, id);
}

static bool hides_receiver(const struct shield *s, const struct handover *h)
{
	return h->outside.n ? !shield_say(s, h->outside, SPAN_NONE).p : hides(s, h->to);
}

enum handover_side handover_side(const struct handover *h, const struct account *who,
				 const struct decision *d, const struct shield *shield,
				 const char *today, struct arena *a)
{
	if (!d->allow || who->role == ROLE_ADMIN)
		return HANDOVER_STRANGER;
	if (d->reason == WHY_GUARDIAN)
		return hides(shield, h->from) || hides_receiver(shield, h) ? HANDOVER_STRANGER
									   : HANDOVER_FAMILY;
	if (who->staff && span_is(h->from, who->institution))
		return HANDOVER_GIVER;
	if (d->reason == WHY_OVERSIGHT)
		return HANDOVER_OVERSIGHT;
	return who->staff && !h->outside.n && span_is(h->to, who->institution) &&
		       handover_is_open(h, today, a)
		   ? HANDOVER_RECEIVER
		   : HANDOVER_STRANGER;
}

/* ---- looking -------------------------------------------------------------------------------- */

static enum status begin(struct handover_look *l, struct app *app, const struct question *q)
{
	enum status st;

	*l = (struct handover_look){.app = app, .q = *q};
	l->q.action = ACT_CHILD_READ;
	day_iso(day_jst(q->now), l->today);
	st = decide(app, &l->q, &l->decision, NULL);
	if (!st)
		st = shield_load(&l->shield, app, q->child, q->who);
	if (!st)
		st = child_repo(&l->repo, app, q->child);
	if (!st)
		st = repo_head(l->repo, &l->head);
	l->empty = st == ST_NOTFOUND;
	return l->empty ? ST_OK : st;
}

static enum status load(struct handover_look *l, struct span id)
{
	arena_free(l->arena);
	l->arena = arena_new(HANDOVER_MEMORY);
	if (!l->arena)
		return fail(ST_NOMEM, "no memory for a handover");
	l->side = HANDOVER_STRANGER;
	return handover_load(l->repo, &l->head, l->q.child, id, l->arena, &l->h);
}

static void find_side(struct handover_look *l)
{
	l->side = handover_side(&l->h, l->q.who, &l->decision, &l->shield, l->today, l->arena);
}

enum status handover_begin(struct handover_look *l, struct app *app, const struct question *q,
			   struct span id)
{
	enum status st = begin(l, app, q);

	if (!st) {
		st = l->empty ? ST_NOTFOUND : load(l, id);
		if (st == ST_NOTFOUND)
			return refuse(app, &l->q, "no-handover");
	}
	if (st)
		return st;
	find_side(l);
	return l->side == HANDOVER_STRANGER ? refuse(app, &l->q, "no-handover") : ST_OK;
}

void handover_end(struct handover_look *l)
{
	arena_free(l->arena);
	shield_clear(&l->shield);
	repo_close(l->repo);
	l->arena = NULL;
	l->repo = NULL;
}

/* ---- all of a child ------------------------------------------------------------------------- */

struct dated {
	struct span id;
	int64_t at;
};

static int newest_first(const void *x, const void *y)
{
	const struct dated *a = x, *b = y;

	return a->at != b->at ? (a->at < b->at ? 1 : -1) : span_cmp(a->id, b->id);
}

/* What cannot be read is left out here too. */
static enum status put_in_order(struct handover_look *l, struct arena *a, struct dated **out,
				size_t *n)
{
	struct span *ids = NULL;
	enum status st = handover_ids(l->repo, &l->head, a, &ids, n);
	struct dated *list = st ? NULL : arena_array(a, *n + 1, sizeof *list);

	if (!list)
		return st ? st : ST_NOMEM;
	for (size_t i = 0; i < *n && !st; i++) {
		st = load(l, ids[i]);
		list[i] = (struct dated){ids[i], st ? 0 : l->h.asked_at};
		st = st == ST_CORRUPT ? ST_OK : st;
	}
	qsort(list, *n, sizeof *list, newest_first);
	*out = list;
	return st;
}

enum status handover_each(struct handover_look *l, struct app *app, const struct question *q,
			  handover_fn each, void *ctx)
{
	struct arena *a = arena_new(HANDOVER_MEMORY);
	struct dated *list = NULL;
	size_t n = 0;
	enum status st = begin(l, app, q);

	if (!st && !l->empty)
		st = a ? put_in_order(l, a, &list, &n) : ST_NOMEM;
	for (size_t i = 0; i < n && !st; i++) {
		st = load(l, list[i].id);
		if (st == ST_CORRUPT) {
			st = ST_OK;
			continue;
		}
		if (!st)
			find_side(l);
		if (!st && l->side != HANDOVER_STRANGER)
			st = each(ctx, l);
	}
	arena_free(a);
	return st;
}

enum status handover_noted(const struct handover_look *l, const char *event)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = l->q.who,
			 .child = l->q.child,
			 .object = l->h.id.n ? l->h.id : SPAN_NONE,
			 .decision = "allow",
			 .reason = reason_name(l->decision.reason),
			 .request = l->q.request,
			 .hold = l->q.hold};

	if (l->side == HANDOVER_STRANGER)
		n.object = SPAN_NONE;
	return note_add(l->app, &n);
}

/* ---- its sheets ----------------------------------------------------------------------------- */

bool handover_knows_sheet(struct handover_look *l, size_t i)
{
	const struct handover_sheet *s = &l->h.sheets[i];
	struct sheet_row row;

	return sheet_row_get(l->app->db, l->q.child, s->type, s->id, &row) == ST_OK &&
	       !shield_hides_sheet(&l->shield, &row);
}

bool handover_is_newest(struct handover_look *l, size_t i)
{
	const struct handover_sheet *s = &l->h.sheets[i];
	struct sheet_row row;

	return sheet_row_get(l->app->db, l->q.child, s->type, s->id, &row) == ST_OK &&
	       span_is(s->version, row.version);
}

struct span handover_title(struct handover_look *l, size_t i)
{
	const struct handover_sheet *s = &l->h.sheets[i];
	struct sheet_row row;
	struct span title;

	if (sheet_row_get(l->app->db, l->q.child, s->type, s->id, &row) ||
	    shield_hides_sheet(&l->shield, &row))
		return SPAN_NONE;
	title = shield_say(&l->shield, span_of(row.title), SPAN("シート"));
	return arena_copy(l->arena, title);
}

/* The sections that the one who asks sees, of those in the list. */
static enum status seen(struct handover_look *l, const struct sheet *sheet,
			const struct handover_sheet *s, struct span sections, struct buf *out)
{
	struct question q = l->q;
	struct decision d;
	struct view *v = NULL;
	struct gate gate;
	enum status st;

	q.action = ACT_SHEET_READ;
	q.type = s->type;
	q.id = s->id;
	st = decide_quietly(l->app, &q, &d, NULL);
	if (st || !d.allow)
		return st;
	gate_open(&gate, &d, l->shield.words, l->shield.nwords);
	st = redact_for(&v, sheet, &gate.reader);
	for (size_t i = 0; !st && i < view_sections(v); i++) {
		struct span id = view_section(v, i)->section->id;

		if (!handover_lists(sections, id))
			continue;
		if (out->len)
			buf_addc(out, ',');
		buf_addspan(out, id);
	}
	view_free(v);
	return st == ST_DENIED ? ST_OK : st;
}

enum status handover_view(struct handover_look *l, size_t i, struct span sections,
			  struct view **out)
{
	const struct handover_sheet *s = &l->h.sheets[i];
	struct reader as = {.relation = REL_SHARED, .read_only = true};
	struct institution to = {.kind = l->h.kind};
	struct sheet *sheet = NULL;
	struct oid version;
	struct buf both;
	enum status st = l->h.outside.n ? ST_OK : institution_get(l->app->db, l->h.to, &to);

	*out = NULL;
	if (!st && !oid_parse(s->version, &version))
		st = fail(ST_CORRUPT, "a handover names no version");
	if (!st)
		st = sheet_load(l->app, l->repo, &version, s->type, s->id, &sheet);
	buf_init(&both, HANDOVER_FILE);
	if (!st)
		st = seen(l, sheet, s, sections, &both);
	as.role = to.kind;
	as.only = buf_span(&both);
	if (!st && both.len)
		st = redact_for(out, sheet, &as);
	buf_clear(&both);
	sheet_free(sheet);
	return st == ST_DENIED || st == ST_NOTFOUND ? ST_OK : st;
}
