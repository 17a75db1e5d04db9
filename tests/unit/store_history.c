#include "tests/unit/store_help.h"

static struct vault V;
static struct repo *R;
static struct oid ids[5]; /* the versions that group_setup writes, oldest first */

static void write_history(void)
{
	static const struct pair trailers[] = {
	    {{"Karte-Action", 12}, {"sheet.save", 10}},
	    {{"Karte-Request", 13}, {"9f2c41d0a7b35e18", 16}},
	};
	static const struct change changes[][2] = {
	    {{{"child.md", 8}, {"太郎", 6}}, {{"sheets/a/1.md", 13}, {"1", 1}}},
	    {{{"child.md", 8}, {"次郎", 6}}},
	    {{{"sheets/a/1.md", 13}, {NULL, 0}}, {{"sheets/b/1.md", 13}, {"2", 1}}},
	    {{{"sheets/a/1.md", 13}, {"1", 1}}},
	    {{{"x.md", 4}, {"x", 1}}},
	};
	static const size_t counts[] = {2, 1, 2, 1, 1};
	const struct signer who = vault_signer(&V);

	assert_ok(repo_lock(R));
	for (size_t i = 0; i < 5; i++) {
		struct commit_draft d = draft_of(i ? &ids[i - 1] : NULL, changes[i], counts[i]);
		char sha[SHA256_HEX];
		d.time += (int64_t)i;
		d.trailers = trailers;
		d.trailer_count = 2;
		if (i == 1)
			d.reason = SPAN("名前の訂正\n\nReviewed-by: nobody\n\n二つ目の段落");
		if (i == 2)
			d.reason = SPAN("Fake: trailer");
		assert_ok(commit_prepare(R, &d, V.keys, &who, &ids[i], sha));
		assert_ok(commit_move(R, d.parent, &ids[i]));
	}
	repo_unlock(R);
}

static int group_setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	assert_ok(repo_open(&R, V.store, &V.child));
	write_history();
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	repo_close(R);
	vault_end(&V);
	return 0;
}

/* "4 3 0": which of ids[] a walk met, "?" for others. */
struct met {
	char text[256];
	size_t stop_after;
};

static bool meet(void *arg, const struct version *v)
{
	struct met *m = arg;
	size_t n = strlen(m->text), i = 0;

	while (i < 5 && !oid_eq(&ids[i], &v->id))
		i++;
	snprintf(m->text + n, sizeof m->text - n, i < 5 ? "%zu " : "? ", i);
	return m->stop_after == 0 || --m->stop_after > 0;
}

static void a_walk_goes_from_the_newest_to_the_first(void **state)
{
	struct met m = {0}, two = {.stop_after = 2}, old = {0};

	(void)state;
	assert_ok(history_walk(R, NULL, NULL, meet, &m));
	assert_string_equal(m.text, "4 3 2 1 0 ");
	assert_ok(history_walk(R, NULL, NULL, meet, &two));
	assert_string_equal(two.text, "4 3 ");
	assert_ok(history_walk(R, &ids[2], NULL, meet, &old));
	assert_string_equal(old.text, "2 1 0 ");
}

