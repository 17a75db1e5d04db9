/* Lawful lives before the law, and what counts: what was then, not what is now. */
#include "law_help.h"

#include "vault/db/handover.h"

/* ---- lawful lives --------------------------------------------------------------------------- */

static void step_as(const char *child, const struct actor *who, enum step step, const char *comment)
{
	struct question q = ask_for(ACT_SHEET_WRITE, who, child, "2026");
	struct sheet_row row = row_of(child);
	const struct taking in = {
	    .step = step, .base = span_of(row.version), .comment = span_of(comment)};
	struct problems ps;
	struct oid version;

	problems_init(&ps);
	assert_ok(workflow_take(app, who, &q, &in, &ps, &version));
	problems_clear(&ps);
}

static void asks_to_make(const char *child, const struct actor *who, const char *whom,
			 char id[static CONSENT_ID])
{
	struct question q = ask_for(ACT_SHEET_WRITE, who, child, "2026");
	struct sheet_row row = row_of(child);
	struct consent_wish w;
	char due[DAY_TEXT];

	in_days(5, due);
	w = wish_of(&row, due);
	w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_MAKE};
	w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_SHARE,
						    .institution = SPAN("other-es"),
						    .sections = SPAN("wishes,facts")};
	w.to[w.nto++] = span_of(whom);
	assert_ok(consent_ask(app, who, &q, &w, id));
}

/* From draft over review, consent and final to a draft again, each step by whom it is for. */
static void a_whole_life(char child[static 11])
{
	struct consent_choice c = {.words = {SAID_AGREE, SAID_AGREE}};
	struct sheet_row row;
	char ask[CONSENT_ID];

	new_family(child);
	put_whole(child, "draft", "はじめ");
	step_as(child, &tanaka, STEP_SUBMIT, NULL);
	step_as(child, &sato, STEP_RETURN, "ここを");
	step_as(child, &tanaka, STEP_SUBMIT, NULL);
	step_as(child, &tanaka, STEP_RECALL, NULL);
	step_as(child, &sato, STEP_SUBMIT, NULL);
	asks_to_make(child, &tanaka, "yamada", ask);
	row = row_of(child);
	c.ask = span_of(ask);
	c.version = span_of(row.version);
	assert_ok(say(&yamada, child, &c));
	step_as(child, &tanaka, STEP_FINALISE, NULL);
	put_whole(child, "final", "あとで");
	step_as(child, &tanaka, STEP_REVISE, "書き直す");
}

static void a_whole_life_is_lawful(void **state)
{
	char child[11];

	(void)state;
	must_be("the registry that the program wrote", NULL, NULL);
	a_whole_life(child);
	must_be("a whole life", child, NULL);
	/* begun in the middle, nothing is known of what was before but what is there */
	for (size_t from = 1; from < 12; from++) {
		judge_from(child, from);
		print_said();
		assert_int_equal(nsaid, 0);
	}
}

static void one_alone_reviews_the_own_and_says_so(void **state)
{
	struct child c = {
	    .row = {.name = "一人", .kana = "ひとり", .born = "2019-05-12", .sex = "male"},
	    .enrolments = {{.institution = "other-es", .since = "2026-04-01"}},
	    .enrolment_count = 1,
	    .guardians = {{.account = "yamada", .relation = "mother"}},
	    .guardian_count = 1};
	struct question q;
	struct problems ps;
	struct oid version;
	struct buf text;
	char ask[CONSENT_ID];

	(void)state;
	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	q = ask_for(ACT_SHEET_WRITE, &ito, c.row.id, "2026");
	buf_init(&text, 65536);
	whole_text(&text, c.row.id, &(struct said_in){.institution = "other-es"});
	assert_ok(put_sheet(app, &ito, &q, "x.md", buf_span(&text), SPAN_NONE, &ps, &version));
	buf_clear(&text);
	problems_clear(&ps);
	step_as(c.row.id, &ito, STEP_SUBMIT, NULL);
	{
		struct sheet_row row = row_of(c.row.id);
		struct consent_wish w;
		char due[DAY_TEXT];

		in_days(5, due);
		w = wish_of(&row, due);
		w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_MAKE};
		w.to[w.nto++] = SPAN("yamada");
		assert_ok(consent_ask(app, &ito, &q, &w, ask));
	}
	assert_int_equal(in_repo(c.row.id, "git log -1 --format=%B | grep -q 'Review: alone'"), 0);
	must_be("one alone", c.row.id, NULL);
}

