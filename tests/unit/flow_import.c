/* Accounts from CSV: what each row comes to, and that a look changes nothing. */
#include "flow_help.h"

#include "vault/flow/import_accounts.h"

#define HEAD "ID,氏名,ふりがな,役割,機関,最後の日,組\n"

static struct import in;

static void read_csv(const char *text)
{
	assert_ok(import_read(&in, app, span_of(text), (int64_t)time(NULL)));
}

static size_t accounts(void)
{
	return newest_record("change", NULL).count;
}

/* ---- one row ------------------------------------------------------------------------------ */

static void rows_are_ready_or_told_why_not(void **state)
{
	static const struct {
		const char *row;
		enum import_state state;
		const char *column, *why;
	} rows[] = {
	    {"i1,田中 花,たなか はな,職員,kudan-es,,3年2組", IMPORT_READY, NULL, NULL},
	    {"i1,田中 花,,職員,kudan-es（機関）,なし,", IMPORT_READY, NULL, NULL},
	    {" i1 ,田中 花,,staff,kudan-es,R30.3.31,\"1組,2組\"", IMPORT_READY, NULL, NULL},
	    {"i1,山田 健,,保護者,,,", IMPORT_READY, NULL, NULL},
	    {"i1,山田 健,,household", IMPORT_READY, NULL, NULL},
	    {"tanaka,tanaka さん,,職員,kudan-es,,", IMPORT_THERE, NULL, NULL},
	    {"tanaka,別の人,,職員,kudan-es,,", IMPORT_WRONG, "ID", "別の内容"},
	    {"stopped,stopped さん,,家庭,,,", IMPORT_WRONG, "ID", "止めてあります"},
	    {"I1,x,,家庭,,,", IMPORT_WRONG, "ID", "a-z"},
	    {",x,,家庭,,,", IMPORT_WRONG, "ID", "a-z"},
	    {"i1,,,家庭,,,", IMPORT_WRONG, "氏名", "1行で"},
	    {"i1,x,,管理,,,", IMPORT_WRONG, "役割", "CSVでは作れません"},
	    {"i1,x,,auditor,,,", IMPORT_WRONG, "役割", "CSVでは作れません"},
	    {"i1,x,,校長,kudan-es,,", IMPORT_WRONG, "役割", "「職員」か「家庭」"},
	    {"i1,x,,職員,,,", IMPORT_WRONG, "機関", "選んでください"},
	    {"i1,x,,職員,none,,", IMPORT_WRONG, "機関", "登録されていません"},
	    {"i1,x,,職員,二つの学校,,", IMPORT_WRONG, "機関", "同じ名前"},
	    {"i1,x,,家庭,kudan-es,,", IMPORT_WRONG, "機関", "職員だけ"},
	    {"i1,x,,家庭,,2026-02-30,", IMPORT_WRONG, "最後の日", "形で"},
	    {"i1,x,,家庭,,2020-01-01,", IMPORT_WRONG, "最後の日", "すぎています"},
	    {"i1,x,,家庭,,,1組", IMPORT_WRONG, "組", "職員だけ"},
	    {"i1,x,,家庭,,,,true", IMPORT_WRONG, NULL, "列が多すぎます"},
	};
	struct buf text;

	(void)state;
	buf_init(&text, 65536);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct import_row *r;

		buf_cut(&text, 0);
		buf_addf(&text, HEAD "%s\n", rows[i].row);
		read_csv(buf_str(&text));
		assert_int_equal(in.count, 1);
		r = &in.rows[0];
		if (r->state != rows[i].state)
			fail_msg("%s: %s (%s)", rows[i].row, import_label(r->state),
				 r->why ? r->why : "");
		assert_int_equal(in.in[r->state], 1);
		assert_int_equal(r->line, 2);
		if (rows[i].column)
			assert_string_equal(r->column, rows[i].column);
		else
			assert_null(r->column);
		if (rows[i].why && !strstr(r->why, rows[i].why))
			fail_msg("%s: %s", rows[i].row, r->why);
		import_clear(&in);
	}
	buf_clear(&text);
}

