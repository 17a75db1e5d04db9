/* The facts of a random world, and its settings, institutions and accounts. */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_PEOPLE_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_PEOPLE_H

#include "tests/property/canary.h"
#include "tests/unit/access_http_marks.h"

#include "vault/flow/read_sheet.h"

enum {
	INSTITUTIONS = 12,
	ACCOUNTS = 60,
	CHILDREN = 80,
	RANGES = 50,
	SHARES = 160,
	GLASSES = 60,
	SHEETS_MOST = 3,
	VERSIONS_MOST = 3,
	/* marks of institutions and of accounts are those of children from here on */
	INSTITUTION_MARK = 900,
	ACCOUNT_MARK = 800,
};

struct sheet_fact {
	const struct sheet_type *type;
	const char *id, *institution;
	const char *status[VERSIONS_MOST];
	size_t versions;
	char letter;
	struct version_row rows[VERSIONS_MOST];
};

struct child_fact {
	struct child child;
	unsigned number;
	struct sheet_fact sheets[SHEETS_MOST];
	size_t nsheets;
	const struct account *authors[VERSIONS_MOST];
};

static struct world {
	struct policy policy;
	struct institution institutions[INSTITUTIONS];
	struct account accounts[ACCOUNTS];
	struct caller callers[ACCOUNTS];
	struct child_fact children[CHILDREN];
	struct range_row ranges[RANGES];
	struct share_fact {
		size_t child, institution;
		const struct sheet_type *type;
		const struct sheet_fact *sheet; /* NULL: all of the type … */
		size_t version;			/* … otherwise shared at this one */
		char source[8];			/* "": consent */
		const char *sections;
		char since[DAY_ROOM], until[DAY_ROOM];
	} shares[SHARES];
	struct glass_row glasses[GLASSES];
} world;

static inline bool one_in(uint32_t n)
{
	return random_below(n) == 0;
}

static inline int between(int least, int most)
{
	return least + (int)random_below((uint32_t)(most - least + 1));
}

static inline void put_day(char out[static DAY_ROOM], int from_today)
{
	span_copy(span_of(day_text(from_today)), out, DAY_ROOM);
}

static inline void random_class(char *out, size_t room)
{
	static const char *const classes[] = {"", "1-1", "1-2", "2-1"};

	snprintf(out, room, "%s", classes[random_below(4)]);
}

/* ---- settings, institutions, accounts -------------------------------------------------------- */

static inline void make_policy(void)
{
	world.policy = (struct policy){.lead_days = one_in(2) ? 30 : 0,
				       .tail_days = one_in(2) ? 30 : 0,
				       .admin_reads = (enum admin_reads)random_below(3),
				       .glass_minutes = one_in(2) ? 60 : 0,
				       .staff_second_factor = true};
	assert_ok(policy_index(app, &world.policy));
}

static inline void make_institutions(void)
{
	static const enum role kinds[] = {ROLE_SCHOOL, ROLE_NURSERY, ROLE_BOARD,   ROLE_HEALTH,
					  ROLE_SCHOOL, ROLE_THERAPY, ROLE_WELFARE, ROLE_PROVIDER,
					  ROLE_SCHOOL, ROLE_NURSERY, ROLE_SCHOOL,  ROLE_THERAPY};

	for (unsigned i = 0; i < INSTITUTIONS; i++) {
		struct institution *n = &world.institutions[i];

		*n = (struct institution){.kind = kinds[i], .by_class = one_in(3)};
		snprintf(n->id, sizeof n->id, "inst-%02u", i);
		snprintf(n->name, sizeof n->name, "%s 園",
			 mark_text(INSTITUTION_MARK + i, 'i', 'i', '0'));
		if (one_in(10))
			put_day(n->closed, between(-1, 1));
		assert_ok(institution_put(app->db, n));
	}
}

static inline enum role role_of_number(unsigned i)
{
	return i < 24 ? ROLE_HOUSEHOLD : i == 24 ? ROLE_AUDITOR : i < 28 ? ROLE_ADMIN : ROLE_NOBODY;
}

static inline void make_account(unsigned i)
{
	struct account *a = &world.accounts[i];
	const struct institution *n = &world.institutions[i % INSTITUTIONS];
	char class[CLASS_ROOM];

	*a = (struct account){.role = role_of_number(i), .disabled = one_in(25)};
	snprintf(a->id, sizeof a->id, "who-%02u", i);
	snprintf(a->name, sizeof a->name, "%s さん", mark_text(ACCOUNT_MARK + i, 'p', 'p', '0'));
	if (a->role == ROLE_NOBODY) {
		a->staff = true;
		a->role = n->kind;
		a->whole = one_in(4);
		memcpy(a->institution, n->id, sizeof a->institution);
		random_class(class, sizeof class);
		snprintf(a->classes, sizeof a->classes, "%s%s", class,
			 class[0] && one_in(2) ? ",2-1" : "");
	}
	if (one_in(6))
		put_day(a->until, between(-1, 2));
	place_account(a);
	let_in(&world.callers[i], a->id, false);
}

#endif
