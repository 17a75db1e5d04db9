/* 「この人として見る」: what it says is what the pages show. */
#include "flow_reach.h"

#include "vault/flow/glass.h"

/* ---- this person, now --------------------------------------------------------------------- */

#define ALL "本人・保護者の願い、基本のこと、発達検査"

static void everybody_reaches_what_is_theirs(void **state)
{
	struct lines l = reach_at("tanaka", now);

	(void)state;
	assert_true(has(&l, kid, "kihon/2025 R:" ALL " W:" ALL));
	assert_int_equal(l.count, 5);
	l = reach_at("yamada", now);
	assert_true(has(&l, kid, "karte/ R: W:"));
	assert_true(has(&l, kid, "kihon/2025 R:本人・保護者の願い、基本のこと W:"));
	assert_true(has(&l, kid, "kihon/2024 R:本人・保護者の願い W:本人・保護者の願い"));
	assert_int_equal(l.count, 3);
	l = reach_at("shim", now);
	assert_true(has(&l, other, "kihon/2025 R:" ALL " W:"));
	assert_int_equal(l.count, 6);
	assert_int_equal(reach_at("ito", now).count, 0);
	assert_int_equal(reach_at("kanjo", now).count, 0);
	assert_int_equal(reach_at("sato", now).count, 0);
	assert_int_equal(reach_at("ueda", now).count, 1);
}

static void it_is_what_the_pages_show(void **state)
{
	(void)state;
	assert_as_pages();
}

static void a_familys_protections_are_part_of_it(void **state)
{
	const struct child_task task = {.child = span_of(kid)};
	struct protection p = {.guardian = "yamada", .kind = "sheet", .value = "kihon/2024"};
	struct lines l;

	(void)state;
	assert_ok(child_protect(app, &chief, &task, &p));
	l = reach_at("yamada", now);
	assert_int_equal(l.count, 2);
	assert_true(has(&l, kid, "kihon/2025 R:本人・保護者の願い、基本のこと W:"));
	assert_as_pages();
	assert_ok(child_unprotect(app, &chief, &task, &p));
	snprintf(p.kind, sizeof p.kind, "school");
	snprintf(p.value, sizeof p.value, "kudan-es");
	assert_ok(child_protect(app, &chief, &task, &p));
	l = reach_at("yamada", now);
	assert_int_equal(l.count, 1);
	assert_as_pages();
	assert_ok(child_unprotect(app, &chief, &task, &p));
	assert_int_equal(reach_at("yamada", now).count, 3);
}

static void who_gave_a_reason_is_let_in_for_that_while(void **state)
{
	struct question q = by(&mori);
	struct lines l;

	(void)state;
	q.child = span_of(kid);
	assert_ok(glass_open(app, &q, SPAN("災害のときの安否の確認のため")));
	l = reach_at("mori", now);
	assert_true(has(&l, kid, "karte/ read-only R: W:"));
	assert_true(has(&l, kid, "kihon/2025 R:" ALL " W:"));
	assert_int_equal(l.count, 3);
	assert_int_equal(reach_at("mori", now + GLASS_ADMIN_MINUTES * 60).count, 0);
	assert_int_equal(reach_at("sato", now).count, 0);
	assert_as_pages();
}

static enum status stop_at_two(void *ctx, const struct reach_line *l)
{
	size_t *n = ctx;

	(void)l;
	return ++*n == 2 ? ST_EXISTS : ST_OK;
}

static void whoever_asks_can_stop(void **state)
{
	const struct account a = account("shim");
	size_t n = 0;

	(void)state;
	assert_status(reach_of(app, &a, now, stop_at_two, &n), ST_EXISTS);
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_reaches_what_is_theirs),
	    cmocka_unit_test(it_is_what_the_pages_show),
	    cmocka_unit_test(a_familys_protections_are_part_of_it),
	    cmocka_unit_test(who_gave_a_reason_is_let_in_for_that_while),
	    cmocka_unit_test(whoever_asks_can_stop),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
