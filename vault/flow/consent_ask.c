/* Staff ask guardians about one version of a sheet, or about a handover. */
#include "generator/base/text.h"
#include "vault/db/sheet.h"
#include "vault/flow/consent_impl.h"
#include "vault/flow/policy.h"
#include "vault/flow/read_sheet.h"

#include <stdio.h>

/* ---- what is asked ------------------------------------------------------------------------ */

/* Nobody is asked to agree to what the type lets the receiver never read. */
static enum status check_sections(const struct sheet_type *t, struct span sections,
				  const struct institution *i)
{
	bool any = sections.n > 0;

	for (size_t k = 0; k < t->nsections && !any; k++)
		any = consent_can_show(t, &t->sections[k], i->kind);
	if (!any)
		return fail(ST_INVALID, "「%s」は、このシートを 読む機関では ありません", i->name);
	if (sections.n >= DECISION_ONLY)
		return fail(ST_INVALID, "セクションが 多すぎます。全部なら、えらばないでください");
	while (sections.n) {
		struct span one = span_cut(&sections, ',');
		const struct section *s = type_section(t, one);

		if (!s)
			return fail(ST_USAGE, "no section %.*s", SPAN_ARG(one));
		if (!consent_can_show(t, s, i->kind))
			return fail(ST_INVALID, "「%s」は、「%.*s」を 読む機関では ありません",
				    i->name, SPAN_ARG(s->title));
	}
	return ST_OK;
}

static enum status check_receiver(struct consent_try *t, const struct ask *a,
				  const struct consent_item *item)
{
	const struct sheet_type *type = types_find(t->app->types, item->type, 0);
	struct institution i;
	enum status st = institution_get(t->app->db, item->institution, &i);

	if (st == ST_NOTFOUND || (!st && !type))
		return fail(ST_USAGE, "no such institution or type");
	if (st)
		return st;
	if (i.closed[0] && strcmp(i.closed, t->day) < 0)
		return fail(ST_INVALID, "「%s」は 閉じています", i.name);
	if (span_eq(item->institution, a->institution))
		return fail(ST_INVALID, "自分の機関は えらべません");
	if (item->scope == SCOPE_SHARE && type->sharing != SHARING_CONSENT)
		return fail(ST_INVALID, "「%.*s」は、同意で ほかの機関に見せるものでは ありません",
			    SPAN_ARG(type->title));
	return check_sections(type, item->sections, &i);
}

static bool same_item(const struct consent_item *x, const struct consent_item *y)
{
	return x->scope == y->scope && span_eq(x->institution, y->institution) &&
	       span_eq(x->type, y->type);
}

static enum status add_item(struct consent_try *t, struct ask *a, const struct consent_item *wished)
{
	struct consent_item item = *wished;
	bool handover = item.scope == SCOPE_HANDOVER;
	enum status st = ST_OK;

	if (!item.type.n)
		item.type = a->type;
	if (handover != (a->digest.n == 0))
		return fail(ST_USAGE, "a handover is no sheet");
	if (item.scope == SCOPE_MAKE)
		item = (struct consent_item){.scope = SCOPE_MAKE, .type = a->type};
	else
		st = check_receiver(t, a, &item);
	if (!st && item.scope == SCOPE_SHARE && !span_eq(item.type, a->type))
		st = fail(ST_USAGE, "only sheets of this type");
	for (size_t i = 0; i < a->nitems && !st; i++)
		if (same_item(&a->items[i], &item))
			st = fail(ST_INVALID, "同じ機関が 2回 えらばれています");
	if (!st)
		a->items[a->nitems++] = item;
	return st;
}

/* ---- of whom ------------------------------------------------------------------------------ */

/* One sentence for whatever the reason is: what is kept from somebody is not staff's to learn. */
static enum status add_person(struct consent_try *t, struct ask *a, struct span account)
{
	const struct consent_person *p = consent_person(t->book, account);
	struct day today = day_jst(t->q->now);
	bool can = p && consent_counts(p, today) && consent_may_know(t->book, a, p);

	for (size_t i = 0; i < a->nto; i++)
		if (span_eq(a->to[i], account))
			return ST_OK;
	if (!can)
		return fail(ST_INVALID,
			    "%sさんには、このお願いが できません。"
			    "紙で受け取るか、管理の担当に 聞いてください",
			    p ? p->account.name : "この方");
	if (a->nto == CONSENT_PEOPLE)
		return fail(ST_INVALID, "お願いできるのは %d人までです", CONSENT_PEOPLE);
	a->to[a->nto++] = span_of(p->account.id);
	return ST_OK;
}

