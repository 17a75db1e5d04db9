/* The facts of a decision as they were, and the decision over them. */
#include "vault/flow/law_impl.h"

#include "vault/flow/decide.h"

#include <stdlib.h>

static struct day day_of(const char *iso)
{
	struct day d = {0, 0, 0};

	day_parse(span_of(iso), &d);
	return d;
}

static struct span some(const char *text)
{
	return text[0] ? span_of(text) : SPAN_NONE;
}

/* ---- the account and the child -------------------------------------------------------------- */

static void account_facts(struct deed *d, const struct account *a, struct facts *f)
{
	char today[DAY_TEXT];

	day_iso(d->day, today);
	*f = (struct facts){
	    .policy = &d->policy,
	    .today = d->day,
	    .known = true,
	    .disabled = a->disabled,
	    .account_until = day_of(a->until),
	    .institution_closed =
		a->institution_closed[0] && strcmp(a->institution_closed, today) < 0,
	    .role = a->role,
	    .by_class = a->by_class,
	    .whole = a->whole,
	    .classes = span_of(a->classes),
	};
}

/* Those at the account's institution; more than there is room for are not looked at in the product
   either, newest first. */
static void stay_facts(const struct child *c, const struct account *a, struct facts *f,
		       struct law_room *room)
{
	size_t n = 0;

	for (size_t i = c->enrolment_count; i-- > 0 && n < STANDING_STAYS;) {
		const struct enrolment *e = &c->enrolments[i];

		if (a->staff && a->institution[0] && strcmp(e->institution, a->institution) == 0)
			room->stays[n++] =
			    (struct stay){day_of(e->since), day_of(e->until), some(e->class)};
	}
	f->stays = room->stays;
	f->nstays = n;
}

static void guardian_facts(struct deed *d, const struct child *c, const struct account *a,
			   struct facts *f)
{
	char today[DAY_TEXT];

	day_iso(d->day, today);
	for (size_t i = 0; i < c->guardian_count && a->role == ROLE_HOUSEHOLD; i++) {
		const struct guardian *g = &c->guardians[i];

		if (strcmp(g->account, a->id) != 0)
			continue;
		f->guardian = true;
		f->suspended = g->suspended[0] && strcmp(g->suspended, today) <= 0;
	}
}

/* ---- ranges --------------------------------------------------------------------------------- */

struct ranging {
	const struct deed *d;
	const struct child *child;
	const struct account *a;
	struct facts *f;
	struct law_room *room;
	char today[DAY_TEXT];
};

static bool is_about(const struct ranging *g, const struct range_row *r)
{
	if (r->child[0])
		return strcmp(r->child, g->child->row.id) == 0;
	for (size_t i = 0; r->children_of[0] && i < g->child->enrolment_count; i++) {
		const struct enrolment *e = &g->child->enrolments[i];

		if (strcmp(e->institution, r->children_of) == 0 &&
		    strcmp(e->since, g->today) <= 0 &&
		    (!e->until[0] || strcmp(e->until, g->today) >= 0))
			return true;
	}
	return !r->children_of[0];
}

/* As range_about() of vault/db/range.h says it of the index. */
static enum status one_range(void *ctx, const void *row)
{
	struct ranging *g = ctx;
	const struct range_row *r = row;
	bool whose = r->account[0] ? strcmp(r->account, g->a->id) == 0
				   : g->a->staff && r->institution[0] &&
					 strcmp(r->institution, g->a->institution) == 0;

	if (!whose || (strcmp(r->state, "in-force") != 0 && strcmp(r->state, "end-asked") != 0) ||
	    strcmp(r->since, g->today) > 0 || (r->until[0] && strcmp(r->until, g->today) < 0) ||
	    !is_about(g, r))
		return ST_OK;
	if (g->f->nranges == STANDING_RANGES)
		return ST_OK;
	g->room->ranges[g->f->nranges++] = (struct range){
	    .id = span_of(r->id),
	    .opens = r->opens,
	    .write = r->write,
	    .type = some(r->type),
	    .section = some(r->section),
	    .since = day_of(r->since),
	    .until = day_of(r->until),
	};
	return ST_OK;
}

static void range_facts(struct deed *d, const struct child *c, const struct account *a,
			struct facts *f, struct law_room *room)
{
	struct ranging g = {d, c, a, f, room, {0}};

	day_iso(d->day, g.today);
	f->ranges = room->ranges;
	law_each(d->law, LAW_RANGE, d->at, one_range, &g);
}

enum { ADMIN_GLASS_SECONDS = 3600 };

