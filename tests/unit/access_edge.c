/* The edges of access_decide: bad accounts, facts that are not whole, lists that are too long. */
#include "vault/access/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct stay enrolled = {{2026, 4, 1}, {0, 0, 0}, {NULL, 0}};

/* An account that may do everything that its role may, for an enrolled child and its own sheet. */
static struct facts facts_of(enum role role)
{
	static const struct policy widest = {30, 30, ADMIN_READS_ALWAYS, 60, false, false};

	return (struct facts){
	    .policy = &widest,
	    .today = {2026, 11, 20},
	    .known = true,
	    .role = role,
	    .glass = true,
	    .child_exists = true,
	    .stays = &enrolled,
	    .nstays = 1,
	    .guardian = true,
	    .sheet_exists = true,
	    .type = SPAN("plan"),
	    .own_sheet = true,
	};
}

static bool is_staff(enum role role)
{
	return role_reads_content(role) && role != ROLE_HOUSEHOLD;
}

/* ---- the account ---------------------------------------------------------------------------- */

static void a_bad_account_may_do_nothing(void **state)
{
	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int a = 0; a < ACT_COUNT; a++)
			for (unsigned bits = 0; bits < 32; bits++) {
				struct facts f = facts_of((enum role)role);
				bool closed = (bits & 8) && is_staff((enum role)role);
				struct decision d;

				f.known = bits & 1;
				f.disabled = bits & 2;
				f.account_until = (struct day){2026, 11, bits & 4 ? 19 : 20};
				f.institution_closed = bits & 8;
				f.weak = bits & 16;
				d = access_decide((enum action)a, &f);
				if (a == ACT_PUBLIC)
					assert_true(d.allow);
				else if (!f.known || f.disabled || (bits & 4) || closed ||
					 (f.weak && a != ACT_FACTOR))
					assert_false(d.allow);
			}
}

static void no_facts_and_zeroed_facts_deny_all_but_public_pages(void **state)
{
	struct facts zero;

	(void)state;
	memset(&zero, 0, sizeof zero);
	for (int a = 0; a < ACT_COUNT; a++) {
		struct decision none = access_decide((enum action)a, NULL);
		struct decision zeroed = access_decide((enum action)a, &zero);

		assert_int_equal(none.allow, a == ACT_PUBLIC);
		assert_int_equal(none.reason, a == ACT_PUBLIC ? WHY_PUBLIC : WHY_NO_ACCOUNT);
		assert_int_equal(none.as, ROLE_NOBODY);
		assert_int_equal(none.relation, REL_NONE);
		assert_int_equal(zeroed.allow, none.allow);
		assert_int_equal(zeroed.reason, none.reason);
		assert_int_equal(zeroed.as, ROLE_NOBODY);
		assert_int_equal(zeroed.relation, REL_NONE);
	}
}

static void an_action_or_a_role_that_does_not_exist_is_denied(void **state)
{
	static const int strange[] = {ACT_COUNT, ACT_COUNT + 1, -1, 1000000};
	struct facts f = facts_of(ROLE_SCHOOL);

	(void)state;
	for (size_t i = 0; i < COUNT(strange); i++) {
		struct decision d = access_decide((enum action)strange[i], &f);

		assert_false(d.allow);
		assert_int_equal(d.reason, WHY_NO_RULE);
		assert_string_equal(action_name((enum action)strange[i]), "unknown");
	}
	assert_string_equal(reason_name(WHY_COUNT), "unknown");
	f.role = ROLE_COUNT;
	for (int a = ACT_PUBLIC + 1; a < ACT_COUNT; a++)
		assert_false(access_decide((enum action)a, &f).allow);
}

static void without_a_day_nothing_is_decided(void **state)
{
	static const struct day strange[] = {{0, 0, 0}, {2026, 2, 30}, {-1, 1, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(strange); i++)
		for (int a = ACT_PUBLIC + 1; a < ACT_COUNT; a++) {
			struct facts f = facts_of(ROLE_SCHOOL);

			f.today = strange[i];
			assert_false(access_decide((enum action)a, &f).allow);
		}
}

static enum reason why(const struct facts *f, enum action a)
{
	return access_decide(a, f).reason;
}

static void stays_that_are_not_whole_open_nothing(void **state)
{
	static const struct stay never = {{0, 0, 0}, {0, 0, 0}, {NULL, 0}};
	struct facts f = facts_of(ROLE_SCHOOL);

	(void)state;
	f.glass = false;
	f.policy = NULL;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_ENROLLED);
	f.by_class =
	    true; /* an empty class is no class, though the account's list has an empty one */
	f.classes = SPAN("a,,b");
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_OTHER_CLASS);
	f.by_class = false;
	f.stays = &never;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_NO_RELATION);
	f.stays = NULL;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_NO_RELATION);
}

