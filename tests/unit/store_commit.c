#include "tests/unit/store_help.h"

#include <git2.h>

static struct vault V;
static struct repo *R;

static int group_setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

/* Each test begins with an empty repository, open and locked. */
static int setup(void **state)
{
	(void)state;
	if (repo_exists(V.store, &V.child))
		assert_ok(repo_remove(V.store, &V.child));
	assert_ok(repo_create(V.store, &V.child));
	assert_ok(repo_open(&R, V.store, &V.child));
	assert_ok(repo_lock(R));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	repo_close(R);
	return 0;
}

static enum status prepare(const struct commit_draft *d, struct oid *id)
{
	const struct signer who = vault_signer(&V);
	char sha[SHA256_HEX];

	return commit_prepare(R, d, V.keys, &who, id, sha);
}

/* Prepares and moves; the new head. */
static struct oid write_version(const struct oid *parent, const struct change *changes,
				size_t count)
{
	struct commit_draft d = draft_of(parent, changes, count);
	struct oid id;

	assert_ok(prepare(&d, &id));
	assert_ok(commit_move(R, parent, &id));
	return id;
}

static const struct change two[] = {
    {{"sheets/kyoiku-shien/2026.md", 27}, {"目標\n", 7}},
    {{"child.md", 8}, {"", 0}},
};

static struct oid first_version(void)
{
	return write_version(NULL, two, 2);
}

static void nobody_sees_a_commit_before_the_branch_moves(void **state)
{
	struct commit_draft d = draft_of(NULL, two, 2);
	struct oid id, head;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_ok(prepare(&d, &id));
	assert_int_equal(repo_head(R, &head), ST_NOTFOUND);
	assert_ok(repo_read(R, &id, "sheets/kyoiku-shien/2026.md", &out));
	assert_ok(commit_move(R, NULL, &id));
	assert_ok(repo_head(R, &head));
	assert_true(oid_eq(&head, &id));
	assert_string_equal(buf_str(&out), "目標\n");
	buf_clear(&out);
}

/* The bytes before the signature are a contract (design 7): all of them. */
static void a_commit_reads_exactly_as_promised(void **state)
{
	static const struct pair trailers[] = {
	    {{"Karte-Action", 12}, {"sheet.save", 10}},
	    {{"Karte-Account", 13}, {"tanaka", 6}},
	};
	const struct signer who = vault_signer(&V);
	struct commit_draft d = draft_of(NULL, two, 2);
	struct oid id;
	char sha[SHA256_HEX], expected_sha[SHA256_HEX], line[256];
	struct buf out;

	(void)state;
	d.reason = SPAN("\r\n進学に向けて\r\n\r\nKarte-Action: sheet.finalise\n\n");
	d.trailers = trailers;
	d.trailer_count = 2;
	assert_ok(commit_prepare(R, &d, V.keys, &who, &id, sha));
	assert_ok(commit_move(R, NULL, &id));
	assert_prints(&V, "git cat-file commit main | sed '/^gpgsig/,/END PGP SIGNATURE/d'",
		      "tree 9e941ffedc4cb8617aed658f5267791f8e170c61\n"
		      "author 田中 花子 <tanaka@vault.example> 1795000000 +0000\n"
		      "committer Karte <karte@vault.example> 1795000000 +0000\n"
		      "\n"
		      "kyoiku-shien/2026: save\n"
		      "\n"
		      "進学に向けて\n"
		      "\n"
		      "Karte-Action: sheet.finalise\n"
		      "\n"
		      "Karte-Action: sheet.save\n"
		      "Karte-Account: tanaka\n"
		      "Karte-Digest: "
		      "sha256:4492f8a414889a401f5953accfe5aa92357a1a8a115fd15f3b079b846843edc7\n");
	/* the digest by other means than ours */
	assert_prints(&V,
		      "git ls-tree -r --name-only main | LC_ALL=C sort | while read -r f; do "
		      "printf '%s %s\\n' \"$f\" $(git cat-file blob main:$f | sha256sum | "
		      "cut -c1-64); done | sha256sum | cut -c1-64 >../../../d; git log -1 "
		      "--format='%(trailers:key=Karte-Digest,valueonly)' | head -1 | "
		      "cut -c8- | cmp - ../../../d",
		      "");
	assert_prints(&V, "git log -1 --format='%(trailers:key=Karte-Action,valueonly)'",
		      "sheet.save\n\n");
	buf_init(&out, 65536);
	snprintf(line, sizeof line, "git cat-file commit main >../../../raw");
	assert_int_equal(in_repo(&V, line), 0);
	snprintf(line, sizeof line, "%.200s/raw", V.dir);
	assert_ok(file_read(line, &out));
	sha256_hex(buf_span(&out), expected_sha);
	assert_string_equal(sha, expected_sha);
	/* no line of the signature's header is a lone space, as git itself writes it */
	assert_true(span_find(buf_span(&out), SPAN("\n \n\n")) < 0);
	buf_clear(&out);
}