static void a_walk_along_a_path_meets_what_changed_it(void **state)
{
	static const struct {
		const char *path, *met;
	} rows[] = {
	    {"child.md", "1 0 "}, {"sheets/a/1.md", "3 2 0 "}, {"sheets/b/1.md", "2 "},
	    {"sheets", "3 2 0 "}, {"sheets/a", "3 2 0 "},      {"sheets/b", "2 "},
	    {"x.md", "4 "},	  {"nothing.md", ""},	       {"child.md/x", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct met m = {0};
		assert_ok(history_walk(R, NULL, rows[i].path, meet, &m));
		assert_string_equal(m.text, rows[i].met);
	}
}

static bool check_second(void *arg, const struct version *v)
{
	(void)arg;
	assert_true(oid_eq(&v->id, &ids[1]));
	assert_int_equal(v->parent_count, 1);
	assert_true(oid_eq(&v->parents[0], &ids[0]));
	assert_true(span_is(v->author_name, "田中 花子"));
	assert_true(span_is(v->author_email, "tanaka@vault.example"));
	assert_true(span_is(v->committer_name, "Karte"));
	assert_true(span_is(v->committer_email, "karte@vault.example"));
	assert_int_equal(v->time, 1795000001);
	assert_int_equal(v->author_time, 1795000001);
	assert_true(span_is(v->subject, "kyoiku-shien/2026: save"));
	assert_true(span_is(v->reason, "名前の訂正\n\nReviewed-by: nobody\n\n二つ目の段落"));
	assert_int_equal(v->trailer_count, 3);
	assert_true(span_is(version_trailer(v, "Karte-Action"), "sheet.save"));
	assert_true(span_is(version_trailer(v, "Karte-Request"), "9f2c41d0a7b35e18"));
	assert_true(span_starts(version_trailer(v, "Karte-Digest"), SPAN("sha256:")));
	assert_null(version_trailer(v, "Reviewed-by").p);
	assert_null(version_trailer(v, "karte-action").p);
	assert_true(v->has_signature);
	return true;
}

static void a_version_tells_all_that_its_commit_says(void **state)
{
	(void)state;
	assert_ok(history_one(R, &ids[1], check_second, NULL));
}

static bool check_third(void *arg, const struct version *v)
{
	(void)arg;
	assert_true(span_is(v->reason, "Fake: trailer"));
	assert_null(version_trailer(v, "Fake").p);
	return true;
}

static void a_reason_cannot_pass_for_a_trailer(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_ok(history_one(R, &ids[2], check_third, NULL));
	assert_int_equal(commit_trailer(R, &ids[2], "Fake", &out), ST_NOTFOUND);
	assert_ok(commit_trailer(R, &ids[2], "Karte-Action", &out));
	assert_string_equal(buf_str(&out), "sheet.save");
	buf_clear(&out);
}

static void the_signature_of_each_version_is_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct buf sig, bytes;
		struct verdict v;
		buf_init(&sig, SIGNATURE_MAX);
		buf_init(&bytes, 65536);
		assert_ok(commit_signature(R, &ids[i], &sig, &bytes));
		assert_ok(verify_detached(V.keys, buf_span(&bytes), buf_span(&sig), &v));
		assert_int_equal(v.state, SIGN_GOOD);
		assert_string_equal(v.fpr, V.fpr);
		assert_ok(commit_digest_check(R, &ids[i]));
		buf_clear(&bytes);
		buf_clear(&sig);
	}
}

struct listed {
	char text[512];
};

static enum status list(void *arg, const struct changed_path *c)
{
	static const char kinds[] = "+*-";
	struct listed *l = arg;
	size_t n = strlen(l->text);

	snprintf(l->text + n, sizeof l->text - n, "%c%.*s%s%s ", kinds[c->kind], SPAN_ARG(c->path),
		 oid_none(&c->before) ? "" : " b", oid_none(&c->after) ? "" : " a");
	return ST_OK;
}

static enum status refuse(void *arg, const struct changed_path *c)
{
	(void)arg;
	(void)c;
	return ST_DENIED;
}

static void changed_paths_are_those_of_this_version_alone(void **state)
{
	static const char *const expected[] = {"+child.md a +sheets/a/1.md a ", "*child.md b a ",
					       "-sheets/a/1.md b +sheets/b/1.md a ",
					       "+sheets/a/1.md a ", "+x.md a "};
	struct oid none = {{7}};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct listed l = {""};
		assert_ok(commit_changed_paths(R, &ids[i], list, &l));
		assert_string_equal(l.text, expected[i]);
	}
	assert_int_equal(commit_changed_paths(R, &ids[0], refuse, NULL), ST_DENIED);
	assert_int_equal(commit_changed_paths(R, &none, refuse, NULL), ST_NOTFOUND);
}

static bool never(void *arg, const struct version *v)
{
	(void)arg;
	(void)v;
	assert_true(false);
	return false;
}

