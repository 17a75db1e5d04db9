/* What somebody with a key of their own, or with the vault's, writes without being allowed to. */
#include "law_help.h"

#include "vault/flow/file_meta.h"
#include "vault/flow/note.h"

#define SAYS(...) (&(const struct said_in){__VA_ARGS__})

/* ---- sheets --------------------------------------------------------------------------------- */

static void teacher_of_elsewhere_saves(char *c)
{
	act_sheet(c, &ito, "sheet.save", NULL, SAYS(.note = "よそから"));
}

static void stranger_saves(char *c)
{
	act_sheet(c, &suzuki, "sheet.save", NULL, SAYS(.opinion = "だれか"));
}

static void family_writes_what_teachers_write(char *c)
{
	act_sheet(c, &yamada, "sheet.save", NULL, SAYS(.note = "家から"));
}

static void family_changes_the_title(char *c)
{
	act_sheet(c, &yamada, "sheet.save", NULL, SAYS(.title = "うちの子"));
}

static void auditor_or_admin_saves(char *c)
{
	act_sheet(c, &fujii, "sheet.save", NULL, SAYS(.note = "管理から"));
}

static void operator_saves(char *c)
{
	act_sheet(c, &chief, "sheet.save", NULL, SAYS(.note = "サーバーから"));
}

static void save_changes_the_state(char *c)
{
	act_sheet(c, &tanaka, "sheet.save", NULL, SAYS(.status = "final"));
}

static void save_moves_the_institution(char *c)
{
	act_sheet(c, &tanaka, "sheet.save", NULL, SAYS(.institution = "other-es"));
}

static void save_in_review(char *c)
{
	act_sheet(c, &sato, "sheet.save", NULL, SAYS(.status = "review", .note = "こっそり"));
}

static void final_without_reason(char *c)
{
	act_sheet(c, &tanaka, "sheet.save", NULL, SAYS(.status = "final", .note = "こっそり"));
}

static void sheet_of_another_child(char *c)
{
	struct buf text;

	buf_init(&text, 65536);
	whole_text(&text, "c000000000", SAYS(.note = "別"));
	act_one(c, &tanaka, "sheet.save", "kihon/2026", "sheets/kihon/2026.md", &text);
	buf_clear(&text);
}

static void two_sheets_at_once(char *c)
{
	struct buf a, b;
	struct act act = {.who = &tanaka, .action = "sheet.save", .sheet = "kihon/2026"};

	buf_init(&a, 65536);
	buf_init(&b, 65536);
	whole_text(&a, c, SAYS(.note = "一"));
	whole_text(&b, c, SAYS(.id = "2025"));
	act.changes[0] = (struct change){SPAN("sheets/kihon/2026.md"), buf_span(&a)};
	act.changes[1] = (struct change){SPAN("sheets/kihon/2025.md"), buf_span(&b)};
	commit_act(c, &act);
	buf_clear(&a);
	buf_clear(&b);
}

static void trailer_names_another_sheet(char *c)
{
	struct buf text;

	buf_init(&text, 65536);
	whole_text(&text, c, SAYS(.note = "別"));
	act_one(c, &tanaka, "sheet.save", "kihon/2025", "sheets/kihon/2026.md", &text);
	buf_clear(&text);
}

static void trailer_names_another_child(char *c)
{
	struct buf text;
	struct act act = {
	    .who = &tanaka, .action = "sheet.save", .sheet = "kihon/2026", .of = "c000000000"};

	buf_init(&text, 65536);
	whole_text(&text, c, SAYS(.note = "別"));
	act.changes[0] = (struct change){SPAN("sheets/kihon/2026.md"), buf_span(&text)};
	commit_act(c, &act);
	buf_clear(&text);
}

static void sheet_is_removed(char *c)
{
	act_one(c, &tanaka, "sheet.save", "kihon/2026", "sheets/kihon/2026.md", NULL);
}

