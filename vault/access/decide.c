/*
 * The decision: the account, then the role, then what ties it to the child or opens the child to
 * it.
 */
#include "vault/access/access_impl.h"

#define HOUSEHOLD ROLE_BIT(ROLE_HOUSEHOLD)
#define AUDITOR ROLE_BIT(ROLE_AUDITOR)
#define ADMIN ROLE_BIT(ROLE_ADMIN)
#define BOARD ROLE_BIT(ROLE_BOARD)
#define READERS (STAFF | HOUSEHOLD)
#define EVERYBODY (READERS | AUDITOR | ADMIN)

static struct decision deny(enum reason why, struct span by)
{
	struct decision d = {.reason = why};

	span_copy(by, d.by, sizeof d.by);
	return d;
}

static struct decision allow(const struct facts *f, enum reason why)
{
	return (struct decision){.allow = true, .reason = why, .as = f->role};
}

/* ---- a child and its sheets ------------------------------------------------------------------ */

/* How little a way shows of a sheet; of the karte each shows the same. */
static int seclusion(const struct ask *q, const struct way *w)
{
	switch (w->relation) {
	case REL_SHARED:
		return !w->only.n ? 1 : q->f->open_type ? 3 : 2;
	case REL_ELSEWHERE:
		return q->f->open_type ? 2 : 3;
	default:
		return 0;
	}
}

static bool lists(struct span list, struct span section)
{
	while (list.p)
		if (span_eq(span_trim(span_cut(&list, ',')), span_trim(section)))
			return true;
	return false;
}

static bool lists_all(struct span list, struct span sections)
{
	while (sections.p)
		if (!lists(list, span_cut(&sections, ',')))
			return false;
	return true;
}

/* Some sections by one way and some by another: for reading, all of them. */
static struct way together(struct way a, struct way b)
{
	if (lists_all(a.only, b.only) || a.only.n + 1 + b.only.n >= DECISION_ONLY)
		return a;
	a.also = b.only;
	a.read_only = true;
	return a;
}

/* The way by which more is seen, then the one by which more is written; the first if both are
 * alike. */
static struct way better(const struct ask *q, struct way a, struct way b)
{
	int more;

	if (!a.open || !b.open)
		return b.open ? b : a;
	more = seclusion(q, &a) - seclusion(q, &b);
	if (more)
		return more > 0 ? b : a;
	if (a.only.n && b.only.n && !q->writing)
		return together(a, b);
	return a.read_only && !b.read_only ? b : a;
}

/* Would a reason open what is shut? */
static bool glass_offered(const struct ask *q)
{
	return !q->writing && role_in(q->f->role, STAFF) && policy_of(q->f)->glass_minutes > 0;
}

static struct way best_way(const struct ask *q, const struct weighed *w)
{
	struct way best = way_by_tie(q);

	best = better(q, best, way_by_handover(q));
	best = better(q, best, way_by_range(q, w));
	best = better(q, best, way_by_glass(q));
	if (!best.open && glass_offered(q))
		best.why = WHY_NEEDS_REASON;
	return best;
}

/* The sections of a way; false if there is no room for them. */
static bool put_only(const struct way *way, char out[static DECISION_ONLY])
{
	size_t n = way->only.n;

	if (!n)
		return true;
	if (!span_copy(way->only, out, DECISION_ONLY))
		return false;
	if (!way->also.n)
		return true;
	out[n] = ',';
	return span_copy(way->also, out + n + 1, DECISION_ONLY - n - 1);
}

/* Through an open way; an administrator reads in the board's place. */
static struct decision let_in(const struct ask *q, const struct way *way, const struct weighed *w)
{
	struct decision d = allow(q->f, way->why);

	if (q->f->role == ROLE_ADMIN)
		d.as = ROLE_BOARD;
	d.relation = way->relation;
	d.read_only = way->read_only || w->shut_writing;
	span_copy(way->by, d.by, sizeof d.by);
	if (!put_only(way, d.only))
		d.relation = REL_ELSEWHERE;
	if (w->shut_writing)
		credit(&d, w->shut_writing->id);
	return d;
}