static void the_digest_of_the_tree_is_that_of_its_files(void **state)
{
	struct commit_draft d = draft_of(NULL, NULL, 0);
	struct oid id;
	char digest[SHA256_HEX], line[256];

	(void)state;
	id = first_version();
	assert_ok(commit_digest(R, &id, digest));
	snprintf(line, sizeof line, "%s\n", digest);
	assert_prints(&V,
		      "{ printf 'child.md %s\\n' $(printf '' | sha256sum | cut -c1-64); "
		      "printf 'sheets/kyoiku-shien/2026.md %s\\n' "
		      "$(printf '目標\\n' | sha256sum | cut -c1-64); } | sha256sum | cut -c1-64",
		      line);
	d.parent = &id;
	d.allow_empty = true;
	assert_ok(prepare(&d, &id));
	assert_ok(commit_digest_check(R, &id));
}

/* "a.b" < "a/b" < "a0" by bytes: that is git's own order of a tree gone through. */
static void the_digest_is_over_paths_in_the_order_of_bytes(void **state)
{
	static const struct change odd[] = {
	    {{"a0", 2}, {"1", 1}},     {{"a/b", 3}, {"2", 1}},		 {{"a.b", 3}, {"3", 1}},
	    {{"a/b.md", 6}, {"4", 1}}, {{"支援/計画.md", 16}, {"5", 1}},
	};
	struct oid id;
	char digest[SHA256_HEX], line[256];

	(void)state;
	id = write_version(NULL, odd, 5);
	assert_ok(commit_digest(R, &id, digest));
	snprintf(line, sizeof line, "%s\n", digest);
	assert_prints(&V,
		      "for f in a.b=3 a/b=2 a/b.md=4 a0=1 支援/計画.md=5; do printf '%s %s\\n' "
		      "${f%=*} $(printf ${f#*=} | sha256sum | cut -c1-64); done | sha256sum | "
		      "cut -c1-64",
		      line);
}

static void files_are_edited_and_removed_and_empty_folders_go(void **state)
{
	static const struct change edit[] = {{{"child.md", 8}, {"太郎\n", 7}}};
	static const struct change move[] = {
	    {{"sheets/kyoiku-shien/2026.md", 27}, {NULL, 0}},
	    {{"sheets/a/b/1.md", 15}, {"1", 1}},
	};
	static const struct change remove[] = {{{"sheets/a/b/1.md", 15}, {NULL, 0}}};
	static const struct change last[] = {{{"child.md", 8}, {NULL, 0}}};
	struct oid id = first_version();

	(void)state;
	id = write_version(&id, edit, 1);
	id = write_version(&id, move, 2);
	assert_prints(&V, "git ls-tree -r -t --name-only main",
		      "child.md\nsheets\nsheets/a\nsheets/a/b\nsheets/a/b/1.md\n");
	id = write_version(&id, remove, 1);
	assert_prints(&V, "git ls-tree -r -t --name-only main", "child.md\n");
	id = write_version(&id, last, 1);
	assert_prints(&V, "git ls-tree -r -t --name-only main", "");
	assert_ok(commit_digest_check(R, &id));
	assert_prints(&V, "git fsck --strict --no-dangling", "");
	assert_prints(&V, "git rev-list --count main", "5\n");
}

static void a_commit_that_changes_nothing_is_told_so(void **state)
{
	static const struct change same[] = {{{"child.md", 8}, {"", 0}}};
	struct oid first = first_version(), id, head;
	struct commit_draft d = draft_of(&first, same, 1);

	(void)state;
	assert_int_equal(prepare(&d, &id), ST_EXISTS);
	assert_true(oid_none(&id));
	d.change_count = 0;
	assert_int_equal(prepare(&d, &id), ST_EXISTS);
	d.allow_empty = true;
	assert_ok(prepare(&d, &id));
	assert_ok(commit_move(R, &first, &id));
	assert_ok(repo_head(R, &head));
	assert_true(oid_eq(&head, &id));
}

static void an_empty_first_commit_needs_permission(void **state)
{
	struct commit_draft d = draft_of(NULL, NULL, 0);
	struct oid id;

	(void)state;
	assert_int_equal(prepare(&d, &id), ST_EXISTS);
	d.allow_empty = true;
	assert_ok(prepare(&d, &id));
	assert_ok(commit_digest_check(R, &id));
}