/* In doubt a range closes and does not open. */
static void ranges_that_are_not_whole_open_nothing_and_close(void **state)
{
	static const struct range opens = {.opens = true, .write = true}, closes = {.write = false};
	struct facts f = facts_of(ROLE_SCHOOL);

	(void)state;
	f.nranges = 1;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_ENROLLED); /* no list at all */
	f.ranges = &closes;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_NARROWED);
	f.ranges = &opens;
	f.policy = NULL;
	f.nstays = 0;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_NO_RELATION);
}

static void a_sheet_without_a_type_is_none(void **state)
{
	struct facts f = facts_of(ROLE_BOARD);

	(void)state;
	f.type = SPAN_NONE; /* a range for its type could close it */
	assert_int_equal(why(&f, ACT_SHEET_READ), WHY_NO_SHEET);
	assert_int_equal(why(&f, ACT_SHEET_WRITE), WHY_NO_SHEET);
}

static void a_setting_that_does_not_exist_is_the_strictest(void **state)
{
	static const struct policy odd = {.admin_reads = (enum admin_reads)7};
	struct facts f = facts_of(ROLE_ADMIN);

	(void)state;
	f.policy = &odd;
	assert_int_equal(why(&f, ACT_CHILD_READ), WHY_NO_CONTENT);
	assert_false(access_decide(ACT_CHILD_OPEN, &f).allow);
}

/* ---- sections ------------------------------------------------------------------------------- */

enum { MANY = DECISION_SECTIONS + 1 };

static void many_sections(struct range out[MANY], char names[MANY][4], bool opens)
{
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "s%d", i);
		out[i] = (struct range){
		    .opens = opens, .section = span_of(names[i]), .since = {2026, 4, 1}};
	}
}

static void more_closed_sections_than_there_is_room_close_the_sheet(void **state)
{
	struct facts f = facts_of(ROLE_SCHOOL);
	struct range many[MANY];
	char names[MANY][4];
	struct decision d;

	(void)state;
	many_sections(many, names, false);
	f.ranges = many;
	f.nranges = DECISION_SECTIONS;
	d = access_decide(ACT_SHEET_READ, &f);
	assert_true(d.allow);
	assert_int_equal(d.nhidden, DECISION_SECTIONS);
	f.nranges = MANY;
	d = access_decide(ACT_SHEET_READ, &f);
	assert_false(d.allow);
	assert_int_equal(d.reason, WHY_NARROWED);
	assert_int_equal(d.relation, REL_NONE);
	assert_int_equal(d.nhidden, 0);
	many[MANY - 1].section = many[0].section; /* the same needs no room */
	assert_true(access_decide(ACT_SHEET_READ, &f).allow);
}

static void more_opened_sections_than_there_is_room_stay_shut(void **state)
{
	struct facts f = facts_of(ROLE_SCHOOL);
	struct range many[MANY];
	char names[MANY][4];
	struct decision d;

	(void)state;
	many_sections(many, names, true);
	f.ranges = many;
	f.nranges = MANY;
	d = access_decide(ACT_SHEET_READ, &f);
	assert_true(d.allow);
	assert_int_equal(d.nopened, DECISION_SECTIONS);
	assert_true(span_is(many[MANY - 2].section, d.opened[DECISION_SECTIONS - 1]));
}

/* ---- what was agreed to --------------------------------------------------------------------- */

static struct facts handed_facts(struct span sections)
{
	struct facts f = facts_of(ROLE_SCHOOL);

	f.stays = NULL;
	f.nstays = 0;
	f.glass = f.own_sheet = f.guardian = false;
	f.handover = SPAN("h1");
	f.handed = sections;
	return f;
}

static void a_handover_without_sections_shows_no_sheet(void **state)
{
	struct facts f = handed_facts(SPAN(""));

	(void)state;
	assert_int_equal(access_decide(ACT_CHILD_READ, &f).reason, WHY_HANDOVER);
	assert_false(access_decide(ACT_SHEET_READ, &f).allow);
	f.handed = SPAN_NONE;
	assert_false(access_decide(ACT_SHEET_READ, &f).allow);
	f.handed = SPAN("goals");
	assert_int_equal(access_decide(ACT_SHEET_READ, &f).reason, WHY_HANDOVER);
	f.sheet_exists = false;
	assert_int_equal(access_decide(ACT_SHEET_READ, &f).reason, WHY_NO_SHEET);
}

