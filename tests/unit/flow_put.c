#include "flow_help.h"

static bool has_problem(const struct problems *ps, const char *code)
{
	for (size_t i = 0; i < ps->count; i++)
		if (strcmp(ps->list[i].code, code) == 0)
			return true;
	return false;
}

/* Puts a file; the status, and of the first problem the code, must be these. */
static void assert_put(const struct actor *who, const char *child, const char *id, const char *note,
		       const char *wish, const char *opinion, enum status want, const char *code)
{
	struct problems ps;
	struct oid version;
	enum status st;

	problems_init(&ps);
	st = put_as(who, child, id, note, wish, opinion, &ps, &version);
	if (st != want)
		print_problems(&ps);
	assert_status(st, want);
	if (code && !has_problem(&ps, code)) {
		print_problems(&ps);
		fail_msg("no problem %s", code);
	}
	if (!code)
		assert_int_equal(ps.errors, 0);
	problems_clear(&ps);
}

/* The same with a file of its own. */
static enum status put_file(const struct actor *who, const char *child, const char *id,
			    const char *text, struct problems *ps)
{
	struct question q = ask_for(ACT_SHEET_WRITE, who, child, id);
	struct oid version;

	return put_sheet(app, who, &q, "x.md", span_of(text), SPAN_NONE, ps, &version);
}

static void a_file_is_stored_as_the_program_writes_it(void **state)
{
	char child[11];
	struct oid v1;
	struct buf want, got;
	struct sheet_row row;
	struct newest record;

	(void)state;
	buf_init(&want, 65536);
	buf_init(&got, 65536);
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	sheet_text(&want, child, "2026", "兄がいる", "走りたい", "落ち着いている");
	stored_text(child, "2026", &got);
	assert_string_equal(buf_str(&got), buf_str(&want));
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	assert_string_equal(row.status, "draft");
	assert_string_equal(row.institution, "kudan-es");
	assert_string_equal(row.account, "tanaka");
	record = newest_record("change", child);
	assert_string_equal(record.event, "sheet.create");
	assert_put(&tanaka, child, "2026", "妹もいる", "走りたい", "落ち着いている", ST_OK, NULL);
	assert_string_equal(newest_record("change", child).event, "sheet.save");
	assert_put(&tanaka, child, "2026", "妹もいる", "走りたい", "落ち着いている", ST_EXISTS,
		   NULL);
	buf_clear(&want);
	buf_clear(&got);
}

static void a_family_puts_its_own_fields_and_no_others(void **state)
{
	char child[11];
	struct oid v1, head;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	/* a field that it reads but may not write */
	assert_put(&yamada, child, "2026", "妹もいる", "走りたい", "落ち着いている", ST_DENIED,
		   "put.forbidden");
	/* one that it does not even read: changed, and left out */
	assert_put(&yamada, child, "2026", "兄がいる", "走りたい", "ちがう所見", ST_DENIED,
		   "put.forbidden");
	assert_put(&yamada, child, "2026", "兄がいる", "走りたい", "", ST_DENIED, "put.forbidden");
	/* one allowed and one forbidden: nothing is done */
	assert_put(&yamada, child, "2026", "妹もいる", "泳ぎたい", "落ち着いている", ST_DENIED,
		   "put.forbidden");
	head_of_child(child, &head);
	assert_true(oid_eq(&head, &v1));
	assert_put(&yamada, child, "2026", "兄がいる", "泳ぎたい", "落ち着いている", ST_OK, NULL);
}

static void a_family_makes_no_sheet_of_a_type_that_staff_write(void **state)
{
	char child[11];
	struct newest record;

	(void)state;
	new_child(child);
	assert_put(&yamada, child, "2026", "", "走りたい", "", ST_DENIED, NULL);
	record = newest_record("access", child);
	assert_string_equal(record.reason, "not-a-writer");
	assert_string_equal(record.account, "yamada");
}

static void strangers_put_nothing(void **state)
{
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	assert_put(&suzuki, child, "2026", "", "走りたい", "", ST_DENIED, NULL);
	assert_string_equal(newest_record("access", child).reason, "no-relation");
	new_sheet_of(child, "2026", &v1);
	assert_put(&suzuki, child, "2026", "兄がいる", "泳ぎたい", "落ち着いている", ST_DENIED,
		   NULL);
	assert_string_equal(newest_record("access", child).reason, "no-relation");
}