static void columns_come_in_any_order_and_language(void **state)
{
	(void)state;
	read_csv(
	    "role,組,id,until,name,institution\r\nstaff,1組、2組,any-order,なし,あ,other-es\r\n");
	assert_int_equal(in.rows[0].state, IMPORT_READY);
	assert_string_equal(in.rows[0].account.id, "any-order");
	assert_string_equal(in.rows[0].account.classes, "1組,2組");
	assert_string_equal(in.rows[0].account.until, "");
	assert_string_equal(in.rows[0].account.institution, "other-es");
	import_clear(&in);
}

static void a_file_that_cannot_be_used_is_refused_whole(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
	    {"", "アカウントの行がありません"},
	    {HEAD, "アカウントの行がありません"},
	    {"ID,氏名\nx,y\n", "「役割」の列がありません"},
	    {"ID,氏名,役割,key\nx,y,職員,z\n", "「key」は、使えない列"},
	    {"ID,氏名,役割,disabled\nx,y,職員,z\n", "「disabled」は、使えない列"},
	    {"ID,氏名,役割,name\nx,y,職員,z\n", "2つあります"},
	    {"ID,氏名,役割\nx,\"y,職員\n", "行目"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_status(import_read(&in, app, span_of(bad[i].text), 0), ST_INVALID);
		if (!strstr(fail_why(), bad[i].why))
			fail_msg("%zu: %s", i, fail_why());
		import_clear(&in);
	}
}

static void too_many_rows_are_refused(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1024 * 1024);
	buf_adds(&text, HEAD);
	for (int i = 0; i <= IMPORT_ROWS_MAX; i++)
		buf_addf(&text, "m%d,x,,家庭,,,\n", i);
	assert_status(import_read(&in, app, buf_span(&text), 0), ST_TOOBIG);
	import_clear(&in);
	buf_clear(&text);
}

static void the_same_id_twice_is_wrong_the_second_time(void **state)
{
	(void)state;
	read_csv(HEAD "twice,あ,,家庭,,,\n\n\ntwice,い,,家庭,,,\n");
	assert_int_equal(in.rows[0].state, IMPORT_READY);
	assert_int_equal(in.rows[1].state, IMPORT_WRONG);
	assert_int_equal(in.rows[1].line, 5);
	assert_non_null(strstr(in.rows[1].why, "2行目"));
	import_clear(&in);
}

/* ---- making ------------------------------------------------------------------------------- */

static void a_look_changes_nothing(void **state)
{
	size_t before = accounts();
	struct account a;

	(void)state;
	read_csv(HEAD "looked,あ,,家庭,,,\n");
	import_clear(&in);
	assert_int_equal(accounts(), before);
	assert_status(account_get(app->db, SPAN("looked"), &a), ST_NOTFOUND);
}

static void seen(void *ctx, const struct import_row *r)
{
	*(size_t *)ctx += r->state == IMPORT_MADE;
}

static void good_rows_are_made_and_others_not(void **state)
{
	size_t before = accounts(), told = 0;
	const struct import_watch watch = {seen, &told};
	struct account a;

	(void)state;
	read_csv(HEAD "made-1,職 員,しょく いん,職員,kudan-es,なし,3年2組\n"
		      "bad,x,,管理,,,\n"
		      "tanaka,tanaka さん,,職員,kudan-es,,\n"
		      "made-2,家 庭,,家庭,,,\n");
	assert_ok(import_run(&in, app, &chief, 10, &watch));
	assert_int_equal(in.in[IMPORT_MADE], 2);
	assert_int_equal(in.in[IMPORT_WRONG], 1);
	assert_int_equal(in.in[IMPORT_THERE], 1);
	assert_int_equal(in.in[IMPORT_READY], 0);
	assert_int_equal(told, 2);
	assert_int_equal(accounts(), before + 2);
	import_clear(&in);
	assert_ok(account_get(app->db, SPAN("made-1"), &a));
	assert_string_equal(a.classes, "3年2組");
	assert_string_equal(a.until, ""); /* none is none, also the second time it is looked at */
	assert_string_equal(a.key, "");
	assert_int_equal(a.role, ROLE_SCHOOL);
	assert_status(account_get(app->db, SPAN("bad"), &a), ST_NOTFOUND);
	/* the same file again */
	read_csv(HEAD
		 "made-1,職 員,しょく いん,職員,kudan-es,なし,3年2組\nmade-2,家 庭,,家庭,,,\n");
	assert_int_equal(in.in[IMPORT_THERE], 2);
	import_clear(&in);
}

