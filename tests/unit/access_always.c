/*
 * What must hold whatever the table says: over all combinations of facts that the lists below can
 * make.
 */
#include "vault/access/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define TODAY                                                                                      \
	{                                                                                          \
		2026, 11, 20                                                                       \
	}

/* ---- what facts there are ------------------------------------------------------------------- */

static const struct stay stays[] = {
    {{2026, 4, 1}, {0, 0, 0}, {"a", 1}},      /* enrolled */
    {{2026, 12, 1}, {0, 0, 0}, {"a", 1}},     /* entering */
    {{2026, 4, 1}, {2026, 11, 10}, {"a", 1}}, /* left */
    {{2026, 4, 1}, {0, 0, 0}, {"b", 1}},      /* in another class */
    {{2027, 4, 1}, {0, 0, 0}, {"a", 1}},      /* not yet */
    {{2025, 4, 1}, {2026, 3, 31}, {"a", 1}},  /* no more */
};
/* None, each alone, each with its neighbour. */
enum { TIES = 1 + COUNT(stays) + COUNT(stays) - 1 };

static const struct range pool[] = {
    {{"o1", 2}, true, false, {NULL, 0}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"o2", 2}, true, true, {NULL, 0}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"o3", 2}, true, false, {"plan", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"o4", 2}, true, true, {"plan", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"o5", 2}, true, true, {"note", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"o6", 2}, true, true, {NULL, 0}, {"goals", 5}, TODAY, {0, 0, 0}},
    {{"o7", 2}, true, true, {NULL, 0}, {NULL, 0}, {2026, 11, 21}, {0, 0, 0}},
    {{"c1", 2}, false, false, {NULL, 0}, {NULL, 0}, TODAY, TODAY},
    {{"c2", 2}, false, true, {NULL, 0}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"c3", 2}, false, false, {"plan", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"c4", 2}, false, true, {"plan", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
    {{"c5", 2}, false, false, {NULL, 0}, {"goals", 5}, TODAY, {0, 0, 0}},
    {{"c6", 2}, false, false, {"note", 4}, {NULL, 0}, TODAY, {0, 0, 0}},
};

static const struct policy policies[] = {
    {0, 0, ADMIN_READS_NEVER, 0, true, false},	   {30, 0, ADMIN_READS_NEVER, 0, true, false},
    {0, 30, ADMIN_READS_REASON, 0, true, false},   {30, 30, ADMIN_READS_REASON, 0, false, false},
    {0, 0, ADMIN_READS_ALWAYS, 60, true, false},   {30, 30, ADMIN_READS_NEVER, 60, true, false},
    {30, 30, ADMIN_READS_ALWAYS, 60, true, false},
};

/* gone, other, shared, own, own and shared, protected; some sections shared, handed over, both; of
   a type that is open; own and handed over; handed over without saying what; to a guardian from
   whom it is protected */
static const struct {
	bool exists, own, shared, shielded, open;
	const char *only, *handed; /* NULL: none */
} sheets[] = {
    {0, 0, 0, 0, 0, NULL, NULL},
    {1, 0, 0, 0, 0, NULL, NULL},
    {1, 0, 1, 0, 0, NULL, NULL},
    {1, 1, 0, 0, 0, NULL, NULL},
    {1, 1, 1, 0, 0, NULL, NULL},
    {1, 0, 0, 1, 0, NULL, NULL},
    {1, 0, 1, 0, 0, "goals", NULL},
    {1, 0, 0, 0, 0, NULL, "goals,health"},
    {1, 0, 1, 0, 0, "wishes", "goals"},
    {1, 0, 1, 0, 0, "goals,wishes", "goals"},
    {1, 0, 1, 0, 0, NULL, "goals"},
    {1, 0, 1, 0, 1, "wishes", "goals"},
    {1, 0, 0, 0, 1, NULL, "goals"},
    {1, 1, 0, 0, 0, NULL, "goals"},
    {1, 0, 0, 0, 0, NULL, ""},
    {0, 0, 0, 0, 0, NULL, "goals"},
    {1, 0, 0, 1, 0, NULL, "goals,health"},
};

