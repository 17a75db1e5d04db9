#include "flow_help.h"

#include "vault/db/share.h"
#include "vault/flow/consent.h"
#include "vault/flow/recover.h"
#include "vault/flow/verify.h"
#include "vault/store/commit.h"

/* What a process leaves behind that was killed between the journal and the branch. */
struct half {
	struct oid old, new_id;
	char sha256[SHA256_HEX];
};

static void commit_without_moving(const char *child, const char *note, struct half *h)
{
	struct pair trailers[] = {
	    {SPAN("Karte-Action"), SPAN("sheet.save")},
	    {SPAN("Karte-Account"), span_of(chief.account.id)},
	    {SPAN("Karte-Request"), span_of(chief.request)},
	};
	struct commit_draft draft = {
	    .author_name = SPAN("x"),
	    .author_email = SPAN("x@localhost"),
	    .committer_name = SPAN("karte"),
	    .committer_email = SPAN("karte@localhost"),
	    .time = (int64_t)time(NULL),
	    .subject = SPAN("kihon/2026: save"),
	    .trailers = trailers,
	    .trailer_count = 3,
	    .change_count = 1,
	};
	struct signer signer = {chief.key, SPAN_NONE};
	struct change change = {SPAN("sheets/kihon/2026.md"), SPAN_NONE};
	struct repo *repo;
	struct buf text;

	buf_init(&text, 65536);
	sheet_text(&text, child, "2026", note, "走りたい", "");
	change.bytes = buf_span(&text);
	draft.changes = &change;
	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(repo_lock(repo));
	assert_ok(repo_head(repo, &h->old));
	draft.parent = &h->old;
	assert_ok(commit_prepare(repo, &draft, app->keys, &signer, &h->new_id, h->sha256));
	repo_close(repo);
	buf_clear(&text);
}

static void record_change(const char *child, const struct half *h)
{
	char repository[REPO_TEXT], old[OID_HEX], new_hex[OID_HEX];
	struct record r = {.class = "change",
			   .event = SPAN("sheet.save"),
			   .account = span_of(chief.account.id),
			   .child = span_of(child),
			   .object = SPAN("kihon/2026"),
			   .decision = SPAN("allow"),
			   .request = span_of(chief.request),
			   .ref = SPAN("refs/heads/main"),
			   .sha256 = span_of(h->sha256)};

	snprintf(repository, sizeof repository, "children/%s", child);
	oid_hex(&h->old, old);
	oid_hex(&h->new_id, new_hex);
	r.repository = span_of(repository);
	r.old = span_of(old);
	r.new_ = span_of(new_hex);
	assert_ok(journal_append(app->journal, &r, NULL));
}

static void assert_head(const char *child, const struct oid *want)
{
	struct oid head;

	head_of_child(child, &head);
	assert_true(oid_eq(&head, want));
}

static void assert_note(const char *child, const char *want)
{
	struct buf text;

	buf_init(&text, 65536);
	stored_text(child, "2026", &text);
	assert_non_null(strstr(buf_str(&text), want));
	buf_clear(&text);
}

static void assert_version_count(const char *child, long long want)
{
	long long n;

	assert_ok(version_newest(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &n));
	assert_int_equal(n, want);
}

static void a_recorded_change_whose_branch_did_not_move_is_finished(void **state)
{
	char child[11];
	struct oid v1;
	struct half h;
	struct sheet_row row;
	char hex[OID_HEX];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_without_moving(child, "あとから", &h);
	record_change(child, &h);
	assert_head(child, &v1);
	restart();
	assert_ok(recover(app));
	assert_head(child, &h.new_id);
	assert_note(child, "あとから");
	assert_version_count(child, 2);
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	oid_hex(&h.new_id, hex);
	assert_string_equal(row.version, hex);
	assert_ok(recover(app)); /* a second time has nothing to do */
	assert_head(child, &h.new_id);
	assert_version_count(child, 2);
}

/* Objects without a record: nobody was promised anything. */
static void a_change_that_was_not_recorded_never_happened(void **state)
{
	char child[11];
	struct oid v1;
	struct half h;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_without_moving(child, "あとから", &h);
	restart();
	assert_ok(recover(app));
	assert_head(child, &v1);
	assert_version_count(child, 1);
}

