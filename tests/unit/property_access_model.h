/*
 * What each account may see of each child, by the raw facts of the world, access_decide and
 * redact_for: no database, no page.
 */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_MODEL_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_MODEL_H

#include "tests/unit/property_access_world.h"

enum { WORDS_MOST = 16, STAYS_MOST = 4, SECTIONS_ROOM = 1024 };

/* One account before one child. */
struct standpoint {
	const struct account *who;
	const struct child_fact *child;
	struct facts facts;
	struct stay stays[STAYS_MOST];
	struct range ranges[RANGES];
	struct span words[WORDS_MOST];
	size_t nwords;
};

static inline struct day to_day(const char *iso)
{
	struct day d = {0, 0, 0};

	day_parse(span_of(iso), &d);
	return d;
}

/* YYYY-MM-DD, both included; "" has no end. */
static inline bool holds_today(const char *since, const char *until)
{
	const char *now = day_text(0);

	return strcmp(since, now) <= 0 && (!until[0] || strcmp(until, now) >= 0);
}

static inline const struct institution *institution_of(const char *id)
{
	for (size_t i = 0; i < INSTITUTIONS; i++)
		if (!strcmp(world.institutions[i].id, id))
			return &world.institutions[i];
	return NULL;
}

/* ---- the account ----------------------------------------------------------------------------- */

/* Nobody for the server: sent to sign in. */
static inline bool is_over(const struct account *a)
{
	const struct institution *n = a->staff ? institution_of(a->institution) : NULL;

	return a->disabled || (a->until[0] && strcmp(a->until, day_text(0)) < 0) ||
	       (n && n->closed[0] && strcmp(n->closed, day_text(0)) < 0);
}

static inline void account_facts(struct facts *f, const struct account *a)
{
	const struct institution *n = a->staff ? institution_of(a->institution) : NULL;

	*f = (struct facts){.policy = &world.policy,
			    .today = today,
			    .known = true,
			    .disabled = a->disabled,
			    .account_until = to_day(a->until),
			    .role = a->role,
			    .whole = a->whole,
			    .classes = span_of(a->classes)};
	if (n) {
		f->by_class = n->by_class;
		f->institution_closed = n->closed[0] && strcmp(n->closed, day_text(0)) < 0;
	}
}

/* ---- the child ------------------------------------------------------------------------------- */

static inline void family_facts(struct standpoint *s)
{
	const struct child *c = &s->child->child;

	for (size_t i = 0; i < c->guardian_count; i++)
		if (!strcmp(c->guardians[i].account, s->who->id)) {
			s->facts.guardian = true;
			s->facts.suspended = c->guardians[i].suspended[0] &&
					     strcmp(c->guardians[i].suspended, day_text(0)) <= 0;
		}
}

static inline void stay_facts(struct standpoint *s)
{
	const struct child *c = &s->child->child;

	for (size_t i = 0; i < c->enrolment_count && s->who->staff; i++) {
		const struct enrolment *e = &c->enrolments[i];

		if (strcmp(e->institution, s->who->institution) != 0)
			continue;
		s->stays[s->facts.nstays++] =
		    (struct stay){to_day(e->since), to_day(e->until),
				  e->class[0] ? span_of(e->class) : SPAN_NONE};
	}
	s->facts.stays = s->stays;
}

static inline bool is_there_today(const struct child *c, const char *institution)
{
	for (size_t i = 0; i < c->enrolment_count; i++)
		if (!strcmp(c->enrolments[i].institution, institution) &&
		    holds_today(c->enrolments[i].since, c->enrolments[i].until))
			return true;
	return false;
}

static inline bool range_concerns(const struct range_row *r, const struct standpoint *s)
{
	const bool whom = r->account[0]
			      ? !strcmp(r->account, s->who->id)
			      : s->who->staff && !strcmp(r->institution, s->who->institution);
	const bool about =
	    r->child[0] ? !strcmp(r->child, s->child->child.row.id)
			: !r->children_of[0] || is_there_today(&s->child->child, r->children_of);

	return whom && about && holds_today(r->since, r->until) &&
	       (!strcmp(r->state, "in-force") || !strcmp(r->state, "end-asked"));
}