static void longer_lists_of_sections_than_there_is_room_share_nothing(void **state)
{
	static char long_list[DECISION_ONLY + 1], other[DECISION_ONLY / 2 + 1];
	struct facts f = handed_facts(span_make(long_list, DECISION_ONLY));
	struct decision d;

	(void)state;
	memset(long_list, 'x', DECISION_ONLY);
	memset(other, 'y', DECISION_ONLY / 2);
	assert_false(access_decide(ACT_SHEET_READ, &f).allow);
	f.handed.n--;
	d = access_decide(ACT_SHEET_READ, &f);
	assert_int_equal(d.relation, REL_SHARED);
	assert_int_equal(strlen(d.only), DECISION_ONLY - 1);
	/* consent to as much: as if there were none */
	f = handed_facts(SPAN_NONE);
	f.stays = &enrolled;
	f.nstays = 1;
	f.shared = true;
	f.only = span_make(long_list, DECISION_ONLY);
	d = access_decide(ACT_SHEET_READ, &f);
	assert_int_equal(d.relation, REL_ELSEWHERE);
	assert_string_equal(d.only, "");
	/* two that are longer together: the first */
	f.only.n = DECISION_ONLY / 2;
	f.handover = SPAN("h1");
	f.handed = span_make(other, DECISION_ONLY / 2);
	d = access_decide(ACT_SHEET_READ, &f);
	assert_int_equal(strlen(d.only), DECISION_ONLY / 2);
	assert_int_equal(d.only[0], 'x');
	f.handed.n -= 2;
	d = access_decide(ACT_SHEET_READ, &f);
	assert_int_equal(strlen(d.only), DECISION_ONLY - 1);
	assert_true(d.read_only);
}

/* ---- settings and words --------------------------------------------------------------------- */

static void widening_is_more_of_anything(void **state)
{
	struct policy usual, other;

	(void)state;
	policy_default(&usual);
	assert_int_equal(usual.lead_days, 30);
	assert_int_equal(usual.tail_days, 30);
	assert_int_equal(usual.admin_reads, ADMIN_READS_REASON);
	assert_int_equal(usual.glass_minutes, 0);
	assert_true(usual.staff_second_factor);
	assert_false(policy_widens(&usual, &usual));
	assert_false(policy_widens(NULL, NULL));
	assert_true(policy_widens(NULL, &usual));
	assert_false(policy_widens(&usual, NULL));
#define WIDER(change)                                                                              \
	do {                                                                                       \
		other = usual;                                                                     \
		other.change;                                                                      \
		assert_true(policy_widens(&usual, &other));                                        \
		assert_false(policy_widens(&other, &usual));                                       \
	} while (0)
	WIDER(lead_days++);
	WIDER(tail_days++);
	WIDER(admin_reads = ADMIN_READS_ALWAYS);
	WIDER(glass_minutes = 1);
	WIDER(staff_second_factor = false);
#undef WIDER
	other = usual;
	other.both_guardians = true;
	assert_false(policy_widens(&usual, &other));
	assert_true(policy_widens(&other, &usual));
	other = usual;
	other.lead_days = 0;
	other.tail_days = 31; /* less of one thing does not pay for more of another */
	assert_true(policy_widens(&usual, &other));
}

static void only_staff_may_be_spared_the_second_factor(void **state)
{
	struct policy p;

	(void)state;
	policy_default(&p);
	for (int role = 0; role < ROLE_COUNT; role++) {
		p.staff_second_factor = true;
		assert_true(access_needs_factor(&p, (enum role)role));
		assert_true(access_needs_factor(NULL, (enum role)role));
		p.staff_second_factor = false;
		assert_int_equal(access_needs_factor(&p, (enum role)role),
				 !is_staff((enum role)role));
	}
}

static void every_action_and_reason_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ACT_COUNT; i++) {
		assert_non_null(action_name((enum action)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(action_name((enum action)i),
						action_name((enum action)k));
	}
	for (int i = 0; i < WHY_COUNT; i++) {
		assert_non_null(reason_name((enum reason)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(reason_name((enum reason)i),
						reason_name((enum reason)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_bad_account_may_do_nothing),
	    cmocka_unit_test(no_facts_and_zeroed_facts_deny_all_but_public_pages),
	    cmocka_unit_test(an_action_or_a_role_that_does_not_exist_is_denied),
	    cmocka_unit_test(without_a_day_nothing_is_decided),
	    cmocka_unit_test(stays_that_are_not_whole_open_nothing),
	    cmocka_unit_test(ranges_that_are_not_whole_open_nothing_and_close),
	    cmocka_unit_test(a_sheet_without_a_type_is_none),
	    cmocka_unit_test(a_setting_that_does_not_exist_is_the_strictest),
	    cmocka_unit_test(more_closed_sections_than_there_is_room_close_the_sheet),
	    cmocka_unit_test(more_opened_sections_than_there_is_room_stay_shut),
	    cmocka_unit_test(a_handover_without_sections_shows_no_sheet),
	    cmocka_unit_test(longer_lists_of_sections_than_there_is_room_share_nothing),
	    cmocka_unit_test(widening_is_more_of_anything),
	    cmocka_unit_test(only_staff_may_be_spared_the_second_factor),
	    cmocka_unit_test(every_action_and_reason_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
