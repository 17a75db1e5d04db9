#include "flow_help.h"

#include "vault/flow/verify.h"
#include "vault/store/commit.h"

/* ---- what the proof says ----------------------------------------------------------------------
 */

static struct finding_list {
	char line[200][160]; /* "children/c… code" */
	size_t count;
} findings;

static void note(void *ctx, const struct verify_finding *f)
{
	(void)ctx;
	assert_true(findings.count < 200);
	assert_true(f->text[0] != '\0');
	snprintf(findings.line[findings.count++], sizeof findings.line[0], "%s %s", f->repository,
		 f->code);
}

static enum status verify(const char *checkpoint, const char *child, struct verify_result *result)
{
	const char *const checkpoints[] = {checkpoint, NULL};
	struct verify_options o = {.checkpoints = checkpoints, .child = span_of(child)};
	enum status st;

	findings.count = 0;
	st = verify_vault(app, &o, note, NULL, result);
	verify_base_clear(&result->proved);
	return st;
}

static bool found(const char *repository, const char *code)
{
	char line[160];

	snprintf(line, sizeof line, "%s %s", repository, code);
	for (size_t i = 0; i < findings.count; i++)
		if (strcmp(findings.line[i], line) == 0)
			return true;
	return false;
}

/* Everything said about a child's repository must be among `codes` (ended by NULL), and all of
   them must be said. */
static void assert_findings(const char *child, const char *const *codes)
{
	struct verify_result result;
	char repository[64];
	enum status st;

	snprintf(repository, sizeof repository, "children/%s", child);
	restart(); /* nothing may be remembered from before the damage */
	st = verify(NULL, NULL, &result);
	assert_status(st, ST_CORRUPT);
	assert_int_equal(result.findings, findings.count);
	for (size_t i = 0; codes[i]; i++)
		if (!found(repository, codes[i]))
			fail_msg("%s is not found", codes[i]);
	for (size_t i = 0; i < findings.count; i++) {
		bool expected = false;

		if (strncmp(findings.line[i], repository, strlen(repository)) != 0)
			continue;
		for (size_t k = 0; codes[k]; k++)
			expected =
			    expected || strcmp(strchr(findings.line[i], ' ') + 1, codes[k]) == 0;
		if (!expected)
			fail_msg("%s", findings.line[i]);
	}
}

static void assert_clean(void)
{
	struct verify_result result;
	enum status st;

	restart();
	st = verify(NULL, NULL, &result);
	for (size_t i = 0; i < findings.count; i++)
		print_message("%s\n", findings.line[i]);
	assert_ok(st);
	assert_int_equal(findings.count, 0);
}

#define CODES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- a whole vault ----------------------------------------------------------------------------
 */

static void a_vault_that_nobody_touched_is_whole(void **state)
{
	char child[11];
	struct oid v1, v2;
	struct problems ps;
	struct verify_result result;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "二つ目", "走りたい", "", &ps, &v2));
	problems_clear(&ps);
	assert_clean();
	assert_ok(verify(NULL, NULL, &result));
	assert_int_equal(result.repositories, 2); /* the registry and the child */
	/* vault key, three institutions, three accounts; child, two versions */
	assert_int_equal(result.commits, 7 + 3);
	assert_int_equal(result.signatures, 7 + 3);
	assert_true(result.records >= 10);
	assert_int_equal(result.findings, 0);
	assert_ok(verify(NULL, child, &result)); /* the registry and this child only */
	assert_int_equal(result.repositories, 2);
	assert_status(verify(NULL, "../x", &result), ST_USAGE);
}

static void an_earlier_checkpoint_is_kept_and_a_false_one_is_not(void **state)
{
	char kept[JOURNAL_SHORT], child[11];
	struct verify_result result;
	char *digit;

	(void)state;
	assert_ok(journal_checkpoint_short(app->journal, kept));
	new_child(child);
	assert_ok(verify(kept, NULL, &result));
	digit = kept + strlen(kept) - 1;
	*digit = *digit == '0' ? '1' : '0';
	assert_status(verify(kept, NULL, &result), ST_CORRUPT);
	assert_true(found("journal", "journal.fork"));
	assert_int_equal(findings.count, 1);
	assert_status(verify("999999 5f3a 9c01 77de", NULL, &result), ST_CORRUPT);
	assert_true(found("journal", "journal.promise"));
	assert_status(verify("なにか", NULL, &result), ST_USAGE);
}

