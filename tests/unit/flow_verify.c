#include "verify_help.h"

#include "vault/store/commit.h"

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
	/* vault key, sheet types, three institutions, three accounts; child, two versions */
	assert_int_equal(result.commits, 8 + 3);
	assert_int_equal(result.signatures, 8 + 3);
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

static void bytes_that_are_not_the_objects_own_are_found(void **state)
{
	/* another object of the same kind in its place: whole, but not the one that its id names */
	static const struct {
		const char *what, *other, *code;
	} rows[] = {
	    {"main:sheets/kihon/2026.md", "main:child.md", "digest.wrong"},
	    {"main:sheets", "main:sheets/kihon", "digest.wrong"},
	    {"main~1", "main", "repository.corrupt"},
	};
	char child[11], command[512];
	struct oid v1, v2;
	struct problems ps;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "二つ目", "走りたい", "", &ps, &v2));
	problems_clear(&ps);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(
		    command, sizeof command,
		    "a=$(git rev-parse '%s') b=$(git rev-parse '%s');"
		    " f=objects/$(printf %%.2s $a)/${a#??} g=objects/$(printf %%.2s $b)/${b#??};"
		    " mv $f kept && cp $g $f && echo $f >where",
		    rows[i].what, rows[i].other);
		assert_int_equal(in_repo(child, command), 0);
		if (strcmp(rows[i].code, "repository.corrupt") == 0)
			assert_findings(child, CODES("repository.corrupt", "commit.missing"));
		else
			assert_findings(child, CODES(rows[i].code));
		assert_int_equal(in_repo(child, "mv -f kept \"$(cat where)\" && rm where"), 0);
	}
	assert_clean();
}

static void another_ref_is_found(void **state)
{
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_int_equal(in_repo(child, "git update-ref refs/heads/other main~1"), 0);
	assert_findings(child, CODES("branch.extra"));
	assert_int_equal(in_repo(child,
				 "git update-ref -d refs/heads/other &&"
				 " git update-ref refs/replace/$(git rev-parse main) main~1"),
			 0);
	assert_findings(child, CODES("branch.extra"));
	assert_int_equal(in_repo(child, "git update-ref -d refs/replace/$(git rev-parse main) &&"
					" git symbolic-ref HEAD refs/heads/other"),
			 0);
	assert_findings(child, CODES("branch.extra"));
	assert_int_equal(in_repo(child, "git symbolic-ref HEAD refs/heads/main"), 0);
	assert_clean();
}

static void a_repository_that_the_journal_does_not_know_is_found(void **state)
{
	char child[11], other[11], command[256];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	memcpy(other, child, sizeof other);
	other[1] = other[1] == 'a' ? 'b' : 'a'; /* the end stays: it says the folder */
	snprintf(command, sizeof command, "cp -a \"$PWD\" ../%s.git", other);
	assert_int_equal(in_repo(child, command), 0);
	assert_findings(other, CODES("repository.unknown"));
	snprintf(command, sizeof command,
		 "rm -rf ../%s.git && git init -q --bare -b main ../%s.git", other, other);
	assert_int_equal(in_repo(child, command), 0);
	assert_clean(); /* a crash while a child is made leaves an empty one */
	snprintf(command, sizeof command, "rm -rf ../%s.git", other);
	assert_int_equal(in_repo(child, command), 0);
}

static void record_removal(const char *child, const struct oid *last)
{
	char repository[64], hex[OID_HEX];
	struct record r = {.class = "system",
			   .event = SPAN("retention.remove"),
			   .account = SPAN("os:test"),
			   .child = span_of(child),
			   .reason = SPAN("fujii, kudo")};

	snprintf(repository, sizeof repository, "children/%s", child);
	oid_hex(last, hex);
	r.repository = span_of(repository);
	r.object = span_of(hex);
	assert_ok(journal_append(app->journal, &r, NULL));
}