static inline void range_facts(struct standpoint *s)
{
	for (size_t i = 0; i < RANGES; i++) {
		const struct range_row *r = &world.ranges[i];

		if (!range_concerns(r, s))
			continue;
		s->ranges[s->facts.nranges++] =
		    (struct range){.id = span_of(r->id),
				   .opens = r->opens,
				   .write = r->write,
				   .type = r->type[0] ? span_of(r->type) : SPAN_NONE,
				   .section = r->section[0] ? span_of(r->section) : SPAN_NONE,
				   .since = to_day(r->since),
				   .until = to_day(r->until)};
	}
	s->facts.ranges = s->ranges;
}

static inline void glass_facts(struct standpoint *s)
{
	const long long now = (long long)time(NULL);

	for (size_t i = 0; i < GLASSES; i++) {
		const struct glass_row *g = &world.glasses[i];

		if (!strcmp(g->account, s->who->id) && !strcmp(g->child, s->child->child.row.id) &&
		    g->until > now)
			s->facts.glass = true;
	}
}

/* What must be kept from this reader, as words for the gate. */
static inline void word_facts(struct standpoint *s)
{
	const struct child *c = &s->child->child;

	for (size_t i = 0; i < c->protection_count; i++) {
		const struct protection *p = &c->protections[i];

		if (strcmp(p->guardian, s->who->id) != 0 || !strcmp(p->kind, "sheet"))
			continue;
		s->words[s->nwords++] = span_of(p->value);
		if (!strcmp(p->kind, "school"))
			s->words[s->nwords++] = span_of(institution_of(p->value)->name);
	}
}

/* Must this reader not learn of the institution? */
static inline bool hides_institution(const struct standpoint *s, const char *id)
{
	const struct child *c = &s->child->child;

	for (size_t i = 0; i < c->protection_count; i++)
		if (!strcmp(c->protections[i].guardian, s->who->id) &&
		    !strcmp(c->protections[i].kind, "school") &&
		    !strcmp(c->protections[i].value, id))
			return true;
	return false;
}

/* ---- sheets ---------------------------------------------------------------------------------- */

static inline bool is_shielded(const struct standpoint *s, const struct sheet_fact *sheet)
{
	const struct child *c = &s->child->child;
	char name[2 * ID_MAX + 2];

	snprintf(name, sizeof name, "%.*s/%s", SPAN_ARG(sheet->type->id), sheet->id);
	for (size_t i = 0; i < c->protection_count; i++)
		if (!strcmp(c->protections[i].guardian, s->who->id) &&
		    !strcmp(c->protections[i].kind, "sheet") &&
		    !strcmp(c->protections[i].value, name))
			return true;
	return hides_institution(s, sheet->institution);
}

/* Does a share count for this institution and child today? */
static inline bool counts(const struct share_fact *f, const struct standpoint *s)
{
	return f->type && s->who->staff && &world.children[f->child] == s->child &&
	       !strcmp(world.institutions[f->institution].id, s->who->institution) &&
	       holds_today(f->since, f->until);
}

/* Of this sheet, as it stands now? */
static inline bool counts_for(const struct share_fact *f, const struct standpoint *s,
			      const struct sheet_fact *sheet)
{
	return counts(f, s) && f->type == sheet->type &&
	       (!f->sheet || (f->sheet == sheet && f->version == sheet->versions - 1));
}

/* What consents let see of a sheet, or what handovers do; false: nothing.  "": all of it. */
static inline bool is_shared(const struct standpoint *s, const struct sheet_fact *sheet,
			     bool handed, char out[static SECTIONS_ROOM])
{
	bool any = false, all = false;
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < SHARES; i++) {
		const struct share_fact *f = &world.shares[i];

		if (!counts_for(f, s, sheet) || (f->source[0] != '\0') != handed)
			continue;
		any = true;
		all = all || !f->sections[0];
		n +=
		    (size_t)snprintf(out + n, SECTIONS_ROOM - n, "%s%s", n ? "," : "", f->sections);
		assert_true(n < SECTIONS_ROOM);
	}
	if (all)
		out[0] = '\0';
	return any;
}