static void a_child_file_is_changed_in_every_way(void **state)
{
	char child[11];
	struct child_task t = {.reason = SPAN("ためし")};
	struct protection p = {.guardian = "yamada", .kind = "word", .value = "ひみつ"};
	struct child_row row = {.name = "山田 健二"};
	struct enrolment e = {.institution = "third-es", .since = "2026-05-01", .class = "1組"};

	(void)state;
	new_family(child);
	t.child = span_of(child);
	assert_ok(child_edit(app, &fujii, &t, &row));
	assert_ok(child_enrol(app, &fujii, &t, &e));
	snprintf(e.class, sizeof e.class, "2組");
	assert_ok(child_set_class(app, &chief, &t, &e));
	assert_ok(child_leave(app, &kudo, &t, SPAN("third-es"), SPAN("2026-06-01")));
	assert_ok(child_protect(app, &fujii, &t, &p));
	assert_ok(child_unprotect(app, &kudo, &t, &p));
	assert_ok(child_suspend_guardian(app, &fujii, &t, SPAN("suzuki"), SPAN("2026-01-01")));
	assert_ok(child_resume_guardian(app, &fujii, &t, SPAN("suzuki")));
	assert_ok(child_remove_guardian(app, &fujii, &t, SPAN("suzuki")));
	assert_ok(child_add_guardian(app, &fujii, &t, SPAN("suzuki"), SPAN("father")));
	must_be("a child's file", child, NULL);
}

/* ---- then, not now -------------------------------------------------------------------------- */

static void who_was_let_in_then_is_not_accused_now(void **state)
{
	struct actor gone;
	char child[11];

	(void)state;
	sign_in_as(&gone, "gone", ROLE_SCHOOL, "kudan-es");
	child_with(child, "draft");
	act_sheet(child, &gone, "sheet.save", NULL, &(struct said_in){.note = "まだ"});
	must_be("before", child, NULL);
	assert_ok(account_disable(app, &fujii, SPAN("gone")));
	must_be("who was stopped later", child, NULL);
	actor_clear(&gone);
}

/* Somebody goes on with a key that they still have. */
static void who_was_stopped_goes_on(void **state)
{
	struct account a = account_now("sato");
	char child[11];

	(void)state;
	child_with(child, "draft");
	a.disabled = true;
	put_in_registry(&chief, "account.disable", &a);
	act_sheet(child, &sato, "sheet.save", NULL, &(struct said_in){.note = "あとで"});
	must_be("minutes after", child, "law.account");
	/* what comes a moment after may have been decided a moment before */
	stood_still = 0;
	must_be("a moment after", child, NULL);
	stood_still = 300;
	a.disabled = false;
	put_in_registry(&chief, "account.enable", &a);
}

/* Who got a right later wrote without it before. */
static void what_is_allowed_later_was_not_then(void **state)
{
	struct range_row r = range("r20", "asked", "fujii", "");
	struct actor late;
	char child[11];

	(void)state;
	sign_in_as(&late, "late", ROLE_SCHOOL, "third-es");
	child_with(child, "draft");
	act_sheet(child, &late, "sheet.save", NULL, &(struct said_in){.note = "まえに"});
	must_be("before", child, "law.relation");
	snprintf(r.account, sizeof r.account, "late");
	snprintf(r.child, sizeof r.child, "%s", child);
	r.write = true;
	put_range(&fujii, "range.ask", &r);
	snprintf(r.state, sizeof r.state, "in-force");
	snprintf(r.confirmed_by, sizeof r.confirmed_by, "kudo");
	put_range(&kudo, "range.confirm", &r);
	must_be("still", child, "law.relation");
	actor_clear(&late);
}

static void whose_school_had_closed_goes_on(void **state)
{
	struct institution i;
	char child[11];

	(void)state;
	child_with(child, "draft");
	assert_ok(institution_get(app->db, SPAN("kudan-es"), &i));
	snprintf(i.closed, sizeof i.closed, "2026-01-01");
	put_place(&chief, "institution.close", &i);
	act_sheet(child, &sato, "sheet.save", NULL, &(struct said_in){.note = "あとで"});
	must_be("after it closed", child, "law.account");
	i.closed[0] = '\0';
	put_place(&chief, "institution.reopen", &i);
}