/* Somebody who gave a reason may read for a while; nothing may be written because of it. */
static bool has_glass(const struct deed *d, const struct account *a)
{
	int64_t lasts =
	    a->role == ROLE_ADMIN ? ADMIN_GLASS_SECONDS : (int64_t)d->policy.glass_minutes * 60;

	for (size_t i = 0; i < d->law->nwords && d->law->words[i].n < d->n; i++) {
		const struct law_word *w = &d->law->words[i];

		if (strcmp(w->event, "child.open") == 0 && strcmp(w->account, a->id) == 0 &&
		    strcmp(w->child, d->w->name.id) == 0 && w->t + lasts > d->t)
			return true;
	}
	return false;
}

enum status law_facts(struct deed *d, const struct account *a, bool about, struct facts *f,
		      struct law_room *room)
{
	const struct child *c = NULL;
	enum status st;

	account_facts(d, a, f);
	if (!about)
		return ST_OK;
	st = deed_child(d, &c);
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	f->child_exists = true;
	stay_facts(c, a, f, room);
	guardian_facts(d, c, a, f);
	range_facts(d, c, a, f, room);
	f->glass = a->role != ROLE_HOUSEHOLD && has_glass(d, a);
	return ST_OK;
}

/* ---- 支援措置 -------------------------------------------------------------------------------- */

