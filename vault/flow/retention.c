/* The steps of administrators: asking, confirming, stopping, holding. */
#include "vault/flow/retention_impl.h"

#include "generator/base/sha256.h"
#include "vault/flow/children.h"
#include "vault/flow/ids.h"
#include "vault/flow/reason.h"

#include <stdio.h>

enum { TRIES = 5, MEMORY = 4 * 1024 * 1024, FILE_MAX = 256 * 1024, WHAT_ROOM = 64 };

enum status retention_head(struct app *app, struct span child, char out[static 65])
{
	struct repo *repo = NULL;
	struct oid head;
	char hex[OID_HEX];
	enum status st = child_repo(&repo, app, child);

	if (!st)
		st = repo_head(repo, &head);
	if (!st) {
		oid_hex(&head, hex);
		snprintf(out, 65, "%s", hex);
	}
	repo_close(repo);
	return st;
}

/* ---- holds -------------------------------------------------------------------------------- */

enum status retention_hold(struct app *app, const struct actor *who, const struct question *q,
			   struct span child, struct span reason)
{
	struct retention_hold h = {.at = q->now};
	char what[WHAT_ROOM];
	struct child_row c;
	struct buf text;
	enum status st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);

	if (!st)
		st = child_get(app->db, child, &c);
	if (st == ST_NOTFOUND)
		st = fail(ST_INVALID, "その番号の子どもはいません");
	if (!st)
		st = reason_check(reason, RETENTION_REASON);
	if (st)
		return st;
	if (retention_hold_get(app, child, &h) == ST_OK)
		return fail(ST_INVALID, "この子どもの記録は、もう「消さない」になっています");
	h.at = q->now;
	span_copy(child, h.child, sizeof h.child);
	span_copy(reason, h.reason, sizeof h.reason);
	span_copy(span_of(who->account.id), h.by, sizeof h.by);
	snprintf(what, sizeof what, "holds/%s", h.child);
	buf_init(&text, FILE_MAX);
	hold_write(&h, &text);
	st = text.st
		 ? text.st
		 : retention_put(app, who, "retention.hold", what, buf_span(&text), reason, NULL);
	buf_clear(&text);
	return st;
}

enum status retention_unhold(struct app *app, const struct actor *who, const struct question *q,
			     struct span child, struct span reason)
{
	struct retention_hold h;
	char what[WHAT_ROOM];
	enum status st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);

	if (!st)
		st = retention_hold_get(app, child, &h);
	if (st == ST_NOTFOUND)
		st = fail(ST_INVALID, "この子どもの記録は、「消さない」になっていません");
	if (!st)
		st = reason_check(reason, RETENTION_REASON);
	if (st)
		return st;
	snprintf(what, sizeof what, "holds/%s", h.child);
	return retention_put(app, who, "retention.unhold", what, SPAN_NONE, reason, NULL);
}

/* ---- asking ------------------------------------------------------------------------------- */

struct clash {
	const struct retention_item *item;
	bool found;
};

/* Does another proposal that waits have it, or the child that it belongs to? */
static enum status look_for(void *ctx, const struct retention_proposal *p)
{
	struct clash *c = ctx;

	if (p->state != RETENTION_ASKED && p->state != RETENTION_CONFIRMED)
		return ST_OK;
	for (size_t i = 0; i < p->nitems; i++)
		c->found = c->found || (strcmp(p->items[i].child, c->item->child) == 0 &&
					(!p->items[i].sheet[0] || !c->item->sheet[0] ||
					 strcmp(p->items[i].sheet, c->item->sheet) == 0));
	return ST_OK;
}

static enum status add_item(struct app *app, struct span text, int64_t now,
			    struct retention_proposal *p)
{
	struct retention_item *it = &p->items[p->nitems++];
	struct clash clash = {it, false};
	struct span sheet = text, child = span_cut(&sheet, '/');
	struct retention_due due;
	struct retention_hold hold;
	enum status st = ST_OK;