static void a_file_must_be_what_its_address_says(void **state)
{
	char child[11], other[11];
	struct problems ps;
	struct buf text;

	(void)state;
	new_child(child);
	new_child(other);
	buf_init(&text, 65536);
	problems_init(&ps);
	sheet_text(&text, other, "2026", "", "走りたい", "");
	assert_status(put_file(&tanaka, child, "2026", buf_str(&text), &ps), ST_INVALID);
	assert_true(has_problem(&ps, "put.child"));
	problems_clear(&ps);
	sheet_text(&text, child, "2025", "", "走りたい", "");
	assert_status(put_file(&tanaka, child, "2026", buf_str(&text), &ps), ST_INVALID);
	assert_true(has_problem(&ps, "put.sheet"));
	problems_clear(&ps);
	assert_status(put_file(&tanaka, child, "2026", "not a sheet\n", &ps), ST_INVALID);
	assert_true(ps.errors > 0);
	problems_clear(&ps);
	assert_status(put_file(&tanaka, "c000000000", "2026", buf_str(&text), &ps), ST_INVALID);
	problems_clear(&ps);
	sheet_text(&text, "c000000000", "2026", "", "走りたい", "");
	assert_status(put_file(&tanaka, "c000000000", "2026", buf_str(&text), &ps), ST_NOTFOUND);
	problems_clear(&ps);
	buf_clear(&text);
}

/* sheet_text says kudan-es and draft: this puts another word in its place. */
static enum status put_changed(const struct actor *who, const char *child, const char *from,
			       const char *to, struct problems *ps)
{
	struct buf text, other;
	const char *at;
	enum status st;

	buf_init(&text, 65536);
	buf_init(&other, 65536);
	sheet_text(&text, child, "2026", "兄がいる", "走りたい", "落ち着いている");
	at = strstr(buf_str(&text), from);
	assert_non_null(at);
	buf_add(&other, buf_str(&text), (size_t)(at - buf_str(&text)));
	buf_adds(&other, to);
	buf_adds(&other, at + strlen(from));
	st = put_file(who, child, "2026", buf_str(&other), ps);
	buf_clear(&text);
	buf_clear(&other);
	return st;
}

static void a_sheet_stays_with_its_institution(void **state)
{
	char child[11];
	struct oid v1;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	new_child(child);
	/* a new one is the writer's own institution's */
	assert_status(
	    put_changed(&tanaka, child, "institution: kudan-es", "institution: other-es", &ps),
	    ST_DENIED);
	assert_true(has_problem(&ps, "put.institution"));
	problems_clear(&ps);
	new_sheet_of(child, "2026", &v1);
	assert_status(
	    put_changed(&tanaka, child, "institution: kudan-es", "institution: other-es", &ps),
	    ST_DENIED);
	assert_true(has_problem(&ps, "put.institution"));
	problems_clear(&ps);
}

static void title_and_state_are_not_a_familys_to_change(void **state)
{
	char child[11];
	struct oid v1;
	struct problems ps;

	(void)state;
	problems_init(&ps);
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_status(put_changed(&yamada, child, "title: 基本シート", "title: わたしの", &ps),
		      ST_DENIED);
	assert_true(has_problem(&ps, "put.forbidden"));
	problems_clear(&ps);
	assert_status(put_changed(&yamada, child, "status: draft", "status: review", &ps),
		      ST_INVALID); /* required fields are missing: told first */
	problems_clear(&ps);
	assert_status(put_changed(&tanaka, child, "title: 基本シート", "title: 直した", &ps),
		      ST_OK);
	problems_clear(&ps);
}

static void a_new_sheet_is_an_empty_draft_of_its_writers_institution(void **state)
{
	char child[11];
	struct question q;
	struct oid version;
	struct sheet_row row;

	(void)state;
	new_child(child);
	q = ask_for(ACT_SHEET_WRITE, &tanaka, child, "2026");
	assert_ok(new_sheet(app, &tanaka, &q, &version));
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	assert_string_equal(row.status, "draft");
	assert_string_equal(row.institution, "kudan-es");
	assert_status(new_sheet(app, &tanaka, &q, &version), ST_EXISTS);
	q.id = SPAN("haru");
	assert_status(new_sheet(app, &tanaka, &q, &version), ST_INVALID);
	q.id = SPAN("../2025");
	assert_status(new_sheet(app, &tanaka, &q, &version), ST_INVALID);
	q.id = SPAN("2025");
	q.type = SPAN("nashi");
	assert_status(new_sheet(app, &tanaka, &q, &version), ST_DENIED);
	q.type = SPAN("kihon");
	q.who = &yamada.account;
	assert_status(new_sheet(app, &yamada, &q, &version), ST_DENIED);
	q.who = &tanaka.account;
	q.child = SPAN("c000000000");
	assert_status(new_sheet(app, &tanaka, &q, &version), ST_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_stored_as_the_program_writes_it),
	    cmocka_unit_test(a_family_puts_its_own_fields_and_no_others),
	    cmocka_unit_test(a_family_makes_no_sheet_of_a_type_that_staff_write),
	    cmocka_unit_test(strangers_put_nothing),
	    cmocka_unit_test(a_file_must_be_what_its_address_says),
	    cmocka_unit_test(a_sheet_stays_with_its_institution),
	    cmocka_unit_test(title_and_state_are_not_a_familys_to_change),
	    cmocka_unit_test(a_new_sheet_is_an_empty_draft_of_its_writers_institution),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
