#include "db_help.h"

#include "vault/db/range.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void opening_again_changes_nothing(void **state)
{
	struct institution i;
	long long before, after;

	(void)state;
	put_institution("kudan-es", ROLE_SCHOOL);
	assert_ok(db_generation(db, &before));
	for (int n = 0; n < 3; n++) {
		db_close(db);
		assert_ok(db_open(&db, folder));
	}
	assert_ok(institution_get(db, SPAN("kudan-es"), &i));
	assert_string_equal(i.name, "kudan-es という機関");
	assert_ok(db_generation(db, &after));
	assert_int_equal(before, after);
	assert_true(ask("index.db", "PRAGMA user_version") >= 1);
	assert_true(ask("vault.db", "PRAGMA user_version") >= 1);
	db_close(NULL);
}

static void both_files_are_journals_that_readers_and_writers_share(void **state)
{
	static const char *const files[] = {"index.db", "vault.db"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		sqlite3 *handle = look_into(files[i]);
		sqlite3_stmt *s = NULL;

		assert_int_equal(sqlite3_prepare_v2(handle, "PRAGMA journal_mode", -1, &s, NULL),
				 SQLITE_OK);
		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		assert_string_equal((const char *)sqlite3_column_text(s, 0), "wal");
		sqlite3_finalize(s);
		sqlite3_close(handle);
	}
}

static void a_newer_file_is_refused_and_left_alone(void **state)
{
	static const char *const files[] = {"index.db", "vault.db"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		long long was = ask(files[i], "PRAGMA user_version");
		char sql[64];

		db_close(db);
		db = NULL;
		tell(files[i], "PRAGMA user_version=99");
		assert_status(db_open(&db, folder), ST_CONFIG);
		assert_null(db);
		assert_non_null(strstr(fail_why(), "newer"));
		assert_int_equal(ask(files[i], "PRAGMA user_version"), 99);
		snprintf(sql, sizeof sql, "PRAGMA user_version=%lld", was);
		tell(files[i], sql);
		assert_ok(db_open(&db, folder));
	}
}

static void what_is_no_database_is_not_opened(void **state)
{
	char path[PATH_MAX];

	(void)state;
	db_close(db);
	db = NULL;
	snprintf(path, sizeof path, "%s/index.db", folder);
	assert_ok(file_write(path, SPAN("this is not a database, however long it may be\n"), 0600));
	assert_status(db_open(&db, folder), ST_CORRUPT);
	assert_null(db);
	snprintf(path, sizeof path, "%s/no-such-folder", folder);
	assert_status(db_open(&db, path), ST_IO);
	assert_null(db);
}

/* Index tables become empty, whatever they are; nothing else does. */
static void clearing_the_index_keeps_the_vault(void **state)
{
	static const char each_table[] =
	    "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'child_gram_%'"
	    " AND name NOT IN ('generation', 'sqlite_sequence')";
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct enrolment e = stay_of("kudan-es", "2026-04-01", "");
	const struct guardian g = {.account = "yamada", .relation = "mother"};
	const struct protection p = {"yamada", "word", "x"};
	const struct range_row r = {.id = "r1", .account = "tanaka", .state = "in-force"};
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es");
	sqlite3 *handle;
	sqlite3_stmt *names = NULL;
	int tables = 0;

	(void)state;
	put_institution("kudan-es", ROLE_SCHOOL);
	assert_ok(account_put(db, &a));
	assert_ok(child_put(db, &(struct child_all){&c, &e, 1, &g, 1, &p, 1}));
	assert_ok(range_put(db, &r));
	assert_ok(setting_put(db, SPAN("lead-days"), SPAN("30")));
	tell("vault.db", "INSERT INTO throttle VALUES('account:x', 3, 1)");
	assert_ok(db_clear_index(db));
	assert_int_equal(ask("vault.db", "SELECT failures FROM throttle"), 3);

	handle = look_into("index.db");
	assert_int_equal(
	    sqlite3_prepare_v2(handle,
			       "SELECT name FROM sqlite_schema WHERE type='table'"
			       " AND name NOT LIKE 'child_gram_%' AND name <> 'generation'",
			       -1, &names, NULL),
	    SQLITE_OK);
	while (sqlite3_step(names) == SQLITE_ROW) {
		char sql[128];

		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s",
			 (const char *)sqlite3_column_text(names, 0));
		if (ask("index.db", sql) != 0)
			fail_msg("%s: rows are left", (const char *)sqlite3_column_text(names, 0));
		tables++;
	}
	sqlite3_finalize(names);
	sqlite3_close(handle);
	assert_int_equal(tables, ask("index.db", each_table));
	assert_true(tables >= 12);
}

/* ---- transactions ------------------------------------------------------------------------------
 */

static void what_fails_between_begin_and_end_never_happened(void **state)
{
	struct institution i;
	long long before, after;

	(void)state;
	put_institution("kept", ROLE_SCHOOL);
	assert_ok(db_generation(db, &before));
	assert_ok(db_begin(db));
	put_institution("gone", ROLE_SCHOOL);
	assert_ok(institution_get(db, SPAN("gone"), &i)); /* this thread sees its own writes */
	assert_status(db_end(db, ST_STALE), ST_STALE);	  /* the reason comes back untouched */
	assert_status(institution_get(db, SPAN("gone"), &i), ST_NOTFOUND);
	assert_ok(institution_get(db, SPAN("kept"), &i));
	assert_ok(db_generation(db, &after));
	assert_int_equal(before, after);

	assert_ok(db_begin(db)); /* and the next one works */
	put_institution("later", ROLE_SCHOOL);
	assert_ok(db_end(db, ST_OK));
	assert_ok(institution_get(db, SPAN("later"), &i));
}