	if (!path_child(child) || !span_copy(sheet, it->sheet, sizeof it->sheet))
		return fail(ST_INVALID, "選んだものが正しくありません");
	span_copy(child, it->child, sizeof it->child);
	if (retention_hold_get(app, child, &hold) == ST_OK)
		return fail(ST_INVALID, "%s は「消さない」になっています", it->child);
	st = retention_due_get(app, child, sheet, now, &due);
	if (st == ST_NOTFOUND)
		return fail(ST_INVALID, "%s の期間は、まだすぎていません", it->child);
	if (!st)
		st = retention_each(app, look_for, &clash);
	if (!st && clash.found)
		st = fail(ST_INVALID, "%s は、もう ほかの提案に入っています", it->child);
	memcpy(it->until, due.until, sizeof it->until);
	return st;
}

static enum status put_proposal(struct app *app, const struct actor *who, const char *action,
				const struct retention_proposal *p, const struct oid *base)
{
	char what[WHAT_ROOM];
	struct buf text;
	enum status st;

	snprintf(what, sizeof what, "retention/%s", p->id);
	buf_init(&text, FILE_MAX);
	proposal_write(p, &text);
	st = text.st
		 ? text.st
		 : retention_put(app, who, action, what, buf_span(&text), span_of(p->reason), base);
	buf_clear(&text);
	return st;
}

enum status retention_ask(struct app *app, const struct actor *who, const struct question *q,
			  const struct span *items, size_t nitems, struct span reason,
			  char id[static ID_MAX + 1])
{
	struct retention_proposal p = {.state = RETENTION_ASKED, .asked_at = q->now};
	struct arena *a = NULL;
	enum status st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);

	if (st)
		return st;
	if (!nitems || nitems > RETENTION_ITEMS)
		return fail(ST_INVALID, "消すものを、1つから %dまで選んでください",
			    RETENTION_ITEMS);
	a = arena_new(MEMORY);
	p.items = a ? arena_array(a, nitems, sizeof *p.items) : NULL;
	st = p.items ? reason_check(reason, RETENTION_REASON) : ST_NOMEM;
	span_copy(reason, p.reason, sizeof p.reason);
	span_copy(span_of(who->account.id), p.asked_by, sizeof p.asked_by);
	for (size_t i = 0; i < nitems && !st; i++)
		st = add_item(app, items[i], q->now, &p);
	if (!st)
		st = id_new(p.id, 'e');
	if (!st)
		st = put_proposal(app, who, "retention.ask", &p, NULL);
	memcpy(id, p.id, sizeof p.id);
	arena_free(a);
	return st;
}

/* ---- the second person -------------------------------------------------------------------- */

enum status retention_token(struct app *app, const struct retention_proposal *p, int64_t now,
			    char out[static SHA256_HEX])
{
	struct retention_due due;
	struct retention_hold hold;
	struct buf text;
	char head[65];
	enum status st = ST_OK;

	buf_init(&text, FILE_MAX);
	buf_addf(&text, "%s %s %s %s\n", p->id, retention_state_name(p->state), p->asked_by,
		 p->reason);
	for (size_t i = 0; i < p->nitems && !st; i++) {
		const struct retention_item *it = &p->items[i];
		struct span child = span_of(it->child);
		enum status over = retention_due_get(app, child, span_of(it->sheet), now, &due);

		head[0] = '\0';
		if (!over)
			st = retention_head(app, child, head);
		else if (over != ST_NOTFOUND)
			st = over;
		buf_addf(&text, "%s %s %s %s %d %ld %ld\n", it->child, it->sheet, it->until, head,
			 retention_hold_get(app, child, &hold) == ST_OK, over ? 0 : due.sheets,
			 over ? 0 : due.versions);
	}
	if (!st)
		st = text.st;
	if (!st)
		sha256_hex(buf_span(&text), out);
	buf_clear(&text);
	return st;
}

static enum status not_any_more(void)
{
	return fail(ST_STALE, "見ていた一覧から変わりました。もういちど見てから、確かめてください");
}

/* Each item must still be over and free; its newest version is written down. */
static enum status take_heads(struct app *app, struct retention_proposal *p, int64_t now)
{
	struct retention_due due;
	struct retention_hold hold;
	enum status st = ST_OK;