#define ALL_STAFF                                                                                  \
	(ROLE_BIT(ROLE_NURSERY) | ROLE_BIT(ROLE_SCHOOL) | ROLE_BIT(ROLE_HEALTH) |                  \
	 ROLE_BIT(ROLE_WELFARE) | ROLE_BIT(ROLE_THERAPY) | ROLE_BIT(ROLE_BOARD) |                  \
	 ROLE_BIT(ROLE_PROVIDER))

static const enum action about_child[] = {ACT_CHILD_READ, ACT_CHILD_OPEN, ACT_CHILD_ACCESSES,
					  ACT_SHEET_READ, ACT_SHEET_WRITE};

static void give_stays(struct facts *f, size_t tie)
{
	if (tie == 0)
		return;
	f->nstays = tie <= COUNT(stays) ? 1 : 2;
	f->stays = &stays[tie <= COUNT(stays) ? tie - 1 : tie - 1 - COUNT(stays)];
}

/* A good account of a class, a child and one sheet of type plan, without ranges. */
static struct facts facts_of(enum role role, size_t tie, unsigned bits, size_t sheet)
{
	struct facts f = {
	    .policy = &policies[0],
	    .today = TODAY,
	    .known = true,
	    .role = role,
	    .by_class = true,
	    .classes = SPAN("a"),
	    .child_exists = true,
	    .guardian = bits & 1,
	    .suspended = bits & 2,
	    .glass = bits & 4,
	    .sheet_exists = sheets[sheet].exists,
	    .type = SPAN("plan"),
	    .own_sheet = sheets[sheet].own,
	    .shared = sheets[sheet].shared,
	    .shielded = sheets[sheet].shielded,
	    .open_type = sheets[sheet].open,
	};

	if (sheets[sheet].only)
		f.only = span_of(sheets[sheet].only);
	if (sheets[sheet].handed) {
		f.handover = SPAN("h1");
		f.handed = span_of(sheets[sheet].handed);
	}

	give_stays(&f, tie);
	return f;
}

/* Calls check for each of the facts; it gives policies and ranges itself. */
static void for_all(void (*check)(struct facts *f))
{
	for (int role = 0; role < ROLE_COUNT; role++)
		for (size_t tie = 0; tie < TIES; tie++)
			for (unsigned bits = 0; bits < 8; bits++)
				for (size_t s = 0; s < COUNT(sheets); s++) {
					struct facts f = facts_of((enum role)role, tie, bits, s);

					check(&f);
				}
}

/* ---- comparing decisions -------------------------------------------------------------------- */