static void no_sheet_at_all(char *c)
{
	struct buf text;

	buf_init(&text, 64);
	buf_adds(&text, "こわれている\n");
	act_one(c, &tanaka, "sheet.save", "kihon/2026", "sheets/kihon/2026.md", &text);
	buf_clear(&text);
}

static void unknown_action(char *c)
{
	act_sheet(c, &tanaka, "sheet.improve", NULL, SAYS(.note = "よくする"));
}

static void action_of_the_registry(char *c)
{
	act_sheet(c, &fujii, "account.update", NULL, SAYS(.note = "よくする"));
}

static void family_makes_a_sheet(char *c)
{
	struct buf text;

	buf_init(&text, 65536);
	whole_text(&text, c, SAYS(.id = "2027", .institution = "kudan-es"));
	act_one(c, &yamada, "sheet.create", "kihon/2027", "sheets/kihon/2027.md", &text);
	buf_clear(&text);
}

static void made_for_another_school(char *c)
{
	struct buf text;

	buf_init(&text, 65536);
	whole_text(&text, c, SAYS(.id = "2027", .institution = "other-es"));
	act_one(c, &tanaka, "sheet.create", "kihon/2027", "sheets/kihon/2027.md", &text);
	buf_clear(&text);
}

static void migrated_into_something_else(char *c)
{
	act_sheet(c, &chief, "sheet.migrate", NULL, SAYS(.note = "移した"));
}

static void lies_about_the_role(char *c)
{
	struct actor liar = tanaka;

	liar.account.role = ROLE_BOARD;
	act_sheet(c, &liar, "sheet.save", NULL, SAYS(.note = "役"));
}

static void lies_about_the_place(char *c)
{
	struct actor liar = tanaka;

	snprintf(liar.account.institution, sizeof liar.account.institution, "other-es");
	act_sheet(c, &liar, "sheet.save", NULL, SAYS(.note = "所"));
}

