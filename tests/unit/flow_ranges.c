/* Exceptions and settings of access: who may take which step, what waits, what holds at once. */
#include "flow_help.h"

#include "vault/flow/policy.h"
#include "vault/flow/ranges.h"
#include "vault/flow/reindex.h"

#include <string.h>

#define REASON "担任を代わりにするため"
#define DAY 86400

static char child[11];
static struct actor sato, mori; /* two administrators */
static struct account ito;	/* a teacher elsewhere */
static int64_t now;

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_account("sato", ROLE_ADMIN, NULL);
	put_account("mori", ROLE_ADMIN, NULL);
	put_account("kanjo", ROLE_AUDITOR, NULL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	assert_ok(actor_account(&mori, app, SPAN("mori"), SPAN(PASSWORD)));
	assert_ok(account_get(app->db, SPAN("ito"), &ito));
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&sato);
	actor_clear(&mori);
	return end_vault(state);
}

static int fresh_child(void **state)
{
	(void)state;
	new_child(child);
	now = (int64_t)time(NULL);
	return 0;
}

static struct question by(const struct actor *who)
{
	return (struct question){
	    .action = ACT_ADMIN, .who = &who->account, .request = who->request, .now = now};
}

static struct range_row range_of(const char *account, bool opens)
{
	struct range_row r = {.opens = opens};

	snprintf(r.account, sizeof r.account, "%s", account);
	snprintf(r.child, sizeof r.child, "%s", child);
	snprintf(r.reason, sizeof r.reason, "%s", REASON);
	return r;
}

static enum status ask(const struct actor *who, struct range_row *r)
{
	const struct question q = by(who);

	return range_ask(app, who, &q, r);
}

typedef enum status range_step(struct app *, const struct actor *, const struct question *,
			       struct span);

static enum status step(range_step *what, const struct actor *who, const struct range_row *r)
{
	const struct question q = by(who);

	return what(app, who, &q, span_of(r->id));
}

static bool reads_at(const struct account *who, int64_t at)
{
	const struct question q = {
	    .action = ACT_CHILD_READ, .who = who, .child = span_of(child), .now = at};
	struct decision d;

	assert_ok(decide_quietly(app, &q, &d, NULL));
	return d.allow;
}

static bool reads(const struct account *who)
{
	return reads_at(who, now);
}

#define assert_state(range, want)                                                                  \
	do {                                                                                       \
		struct range_row got_, kept_;                                                      \
		struct oid version_;                                                               \
		assert_ok(range_get(app->db, span_of((range)->id), &got_));                        \
		assert_string_equal(got_.state, want);                                             \
		assert_ok(registry_get_range(app, span_of((range)->id), &kept_, &version_));       \
		assert_string_equal(kept_.state, want);                                            \
	} while (0)

#define assert_refused(call, why)                                                                  \
	do {                                                                                       \
		struct newest n_;                                                                  \
		assert_status(call, ST_DENIED);                                                    \
		n_ = newest_record("access", NULL);                                                \
		assert_string_equal(n_.decision, "deny");                                          \
		assert_string_equal(n_.reason, why);                                               \
	} while (0)

/* ---- steps -------------------------------------------------------------------------------- */

static void an_opening_waits_for_a_second_administrator(void **state)
{
	struct range_row r = range_of("ito", true), kept;

	(void)state;
	assert_false(reads(&ito));
	assert_ok(ask(&sato, &r));
	assert_state(&r, "asked");
	assert_false(reads(&ito));
	assert_refused(step(range_confirm, &sato, &r), "same-person");
	assert_refused(step(range_confirm, &tanaka, &r), "no-rule");
	assert_state(&r, "asked");
	assert_false(reads(&ito));
	assert_ok(step(range_confirm, &mori, &r));
	assert_state(&r, "in-force");
	assert_true(reads(&ito));
	assert_ok(range_get(app->db, span_of(r.id), &kept));
	assert_string_equal(kept.asked_by, "sato");
	assert_string_equal(kept.confirmed_by, "mori");
	assert_int_equal(kept.asked_at, now);
	assert_string_equal(newest_record("change", NULL).event, "range.confirm");
}

