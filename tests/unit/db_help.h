/* What the tests of vault/db/ share: a folder of its own, an open database, a look inside. */
#ifndef KARTE_TESTS_UNIT_DB_HELP_H
#define KARTE_TESTS_UNIT_DB_HELP_H

#include "generator/base/file.h"
#include "vault/db/child.h"
#include "vault/db/db.h"

#include <limits.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

#define assert_status(call, want)                                                                  \
	do {                                                                                       \
		enum status st_ = (call);                                                          \
		if (st_ != (want))                                                                 \
			fail_msg("%s: %s (%s)", #call, status_name(st_), fail_why());              \
	} while (0)
#define assert_ok(call) assert_status(call, ST_OK)

static char folder[512];
static struct db *db;

static inline int set_up(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/karte-db-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	assert_ok(db_open(&db, folder));
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	db_close(db);
	db = NULL;
	return file_remove_tree(folder) ? -1 : 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* One of the two files, as SQLite's own tools see it. */
static inline sqlite3 *look_into(const char *file)
{
	char path[PATH_MAX];
	sqlite3 *handle;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	return handle;
}

/* The first column of the first row, as a number. */
static inline long long ask(const char *file, const char *sql)
{
	sqlite3 *handle = look_into(file);
	sqlite3_stmt *s = NULL;
	long long n;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(handle);
	return n;
}

static inline void tell(const char *file, const char *sql)
{
	sqlite3 *handle = look_into(file);

	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	sqlite3_close(handle);
}

static inline struct account account_of(const char *id, enum role role, const char *institution)
{
	struct account a = {.staff = role != ROLE_HOUSEHOLD && role != ROLE_ADMIN &&
				     role != ROLE_AUDITOR,
			    .role = role};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.institution, sizeof a.institution, "%s", institution);
	snprintf(a.name, sizeof a.name, "%s さん", id);
	return a;
}

static inline void put_institution(const char *id, enum role kind)
{
	struct institution i = {.kind = kind};

	snprintf(i.id, sizeof i.id, "%s", id);
	snprintf(i.name, sizeof i.name, "%s という機関", id);
	assert_ok(institution_put(db, &i));
}

static inline struct child_row child_of(const char *id, const char *name, const char *kana,
					const char *born)
{
	struct child_row c = {.sex = "unknown"};

	snprintf(c.id, sizeof c.id, "%s", id);
	snprintf(c.name, sizeof c.name, "%s", name);
	snprintf(c.kana, sizeof c.kana, "%s", kana);
	snprintf(c.born, sizeof c.born, "%s", born);
	snprintf(c.head, sizeof c.head, "%040d", 1);
	return c;
}

/* Without protections. */
static inline enum status put_child(const struct child_row *c, const struct enrolment *es,
				    size_t nes, const struct guardian *gs, size_t ngs)
{
	return child_put(db, &(struct child_all){.row = c,
						 .enrolments = es,
						 .enrolment_count = nes,
						 .guardians = gs,
						 .guardian_count = ngs});
}

static inline struct enrolment stay_of(const char *institution, const char *since,
				       const char *until)
{
	struct enrolment e = {.class = ""};

	snprintf(e.institution, sizeof e.institution, "%s", institution);
	snprintf(e.since, sizeof e.since, "%s", since);
	snprintf(e.until, sizeof e.until, "%s", until);
	return e;
}

#endif