static void nobody_saves(char *c)
{
	struct actor ghost = tanaka;

	snprintf(ghost.account.id, sizeof ghost.account.id, "tanaki");
	act_sheet(c, &ghost, "sheet.save", NULL, SAYS(.note = "霊"));
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void skips_the_review(char *c)
{
	act_sheet(c, &tanaka, "sheet.finalise", NULL, SAYS(.status = "final"));
}

static void reviews_the_own(char *c)
{
	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review"));
	act_sheet(c, &tanaka, "sheet.return", "だめ", SAYS(.status = "draft"));
}

/* The sheet that tanaka put forward goes to the guardians, with an ask in the name of by. */
static void asks(char *c, const struct actor *who, bool alone, const char *by)
{
	struct sheet_row row;
	struct buf text, ask;
	struct act a = {.who = who, .action = "sheet.ask", .sheet = "kihon/2026", .alone = alone};
	struct ask is = {.id = SPAN("x"),
			 .child = span_of(c),
			 .type = SPAN("kihon"),
			 .sheet = SPAN("2026"),
			 .title = SPAN("基本シート"),
			 .institution = SPAN("kudan-es"),
			 .by = span_of(by),
			 .nto = 1,
			 .to = {SPAN("yamada")},
			 .nitems = 1,
			 .items = {{.scope = SCOPE_MAKE}}};
	char path[128], day[DAY_TEXT], digest[CONSENT_DIGEST];
	struct repo *repo;

	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review"));
	assert_ok(child_index(app, span_of(c)));
	row = row_of(c);
	assert_ok(child_repo(&repo, app, span_of(c)));
	assert_ok(consent_digest_at(app, repo, NULL, is.type, is.sheet, digest));
	repo_close(repo);
	is.version = span_of(row.version);
	is.digest = span_of(digest);
	is.at = (long long)time(NULL);
	in_days(0, day);
	snprintf(path, sizeof path, "consents/ask-%s-1.md", day);
	buf_init(&text, 65536);
	buf_init(&ask, 65536);
	whole_text(&text, c, SAYS(.status = "consent"));
	ask_write(&is, &ask);
	a.changes[0] = (struct change){SPAN("sheets/kihon/2026.md"), buf_span(&text)};
	a.changes[1] = (struct change){span_of(path), buf_span(&ask)};
	commit_act(c, &a);
	buf_clear(&text);
	buf_clear(&ask);
}

static void another_reviews(char *c)
{
	asks(c, &sato, false, "sato");
}

static void says_alone_and_is_not(char *c)
{
	asks(c, &tanaka, true, "tanaka");
}

static void reviews_the_own_without_saying_so(char *c)
{
	asks(c, &tanaka, false, "tanaka");
}

static void says_alone_where_nobody_is_needed(char *c)
{
	asks(c, &sato, true, "sato");
}

static void leads_on_and_asks_in_anothers_name(char *c)
{
	asks(c, &sato, false, "tanaka");
}

static void leads_on_and_asks_nobody(char *c)
{
	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review"));
	act_sheet(c, &sato, "sheet.ask", NULL, SAYS(.status = "consent"));
}

static void recalls_anothers(char *c)
{
	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review"));
	act_sheet(c, &sato, "sheet.recall", NULL, SAYS(.status = "draft"));
}

static void returns_without_a_word(char *c)
{
	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review"));
	act_sheet(c, &sato, "sheet.return", NULL, SAYS(.status = "draft"));
}

static void step_changes_words(char *c)
{
	act_sheet(c, &tanaka, "sheet.submit", NULL, SAYS(.status = "review", .note = "ついで"));
}

static void step_of_elsewhere(char *c)
{
	act_sheet(c, &ito, "sheet.submit", NULL, SAYS(.status = "review"));
}

static void step_that_is_not_whole(char *c)
{
	struct buf text;

	buf_init(&text, 65536);
	sheet_text(&text, c, "2025", "備考", "走りたい", "");
	act_one(c, &tanaka, "sheet.create", "kihon/2025", "sheets/kihon/2025.md", &text);
	sheet_text(&text, c, "2025", "備考", "走りたい", "");
	buf_cut(&text, 0);
	buf_addf(&text,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2025\"\nchild: %s\n"
		 "title: 基本シート\ninstitution: kudan-es\nstatus: review\nvalues:\n  note: 備考\n"
		 "---\n\n## 本人・保護者の願い\n\n### 本人の願い\n\n走りたい\n",
		 c);
	act_one(c, &tanaka, "sheet.submit", "kihon/2025", "sheets/kihon/2025.md", &text);
	buf_clear(&text);
}

static void final_without_agreement(char *c)
{
	act_sheet(c, &tanaka, "sheet.finalise", NULL, SAYS(.status = "final"));
}

/* ---- child.md ------------------------------------------------------------------------------- */

static void change_child(char *c, const struct actor *who, const char *action,
			 void (*change)(struct child *))
{
	struct repo *repo;
	struct oid head;
	struct child *is = calloc(1, sizeof *is);
	struct problems ps;
	struct buf text;

	assert_non_null(is);
	buf_init(&text, 65536);
	problems_init(&ps);
	assert_ok(child_repo(&repo, app, span_of(c)));
	assert_ok(repo_head(repo, &head));
	assert_ok(repo_read(repo, &head, "child.md", &text));
	assert_ok(child_parse(is, "child.md", buf_span(&text), &ps));
	repo_close(repo);
	change(is);
	buf_cut(&text, 0);
	child_write(is, &text);
	act_one(c, who, action, NULL, "child.md", &text);
	buf_clear(&text);
	problems_clear(&ps);
	free(is);
}

static void drop_guardian(struct child *c)
{
	c->guardian_count--;
}

static void rename_child(struct child *c)
{
	snprintf(c->row.name, sizeof c->row.name, "山田 太郎");
}

static void add_stay(struct child *c)
{
	c->enrolments[c->enrolment_count++] =
	    (struct enrolment){.institution = "third-es", .since = "2026-04-01"};
}

static void add_teacher_as_guardian(struct child *c)
{
	c->guardians[c->guardian_count++] =
	    (struct guardian){.account = "sato", .relation = "other"};
}

static void stay_and_guardian(struct child *c)
{
	add_stay(c);
	drop_guardian(c);
}

static void begins_earlier(struct child *c)
{
	snprintf(c->enrolments[0].since, sizeof c->enrolments[0].since, "2020-04-01");
}

static void teacher_changes_guardians(char *c)
{
	change_child(c, &tanaka, "guardian.remove", drop_guardian);
}

static void guardian_removes_the_other(char *c)
{
	change_child(c, &suzuki, "guardian.remove", drop_guardian);
}

static void enrol_drops_a_guardian(char *c)
{
	change_child(c, &fujii, "enrol", stay_and_guardian);
}

static void leave_renames(char *c)
{
	change_child(c, &fujii, "leave", rename_child);
}

static void update_moves_a_stay(char *c)
{
	change_child(c, &fujii, "child.update", begins_earlier);
}

static void guardian_who_is_none(char *c)
{
	change_child(c, &fujii, "guardian.add", add_teacher_as_guardian);
}

static void protect_changes_stays(char *c)
{
	change_child(c, &chief, "protect", add_stay);
}

/* ---- files and releases --------------------------------------------------------------------- */

static bool says_another_hash;

static void file_says(struct file_row *row)
{
	unsigned char sha[SHA256_LEN];
	struct buf hex;

	sha256(says_another_hash ? SPAN("b\n") : SPAN("a\n"), sha);
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sha, sizeof sha);
	assert_true(span_copy(buf_span(&hex), row->sha256, sizeof row->sha256));
	buf_clear(&hex);
}