/* Where the answer of each is needed, nobody whose answer counts can be left out. */
static enum status add_people(struct consent_try *t, struct ask *a, const struct consent_wish *w)
{
	struct day today = day_jst(t->q->now);
	enum status st = ST_OK;

	for (size_t i = 0; i < w->nto && !st; i++)
		st = add_person(t, a, w->to[i]);
	for (size_t i = 0; a->both && i < t->book->npeople && !st; i++) {
		const struct consent_person *p = &t->book->people[i];

		if (consent_counts(p, today) && consent_may_know(t->book, a, p))
			st = add_person(t, a, span_of(p->account.id));
	}
	if (!st && !a->nto && !w->nobody)
		st = fail(ST_INVALID, "お願いする 保護者を えらんでください");
	return st;
}

static enum status check_day(struct span day, const char *today, const char *what)
{
	struct day d, now = {0, 0, 0};

	day_parse(span_of(today), &now);
	if (!day_parse(day, &d))
		return fail(ST_INVALID, "%sを えらんでください", what);
	if (day_cmp(d, now) < 0)
		return fail(ST_INVALID, "%sが 今日より前です", what);
	if (day_cmp(d, day_plus(now, CONSENT_DUE_DAYS)) > 0)
		return fail(ST_INVALID, "%sは、1年より先には できません", what);
	return ST_OK;
}

/* ---- about which version ------------------------------------------------------------------ */

/* The workflow's step to the state in which guardians read it; what is asked stands in the same
   commit. */
static enum status hand_to_guardians(struct consent_try *t, const struct consent_wish *w)
{
	const struct taking step = {.step = STEP_ASK, .base = w->base};
	struct problems ps;
	enum status st;

	problems_init(&ps);
	t->moves = true;
	st = workflow_change(&t->moving, t->app, t->q, &step, &ps);
	if (st == ST_INVALID)
		fail(st, "%s", ps.count ? ps.list[0].text : "先に シートを 書きおえてください");
	t->again = st == ST_BUSY || (!st && !oid_eq(&t->moving.head, &t->book->head));
	problems_clear(&ps);
	return t->again ? fail(ST_STALE, "others were first") : st;
}

static bool asks_to_make(const struct consent_wish *w)
{
	for (size_t i = 0; i < w->nitems; i++)
		if (w->items[i].scope == SCOPE_MAKE)
			return true;
	return false;
}

static enum status take_sheet(struct consent_try *t, const struct consent_wish *w,
			      const struct sheet *s)
{
	bool goes_on = asks_to_make(w) && sheet_type(s)->workflow & 1U << SHEET_CONSENT &&
		       sheet_status(s) < SHEET_CONSENT;

	if (goes_on)
		return hand_to_guardians(t, w);
	if (sheet_status(s) < SHEET_CONSENT)
		return fail(ST_INVALID,
			    "下書きは、保護者が 読めません。"
			    "作ることの同意を いっしょに お願いするか、先に 確定してください");
	return ST_OK;
}

/* What was shown is a version of this sheet, with the text that there is now: it may have gone on
   in the workflow, as it does when a button is pressed twice. */
static enum status check_base(struct consent_try *t, const struct consent_wish *w,
			      const char *digest)
{
	char then[CONSENT_DIGEST] = "";
	struct version_row v;
	struct oid id;
	enum status st = version_get_of(t->app->db, w->base, t->q->child, t->q->type, t->q->id, &v);

	if (st == ST_NOTFOUND || (!st && !oid_parse(w->base, &id)))
		return fail(ST_STALE, "not a version of this sheet");
	if (!st)
		st = consent_digest_at(t->app, t->repo, &id, t->q->type, t->q->id, then);
	return st || strcmp(then, digest) == 0 ? st : fail(ST_STALE, "the sheet was changed");
}

