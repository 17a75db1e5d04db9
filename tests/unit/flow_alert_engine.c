/* Rules and the engine alone: streams of records, and what is told of them. */
#include "vault/flow/alert_engine.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define assert_ok(call) assert_int_equal((call), ST_OK)

enum { TOLD_MAX = 64 };

/* What was told so far: "RULE SUBJECT COUNT". */
static struct {
	char rule[41], subject[64];
	long count;
	int64_t t;
	char child[16];
} told[TOLD_MAX];
static size_t told_count;
static struct alert_rules *rules;
static struct alert_engine *engine;

static void load(const char *text)
{
	struct problems ps;
	struct buf b;

	told_count = 0;
	problems_init(&ps);
	if (alert_rules_read(&rules, "alerts.yaml", span_of(text), NULL, &ps)) {
		buf_init(&b, 65536);
		problems_print(&ps, &b);
		fail_msg("%s", buf_str(&b));
	}
	problems_clear(&ps);
	assert_ok(alert_engine_new(&engine, rules));
}

static void unload(void)
{
	alert_engine_free(engine);
	alert_rules_free(rules);
}

static enum role role_of(void *ctx, struct span id)
{
	(void)ctx;
	return span_is(id, "fujii")   ? ROLE_ADMIN
	       : span_is(id, "okada") ? ROLE_AUDITOR
				      : ROLE_SCHOOL;
}

static int64_t last(void *ctx, const struct alert_rule *rule, const char *subject)
{
	(void)ctx;
	for (size_t i = told_count; i > 0; i--)
		if (span_is(rule->id, told[i - 1].rule) && !strcmp(told[i - 1].subject, subject))
			return told[i - 1].t;
	return INT64_MIN;
}

static enum status tell(void *ctx, const struct alert_hit *h)
{
	(void)ctx;
	assert_true(told_count < TOLD_MAX);
	span_copy(h->rule->id, told[told_count].rule, sizeof told->rule);
	span_copy(span_of(h->subject), told[told_count].subject, sizeof told->subject);
	span_copy(span_of(h->child), told[told_count].child, sizeof told->child);
	told[told_count].t = h->t;
	told[told_count++].count = h->count;
	return ST_OK;
}

static const struct alert_facts facts = {role_of, last, NULL};

struct happened {
	const char *class, *event, *account, *role, *child, *object, *decision, *reason;
	const char *institution;
};

static void take_as(int64_t t, const struct happened *h, alert_tell *told_to)
{
	static uint64_t n;
	const struct record r = {.class = h->class,
				 .event = span_of(h->event),
				 .account = span_of(h->account),
				 .role = span_of(h->role),
				 .child = span_of(h->child),
				 .object = span_of(h->object),
				 .decision = span_of(h->decision),
				 .reason = span_of(h->reason),
				 .institution = span_of(h->institution),
				 .t = t,
				 .n = n++};

	assert_ok(alert_engine_take(engine, &r, &facts, told_to, NULL));
}

static void take(int64_t t, const struct happened *h)
{
	take_as(t, h, tell);
}

/* ---- counting ------------------------------------------------------------------------------- */

static const char burst[] = "rules:\n"
			    "  - {id: burst, kind: count, title: x, class: access, decision: deny,"
			    " by: account, count: 3, within: 10m, again: 1h}\n";

static const struct happened refusal = {.class = "access",
					.event = "child.read",
					.account = "tanaka",
					.role = "school",
					.child = "c000000001",
					.decision = "deny",
					.reason = "no-relation"};

static void so_many_in_so_long_is_told_once(void **state)
{
	struct happened other = refusal;

	(void)state;
	other.account = "ito";
	load(burst);
	take(1000, &refusal);
	take(1001, &other);
	take(1599, &refusal);
	assert_int_equal(told_count, 0);
	take(1599, &refusal);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].subject, "tanaka");
	assert_int_equal(told[0].count, 3);
	assert_string_equal(told[0].child, ""); /* it is about the account */
	for (int i = 0; i < 20; i++)
		take(1600 + i, &refusal);
	assert_int_equal(told_count, 1);
	take(1599 + 3600, &refusal); /* the window is empty by then */
	assert_int_equal(told_count, 1);
	take(1600 + 3600, &refusal);
	take(1600 + 3600, &refusal);
	assert_int_equal(told_count, 2);
	unload();
}

