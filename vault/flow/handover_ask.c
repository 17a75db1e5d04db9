/* A new handover: what is to be handed over is fixed, and the guardians are asked. */
#include "vault/flow/handover_impl.h"

#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/flow/ids.h"

#include <stdio.h>
#include <string.h>

/* ---- what is typed -------------------------------------------------------------------------- */

enum status handover_text(struct span text, bool required)
{
	bool good = utf8_check(text) == text.n;

	for (size_t i = 0; good && i < text.n; i++)
		good = ((unsigned char)text.p[i] >= 0x20 || text.p[i] == '\n') && text.p[i] != 0x7f;
	if (!good)
		return fail(ST_INVALID, "使えない文字が あります");
	if (required && !span_trim(text).n)
		return fail(ST_INVALID, "文を 書いてください");
	if (text_graphemes(text) > HANDOVER_CHARS)
		return fail(ST_INVALID, "%d字までで 書いてください", HANDOVER_CHARS);
	return ST_OK;
}

bool handover_ticked(const struct span *ticks, size_t n, struct span type, struct span id,
		     struct span section)
{
	for (size_t i = 0; i < n; i++) {
		struct span rest = ticks[i];

		if (span_eq(span_cut(&rest, '/'), type) && span_eq(span_cut(&rest, '/'), id) &&
		    span_eq(rest, section))
			return true;
	}
	return false;
}

static enum status check_days(const struct question *q, const struct handover_plan *plan,
			      struct handover *h, struct arena *a)
{
	struct day since, until, today = day_jst(q->now);
	char text[DAY_TEXT];

	if (!day_parse_typed(plan->since, &since) || !day_parse_typed(plan->until, &until))
		return fail(ST_INVALID, "見られる日の はじまりと おわりを 書いてください"
					"（例 2027/4/1、令和9年4月1日）");
	if (day_cmp(until, since) < 0)
		return fail(ST_INVALID, "おわりの日は、はじまりの日より 後にしてください");
	if (day_cmp(until, today) < 0)
		return fail(ST_INVALID, "おわりの日が もう すぎています");
	if (day_cmp(until, day_plus(since, HANDOVER_DAYS)) > 0)
		return fail(ST_INVALID, "見られるのは 1年までです");
	day_iso(since, text);
	h->since = arena_copy(a, span_of(text));
	day_iso(until, text);
	h->until = arena_copy(a, span_of(text));
	return h->since.p && h->until.p ? ST_OK : ST_NOMEM;
}

/* ---- what is ticked ------------------------------------------------------------------------- */

static enum status take_offer(struct handover *h, const struct handover_offer *o,
			      const struct handover_plan *plan, struct arena *a, size_t *taken)
{
	struct handover_sheet *s = &h->sheets[h->nsheets];
	struct buf list;
	enum status st = ST_OK;

	buf_init(&list, HANDOVER_FILE);
	for (size_t i = 0; i < o->nsections && !st; i++) {
		const struct handover_section *sec = &o->sections[i];

		if (!handover_ticked(plan->ticks, plan->nticks, o->type, o->id, sec->id))
			continue;
		(*taken)++;
		if (sec->why_not)
			st = fail(ST_INVALID, "「%.*s」は えらべません。%s", SPAN_ARG(sec->title),
				  sec->why_not);
		buf_adds(&list, list.len ? "," : "");
		buf_addspan(&list, sec->id);
	}
	if (!st && list.len) {
		if (h->nsheets == HANDOVER_SHEETS)
			st = fail(ST_INVALID, "シートは %dまで えらべます", HANDOVER_SHEETS);
		else
			*s = (struct handover_sheet){.type = o->type,
						     .id = o->id,
						     .version = o->version,
						     .asked = arena_copy(a, buf_span(&list))};
		h->nsheets += !st;
		st = st ? st : s->asked.p ? list.st : ST_NOMEM;
	}
	buf_clear(&list);
	return st;
}

static enum status check_ticks(struct app *app, const struct question *q,
			       const struct handover_plan *plan, struct handover *h,
			       struct arena *a)
{
	struct handover_offer *offers;
	size_t n, taken = 0;
	enum status st = handover_offers(app, q, plan->receiver, a, &offers, &n);

	h->sheets = arena_array(a, HANDOVER_SHEETS, sizeof *h->sheets);
	if (!st && !h->sheets)
		st = ST_NOMEM;
	for (size_t i = 0; i < n && !st; i++)
		st = take_offer(h, &offers[i], plan, a, &taken);
	if (!st && taken != plan->nticks)
		st = fail(ST_INVALID, "シートが 変わりました。もう一度 えらんでください");
	if (!st && !h->nsheets)
		st = fail(ST_INVALID, "引き継ぐ欄を 1つ以上 えらんでください");
	return st;
}

/* ---- making it ------------------------------------------------------------------------------ */

/* The name of a receiver outside: one line, and no name of an institution that can read here. */
static enum status check_receiver(const struct handover_plan *plan, struct handover *h)
{
	struct span name = span_trim(plan->outside);
	enum status st;