static struct decision read_child(const struct facts *f)
{
	struct ask q = {.f = f};
	struct weighed w = ranges_weigh(&q);
	struct way way;

	if (w.shut)
		return deny(WHY_NARROWED, w.shut->id);
	way = best_way(&q, &w);
	return way.open ? let_in(&q, &way, &w) : deny(way.why, SPAN_NONE);
}

/* Only who could see more by it is asked for a reason. */
static struct decision open_child(const struct facts *f)
{
	struct ask q = {.f = f};
	struct weighed w = ranges_weigh(&q);
	struct way tie = way_by_tie(&q);

	if (w.shut)
		return deny(WHY_NARROWED, w.shut->id);
	if (!tie.part || w.opens_all)
		return deny(WHY_NO_RULE, SPAN_NONE);
	if (f->role != ROLE_ADMIN && !glass_offered(&q))
		return deny(tie.open ? WHY_NO_RULE : tie.why, SPAN_NONE);
	return allow(f, WHY_ROLE);
}

/* Who looked: for those who may always look themselves. */
static struct decision see_accesses(const struct facts *f)
{
	struct decision d = read_child(f);

	d.read_only = false;
	return d;
}

static struct decision use_sheet(const struct facts *f, bool writing)
{
	struct ask q = {.f = f, .sheet = true, .writing = writing};
	struct weighed w = ranges_weigh(&q);
	struct decision d;
	struct way way;

	if (w.shut)
		return deny(WHY_NARROWED, w.shut->id);
	way = best_way(&q, &w);
	if (!way.open)
		return deny(way.why, SPAN_NONE);
	if (!f->sheet_exists || !f->type.n)
		return deny(WHY_NO_SHEET, SPAN_NONE);
	if (f->shielded && f->role == ROLE_HOUSEHOLD)
		return deny(WHY_SHIELDED, SPAN_NONE);
	if (writing && w.shut_writing)
		return deny(WHY_NARROWED, w.shut_writing->id);
	d = let_in(&q, &way, &w);
	return ranges_sections(f, &d) ? d : deny(WHY_NARROWED, span_of(d.by));
}

static struct decision read_sheet(const struct facts *f)
{
	return use_sheet(f, false);
}

static struct decision write_sheet(const struct facts *f)
{
	return use_sheet(f, true);
}

/* Auditors give a reason for one child; what an administrator closed stays shut. */
static struct decision open_audit(const struct facts *f)
{
	struct ask q = {.f = f};
	struct weighed w = ranges_weigh(&q);

	return w.shut ? deny(WHY_NARROWED, w.shut->id) : allow(f, WHY_ROLE);
}

/* … and then take a copy of all of it. */
static struct decision audit_copy(const struct facts *f)
{
	struct decision d = open_audit(f);

	if (!d.allow)
		return d;
	return f->glass ? allow(f, WHY_GLASS) : deny(WHY_NEEDS_REASON, SPAN_NONE);
}

/* And then read what a change did, in the board's place; sections that are closed are not there. */
static struct decision audit_content(const struct facts *f)
{
	struct ask q = {.f = f, .sheet = f->sheet_exists};
	struct weighed w = ranges_weigh(&q);
	struct decision d;

	if (w.shut)
		return deny(WHY_NARROWED, w.shut->id);
	if (!f->glass)
		return deny(WHY_NEEDS_REASON, SPAN_NONE);
	d = allow(f, WHY_GLASS);
	d.as = ROLE_BOARD;
	d.relation = f->sheet_exists ? REL_OWN : REL_NONE;
	d.read_only = true;
	return ranges_sections(f, &d) ? d : deny(WHY_NARROWED, span_of(d.by));
}

/* ---- what concerns no child --------------------------------------------------------------------
 */

static struct decision own_pages(const struct facts *f)
{
	return allow(f, WHY_OWN_PAGES);
}