static void an_opening_ends_at_once_by_any_administrator(void **state)
{
	struct range_row r = range_of("ito", true);

	(void)state;
	assert_ok(ask(&sato, &r));
	assert_ok(step(range_confirm, &mori, &r));
	assert_refused(step(range_end, &tanaka, &r), "no-rule");
	assert_true(reads(&ito));
	assert_ok(step(range_end, &mori, &r));
	assert_state(&r, "ended");
	assert_false(reads(&ito));
	assert_status(step(range_end, &sato, &r), ST_INVALID);
	assert_status(step(range_confirm, &mori, &r), ST_INVALID);
}

static void what_was_asked_for_can_be_withdrawn_and_is_then_over(void **state)
{
	struct range_row r = range_of("ito", true), kept;

	(void)state;
	assert_ok(ask(&sato, &r));
	assert_status(step(range_end, &mori, &r), ST_INVALID);
	assert_ok(step(range_decline, &sato, &r));
	assert_state(&r, "declined");
	assert_ok(range_get(app->db, span_of(r.id), &kept));
	assert_string_equal(kept.ended_by, "sato");
	assert_status(step(range_confirm, &mori, &r), ST_INVALID);
	assert_state(&r, "declined");
	assert_false(reads(&ito));
}

static void a_narrowing_holds_at_once_and_its_end_waits(void **state)
{
	struct range_row r = range_of("tanaka", false), kept;

	(void)state;
	assert_true(reads(&tanaka.account));
	assert_ok(ask(&sato, &r));
	assert_state(&r, "in-force");
	assert_false(reads(&tanaka.account));
	assert_status(step(range_confirm, &mori, &r), ST_INVALID);

	assert_ok(step(range_end, &sato, &r));
	assert_state(&r, "end-asked");
	assert_false(reads(&tanaka.account));
	assert_refused(step(range_confirm, &sato, &r), "same-person");
	assert_ok(step(range_decline, &mori, &r));
	assert_state(&r, "in-force");
	assert_ok(range_get(app->db, span_of(r.id), &kept));
	assert_string_equal(kept.ended_by, "");
	assert_false(reads(&tanaka.account));

	assert_ok(step(range_end, &mori, &r));
	assert_refused(step(range_confirm, &mori, &r), "same-person");
	assert_false(reads(&tanaka.account));
	assert_ok(step(range_confirm, &sato, &r));
	assert_state(&r, "ended");
	assert_true(reads(&tanaka.account));
	assert_ok(range_get(app->db, span_of(r.id), &kept));
	assert_string_equal(kept.ended_by, "mori");
	assert_string_equal(kept.confirmed_by, "sato");
}

static void the_operator_is_one_person_too(void **state)
{
	struct range_row r = range_of("ito", true);

	(void)state;
	assert_ok(ask(&chief, &r));
	assert_refused(step(range_confirm, &chief, &r), "same-person");
	assert_ok(step(range_confirm, &mori, &r));
	assert_true(reads(&ito));
	assert_ok(step(range_end, &chief, &r));
}

static void nobody_changes_their_own_range(void **state)
{
	struct range_row r = range_of("sato", false);

	(void)state;
	assert_refused(ask(&sato, &r), "own-rights");
	assert_ok(ask(&mori, &r));
	assert_refused(step(range_end, &sato, &r), "own-rights");
	assert_ok(step(range_end, &mori, &r));
	assert_refused(step(range_confirm, &sato, &r), "same-person");
	assert_ok(step(range_confirm, &chief, &r));
	assert_state(&r, "ended");
}

static void only_administrators_ask(void **state)
{
	struct range_row r = range_of("ito", true);

	(void)state;
	assert_refused(ask(&tanaka, &r), "no-rule");
	assert_refused(ask(&yamada, &r), "no-rule");
	assert_status(range_get(app->db, span_of(r.id), &r), ST_NOTFOUND);
}

