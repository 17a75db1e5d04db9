/* The end of retention: what is over, who may say so, and a removal that is killed between any two
   of its steps. */
#include "flow_admins.h"

#include "vault/flow/backup_keys.h"
#include "vault/flow/recover.h"
#include "vault/flow/removal.h"
#include "vault/flow/removed.h"
#include "vault/flow/verify.h"

#include <signal.h>
#include <string.h>

#define REASON "保存期間が終わったため"
#define SECRET_WORD "ひみつのことば五十三"

static char child[11];
static int64_t at(const char *iso)
{
	struct day d;

	assert_true(day_parse(span_of(iso), &d));
	return day_begin_jst(d) + 12 * 3600;
}

/* A child with a sheet who leaves on the last day of March 2027. */
static void leaver(void)
{
	struct child_task task = {.child = span_of(child)};
	struct oid version;
	struct problems ps;

	new_child(child);
	task.child = span_of(child);
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "兄がいる", SECRET_WORD, "", &ps, &version));
	problems_clear(&ps);
	assert_ok(child_leave(app, &chief, &task, SPAN("kudan-es"), SPAN("2027-03-31")));
}

static int fresh_leaver(void **state)
{
	(void)state;
	leaver();
	return 0;
}

/* ---- what is over -------------------------------------------------------------------------- */

struct tally {
	size_t whole, sheets;
	char until[DAY_ROOM];
};

static enum status count(void *ctx, const struct retention_due *d)
{
	struct tally *t = ctx;

	if (strcmp(d->child.id, child) != 0)
		return ST_OK;
	*(d->sheet[0] ? &t->sheets : &t->whole) += 1;
	memcpy(t->until, d->until, sizeof t->until);
	return ST_OK;
}

static struct tally over_on(const char *day)
{
	struct tally t = {.whole = 0};

	assert_ok(retention_due_each(app, at(day), count, &t));
	return t;
}

static void sheets_and_children(void **state)
{
	struct tally t;

	(void)state;
	t = over_on("2032-03-31");
	assert_int_equal(t.whole + t.sheets, 0);
	t = over_on("2032-04-01"); /* five years after leaving; born 2019-05-12, not yet 18 */
	assert_int_equal(t.sheets, 1);
	assert_int_equal(t.whole, 0);
	assert_string_equal(t.until, "2032-03-31");
	t = over_on("2037-05-11");
	assert_int_equal(t.whole, 0);
	t = over_on("2037-05-12");
	assert_int_equal(t.whole, 1);
	assert_int_equal(t.sheets, 0);
	assert_string_equal(t.until, "2037-05-11");
}

/* ---- steps of administrators --------------------------------------------------------------- */

static struct question by(const struct actor *who, const char *day)
{
	return (struct question){
	    .action = ACT_ADMIN, .who = &who->account, .request = who->request, .now = at(day)};
}

static enum status ask(const struct actor *who, const char *day, char id[static ID_MAX + 1])
{
	const struct question q = by(who, day);
	const struct span item = span_of(child);

	return retention_ask(app, who, &q, &item, 1, SPAN(REASON), id);
}

static enum status confirm(const struct actor *who, const char *day, const char *id)
{
	const struct question q = by(who, day);
	struct arena *a = arena_new(1 << 20);
	struct retention_proposal p;
	char token[SHA256_HEX];
	enum status st;

	assert_ok(retention_get(app, span_of(id), a, &p, NULL));
	assert_ok(retention_token(app, &p, q.now, token));
	st = retention_confirm(app, who, &q, span_of(id), span_of(token));
	arena_free(a);
	return st;
}

