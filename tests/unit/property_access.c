/*
 * The property of access: for a municipality made at random, what lists, searches, kartes, sheets,
 * versions, histories, forms and PDFs show to each account is exactly what the decision and the
 * gate allow by the raw facts; each look and each refusal is in the journal with its reason; and
 * what administrators are told that somebody can reach is the same.
 *
 * KARTE_SEED=N: the first of the seeds.  KARTE_ROUNDS=N: how many worlds [3].  KARTE_SECONDS=N: how
 * long to look at all of them together [45]; each world is asked in an order of its own until its
 * share is over, but never less than LEAST_PAIRS accounts and children.
 */
#include "tests/unit/property_access_lists.h"
#include "tests/unit/property_access_more.h"
#include "tests/unit/property_access_reach.h"

enum { LEAST_PAIRS = 60, ROUNDS = 3, SECONDS = 45 };

/* ---- one world ------------------------------------------------------------------------------- */

/* Nobody for the server: nothing at all. */
static void look_from_outside(const struct child_fact *child)
{
	static struct marks shown;
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/children/%s", child->child.row.id);
	if (get(path) != 303 || strncmp(reply.to, "/login", 6) != 0)
		wrong(path, "%d, not sent to sign in", reply.a.status);
	marks_of_answer(&shown);
	if (shown.count || record_of("read", "allow", 0))
		wrong(path, "shows something");
}

static void look_as(size_t account, size_t child)
{
	caller = &world.callers[account];
	stand(&now_at, &world.accounts[account], &world.children[child]);
	if (is_over(now_at.who))
		look_from_outside(now_at.child);
	else
		look_at_child();
	if (!is_over(now_at.who) && one_in(2))
		look_around();
}

/* A child that the account has to do with, if one is met in some tries: most have to do with few.
 */
static size_t pick_child(size_t account)
{
	static struct standpoint s;
	size_t child = random_below(CHILDREN);

	for (int tries = 0; tries < 12; tries++) {
		stand(&s, &world.accounts[account], &world.children[child]);
		if (decide_child(&s, ACT_CHILD_READ).allow)
			break;
		child = random_below(CHILDREN);
	}
	return child;
}

static void look_at_world(time_t until)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		caller = &world.callers[i];
		now_at.who = &world.accounts[i];
		compare_reach(now_at.who);
		if (!is_over(now_at.who))
			look_at_lists(now_at.who);
	}
	for (unsigned n = 0; n < LEAST_PAIRS || time(NULL) < until; n++) {
		size_t account = random_below(ACCOUNTS);

		look_as(account, one_in(4) ? random_below(CHILDREN) : pick_child(account));
	}
}

static unsigned long setting(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text && text[0] ? strtoul(text, NULL, 10) : otherwise;
}

/* A world in which nothing happens would prove nothing. */
static void say_what_was_met(void)
{
	struct buf b;

	buf_init(&b, 4096);
	for (int i = 0; i < WHY_COUNT; i++)
		if (tally.reasons[i])
			buf_addf(&b, " %s %u", reason_name((enum reason)i), tally.reasons[i]);
	print_message("# sheets:%s; with sections closed %u, opened %u, with words kept away %u\n",
		      buf_str(&b), tally.closed, tally.opened, tally.withheld);
	buf_clear(&b);
}

static void everybody_sees_exactly_what_the_decision_allows(void **state)
{
	const unsigned long first = setting("KARTE_SEED", (unsigned long)time(NULL));
	const unsigned long rounds = setting("KARTE_ROUNDS", ROUNDS);
	const unsigned long seconds = setting("KARTE_SECONDS", SECONDS);

	(void)state;
	for (unsigned long i = 0; i < rounds; i++) {
		time_t begin = time(NULL);

		seed = first + i;
		print_message("# KARTE_SEED=%llu\n", (unsigned long long)seed);
		begin_vault("tests/access");
		make_world(seed);
		look_at_world(begin + (time_t)(seconds / rounds));
		stop_asking();
		assert_int_equal(finish_vault(), 0);
	}
	say_what_was_met();
	print_message("# %lu worlds, %u accounts before children (%u kartes open), %u sheets, "
		      "%u PDFs of versions, %u refused, %u requests\n",
		      rounds, tally.pairs, tally.readable, tally.sheets, tally.pdfs, tally.refused,
		      tally.requests);
	assert_true(tally.readable > tally.pairs / 10 && tally.refused > tally.requests / 20);
}

static int end(void **state)
{
	(void)state;
	stop_asking();
	return finish_vault();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_sees_exactly_what_the_decision_allows),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