static void put_file(char *c, const struct actor *who, const char *action, const char *by,
		     const char *institution, const char *release, const char *confirmed)
{
	struct file_row row = {.id = "f000000001",
			       .name = "a.txt",
			       .title = "紙",
			       .category = "letter",
			       .type = "text/plain",
			       .bytes = 2,
			       .readers = ROLE_BIT(ROLE_HOUSEHOLD),
			       .at = time(NULL)};
	struct act a = {.who = who, .action = action};
	struct buf meta;

	snprintf(row.account, sizeof row.account, "%s", by);
	snprintf(row.institution, sizeof row.institution, "%s", institution);
	snprintf(row.release, sizeof row.release, "%s", release);
	file_says(&row);
	buf_init(&meta, FILE_META_MAX);
	file_meta_write(&row, &meta);
	a.changes[0] = (struct change){SPAN("files/f000000001/a.txt"), SPAN("a\n")};
	a.changes[1] = (struct change){SPAN("files/f000000001/meta.md"), buf_span(&meta)};
	if (release[0]) {
		a.more[0] = (struct pair){SPAN("Karte-Release"), span_of(release)};
		a.more[1] = (struct pair){SPAN("Karte-Confirmed"), span_of(confirmed)};
	}
	commit_act(c, &a);
	buf_clear(&meta);
}

static void take_file(char *c, const struct actor *who, const char *reason)
{
	const struct act a = {.who = who,
			      .action = "file.remove",
			      .reason = reason,
			      .changes = {{SPAN("files/f000000001/a.txt"), SPAN_NONE},
					  {SPAN("files/f000000001/meta.md"), SPAN_NONE}}};

	put_file(c, &tanaka, "file.add", "tanaka", "kudan-es", "", "");
	commit_act(c, &a);
}

static void adds_a_file(char *c)
{
	put_file(c, &tanaka, "file.add", "tanaka", "kudan-es", "", "");
}

static void adds_another_file_than_said(char *c)
{
	says_another_hash = true;
	adds_a_file(c);
	says_another_hash = false;
}

static void vault_adds_for_tanaka(char *c)
{
	put_file(c, &chief, "file.add", "tanaka", "kudan-es", "", "");
}

static void vault_adds_for_nobody(char *c)
{
	put_file(c, &chief, "file.add", "tanaki", "kudan-es", "", "");
}