static void an_unknown_id_is_not_found(void **state)
{
	struct oid none = {{7}}, blob;
	struct buf a;

	(void)state;
	buf_init(&a, 100);
	assert_ok(repo_blob_id(R, NULL, "child.md", &blob));
	assert_int_equal(history_walk(R, &none, NULL, never, NULL), ST_NOTFOUND);
	assert_int_equal(history_one(R, &none, never, NULL), ST_NOTFOUND);
	assert_int_equal(history_one(R, &blob, never, NULL), ST_NOTFOUND);
	assert_int_equal(commit_signature(R, &blob, &a, &a), ST_NOTFOUND);
	assert_int_equal(commit_digest_check(R, &none), ST_NOTFOUND);
	buf_clear(&a);
}

static void only_versions_of_the_branch_are_contained(void **state)
{
	const struct signer who = vault_signer(&V);
	const struct change c = {SPAN("y.md"), SPAN("y")};
	struct commit_draft d = draft_of(&ids[4], &c, 1);
	struct oid prepared, none = {{7}};
	char sha[SHA256_HEX];
	bool in = false;

	(void)state;
	assert_ok(history_contains(R, &ids[0], &in));
	assert_true(in);
	assert_ok(repo_lock(R));
	assert_ok(commit_prepare(R, &d, V.keys, &who, &prepared, sha));
	repo_unlock(R);
	assert_ok(history_contains(R, &prepared, &in));
	assert_false(in);
	assert_ok(history_contains(R, &none, &in));
	assert_false(in);
}

/* ---- commits that others made ---- */

/* Writes a commit object from text in which %s is the tree of the newest version. */
static struct oid forge(const char *command)
{
	char line[8192], path[PATH_MAX + 8];
	struct buf out;
	struct oid id;

	snprintf(line, sizeof line,
		 "{ t=$(git rev-parse main^{tree}); p=$(git rev-parse main); %s; } "
		 "| git hash-object -t commit -w --stdin --literally "
		 ">../../../forged",
		 command);
	assert_int_equal(in_repo(&V, line), 0);
	snprintf(path, sizeof path, "%s/forged", V.dir);
	buf_init(&out, 100);
	assert_ok(file_read(path, &out));
	assert_true(oid_parse(span_trim(buf_span(&out)), &id));
	buf_clear(&out);
	return id;
}

#define PEOPLE "author A <a@b> 1 +0900\\ncommitter C <c@d> 2 +0000\\n"

static bool copy(void *arg, const struct version *v)
{
	*(struct version *)arg = *v;
	return true;
}

static void an_unsigned_commit_and_a_merge_are_told_as_such(void **state)
{
	struct oid plain = forge("printf \"tree $t\\nparent $p\\n" PEOPLE "\\nhello\\n\"");
	struct oid merge = forge("printf \"tree $t\\nparent $p\\nparent $(git rev-parse main~1)\\n"
				 "parent $(git rev-parse main~2)\\n" PEOPLE "\\nhello\\n\"");
	struct version v;
	struct buf sig, bytes;
	struct met m = {0};

	(void)state;
	buf_init(&sig, 100);
	buf_init(&bytes, 1000);
	assert_ok(history_one(R, &plain, copy, &v));
	assert_false(v.has_signature);
	assert_int_equal(v.author_time, 1);
	assert_int_equal(v.time, 2);
	assert_int_equal(v.trailer_count, 0);
	assert_ok(commit_signature(R, &plain, &sig, &bytes));
	assert_int_equal(sig.len, 0);
	assert_true(span_starts(buf_span(&bytes), SPAN("tree ")));
	assert_int_equal(commit_digest_check(R, &plain), ST_NOTFOUND);
	assert_ok(history_one(R, &merge, copy, &v));
	assert_int_equal(v.parent_count, 3);
	assert_true(oid_eq(&v.parents[0], &ids[4]));
	assert_true(oid_eq(&v.parents[1], &ids[3]));
	assert_ok(history_walk(R, &merge, NULL, meet, &m));
	assert_string_equal(m.text, "? 4 3 2 1 0 ");
	buf_clear(&bytes);
	buf_clear(&sig);
}