	h->kind = handover_outside(plan->receiver);
	if (h->kind == ROLE_NOBODY) {
		h->to = plan->receiver;
		return ST_OK;
	}
	if (!name.n)
		return fail(ST_INVALID, "引き継ぐ先の 名前を 書いてください");
	if (memchr(name.p, '\n', name.n) || text_graphemes(name) > HANDOVER_NAME)
		return fail(ST_INVALID, "引き継ぐ先の 名前は、1行で %d字までです", HANDOVER_NAME);
	st = handover_text(name, true);
	h->outside = name;
	return st;
}

struct count {
	const struct handover *h;
	size_t all, same;
	char again[HANDOVER_ID + 1]; /* the one that the same form has made already; "": none */
};

static bool same_sheets(const struct handover *a, const struct handover *b)
{
	bool same = a->nsheets == b->nsheets;

	for (size_t i = 0; same && i < a->nsheets; i++)
		same = span_eq(a->sheets[i].type, b->sheets[i].type) &&
		       span_eq(a->sheets[i].id, b->sheets[i].id) &&
		       span_eq(a->sheets[i].version, b->sheets[i].version) &&
		       span_eq(a->sheets[i].asked, b->sheets[i].asked);
	return same;
}

static bool is_same(const struct handover *a, const struct handover *b)
{
	return a->state == HANDOVER_ASKED && span_eq(a->asked_by, b->asked_by) &&
	       span_eq(a->to, b->to) && a->kind == b->kind && span_eq(a->outside, b->outside) &&
	       span_eq(a->purpose, b->purpose) && span_eq(a->since, b->since) &&
	       span_eq(a->until, b->until) && span_eq(a->message, b->message) && same_sheets(a, b);
}

static enum status count_one(void *ctx, struct handover_look *l)
{
	struct count *c = ctx;
	bool over = l->h.state == HANDOVER_CLOSED || span_cmp(l->h.until, span_of(l->today)) < 0;

	c->all++;
	c->same += !over && span_eq(l->h.to, c->h->to) && span_eq(l->h.outside, c->h->outside);
	if (!over && is_same(&l->h, c->h))
		span_copy(l->h.id, c->again, sizeof c->again);
	return ST_OK;
}

/*
 * The look goes on to be that of the new one: at the version at which the others were counted.
 * ST_EXISTS: the same was asked already, and id is that.
 */
static enum status room_for(struct handover_look *l, struct app *app, const struct question *q,
			    const struct handover *h, char id[static HANDOVER_ID + 1])
{
	struct count c = {.h = h};
	enum status st = handover_each(l, app, q, count_one, &c);

	if (!st && c.again[0]) {
		memcpy(id, c.again, sizeof c.again);
		return ST_EXISTS;
	}
	if (!st && c.same >= HANDOVER_OPEN)
		st = fail(ST_INVALID,
			  "この機関への 引き継ぎが、もう %d件 あります。"
			  "いらないものを 終えてください",
			  HANDOVER_OPEN);
	if (!st && c.all >= HANDOVER_OF_CHILD)
		st = fail(ST_INVALID, "このお子さんの 引き継ぎは、もう %d件 あります",
			  HANDOVER_OF_CHILD);
	return st;
}

static enum status try_ask(struct app *app, const struct actor *who, const struct question *q,
			   const struct handover_plan *plan, char id[static HANDOVER_ID + 1],
			   struct arena *a)
{
	struct handover_look l;
	struct handover h = {.id = span_of(id),
			     .child = q->child,
			     .from = span_of(q->who->institution),
			     .purpose = plan->purpose,
			     .message = span_trim(plan->message),
			     .state = HANDOVER_ASKED,
			     .asked_by = span_of(q->who->id),
			     .asked_at = q->now};
	enum status st = check_ticks(app, q, plan, &h, a);

	if (!st && !handover_purpose(plan->purpose))
		st = fail(ST_INVALID, "何のための 引き継ぎかを えらんでください");
	if (!st)
		st = check_receiver(plan, &h);
	if (!st)
		st = check_days(q, plan, &h, a);
	if (!st)
		st = handover_text(plan->message, false);
	if (st)
		return st;
	st = room_for(&l, app, q, &h, id);
	l.h = h;
	if (!st)
		st = handover_commit(&l, who, "handover.ask");
	handover_end(&l);
	return st;
}

enum status handover_ask(struct app *app, const struct actor *who, const struct question *q,
			 const struct handover_plan *plan, char id[static HANDOVER_ID + 1])
{
	enum status st = ST_STALE;

	for (int i = 0; i < HANDOVER_TRIES && st == ST_STALE; i++) {
		struct arena *a = arena_new(HANDOVER_MEMORY);

		st = a ? id_new(id, 'h') : fail(ST_NOMEM, "no memory for a handover");
		if (!st)
			st = try_ask(app, who, q, plan, id, a);
		arena_free(a);
	}
	return st == ST_EXISTS ? ST_OK : st;
}