static enum status
each_protection(void *ctx, enum status (*each)(void *, const struct protection *), void *arg)
{
	const struct child *c = NULL;
	enum status st = deed_child(ctx, &c);

	for (size_t i = 0; !st && i < c->protection_count; i++)
		st = each(arg, &c->protections[i]);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status get_institution(void *ctx, struct span id, struct institution *out)
{
	const struct deed *d = ctx;
	const struct institution *i = law_row(d->law, LAW_INSTITUTION, id, d->at);

	if (!i)
		return ST_NOTFOUND;
	*out = *i;
	return ST_OK;
}

struct relay {
	enum status (*each)(void *, const struct institution *);
	void *arg;
};

static enum status relay_one(void *ctx, const void *row)
{
	const struct relay *r = ctx;

	return r->each(r->arg, row);
}

static enum status
each_institution(void *ctx, enum status (*each)(void *, const struct institution *), void *arg)
{
	const struct deed *d = ctx;
	struct relay r = {each, arg};

	return law_each(d->law, LAW_INSTITUTION, d->at, relay_one, &r);
}

static struct shield_facts facts_of(struct deed *d)
{
	return (struct shield_facts){d, each_protection, get_institution, each_institution};
}

enum status law_shield(struct deed *d, const struct account *a, struct shield *out)
{
	const struct shield_facts f = facts_of(d);

	return shield_load_from(out, &f, a);
}

/* ---- consents ------------------------------------------------------------------------------- */

enum { BOOK_MEMORY = 64 * 1024 * 1024, PEOPLE_MAX = 64 };

struct consent_files {
	struct deed *d;
	struct consents *all;
};

static enum status one_consent(void *arg, const struct repo_entry *e)
{
	struct consent_files *f = arg;
	struct buf text;
	enum status st;

	if (e->dir)
		return ST_OK;
	buf_init(&text, CONSENT_FILE_MAX);
	st = deed_blob(f->d, &e->id, &text);
	if (!st)
		st = consents_add(f->all, e->name, buf_span(&text));
	buf_clear(&text);
	return st == ST_INVALID ? ST_OK : st;
}

static struct consent_person *add_person(struct deed *d, struct consent_book *b, struct span id)
{
	struct consent_person *p;

	if (consent_person(b, id) || b->npeople == PEOPLE_MAX)
		return NULL;
	p = &b->people[b->npeople++];
	*p = (struct consent_person){.guardian = false};
	if (!law_account(d->law, id, d->at, &p->account))
		span_copy(id, p->account.id, sizeof p->account.id);
	return p;
}

static enum status add_people(struct deed *d, struct law_book *b)
{
	const struct child *c = NULL;
	enum status st = deed_child(d, &c);

	for (size_t i = 0; !st && i < c->guardian_count; i++) {
		const struct guardian *g = &c->guardians[i];
		struct consent_person *p = add_person(d, &b->book, span_of(g->account));

		if (!p)
			continue;
		p->guardian = true;
		memcpy(p->suspended, g->suspended, sizeof p->suspended);
		memcpy(p->relation, g->relation, sizeof p->relation);
		st = shield_load_from(&p->shield, &b->facts, &p->account);
	}
	for (size_t i = 0; !st && i < b->book.all.nasks; i++)
		for (size_t k = 0; k < b->book.all.asks[i].nto; k++)
			add_person(d, &b->book, b->book.all.asks[i].to[k]);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status law_book(struct deed *d, struct law_book **out)
{
	struct law_book *b = calloc(1, sizeof *b);
	struct consent_files files = {d, NULL};
	enum status st = ST_OK;

	*out = NULL;
	if (!b)
		return fail(ST_NOMEM, "no memory for consents");
	b->facts = facts_of(d);
	b->book.facts = &b->facts;
	b->book.app = d->law->app;
	memcpy(b->book.child, d->w->name.id, sizeof b->book.child);
	b->book.head = d->parent;
	b->book.all.arena = arena_new(BOOK_MEMORY);
	b->book.people = calloc(PEOPLE_MAX, sizeof *b->book.people);
	files.all = &b->book.all;
	if (!b->book.all.arena || !b->book.people)
		st = fail(ST_NOMEM, "no memory for consents");
	if (!st && d->has_parent)
		st = repo_list(d->w->repo, &d->parent, "consents", one_consent, &files);
	st = st == ST_NOTFOUND ? ST_OK : st;
	consents_sort(&b->book.all);
	if (!st)
		st = add_people(d, b);
	if (st)
		law_book_end(b);
	else
		*out = b;
	return st;
}

void law_book_end(struct law_book *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->book.npeople; i++)
		shield_clear(&b->book.people[i].shield);
	arena_free(b->book.all.arena);
	free(b->book.people);
	free(b);
}

/* ---- deciding ------------------------------------------------------------------------------- */

/* What guardians agreed to show the account's institution of sheets of the type. */
static enum status share_facts(struct deed *d, const struct account *a, struct span type,
			       struct facts *f)
{
	const struct sheet_type *t = types_find(d->types, type, 0);
	struct law_book *b = NULL;
	struct span only = SPAN_NONE;
	enum status st = law_book(d, &b);

	f->open_type = t && t->sharing == SHARING_OPEN;
	if (st)
		return st;
	f->shared = consent_shares(&b->book, type, span_of(a->institution), d->day, &only);
	f->only = only.n ? arena_copy(d->arena, only) : SPAN_NONE;
	law_book_end(b);
	return ST_OK;
}

static enum status matter_facts(struct deed *d, const struct account *a, const struct law_matter *m,
				struct facts *f)
{
	struct sheet_row row = {.at = 0};
	struct shield shield;
	enum status st = ST_OK;

	f->handover = m->handover;
	if (!m->type.n)
		return ST_OK;
	f->handover = SPAN_NONE;
	f->sheet_exists = true;
	f->type = m->type;
	f->own_sheet = m->made ? a->staff : law_own(d->law, a, m->institution, d->at);
	span_copy(m->type, row.type, sizeof row.type);
	span_copy(m->id, row.id, sizeof row.id);
	span_copy(m->institution, row.institution, sizeof row.institution);
	if (a->role == ROLE_HOUSEHOLD && !m->made) {
		st = law_shield(d, a, &shield);
		f->shielded = !st && shield_hides_sheet(&shield, &row);
		shield_clear(&shield);
	}
	return st || !a->staff || f->own_sheet ? st : share_facts(d, a, m->type, f);
}

enum status law_decide(struct deed *d, const struct account *a, enum action action,
		       const struct law_matter *m, struct decision *out)
{
	struct law_room *room = malloc(sizeof *room);
	struct facts f;
	enum status st = room ? law_facts(d, a, true, &f, room) : ST_NOMEM;

	*out = (struct decision){.reason = WHY_NO_RULE};
	if (!st)
		st = matter_facts(d, a, m, &f);
	if (!st)
		*out = access_decide(action, &f);
	free(room);
	return st;
}

static const char *code_of(enum reason why)
{
	switch (why) {
	case WHY_NO_ACCOUNT:
	case WHY_DISABLED:
	case WHY_ENDED:
	case WHY_CLOSED:
		return "law.account";
	default:
		return "law.relation";
	}
}

enum status deed_decide(struct deed *d, enum action action, const struct law_matter *m,
			struct decision *out)
{
	enum status st = law_decide(d, &d->who, action, m, out);

	if (!st && !out->allow)
		accuse(d, code_of(out->reason), "%s was refused to the role %s then: %s%s%s",
		       action_name(action), role_name(d->who.role), reason_name(out->reason),
		       out->by[0] ? " by range " : "", out->by);
	return st;
}

void deed_admin(struct deed *d, enum action action, bool self, bool asked)
{
	struct law_room room;
	struct decision dec;
	struct facts f;

	if (law_facts(d, &d->who, false, &f, &room))
		return;
	f.self = self;
	f.asked = asked;
	dec = access_decide(action, &f);
	if (!dec.allow)
		accuse(d, "law.registry", "%s was refused then: %s", action_name(action),
		       reason_name(dec.reason));
}

bool deed_is_ours(const struct deed *d, const struct decision *dec, struct span institution)
{
	return dec->allow && !dec->read_only && law_own(d->law, &d->who, institution, d->at);
}