static void paths_that_would_leave_the_tree_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",	    "/",      "/a",	     "a/",	 "a//b",
	    "..",   "a/../b", ".git/config", "a/.git",	 ".",
	    "a\\b", "a\nb",   "\xff",	     "\xe3\x81", "1/2/3/4/5/6/7/8/9",
	};
	struct oid id;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct change c = {span_of(bad[i]), SPAN("x")};
		struct commit_draft d = draft_of(NULL, &c, 1);
		if (prepare(&d, &id) != ST_INVALID)
			fail_msg("written: %s", bad[i]);
	}
}

static void a_path_is_a_file_or_a_folder_but_not_both(void **state)
{
	static const struct change twice[] = {{{"a", 1}, {"1", 1}}, {{"a", 1}, {"2", 1}}};
	static const struct change both[] = {{{"a/b", 3}, {"1", 1}}, {{"a", 1}, {"2", 1}}};
	static const struct change over_folder[] = {{{"sheets", 6}, {"1", 1}}};
	static const struct change under_file[] = {{{"child.md/x", 10}, {"1", 1}}};
	static const struct change no_folder[] = {{{"sheets", 6}, {NULL, 0}}};
	static const struct change absent[] = {{{"sheets/x.md", 11}, {NULL, 0}}};
	static const struct change absent_folder[] = {{{"no/x.md", 7}, {NULL, 0}}};
	const struct {
		const struct change *c;
		size_t n;
		enum status st;
	} rows[] = {
	    {twice, 2, ST_INVALID},	     {both, 2, ST_INVALID},
	    {over_folder, 1, ST_INVALID},    {under_file, 1, ST_INVALID},
	    {no_folder, 1, ST_INVALID},	     {absent, 1, ST_NOTFOUND},
	    {absent_folder, 1, ST_NOTFOUND},
	};
	struct oid first = first_version(), id;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct commit_draft d = draft_of(&first, rows[i].c, rows[i].n);
		assert_int_equal(prepare(&d, &id), rows[i].st);
	}
}

static void texts_that_could_pass_for_something_else_are_refused(void **state)
{
	const struct pair twice[] = {{SPAN("A"), SPAN("1")}, {SPAN("A"), SPAN("2")}};
	const struct pair digest[] = {{SPAN("Karte-Digest"), SPAN("sha256:00")}};
	const struct pair split[] = {{SPAN("A"), SPAN("1\nB: 2")}};
	const struct pair named[] = {{SPAN("A: B"), SPAN("1")}};
	const struct pair empty[] = {{SPAN("A"), SPAN("")}};
	const struct pair *const trailers[] = {twice, digest, split, named, empty};
	struct commit_draft d = draft_of(NULL, two, 2), bad;
	struct oid id;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		bad = d;
		bad.trailers = trailers[i];
		bad.trailer_count = i ? 1 : 2;
		assert_int_equal(prepare(&bad, &id), ST_INVALID);
	}
	bad = d;
	bad.subject = SPAN("two\nlines");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad.subject = SPAN("");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad = d;
	bad.reason = SPAN("bell \a");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad.reason = SPAN("not UTF-8 \xff");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad = d;
	bad.author_name = SPAN("a <root@b>");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad.author_name = SPAN("a\ncommitter b");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad.author_name = SPAN("");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad = d;
	bad.committer_email = SPAN("a b@c");
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	bad = d;
	bad.time = -1;
	assert_int_equal(prepare(&bad, &id), ST_INVALID);
	assert_ok(prepare(&d, &id));
}

static void a_wrong_passphrase_writes_no_commit(void **state)
{
	const struct signer wrong = {V.fpr, SPAN("guess")};
	struct commit_draft d = draft_of(NULL, two, 2);
	struct oid id, head;
	char sha[SHA256_HEX];

	(void)state;
	assert_int_equal(commit_prepare(R, &d, V.keys, &wrong, &id, sha), ST_DENIED);
	assert_true(oid_none(&id));
	assert_string_equal(sha, "");
	assert_int_equal(repo_head(R, &head), ST_NOTFOUND);
	assert_prints(&V,
		      "git cat-file --batch-all-objects --batch-check='%(objecttype)' | "
		      "grep -c commit || true",
		      "0\n");
}

static void without_the_lock_nothing_is_written(void **state)
{
	struct commit_draft d = draft_of(NULL, two, 2);
	struct oid id;

	(void)state;
	assert_ok(prepare(&d, &id));
	repo_unlock(R);
	assert_int_equal(commit_move(R, NULL, &id), ST_BUG);
	assert_int_equal(prepare(&d, &id), ST_BUG);
}