static void what_is_too_old_does_not_count(void **state)
{
	(void)state;
	load(burst);
	for (int i = 0; i < 50; i++) {
		take(1000 + 600 * i, &refusal);
		take(1000 + 600 * i, &refusal);
	}
	assert_int_equal(told_count, 0);
	unload();
}

static void only_records_of_the_rule_count(void **state)
{
	struct happened h = refusal;

	(void)state;
	load(burst);
	h.decision = "allow";
	for (int i = 0; i < 9; i++)
		take(1000, &h);
	h.decision = "deny";
	h.class = "read";
	for (int i = 0; i < 9; i++)
		take(1000, &h);
	assert_int_equal(told_count, 0);
	h = refusal;
	h.account = NULL; /* nobody signed in: counted together */
	for (int i = 0; i < 9; i++)
		take(1000, &h);
	assert_int_equal(told_count, 1);
	assert_string_equal(told[0].subject, "-");
	unload();
}

static void what_is_remembered_counts_but_is_not_told(void **state)
{
	(void)state;
	load(burst);
	take_as(1000, &refusal, NULL);
	take_as(1001, &refusal, NULL);
	take_as(1002, &refusal, NULL);
	assert_int_equal(told_count, 0);
	take(1003, &refusal);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].count, 4);
	unload();
}

/* ---- different ones, and the usual ---------------------------------------------------------- */

static void look(int64_t t, const char *account, const char *role, int child)
{
	char id[16];

	snprintf(id, sizeof id, "c%09d", child);
	take(t, &(struct happened){.class = "read",
				   .event = "child.read",
				   .account = account,
				   .role = role,
				   .child = id,
				   .decision = "allow"});
}

static void the_same_child_counts_once(void **state)
{
	(void)state;
	load("rules:\n  - {id: mass, kind: count, title: x, class: read, events: [child.],"
	     " by: account, of: children, count: 4, within: 10m}\n");
	for (int i = 0; i < 100; i++)
		look(1000 + i, "tanaka", "school", i % 3);
	assert_int_equal(told_count, 0);
	look(1200, "tanaka", "school", 7);
	assert_int_equal(told_count, 1);
	assert_int_equal(told[0].count, 4);
	unload();
}

static void what_is_usual_for_a_role_is_not_told(void **state)
{
	const int64_t day = 86400, base = 20000 * day + 10800; /* noon in Japan */

	(void)state;
	load("rules:\n  - {id: mass, kind: count, title: x, class: read, events: [child.],"
	     " by: account, of: children, count: 5, within: 1h, usual: 3, again: 1h}\n");
	/* the board opens 4 a day, ten days long; a school 1 */
	for (int d = 0; d < 10; d++)
		for (int i = 0; i < 4; i++) {
			look(base + d * day + i, "shimizu", "board", i);
			look(base + d * day + i, "tanaka", "school", 1);
		}
	assert_int_equal(told_count, 0);
	for (int i = 0; i < 11; i++) {
		look(base + 10 * day + i, "shimizu", "board", i);
		look(base + 10 * day + i, "tanaka", "school", i);
	}
	assert_int_equal(told_count, 1); /* 5 for the school, 12 for the board */
	assert_string_equal(told[0].subject, "tanaka");
	look(base + 10 * day + 20, "shimizu", "board", 11);
	assert_int_equal(told_count, 2);
	assert_int_equal(told[1].count, 12);
	unload();
}

/* ---- hours ---------------------------------------------------------------------------------- */

/* 2026-11-16 is a Monday; its midnight in Japan */
static const int64_t monday = 1763218800 + 365 * 86400;

