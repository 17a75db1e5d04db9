/* What a change would add or take away, told before and come true after. */
#include "flow_reach.h"

#include "vault/flow/policy.h"
#include "vault/flow/ranges.h"

/* ---- what a change would make of it ------------------------------------------------------- */

struct diff {
	struct lines *lines; /* before, and then after */
	size_t gained, lost, changed;
};

static enum status apply(void *ctx, enum reach_change what, const struct reach_line *before,
			 const struct reach_line *after)
{
	struct diff *d = ctx;
	char text[LINE];

	d->gained += what == REACH_GAINED;
	d->lost += what == REACH_LOST;
	d->changed += what == REACH_CHANGED;
	if (before) {
		line_text(before, text);
		take_away(d->lines, text);
	}
	if (after) {
		line_text(after, text);
		add(d->lines, text);
	}
	return ST_OK;
}

/* What a trial says will be, for all. */
static struct diff foretell(const struct reach_trial *t, struct lines out[EVERYBODY])
{
	struct diff sum = {NULL, 0, 0, 0};

	for (size_t i = 0; i < EVERYBODY; i++) {
		const struct account a = account(everybody[i]);
		struct diff d = {&out[i], 0, 0, 0};

		out[i] = reach_at(everybody[i], now);
		assert_ok(reach_difference(app, &a, now, t, apply, &d));
		sum.gained += d.gained;
		sum.lost += d.lost;
		sum.changed += d.changed;
	}
	return sum;
}

static void assert_came_true(struct lines foretold[EVERYBODY])
{
	for (size_t i = 0; i < EVERYBODY; i++) {
		struct lines is = reach_at(everybody[i], now);

		assert_same(&foretold[i], &is);
	}
	assert_as_pages();
}

static struct lines foretold[EVERYBODY];

/* Asks for it and confirms it, if need be; then it is as foretold.  And back again. */
static void try_range(struct range_row r, size_t gained, size_t lost, size_t changed)
{
	const struct reach_trial add_it = {.add = &r}, drop_it = {.drop = &r};
	const struct question sq = by(&sato), mq = by(&mori);
	struct diff d;

	snprintf(r.reason, sizeof r.reason, "%s", REASON);
	assert_ok(range_check(app, &r, now));
	d = foretell(&add_it, foretold);
	if (d.gained != gained || d.lost != lost || d.changed != changed)
		fail_msg("+%zu -%zu ~%zu", d.gained, d.lost, d.changed);
	assert_ok(range_ask(app, &sato, &sq, &r));
	if (r.opens)
		assert_ok(range_confirm(app, &mori, &mq, span_of(r.id)));
	assert_came_true(foretold);

	d = foretell(&drop_it, foretold);
	assert_int_equal(d.gained, lost);
	assert_int_equal(d.lost, gained);
	assert_int_equal(d.changed, changed);
	assert_ok(range_end(app, &sato, &sq, span_of(r.id)));
	if (!r.opens)
		assert_ok(range_confirm(app, &mori, &mq, span_of(r.id)));
	assert_came_true(foretold);
}

static struct range_row range_of(const char *account, const char *institution, bool opens)
{
	struct range_row r = {.opens = opens};

	snprintf(r.account, sizeof r.account, "%s", account);
	snprintf(r.institution, sizeof r.institution, "%s", institution);
	return r;
}

static void closing_a_child_takes_all_of_it(void **state)
{
	struct range_row r = range_of("tanaka", "", false);

	(void)state;
	memcpy(r.child, kid, sizeof r.child);
	try_range(r, 0, 3, 0);
	snprintf(r.account, sizeof r.account, "yamada");
	try_range(r, 0, 3, 0);
	snprintf(r.account, sizeof r.account, "shim");
	try_range(r, 0, 3, 0);
}

static void closing_a_type_or_a_section_takes_that(void **state)
{
	struct range_row r = range_of("", "kudan-es", false);

	(void)state;
	snprintf(r.type, sizeof r.type, "kihon");
	try_range(r, 0, 3, 2); /* of two children they can make no new one either */
	snprintf(r.section, sizeof r.section, "tests");
	try_range(r, 0, 0, 3);
}