/* The sheet is still the version that was shown, and what is asked names it. */
static enum status about_sheet(struct consent_try *t, struct ask *a, const struct consent_wish *w,
			       char digest[static CONSENT_DIGEST], struct sheet_row *row)
{
	struct question q = *t->q;
	struct sheet *s = NULL;
	enum status st = decide(t->app, &q, &t->decision, row);

	if (!st && !consent_is_mine(t->app, q.who, &t->decision, span_of(row->institution)))
		st = refuse(t->app, t->q, "not-its-institution");
	if (!st)
		st = sheet_load(t->app, t->repo, &t->book->head, q.type, q.id, &s);
	if (!st)
		st = consent_digest(s, digest);
	if (!st)
		st = check_base(t, w, digest);
	a->type = q.type;
	a->sheet = q.id;
	a->version = w->base;
	a->digest = st ? SPAN_NONE : span_of(digest);
	a->title = span_of(row->title);
	if (!st)
		st = take_sheet(t, w, s);
	sheet_free(s);
	return st;
}

static enum status about_handover(struct consent_try *t, struct ask *a,
				  const struct consent_wish *w)
{
	enum status st = decide(t->app, t->q, &t->decision, NULL);

	if (!st &&
	    !consent_is_mine(t->app, t->q->who, &t->decision, span_of(t->q->who->institution)))
		st = refuse(t->app, t->q, "not-staff-of-the-child");
	a->type = SPAN("handover");
	a->sheet = w->handover;
	a->title = w->title;
	a->since = w->since;
	a->until = w->until;
	return st;
}

/* ---- one try ------------------------------------------------------------------------------ */

/* The same question to the same people about the same text, which nobody answered yet. */
static bool is_same(const struct consent_book *b, const struct ask *x, const struct ask *y)
{
	bool same = span_eq(x->type, y->type) && span_eq(x->sheet, y->sheet) &&
		    span_eq(x->digest, y->digest) && span_eq(x->due, y->due) &&
		    span_eq(x->note, y->note) && x->both == y->both && x->nto == y->nto &&
		    x->nitems == y->nitems && !consent_cancelled(b, x);

	for (size_t i = 0; i < x->nto && same; i++)
		same = span_eq(x->to[i], y->to[i]);
	for (size_t i = 0; i < x->nitems && same; i++)
		same = same_item(&x->items[i], &y->items[i]) &&
		       span_eq(x->items[i].sections, y->items[i].sections);
	for (size_t i = 0; i < b->all.nreplies && same; i++)
		same = !span_eq(b->all.replies[i].ask, x->id);
	return same;
}

static enum status write_it(struct consent_try *t, struct ask *a)
{
	struct buf text;
	enum status st = ST_OK;

	for (size_t i = 0; i < t->book->all.nasks && !st; i++)
		if (is_same(t->book, &t->book->all.asks[i], a)) {
			span_copy(t->book->all.asks[i].id, t->id, sizeof t->id);
			return fail(ST_EXISTS, "just this is asked");
		}
	st = consents_next(&t->book->all, t->day, t->id);
	a->id = span_of(t->id);
	buf_init(&text, CONSENT_FILE_MAX);
	if (!st) {
		ask_write(a, &text);
		st = text.st;
	}
	if (!st)
		st = consent_commit(t, a, "consent.ask", true, buf_span(&text));
	buf_clear(&text);
	return st;
}

static enum status try_ask(struct consent_try *t, const struct consent_wish *w)
{
	char digest[CONSENT_DIGEST] = "";
	struct policy policy;
	struct sheet_row row;
	struct ask a = {.child = t->q->child,
			.institution = span_of(t->q->who->institution),
			.by = span_of(t->q->who->id),
			.note = w->note,
			.due = w->due,
			.at = t->q->now};
	enum status st =
	    w->handover.n ? about_handover(t, &a, w) : about_sheet(t, &a, w, digest, &row);

	if (!st)
		st = policy_load(t->app, &policy);
	a.both = !st && policy.both_guardians;
	for (size_t i = 0; i < w->nitems && !st; i++)
		st = add_item(t, &a, &w->items[i]);
	if (!st && !a.nitems)
		st = fail(ST_INVALID, "何の同意を お願いするかを えらんでください");
	if (!st)
		st = add_people(t, &a, w);
	if (!st)
		st = check_day(w->due, t->day, "返事の期限");
	if (!st)
		st = consent_check_text(w->note, CONSENT_NOTE_CHARS, "ひとこと");
	if (st)
		return st;
	st = write_it(t, &a);
	t->again = st == ST_STALE;
	return st;
}

enum status consent_ask(struct app *app, const struct actor *who, const struct question *q,
			const struct consent_wish *wish, char id[static CONSENT_ID])
{
	bool again = true;
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && again; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_ask(&t, wish);
		again = t.again;
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return again ? fail(ST_BUSY, "others are always first") : st;
}