static void file_in_anothers_name(char *c)
{
	put_file(c, &tanaka, "file.add", "sato", "kudan-es", "", "");
}

static void file_of_another_place(char *c)
{
	put_file(c, &tanaka, "file.add", "tanaka", "other-es", "", "");
}

static void removes_a_file(char *c)
{
	take_file(c, &sato, "まちがい");
}

static void elsewhere_removes_a_file(char *c)
{
	take_file(c, &ito, "いらない");
}

static void family_removes_a_file(char *c)
{
	take_file(c, &yamada, "いらない");
}

static void removed_without_a_reason(char *c)
{
	take_file(c, &tanaka, NULL);
}

static void confirm_in_the_journal(const char *who, const char *object)
{
	struct account a;
	struct note n = {.class = "access",
			 .event = "release.confirm",
			 .who = &a,
			 .object = span_of(object),
			 .decision = "allow",
			 .reason = "role",
			 .request = "84a6265264ff290c"};

	assert_ok(account_get(app->db, span_of(who), &a));
	assert_ok(note_add(app, &n));
}

static void release_that_nobody_confirmed(char *c)
{
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r9", "sato");
}

static void release_before_it_was_confirmed(char *c)
{
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r2", "sato");
	confirm_in_the_journal("sato", "releases/r2 n=1 files=0");
}

static void release_that_another_confirmed(char *c)
{
	confirm_in_the_journal("shimizu", "releases/r3 n=1 files=0");
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r3", "sato");
}

static void release_with_a_longer_number(char *c)
{
	confirm_in_the_journal("sato", "releases/r44 n=1 files=0");
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r4", "sato");
}

static void release_by_one(char *c)
{
	confirm_in_the_journal("tanaka", "releases/r1 n=1 files=0");
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r1", "tanaka");
}

static void release_by_a_person(char *c)
{
	confirm_in_the_journal("sato", "releases/r1 n=1 files=0");
	put_file(c, &tanaka, "release.give", "tanaka", "kudan-es", "r1", "sato");
}

static void release_as_it_may_be(char *c)
{
	confirm_in_the_journal("sato", "releases/r1 n=1 files=0");
	put_file(c, &chief, "release.give", "tanaka", "kudan-es", "r1", "sato");
}

static void release_of_other_bytes(char *c)
{
	says_another_hash = true;
	release_as_it_may_be(c);
	says_another_hash = false;
}

/* ---- all of a child ------------------------------------------------------------------------- */