/* The last day ends at midnight in Japan; what comes ten minutes later was begun before it. */
static void midnight(void **state)
{
	struct account a = account_now("sato");
	struct repo_name name;
	struct repo *repo;
	struct oid head;
	static struct recorded all;
	char child[11];
	struct day last = {2026, 12, 31};
	int64_t end = day_begin_jst(day_plus(last, 1));
	static const struct {
		int64_t after;
		bool lawful;
	} times[] = {{-1, true}, {0, true}, {599, true}, {601, false}, {86400, false}};

	(void)state;
	snprintf(a.until, sizeof a.until, "2026-12-31");
	put_in_registry(&chief, "account.update", &a);
	child_with(child, "draft");
	act_sheet(child, &sato, "sheet.save", NULL, &(struct said_in){.note = "大みそか"});
	head_of_child(child, &head);
	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	assert_ok(repo_open(&repo, app->store, &name));
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		nsaid = 0;
		load_law();
		assert_ok(law_begin(&all.walk, law, repo, &name, NULL));
		all.list[0] = (struct law_change){.n = UINT64_MAX, .t = end + times[i].after};
		all.at = 0;
		assert_ok(history_one(repo, &head, judge_one, &all));
		law_end(all.walk);
		law_free(law);
		print_said();
		assert_int_equal(nsaid == 0, times[i].lawful);
	}
	repo_close(repo);
	a.until[0] = '\0';
	put_in_registry(&chief, "account.update", &a);
}

/* ---- types ---------------------------------------------------------------------------------- */

/* Copies the types, so that they can be changed, and opens the vault with the copy. */
static void own_types(char *folder)
{
	char command[8 * PATH_MAX];

	snprintf(folder, 2 * PATH_MAX, "%s/content", vault_dir);
	snprintf(command, sizeof command,
		 "mkdir -p '%s' && cp -r tests/sheets/types '%s/' && "
		 "sed -i 's|^content:.*|content: %s|' '%s/karte.yaml'",
		 folder, folder, folder, vault_dir);
	assert_int_equal(system(command), 0);
	restart();
}

static void edit_type(const char *folder, const char *sed)
{
	char command[8 * PATH_MAX];

	snprintf(command, sizeof command, "sed -i '%s' '%s/types/kihon/1.yaml'", sed, folder);
	assert_int_equal(system(command), 0);
	restart();
}

static void types_are_those_of_then(void **state)
{
	char folder[2 * PATH_MAX], child[11], other[11];

	(void)state;
	own_types(folder);
	child_with(child, "draft");
	act_sheet(child, &yamada, "sheet.save", NULL, &(struct said_in){.wish = "家から"});
	must_be("a family writes its wishes", child, NULL);
	/* the type does not let families write any more */
	edit_type(folder, "s/writers: \\[school, household\\]/writers: [school]/");
	judge(child);
	assert_int_equal(nsaid, 1); /* the file was altered, and nothing of it is recorded */
	assert_string_equal(said[0].code, "types.changed");
	assert_non_null(strstr(said[0].text, "types/kihon/1.yaml"));
	assert_ok(types_record(app));
	must_be("what was written before", child, NULL);
	child_with(other, "draft");
	act_sheet(other, &yamada, "sheet.save", NULL, &(struct said_in){.wish = "家から"});
	must_be("what is written after", other, "law.write");
	/* and back: what was unlawful stays it */
	edit_type(folder,
		  "s/writers: \\[school\\]$/&/; 0,/    writers: \\[school\\]/s//    writers: "
		  "[school, household]/");
	assert_ok(types_record(app));
	must_be("still", other, "law.write");
	must_be("still", child, NULL);
	assert_int_equal(in_repo(child, "cd ../../../registry.git && git log --format=%s main | "
					"grep -c '^types: change' | grep -qx 3"),
			 0);
}

/* A vault of before: its first types are those by which everything before is judged. */
static void types_that_were_never_recorded(void **state)
{
	const struct act drop = {
	    .who = &chief,
	    .action = "type.change",
	    .changes = {{SPAN("types/kihon/1.yaml"), SPAN_NONE}, {SPAN(TYPES_SUMS), SPAN("\n")}}};
	char child[11];

	(void)state;
	child_with(child, "draft");
	commit_act(NULL, &drop); /* the vault's key says that there is no such type */
	judge(child);
	assert_true(nsaid >= 1);
	assert_string_equal(said[0].code, "types.changed");
	app->types_at[0] = '\0';
	assert_status(types_record(app), ST_OK);
	must_be("recorded again", NULL, "types.changed"); /* the sums that were not theirs stay */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_life_is_lawful),
	    cmocka_unit_test(one_alone_reviews_the_own_and_says_so),
	    cmocka_unit_test(a_child_file_is_changed_in_every_way),
	    cmocka_unit_test(who_was_let_in_then_is_not_accused_now),
	    cmocka_unit_test(who_was_stopped_goes_on),
	    cmocka_unit_test(what_is_allowed_later_was_not_then),
	    cmocka_unit_test(whose_school_had_closed_goes_on),
	    cmocka_unit_test(midnight),
	    cmocka_unit_test(types_are_those_of_then),
	    cmocka_unit_test(types_that_were_never_recorded),
	};

	return cmocka_run_group_tests(tests, make_law, end_law);
}