static void closing_for_writing_leaves_the_reading(void **state)
{
	struct range_row r = range_of("tanaka", "", false);

	(void)state;
	r.write = true;
	memcpy(r.child, other, sizeof r.child);
	try_range(r, 0, 0, 2);
}

static void opening_adds_what_the_type_gives_the_role(void **state)
{
	struct range_row r = range_of("ito", "", true);

	(void)state;
	memcpy(r.child, kid, sizeof r.child);
	try_range(r, 2, 0, 0);
	r.write = true;
	try_range(r, 2, 0,
		  0); /* the type is of one kind of institution: theirs alone write in it */
	r = range_of("", "other-es", true);
	snprintf(r.children_of, sizeof r.children_of, "kudan-es");
	try_range(r, 4, 0, 0);
	r.children_of[0] = '\0';
	try_range(r, 5, 0, 0);
}

static void a_range_of_others_changes_nothing(void **state)
{
	struct range_row r = range_of("", "third-es", false);

	(void)state;
	memcpy(r.child, kid, sizeof r.child);
	try_range(r, 0, 0, 0);
}

static void one_that_begins_later_is_compared_on_that_day(void **state)
{
	struct range_row r = range_of("ito", "", true);
	const struct reach_trial t = {.add = &r};
	const struct account a = account("ito");
	struct lines l = {.count = 0};
	struct diff d = {&l, 0, 0, 0};

	(void)state;
	memcpy(r.child, kid, sizeof r.child);
	iso_in(3, r.since);
	assert_int_equal(day_cmp(day_jst(reach_moment(&t, now)), day_plus(day_jst(now), 3)), 0);
	assert_ok(reach_difference(app, &a, now, &t, apply, &d));
	assert_int_equal(d.gained, 0);
	assert_ok(reach_difference(app, &a, reach_moment(&t, now), &t, apply, &d));
	assert_int_equal(d.gained, 2);
	iso_in(-3, r.since);
	assert_int_equal(reach_moment(&t, now), now);
}

static void settings_are_foretold_too(void **state)
{
	const struct question sq = by(&sato), mq = by(&mori);
	struct policy p, before;
	const struct reach_trial t = {.policy = &p};
	struct diff d;
	bool waits;

	(void)state;
	assert_ok(policy_load(app, &before));
	p = before;
	p.lead_days = 5; /* ueda's child begins in ten */
	d = foretell(&t, foretold);
	assert_int_equal(d.lost, 1);
	assert_int_equal(d.gained + d.changed, 0);
	assert_ok(policy_ask(app, &sato, &sq, &p, &waits));
	assert_false(waits);
	assert_came_true(foretold);

	p = before;
	p.admin_reads = ADMIN_READS_ALWAYS; /* two administrators, three children, three sheets */
	d = foretell(&t, foretold);
	assert_int_equal(d.gained, 2 * 6 + 1);
	assert_int_equal(d.lost + d.changed, 0);
	assert_ok(policy_ask(app, &sato, &sq, &p, &waits));
	assert_true(waits);
	assert_int_equal(reach_at("mori", now).count, 0);
	assert_ok(policy_confirm(app, &mori, &mq, SPAN_NONE));
	assert_came_true(foretold);

	assert_ok(policy_ask(app, &sato, &sq, &before, &waits));
	assert_false(waits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(closing_a_child_takes_all_of_it),
	    cmocka_unit_test(closing_a_type_or_a_section_takes_that),
	    cmocka_unit_test(closing_for_writing_leaves_the_reading),
	    cmocka_unit_test(opening_adds_what_the_type_gives_the_role),
	    cmocka_unit_test(a_range_of_others_changes_nothing),
	    cmocka_unit_test(one_that_begins_later_is_compared_on_that_day),
	    cmocka_unit_test(settings_are_foretold_too),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