static void ignore(void *ctx, const struct verify_finding *f)
{
	size_t *missing = ctx;

	*missing += strcmp(f->code, "commit.missing") == 0;
}

static void a_recorded_change_whose_commit_is_gone_is_abandoned_and_said_so(void **state)
{
	const struct verify_options all = {.child = SPAN_NONE};
	struct verify_result result;
	struct journal_filter abandoned = {.class = "system", .event = SPAN("recover.abandon")};
	struct newest n = {.count = 0};
	char child[11], hex[OID_HEX];
	struct oid v1, v2;
	struct half h = {.sha256 = ""};
	struct problems ps;
	size_t missing = 0;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	h.old = v1;
	h.new_id = v1;
	h.new_id.id[0] ^= 0xff;
	memset(h.sha256, '7', sizeof h.sha256 - 1);
	record_change(child, &h);
	restart();
	assert_ok(recover(app));
	assert_head(child, &v1);
	assert_ok(journal_scan(app->journal, &abandoned, keep_newest, &n));
	assert_int_equal(n.count, 1);
	oid_hex(&h.new_id, hex);
	assert_string_equal(n.object, hex);
	assert_version_count(child, 1);

	/* work goes on, but the proof does not forget what was promised */
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "つづき", "走りたい", "", &ps, &v2));
	problems_clear(&ps);
	assert_ok(recover(app));
	assert_head(child, &v2);
	assert_status(verify_vault(app, &all, ignore, &missing, &result), ST_CORRUPT);
	verify_base_clear(&result.proved);
	assert_int_equal(missing, 1);
}

/* A save that was cut short after the branch had moved: the page would show the old list. */
static void an_index_that_is_behind_catches_up(void **state)
{
	char child[11];
	struct oid v1;
	struct sheet_row row;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(sheet_row_clear(app->db, span_of(child)));
	assert_ok(version_clear(app->db, span_of(child)));
	assert_version_count(child, 0);
	restart();
	assert_ok(recover(app));
	assert_version_count(child, 1);
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	assert_string_equal(row.account, "tanaka");
}

static void an_enrolment_that_the_index_missed_is_found_again(void **state)
{
	const struct child_row old = {.name = "山田 健", .kana = "やまだ けん", .sex = "male"};
	struct child_row row = old, got;
	struct account staff = {.staff = true, .role = ROLE_SCHOOL, .institution = "other-es"};
	struct standing standing;
	char child[11], hex[OID_HEX];
	struct oid head;

	(void)state;
	new_child(child);
	head_of_child(child, &head);
	assert_ok(child_enrol(app, &chief, &(struct child_task){.child = span_of(child)},
			      &(struct enrolment){"other-es", "2026-05-01", "", ""}));
	/* the index as it was before */
	memcpy(row.id, child, sizeof row.id);
	oid_hex(&head, row.head);
	assert_ok(child_put(app->db, &(struct child_all){.row = &row}));
	restart();
	assert_ok(recover(app));
	assert_ok(child_standing(app->db, span_of(child), &staff, SPAN("2026-05-01"), &standing));
	assert_int_equal(standing.nstays, 1);
	assert_ok(child_get(app->db, span_of(child), &got));
	head_of_child(child, &head);
	oid_hex(&head, hex);
	assert_string_equal(got.head, hex);
}

static bool may_read(const char *child, const struct answer *answer)
{
	struct arena *a = arena_new(1 << 20);
	struct share *list;
	size_t n = 0;

	assert_non_null(a);
	assert_ok(share_list(app->db, span_of(child), answer->institution, SPAN("2026-11-20"), a,
			     &list, &n));
	arena_free(a);
	return n == 1;
}