static void two_persons(void **state)
{
	const struct question q = by(&mori, "2040-01-01");
	struct question hold = by(&sato, "2040-01-01");
	char id[ID_MAX + 1], other[ID_MAX + 1];

	(void)state;
	assert_status(ask(&sato, "2032-04-01", id), ST_INVALID); /* the child is not over */
	assert_status(ask(&tanaka, "2040-01-01", id), ST_DENIED);
	assert_ok(ask(&sato, "2040-01-01", id));
	assert_status(ask(&mori, "2040-01-01", other), ST_INVALID); /* it is asked for already */
	assert_status(confirm(&sato, "2040-01-01", id), ST_DENIED);
	assert_status(retention_confirm(app, &mori, &q, span_of(id), SPAN("x")), ST_STALE);
	assert_ok(retention_hold(app, &sato, &hold, span_of(child), SPAN("訴訟が続いているため")));
	assert_status(confirm(&mori, "2040-01-01", id), ST_INVALID);
	assert_int_equal(over_on("2040-01-01").whole, 0);
	assert_ok(retention_unhold(app, &sato, &hold, span_of(child), SPAN("訴訟が終わったため")));
	assert_ok(confirm(&mori, "2040-01-01", id));
	assert_status(confirm(&mori, "2040-01-01", id), ST_STALE);
	assert_ok(retention_decline(app, &sato, &hold, span_of(id)));
	assert_status(retention_decline(app, &sato, &hold, span_of(id)), ST_STALE);
}

/* ---- killed between any two steps ----------------------------------------------------------- */

static struct retention_item item;
static struct retention_proposal proposal;

static void propose(void)
{
	struct oid head;

	item = (struct retention_item){.until = "2037-05-11"};
	memcpy(item.child, child, sizeof item.child);
	head_of_child(child, &head);
	oid_hex(&head, item.head);
	proposal = (struct retention_proposal){.id = "e000000001",
					       .state = RETENTION_CONFIRMED,
					       .asked_by = "sato",
					       .confirmed_by = "mori",
					       .reason = REASON,
					       .items = &item,
					       .nitems = 1};
}

/* In a process of its own, which dies after so many steps; again: before the last one is written
   down. */
static void die_after(int steps, bool again)
{
	pid_t pid;
	int status;

	app_close(app);
	app = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct removal r;

		open_app();
		if (removal_begin(app, &proposal, &item, at("2040-01-01"), &r))
			_exit(3);
		for (int i = 0; i < steps; i++)
			if (removal_step(app, &r))
				_exit(4);
		if (again && r.step > 0) {
			r.step--;
			if (removal_put(app->db, &r))
				_exit(5);
		}
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	open_app();
	actor_operator(&chief, app);
}

static bool count_records(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	(void)line;
	++*(size_t *)ctx;
	return true;
}

static void assert_gone(void)
{
	const struct journal_filter f = {
	    .class = "system", .event = SPAN("retention.remove"), .child = span_of(child)};
	unsigned char key[LOCKER_KEY];
	struct repo_name name;
	struct child_row row;
	struct removal r;
	size_t records = 0;

	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	assert_false(repo_exists(app->store, &name));
	assert_status(child_get(app->db, span_of(child), &row), ST_NOTFOUND);
	assert_status(backup_key(app, child, key), ST_NOTFOUND);
	assert_ok(journal_scan(app->journal, &f, count_records, &records));
	assert_int_equal(records, 1);
	assert_ok(removal_get(app->db, span_of(child), SPAN_NONE, &r));
	assert_int_equal(r.step, REMOVAL_PAPER);
	assert_int_equal(r.n.sheets, 1);
	assert_true(r.n.versions == 3 && r.n.rows > 5 && r.record > 0);
}

static void ignore(void *ctx, const struct verify_finding *f)
{
	print_message("%s %s %s\n", f->code, f->repository, f->text);
	++*(size_t *)ctx;
}

static void killed(void **state)
{
	const struct verify_options o = {.threads = 1};
	struct verify_result result;
	size_t findings = 0;

	(void)state;
	for (int steps = 0; steps <= REMOVAL_PAPER; steps++)
		for (int again = 0; again <= (steps > 0); again++) {
			leaver();
			propose();
			die_after(steps, again);
			assert_ok(removal_resume(app));
			assert_gone();
			assert_ok(recover(app));
		}
	assert_ok(verify_vault(app, &o, ignore, &findings, &result));
	verify_base_clear(&result.proved);
	assert_int_equal(findings, 0);
}

