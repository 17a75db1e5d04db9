/* Settings of access: what is set at once, what waits, and who confirms what. */
#include "flow_admins.h"

#include "vault/flow/policy.h"
#include "vault/flow/ranges.h"
#include "vault/flow/reindex.h"

#include <string.h>

static struct question by(const struct actor *who)
{
	return (struct question){.action = ACT_ADMIN,
				 .who = &who->account,
				 .request = who->request,
				 .now = (int64_t)time(NULL)};
}

#define assert_refused(call, why)                                                                  \
	do {                                                                                       \
		struct newest n_;                                                                  \
		assert_status(call, ST_DENIED);                                                    \
		n_ = newest_record("access", NULL);                                                \
		assert_string_equal(n_.decision, "deny");                                          \
		assert_string_equal(n_.reason, why);                                               \
	} while (0)

static enum status want(const struct actor *who, const struct policy *p, bool *waits)
{
	const struct question q = by(who);

	return policy_ask(app, who, &q, p, waits);
}

static enum status confirm(const struct actor *who, const char *token)
{
	const struct question q = by(who);

	return policy_confirm(app, who, &q, token ? span_of(token) : SPAN_NONE);
}

static struct policy in_force(void)
{
	struct policy p, kept;
	struct oid version;

	assert_ok(policy_load(app, &p));
	assert_ok(registry_policy(app, &kept, &version));
	assert_int_equal(p.tail_days, kept.tail_days);
	assert_int_equal(p.glass_minutes, kept.glass_minutes);
	assert_int_equal(p.admin_reads, kept.admin_reads);
	return p;
}

static void what_narrows_is_set_at_once_and_what_widens_waits(void **state)
{
	struct policy p = in_force();
	struct asked_policy asked;
	bool waits;

	(void)state;
	assert_int_equal(p.tail_days, 30);
	assert_status(want(&sato, &p, &waits), ST_EXISTS);
	p.tail_days = 10;
	assert_ok(want(&sato, &p, &waits));
	assert_false(waits);
	assert_int_equal(in_force().tail_days, 10);

	p.glass_minutes = 30;
	p.tail_days = 5;
	assert_ok(want(&sato, &p, &waits));
	assert_true(waits);
	assert_int_equal(in_force().glass_minutes, 0);
	assert_int_equal(in_force().tail_days, 10);
	assert_ok(registry_asked_policy(app, &asked));
	assert_string_equal(asked.by, "sato");
	assert_int_equal(asked.policy.glass_minutes, 30);
	assert_status(want(&sato, &p, &waits), ST_EXISTS);

	assert_refused(confirm(&sato, asked.token), "same-person");
	assert_refused(confirm(&tanaka, asked.token), "no-rule");
	assert_int_equal(in_force().glass_minutes, 0);
	assert_ok(confirm(&mori, asked.token));
	assert_int_equal(in_force().glass_minutes, 30);
	assert_int_equal(in_force().tail_days, 5);
	assert_status(registry_asked_policy(app, &asked), ST_NOTFOUND);
	assert_status(confirm(&mori, NULL), ST_INVALID);
	assert_string_equal(newest_record("change", NULL).event, "setting.confirm");
}

static void what_somebody_has_not_seen_they_do_not_confirm(void **state)
{
	struct policy p = in_force();
	struct asked_policy seen, asked;
	bool waits;

	(void)state;
	p.lead_days = 31;
	assert_ok(want(&sato, &p, &waits));
	assert_ok(registry_asked_policy(app, &seen));
	p.lead_days = 366;
	p.admin_reads = ADMIN_READS_ALWAYS;
	assert_ok(want(&sato, &p, &waits));
	assert_true(waits);
	assert_status(confirm(&mori, seen.token), ST_INVALID);
	assert_ok(registry_asked_policy(app, &asked));
	assert_int_not_equal(in_force().lead_days, 366);
	assert_int_equal(asked.policy.lead_days, 366);
}

static void what_waits_can_be_dropped_and_goes_with_a_change(void **state)
{
	const struct question q = by(&mori);
	struct policy p = in_force();
	struct asked_policy asked;
	bool waits;

	(void)state;
	p.lead_days = 90;
	assert_ok(want(&sato, &p, &waits));
	assert_ok(policy_decline(app, &mori, &q));
	assert_status(registry_asked_policy(app, &asked), ST_NOTFOUND);
	assert_status(policy_decline(app, &mori, &q), ST_INVALID);

	assert_ok(want(&sato, &p, &waits));
	p = in_force();
	p.lead_days = 1;
	assert_ok(want(&mori, &p, &waits));
	assert_false(waits);
	assert_status(registry_asked_policy(app, &asked), ST_NOTFOUND);
	assert_int_equal(in_force().lead_days, 1);
}

/* An index with wider settings than the registry must not let a widening pass. */
static void what_widens_is_told_by_the_registry(void **state)
{
	struct policy p = in_force(), wide = p;
	bool waits;

	(void)state;
	wide.tail_days = 366;
	assert_ok(policy_index(app, &wide));
	p.tail_days = 100;
	assert_ok(want(&sato, &p, &waits));
	assert_true(waits);
	assert_ok(registry_index_policy(app));
	assert_int_equal(in_force().tail_days, 5);
}

static void settings_out_of_bounds_are_refused(void **state)
{
	struct policy p = in_force();
	bool waits;

	(void)state;
	p.lead_days = POLICY_DAYS_MAX + 1;
	assert_status(want(&sato, &p, &waits), ST_INVALID);
	p = in_force();
	p.tail_days = -1;
	assert_status(want(&sato, &p, &waits), ST_INVALID);
	p = in_force();
	p.glass_minutes = POLICY_GLASS_MAX + 1;
	assert_status(want(&sato, &p, &waits), ST_INVALID);
	p = in_force();
	p.admin_reads = (enum admin_reads)7;
	assert_status(want(&sato, &p, &waits), ST_INVALID);
	p = in_force();
	p.staff_second_factor = !p.staff_second_factor;
	assert_refused(want(&tanaka, &p, &waits), "no-rule");
}

static void settings_come_back_from_the_registry(void **state)
{
	struct policy p = in_force();
	bool waits;

	(void)state;
	p.lead_days = 300;
	assert_ok(want(&sato, &p, &waits));
	assert_true(waits);
	assert_ok(reindex(app, NULL, NULL));
	assert_int_equal(in_force().tail_days, 5);
	assert_int_equal(in_force().lead_days, 1);
	restart();
	assert_int_equal(in_force().tail_days, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_narrows_is_set_at_once_and_what_widens_waits),
	    cmocka_unit_test(what_somebody_has_not_seen_they_do_not_confirm),
	    cmocka_unit_test(what_waits_can_be_dropped_and_goes_with_a_change),
	    cmocka_unit_test(what_widens_is_told_by_the_registry),
	    cmocka_unit_test(settings_out_of_bounds_are_refused),
	    cmocka_unit_test(settings_come_back_from_the_registry),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
