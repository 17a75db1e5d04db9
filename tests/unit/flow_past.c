/* Who could see a child on a day: asked of a history whose commits are of several days. */
#include "flow_help.h"

#include "generator/base/day.h"
#include "vault/flow/glass.h"
#include "vault/flow/ranges.h"
#include "vault/flow/reach_past.h"

#include <string.h>

#define REASON "担任を代わりにするため"

static struct actor sato, mori, ito;
static int64_t now;

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	now = (int64_t)time(NULL);
	put_institution("third-es", ROLE_SCHOOL);
	put_account("sato", ROLE_ADMIN, NULL);
	put_account("mori", ROLE_ADMIN, NULL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	put_account("ueda", ROLE_SCHOOL, "third-es");
	put_account("shim", ROLE_BOARD, "kyoi");
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	assert_ok(actor_account(&mori, app, SPAN("mori"), SPAN(PASSWORD)));
	assert_ok(actor_account(&ito, app, SPAN("ito"), SPAN(PASSWORD)));
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&sato);
	actor_clear(&mori);
	actor_clear(&ito);
	return end_vault(state);
}

static struct question by(const struct actor *who)
{
	return (struct question){
	    .action = ACT_ADMIN, .who = &who->account, .request = who->request, .now = now};
}

/* At kudan-es from 2020-04-01 on. */
static void make_child(char id[static 11], const char *until, const char *guardian)
{
	struct child c = {.row = {.name = "鈴木 花",
				  .kana = "すずき はな",
				  .born = "2017-05-12",
				  .sex = "female"},
			  .enrolments = {{"kudan-es", "2020-04-01", "", ""}},
			  .enrolment_count = 1,
			  .guardians = {{"", "mother", ""}},
			  .guardian_count = 1};
	struct problems ps;

	assert_true(span_copy(span_of(until), c.enrolments[0].until, DAY_ROOM));
	assert_true(span_copy(span_of(guardian), c.guardians[0].account, ID_MAX + 1));
	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	memcpy(id, c.row.id, 11);
}

/* ---- a history of other days --------------------------------------------------------------- */

/* A shell command in a repository below the vault. */
static void in_dir(const char *dir, const char *command)
{
	char line[4 * PATH_MAX];

	snprintf(line, sizeof line,
		 "cd '%s/%s' && export HOME='%s' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 "
		 "GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' && { %s; } >/dev/null",
		 vault_dir, dir, vault_dir, command);
	if (system(line) != 0)
		fail_msg("%s", line);
}

/* The newest commit is made again with another time, and so are those after it when they come. */
static void newest_is_of(const char *dir, const char *when)
{
	char line[1024];

	snprintf(
	    line, sizeof line,
	    "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a "
	    "GIT_COMMITTER_EMAIL=a@x GIT_AUTHOR_DATE=%sT03:00:00Z GIT_COMMITTER_DATE=%sT03:00:00Z; "
	    "p=$(git rev-parse -q --verify main^ || true); "
	    "c=$(git log -1 --format=%%B main | git commit-tree main^{tree} ${p:+-p $p}) && "
	    "git update-ref refs/heads/main $c",
	    when, when);
	in_dir(dir, line);
}

/* All commits there are get one time. */
static void all_are_of(const char *dir, const char *when)
{
	char line[2048];

	snprintf(
	    line, sizeof line,
	    "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a "
	    "GIT_COMMITTER_EMAIL=a@x GIT_AUTHOR_DATE=%sT03:00:00Z GIT_COMMITTER_DATE=%sT03:00:00Z; "
	    "p=; for c in $(git rev-list --reverse main); do "
	    "p=$(git log -1 --format=%%B $c | git commit-tree $c^{tree} ${p:+-p $p}) || exit 1; "
	    "done; "
	    "git update-ref refs/heads/main $p",
	    when, when);
	in_dir(dir, line);
}

struct seen {
	char text[2048];
	size_t count;
};

static enum status keep_reader(void *ctx, const struct past_reader *r)
{
	struct seen *s = ctx;
	size_t n = strlen(s->text);

	s->count++;
	snprintf(s->text + n, sizeof s->text - n, "%s %s%s by %s%s%s\n", r->account.id,
		 reason_name(r->why), r->read_only ? " read-only" : "", r->set_by,
		 r->confirmed_by[0] ? "+" : "", r->confirmed_by);
	return ST_OK;
}

static struct seen seen_on(const char *child, const char *iso)
{
	struct seen s = {.count = 0};
	struct day d;

	assert_true(day_parse(span_of(iso), &d));
	assert_ok(reach_past(app, span_of(child), d, now, keep_reader, &s));
	return s;
}

#define assert_seen(child, iso, want)                                                              \
	do {                                                                                       \
		struct seen s_ = seen_on(child, iso);                                              \
		assert_string_equal(s_.text, want);                                                \
	} while (0)

static const char *board(const char *rest)
{
	static char text[2048];

	snprintf(text, sizeof text, "shim oversight by %s\n%s", chief.account.id, rest);
	return text;
}

/*
 * 2024-05-01 everything is made; 06-10 a range for ito is asked for, 06-12 confirmed, 07-10 ended;
 * 07-01 the child leaves, 08-20 the guardian's right rests, 09-01 ueda's school takes it.
 */
