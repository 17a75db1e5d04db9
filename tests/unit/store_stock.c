/* What an auditor sees with stock git and gpg, who has nothing of ours. */
#include "tests/unit/store_help.h"

static struct vault V;
static struct repo *R;
static struct oid head;

static int setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	assert_ok(repo_open(&R, V.store, &V.child));
	assert_ok(vault_save(&V, R, "child.md", "太郎\n", &head));
	assert_ok(vault_save(&V, R, "sheets/a/1.md", "1\n", &head));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	in_repo(&V, "gpgconf --kill all");
	repo_close(R);
	vault_end(&V);
	return 0;
}

static void give_public_key(void)
{
	struct buf key;
	char path[PATH_MAX + 16];

	buf_init(&key, 65536);
	assert_ok(key_export(V.keys, V.fpr, &key));
	snprintf(path, sizeof path, "%s/key.asc", V.dir);
	assert_ok(file_write(path, buf_span(&key), 0600));
	assert_int_equal(in_repo(&V, "mkdir -m 700 $GNUPGHOME && gpg --batch -q --import "
				     "../../../key.asc 2>/dev/null"),
			 0);
	buf_clear(&key);
}

static void without_the_public_key_nothing_is_verified(void **state)
{
	(void)state;
	assert_int_equal(in_repo(&V, "mkdir -m 700 $GNUPGHOME"), 0);
	assert_int_equal(in_repo(&V, "git verify-commit main 2>/dev/null"), 1);
	assert_prints(&V, "git log -1 --format=%G? main", "E\n");
}

static void git_verifies_every_commit(void **state)
{
	char expected[256];

	(void)state;
	give_public_key();
	assert_int_equal(in_repo(&V, "git verify-commit main main~1 2>/dev/null"), 0);
	assert_int_equal(in_repo(&V, "git log --show-signature -1 main 2>&1 | "
				     "grep -q 'Good signature from \"田中 花子'"),
			 0);
	/* U is a good signature by a key that this user has not marked as trusted */
	snprintf(expected, sizeof expected, "U %s\nU %s\n", V.fpr, V.fpr);
	assert_prints(&V, "git log --format='%G? %GF' main", expected);
	assert_prints(&V, "git fsck --strict --full", "");
}

static void gpg_verifies_the_bare_signature(void **state)
{
	struct buf sig, bytes;
	char path[PATH_MAX + 16];

	(void)state;
	buf_init(&sig, 65536);
	buf_init(&bytes, 65536);
	give_public_key();
	assert_ok(commit_signature(R, &head, &sig, &bytes));
	snprintf(path, sizeof path, "%s/sig", V.dir);
	assert_ok(file_write(path, buf_span(&sig), 0600));
	snprintf(path, sizeof path, "%s/bytes", V.dir);
	assert_ok(file_write(path, buf_span(&bytes), 0600));
	assert_int_equal(
	    in_repo(&V, "gpg --batch --verify ../../../sig ../../../bytes 2>/dev/null"), 0);
	assert_int_equal(in_repo(&V, "printf x >>../../../bytes && gpg --batch --verify "
				     "../../../sig ../../../bytes 2>/dev/null"),
			 1);
	buf_clear(&bytes);
	buf_clear(&sig);
}

static void a_clone_is_whole(void **state)
{
	(void)state;
	assert_prints(&V,
		      "git clone -q . ../../../clone && cd ../../../clone && git fsck --strict && "
		      "cat child.md sheets/a/1.md && git status --short",
		      "太郎\n1\n");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(without_the_public_key_nothing_is_verified),
	    CASE(git_verifies_every_commit),
	    CASE(gpg_verifies_the_bare_signature),
	    CASE(a_clone_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
