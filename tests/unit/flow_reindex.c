#include "flow_help.h"

#include "vault/flow/consent.h"
#include "vault/flow/reindex.h"

#include <sqlite3.h>

/* ---- the whole index as text ------------------------------------------------------------------
 */

static sqlite3 *look_into(const char *file)
{
	char path[PATH_MAX + 16];
	sqlite3 *handle;

	snprintf(path, sizeof path, "%s/%s", vault_dir, file);
	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	return handle;
}

static void dump_rows(sqlite3 *handle, const char *sql, struct buf *out)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			const char *text = (const char *)sqlite3_column_text(s, i);
			buf_addf(out, "%s%s", i ? "|" : "", text ? text : "NULL");
		}
		buf_addc(out, '\n');
	}
	sqlite3_finalize(s);
}

/*
 * Every table but the counter of changes, each with all columns but two: `head`, which says up to
 * which commit the row was brought, and `at`, the time of indexing (of the commit, when it is made
 * again; compared apart).
 */
static void dump_index(struct buf *out)
{
	sqlite3 *handle = look_into("index.db");
	struct buf queries;
	struct span rest;

	buf_init(&queries, 65536);
	dump_rows(handle,
		  "SELECT 'SELECT ''' || t.name || ''', ' || group_concat(c.name, ', ')"
		  " || ' FROM ' || t.name || ' ORDER BY ' || group_concat(c.name, ', ')"
		  " FROM sqlite_schema t, pragma_table_info(t.name) c"
		  " WHERE t.type='table' AND t.name NOT LIKE 'child_gram_%'"
		  " AND t.name <> 'generation' AND c.name NOT IN ('head', 'at')"
		  " GROUP BY t.name ORDER BY t.name",
		  &queries);
	for (rest = buf_span(&queries); rest.n;) {
		struct span line = span_cut(&rest, '\n');
		char sql[1024];

		assert_true(span_copy(line, sql, sizeof sql));
		dump_rows(handle, sql, out);
	}
	buf_clear(&queries);
	sqlite3_close(handle);
}

static void dump_times(struct buf *out)
{
	sqlite3 *handle = look_into("index.db");

	dump_rows(handle, "SELECT at FROM version ORDER BY id, type, sheet", out);
	dump_rows(handle, "SELECT at FROM sheet ORDER BY child, type, id", out);
	sqlite3_close(handle);
}

static void assert_near(struct span a, struct span b)
{
	while (a.n && b.n) {
		long x, y;

		assert_true(span_number(span_cut(&a, '\n'), INT32_MAX, &x));
		assert_true(span_number(span_cut(&b, '\n'), INT32_MAX, &y));
		assert_in_range(x - y + 10, 0, 20);
	}
	assert_int_equal(a.n, b.n);
}

/* ---- a vault with something of everything -----------------------------------------------------
 */

static void fill(void)
{
	char child[11], other[11];
	struct answer answer = {SPAN("kihon"), SPAN("other-es"), true};
	struct question q;
	struct problems ps;
	struct oid v;

	problems_init(&ps);
	new_child(child);
	new_sheet_of(child, "2026", &v);
	new_sheet_of(child, "2025", &v);
	for (int i = 0; i < 3; i++) {
		char note[32];

		snprintf(note, sizeof note, "覚え書き%d", i);
		assert_ok(
		    put_as(&tanaka, child, "2026", note, "走りたい", "落ち着いている", &ps, &v));
	}
	q = ask_for(ACT_CHILD_READ, &yamada, child, "");
	q.type = q.id = SPAN_NONE;
	assert_ok(consent_answer(app, &yamada, &q, &answer));
	new_child(other);
	assert_ok(child_leave(app, &chief, &(struct child_task){.child = span_of(other)},
			      SPAN("kudan-es"), SPAN("2026-06-30")));
	assert_ok(child_enrol(app, &chief, &(struct child_task){.child = span_of(other)},
			      &(struct enrolment){"other-es", "2026-07-01", "", "1組"}));
	assert_ok(child_add_guardian(app, &chief, &(struct child_task){.child = span_of(other)},
				     SPAN("suzuki"), SPAN("father")));
	put_account("gone", ROLE_SCHOOL, "other-es");
	assert_ok(account_disable(app, &chief, SPAN("gone")));
	problems_clear(&ps);
}

static void count(void *ctx, size_t done)
{
	*(size_t *)ctx = done;
}

static void an_index_made_again_is_the_same(void **state)
{
	struct buf before, after, times_before, times_after;
	size_t done = 0;

	(void)state;
	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	buf_init(&times_before, 1 << 20);
	buf_init(&times_after, 1 << 20);
	fill();
	dump_index(&before);
	dump_times(&times_before);
	assert_non_null(strstr(buf_str(&before), "version|"));
	assert_non_null(strstr(buf_str(&before), "share|"));
	assert_non_null(strstr(buf_str(&before), "guardian|"));
	assert_ok(reindex(app, count, &done));
	assert_int_equal(done, 2);
	dump_index(&after);
	assert_string_equal(buf_str(&after), buf_str(&before));
	dump_times(&times_after);
	assert_near(buf_span(&times_after), buf_span(&times_before));

	/* and once more, from nothing at all */
	assert_ok(db_clear_index(app->db));
	assert_ok(reindex(app, NULL, NULL));
	buf_cut(&after, 0);
	dump_index(&after);
	assert_string_equal(buf_str(&after), buf_str(&before));
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&times_before);
	buf_clear(&times_after);
}

static void assert_nowhere(const char *file, const char *text)
{
	struct buf path, bytes;

	buf_init(&path, PATH_MAX);
	buf_init(&bytes, 64 * 1024 * 1024);
	path_join(&path, vault_dir, file);
	if (file_exists(buf_str(&path))) {
		assert_ok(file_read(buf_str(&path), &bytes));
		if (span_find(buf_span(&bytes), span_of(text)) >= 0)
			fail_msg("\"%s\" is in %s", text, file);
	}
	buf_clear(&path);
	buf_clear(&bytes);
}

/* Search and lists know titles and names; what a sheet says stays in its repository. */
static void no_database_has_the_content_of_a_sheet(void **state)
{
	static const char *const files[] = {"index.db", "index.db-wal", "vault.db", "vault.db-wal"};
	static const char *const texts[] = {"走りたい", "落ち着いている", "覚え書き", "兄がいる"};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			assert_nowhere(files[i], texts[k]);
}

static void sessions_and_secrets_outlive_a_new_index(void **state)
{
	struct actor again;

	(void)state;
	assert_ok(reindex(app, NULL, NULL));
	assert_ok(actor_account(&again, app, SPAN("tanaka"), SPAN(PASSWORD)));
	assert_int_equal(again.account.role, ROLE_SCHOOL);
	actor_clear(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_index_made_again_is_the_same),
	    cmocka_unit_test(no_database_has_the_content_of_a_sheet),
	    cmocka_unit_test(sessions_and_secrets_outlive_a_new_index),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