static const struct law_case cases[] = {
    LAW_CASE("draft", teacher_of_elsewhere_saves, "law.write"),
    LAW_CASE("draft", stranger_saves, "law.write"),
    LAW_CASE("draft", family_writes_what_teachers_write, "law.write"),
    LAW_CASE("final", family_changes_the_title, "law.write"),
    LAW_CASE("draft", auditor_or_admin_saves, "law.relation"),
    LAW_CASE("draft", operator_saves, "law.operator"),
    LAW_CASE("draft", save_changes_the_state, "law.workflow"),
    LAW_CASE("draft", save_moves_the_institution, "law.write"),
    LAW_CASE("review", save_in_review, "law.write"),
    LAW_CASE("final", final_without_reason, "law.workflow"),
    LAW_CASE("draft", sheet_of_another_child, "law.write"),
    LAW_CASE("draft", two_sheets_at_once, "law.paths"),
    LAW_CASE("draft", trailer_names_another_sheet, "law.paths"),
    LAW_CASE("draft", trailer_names_another_child, "law.paths"),
    LAW_CASE("draft", sheet_is_removed, "law.paths"),
    LAW_CASE("draft", no_sheet_at_all, "law.write"),
    LAW_CASE("draft", unknown_action, "law.action"),
    LAW_CASE("draft", action_of_the_registry, "law.action"),
    LAW_CASE("draft", family_makes_a_sheet, "law.write"),
    LAW_CASE("draft", made_for_another_school, "law.write"),
    LAW_CASE("draft", migrated_into_something_else, "law.write"),
    LAW_CASE("draft", lies_about_the_role, "law.role"),
    LAW_CASE("draft", lies_about_the_place, "law.role"),
    LAW_CASE("draft", nobody_saves, "law.account"),
    LAW_CASE("draft", skips_the_review, "law.workflow"),
    LAW_CASE("draft", reviews_the_own, "law.workflow"),
    LAW_CASE("draft", another_reviews, NULL),
    LAW_CASE("draft", says_alone_and_is_not, "law.review"),
    LAW_CASE("draft", reviews_the_own_without_saying_so, "law.review"),
    LAW_CASE("draft", says_alone_where_nobody_is_needed, "law.review"),
    LAW_CASE("draft", leads_on_and_asks_in_anothers_name, "law.consent"),
    LAW_CASE("draft", leads_on_and_asks_nobody, "law.paths"),
    LAW_CASE("draft", recalls_anothers, "law.workflow"),
    LAW_CASE("draft", returns_without_a_word, "law.workflow"),
    LAW_CASE("draft", step_changes_words, "law.write"),
    LAW_CASE("draft", step_of_elsewhere, "law.relation"),
    LAW_CASE("draft", step_that_is_not_whole, "law.workflow"),
    LAW_CASE("consent", final_without_agreement, "law.consent"),
    LAW_CASE("draft", teacher_changes_guardians, "law.relation"),
    LAW_CASE("draft", guardian_removes_the_other, "law.relation"),
    LAW_CASE("draft", enrol_drops_a_guardian, "law.paths"),
    LAW_CASE("draft", leave_renames, "law.paths"),
    LAW_CASE("draft", update_moves_a_stay, "law.paths"),
    LAW_CASE("draft", guardian_who_is_none, "law.relation"),
    LAW_CASE("draft", protect_changes_stays, "law.paths"),
    LAW_CASE("draft", adds_a_file, NULL),
    LAW_CASE("draft", adds_another_file_than_said, "digest.file"),
    LAW_CASE("draft", vault_adds_for_tanaka, NULL),
    LAW_CASE("draft", vault_adds_for_nobody, "law.account"),
    LAW_CASE("draft", file_in_anothers_name, "law.relation"),
    LAW_CASE("draft", file_of_another_place, "law.role"),
    LAW_CASE("draft", removes_a_file, NULL),
    LAW_CASE("draft", elsewhere_removes_a_file, "law.relation"),
    LAW_CASE("draft", family_removes_a_file, "law.relation"),
    LAW_CASE("draft", removed_without_a_reason, "law.workflow"),
    LAW_CASE("draft", release_that_nobody_confirmed, "law.review"),
    LAW_CASE("draft", release_before_it_was_confirmed, "law.review"),
    LAW_CASE("draft", release_that_another_confirmed, "law.review"),
    LAW_CASE("draft", release_with_a_longer_number, "law.review"),
    LAW_CASE("draft", release_by_one, "law.review"),
    LAW_CASE("draft", release_by_a_person, "law.operator"),
    LAW_CASE("draft", release_as_it_may_be, NULL),
    LAW_CASE("draft", release_of_other_bytes, "digest.file"),
};

static void what_was_not_allowed_is_found(void **state)
{
	(void)state;
	judge_cases(cases, sizeof cases / sizeof *cases);
}

/* Months of access go after their time: about what was before them nothing can be said. */
static void words_that_went_are_not_missed(void **state)
{
	char child[11];

	(void)state;
	child_with(child, "draft");
	release_that_nobody_confirmed(child);
	must_be("all words are there", child, "law.review");
	words_since = (int64_t)time(NULL) + 86400;
	must_be("they went", child, NULL);
	words_since = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_not_allowed_is_found),
	    cmocka_unit_test(words_that_went_are_not_missed),
	};

	return cmocka_run_group_tests(tests, make_law, end_law);
}