/* Any handover that says what it is about opens the karte. */
static inline void handover_facts(struct standpoint *s)
{
	for (size_t i = 0; i < SHARES; i++)
		if (counts(&world.shares[i], s) && world.shares[i].source[0] &&
		    world.shares[i].sections[0])
			s->facts.handover = SPAN("some");
}

static inline void stand(struct standpoint *s, const struct account *who,
			 const struct child_fact *child)
{
	*s = (struct standpoint){.who = who, .child = child};
	account_facts(&s->facts, who);
	s->facts.child_exists = true;
	family_facts(s);
	stay_facts(s);
	range_facts(s);
	glass_facts(s);
	handover_facts(s);
	word_facts(s);
}

static inline struct decision decide_child(const struct standpoint *s, enum action a)
{
	return access_decide(a, &s->facts);
}

static inline struct decision decide_sheet(const struct standpoint *s, enum action a,
					   const struct sheet_fact *sheet)
{
	char agreed[SECTIONS_ROOM], handed[SECTIONS_ROOM];
	struct facts f = s->facts;

	f.handover = SPAN_NONE;
	f.sheet_exists = true;
	f.type = sheet->type->id;
	f.open_type = sheet->type->sharing == SHARING_OPEN;
	f.own_sheet = s->who->staff && !strcmp(s->who->institution, sheet->institution);
	if (!f.own_sheet) {
		f.shared = is_shared(s, sheet, false, agreed);
		f.only = span_of(agreed);
	}
	if (!f.own_sheet && is_shared(s, sheet, true, handed) && handed[0]) {
		f.handover = SPAN("some");
		f.handed = span_of(handed);
	}
	f.shielded = is_shielded(s, sheet);
	return access_decide(a, &f);
}

/* What is left of a version; NULL: nothing. */
static inline struct view *view_of(const struct standpoint *s, const struct decision *d,
				   const struct sheet_fact *sheet, size_t version)
{
	struct marked m = marked_of(s->child, sheet, version);
	struct sheet *text = marked_sheet(sheet->type, &m, (char)('1' + version));
	struct view *v = NULL;
	struct gate gate;
	enum status st;

	gate_open(&gate, d, s->words, s->nwords);
	st = d->allow ? redact_for(&v, text, &gate.reader) : ST_DENIED;
	assert_true(!st || st == ST_DENIED);
	sheet_free(text);
	return v;
}

static inline void add_view(struct marks *m, const struct view *v)
{
	struct buf text;

	if (!v)
		return;
	buf_init(&text, 1 << 20);
	view_plain(v, &text);
	assert_int_equal(text.st, ST_OK);
	marks_find(m, buf_span(&text));
	buf_clear(&text);
}

static inline void add_title_of(struct marks *m, const struct view *v)
{
	if (v)
		marks_find(m, view_title(v));
}

static inline void add_child_name(struct marks *m, const struct child_fact *f)
{
	marks_add(m, mark_of(f->number, 'n', 'n', '0'));
}

/* The name of whoever is signed in stands on every page. */
static inline void add_account(struct marks *m, const struct account *a)
{
	marks_add(m, mark_of(ACCOUNT_MARK + (unsigned)(a - world.accounts), 'p', 'p', '0'));
}

/* Names of institutions and of those who wrote may stand on pages about this child, but for those
   that are kept away: the names of their staff, too. */
static inline void add_others(struct marks *m, const struct standpoint *s)
{
	for (unsigned i = 0; i < INSTITUTIONS; i++)
		if (!hides_institution(s, world.institutions[i].id))
			marks_add(m, mark_of(INSTITUTION_MARK + i, 'i', 'i', '0'));
	for (size_t i = 0; i < ACCOUNTS; i++)
		if (!world.accounts[i].staff ||
		    !hides_institution(s, world.accounts[i].institution))
			add_account(m, &world.accounts[i]);
}

#endif