/* A family took its consent back, and the program died before the index knew. */
static void an_answer_that_the_index_missed_holds_after_the_start(void **state)
{
	struct answer answer = {SPAN("kihon"), SPAN("other-es"), true};
	struct question q;
	char child[11];

	(void)state;
	new_child(child);
	q = ask_for(ACT_CHILD_READ, &yamada, child, "");
	q.type = q.id = SPAN_NONE;
	assert_ok(consent_answer(app, &yamada, &q, &answer));
	assert_true(may_read(child, &answer));
	answer.agree = false;
	assert_ok(consent_answer(app, &yamada, &q, &answer));
	assert_ok(share_put(app->db, &(struct share){.child = span_of(child),
						     .type = answer.type,
						     .institution = answer.institution}));
	restart();
	assert_ok(recover(app));
	assert_false(may_read(child, &answer));
}

/* An account was stopped, and the program died before the index knew. */
static void an_account_that_was_stopped_is_stopped_after_the_start(void **state)
{
	struct account before, a;

	(void)state;
	put_account("leaver", ROLE_SCHOOL, "kudan-es");
	assert_ok(account_get(app->db, SPAN("leaver"), &before));
	assert_ok(account_disable(app, &chief, SPAN("leaver")));
	assert_ok(account_put(app->db, &before));
	restart();
	assert_ok(recover(app));
	assert_ok(account_get(app->db, SPAN("leaver"), &a));
	assert_true(a.disabled);
}

static void a_missing_index_is_made_again(void **state)
{
	static const char *const files[] = {"index.db", "index.db-wal", "index.db-shm"};
	struct account a;
	struct institution i;
	struct buf path;
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	app_close(app);
	buf_init(&path, PATH_MAX);
	for (size_t n = 0; n < 3; n++) {
		path_join(&path, vault_dir, files[n]);
		unlink(buf_str(&path));
	}
	buf_clear(&path);
	open_app();
	actor_operator(&chief, app);
	assert_status(account_get(app->db, SPAN("tanaka"), &a), ST_NOTFOUND);
	assert_ok(recover(app));
	assert_ok(account_get(app->db, SPAN("tanaka"), &a));
	assert_int_equal(a.role, ROLE_SCHOOL);
	assert_ok(institution_get(app->db, SPAN("kyoi"), &i));
	assert_version_count(child, 1);
}

/* Somebody moved a branch behind the vault's back: that is nothing to repair silently. */
static void a_branch_where_no_record_says_stops_the_start(void **state)
{
	char child[11], command[128], hex[OID_HEX];
	struct oid created, v1;

	(void)state;
	new_child(child);
	head_of_child(child, &created);
	new_sheet_of(child, "2026", &v1);
	assert_ok(recover(app));
	oid_hex(&created, hex);
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", hex);
	assert_int_equal(in_repo(child, command), 0);
	/* the record says v1, whose parent the branch is at: that looks like a move that failed,
	   and is finished */
	restart();
	assert_ok(recover(app));
	assert_head(child, &v1);

	assert_int_equal(in_repo(child, "git update-ref -d refs/heads/main"), 0);
	restart();
	assert_status(recover(app), ST_CORRUPT);
	oid_hex(&v1, hex);
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", hex);
	assert_int_equal(in_repo(child, command), 0);
	restart();
	assert_ok(recover(app));
}

static void locks_of_a_crash_are_swept(void **state)
{
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	assert_int_equal(in_repo(child, "touch refs/heads/main.lock"), 0);
	restart();
	assert_ok(recover(app));
	assert_int_equal(in_repo(child, "test ! -e refs/heads/main.lock"), 0);
	new_sheet_of(child, "2026", &v1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_recorded_change_whose_branch_did_not_move_is_finished),
	    cmocka_unit_test(a_change_that_was_not_recorded_never_happened),
	    cmocka_unit_test(an_index_that_is_behind_catches_up),
	    cmocka_unit_test(an_enrolment_that_the_index_missed_is_found_again),
	    cmocka_unit_test(an_answer_that_the_index_missed_holds_after_the_start),
	    cmocka_unit_test(an_account_that_was_stopped_is_stopped_after_the_start),
	    cmocka_unit_test(a_missing_index_is_made_again),
	    cmocka_unit_test(a_branch_where_no_record_says_stops_the_start),
	    cmocka_unit_test(locks_of_a_crash_are_swept),
	    /* last: the vault is no longer whole */
	    cmocka_unit_test(a_recorded_change_whose_commit_is_gone_is_abandoned_and_said_so),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
