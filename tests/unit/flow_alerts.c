/* Alerts in a vault: each comes once and none is lost, over restarts and crashes at every place. */
#include "tests/unit/flow_help.h"

#include "vault/db/alert.h"
#include "vault/db/watch.h"
#include "vault/flow/alerts.h"
#include "vault/flow/mail.h"

static int64_t now;

static void open_alerts(void)
{
	struct problems ps;

	problems_init(&ps);
	assert_ok(alerts_new(&app->alerts, "/nowhere", vault_dir, &ps));
	problems_clear(&ps);
	snprintf(app->conf.mail_server, sizeof app->conf.mail_server, "smtp://127.0.0.1:9");
	snprintf(app->conf.mail_from, sizeof app->conf.mail_from, "karte@example.jp");
	snprintf(app->conf.mail_warning, sizeof app->conf.mail_warning,
		 "a@example.jp,b@example.jp");
}

static void again(void)
{
	restart();
	open_alerts();
}

static int make(void **state)
{
	static const char rules[] =
	    "rules:\n"
	    "  - {id: burst, kind: count, title: 続けて断られた, class: access, decision: deny,"
	    " by: account, count: 3, within: 10m}\n"
	    "  - {id: clamd, kind: check, check: clamd, title: 止まった, after: 2m, again: 1h}\n"
	    "  - {id: each, kind: event, title: あった, class: system, events: [try.]}\n";
	struct buf path;
	int rc = make_vault(state);

	buf_init(&path, PATH_MAX);
	app_path(app, "alerts.yaml", &path);
	assert_ok(file_write(buf_str(&path), span_of(rules), 0600));
	buf_clear(&path);
	now = (int64_t)time(NULL);
	return rc;
}

static void refuse_one(const char *account)
{
	const struct record r = {.class = "access",
				 .event = SPAN("child.read"),
				 .account = span_of(account),
				 .role = SPAN("school"),
				 .decision = SPAN("deny"),
				 .reason = SPAN("no-relation")};

	assert_ok(journal_append(app->journal, &r, NULL));
}

static void happen(const char *object)
{
	const struct record r = {
	    .class = "system", .event = SPAN("try.it"), .object = span_of(object)};

	assert_ok(journal_append(app->journal, &r, NULL));
}

static bool count_record(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	(void)line;
	++*(size_t *)ctx;
	return true;
}

/* Records of alerts in the journal. */
static size_t recorded(void)
{
	struct journal_filter f = {.class = "system", .event = SPAN("alert")};
	size_t n = 0;

	assert_ok(journal_scan(app->journal, &f, count_record, &n));
	return n;
}

static enum status count_row(void *ctx, const struct alert_row *row)
{
	size_t *n = ctx;

	assert_true(row->recorded);
	++*n;
	return ST_OK;
}

static size_t kept(void)
{
	size_t n = 0;

	assert_ok(alert_each(app->db, &(struct alert_filter){.limit = 0}, count_row, &n));
	return n;
}

static size_t mails(void)
{
	struct mail_state m;

	assert_ok(mail_state(app->db, &m));
	return (size_t)m.waiting;
}

static void what_was_before_is_not_told(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		refuse_one("old");
	open_alerts();
	assert_ok(alerts_run(app, now));
	assert_ok(alerts_run(app, now));
	assert_int_equal(kept(), 0);
}

static void a_burst_is_told_once_over_a_restart_in_its_middle(void **state)
{
	size_t k = kept(), r = recorded(), m = mails();

	(void)state;
	refuse_one("one");
	assert_ok(alerts_run(app, now));
	again();
	refuse_one("one");
	assert_ok(alerts_run(app, now));
	again();
	assert_int_equal(kept(), k);
	refuse_one("one"); /* while nobody looked */
	again();
	assert_ok(alerts_run(app, now));
	assert_int_equal(kept(), k + 1);
	assert_int_equal(recorded(), r + 1);
	assert_int_equal(mails(), m + 2);
	refuse_one("one");
	assert_ok(alerts_run(app, now));
	again();
	assert_ok(alerts_run(app, now));
	refuse_one("one");
	assert_ok(alerts_run(app, now));
	assert_int_equal(kept(), k + 1);
	assert_int_equal(recorded(), r + 1);
	assert_int_equal(mails(), m + 2);
}

static void many_at_once_all_come(void **state)
{
	size_t k = kept(), r = recorded();

	(void)state;
	for (int i = 0; i < 2500; i++) /* more than one go takes, and than is read from the end */
		happen("x");
	for (int i = 0; i < 5; i++)
		assert_ok(alerts_run(app, now));
	assert_int_equal(kept(), k + 2500);
	assert_int_equal(recorded(), r + 2500);
	again();
	assert_ok(alerts_run(app, now));
	assert_int_equal(kept(), k + 2500);
}