/* So that no request takes minutes. */
static void as_many_are_made_as_are_asked_for(void **state)
{
	static const char text[] = HEAD "part-1,x,,家庭,,,\npart-2,x,,家庭,,,\npart-3,x,,家庭,,,\n";

	(void)state;
	read_csv(text);
	assert_ok(import_run(&in, app, &chief, 2, NULL));
	assert_int_equal(in.in[IMPORT_MADE], 2);
	assert_int_equal(in.in[IMPORT_READY], 1);
	import_clear(&in);
	read_csv(text);
	assert_int_equal(in.in[IMPORT_THERE], 2);
	assert_ok(import_run(&in, app, &chief, 2, NULL));
	assert_int_equal(in.in[IMPORT_MADE], 1);
	import_clear(&in);
}

static void nobody_but_administrators(void **state)
{
	(void)state;
	read_csv(HEAD "denied-1,x,,家庭,,,\ndenied-2,x,,家庭,,,\n");
	assert_status(import_run(&in, app, &tanaka, 10, NULL), ST_DENIED);
	assert_int_equal(in.in[IMPORT_MADE], 0);
	assert_int_equal(in.in[IMPORT_READY], 1); /* it stopped at the first */
	import_clear(&in);
}

/* ---- the file again ----------------------------------------------------------------------- */

static void what_is_confirmed_is_what_was_read(void **state)
{
	static const char cp932[] = "ID,\x8e\x81\x96\xbc,\x96\xf0\x8a\x84\r\n\r\n"
				    "cp-1,\"\xfb\xfc\x8b\xb4 \x89\xd4\",\x89\xc6\x92\xeb\r\n"
				    "\"cp\"\"2\",\"=1+1\n\",x\r\n";
	struct buf text, again;

	(void)state;
	buf_init(&text, 65536);
	buf_init(&again, 65536);
	assert_ok(import_read(&in, app, span_make(cp932, sizeof cp932 - 1), 0));
	assert_int_equal(in.count, 2);
	assert_string_equal(in.rows[0].account.name, "髙橋 花");
	assert_int_equal(in.rows[0].line, 3);
	import_text(&in, &text);
	import_clear(&in);
	assert_string_equal(buf_str(&text), "\"ID\",\"氏名\",\"役割\"\n\n\"cp-1\",\"髙橋 花\","
					    "\"家庭\"\n\"cp\"\"2\",\"=1+1\n\",\"x\"\n");
	read_csv(buf_str(&text));
	assert_int_equal(in.rows[1].line, 4);
	import_text(&in, &again);
	assert_string_equal(buf_str(&text), buf_str(&again));
	import_clear(&in);
	buf_clear(&text);
	buf_clear(&again);
}

static void the_template_can_be_read(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 65536);
	import_template(&text, (int64_t)time(NULL));
	assert_ok(import_read(&in, app, buf_span(&text), (int64_t)time(NULL)));
	assert_int_equal(in.count, 2);
	assert_string_equal(in.rows[1].account.id, "yamada-k");
	import_clear(&in);
	buf_clear(&text);
}

static int make_import(void **state)
{
	struct institution i = {.kind = ROLE_SCHOOL, .name = "二つの学校"};

	if (make_vault(state))
		return -1;
	snprintf(i.id, sizeof i.id, "two-a");
	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
	snprintf(i.id, sizeof i.id, "two-b");
	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
	put_account("stopped", ROLE_HOUSEHOLD, NULL);
	assert_ok(account_disable(app, &chief, SPAN("stopped")));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_are_ready_or_told_why_not),
	    cmocka_unit_test(columns_come_in_any_order_and_language),
	    cmocka_unit_test(a_file_that_cannot_be_used_is_refused_whole),
	    cmocka_unit_test(too_many_rows_are_refused),
	    cmocka_unit_test(the_same_id_twice_is_wrong_the_second_time),
	    cmocka_unit_test(a_look_changes_nothing),
	    cmocka_unit_test(good_rows_are_made_and_others_not),
	    cmocka_unit_test(as_many_are_made_as_are_asked_for),
	    cmocka_unit_test(nobody_but_administrators),
	    cmocka_unit_test(what_is_confirmed_is_what_was_read),
	    cmocka_unit_test(the_template_can_be_read),
	};

	return cmocka_run_group_tests(tests, make_import, end_vault);
}