static void outside_the_hours_of_a_role_is_told_once_a_day(void **state)
{
	static const struct {
		int day, hour, minute;
		const char *account, *role, *institution;
		bool told;
	} looks[] = {
	    {0, 6, 59, "tanaka", "school", "aozora-es", true},
	    {0, 5, 0, "tanaka", "school", "aozora-es", false}, /* the same day */
	    {0, 7, 0, "mori", "school", "aozora-es", false},
	    {0, 18, 59, "mori", "school", "aozora-es", false},
	    {0, 19, 0, "mori", "school", "aozora-es", true},
	    {1, 3, 0, "mori", "school", "aozora-es", true},   /* another day */
	    {1, 3, 0, "yoshida-f", "household", NULL, false}, /* has no hours */
	    {1, 3, 0, "night", "school", "aozora-es", false}, /* an exception */
	    {1, 3, 0, "sato", "school", "night-es", false},   /* an institution that is one */
	    {2, 12, 0, "sato", "school", "aozora-es", true},  /* a day that is closed */
	    {3, 3, 0, "sato", "school", "aozora-es", false},  /* a day on which all may */
	    {5, 12, 0, "kato", "school", "aozora-es", true},  /* Saturday */
	    {5, 12, 0, "ito", "nursery", "hikari-hoikuen", false},
	    {6, 12, 0, "ito", "nursery", "hikari-hoikuen", true},
	};

	(void)state;
	load("rules:\n"
	     "  - id: hours\n    kind: hours\n    title: x\n    class: read\n"
	     "    open:\n"
	     "      - {roles: [school], days: [mon, tue, wed, thu, fri], from: \"07:00\", to: "
	     "\"19:00\"}\n"
	     "      - {roles: [nursery], days: [mon, sat], from: \"07:00\", to: \"19:00\"}\n"
	     "    closed: [2026-11-18]\n"
	     "    except: {accounts: [night], institutions: [night-es], days: [2026-11-19]}\n");
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		size_t before = told_count;

		take(monday + looks[i].day * 86400 + looks[i].hour * 3600 + looks[i].minute * 60,
		     &(struct happened){.class = "read",
					.event = "sheet.read",
					.account = looks[i].account,
					.role = looks[i].role,
					.institution = looks[i].institution});
		if ((told_count > before) != looks[i].told)
			fail_msg("look %zu: told %d", i, told_count > before);
	}
	unload();
}

/* ---- single events -------------------------------------------------------------------------- */

static void each_event_is_told_with_whom_it_is_about(void **state)
{
	struct happened open = {.class = "access",
				.event = "child.open",
				.account = "fujii",
				.role = "admin",
				.child = "c000000001",
				.object = "理由の言葉",
				.decision = "allow",
				.reason = "admin-reads"};

	(void)state;
	load("rules:\n  - {id: glass, kind: event, title: x, events: [child.open], decision: allow,"
	     " reasons: [admin-reads]}\n");
	take(1000, &open);
	take(1000, &open);
	assert_int_equal(told_count, 2);
	assert_string_equal(told[0].subject, "fujii");
	assert_string_equal(told[0].child, "c000000001");
	open.reason = "break-glass";
	take(1000, &open);
	open.reason = "admin-reads";
	open.decision = "deny";
	take(1000, &open);
	assert_int_equal(told_count, 2);
	unload();
}

static void the_account_that_was_changed_has_a_role(void **state)
{
	struct happened change = {.class = "change", .event = "account.update", .account = "kudo"};

	(void)state;
	load("rules:\n  - {id: admins, kind: event, title: x, class: change, events: [account.],"
	     " target: [admin, auditor], by: object}\n");
	change.object = "accounts/tanaka.yaml";
	take(1000, &change);
	change.object = "accounts/.yaml";
	take(1000, &change);
	change.object = "institutions/fujii.yaml";
	take(1000, &change);
	assert_int_equal(told_count, 0);
	change.object = "accounts/fujii.yaml";
	take(1000, &change);
	change.object = "accounts/okada.yaml";
	take(1000, &change);
	assert_int_equal(told_count, 2);
	unload();
}

/* ---- files of rules ------------------------------------------------------------------------- */

