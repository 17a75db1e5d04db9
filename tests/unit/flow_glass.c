/* Being let in with a reason: for whom, how long, and what is written down first. */
#include "flow_help.h"

#include "vault/flow/glass.h"
#include "vault/flow/policy.h"

#include <string.h>

#define REASON "災害のときの安否の確認のため"

static char child[11];
static struct actor sato, ito; /* an administrator; a teacher elsewhere */

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_account("sato", ROLE_ADMIN, NULL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	assert_ok(actor_account(&ito, app, SPAN("ito"), SPAN(PASSWORD)));
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&sato);
	actor_clear(&ito);
	return end_vault(state);
}

static void set_policy(int minutes, enum admin_reads reads)
{
	struct policy p;

	policy_default(&p);
	p.glass_minutes = minutes;
	p.admin_reads = reads;
	assert_ok(policy_index(app, &p));
}

static int fresh_child(void **state)
{
	(void)state;
	new_child(child);
	set_policy(30, ADMIN_READS_REASON);
	return 0;
}

static enum status open_at(const struct actor *who, const char *number, const char *reason,
			   int64_t now)
{
	struct question q = {.action = ACT_CHILD_LIST, /* the page's own; it must not matter */
			     .who = &who->account,
			     .child = span_of(number),
			     .request = who->request,
			     .now = now};

	return glass_open(app, &q, span_of(reason));
}

static bool may_read(const struct actor *who, int64_t now)
{
	struct question q = {.action = ACT_CHILD_READ,
			     .who = &who->account,
			     .child = span_of(child),
			     .request = who->request,
			     .now = now};
	struct decision d;

	assert_ok(decide_quietly(app, &q, &d, NULL));
	assert_true(!d.allow || d.read_only);
	return d.allow;
}

static void staff_elsewhere_are_let_in_for_a_while(void **state)
{
	int64_t now = (int64_t)time(NULL);
	struct newest n;

	(void)state;
	assert_false(may_read(&ito, now));
	assert_ok(open_at(&ito, child, "  " REASON " ", now));
	assert_true(may_read(&ito, now));
	assert_true(may_read(&ito, now + 30 * 60 - 1));
	assert_false(may_read(&ito, now + 30 * 60 + 1));
	n = newest_record("access", child);
	assert_string_equal(n.event, "child.open");
	assert_string_equal(n.decision, "allow");
	assert_string_equal(n.reason, "break-glass");
	assert_string_equal(n.object, REASON);
	assert_string_equal(n.account, "ito");
}

static void an_administrator_is_let_in_for_an_hour(void **state)
{
	int64_t now = (int64_t)time(NULL);
	struct newest n;

	(void)state;
	set_policy(0, ADMIN_READS_REASON); /* not staff's setting */
	assert_false(may_read(&sato, now));
	assert_ok(open_at(&sato, child, REASON, now));
	assert_true(may_read(&sato, now + 59 * 60));
	assert_false(may_read(&sato, now + 61 * 60));
	n = newest_record("access", child);
	assert_string_equal(n.reason, "admin-reads");
	assert_string_equal(n.account, "sato");
}

/* Refused, recorded so, and nothing is open. */
static void assert_shut(const struct actor *who, const char *number, const char *why)
{
	int64_t now = (int64_t)time(NULL);
	struct newest n;

	assert_status(open_at(who, number, REASON, now), ST_DENIED);
	n = newest_record("access", NULL);
	assert_string_equal(n.event, "child.open");
	assert_string_equal(n.decision, "deny");
	assert_string_equal(n.reason, why);
	assert_string_equal(n.account, who->account.id);
}

static void nobody_else_is(void **state)
{
	int64_t now = (int64_t)time(NULL);

	(void)state;
	assert_shut(&suzuki, child, "no-rule");
	assert_false(may_read(&suzuki, now));
	assert_shut(&ito, "c000000000", "no-child");
	assert_shut(&ito, "", "no-child");
	assert_shut(&ito, "../../etc", "no-child");
	assert_shut(&tanaka, child, "no-rule"); /* may read anyway, and more would not be seen */
	set_policy(0, ADMIN_READS_NEVER);
	assert_status(open_at(&ito, child, REASON, now), ST_DENIED);
	assert_status(open_at(&sato, child, REASON, now), ST_DENIED);
	assert_false(may_read(&ito, now));
	assert_false(may_read(&sato, now));
}

static void what_was_opened_ends_with_the_setting(void **state)
{
	int64_t now = (int64_t)time(NULL);

	(void)state;
	assert_ok(open_at(&ito, child, REASON, now));
	assert_true(may_read(&ito, now));
	set_policy(0, ADMIN_READS_REASON);
	assert_false(may_read(&ito, now));
}

static void a_reason_is_one_line_of_ten_to_a_hundred_characters(void **state)
{
	static const struct {
		const char *reason, *says;
	} cases[] = {
	    {"", "10字以上"},
	    {"          ", "10字以上"},
	    {"あいうえおかきくけ", "10字以上"}, /* 9 */
	    {"あいうえお\nかきくけこ", "1行"},
	    {"あいうえおかきく\x7fけこ", "1行"},
	    {"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe", "100字"},
	    {"あいうえお\xc2\x85かきくけこ", "使えない文字"}, /* NEL */
	};
	char most[GLASS_REASON_BYTES + 4] = "";
	struct newest before = newest_record("access", child), after;
	int64_t now = (int64_t)time(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_status(open_at(&ito, child, cases[i].reason, now), ST_INVALID);
		if (!strstr(fail_why(), cases[i].says))
			fail_msg("%zu: %s", i, fail_why());
	}
	for (size_t i = 0; i < GLASS_REASON_MOST; i++)
		strcat(most, "字");
	strcat(most, "あ");
	assert_status(open_at(&ito, child, most, now), ST_INVALID);
	assert_false(may_read(&ito, now));
	after = newest_record("access", child);
	assert_int_equal(after.count, before.count);
	most[GLASS_REASON_BYTES] = '\0';
	assert_ok(open_at(&ito, child, most, now));
	assert_ok(open_at(&ito, child, "あいうえおかきくけこ", now));
}

static void the_offer_follows_the_setting(void **state)
{
	int minutes;

	(void)state;
	set_policy(45, ADMIN_READS_REASON);
	assert_ok(glass_minutes(app, &ito.account, &minutes));
	assert_int_equal(minutes, 45);
	assert_ok(glass_minutes(app, &sato.account, &minutes));
	assert_int_equal(minutes, GLASS_ADMIN_MINUTES);
	assert_ok(glass_minutes(app, &yamada.account, &minutes));
	assert_int_equal(minutes, 0);
	set_policy(0, ADMIN_READS_ALWAYS);
	assert_ok(glass_minutes(app, &ito.account, &minutes));
	assert_int_equal(minutes, 0);
	assert_ok(glass_minutes(app, &sato.account, &minutes));
	assert_int_equal(minutes, 0); /* reads without */
}

int main(void)
{
#define WITH_CHILD(f) cmocka_unit_test_setup(f, fresh_child)
	const struct CMUnitTest tests[] = {
	    WITH_CHILD(staff_elsewhere_are_let_in_for_a_while),
	    WITH_CHILD(an_administrator_is_let_in_for_an_hour),
	    WITH_CHILD(nobody_else_is),
	    WITH_CHILD(what_was_opened_ends_with_the_setting),
	    WITH_CHILD(a_reason_is_one_line_of_ten_to_a_hundred_characters),
	    WITH_CHILD(the_offer_follows_the_setting),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
