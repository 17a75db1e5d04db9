/* child.md before the law: each action changes its own part of it, and nothing else. */
#include "vault/flow/law_impl.h"

enum { CHILD_BYTES = 256 * 1024 };

/* What of child.md an action may change. */
enum part { ROW = 1, STAYS = 2, GUARDIANS = 4, PROTECTIONS = 8 };

struct pair_of {
	struct deed *d;
	const struct child *was, *is; /* was: of child.create empty */
};

/* ---- what differs --------------------------------------------------------------------------- */

static unsigned differs(const struct child *a, const struct child *b)
{
	unsigned parts = 0;

	if (memcmp(&a->row, &b->row, sizeof a->row) != 0)
		parts |= ROW;
	if (a->enrolment_count != b->enrolment_count ||
	    memcmp(a->enrolments, b->enrolments, sizeof a->enrolments) != 0)
		parts |= STAYS;
	if (a->guardian_count != b->guardian_count ||
	    memcmp(a->guardians, b->guardians, sizeof a->guardians) != 0)
		parts |= GUARDIANS;
	if (a->protection_count != b->protection_count ||
	    memcmp(a->protections, b->protections, sizeof a->protections) != 0)
		parts |= PROTECTIONS;
	return parts;
}

/* Entries of a list: does the longer one have one more, the others in the same order? */
static bool one_more(const void *shorter, size_t n, const void *longer, size_t m, size_t size)
{
	const char *a = shorter, *b = longer;
	size_t i = 0;

	while (i < n && m == n + 1 && memcmp(a + i * size, b + i * size, size) == 0)
		i++;
	return m == n + 1 && memcmp(a + i * size, b + (i + 1) * size, (n - i) * size) == 0;
}

#define ONE_MORE(a, b, list, count)                                                                \
	one_more((a)->list, (a)->count, (b)->list, (b)->count, sizeof(a)->list[0])

static void say(struct deed *d, const char *what)
{
	accuse(d, "law.paths", "child.md: %s", what);
}

/* ---- stays ---------------------------------------------------------------------------------- */

static void enrols(struct pair_of *p)
{
	if (!ONE_MORE(p->was, p->is, enrolments, enrolment_count))
		say(p->d, "it does not add one stay");
}

/* How many entries differ, and whether only in the field that is put back in a copy. */
static void leaves(struct pair_of *p)
{
	size_t ended = 0;

	for (size_t i = 0; i < p->is->enrolment_count && i < p->was->enrolment_count; i++) {
		struct enrolment back = p->is->enrolments[i];

		ended += !p->was->enrolments[i].until[0] && back.until[0];
		memcpy(back.until, p->was->enrolments[i].until, sizeof back.until);
		if (memcmp(&back, &p->was->enrolments[i], sizeof back) != 0)
			say(p->d, "it changes more of a stay than its end");
	}
	if (ended != 1 || p->is->enrolment_count != p->was->enrolment_count)
		say(p->d, "it does not end one stay");
}

static void updates(struct pair_of *p)
{
	if (p->is->enrolment_count != p->was->enrolment_count)
		say(p->d, "it adds or removes a stay");
	for (size_t i = 0; i < p->is->enrolment_count && i < p->was->enrolment_count; i++) {
		struct enrolment back = p->is->enrolments[i];

		memcpy(back.class, p->was->enrolments[i].class, sizeof back.class);
		if (memcmp(&back, &p->was->enrolments[i], sizeof back) != 0)
			say(p->d, "it changes more of a stay than its class");
	}
}

/* After a merger, whose day and institution the registry has. */
static void transfers(struct pair_of *p)
{
	if (p->is->enrolment_count > p->was->enrolment_count + CHILD_ENROLMENTS_MAX / 2)
		say(p->d, "it adds too many stays");
}

/* ---- guardians ------------------------------------------------------------------------------ */

static void adds_guardian(struct pair_of *p)
{
	const struct guardian *g;
	struct account a;

	if (!ONE_MORE(p->was, p->is, guardians, guardian_count)) {
		say(p->d, "it does not add one guardian");
		return;
	}
	g = &p->is->guardians[p->is->guardian_count - 1];
	if (!law_account(p->d->law, span_of(g->account), p->d->at, &a) || a.staff ||
	    a.role != ROLE_HOUSEHOLD)
		accuse(p->d, "law.relation", "the guardian %s was no household's account",
		       g->account);
}

