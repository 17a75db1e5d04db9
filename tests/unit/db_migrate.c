#include "db_help.h"

#include "vault/db/factor.h"
#include "vault/db/schema.h"
#include "vault/db/session.h"

#define TOKEN SPAN("0123456789abcdef")

/* A vault.db as step 1 left it, with rows in it. */
static const char old_rows[] =
    "INSERT INTO secret VALUES('tanaka', '$argon2id$1', x'00ff01', 100);"
    "INSERT INTO secret VALUES('suzuki', '$argon2id$2', x'02', 200);"
    "INSERT INTO session VALUES(CAST('0123456789abcdef' AS BLOB), 'tanaka', 100, 200, x'aa');"
    "INSERT INTO throttle VALUES('account:tanaka', 3, 100);";

static void make_old_vault(void)
{
	sqlite3 *handle;
	char attach[PATH_MAX + 32];

	db_close(db);
	db = NULL;
	assert_ok(file_remove_tree(folder));
	assert_ok(file_mkdirs(folder));
	assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
	snprintf(attach, sizeof attach, "ATTACH '%s/vault.db' AS vault", folder);
	assert_int_equal(sqlite3_exec(handle, attach, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, schema_vault[0], NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
	tell("vault.db", "PRAGMA user_version=1");
	tell("vault.db", old_rows);
}

static void secrets_of_before_stay_and_get_room_for_an_address(void **state)
{
	struct buf verifier, sealed;
	long failures;
	long long last;

	(void)state;
	make_old_vault();
	assert_ok(db_open(&db, folder));
	buf_init(&verifier, 300);
	buf_init_secret(&sealed, 300);
	assert_ok(secret_get(db, SPAN("tanaka"), &verifier, &sealed));
	assert_string_equal(buf_str(&verifier), "$argon2id$1");
	assert_true(span_eq(buf_span(&sealed), SPAN("\0\xff\1")));
	assert_status(secret_address(db, SPAN("tanaka"), &sealed), ST_NOTFOUND);
	assert_ok(secret_put(db, SPAN("tanaka"), SPAN("$argon2id$3"), SPAN("new"),
			     SPAN("0123456789abcdef0123456789abcdef"), 300));
	assert_ok(secret_address(db, SPAN("tanaka"), &sealed));
	assert_string_equal(buf_str(&sealed), "0123456789abcdef0123456789abcdef");
	assert_ok(secret_get(db, SPAN("suzuki"), &verifier, &sealed));
	assert_string_equal(buf_str(&verifier), "$argon2id$2");
	assert_ok(throttle_get(db, "account:tanaka", &failures, &last));
	assert_int_equal(failures, 3);
	assert_int_equal(ask("vault.db", "PRAGMA user_version"), schema_vault_steps);
	buf_clear(&verifier);
	buf_clear(&sealed);
}

/* They know nothing of a second factor: none of them may pass for one that has it. */
static void sessions_of_before_are_over(void **state)
{
	struct session_row s = {.account = "tanaka", .since = 300, .seen = 300, .weak = true}, got;

	(void)state;
	make_old_vault();
	assert_int_equal(ask("vault.db", "SELECT count(*) FROM session"), 1);
	assert_ok(db_open(&db, folder));
	assert_status(session_get(db, TOKEN, &got, NULL), ST_NOTFOUND);
	assert_int_equal(ask("vault.db", "SELECT count(*) FROM session"), 0);
	assert_ok(session_put(db, TOKEN, &s, SPAN("x")));
	assert_ok(session_get(db, TOKEN, &got, NULL));
	assert_true(got.weak);
}

static void what_is_new_works_in_an_old_vault(void **state)
{
	struct factor_row f = {.account = "tanaka", .kind = "totp"};
	struct glass_row g = {"tanaka", "c7k3m9q2v4", 100, 200};
	struct kept_row k = {.account = "tanaka", .path = "/x"};
	bool open = false;

	(void)state;
	make_old_vault();
	assert_ok(db_open(&db, folder));
	assert_ok(factor_add(db, &f));
	assert_ok(code_put(db, SPAN("tanaka"), "first", "00", 0));
	assert_ok(kept_add(db, &k, SPAN("x")));
	assert_ok(glass_put(db, &g));
	assert_ok(glass_get(db, SPAN("tanaka"), SPAN("c7k3m9q2v4"), 150, &open));
	assert_true(open);
	db_close(db);
	assert_ok(db_open(&db, folder)); /* and no step is taken twice */
	assert_ok(factor_get(db, SPAN("tanaka"), f.n, &f));
}

/* What steps 1 and 2 give is what a new vault has. */
static void an_old_vault_becomes_like_a_new_one(void **state)
{
	static const char shape[] =
	    "SELECT total(length(sql)) + 1000 * count(*) FROM sqlite_schema";
	static const char columns[] =
	    "SELECT count(*) FROM sqlite_schema t, pragma_table_info(t.name)";
	long long new_shape = ask("vault.db", shape), new_columns = ask("vault.db", columns);

	(void)state;
	make_old_vault();
	assert_true(ask("vault.db", shape) != new_shape);
	assert_ok(db_open(&db, folder));
	assert_int_equal(ask("vault.db", shape), new_shape);
	assert_int_equal(ask("vault.db", columns), new_columns);
}

/* A step that fails leaves the vault as it was. */
static void a_failed_step_changes_nothing(void **state)
{
	(void)state;
	make_old_vault();
	tell("vault.db", "CREATE TABLE glass(x)"); /* in the way of the last statement */
	assert_status(db_open(&db, folder), ST_IO);
	assert_null(db);
	assert_int_equal(ask("vault.db", "PRAGMA user_version"), 1);
	assert_int_equal(ask("vault.db", "SELECT count(*) FROM session"), 1);
	assert_int_equal(ask("vault.db", "SELECT count(*) FROM sqlite_schema"
					 " WHERE name IN ('factor', 'code', 'kept')"),
			 0);
	tell("vault.db", "DROP TABLE glass");
	assert_ok(db_open(&db, folder));
}

static void an_old_index_is_emptied_and_made_anew(void **state)
{
	const struct child_row c = child_of("c7k3m9q2v4", "山田花子", "やまだはなこ", "2019-05-12");
	struct child_row got;
	long long tables = ask("index.db", "SELECT count(*) FROM sqlite_schema");

	(void)state;
	assert_ok(put_child(&c, NULL, 0, NULL, 0));
	tell("vault.db", "INSERT INTO throttle VALUES('account:x', 3, 1)");
	db_close(db);
	db = NULL;
	tell("index.db", "ALTER TABLE child RENAME TO pupil; CREATE TABLE \"odd name\"(x);"
			 "CREATE INDEX odd ON \"odd name\"(x); PRAGMA user_version=1");
	assert_ok(db_open(&db, folder));
	assert_int_equal(ask("index.db", "PRAGMA user_version"), schema_index_number);
	assert_int_equal(ask("index.db", "SELECT count(*) FROM sqlite_schema"), tables);
	assert_int_equal(ask("index.db", "SELECT count(*) FROM child_gram"), 0);
	assert_status(child_get(db, SPAN("c7k3m9q2v4"), &got), ST_NOTFOUND);
	assert_ok(put_child(&c, NULL, 0, NULL, 0));
	assert_ok(child_get(db, SPAN("c7k3m9q2v4"), &got));
	assert_int_equal(ask("vault.db", "SELECT failures FROM throttle"), 3);
}

/* What reindex does not empty would say what is no longer so. */
static void every_table_of_the_index_is_emptied_to_make_it_again(void **state)
{
	static const char create[] = "CREATE TABLE ";
	size_t tables = 0;

	(void)state;
	for (const char *at = strstr(schema_index, create); at; at = strstr(at, create)) {
		char statement[80];
		size_t n = strcspn(at += strlen(create), "(");

		snprintf(statement, sizeof statement, "DELETE FROM %.*s;", (int)n, at);
		tables++;
		/* a number that only grows */
		if (strncmp(at, "generation", n) != 0 && !strstr(schema_index_clear, statement))
			fail_msg("%s is not there", statement);
	}
	assert_true(tables > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(secrets_of_before_stay_and_get_room_for_an_address),
	    TEST(sessions_of_before_are_over),
	    TEST(what_is_new_works_in_an_old_vault),
	    TEST(an_old_vault_becomes_like_a_new_one),
	    TEST(a_failed_step_changes_nothing),
	    TEST(an_old_index_is_emptied_and_made_anew),
	    TEST(every_table_of_the_index_is_emptied_to_make_it_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