static bool among(const char list[][ID_MAX + 1], size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static bool all_among(const char some[][ID_MAX + 1], size_t nsome, const char list[][ID_MAX + 1],
		      size_t n)
{
	for (size_t i = 0; i < nsome; i++)
		if (!among(list, n, some[i]))
			return false;
	return true;
}

static bool lists(const char *list, struct span section)
{
	struct span rest = span_of(list);

	while (rest.p)
		if (span_eq(span_cut(&rest, ','), section))
			return true;
	return false;
}

/* Does it show these sections, if they are all that is shown? */
static bool shows(const struct decision *d, const char *sections)
{
	struct span rest = span_of(sections);

	if (!d->only[0])
		return true;
	if (!sections[0])
		return false;
	while (rest.p)
		if (!lists(d->only, span_cut(&rest, ',')))
			return false;
	return true;
}

/* More of the sheet by its relation, or by its sections? */
static bool shows_more(const struct decision *more, const struct decision *less)
{
	return more->relation < less->relation || !shows(less, more->only);
}

/* Is `more` at least what `less` is?  REL_OWN shows more than REL_SHARED, and so on; of a sheet
   that is open to all institutions REL_ELSEWHERE more than some sections. */
static bool covers(const struct decision *more, const struct decision *less)
{
	if (!less->allow)
		return true;
	return more->allow &&
	       (more->relation <= less->relation ||
		(more->relation == REL_ELSEWHERE && less->only[0])) &&
	       (more->relation < less->relation || shows(more, less->only)) &&
	       (!more->read_only || less->read_only || shows_more(more, less)) &&
	       all_among(more->hidden, more->nhidden, less->hidden, less->nhidden) &&
	       all_among(less->opened, less->nopened, more->opened, more->nopened);
}

/* The relation alone, as in covers(). */
static bool covers_relation(const struct decision *more, const struct decision *less)
{
	return more->relation < less->relation ||
	       (more->relation == less->relation && shows(more, less->only));
}

static bool same(const struct decision *a, const struct decision *b)
{
	return a->reason == b->reason && covers(a, b) && covers(b, a);
}

static void explain(const char *what, enum action a, const struct facts *f,
		    const struct decision *one, const struct decision *two)
{
	fail_msg("%s: %s as %s, %zu stays, %zu ranges: %s %s, then %s %s", what, action_name(a),
		 role_name(f->role), f->nstays, f->nranges, one->allow ? "allow" : "deny",
		 reason_name(one->reason), two->allow ? "allow" : "deny", reason_name(two->reason));
}

/* ---- one decision --------------------------------------------------------------------------- */

static bool of_sheet(enum action a)
{
	return a == ACT_SHEET_READ || a == ACT_SHEET_WRITE;
}

/* Is a range of the kind among the facts, in force today? */
static const struct range *ranged(const struct facts *f, bool opens, bool write, bool section,
				  bool any_type)
{
	for (size_t i = 0; i < f->nranges; i++) {
		const struct range *r = &f->ranges[i];

		if (r->opens == opens && r->write == write && (r->section.n > 0) == section &&
		    (!r->type.n || (any_type && span_eq(r->type, f->type))) &&
		    day_cmp(r->since, f->today) <= 0)
			return r;
	}
	return NULL;
}

static void a_refusal_gives_nothing(const struct decision *d)
{
	assert_int_equal(d->relation, REL_NONE);
	assert_int_equal(d->as, ROLE_NOBODY);
	assert_false(d->read_only);
	assert_int_equal(d->nhidden + d->nopened, 0);
}

static void what_is_closed_is_closed(enum action a, const struct facts *f, const struct decision *d)
{
	assert_null(ranged(f, false, false, false, of_sheet(a)));
	if (of_sheet(a) && ranged(f, false, false, true, true))
		assert_true(among(d->hidden, d->nhidden, "goals"));
	if (a == ACT_SHEET_WRITE)
		assert_null(ranged(f, false, true, false, true));
	for (size_t i = 0; i < d->nopened; i++)
		assert_false(among(d->hidden, d->nhidden, d->opened[i]));
}

static void a_household_is_a_guardian(const struct facts *f, const struct decision *d)
{
	assert_string_equal(d->only, "");
	assert_true(f->guardian && !f->suspended);
	assert_int_equal(d->reason, WHY_GUARDIAN);
	assert_int_equal(d->nopened, 0);
}

static void an_administrator_reads(enum action a, const struct facts *f, const struct decision *d)
{
	assert_int_not_equal(a, ACT_SHEET_WRITE);
	assert_int_not_equal(f->policy->admin_reads, ADMIN_READS_NEVER);
	if (a == ACT_CHILD_OPEN)
		return;
	assert_true(f->glass || f->policy->admin_reads == ADMIN_READS_ALWAYS);
	assert_true(d->read_only);
	assert_int_equal(d->as, ROLE_BOARD);
}

static void staff_has_a_tie_a_range_or_a_reason(const struct facts *f, const struct decision *d)
{
	switch (d->reason) {
	case WHY_ENROLLED:
	case WHY_ENTERING:
		assert_true(f->nstays > 0);
		break;
	case WHY_LEFT:
		assert_true(f->nstays > 0 && d->read_only);
		break;
	case WHY_OVERSIGHT:
		assert_int_equal(f->role, ROLE_BOARD);
		break;
	case WHY_HANDOVER:
		assert_true(f->handover.n > 0 && d->read_only);
		assert_string_equal(d->by, "h1");
		break;
	case WHY_RANGE:
		assert_true(f->nranges > 0 && d->by[0] == 'o');
		break;
	case WHY_GLASS:
		assert_true(f->glass && f->policy->glass_minutes > 0 && d->read_only);
		break;
	default:
		fail_msg("staff by %s", reason_name(d->reason));
	}
	if (d->reason != WHY_OVERSIGHT && d->reason != WHY_RANGE)
		assert_true(d->relation != REL_OWN || f->own_sheet);
	if (d->relation == REL_SHARED)
		assert_true(f->shared || d->reason == WHY_RANGE || d->reason == WHY_GLASS ||
			    d->reason == WHY_HANDOVER);
}

/* What was handed over is for reading, and no section beyond those that were agreed to. */
static void a_handover_shows_what_was_agreed(enum action a, const struct facts *f,
					     const struct decision *d)
{
	struct span rest = span_of(d->only);

	if (d->only[0]) {
		assert_int_equal(d->relation, REL_SHARED);
		while (rest.p) {
			char section[ID_MAX + 1];

			span_copy(span_cut(&rest, ','), section, sizeof section);
			assert_true(section[0] != '\0');
			assert_true((f->shared && span_find(f->only, span_of(section)) >= 0) ||
				    span_find(f->handed, span_of(section)) >= 0);
			if (a == ACT_SHEET_WRITE)
				assert_true(span_find(f->only, span_of(section)) >= 0);
		}
	}
	if (d->reason != WHY_HANDOVER || !of_sheet(a))
		return;
	assert_int_equal(a, ACT_SHEET_READ);
	assert_int_equal(d->relation, REL_SHARED);
	assert_true(span_is(f->handed, d->only));
	assert_false(f->own_sheet);
}

static void check_one(enum action a, const struct facts *f, const struct decision *d)
{
	assert_true((unsigned)d->reason < WHY_COUNT);
	assert_true(d->relation == REL_NONE || of_sheet(a));
	if (!d->allow) {
		a_refusal_gives_nothing(d);
		return;
	}
	what_is_closed_is_closed(a, f, d);
	assert_true(f->child_exists && f->role != ROLE_NOBODY && f->role != ROLE_AUDITOR);
	if (of_sheet(a))
		assert_true(f->sheet_exists && d->relation != REL_NONE);
	if (a == ACT_SHEET_WRITE)
		assert_false(d->read_only);
	if (f->role == ROLE_HOUSEHOLD) {
		a_household_is_a_guardian(f, d);
		assert_false(of_sheet(a) && f->shielded);
	} else if (f->role == ROLE_ADMIN) {
		an_administrator_reads(a, f, d);
	} else if (a != ACT_CHILD_OPEN) {
		staff_has_a_tie_a_range_or_a_reason(f, d);
		a_handover_shows_what_was_agreed(a, f, d);
		assert_int_equal(d->as, f->role);
	}
}

/* ---- decisions about the same facts --------------------------------------------------------- */

static void agree(const struct facts *f, const struct decision d[ACT_COUNT])
{
	const struct decision *child = &d[ACT_CHILD_READ], *open = &d[ACT_CHILD_OPEN];
	const struct decision *read = &d[ACT_SHEET_READ], *write = &d[ACT_SHEET_WRITE];
	struct facts given = *f;
	struct decision then;

	/* a sheet lies in the karte, and who writes it reads it */
	assert_true(!read->allow || child->allow);
	assert_true(!write->allow || (read->allow && covers_relation(read, write)));
	/* what is not shown as read only may be written, and in the same way */
	if (read->allow && !read->read_only)
		assert_true(same(read, write));
	/* a reason may be given where one is asked for, and then it opens */
	if (child->reason == WHY_NEEDS_REASON || read->reason == WHY_NEEDS_REASON)
		assert_true(open->allow);
	given.glass = true;
	then = access_decide(ACT_CHILD_READ, &given);
	assert_true(!open->allow || then.allow);
	then = access_decide(ACT_SHEET_READ, &given);
	if (open->allow && f->sheet_exists && !ranged(f, false, false, false, true))
		assert_true(then.allow);
}

static void check_all(const struct facts *f)
{
	struct decision d[ACT_COUNT];

	for (size_t i = 0; i < COUNT(about_child); i++) {
		enum action a = about_child[i];

		d[a] = access_decide(a, f);
		check_one(a, f, &d[a]);
	}
	agree(f, d);
}

/* No range, each alone, each two. */
static void check_ranges(struct facts *f)
{
	struct range two[2];
	struct facts with = *f;

	check_all(f);
	with.ranges = two;
	for (size_t i = 0; i < COUNT(pool); i++)
		for (size_t k = i; k < COUNT(pool); k++) {
			two[0] = pool[i];
			two[1] = pool[k];
			with.nranges = i == k ? 1 : 2;
			check_all(&with);
		}
}

static void check_policies_and_ranges(struct facts *f)
{
	for (size_t p = 0; p < COUNT(policies); p++) {
		f->policy = &policies[p];
		check_ranges(f);
	}
}

static void no_combination_of_facts_opens_what_must_stay_shut(void **state)
{
	(void)state;
	for_all(check_policies_and_ranges);
}

/* ---- more and less -------------------------------------------------------------------------- */

/* To be let in with a reason is no more and no less: who is in needs none. */
static bool compares(enum action a)
{
	return a != ACT_CHILD_OPEN;
}

static void add_a_range(enum action a, struct facts *f, struct range both[2])
{
	struct decision before, after;

	for (size_t i = 0; i < COUNT(pool); i++) {
		both[1] = pool[i];
		f->nranges = 1;
		before = access_decide(a, f);
		f->nranges = 2;
		after = access_decide(a, f);
		if (!covers(pool[i].opens ? &after : &before, pool[i].opens ? &before : &after))
			explain("adding a range", a, f, &before, &after);
	}
}

static void check_adding_ranges(struct facts *f)
{
	static const size_t some[] = {0, 3, 4, 6};
	struct facts with = *f;
	struct range both[2];

	with.ranges = both;
	for (size_t p = 0; p < COUNT(some); p++)
		for (size_t r = 0; r < COUNT(pool); r++)
			for (size_t a = 0; a < COUNT(about_child); a++) {
				if (!compares(about_child[a]))
					continue;
				with.policy = &policies[some[p]];
				both[0] = pool[r];
				add_a_range(about_child[a], &with, both);
			}
}

static void opening_never_takes_away_and_closing_never_gives(void **state)
{
	(void)state;
	for_all(check_adding_ranges);
}

/* A handover is one way more: it never takes away, and never lets anybody write. */
static void check_adding_a_handover(struct facts *f)
{
	struct facts without = *f;

	without.handover = without.handed = SPAN_NONE;
	for (size_t p = 0; p < COUNT(policies); p++) {
		f->policy = without.policy = &policies[p];
		for (size_t r = 0; r < COUNT(pool); r++) {
			f->ranges = without.ranges = &pool[r];
			f->nranges = without.nranges = 1;
			for (size_t n = 0; n < COUNT(about_child); n++) {
				enum action a = about_child[n];
				struct decision after = access_decide(a, f);
				struct decision before = access_decide(a, &without);

				if (!covers(&after, &before))
					explain("a handover", a, f, &before, &after);
				if ((a == ACT_SHEET_WRITE || a == ACT_CHILD_OPEN ||
				     !role_in(f->role, ALL_STAFF)) &&
				    !covers(&before, &after))
					explain("a handover gives", a, f, &before, &after);
			}
		}
	}
}

static void a_handover_never_takes_away_and_never_lets_write(void **state)
{
	(void)state;
	for_all(check_adding_a_handover);
}

static void check_policies(struct facts *f)
{
	for (size_t i = 0; i < COUNT(policies); i++)
		for (size_t k = 0; k < COUNT(policies); k++) {
			if (policy_widens(&policies[i], &policies[k]))
				continue;
			for (size_t n = 0; n < COUNT(about_child); n++) {
				enum action a = about_child[n];
				struct decision before, after;

				f->policy = &policies[i];
				before = access_decide(a, f);
				f->policy = &policies[k];
				after = access_decide(a, f);
				if (compares(a) && !covers(&before, &after))
					explain("a policy that does not widen", a, f, &before,
						&after);
			}
		}
}

static void what_is_no_widening_never_gives_more(void **state)
{
	(void)state;
	for_all(check_policies);
}

static void check_no_policy(struct facts *f)
{
	for (size_t n = 0; n < COUNT(about_child); n++) {
		struct decision none, strictest;

		f->policy = NULL;
		none = access_decide(about_child[n], f);
		f->policy = &policies[0];
		strictest = access_decide(about_child[n], f);
		assert_true(same(&none, &strictest));
	}
}

static void without_a_policy_the_strictest_counts(void **state)
{
	(void)state;
	for_all(check_no_policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_combination_of_facts_opens_what_must_stay_shut),
	    cmocka_unit_test(opening_never_takes_away_and_closing_never_gives),
	    cmocka_unit_test(a_handover_never_takes_away_and_never_lets_write),
	    cmocka_unit_test(what_is_no_widening_never_gives_more),
	    cmocka_unit_test(without_a_policy_the_strictest_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