static void mistakes_have_a_place(void **state)
{
	static const struct {
		const char *text, *code;
		int line, col;
	} wrong[] = {
	    {"rules:\n  - {id: a, kind: nothing, title: x, class: read}\n", "alerts.choice", 2, 19},
	    {"rules:\n  - {id: a, kind: event, title: x, class: reads}\n", "alerts.class", 2, 43},
	    {"rules:\n  - {id: A, kind: event, title: x, class: read}\n", "alerts.id", 2, 5},
	    {"rules:\n  - {id: a, kind: event, class: read}\n", "alerts.missing", 2, 5},
	    {"rules:\n  - {id: a, kind: event, title: x}\n", "alerts.missing", 2, 5},
	    {"rules:\n  - {id: a, kind: count, title: x, class: read, within: 1m, count: 0}\n",
	     "alerts.number", 2, 68},
	    {"rules:\n  - {id: a, kind: count, title: x, class: read, within: 91d}\n",
	     "alerts.time", 2, 57},
	    {"rules:\n  - {id: a, kind: event, title: x, events: [alert]}\n", "alerts.list", 2, 45},
	    {"rules:\n  - {id: a, kind: check, title: x, check: nothing}\n", "alerts.check", 2, 43},
	    {"rules:\n  - {id: a, kind: event, title: x, class: read, roles: [teacher]}\n",
	     "alerts.role", 2, 57},
	    {"rules:\n  - {id: a, kind: event, title: x, class: read, many: 1}\n",
	     "yaml.unknown-key", 2, 49},
	    {"rules:\n  - {id: a, kind: hours, title: x, class: read, open: [{roles: [school],"
	     " days: [mon], from: \"19:00\", to: \"07:00\"}]}\n",
	     "alerts.hours", 2, 93},
	    {"rules:\n  - {id: a, kind: event, title: x, class: read}\n"
	     "  - {id: a, title: y}\n",
	     "alerts.id", 3, 5},
	    {"rule: []\n", "alerts.rules", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct alert_rules *r = NULL;
		struct problems ps;

		problems_init(&ps);
		assert_int_equal(
		    alert_rules_read(&r, "alerts.yaml", span_of(wrong[i].text), NULL, &ps),
		    ST_INVALID);
		assert_null(r);
		assert_true(ps.count > 0);
		if (strcmp(ps.list[0].code, wrong[i].code) || ps.list[0].line != wrong[i].line ||
		    ps.list[0].col != wrong[i].col)
			fail_msg("%zu: %s at %d:%d", i, ps.list[0].code, ps.list[0].line,
				 ps.list[0].col);
		problems_clear(&ps);
	}
}

static void a_municipality_changes_only_what_it_says(void **state)
{
	struct alert_rules *base, *own;
	const struct alert_rule *r;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	assert_ok(alert_rules_load(&base, "content", NULL, &ps));
	assert_true(alert_rules_count(base) > 20);
	assert_ok(alert_rules_read(&own, "alerts.yaml",
				   SPAN("rules:\n  - {id: mass-reading, count: 7}\n"
					"  - {id: clamd, off: true}\n"
					"  - {id: own, kind: event, title: うち, class: admin}\n"),
				   base, &ps));
	r = alert_rules_find(own, SPAN("mass-reading"));
	assert_int_equal(r->count, 7);
	assert_int_equal(r->within, 600);
	assert_int_equal(r->of, ALERT_OF_CHILDREN);
	assert_int_equal(r->events.count, 3);
	assert_true(alert_rules_find(own, SPAN("clamd"))->off);
	assert_int_equal(alert_rules_count(own), alert_rules_count(base) + 1);
	assert_int_equal(alert_rules_find(base, SPAN("mass-reading"))->count, 40);
	alert_rules_free(base);
	assert_true(span_is(alert_rules_find(own, SPAN("backup"))->check, "backup"));
	alert_rules_free(own);
	assert_int_equal(alert_rules_read(&own, "alerts.yaml",
					  SPAN("rules:\n  - {id: new, severity: severe}\n"), NULL,
					  &ps),
			 ST_INVALID); /* a new one is whole */
	problems_clear(&ps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(so_many_in_so_long_is_told_once),
	    cmocka_unit_test(what_is_too_old_does_not_count),
	    cmocka_unit_test(only_records_of_the_rule_count),
	    cmocka_unit_test(what_is_remembered_counts_but_is_not_told),
	    cmocka_unit_test(the_same_child_counts_once),
	    cmocka_unit_test(what_is_usual_for_a_role_is_not_told),
	    cmocka_unit_test(outside_the_hours_of_a_role_is_told_once_a_day),
	    cmocka_unit_test(each_event_is_told_with_whom_it_is_about),
	    cmocka_unit_test(the_account_that_was_changed_has_a_role),
	    cmocka_unit_test(mistakes_have_a_place),
	    cmocka_unit_test(a_municipality_changes_only_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