/* A row that was kept; the crash came before its record, or right after it. */
static void what_a_crash_left_is_recorded_once(void **state)
{
	struct alert_row row = {.rule = "burst",
				.kind = "count",
				.severity = "warning",
				.state = "raised",
				.title = "x",
				.subject = "crash",
				.account = "crash",
				.count = 3,
				.least = 3,
				.at = now,
				.record = 1};
	size_t r = recorded();
	char object[64];

	(void)state;
	assert_ok(alert_add(app->db, &row));
	again();
	assert_ok(alerts_run(app, now));
	assert_int_equal(recorded(), r + 1);
	assert_ok(alert_add(app->db, &row));
	snprintf(object, sizeof object, "burst/%lld:3", row.n);
	assert_ok(journal_append(app->journal,
				 &(struct record){.class = "system",
						  .event = SPAN("alert"),
						  .account = SPAN("crash"),
						  .object = span_of(object),
						  .reason = SPAN("burst")},
				 NULL));
	again();
	assert_ok(alerts_run(app, now));
	assert_int_equal(recorded(), r + 2);
	kept(); /* all of them are in the journal */
}

static void set_check(int state, int64_t at)
{
	assert_ok(check_put(
	    app->db,
	    &(struct check_row){.name = "clamd", .state = state, .seen = at, .text = "x"}));
}

static const char *newest_state(void)
{
	static struct alert_row row;

	return alert_newest(app->db, "clamd", "clamd", &row) ? "" : row.state;
}

static void a_check_is_told_when_it_lasts_changes_or_is_over(void **state)
{
	size_t k = kept();
	int64_t t = now;

	(void)state;
	set_check(2, t);
	assert_ok(alerts_run(app, t + 60));
	assert_int_equal(kept(), k); /* not long enough */
	set_check(2, t + 60);
	assert_ok(alerts_run(app, t + 121));
	assert_int_equal(kept(), k + 1);
	assert_string_equal(newest_state(), "raised");
	again();
	assert_ok(alerts_run(app, t + 200));
	assert_int_equal(kept(), k + 1);
	assert_ok(alerts_run(app, t + 121 + 3600)); /* it stays so */
	assert_string_equal(newest_state(), "again");
	set_check(0, t + 4000);
	assert_ok(alerts_run(app, t + 4001));
	assert_string_equal(newest_state(), "over");
	assert_ok(alerts_run(app, t + 4002));
	assert_int_equal(kept(), k + 3);
	set_check(1, t + 5000); /* only a warning: not this rule's */
	assert_ok(alerts_run(app, t + 9000));
	assert_int_equal(kept(), k + 3);
}

static void who_has_seen_it_is_kept_once(void **state)
{
	struct alert_row row;
	long open, severe, before;

	(void)state;
	assert_ok(alert_newest(app->db, "burst", "one", &row));
	assert_true(row.open);
	assert_ok(alert_count_open(app->db, &before, &severe));
	assert_ok(alerts_see(app, &tanaka.account, row.n, now, "0123456789abcdef"));
	assert_ok(alerts_see(app, &tanaka.account, row.n, now + 5, "0123456789abcdef"));
	assert_ok(alert_count_open(app->db, &open, &severe));
	assert_int_equal(open, before - 1);
	assert_ok(alert_get(app->db, row.n, &row));
	assert_false(row.open);
	assert_status(alerts_see(app, &tanaka.account, 99999, now, "0123456789abcdef"),
		      ST_NOTFOUND);
}

static void a_mail_that_fails_waits_longer_each_time(void **state)
{
	long last = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_true(mail_wait(i) >= last && mail_wait(i) <= 6 * 3600);
		last = mail_wait(i);
	}
	assert_int_equal(mail_wait(0), 60);
	assert_int_equal(last, 6 * 3600);
	assert_status(mail_send(app, SPAN("a@b.jp\r\nBcc: c@d.jp"), SPAN("x"), SPAN("y")),
		      ST_INVALID);
	assert_status(mail_chore(app), ST_IO); /* nobody listens there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_before_is_not_told),
	    cmocka_unit_test(a_burst_is_told_once_over_a_restart_in_its_middle),
	    cmocka_unit_test(many_at_once_all_come),
	    cmocka_unit_test(what_a_crash_left_is_recorded_once),
	    cmocka_unit_test(a_check_is_told_when_it_lasts_changes_or_is_over),
	    cmocka_unit_test(who_has_seen_it_is_kept_once),
	    cmocka_unit_test(a_mail_that_fails_waits_longer_each_time),
	};

	return cmocka_run_group_tests(tests, make, end_vault);
}