static struct decision by_role(const struct facts *f)
{
	return allow(f, WHY_ROLE);
}

static struct decision change(const struct facts *f)
{
	if (f->self)
		return deny(WHY_OWN_RIGHTS, SPAN_NONE);
	return f->last_admin ? deny(WHY_LAST_ADMIN, SPAN_NONE) : by_role(f);
}

static struct decision confirm(const struct facts *f)
{
	return f->asked || f->self ? deny(WHY_SAME_PERSON, SPAN_NONE) : by_role(f);
}

/* ---- actions ------------------------------------------------------------------------------------
 */

/* The roles an action is for, whether it concerns a child and what is written there, and the rest
   of the decision. */
static const struct rule {
	role_set roles;
	bool child, content;
	struct decision (*decide)(const struct facts *f);
} rules[ACT_COUNT] = {
    [ACT_FACTOR] = {EVERYBODY, false, false, own_pages},
    [ACT_HOME] = {EVERYBODY, false, false, own_pages},
    [ACT_CHILD_LIST] = {READERS, false, false, by_role},
    [ACT_CHILD_READ] = {READERS | ADMIN, true, true, read_child},
    [ACT_CHILD_OPEN] = {STAFF | ADMIN, true, true, open_child},
    [ACT_CHILD_ACCESSES] = {HOUSEHOLD | BOARD, true, false, see_accesses},
    [ACT_SHEET_READ] = {READERS | ADMIN, true, true, read_sheet},
    [ACT_SHEET_WRITE] = {READERS, true, true, write_sheet},
    [ACT_AUDIT_READ] = {AUDITOR, false, false, by_role},
    /* not as others read: no page about the child opens by it */
    [ACT_AUDIT_OPEN] = {AUDITOR, true, false, open_audit},
    [ACT_AUDIT_CONTENT] = {AUDITOR, true, false, audit_content},
    [ACT_AUDIT_COPY] = {AUDITOR, true, false, audit_copy},
    [ACT_ADMIN] = {ADMIN, false, false, by_role},
    [ACT_ADMIN_CHANGE] = {ADMIN, false, false, change},
    [ACT_ADMIN_CONFIRM] = {ADMIN, false, false, confirm},
};

/* What is wrong with the account, or WHY_ROLE. */
static enum reason account_trouble(enum action a, const struct facts *f)
{
	if (!f || !f->known)
		return WHY_NO_ACCOUNT;
	if (f->disabled)
		return WHY_DISABLED;
	if (f->account_until.y && day_cmp(f->account_until, f->today) < 0)
		return WHY_ENDED;
	if (f->institution_closed && role_in(f->role, STAFF))
		return WHY_CLOSED;
	return f->weak && a != ACT_FACTOR ? WHY_WEAK : WHY_ROLE;
}

/* Why the action is not for the role, or WHY_ROLE. */
static enum reason role_trouble(const struct rule *rule, const struct facts *f)
{
	bool reads = role_reads_content(f->role) ||
		     (f->role == ROLE_ADMIN && policy_of(f)->admin_reads != ADMIN_READS_NEVER);

	if (rule->content && !reads)
		return WHY_NO_CONTENT;
	if (!role_in(f->role, rule->roles))
		return rule->content && f->role == ROLE_ADMIN ? WHY_NO_CONTENT : WHY_NO_RULE;
	return rule->child && !f->child_exists ? WHY_NO_CHILD : WHY_ROLE;
}

struct decision access_decide(enum action a, const struct facts *f)
{
	enum reason trouble;

	if (a == ACT_PUBLIC)
		return (struct decision){.allow = true, .reason = WHY_PUBLIC};
	trouble = account_trouble(a, f);
	if (trouble == WHY_ROLE && ((unsigned)a >= ACT_COUNT || !day_exists(f->today)))
		trouble = WHY_NO_RULE;
	if (trouble == WHY_ROLE)
		trouble = role_trouble(&rules[a], f);
	return trouble == WHY_ROLE ? rules[a].decide(f) : deny(trouble, SPAN_NONE);
}