static void only_the_header_gpgsig_is_a_signature(void **state)
{
	struct oid in_message = forge("printf \"tree $t\\n" PEOPLE "\\nx\\n\\ngpgsig y\\n z\\n\"");
	struct oid other = forge("printf \"tree $t\\n" PEOPLE "gpgsig-sha256 y\\n z\\n\\nx\\n\"");
	struct oid twice =
	    forge("printf \"tree $t\\n" PEOPLE "gpgsig y\\n z\\ngpgsig w\\n\\nx\\n\"");
	struct oid folded = forge("printf \"tree $t\\n" PEOPLE "gpgsig a\\n \\n b\\nextra c\\n d\\n"
				  "\\nx\\n\"");
	struct version v;
	struct buf sig, bytes;

	(void)state;
	buf_init(&sig, 1000);
	buf_init(&bytes, 1000);
	assert_ok(history_one(R, &in_message, copy, &v));
	assert_false(v.has_signature);
	assert_ok(history_one(R, &other, copy, &v));
	assert_false(v.has_signature);
	assert_ok(history_one(R, &twice, copy, &v));
	assert_true(v.has_signature);
	assert_int_equal(commit_signature(R, &twice, &sig, &bytes), ST_CORRUPT);
	assert_int_equal(sig.len, 0);
	assert_ok(commit_signature(R, &folded, &sig, &bytes));
	assert_string_equal(buf_str(&sig), "a\n\nb\n");
	assert_true(
	    span_ends(buf_span(&bytes), SPAN("committer C <c@d> 2 +0000\nextra c\n d\n\nx\n")));
	buf_clear(&bytes);
	buf_clear(&sig);
}