static void a_writer_who_saw_an_older_version_is_stale(void **state)
{
	static const struct change edit[] = {{{"child.md", 8}, {"1", 1}}};
	static const struct change other[] = {{{"child.md", 8}, {"2", 1}}};
	struct oid first = first_version(), second, id, late;
	struct commit_draft d = draft_of(&first, other, 1);

	(void)state;
	assert_ok(prepare(&d, &late));
	second = write_version(&first, edit, 1);
	assert_int_equal(prepare(&d, &id), ST_STALE);
	d.parent = NULL;
	assert_int_equal(prepare(&d, &id), ST_STALE);
	/* one that was prepared in time, but moves too late */
	assert_int_equal(commit_move(R, &first, &late), ST_STALE);
	assert_int_equal(commit_move(R, NULL, &late), ST_STALE);
	assert_ok(repo_head(R, &id));
	assert_true(oid_eq(&id, &second));
}

static void a_move_that_happened_already_is_good(void **state)
{
	struct oid first = first_version(), head;

	(void)state;
	assert_ok(commit_move(R, NULL, &first));
	assert_ok(commit_move(R, &first, &first));
	assert_ok(repo_head(R, &head));
	assert_true(oid_eq(&head, &first));
	assert_prints(&V, "find . -name logs", "");
}

static void a_branch_never_goes_back_or_aside(void **state)
{
	static const struct change edit[] = {{{"child.md", 8}, {"1", 1}}};
	struct oid first = first_version(), second = write_version(&first, edit, 1);
	struct oid none = {{1, 2, 3}}, head;

	(void)state;
	assert_int_equal(commit_move(R, &second, &first), ST_INVALID);
	assert_int_equal(commit_move(R, &second, &none), ST_NOTFOUND);
	assert_ok(repo_head(R, &head));
	assert_true(oid_eq(&head, &second));
}

/* A first version must not be put in the place of a branch that appeared meanwhile. */
static void a_first_version_fails_when_there_is_one(void **state)
{
	struct commit_draft d = draft_of(NULL, two, 1);
	struct oid late, head, first;

	(void)state;
	assert_ok(prepare(&d, &late));
	first = first_version();
	assert_int_equal(commit_move(R, NULL, &late), ST_STALE);
	assert_ok(repo_head(R, &head));
	assert_true(oid_eq(&head, &first));
}

static void a_foreign_lock_of_the_branch_stops_the_move_and_not_more(void **state)
{
	struct commit_draft d = draft_of(NULL, two, 2);
	struct oid id, head;

	(void)state;
	assert_ok(prepare(&d, &id));
	assert_int_equal(in_repo(&V, "touch refs/heads/main.lock"), 0);
	assert_int_equal(commit_move(R, NULL, &id), ST_BUSY);
	assert_int_equal(repo_head(R, &head), ST_NOTFOUND);
	repo_unlock(R);
	assert_ok(repo_lock(R));
	assert_ok(commit_move(R, NULL, &id));
}

static void a_big_file_is_kept_byte_for_byte(void **state)
{
	size_t n = 5 << 20;
	char *bytes = malloc(n);
	struct change c = {SPAN("files/f1/写真 1.jpg"), SPAN_NONE};
	struct oid id;
	struct buf out;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	c.bytes = span_make(bytes, n);
	id = write_version(NULL, &c, 1);
	buf_init(&out, n);
	assert_ok(repo_read(R, &id, "files/f1/写真 1.jpg", &out));
	assert_int_equal(out.len, n);
	assert_memory_equal(out.data, bytes, n);
	buf_clear(&out);
	free(bytes);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nobody_sees_a_commit_before_the_branch_moves),
	    CASE(a_commit_reads_exactly_as_promised),
	    CASE(the_digest_of_the_tree_is_that_of_its_files),
	    CASE(the_digest_is_over_paths_in_the_order_of_bytes),
	    CASE(files_are_edited_and_removed_and_empty_folders_go),
	    CASE(a_commit_that_changes_nothing_is_told_so),
	    CASE(an_empty_first_commit_needs_permission),
	    CASE(paths_that_would_leave_the_tree_are_refused),
	    CASE(a_path_is_a_file_or_a_folder_but_not_both),
	    CASE(texts_that_could_pass_for_something_else_are_refused),
	    CASE(a_wrong_passphrase_writes_no_commit),
	    CASE(without_the_lock_nothing_is_written),
	    CASE(a_writer_who_saw_an_older_version_is_stale),
	    CASE(a_move_that_happened_already_is_good),
	    CASE(a_branch_never_goes_back_or_aside),
	    CASE(a_first_version_fails_when_there_is_one),
	    CASE(a_foreign_lock_of_the_branch_stops_the_move_and_not_more),
	    CASE(a_big_file_is_kept_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
