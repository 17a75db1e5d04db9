/* Large contents: as stock git sees them, signed over, and damaged ones never given out. */
#include "tests/unit/store_help.h"
#include "vault/store/stream.h"

#include <fcntl.h>

enum { N = 5 * 1024 * 1024 + 17 };
static struct vault v;

static int large_file(void)
{
	char path[] = "/tmp/karte-stream-XXXXXX";
	int fd = mkstemp(path);
	unsigned char piece[4096];
	uint32_t x = 1;

	unlink(path);
	for (size_t at = 0; at < N; at += sizeof piece) {
		size_t n = N - at < sizeof piece ? N - at : sizeof piece;
		for (size_t i = 0; i < n; i++)
			piece[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
		assert_int_equal(write(fd, piece, n), (ssize_t)n);
	}
	return fd;
}

static void sum(int fd, char hex[SHA256_HEX])
{
	char *all = malloc(N);

	assert_int_equal(pread(fd, all, N, 0), N);
	sha256_hex(span_make(all, N), hex);
	free(all);
}

static void commit(struct repo *r, const struct oid *content, struct oid *out)
{
	const struct signer who = vault_signer(&v);
	const struct change change = {SPAN("files/a/b.txt"), change_blob(content)};
	struct commit_draft d = draft_of(NULL, &change, 1);
	char sha[SHA256_HEX];

	assert_ok(repo_lock(r));
	assert_ok(commit_prepare(r, &d, v.keys, &who, out, sha));
	assert_ok(commit_move(r, NULL, out));
	repo_unlock(r);
	/* reads all of it again */
	assert_ok(commit_digest_check(r, out));
}

static void a_large_content_goes_in_and_comes_out(void **state)
{
	char sha[SHA256_HEX], want[SHA256_HEX], command[256];
	struct repo *r;
	struct oid id, version, found;
	size_t bytes;
	int fd = large_file(), out;

	(void)state;
	assert_ok(repo_open(&r, v.store, &v.child));
	assert_ok(repo_put_file(r, fd, N, &id, sha));
	sum(fd, want);
	assert_string_equal(sha, want);
	commit(r, &id, &version);
	assert_ok(repo_blob_id(r, NULL, "files/a/b.txt", &found));
	assert_true(oid_eq(&found, &id));
	snprintf(command, sizeof command,
		 "test \"$(git cat-file blob main:files/a/b.txt | sha256sum)\" = '%s  -'", want);
	assert_int_equal(in_repo(&v, command), 0);
	assert_ok(repo_get_file(r, &id, N, &out, &bytes));
	assert_int_equal(bytes, N);
	sum(out, sha);
	assert_string_equal(sha, want);
	close(out);
	assert_int_equal(repo_get_file(r, &id, N - 1, &out, &bytes), ST_TOOBIG);
	assert_int_equal(out, -1);
	/* what an operator packs is read, too */
	assert_int_equal(in_repo(&v, "git repack -adq"), 0);
	repo_close(r);
	store_close(v.store);
	assert_ok(store_open(&v.store, v.dir));
	assert_ok(repo_open(&r, v.store, &v.child));
	assert_ok(repo_get_file(r, &id, N, &out, &bytes));
	sum(out, sha);
	assert_string_equal(sha, want);
	close(out);
	repo_close(r);
	close(fd);
}

static void a_file_that_is_shorter_than_said_is_not_written(void **state)
{
	char sha[SHA256_HEX];
	struct repo *r;
	struct oid id;
	int fd = large_file();

	(void)state;
	assert_ok(repo_open(&r, v.store, &v.child));
	assert_int_equal(repo_put_file(r, fd, N + 1, &id, sha), ST_IO);
	assert_true(oid_none(&id));
	repo_close(r);
	close(fd);
}

static void another_content_under_an_id_is_not_given_out(void **state)
{
	char sha[SHA256_HEX];
	struct repo *r;
	struct oid a, b;
	size_t bytes;
	int fd = large_file(), out;
	char command[512], ha[OID_HEX], hb[OID_HEX];

	(void)state;
	assert_ok(repo_open(&r, v.store, &v.child));
	assert_ok(repo_put_file(r, fd, N - 5, &a, sha));
	assert_ok(repo_put_file(r, fd, N - 6, &b, sha));
	oid_hex(&a, ha);
	oid_hex(&b, hb);
	snprintf(command, sizeof command, "cp -f objects/%.2s/%s objects/%.2s/%s", hb, hb + 2, ha,
		 ha + 2);
	assert_int_equal(in_repo(&v, command), 0);
	assert_int_equal(repo_get_file(r, &a, N, &out, &bytes), ST_CORRUPT);
	assert_int_equal(out, -1);
	repo_close(r);
	close(fd);
}

static int start(void **state)
{
	(void)state;
	vault_make(&v, true);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	vault_end(&v);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_large_content_goes_in_and_comes_out),
	    cmocka_unit_test(a_file_that_is_shorter_than_said_is_not_written),
	    cmocka_unit_test(another_content_under_an_id_is_not_given_out),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