static void *look_from_elsewhere(void *arg)
{
	struct institution i;

	*(enum status *)arg = institution_get(db, SPAN("half"), &i);
	return NULL;
}

static void others_see_nothing_before_the_end(void **state)
{
	enum status seen = ST_BUG;
	pthread_t t;

	(void)state;
	assert_ok(db_begin(db));
	put_institution("half", ROLE_SCHOOL);
	assert_int_equal(pthread_create(&t, NULL, look_from_elsewhere, &seen), 0);
	pthread_join(t, NULL);
	assert_int_equal(seen, ST_NOTFOUND);
	assert_ok(db_end(db, ST_OK));
	assert_int_equal(pthread_create(&t, NULL, look_from_elsewhere, &seen), 0);
	pthread_join(t, NULL);
	assert_int_equal(seen, ST_OK);
}

/* ---- at the same time --------------------------------------------------------------------------
 */

enum { EACH = 40 };

static enum status write_many(struct db *to, char who)
{
	enum status st = ST_OK;

	for (int n = 0; n < EACH && !st; n++) {
		struct institution i = {.kind = ROLE_SCHOOL, .name = "x"};

		snprintf(i.id, sizeof i.id, "%c-%d", who, n);
		st = db_begin(to);
		if (!st)
			st = db_end(to, institution_put(to, &i));
	}
	return st;
}

struct writer {
	char who;
	enum status st;
};

static void *writing_thread(void *arg)
{
	struct writer *w = arg;

	w->st = write_many(db, w->who);
	return NULL;
}

static void two_threads_write_at_once_and_nothing_is_lost(void **state)
{
	struct writer w[2] = {{'a', ST_BUG}, {'b', ST_BUG}};
	pthread_t t[2];
	long long before, after;

	(void)state;
	assert_ok(db_generation(db, &before));
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, writing_thread, &w[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(w[i].st, ST_OK);
	}
	assert_int_equal(ask("index.db", "SELECT count(*) FROM institution"), 2 * EACH);
	assert_ok(db_generation(db, &after));
	assert_int_equal(after - before, 2 * EACH);
}

/* A child opens the vault for itself: connections must not cross a fork. */
static int writing_process(char who)
{
	struct db *own = NULL;
	enum status st = db_open(&own, folder);

	if (!st)
		st = write_many(own, who);
	db_close(own);
	return st ? 1 : 0;
}

static void two_processes_write_at_once_and_nothing_is_lost(void **state)
{
	pid_t pids[2];
	long long before, after;

	(void)state;
	assert_ok(db_generation(db, &before));
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(writing_process((char)('p' + i)));
		assert_true(pids[i] > 0);
	}
	assert_ok(write_many(db, 'm')); /* and this one too */
	for (int i = 0; i < 2; i++) {
		int code;

		assert_int_equal(waitpid(pids[i], &code, 0), pids[i]);
		assert_true(WIFEXITED(code));
		assert_int_equal(WEXITSTATUS(code), 0);
	}
	assert_int_equal(ask("index.db", "SELECT count(*) FROM institution"), 3 * EACH);
	assert_ok(db_generation(db, &after)); /* what others committed counts here */
	assert_int_equal(after - before, 3 * EACH);
}

static long long generation(void)
{
	long long n;

	assert_ok(db_generation(db, &n));
	return n;
}

static void the_generation_counts_changes_of_rights_and_nothing_else(void **state)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	const struct range_row r = {.id = "r1", .account = "tanaka", .state = "asked"};
	const struct range_row wrong = {.id = "r1", .state = "asked"};
	const struct protection p = {"yamada", "word", "x"};
	struct account a = account_of("tanaka", ROLE_SCHOOL, "kudan-es"), got;
	long long n = generation();

	(void)state;
	put_institution("kudan-es", ROLE_SCHOOL);
	assert_int_equal(generation(), ++n);
	assert_ok(account_put(db, &a));
	assert_int_equal(generation(), ++n);
	assert_ok(put_child(&c, NULL, 0, NULL, 0));
	assert_int_equal(generation(), ++n);
	assert_ok(child_put(
	    db, &(struct child_all){.row = &c, .protections = &p, .protection_count = 1}));
	assert_int_equal(generation(), ++n);
	assert_ok(range_put(db, &r));
	assert_int_equal(generation(), ++n);
	assert_ok(setting_put(db, SPAN("lead-days"), SPAN("30")));
	assert_int_equal(generation(), ++n);
	assert_status(range_put(db, &wrong), ST_INVALID); /* nothing was changed */
	assert_ok(account_get(db, SPAN("tanaka"), &got));
	assert_int_equal(generation(), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(opening_again_changes_nothing),
	    TEST(both_files_are_journals_that_readers_and_writers_share),
	    TEST(a_newer_file_is_refused_and_left_alone),
	    TEST(what_is_no_database_is_not_opened),
	    TEST(clearing_the_index_keeps_the_vault),
	    TEST(what_fails_between_begin_and_end_never_happened),
	    TEST(others_see_nothing_before_the_end),
	    TEST(two_threads_write_at_once_and_nothing_is_lost),
	    TEST(two_processes_write_at_once_and_nothing_is_lost),
	    TEST(the_generation_counts_changes_of_rights_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