static void removes_guardian(struct pair_of *p)
{
	if (!ONE_MORE(p->is, p->was, guardians, guardian_count))
		say(p->d, "it does not remove one guardian");
}

static void rests(struct pair_of *p)
{
	bool suspends = strcmp(p->d->action, "guardian.suspend") == 0;
	size_t n = 0;

	for (size_t i = 0; i < p->is->guardian_count && i < p->was->guardian_count; i++) {
		const struct guardian *was = &p->was->guardians[i];
		struct guardian back = p->is->guardians[i];

		n += strcmp(was->suspended, back.suspended) != 0 &&
		     (back.suspended[0] != '\0') == suspends;
		memcpy(back.suspended, was->suspended, sizeof back.suspended);
		if (memcmp(&back, was, sizeof back) != 0)
			say(p->d, "it changes more of a guardian than whether the right rests");
	}
	if (n != 1 || p->is->guardian_count != p->was->guardian_count)
		say(p->d,
		    suspends ? "it suspends not one guardian" : "it resumes not one guardian");
}

static void protects(struct pair_of *p)
{
	if (!ONE_MORE(p->was, p->is, protections, protection_count))
		say(p->d, "it does not add one protection");
}

static void unprotects(struct pair_of *p)
{
	if (!ONE_MORE(p->is, p->was, protections, protection_count))
		say(p->d, "it does not remove one protection");
}

static void creates(struct pair_of *p)
{
	if (p->d->has_parent)
		say(p->d, "the child was there already");
}

static const struct {
	const char *action;
	unsigned parts;
	void (*check)(struct pair_of *p);
} acts[] = {
    {"child.create", ROW | STAYS | GUARDIANS | PROTECTIONS, creates},
    {"child.update", ROW | STAYS, updates},
    {"enrol", STAYS, enrols},
    {"leave", STAYS, leaves},
    {"transfer", STAYS, transfers},
    {"guardian.add", GUARDIANS, adds_guardian},
    {"guardian.remove", GUARDIANS, removes_guardian},
    {"guardian.suspend", GUARDIANS, rests},
    {"guardian.resume", GUARDIANS, rests},
    {"protect", PROTECTIONS, protects},
    {"unprotect", PROTECTIONS, unprotects},
};

/* ---- the file ------------------------------------------------------------------------------- */

static const char *part_name(unsigned part)
{
	return part & ROW	  ? "name, birth date or sex"
	       : part & STAYS	  ? "stays"
	       : part & GUARDIANS ? "guardians"
				  : "protections";
}

static void check(struct pair_of *p)
{
	unsigned changed = differs(p->was, p->is);

	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		unsigned other = changed & ~acts[i].parts;

		if (strcmp(acts[i].action, p->d->action) != 0)
			continue;
		if (other)
			accuse(p->d, "law.paths", "child.md: it changes the %s, too",
			       part_name(other));
		acts[i].check(p);
	}
}

enum status law_child_md(struct deed *d)
{
	struct child *is = arena_alloc(d->arena, sizeof *is);
	const struct child *was = NULL;
	struct problems ps;
	struct buf text;
	enum status st = is ? deed_child(d, &was) : ST_NOMEM;

	if (st == ST_NOTFOUND) {
		was = arena_alloc(d->arena, sizeof *was);
		st = was ? ST_OK : ST_NOMEM;
	}
	problems_init(&ps);
	buf_init(&text, CHILD_BYTES);
	if (!st)
		st = deed_blob(d, &d->paths[0].after, &text);
	if (!st)
		st = child_parse(is, "child.md", buf_span(&text), &ps);
	if (st == ST_INVALID || (!st && !span_is(span_of(is->row.id), d->w->name.id))) {
		accuse(d, "law.paths", "child.md is not that of %s", d->w->name.id);
		st = ST_OK;
	} else if (!st) {
		check(&(struct pair_of){d, was, is});
	}
	buf_clear(&text);
	problems_clear(&ps);
	return st;
}