static void what_was_removed_by_a_record_may_be_away_and_nothing_else(void **state)
{
	char child[11], command[256];
	struct oid last, before;

	(void)state;
	new_child(child);
	head_of_child(child, &before);
	new_sheet_of(child, "2026", &last);
	snprintf(command, sizeof command, "cp -a \"$PWD\" \"$HOME/removed\"");
	assert_int_equal(in_repo(child, command), 0);
	record_removal(child, &last);
	assert_findings(child, CODES("repository.revived")); /* it is still there */
	assert_int_equal(in_repo(child, "rm -rf \"$PWD\""), 0);
	assert_clean();
	record_removal(child, &before); /* the record of another version says nothing of this one */
	assert_findings(child, CODES("repository.missing"));
	record_removal(child, &last);
	assert_clean();
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static void a_key_that_ends_lawfully_stays_good_for_what_it_signed(void **state)
{
	char child[11];
	struct oid v1;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	put_account("leaving", ROLE_HOUSEHOLD, NULL);
	assert_ok(account_disable(app, &chief, SPAN("leaving")));
	assert_ok(account_enable(app, &chief, SPAN("leaving")));
	assert_ok(account_reset(app, &chief, SPAN("leaving"), SPAN(PASSWORD)));
	assert_ok(account_reset(app, &chief, SPAN("leaving"), SPAN(PASSWORD)));
	assert_clean();
}

/* A commit of the registry that changes files of a key, by somebody who has the vault's key. */
static void alter_key(const char *suffix, const char *text)
{
	char path[128];
	struct change change = {SPAN_NONE, span_of(text)};

	snprintf(path, sizeof path, "keys/%s.%s", suzuki.account.key, suffix);
	change.path = span_of(path);
	assert_ok(registry_commit(app, &chief, "key.retire", path, SPAN_NONE, &change, 1));
}

static void key_text(char *out, size_t cap, const char *account, const char *since,
		     const char *until)
{
	snprintf(out, cap, "karte: 1\nfingerprint: %s\naccount: %s\nsince: %s\n%s%s%s",
		 suzuki.account.key, account, since, *until ? "until: " : "", until,
		 *until ? "\n" : "");
}

static void assert_key_changes(size_t count)
{
	size_t seen = 0;

	assert_findings_of("registry", CODES("key.changed", "law.registry"));
	for (size_t i = 0; i < findings.count; i++)
		seen += strcmp(findings.line[i], "registry key.changed") == 0;
	assert_int_equal(seen, count);
}

static void a_key_that_was_changed_later_is_found(void **state)
{
	char text[512], old[64] = "";
	struct repo_name name = {.kind = REPO_REGISTRY};
	struct repo *repo;
	struct buf was;
	char path[128];
	const char *at;

	(void)state;
	buf_init(&was, 65536);
	snprintf(path, sizeof path, "keys/%s.yaml", suzuki.account.key);
	assert_ok(repo_open(&repo, app->store, &name));
	assert_ok(repo_read(repo, NULL, path, &was));
	repo_close(repo);
	at = strstr(buf_str(&was), "since: ");
	assert_non_null(at);
	snprintf(old, sizeof old, "%.20s", at + 7 + (at[7] == '"'));
	key_text(text, sizeof text, "suzuki", "2020-01-01T00:00:00Z", "");
	alter_key("yaml", text);
	assert_key_changes(1); /* its beginning */
	key_text(text, sizeof text, "yamada", old, "");
	alter_key("yaml", text);
	assert_key_changes(2); /* and whose it is */
	key_text(text, sizeof text, "suzuki", old, "2021-01-01T00:00:00Z");
	alter_key("yaml", text);
	assert_key_changes(3); /* and an end that lies back */
	alter_key("asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnothing\n");
	assert_key_changes(4);
	buf_clear(&was);
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
	const char *host;   /* of the committer; NULL: that of the author */
	const char *role;   /* in the record; NULL: that of the trailers */
	const char *old;    /* in the record; NULL: the parent; "": none */
	bool other_bytes;   /* the record has the SHA-256 of others */
};

static void commit_lie(const char *child, const struct lie *l)
{
	struct pair trailers[] = {{SPAN("Karte-Action"), SPAN("sheet.save")},
				  {SPAN("Karte-Account"), span_of(l->account)},
				  {SPAN("Karte-Role"), SPAN("school")},
				  {SPAN("Karte-Institution"), SPAN("kudan-es")},
				  {SPAN("Karte-Child"), span_of(child)},
				  {SPAN("Karte-Sheet"), SPAN("kihon/2026")},
				  {SPAN("Karte-Request"), span_of(tanaka.request)}};
	char email[128], committer[128];
	struct commit_draft draft = {.author_name = SPAN("x"),
				     .committer_name = SPAN("karte"),
				     .committer_email = SPAN("karte@localhost"),
				     .time = l->time,
				     .subject = SPAN("kihon/2026: save"),
				     .trailers = trailers,
				     .trailer_count = sizeof trailers / sizeof *trailers,
				     .change_count = 1};
	struct signer signer = {l->signer->key, l->signer->secret
						    ? span_of(seal_passphrase(l->signer->secret))
						    : SPAN_NONE};
	struct change change = {SPAN("sheets/kihon/2026.md"), SPAN_NONE};
	char sha[SHA256_HEX], repository[64], old[OID_HEX], new_hex[OID_HEX];
	struct record r = {.class = "change",
			   .event = SPAN("sheet.save"),
			   .account = span_of(l->account),
			   .role = SPAN("school"),
			   .institution = SPAN("kudan-es"),
			   .child = span_of(child),
			   .request = span_of(tanaka.request),
			   .ref = SPAN("refs/heads/main")};
	struct oid head, id;
	struct repo *repo;
	struct buf text;

	snprintf(email, sizeof email, "%s@localhost", l->author ? l->author : l->account);
	draft.author_email = span_of(email);
	if (l->host) {
		snprintf(committer, sizeof committer, "karte@%s", l->host);
		draft.committer_email = span_of(committer);
	}
	if (l->role)
		r.role = span_of(l->role);
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
		r.old = !l->old ? span_of(old) : l->old[0] ? span_of(l->old) : SPAN_NONE;
		r.new_ = span_of(new_hex);
		if (l->other_bytes)
			sha[0] = sha[0] == 'a' ? 'b' : 'a';
		r.sha256 = span_of(sha);
		assert_ok(journal_append(app->journal, &r, NULL));
	}
	assert_ok(commit_move(repo, &head, &id));
	repo_close(repo);
	buf_clear(&text);
}