/* ---- damage that is undone again --------------------------------------------------------------
 */

static void a_branch_that_was_moved_back_is_found(void **state)
{
	char child[11], old[OID_HEX], new_hex[OID_HEX], command[256];
	struct oid v1, v2;
	struct problems ps;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "二つ目", "走りたい", "", &ps, &v2));
	problems_clear(&ps);
	oid_hex(&v1, old);
	oid_hex(&v2, new_hex);
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", old);
	assert_int_equal(in_repo(child, command), 0);
	assert_findings(child, CODES("branch.elsewhere", "commit.missing"));
	assert_int_equal(in_repo(child, "git update-ref -d refs/heads/main"), 0);
	assert_findings(child, CODES("branch.elsewhere", "commit.missing"));
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", new_hex);
	assert_int_equal(in_repo(child, command), 0);
	assert_clean();
}

static void a_repository_that_is_gone_is_found(void **state)
{
	char child[11];
	struct oid v1;
	struct verify_result result;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_int_equal(in_repo(child, "mv \"$PWD\" \"$HOME/away\""), 0);
	assert_findings(child, CODES("repository.missing"));
	assert_status(verify(NULL, child, &result), ST_CORRUPT);
	assert_int_equal(findings.count, 1);
	{
		struct repo_name name;
		struct buf path, away;

		buf_init(&path, PATH_MAX);
		buf_init(&away, PATH_MAX);
		assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
		store_path(app->store, &name, &path);
		path_join(&away, vault_dir, "away");
		assert_int_equal(rename(buf_str(&away), buf_str(&path)), 0);
		buf_clear(&path);
		buf_clear(&away);
	}
	assert_clean();
}

static void an_unsigned_commit_is_found(void **state)
{
	char child[11], hex[OID_HEX], command[256];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_int_equal(
	    in_repo(child, "export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x"
			   " GIT_COMMITTER_EMAIL=x@x;"
			   " git update-ref refs/heads/main"
			   " $(git commit-tree -m 'kihon/2026: save' -p main 'main^{tree}')"),
	    0);
	assert_findings(child, CODES("signature.none", "commit.unrecorded", "commit.author",
				     "branch.elsewhere", "digest.missing"));
	oid_hex(&v1, hex);
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", hex);
	assert_int_equal(in_repo(child, command), 0);
	assert_clean();
}

static void a_lost_object_is_found(void **state)
{
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_int_equal(in_repo(child, "b=$(git rev-parse main:sheets/kihon/2026.md) &&"
					" f=objects/$(printf %.2s $b)/${b#??} && chmod u+w $f &&"
					" mv $f kept && echo $f >where"),
			 0);
	assert_findings(child, CODES("digest.wrong"));
	assert_int_equal(in_repo(child, "mv kept \"$(cat where)\" && rm where"), 0);
	assert_clean();
}

/* ---- lies that the journal keeps for ever -----------------------------------------------------
 */

struct lie {
	const char *account; /* in the trailers and the record */
	const struct actor *signer;
	struct keys *keys; /* NULL: the vault's */
	int64_t time;
	bool recorded;
	const char *author; /* in the author's address; NULL: the account */
};

static void commit_lie(const char *child, const struct lie *l)
{
	struct pair trailers[] = {{SPAN("Karte-Action"), SPAN("sheet.save")},
				  {SPAN("Karte-Account"), span_of(l->account)},
				  {SPAN("Karte-Child"), span_of(child)},
				  {SPAN("Karte-Request"), span_of(tanaka.request)}};
	char email[128];
	struct commit_draft draft = {.author_name = SPAN("x"),
				     .committer_name = SPAN("karte"),
				     .committer_email = SPAN("karte@localhost"),
				     .time = l->time,
				     .subject = SPAN("kihon/2026: save"),
				     .trailers = trailers,
				     .trailer_count = 4,
				     .change_count = 1};
	struct signer signer = {l->signer->key, l->signer->secret
						    ? span_of(seal_passphrase(l->signer->secret))
						    : SPAN_NONE};
	struct change change = {SPAN("sheets/kihon/2026.md"), SPAN_NONE};
	char sha[SHA256_HEX], repository[64], old[OID_HEX], new_hex[OID_HEX];
	struct record r = {.class = "change",
			   .event = SPAN("sheet.save"),
			   .account = span_of(l->account),
			   .child = span_of(child),
			   .request = span_of(tanaka.request),
			   .ref = SPAN("refs/heads/main")};
	struct oid head, id;
	struct repo *repo;
	struct buf text;

	snprintf(email, sizeof email, "%s@localhost", l->author ? l->author : l->account);
	draft.author_email = span_of(email);
	buf_init(&text, 65536);
	sheet_text(&text, child, "2026", "うそ", "走りたい", "");
	change.bytes = buf_span(&text);
	draft.changes = &change;
	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(repo_lock(repo));
	assert_ok(repo_head(repo, &head));
	draft.parent = &head;
	assert_ok(commit_prepare(repo, &draft, l->keys ? l->keys : app->keys, &signer, &id, sha));
	if (l->recorded) {
		snprintf(repository, sizeof repository, "children/%s", child);
		oid_hex(&head, old);
		oid_hex(&id, new_hex);
		r.repository = span_of(repository);
		r.old = span_of(old);
		r.new_ = span_of(new_hex);
		r.sha256 = span_of(sha);
		assert_ok(journal_append(app->journal, &r, NULL));
	}
	assert_ok(commit_move(repo, &head, &id));
	repo_close(repo);
	buf_clear(&text);
}