static void the_past_is_as_it_was(void **state)
{
	const struct question sq = by(&sato), mq = by(&mori);
	struct range_row r = {.opens = true, .account = "ito"};
	struct child_task task;
	struct enrolment e = {.institution = "third-es", .since = "2024-09-01"};
	char child[11], dir[64], staff[1024];
	const char *reg = "registry.git";
	struct day future = day_plus(day_jst(now), 1);
	struct seen none = {.count = 0};

	(void)state;
	make_child(child, "", "yamada");
	task = (struct child_task){.child = span_of(child)};
	snprintf(dir, sizeof dir, "children/%s/%s.git", child + 8, child);
	all_are_of(reg, "2024-05-01");
	all_are_of(dir, "2024-05-01");
	snprintf(r.reason, sizeof r.reason, "%s", REASON);
	snprintf(r.since, sizeof r.since, "2024-06-01");
	memcpy(r.child, child, sizeof r.child);
	assert_ok(range_ask(app, &sato, &sq, &r));
	newest_is_of(reg, "2024-06-10");
	assert_ok(range_confirm(app, &mori, &mq, span_of(r.id)));
	newest_is_of(reg, "2024-06-12");
	assert_ok(child_leave(app, &sato, &task, SPAN("kudan-es"), SPAN("2024-06-30")));
	newest_is_of(dir, "2024-07-01");
	assert_ok(range_end(app, &mori, &mq, span_of(r.id)));
	newest_is_of(reg, "2024-07-10");
	assert_ok(child_suspend_guardian(app, &sato, &task, SPAN("yamada"), SPAN("2024-08-20")));
	newest_is_of(dir, "2024-08-20");
	assert_ok(child_enrol(app, &mori, &task, &e));
	newest_is_of(dir, "2024-08-25");

	assert_status(
	    reach_past(app, span_of(child), (struct day){2024, 4, 30}, now, keep_reader, &none),
	    ST_NOTFOUND);
	assert_status(reach_past(app, span_of(child), future, now, keep_reader, &none), ST_INVALID);
	assert_int_equal(none.count, 0);

	snprintf(staff, sizeof staff, "tanaka enrolled by %s\nyamada guardian by %s\n",
		 chief.account.id, chief.account.id);
	assert_seen(child, "2024-05-01", board(staff));
	assert_seen(child, "2024-06-11", board(staff)); /* only asked for */
	snprintf(staff, sizeof staff,
		 "ito range read-only by sato+mori\nshim oversight by %s\n"
		 "tanaka enrolled by %s\nyamada guardian by %s\n",
		 chief.account.id, chief.account.id, chief.account.id);
	assert_seen(child, "2024-06-12", staff);
	snprintf(staff, sizeof staff, "tanaka left read-only by %s\nyamada guardian by %s\n",
		 chief.account.id, chief.account.id);
	assert_seen(child, "2024-07-15", board(staff)); /* the tail; the range has ended */
	snprintf(staff, sizeof staff, "yamada guardian by %s\n", chief.account.id);
	assert_seen(child, "2024-08-19", board(staff)); /* no tail any more */
	assert_seen(child, "2024-08-20", board(""));	/* the guardian's right rests */
	assert_seen(child, "2024-08-25", board("ueda entering by mori\n"));
	assert_seen(child, "2024-09-01", board("ueda enrolled by mori\n"));
}

/* Moved to the board later, by somebody else. */
static void who_put_an_account_where_it_is_set_the_rule(void **state)
{
	struct account a;
	char child[11], dir[64];
	const char *reg = "registry.git";

	(void)state;
	assert_ok(account_get(app->db, SPAN("ueda"), &a));
	make_child(child, "2020-05-01", "suzuki");
	snprintf(dir, sizeof dir, "children/%s/%s.git", child + 8, child);
	all_are_of(dir, "2024-05-01");
	snprintf(a.institution, sizeof a.institution, "kyoi");
	assert_ok(registry_put_account(app, &mori, "account.update", &a, NULL, SPAN_NONE));
	newest_is_of(reg, "2024-10-10");
	snprintf(a.name, sizeof a.name, "上田 新しい名");
	assert_ok(registry_put_account(app, &sato, "account.update", &a, NULL, SPAN_NONE));
	newest_is_of(reg, "2024-10-20");
	assert_non_null(strstr(seen_on(child, "2024-10-25").text, "ueda oversight by mori\n"));
	assert_null(strstr(seen_on(child, "2024-10-09").text, "ueda"));
}

static void reasons_are_of_their_day_and_refusals_are_none(void **state)
{
	const struct question sq = by(&sato), mq = by(&mori);
	struct question q = by(&mori), no = by(&ito);
	char today[DAY_TEXT], child[11];
	struct policy p;
	struct seen s;
	bool waits;

	(void)state;
	make_child(child, "2020-05-01", "suzuki");
	q.now = no.now = now = (int64_t)time(NULL);
	q.child = no.child = span_of(child);
	assert_status(glass_open(app, &no, SPAN("災害のときの安否の確認のため")), ST_DENIED);
	assert_ok(glass_open(app, &q, SPAN("災害のときの安否の確認のため")));
	assert_ok(policy_load(app, &p));
	p.glass_minutes = 30; /* what was refused before is not let in by this */
	assert_ok(policy_ask(app, &sato, &sq, &p, &waits));
	assert_ok(policy_confirm(app, &mori, &mq, SPAN_NONE));
	now = (int64_t)time(NULL);
	day_iso(day_jst(now), today);
	s = seen_on(child, today);
	assert_non_null(strstr(s.text, "mori glass read-only by mori\n"));
	assert_null(strstr(s.text, "ito"));
	no.now = now;
	assert_ok(glass_open(app, &no, SPAN("災害のときの安否の確認のため")));
	now = (int64_t)time(NULL);
	assert_non_null(strstr(seen_on(child, today).text, "ito glass read-only by ito\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reasons_are_of_their_day_and_refusals_are_none),
	    cmocka_unit_test(the_past_is_as_it_was),
	    cmocka_unit_test(who_put_an_account_where_it_is_set_the_rule),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