/* A child with a sheet, and a lie about it. */
static void tell(const struct lie *l, char child[static 11])
{
	struct oid v1;

	new_child(child);
	new_sheet_of(child, "2026", &v1);
	commit_lie(child, l);
}

static void a_commit_in_anothers_name_is_found(void **state)
{
	char child[11];
	struct lie lie = {
	    .account = "tanaka", .signer = &yamada, .time = (int64_t)time(NULL), .recorded = true};

	(void)state;
	tell(&lie, child);
	assert_findings(child, CODES("key.account"));
}

static void a_commit_with_another_author_is_found(void **state)
{
	char child[11];
	struct lie lie = {.account = "tanaka",
			  .signer = &tanaka,
			  .time = (int64_t)time(NULL),
			  .recorded = true,
			  .author = "suzuki"};

	(void)state;
	tell(&lie, child);
	assert_findings(child, CODES("commit.author"));
}

static void a_commit_of_another_time_is_found(void **state)
{
	char child[11];
	struct lie lie = {.account = "tanaka",
			  .signer = &tanaka,
			  .time = (int64_t)time(NULL) - 3600,
			  .recorded = true};

	(void)state;
	tell(&lie, child);
	/* an hour ago the key was not yet there */
	assert_findings(child, CODES("commit.time", "key.time"));
}