	for (size_t i = 0; i < p->nitems && !st; i++) {
		struct retention_item *it = &p->items[i];
		struct span child = span_of(it->child);

		if (retention_hold_get(app, child, &hold) == ST_OK)
			return fail(ST_INVALID,
				    "%s が「消さない」になっています。この提案は やめて、"
				    "除いてから もういちど提案してください",
				    it->child);
		st = retention_due_get(app, child, span_of(it->sheet), now, &due);
		if (st == ST_NOTFOUND)
			return fail(ST_INVALID,
				    "%s の期間が、すぎていないことになりました。この提案は "
				    "やめてください",
				    it->child);
		if (!st)
			st = retention_head(app, child, it->head);
	}
	return st;
}

static enum status try_confirm(struct app *app, const struct actor *who, const struct question *q,
			       struct span id, struct span token)
{
	struct arena *a = arena_new(MEMORY);
	struct retention_proposal p = {.nitems = 0};
	char now_token[SHA256_HEX];
	struct oid base;
	enum status st = a ? retention_get(app, id, a, &p, &base) : ST_NOMEM;

	if (!st)
		st = decide_admin(app, q, ACT_ADMIN_CONFIRM, false,
				  strcmp(p.asked_by, who->account.id) == 0);
	if (!st && p.state != RETENTION_ASKED)
		st = not_any_more();
	if (!st)
		st = retention_token(app, &p, q->now, now_token);
	if (!st && !span_is(token, now_token))
		st = not_any_more();
	if (!st)
		st = take_heads(app, &p, q->now);
	if (!st) {
		p.state = RETENTION_CONFIRMED;
		p.confirmed_at = q->now;
		p.due = q->now + app->conf.retention_wait;
		span_copy(span_of(who->account.id), p.confirmed_by, sizeof p.confirmed_by);
		st = put_proposal(app, who, "retention.confirm", &p, &base);
		if (st == ST_STALE)
			st = ST_BUSY; /* another file of the registry: again */
	}
	arena_free(a);
	return st;
}

enum status retention_confirm(struct app *app, const struct actor *who, const struct question *q,
			      struct span id, struct span token)
{
	enum status st = ST_BUSY;

	for (int i = 0; i < TRIES && st == ST_BUSY; i++)
		st = try_confirm(app, who, q, id, token);
	return st;
}

/* ---- the end of a proposal ---------------------------------------------------------------- */

static enum status end_proposal(struct app *app, const struct actor *who, const char *action,
				struct span id, enum retention_state to, const struct question *q)
{
	struct arena *a = arena_new(MEMORY);
	struct retention_proposal p = {.nitems = 0};
	struct removal begun;
	struct oid base;
	enum status st = a ? retention_get(app, id, a, &p, &base) : ST_NOMEM;

	if (!st && q)
		st = decide_admin(app, q, ACT_ADMIN_CHANGE, false, false);
	if (!st && p.state != RETENTION_CONFIRMED && (p.state != RETENTION_ASKED || !q))
		st = not_any_more();
	for (size_t i = 0; q && i < p.nitems && !st; i++) {
		st = removal_get(app->db, span_of(p.items[i].child), span_of(p.items[i].sheet),
				 &begun);
		st = st == ST_NOTFOUND ? ST_OK
		     : st	       ? st
			  : fail(ST_INVALID, "もう消しはじめているので、止められません");
	}
	if (!st) {
		p.state = to;
		span_copy(span_of(who->account.id), p.ended_by, sizeof p.ended_by);
		st = put_proposal(app, who, action, &p, &base);
		if (st == ST_STALE)
			st = ST_BUSY;
	}
	arena_free(a);
	return st;
}

enum status retention_decline(struct app *app, const struct actor *who, const struct question *q,
			      struct span id)
{
	enum status st = ST_BUSY;

	for (int i = 0; i < TRIES && st == ST_BUSY; i++)
		st = end_proposal(app, who, "retention.decline", id, RETENTION_DECLINED, q);
	return st;
}

enum status retention_done(struct app *app, struct span id)
{
	struct actor vault;
	enum status st = ST_BUSY;

	actor_operator(&vault, app);
	for (int i = 0; i < TRIES && st == ST_BUSY; i++)
		st = end_proposal(app, &vault, "retention.done", id, RETENTION_DONE, NULL);
	return st;
}