/* A copy of the repository that comes back is not let in. */
static void revived(void **state)
{
	struct repo_name name;
	struct removal r;
	struct buf path, line;

	(void)state;
	propose();
	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	buf_init(&path, PATH_MAX);
	buf_init(&line, 4 * PATH_MAX);
	store_path(app->store, &name, &path);
	buf_addf(&line, "cp -a '%s' '%s/copy.git'", buf_str(&path), vault_dir);
	assert_int_equal(system(buf_str(&line)), 0);
	assert_ok(removal_begin(app, &proposal, &item, at("2040-01-01"), &r));
	assert_ok(removal_run(app, &r, REMOVAL_PAPER));
	buf_cut(&line, 0);
	buf_addf(&line, "mv '%s/copy.git' '%s'", vault_dir, buf_str(&path));
	assert_int_equal(system(buf_str(&line)), 0);
	assert_status(recover(app), ST_CORRUPT);
	assert_ok(repo_remove(app->store, &name));
	assert_ok(recover(app));
	buf_clear(&path);
	buf_clear(&line);
}

/* What changed after it was confirmed stays. */
static void changed(void **state)
{
	struct removal r;
	struct oid version;
	struct problems ps;

	(void)state;
	propose();
	problems_init(&ps);
	assert_ok(put_as(&chief, child, "2025", "", "x", "", &ps, &version) == ST_OK
		      ? ST_OK
		      : child_edit(app, &chief, &(struct child_task){.child = span_of(child)},
				   &(struct child_row){.kana = "やまだ けんた"}));
	problems_clear(&ps);
	assert_status(removal_begin(app, &proposal, &item, at("2040-01-01"), &r), ST_STALE);
	assert_ok(removal_leave(app, &proposal, &item, at("2040-01-01")));
	assert_string_equal(newest_record("system", child).event, "retention.left");
}

/* What was confirmed and is held since, or not over at that time, stays. */
static void not_any_more(void **state)
{
	const struct question q = by(&sato, "2040-01-01");
	struct removal r;

	(void)state;
	propose();
	assert_status(removal_begin(app, &proposal, &item, at("2037-05-11"), &r), ST_STALE);
	assert_ok(retention_hold(app, &sato, &q, span_of(child), SPAN("訴訟が続いているため")));
	assert_status(removal_begin(app, &proposal, &item, at("2040-01-01"), &r), ST_STALE);
	assert_ok(retention_unhold(app, &sato, &q, span_of(child), SPAN("訴訟が終わったため")));
	assert_ok(removal_begin(app, &proposal, &item, at("2040-01-01"), &r));
}

/* ---- every table ---------------------------------------------------------------------------- */

/* A table with a column `child` that nobody thought of would keep rows about a child. */
static void every_table(void **state)
{
	/* removal and proof_run are memories of what was done; access_range is the registry's */
	static const char query[] =
	    "import sqlite3, sys\n"
	    "found = set()\n"
	    "for name, prefix in (('index.db', ''), ('vault.db', 'vault.')):\n"
	    "    db = sqlite3.connect(sys.argv[1] + '/' + name)\n"
	    "    for (t,) in db.execute(\"SELECT name FROM sqlite_schema WHERE type='table'\"):\n"
	    "        if any(c[1] == 'child' for c in db.execute('PRAGMA table_info(' + t + ')')):\n"
	    "            found.add(prefix + t)\n"
	    "left = found - {'vault.removal', 'access_range', 'vault.proof_run'} - "
	    "set(sys.argv[2:])\n"
	    "print(left) if left else None\n"
	    "sys.exit(1 if left else 0)\n";
	struct buf line;

	(void)state;
	buf_init(&line, 16384);
	buf_addf(&line, "python3 -c '");
	for (const char *p = query; *p; p++)
		if (*p == '\'')
			buf_adds(&line, "'\\''");
		else
			buf_addc(&line, *p);
	buf_addf(&line, "' '%s'", vault_dir);
	for (size_t i = 0; purge_tables[i]; i++)
		buf_addf(&line, " %s", purge_tables[i]);
	assert_int_equal(system(buf_str(&line)), 0);
	buf_clear(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(sheets_and_children, fresh_leaver),
	    cmocka_unit_test_setup(two_persons, fresh_leaver),
	    cmocka_unit_test(killed),
	    cmocka_unit_test_setup(revived, fresh_leaver),
	    cmocka_unit_test_setup(changed, fresh_leaver),
	    cmocka_unit_test_setup(not_any_more, fresh_leaver),
	    cmocka_unit_test(every_table),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