/* Signed by whom it names, in order but for one thing that its record or its head says. */
static void a_commit_that_differs_from_its_record_is_found(void **state)
{
	static const char other[] = "0123456789abcdef0123456789abcdef01234567";
	static const struct {
		struct lie lie;
		int64_t ahead;
		const char *code;
	} lies[] = {
	    {{.role = "board"}, 0, "commit.trailers"},
	    {{.other_bytes = true}, 0, "commit.bytes"},
	    {{.old = other}, 0, "commit.parent"},
	    {{.old = ""}, 0, "commit.parent"},
	    {{.host = "elsewhere.example"}, 0, "commit.author"},
	    {{.account = NULL}, 3600, "commit.time"},
	    {{.account = NULL}, -3600 * 24, "commit.time"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct lie lie = lies[i].lie;
		char child[11];
		struct oid v1;

		lie.account = "tanaka";
		lie.signer = &tanaka;
		lie.recorded = true;
		lie.time = (int64_t)time(NULL) + lies[i].ahead;
		new_child(child);
		new_sheet_of(child, "2026", &v1);
		commit_lie(child, &lie);
		if (lies[i].ahead < 0)
			assert_findings(child, CODES(lies[i].code, "key.time"));
		else
			assert_findings(child, CODES(lies[i].code));
	}
}

/* A person's key does not sign for an operator, nor does the vault's under another name. */
static void a_commit_of_an_operator_who_is_none_is_found(void **state)
{
	struct lie lie = {.account = "os:root",
			  .signer = &tanaka,
			  .time = (int64_t)time(NULL),
			  .recorded = true,
			  .author = "root"};
	char child[11];
	struct oid v1;

	(void)state;
	for (int vault = 0; vault < 2; vault++) {
		lie.signer = vault ? &chief : &tanaka;
		new_child(child);
		new_sheet_of(child, "2026", &v1);
		commit_lie(child, &lie); /* the name of its author is not root */
		if (vault)
			assert_findings(child, CODES("commit.author", "law.operator", "law.role"));
		else
			assert_findings(child, CODES("commit.author", "key.account", "law.operator",
						     "law.role"));
	}
}

static void a_commit_after_the_end_of_its_key_is_found(void **state)
{
	struct actor gone;
	struct lie lie = {.account = "gone", .signer = &gone, .recorded = true};
	char child[11];
	struct oid v1;

	(void)state;
	put_account("gone", ROLE_SCHOOL, "kudan-es");
	assert_ok(actor_account(&gone, app, SPAN("gone"), SPAN(PASSWORD)));
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	lie.time = (int64_t)time(NULL) + 3600; /* clocks may differ by two minutes */
	commit_lie(child, &lie);
	assert_ok(account_disable(app, &chief, SPAN("gone")));
	assert_findings(child, CODES("key.time", "commit.time"));
	actor_clear(&gone);
}

/* Somebody signs with a key of their own, and has it registered afterwards. */
static void a_commit_before_its_key_was_registered_is_found(void **state)
{
	char child[11], fpr[FPR_HEX], path[2][128], text[512], since[DAY_TEXT];
	struct actor eve = {.key = fpr};
	struct lie lie = {.account = "tanaka", .signer = &eve, .recorded = true};
	struct change change[2];
	struct buf asc;
	struct oid v1;

	(void)state;
	lie.time = (int64_t)time(NULL);
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(
	    key_create(app->keys, SPAN("tanaka さん"), SPAN("tanaka@localhost"), SPAN_NONE, fpr));
	commit_lie(child, &lie);
	buf_init(&asc, 65536);
	assert_ok(key_export(app->keys, fpr, &asc));
	time_utc(lie.time, since);
	snprintf(path[0], sizeof path[0], "keys/%s.yaml", fpr);
	snprintf(path[1], sizeof path[1], "keys/%s.asc", fpr);
	snprintf(text, sizeof text, "karte: 1\nfingerprint: %s\naccount: tanaka\nsince: %s\n", fpr,
		 since);
	change[0] = (struct change){span_of(path[0]), span_of(text)};
	change[1] = (struct change){span_of(path[1]), buf_span(&asc)};
	assert_ok(registry_commit(app, &chief, "key.add", "tanaka", SPAN_NONE, change, 2));
	assert_findings(child, CODES("key.time"));
	buf_clear(&asc);
}

static void a_commit_with_a_strange_key_is_found(void **state)
{
	char child[11], home[PATH_MAX + 8], fpr[FPR_HEX];
	struct actor eve = {.key = fpr};
	struct lie lie = {
	    .account = "tanaka", .signer = &eve, .time = (int64_t)time(NULL), .recorded = true};

	(void)state;
	snprintf(home, sizeof home, "%s/eve", vault_dir);
	assert_ok(keys_open(&lie.keys, home));
	assert_ok(
	    key_create(lie.keys, SPAN("tanaka さん"), SPAN("tanaka@localhost"), SPAN_NONE, fpr));
	tell(&lie, child);
	keys_close(lie.keys);
	assert_findings(child, CODES("signature.unknown"));
}

static void a_commit_without_a_record_is_found(void **state)
{
	char child[11];
	struct lie lie = {
	    .account = "tanaka", .signer = &tanaka, .time = (int64_t)time(NULL), .recorded = false};

	(void)state;
	tell(&lie, child);
	assert_findings(child, CODES("commit.unrecorded", "branch.elsewhere"));
}

/* The vault is full of lies by now: what is said must not depend on the threads. */
static void threads_do_not_change_what_is_said(void **state)
{
	static char alone[200][400];
	struct verify_options o = {.threads = 1};
	struct verify_result result;
	size_t count;

	(void)state;
	findings.count = 0;
	assert_status(verify_vault(app, &o, note, NULL, &result), ST_CORRUPT);
	verify_base_clear(&result.proved);
	count = findings.count;
	assert_true(count >= 8);
	memcpy(alone, findings.whole, sizeof alone);
	for (o.threads = 2; o.threads <= 8; o.threads *= 2) {
		findings.count = 0;
		assert_status(verify_vault(app, &o, note, NULL, &result), ST_CORRUPT);
		verify_base_clear(&result.proved);
		assert_int_equal(findings.count, count);
		for (size_t i = 0; i < count; i++)
			assert_string_equal(findings.whole[i], alone[i]);
	}
	for (size_t i = 1; i < count; i++) /* the registry, then by name */
		assert_true(strncmp(alone[i], "registry", 8) == 0 ||
			    strncmp(alone[i - 1], "registry", 8) == 0 ||
			    strncmp(alone[i - 1], alone[i], 19) <= 0);
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
	    cmocka_unit_test(bytes_that_are_not_the_objects_own_are_found),
	    cmocka_unit_test(another_ref_is_found),
	    cmocka_unit_test(a_repository_that_the_journal_does_not_know_is_found),
	    cmocka_unit_test(what_was_removed_by_a_record_may_be_away_and_nothing_else),
	    cmocka_unit_test(a_key_that_ends_lawfully_stays_good_for_what_it_signed),
	    /* from here on the vault is no longer whole */
	    cmocka_unit_test(a_commit_in_anothers_name_is_found),
	    cmocka_unit_test(a_commit_with_another_author_is_found),
	    cmocka_unit_test(a_commit_of_another_time_is_found),
	    cmocka_unit_test(a_commit_that_differs_from_its_record_is_found),
	    cmocka_unit_test(a_commit_of_an_operator_who_is_none_is_found),
	    cmocka_unit_test(a_commit_after_the_end_of_its_key_is_found),
	    cmocka_unit_test(a_commit_before_its_key_was_registered_is_found),
	    cmocka_unit_test(a_commit_with_a_strange_key_is_found),
	    cmocka_unit_test(a_commit_without_a_record_is_found),
	    cmocka_unit_test(a_key_that_was_changed_later_is_found),
	    cmocka_unit_test(threads_do_not_change_what_is_said),
	    cmocka_unit_test(a_changed_line_of_the_journal_is_found),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
