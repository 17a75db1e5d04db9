/* What administrators change in child.md, and what of it is refused. */
#include "flow_help.h"

#include "vault/flow/verify.h"

#include <string.h>

static char child[11];

static int fresh_child(void **state)
{
	(void)state;
	new_child(child);
	return 0;
}

static struct child_task task(const char *base)
{
	return (struct child_task){.child = span_of(child), .base = span_of(base)};
}

static void stored(struct child *out)
{
	struct repo *repo;
	struct problems ps;
	struct buf text;

	buf_init(&text, 1 << 20);
	problems_init(&ps);
	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(repo_read(repo, NULL, "child.md", &text));
	assert_ok(child_parse(out, "child.md", buf_span(&text), &ps));
	repo_close(repo);
	problems_clear(&ps);
	buf_clear(&text);
}

static void head_text(char out[static OID_HEX])
{
	struct oid head;

	head_of_child(child, &head);
	oid_hex(&head, out);
}

/* The operation is refused so and in Japanese, and no version came of it. */
#define assert_refused(call, want, words)                                                          \
	do {                                                                                       \
		char before_[OID_HEX], after_[OID_HEX];                                            \
		head_text(before_);                                                                \
		assert_status(call, want);                                                         \
		if (!strstr(fail_why(), words))                                                    \
			fail_msg("%s: %s", #call, fail_why());                                     \
		head_text(after_);                                                                 \
		assert_string_equal(before_, after_);                                              \
	} while (0)

/* One signed commit with this action came of it, and it is in the journal. */
#define assert_done(call, action)                                                                  \
	do {                                                                                       \
		struct newest before_ = newest_record("change", child), after_;                    \
		assert_ok(call);                                                                   \
		after_ = newest_record("change", child);                                           \
		assert_int_equal(after_.count, before_.count + 1);                                 \
		assert_string_equal(after_.event, action);                                         \
		assert_int_equal(in_repo(child, "git log -1 --format=%B main | grep -qx "          \
						"'Karte-Action: " action "'"),                     \
				 0);                                                               \
	} while (0)

/* ---- master data -------------------------------------------------------------------------- */

static void master_data_are_changed_and_found(void **state)
{
	struct child_task t = task(NULL);
	struct child_row to = {.name = "佐藤 健", .kana = "さとう けん"}, row;
	struct child_row bad = {.born = "2019-02-30"};

	(void)state;
	t.reason = SPAN("氏が変わった");
	assert_done(child_edit(app, &chief, &t, &to), "child.update");
	assert_ok(child_get(app->db, span_of(child), &row));
	assert_string_equal(row.name, "佐藤 健");
	assert_string_equal(row.kana, "さとう けん");
	assert_string_equal(row.born, "2019-05-12"); /* what was not given stays */
	assert_string_equal(row.sex, "male");
	assert_int_equal(in_repo(child, "git log -1 --format=%B main | grep -qx 氏が変わった"), 0);
	assert_refused(child_edit(app, &chief, &t, &bad), ST_INVALID, "生年月日");
	assert_refused(child_edit(app, &chief, &t, &to), ST_EXISTS, "何も変わりません");
}

static void only_administrators_change_a_child(void **state)
{
	struct child_task t = task(NULL);
	struct child_row to = {.name = "別人"};

	(void)state;
	assert_refused(child_edit(app, &tanaka, &t, &to), ST_DENIED, "管理のアカウント");
	assert_refused(child_add_guardian(app, &suzuki, &t, SPAN("suzuki"), SPAN("father")),
		       ST_DENIED, "管理のアカウント");
	assert_refused(child_remove_guardian(app, &yamada, &t, SPAN("yamada")), ST_DENIED,
		       "管理のアカウント");
}

static void a_form_that_is_old_changes_nothing(void **state)
{
	struct child_row to = {.kana = "やまだ けんた"}, again = {.kana = "やまだ たけし"};
	char base[OID_HEX];
	struct child_task t;
	struct oid version;

	(void)state;
	head_text(base);
	t = task(base);
	new_sheet_of(child, "2026", &version); /* another file of the child: that does not matter */
	assert_done(child_edit(app, &chief, &t, &to), "child.update");
	assert_refused(child_edit(app, &chief, &t, &again), ST_STALE, "ほかの人が先に");
	t.base = SPAN("0000000000000000000000000000000000000000");
	assert_refused(child_edit(app, &chief, &t, &again), ST_STALE, "ほかの人が先に");
	t.base = SPAN("main");
	assert_refused(child_edit(app, &chief, &t, &again), ST_INVALID, "もう一度開いて");
	head_text(base);
	t = task(base);
	assert_done(child_edit(app, &chief, &t, &again), "child.update");
}

static void a_child_that_is_none_is_told(void **state)
{
	struct child_task t = {.child = SPAN("c000000000")};
	struct child_row to = {.name = "だれか"};

	(void)state;
	assert_refused(child_edit(app, &chief, &t, &to), ST_NOTFOUND, "この番号の子ども");
	t.child = SPAN("../../../x");
	assert_refused(child_edit(app, &chief, &t, &to), ST_NOTFOUND, "この番号の子ども");
	t.child = SPAN_NONE;
	assert_refused(child_edit(app, &chief, &t, &to), ST_NOTFOUND, "この番号の子ども");
}

static void a_reason_is_a_text(void **state)
{
	static char long_text[CHILD_REASON_BYTES + 2];
	struct child_task t = task(NULL);
	struct child_row to = {.name = "だれか"};

	(void)state;
	memset(long_text, 'a', sizeof long_text - 1);
	t.reason = span_of(long_text);
	assert_refused(child_edit(app, &chief, &t, &to), ST_INVALID, "理由は");
	t.reason = SPAN("a\x1b[2J");
	assert_refused(child_edit(app, &chief, &t, &to), ST_INVALID, "理由は");
	t.reason = SPAN("\xff");
	assert_refused(child_edit(app, &chief, &t, &to), ST_INVALID, "理由は");
	t.reason = SPAN("x\n\nKarte-Account: okada"); /* a trailer must not be made of it */
	assert_done(child_edit(app, &chief, &t, &to), "child.update");
	assert_int_equal(in_repo(child, "test $(git log -1 --format='%(trailers:key=Karte-Account,"
					"valueonly)' main | head -n 1 | cut -c1-3) = os:"),
			 0);
}

/* ---- enrolments --------------------------------------------------------------------------- */

static void stays_have_classes_and_do_not_overlap(void **state)
{
	struct child_task t = task(NULL);
	struct enrolment other = {"other-es", "2026-05-01", "", "1年2組"};
	struct enrolment same = {"kudan-es", "2026-09-01", "", ""};
	struct enrolment before = {"kudan-es", "2025-04-01", "2026-04-01", ""};
	struct child c;

	(void)state;
	assert_done(child_enrol(app, &chief, &t, &other), "enrol");
	assert_refused(child_enrol(app, &chief, &t, &same), ST_EXISTS, "もう機関「kudan-es」");
	assert_refused(child_enrol(app, &chief, &t, &before), ST_EXISTS, "もう機関「kudan-es」");
	strcpy(before.until, "2026-03-31"); /* the day before: no overlap */
	assert_done(child_enrol(app, &chief, &t, &before), "enrol");
	assert_done(child_leave(app, &chief, &t, SPAN("kudan-es"), SPAN("2026-08-31")), "leave");
	assert_done(child_enrol(app, &chief, &t, &same), "enrol");
	stored(&c);
	assert_int_equal(c.enrolment_count, 4);
	assert_string_equal(c.enrolments[0].until, "2026-08-31");
	assert_string_equal(c.enrolments[1].class, "1年2組");
}

static void a_wrong_stay_is_refused(void **state)
{
	struct child_task t = task(NULL);
	struct enrolment none = {"nowhere", "2026-05-01", "", ""};
	struct enrolment empty = {"", "2026-05-01", "", ""};
	struct enrolment back = {"other-es", "2026-05-01", "2026-04-01", ""};
	struct enrolment day = {"other-es", "2026-5-1", "", ""};
	struct enrolment class = {"other-es", "2026-05-01", "", "1組,2組"};

	(void)state;
	assert_refused(child_enrol(app, &chief, &t, &none), ST_NOTFOUND, "機関「nowhere」");
	assert_refused(child_enrol(app, &chief, &t, &empty), ST_NOTFOUND, "機関");
	assert_refused(child_enrol(app, &chief, &t, &back), ST_INVALID, "在籍の日付");
	assert_refused(child_enrol(app, &chief, &t, &day), ST_INVALID, "在籍の日付");
	assert_refused(child_enrol(app, &chief, &t, &class), ST_INVALID, "組・学級");
	assert_refused(child_leave(app, &chief, &t, SPAN("other-es"), SPAN("2026-05-01")),
		       ST_NOTFOUND, "続いている在籍");
	assert_refused(child_leave(app, &chief, &t, SPAN("kudan-es"), SPAN("")), ST_INVALID,
		       "終わりの日");
	assert_refused(child_leave(app, &chief, &t, SPAN("kudan-es"), SPAN("2026-03-31")),
		       ST_INVALID, "在籍の日付"); /* before it began */
	assert_refused(child_leave(app, &chief, &t, SPAN("kudan-es"), SPAN("2026-03-31T00:00")),
		       ST_INVALID, "終わりの日");
}

static void a_closed_institution_takes_nobody(void **state)
{
	struct institution i = {.id = "old-es", .kind = ROLE_SCHOOL, .name = "旧"};
	struct child_task t = task(NULL);
	struct enrolment late = {"old-es", "2026-04-01", "", ""};
	struct enrolment then = {"old-es", "2026-03-01", "2026-03-31", ""};

	(void)state;
	strcpy(i.closed, "2026-03-31");
	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
	assert_refused(child_enrol(app, &chief, &t, &late), ST_INVALID, "閉じています");
	assert_done(child_enrol(app, &chief, &t, &then), "enrol");
}

static void a_class_changes_within_a_stay(void **state)
{
	struct child_task t = task(NULL);
	struct enrolment to = {"kudan-es", "", "", "2組"};
	struct enrolment exact = {"kudan-es", "2026-04-01", "", ""};
	struct enrolment none = {"kudan-es", "2020-04-01", "", "2組"};
	struct child c;

	(void)state;
	assert_done(child_set_class(app, &chief, &t, &to), "child.update");
	stored(&c);
	assert_string_equal(c.enrolments[0].class, "2組");
	assert_string_equal(c.enrolments[0].since, "2026-04-01");
	assert_refused(child_set_class(app, &chief, &t, &none), ST_NOTFOUND, "その在籍");
	assert_done(child_set_class(app, &chief, &t, &exact), "child.update");
	stored(&c);
	assert_string_equal(c.enrolments[0].class, "");
}

/* ---- guardians ---------------------------------------------------------------------------- */

static void guardians_come_once_and_go(void **state)
{
	struct child_task t = task(NULL);
	struct child c;

	(void)state;
	assert_done(child_add_guardian(app, &chief, &t, SPAN("suzuki"), SPAN("father")),
		    "guardian.add");
	assert_refused(child_add_guardian(app, &chief, &t, SPAN("suzuki"), SPAN("other")),
		       ST_EXISTS, "もうこの子どもの保護者");
	assert_refused(child_add_guardian(app, &chief, &t, SPAN("tanaka"), SPAN("father")),
		       ST_INVALID, "家庭のアカウントではありません");
	assert_refused(child_add_guardian(app, &chief, &t, SPAN("nobody"), SPAN("father")),
		       ST_NOTFOUND, "アカウント「nobody」");
	assert_done(child_remove_guardian(app, &chief, &t, SPAN("yamada")), "guardian.remove");
	assert_refused(child_remove_guardian(app, &chief, &t, SPAN("yamada")), ST_NOTFOUND,
		       "保護者ではありません");
	assert_refused(child_add_guardian(app, &chief, &t, SPAN("yamada"), SPAN("uncle")),
		       ST_INVALID, "続柄");
	assert_refused(child_add_guardian(app, &chief, &t,
					  SPAN("an-account-with-a-name-that-is-much-too-long"),
					  SPAN("father")),
		       ST_NOTFOUND, "アカウント");
	stored(&c);
	assert_int_equal(c.guardian_count, 1);
	assert_string_equal(c.guardians[0].account, "suzuki");
}

static bool may_read(const struct actor *who)
{
	struct question q = ask_for(ACT_CHILD_READ, who, child, "");
	struct decision d;

	q.type = q.id = SPAN_NONE;
	assert_ok(decide_quietly(app, &q, &d, NULL));
	return d.allow;
}

static void a_suspended_guardian_sees_nothing_until_resumed(void **state)
{
	struct child_task t = task(NULL);

	(void)state;
	assert_true(may_read(&yamada));
	assert_refused(child_resume_guardian(app, &chief, &t, SPAN("yamada")), ST_EXISTS,
		       "止めてありません");
	assert_refused(child_suspend_guardian(app, &chief, &t, SPAN("yamada"), SPAN("")),
		       ST_INVALID, "止める日");
	assert_refused(child_suspend_guardian(app, &chief, &t, SPAN("yamada"), SPAN("tomorrow")),
		       ST_INVALID, "止める日");
	assert_refused(child_suspend_guardian(app, &chief, &t, SPAN("suzuki"), SPAN("2026-05-01")),
		       ST_NOTFOUND, "保護者ではありません");
	assert_done(child_suspend_guardian(app, &chief, &t, SPAN("yamada"), SPAN("2026-05-01")),
		    "guardian.suspend");
	assert_false(may_read(&yamada));
	assert_done(child_suspend_guardian(app, &chief, &t, SPAN("yamada"), SPAN("2999-05-01")),
		    "guardian.suspend"); /* another day; it has not come */
	assert_true(may_read(&yamada));
	assert_done(child_resume_guardian(app, &chief, &t, SPAN("yamada")), "guardian.resume");
	assert_true(may_read(&yamada));
}

/* ---- protections -------------------------------------------------------------------------- */

static struct protection keep(const char *guardian, const char *kind, const char *value)
{
	struct protection p = {.guardian = ""};

	snprintf(p.guardian, sizeof p.guardian, "%s", guardian);
	snprintf(p.kind, sizeof p.kind, "%s", kind);
	snprintf(p.value, sizeof p.value, "%s", value);
	return p;
}

static enum status protect_now(const char *guardian, const char *kind, const char *value)
{
	struct child_task t = task(NULL);
	struct protection p = keep(guardian, kind, value);

	t.reason = SPAN("支援措置の申し出（文書 12号）");
	return child_protect(app, &chief, &t, &p);
}

static enum status unprotect_now(const char *guardian, const char *kind, const char *value)
{
	struct child_task t = task(NULL);
	struct protection p = keep(guardian, kind, value);

	return child_unprotect(app, &chief, &t, &p);
}

static void what_is_kept_from_a_guardian_is_written_once(void **state)
{
	struct oid version;
	struct child c;

	(void)state;
	new_sheet_of(child, "2026", &version);
	assert_done(protect_now("yamada", "address", "千代田区九段南1-2-1"), "protect");
	assert_done(protect_now("yamada", "school", "other-es"), "protect");
	assert_done(protect_now("yamada", "sheet", "kihon/2026"), "protect");
	assert_done(protect_now("yamada", "word", "山の家"), "protect");
	assert_refused(protect_now("yamada", "word", "山の家"), ST_EXISTS, "もう見せないもの");
	assert_refused(protect_now("suzuki", "word", "山の家"), ST_NOTFOUND,
		       "保護者ではありません");
	assert_refused(protect_now("yamada", "school", "nowhere"), ST_NOTFOUND, "機関「nowhere」");
	assert_refused(protect_now("yamada", "sheet", "kihon/1999"), ST_NOTFOUND, "シート");
	assert_refused(protect_now("yamada", "sheet", "kihon"), ST_NOTFOUND, "シート");
	assert_refused(protect_now("yamada", "hair", "brown"), ST_INVALID, "見せないもの");
	assert_refused(protect_now("yamada", "word", "山"), ST_INVALID, "2字から");
	assert_done(unprotect_now("yamada", "school", "other-es"), "unprotect");
	assert_refused(unprotect_now("yamada", "school", "other-es"), ST_NOTFOUND,
		       "入っていません");
	stored(&c);
	assert_int_equal(c.protection_count, 3);
	assert_string_equal(c.protections[1].value, "kihon/2026");
}

static void what_was_kept_is_kept_when_they_come_back(void **state)
{
	struct child_task t = task(NULL);
	struct child c;

	(void)state;
	assert_done(protect_now("yamada", "word", "山の家"), "protect");
	assert_done(child_remove_guardian(app, &chief, &t, SPAN("yamada")), "guardian.remove");
	assert_done(child_add_guardian(app, &chief, &t, SPAN("yamada"), SPAN("mother")),
		    "guardian.add");
	stored(&c);
	assert_int_equal(c.protection_count, 1);
	assert_done(unprotect_now("yamada", "word", "山の家"), "unprotect");
}

static enum status count_protection(void *ctx, const struct protection *p)
{
	size_t *n = ctx;

	*n += strcmp(p->guardian, "yamada") == 0 && strcmp(p->value, "山の家") == 0;
	return ST_OK;
}

static enum status note_suspended(void *ctx, const struct guardian *g)
{
	span_copy(span_of(g->suspended), ctx, DAY_ROOM);
	return ST_OK;
}

static void the_index_says_what_the_file_says(void **state)
{
	struct child_task t = task(NULL);
	char suspended[DAY_ROOM] = "";
	size_t n = 0;

	(void)state;
	assert_ok(protect_now("yamada", "word", "山の家"));
	assert_ok(child_suspend_guardian(app, &chief, &t, SPAN("yamada"), SPAN("2026-05-01")));
	for (int i = 0; i < 2; i++) {
		n = 0;
		assert_ok(child_protections(app->db, span_of(child), count_protection, &n));
		assert_int_equal(n, 1);
		assert_ok(child_guardians(app->db, span_of(child), note_suspended, suspended));
		assert_string_equal(suspended, "2026-05-01");
		assert_ok(child_index(app, span_of(child))); /* and again, from the repository */
	}
}

/* ---- history ------------------------------------------------------------------------------ */

struct told {
	char actions[256], last_reason[256], first_name[NAME_ROOM];
	size_t count, without_before;
};

static enum status tell(void *ctx, const struct child_event *e)
{
	struct told *t = ctx;
	size_t n = strlen(t->actions);

	snprintf(t->actions + n, sizeof t->actions - n, "%s%.*s", n ? " " : "",
		 SPAN_ARG(e->action));
	if (t->count++ == 0)
		span_copy(e->reason, t->last_reason, sizeof t->last_reason);
	t->without_before += e->before == NULL;
	snprintf(t->first_name, sizeof t->first_name, "%s", e->after->row.name);
	assert_true(span_starts(e->account, SPAN("os:")));
	return ST_OK;
}

static void the_history_says_who_did_what(void **state)
{
	struct child_task t = task(NULL);
	struct child_row to = {.name = "佐藤 健"};
	struct told told = {.count = 0};
	struct oid version;

	(void)state;
	assert_ok(child_edit(app, &chief, &t, &to));
	new_sheet_of(child, "2026", &version); /* no version of child.md */
	assert_ok(protect_now("yamada", "word", "山の家"));
	assert_ok(child_history(app, span_of(child), 10, tell, &told));
	assert_string_equal(told.actions, "protect child.update child.create");
	assert_string_equal(told.last_reason, "支援措置の申し出（文書 12号）");
	assert_string_equal(told.first_name, "山田 健");
	assert_int_equal(told.without_before, 1);
	told = (struct told){.count = 0};
	assert_ok(child_history(app, span_of(child), 2, tell, &told));
	assert_int_equal(told.count, 2);
}

static void ignore_finding(void *ctx, const struct verify_finding *f)
{
	(void)ctx;
	fail_msg("%s: %s", f->code, f->text);
}

static void everything_of_it_verifies(void **state)
{
	struct verify_options options = {.child = SPAN_NONE};
	struct verify_result result;

	(void)state;
	assert_ok(verify_vault(app, &options, ignore_finding, NULL, &result));
	verify_base_clear(&result.proved);
}

int main(void)
{
#define WITH_CHILD(f) cmocka_unit_test_setup(f, fresh_child)
	const struct CMUnitTest tests[] = {
	    WITH_CHILD(master_data_are_changed_and_found),
	    WITH_CHILD(only_administrators_change_a_child),
	    WITH_CHILD(a_form_that_is_old_changes_nothing),
	    WITH_CHILD(a_child_that_is_none_is_told),
	    WITH_CHILD(a_reason_is_a_text),
	    WITH_CHILD(stays_have_classes_and_do_not_overlap),
	    WITH_CHILD(a_wrong_stay_is_refused),
	    WITH_CHILD(a_closed_institution_takes_nobody),
	    WITH_CHILD(a_class_changes_within_a_stay),
	    WITH_CHILD(guardians_come_once_and_go),
	    WITH_CHILD(a_suspended_guardian_sees_nothing_until_resumed),
	    WITH_CHILD(what_is_kept_from_a_guardian_is_written_once),
	    WITH_CHILD(what_was_kept_is_kept_when_they_come_back),
	    WITH_CHILD(the_index_says_what_the_file_says),
	    WITH_CHILD(the_history_says_who_did_what),
	    cmocka_unit_test(everything_of_it_verifies),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