static void a_false_digest_is_found(void **state)
{
	static const char zeros[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";
	static const char *const forms[] = {
	    "\\nx\\n\\nKarte-Digest: sha256:%s\\n",
	    "\\nx\\n\\nKarte-Digest: %s\\n",
	    "\\nx\\n\\nKarte-Digest: sha256:$d\\nKarte-Digest: sha256:%s\\n",
	    "\\nx\\n\\nKarte-Digest: sha256:$d%.1s\\n",
	};
	struct oid good;

	(void)state;
	good = forge("d=$(git log -1 --format='%(trailers:key=Karte-Digest,valueonly)' main | "
		     "cut -c8- | head -1); printf \"tree $t\\n" PEOPLE
		     "\\nx\\n\\nKarte-Digest: sha256:$d\\n\"");
	assert_ok(commit_digest_check(R, &good));
	for (size_t i = 0; i < 4; i++) {
		char line[1024], tail[256];
		struct oid bad;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(tail, sizeof tail, forms[i], zeros);
#pragma GCC diagnostic pop
		snprintf(line, sizeof line,
			 "d=$(git log -1 --format='%%(trailers:key=Karte-Digest,valueonly)' main | "
			 "cut -c8- | head -1); printf \"tree $t\\n" PEOPLE "%s\"",
			 tail);
		bad = forge(line);
		assert_int_equal(commit_digest_check(R, &bad), ST_CORRUPT);
	}
}

static void a_commit_that_cannot_be_read_is_corrupt(void **state)
{
	static const char *const forms[] = {
	    "printf ''",
	    "printf 'tree x\\n'",
	    "printf \"tree $t\\n\"",
	    "printf \"tree $t\\nauthor A <a@b> 1 +0000\\n\\nx\\n\"",
	    "printf \"tree $t\\nauthor A a@b 1 +0000\\ncommitter C <c@d> 2 +0000\\n\\nx\\n\"",
	    "printf \"tree $t\\nauthor A <a@b> x +0000\\ncommitter C <c@d> 2 +0000\\n\\nx\\n\"",
	    "printf \"parent $p\\ntree $t\\n" PEOPLE "\\nx\\n\"",
	    "printf \"tree $t\\nparent 123\\n" PEOPLE "\\nx\\n\"",
	    "printf \"tree $t\\n" PEOPLE "gpgsig x\"",
	    "printf \"tree $t\\n" PEOPLE "\\n\\377\\n\"",
	    "printf \"tree $t\\n" PEOPLE "\\nx\\0y\\n\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct oid id = forge(forms[i]);
		struct version v;
		if (history_one(R, &id, copy, &v) != ST_CORRUPT)
			fail_msg("read: %s", forms[i]);
	}
}

static void a_commit_without_message_is_read(void **state)
{
	struct oid bare = forge("printf \"tree $t\\n" PEOPLE "\\n\"");
	struct oid none = forge("printf \"tree $t\\n" PEOPLE "\"");
	struct oid only = forge("printf \"tree $t\\n" PEOPLE "\\nA: b\\n\"");
	struct oid joined = forge("printf \"tree $t\\n" PEOPLE "\\nsubject\\nA: b\\n\\n\\n\"");
	struct version v;

	(void)state;
	assert_ok(history_one(R, &bare, copy, &v));
	assert_int_equal(v.subject.n + v.reason.n + v.trailer_count, 0);
	assert_ok(history_one(R, &none, copy, &v));
	assert_int_equal(v.subject.n + v.reason.n + v.trailer_count, 0);
	assert_ok(history_one(R, &only, copy, &v));
	assert_int_equal(v.trailer_count, 0);
	assert_ok(history_one(R, &joined, copy, &v));
	assert_int_equal(v.trailer_count, 0);
}

static void a_lost_parent_is_corruption_and_not_the_end(void **state)
{
	struct oid orphan =
	    forge("printf \"tree $t\\nparent 1234567890123456789012345678901234567890\\n" PEOPLE
		  "\\nx\\n\"");
	struct met m = {0};

	(void)state;
	assert_int_equal(history_walk(R, &orphan, NULL, meet, &m), ST_CORRUPT);
	assert_int_equal(history_walk(R, &orphan, "child.md", meet, &m), ST_CORRUPT);
	assert_string_equal(m.text, "");
}

/* Saving may believe what it remembers of a content; verifying reads it. */
static void verifying_reads_every_content_anew(void **state)
{
	const char *const break_it = "f=$(git rev-parse main:x.md | sed 's|^..|objects/&/|') && "
				     "cp $f ../../../kept && chmod u+w $f && printf x >$f";

	(void)state;
	assert_ok(commit_digest_check(R, &ids[4]));
	assert_int_equal(in_repo(&V, break_it), 0);
	assert_int_equal(commit_digest_check(R, &ids[4]), ST_CORRUPT);
	assert_int_equal(in_repo(&V, "f=$(git rev-parse main:x.md | sed 's|^..|objects/&/|') && "
				     "cp ../../../kept $f"),
			 0);
	assert_ok(commit_digest_check(R, &ids[4]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_walk_goes_from_the_newest_to_the_first),
	    cmocka_unit_test(a_walk_along_a_path_meets_what_changed_it),
	    cmocka_unit_test(a_version_tells_all_that_its_commit_says),
	    cmocka_unit_test(a_reason_cannot_pass_for_a_trailer),
	    cmocka_unit_test(the_signature_of_each_version_is_good),
	    cmocka_unit_test(changed_paths_are_those_of_this_version_alone),
	    cmocka_unit_test(an_unknown_id_is_not_found),
	    cmocka_unit_test(only_versions_of_the_branch_are_contained),
	    cmocka_unit_test(an_unsigned_commit_and_a_merge_are_told_as_such),
	    cmocka_unit_test(only_the_header_gpgsig_is_a_signature),
	    cmocka_unit_test(a_false_digest_is_found),
	    cmocka_unit_test(a_commit_that_cannot_be_read_is_corrupt),
	    cmocka_unit_test(a_commit_without_message_is_read),
	    cmocka_unit_test(a_lost_parent_is_corruption_and_not_the_end),
	    cmocka_unit_test(verifying_reads_every_content_anew),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