static void what_a_form_says_of_state_and_names_counts_for_nothing(void **state)
{
	struct range_row r = range_of("ito", true), other = range_of("ito", true), kept;

	(void)state;
	assert_ok(ask(&sato, &other));
	r = other;
	snprintf(r.state, sizeof r.state, "in-force");
	snprintf(r.confirmed_by, sizeof r.confirmed_by, "mori");
	snprintf(r.ended_by, sizeof r.ended_by, "mori");
	snprintf(r.asked_by, sizeof r.asked_by, "mori");
	assert_ok(ask(&sato, &r));
	assert_string_not_equal(r.id, other.id);
	assert_ok(range_get(app->db, span_of(r.id), &kept));
	assert_string_equal(kept.state, "asked");
	assert_string_equal(kept.asked_by, "sato");
	assert_string_equal(kept.confirmed_by, "");
	assert_string_equal(kept.ended_by, "");
	assert_false(reads(&ito));
	assert_ok(step(range_decline, &sato, &r));
	assert_ok(step(range_decline, &sato, &other));
}

/* ---- what may be asked -------------------------------------------------------------------- */

static void set(char *to, size_t cap, const char *text)
{
	if (text)
		assert_true(span_copy(span_of(text), to, cap));
}

static void a_wrong_range_is_refused_with_the_reason(void **state)
{
	static const struct {
		bool opens, write;
		const char *account, *institution, *child, *children_of, *type, *section, *since,
		    *until, *reason, *words;
	} wrong[] = {
	    {true, .account = "", .words = "どちらか1つ"},
	    {true, .institution = "kudan-es", .words = "どちらか1つ"},
	    {true, .account = "nobody", .words = "アカウントはありません"},
	    {true, .account = "../ito", .words = "アカウントはありません"},
	    {true, .account = "", .institution = "nowhere", .words = "機関はありません"},
	    {true, .account = "yamada", .words = "職員のアカウントだけ"},
	    {true, .account = "mori", .words = "職員のアカウントだけ"},
	    {false, .account = "kanjo", .words = "見る範囲がありません"},
	    {true, .child = "c000000000", .words = "子どもはいません"},
	    {true, .children_of = "kudan-es", .words = "どちらか1つ"},
	    {true, .child = "", .children_of = "nowhere", .words = "機関はありません"},
	    {true, .section = "tests", .words = "シートの種類も"},
	    {true, .type = "nothing", .words = "種類はありません"},
	    {true, .type = "kihon", .section = "nothing", .words = "欄はありません"},
	    {true, true, .type = "kihon", .section = "tests", .words = "読むことだけ"},
	    {true, .since = "2026-02-30", .words = "日付"},
	    {true, .since = "2999-01-02", .until = "2999-01-01", .words = "前です"},
	    {true, .since = "2020-01-01", .until = "2020-02-01", .words = "過ぎています"},
	    {true, .reason = "", .words = "5字から 200字"},
	    {true, .reason = "あいうえ", .words = "5字から 200字"},
	    {true, .reason = "あいう\nえお", .words = "5字から 200字"},
	    {true, .reason = "あいう\xff えお", .words = "5字から 200字"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct range_row r = range_of("ito", wrong[i].opens);

		r.write = wrong[i].write;
		set(r.account, sizeof r.account, wrong[i].account);
		set(r.institution, sizeof r.institution, wrong[i].institution);
		set(r.child, sizeof r.child, wrong[i].child);
		set(r.children_of, sizeof r.children_of, wrong[i].children_of);
		set(r.type, sizeof r.type, wrong[i].type);
		set(r.section, sizeof r.section, wrong[i].section);
		set(r.since, sizeof r.since, wrong[i].since);
		set(r.until, sizeof r.until, wrong[i].until);
		set(r.reason, sizeof r.reason, wrong[i].reason);
		assert_status(range_check(app, &r, now), ST_INVALID);
		if (!strstr(fail_why(), wrong[i].words))
			fail_msg("row %zu: %s", i, fail_why());
		assert_status(ask(&sato, &r), ST_INVALID);
		assert_status(range_get(app->db, span_of(r.id), &r), ST_NOTFOUND);
	}
}

static void a_range_counts_on_its_days_and_is_not_confirmed_after_them(void **state)
{
	struct range_row r = range_of("ito", true), late = range_of("ito", true);
	char today[DAY_TEXT], tomorrow[DAY_TEXT];

	(void)state;
	day_iso(day_jst(now), today);
	day_iso(day_plus(day_jst(now), 1), tomorrow);
	set(r.since, sizeof r.since, tomorrow);
	set(r.until, sizeof r.until, tomorrow);
	set(late.until, sizeof late.until, today);
	assert_ok(ask(&sato, &r));
	assert_ok(ask(&sato, &late));
	assert_string_equal(late.since, today);
	assert_ok(step(range_confirm, &mori, &r));
	assert_false(reads_at(&ito, now));
	assert_true(reads_at(&ito, now + DAY));
	assert_false(reads_at(&ito, now + 2 * DAY));
	assert_false(range_is_over(&r, now + DAY));
	assert_true(range_is_over(&r, now + 2 * DAY));

	now += DAY;
	assert_status(step(range_confirm, &mori, &late), ST_INVALID);
	now -= DAY;
	assert_state(&late, "asked");
	assert_ok(step(range_decline, &mori, &late));
	assert_ok(step(range_end, &mori, &r));
}

static void whose_account_has_changed_meanwhile_is_not_widened(void **state)
{
	struct range_row r = range_of("kawa", true);
	struct account a;

	(void)state;
	put_account("kawa", ROLE_SCHOOL, "other-es");
	assert_ok(ask(&sato, &r));
	assert_ok(account_get(app->db, SPAN("kawa"), &a));
	a.staff = false;
	a.role = ROLE_HOUSEHOLD;
	a.institution[0] = '\0';
	assert_ok(registry_put_account(app, &chief, "account.update", &a, NULL, SPAN_NONE));
	assert_status(step(range_confirm, &mori, &r), ST_INVALID);
	assert_state(&r, "asked");
}

static void more_than_a_decision_can_weigh_are_refused(void **state)
{
	struct range_row r;

	(void)state;
	put_account("many", ROLE_SCHOOL, "kudan-es");
	for (size_t i = 0; i < STANDING_RANGES / 2; i++) {
		r = range_of("many", false);
		set(r.type, sizeof r.type, "kihon");
		assert_ok(ask(&sato, &r));
	}
	r = range_of("many", false);
	assert_status(ask(&sato, &r), ST_INVALID);
	assert_non_null(strstr(fail_why(), "32件まで"));
}

/* ---- the registry and the index ----------------------------------------------------------- */

static enum status count_row(void *ctx, const struct range_row *r)
{
	struct buf *out = ctx;

	buf_addf(out, "%s %s %s %d %d %s %s %s %s %s..%s %s+%s-%s %lld %s\n", r->id, r->account,
		 r->institution, r->opens, r->write, r->child, r->children_of, r->type, r->section,
		 r->since, r->until, r->asked_by, r->confirmed_by, r->ended_by, r->asked_at,
		 r->state);
	return ST_OK;
}

static void the_index_comes_back_from_the_registry(void **state)
{
	struct range_row r = {.opens = true, .write = true};
	struct buf before, after;

	(void)state;
	set(r.institution, sizeof r.institution, "other-es");
	set(r.children_of, sizeof r.children_of, "kudan-es");
	set(r.type, sizeof r.type, "kihon");
	set(r.until, sizeof r.until, "2999-03-31");
	set(r.reason, sizeof r.reason, "理由: 「- x」 # と \"引用\"");
	assert_ok(ask(&sato, &r));
	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	assert_ok(range_each(app->db, count_row, &before));
	assert_ok(reindex(app, NULL, NULL));
	assert_ok(range_each(app->db, count_row, &after));
	assert_true(before.len > 100);
	assert_string_equal(buf_str(&before), buf_str(&after));
	assert_ok(range_get(app->db, span_of(r.id), &r));
	assert_string_equal(r.reason, "理由: 「- x」 # と \"引用\"");
	assert_ok(step(range_decline, &sato, &r));
	buf_clear(&before);
	buf_clear(&after);
}

/* The commit was there, the index could not be written: the next try puts it right. */
static void an_index_that_was_left_behind_heals(void **state)
{
	struct range_row r = range_of("ito", true), old;

	(void)state;
	assert_ok(ask(&sato, &r));
	assert_ok(step(range_confirm, &mori, &r));
	assert_ok(range_get(app->db, span_of(r.id), &old));
	assert_ok(step(range_end, &mori, &r));
	assert_ok(range_put(app->db, &old));
	assert_true(reads(&ito));
	assert_status(step(range_end, &mori, &r), ST_INVALID);
	assert_state(&r, "ended");
	assert_false(reads(&ito));
}

/* A confirmation is of the state in the registry, whatever the index says. */
static void the_registry_decides_about_a_step(void **state)
{
	struct range_row r = range_of("ito", true), asked;

	(void)state;
	assert_ok(ask(&sato, &r));
	assert_ok(range_get(app->db, span_of(r.id), &asked));
	assert_ok(step(range_decline, &mori, &r));
	assert_ok(range_put(app->db, &asked));
	assert_status(step(range_confirm, &mori, &r), ST_INVALID);
	assert_state(&r, "declined");
}

static void of_two_steps_at_once_one_is_stale(void **state)
{
	struct range_row r = range_of("ito", true), mine;
	struct oid base;

	(void)state;
	assert_ok(ask(&sato, &r));
	assert_ok(registry_get_range(app, span_of(r.id), &mine, &base));
	assert_ok(step(range_decline, &sato, &r));
	set(mine.state, sizeof mine.state, "in-force");
	assert_status(registry_put_range(app, &mori, "range.confirm", &mine, &base), ST_STALE);
	assert_state(&r, "declined");
	assert_status(step(range_confirm, &mori, &(struct range_row){.id = "../../x"}), ST_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(an_opening_waits_for_a_second_administrator, fresh_child),
	    cmocka_unit_test_setup(an_opening_ends_at_once_by_any_administrator, fresh_child),
	    cmocka_unit_test_setup(what_was_asked_for_can_be_withdrawn_and_is_then_over,
				   fresh_child),
	    cmocka_unit_test_setup(a_narrowing_holds_at_once_and_its_end_waits, fresh_child),
	    cmocka_unit_test_setup(the_operator_is_one_person_too, fresh_child),
	    cmocka_unit_test_setup(nobody_changes_their_own_range, fresh_child),
	    cmocka_unit_test_setup(only_administrators_ask, fresh_child),
	    cmocka_unit_test_setup(what_a_form_says_of_state_and_names_counts_for_nothing,
				   fresh_child),
	    cmocka_unit_test_setup(a_wrong_range_is_refused_with_the_reason, fresh_child),
	    cmocka_unit_test_setup(a_range_counts_on_its_days_and_is_not_confirmed_after_them,
				   fresh_child),
	    cmocka_unit_test_setup(whose_account_has_changed_meanwhile_is_not_widened, fresh_child),
	    cmocka_unit_test_setup(more_than_a_decision_can_weigh_are_refused, fresh_child),
	    cmocka_unit_test_setup(the_index_comes_back_from_the_registry, fresh_child),
	    cmocka_unit_test_setup(an_index_that_was_left_behind_heals, fresh_child),
	    cmocka_unit_test_setup(the_registry_decides_about_a_step, fresh_child),
	    cmocka_unit_test_setup(of_two_steps_at_once_one_is_stale, fresh_child),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