static void a_commit_in_anothers_name_is_found(void **state)
{
	char child[11];
	struct oid v1;
	struct lie lie = {"tanaka", &yamada, NULL, (int64_t)time(NULL), true, NULL};

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_lie(child, &lie);
	assert_findings(child, CODES("key.account"));
}

static void a_commit_of_another_time_is_found(void **state)
{
	char child[11];
	struct oid v1;
	struct lie lie = {"tanaka", &tanaka, NULL, (int64_t)time(NULL) - 3600, true, NULL};

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_lie(child, &lie);
	/* an hour ago the key was not yet there */
	assert_findings(child, CODES("commit.time", "key.time"));
}

static void a_commit_with_a_strange_key_is_found(void **state)
{
	char child[11], home[PATH_MAX + 8], fpr[FPR_HEX];
	struct actor eve = {.key = fpr};
	struct lie lie = {"tanaka", &eve, NULL, (int64_t)time(NULL), true, NULL};
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	snprintf(home, sizeof home, "%s/eve", vault_dir);
	assert_ok(keys_open(&lie.keys, home));
	assert_ok(
	    key_create(lie.keys, SPAN("tanaka さん"), SPAN("tanaka@localhost"), SPAN_NONE, fpr));
	commit_lie(child, &lie);
	keys_close(lie.keys);
	assert_findings(child, CODES("signature.unknown"));
}

static void a_commit_without_a_record_is_found(void **state)
{
	char child[11];
	struct oid v1;
	struct lie lie = {"tanaka", &tanaka, NULL, (int64_t)time(NULL), false, NULL};

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_lie(child, &lie);
	assert_findings(child, CODES("commit.unrecorded", "branch.elsewhere"));
}

static void a_changed_line_of_the_journal_is_found(void **state)
{
	struct verify_result result;
	char command[PATH_MAX + 200];

	(void)state;
	app_close(app);
	snprintf(command, sizeof command,
		 "sed -i 's/\"account\":\"tanaka\"/\"account\":\"tanaki\"/'"
		 " '%s'/journal/bodies/change/*.jsonl",
		 vault_dir);
	assert_int_equal(system(command), 0);
	{
		struct problems ps;

		problems_init(&ps);
		assert_ok(app_open(&app, vault_dir, APP_INSPECT, &ps));
		problems_clear(&ps);
	}
	assert_status(verify(NULL, NULL, &result), ST_CORRUPT);
	assert_true(found("journal", "journal.body"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_vault_that_nobody_touched_is_whole),
	    cmocka_unit_test(an_earlier_checkpoint_is_kept_and_a_false_one_is_not),
	    cmocka_unit_test(a_branch_that_was_moved_back_is_found),
	    cmocka_unit_test(a_repository_that_is_gone_is_found),
	    cmocka_unit_test(an_unsigned_commit_is_found),
	    cmocka_unit_test(a_lost_object_is_found),
	    /* from here on the vault is no longer whole */
	    cmocka_unit_test(a_commit_in_anothers_name_is_found),
	    cmocka_unit_test(a_commit_of_another_time_is_found),
	    cmocka_unit_test(a_commit_with_a_strange_key_is_found),
	    cmocka_unit_test(a_commit_without_a_record_is_found),
	    cmocka_unit_test(a_changed_line_of_the_journal_is_found),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
