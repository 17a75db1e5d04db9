/*
 * What an account has to do with a child, before anybody makes an exception.
 */
#include "vault/access/access_impl.h"

#include <limits.h>

static long days_between(struct day a, struct day b)
{
	return (long)((day_begin_jst(b) - day_begin_jst(a)) / (24 * 60 * 60));
}

/* ---- stays -------------------------------------------------------------------------------- */

/* Is the class one of this account's?  A stay without one is nobody's in particular. */
static bool own_class(const struct facts *f, struct span class)
{
	struct span rest = f->classes;

	if (!f->by_class || f->whole)
		return true;
	while (class.n && rest.p)
		if (span_eq(span_trim(span_cut(&rest, ',')), class))
			return true;
	return false;
}

/* What one stay says, and how far it is from letting in: the nearest stay is the one that counts.
 */
struct standing {
	enum reason why;
	long far;
};
enum { FAR_ENROLLED, FAR_ENTERING, FAR_LEFT, FAR_OTHER_CLASS };

/* Days lie beyond every stay of these days; of as many, the coming ones are nearer. */
static struct standing beyond(enum reason why, long days)
{
	return (struct standing){why, FAR_OTHER_CLASS + 2 * days + (why == WHY_NO_MORE)};
}

static struct standing standing_of(const struct facts *f, const struct stay *s)
{
	const struct policy *p = policy_of(f);
	long ahead, behind;

	if (!s->since.y || (s->until.y && day_cmp(s->until, s->since) < 0))
		return (struct standing){WHY_NO_RELATION, LONG_MAX};
	ahead = days_between(f->today, s->since);
	behind = s->until.y ? days_between(s->until, f->today) : 0;
	if (ahead > 0 && ahead > p->lead_days)
		return beyond(WHY_NOT_YET, ahead);
	if (behind > 0 && behind > p->tail_days)
		return beyond(WHY_NO_MORE, behind);
	if (!own_class(f, s->class))
		return (struct standing){WHY_OTHER_CLASS, FAR_OTHER_CLASS};
	if (ahead > 0)
		return (struct standing){WHY_ENTERING, FAR_ENTERING};
	if (behind > 0)
		return (struct standing){WHY_LEFT, FAR_LEFT};
	return (struct standing){WHY_ENROLLED, FAR_ENROLLED};
}

static enum reason nearest(const struct facts *f)
{
	struct standing best = {WHY_NO_RELATION, LONG_MAX};

	for (size_t i = 0; f->stays && i < f->nstays; i++) {
		struct standing s = standing_of(f, &f->stays[i]);

		if (s.far < best.far)
			best = s;
	}
	return best.why;
}

/* ---- ways --------------------------------------------------------------------------------- */

static struct way shut(enum reason why)
{
	return (struct way){.why = why};
}

/* Guardians, the board and who reads in its place: whichever institution wrote the sheet. */
static struct way whole_child(const struct ask *q, enum reason why)
{
	return (struct way){.open = true, .why = why, .relation = q->sheet ? REL_OWN : REL_NONE};
}

static struct way of_guardian(const struct ask *q)
{
	if (!q->f->guardian)
		return shut(WHY_NO_RELATION);
	return q->f->suspended ? shut(WHY_SUSPENDED) : whole_child(q, WHY_GUARDIAN);
}

/* Unknown settings count as the strictest. */
static enum admin_reads admin_reads_of(const struct facts *f)
{
	enum admin_reads set = policy_of(f)->admin_reads;

	return (unsigned)set <= ADMIN_READS_ALWAYS ? set : ADMIN_READS_NEVER;
}

static struct way of_admin(const struct ask *q)
{
	static const enum reason reasons[][2] = {
	    /* no reason given, a reason given */
	    [ADMIN_READS_NEVER] = {WHY_NO_CONTENT, WHY_NO_CONTENT},
	    [ADMIN_READS_REASON] = {WHY_NEEDS_REASON, WHY_GLASS},
	    [ADMIN_READS_ALWAYS] = {WHY_ADMIN_READS, WHY_ADMIN_READS},
	};
	enum reason why = reasons[admin_reads_of(q->f)][q->f->glass];
	struct way w = whole_child(q, why);

	w.open = !q->writing && (why == WHY_GLASS || why == WHY_ADMIN_READS);
	w.read_only = true;
	w.part = why == WHY_GLASS || why == WHY_NEEDS_REASON;
	return w;
}

/* To agree to some sections of an open type changes nothing: all of them are read anyway. */
static enum relation to_sheet(const struct facts *f)
{
	if (f->own_sheet)
		return REL_OWN;
	return f->shared && !(f->open_type && f->only.n) ? REL_SHARED : REL_ELSEWHERE;
}

/* Which sections, when a guardian's agreement is what opens the sheet. */
static struct span agreed_to(const struct ask *q)
{
	return q->sheet && to_sheet(q->f) == REL_SHARED ? q->f->only : SPAN_NONE;
}

/* The tail is for closing one's own papers: to read what one's own institution wrote. */
static struct way of_staff(const struct ask *q)
{
	enum reason why = nearest(q->f);
	bool left = why == WHY_LEFT;

	if (left && (q->writing || (q->sheet && !q->f->own_sheet)))
		why = WHY_NO_MORE;
	return (struct way){
	    .open = why == WHY_ENROLLED || why == WHY_ENTERING || why == WHY_LEFT,
	    .read_only = left,
	    .part = left || (why != WHY_ENROLLED && why != WHY_ENTERING),
	    .why = why,
	    .relation = q->sheet ? to_sheet(q->f) : REL_NONE,
	    .only = agreed_to(q),
	};
}

/* Where staff see their classes only: those who see every class, and the coming one's. */
static bool receives(const struct facts *f)
{
	enum reason why = f->by_class && !f->whole ? nearest(f) : WHY_ENROLLED;

	return role_in(f->role, STAFF) && f->handover.n &&
	       (why == WHY_ENROLLED || why == WHY_ENTERING);
}

struct way way_by_handover(const struct ask *q)
{
	const struct facts *f = q->f;

	if (!receives(f) || q->writing)
		return shut(WHY_NO_RELATION);
	if (q->sheet && (f->own_sheet || !f->handed.n || f->handed.n >= DECISION_ONLY))
		return shut(WHY_NO_RELATION);
	return (struct way){
	    .open = true,
	    .read_only = true,
	    .why = WHY_HANDOVER,
	    .relation = q->sheet ? REL_SHARED : REL_NONE,
	    .by = f->handover,
	    .only = q->sheet ? f->handed : SPAN_NONE,
	};
}

struct way way_by_tie(const struct ask *q)
{
	switch (q->f->role) {
	case ROLE_HOUSEHOLD:
		return of_guardian(q);
	case ROLE_BOARD:
		return whole_child(q, WHY_OVERSIGHT);
	case ROLE_ADMIN:
		return of_admin(q);
	default:
		return of_staff(q);
	}
}

struct way way_by_glass(const struct ask *q)
{
	const struct facts *f = q->f;

	if (q->writing || !f->glass || policy_of(f)->glass_minutes <= 0 || !role_in(f->role, STAFF))
		return shut(WHY_NEEDS_REASON);
	return (struct way){
	    .open = true,
	    .read_only = true,
	    .why = WHY_GLASS,
	    .relation = q->sheet ? REL_SHARED : REL_NONE,
	};
}
