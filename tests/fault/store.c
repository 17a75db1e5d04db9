/*
 * Saving a version while the disk fails, at every single place: needs failnth.so in LD_PRELOAD.
 *
 * For each place, once and for ever, EIO and ENOSPC: a child saves and reports what it was told;
 * then this process looks.  Told "saved": the new version is there, whole and signed.  Told an
 * error: the old or the new one is there, nothing else.  fsck is clean, and the next save works.
 */
#include "tests/unit/store_help.h"

#include <dlfcn.h>
#include <errno.h>

typedef void (*arm_fn)(long n, int error, bool sticky);
typedef long (*disarm_fn)(void);

static struct vault V;
static arm_fn arm;
static disarm_fn disarm;

static int setup(void **state)
{
	(void)state;
	*(void **)&arm = dlsym(RTLD_DEFAULT, "failnth_arm");
	*(void **)&disarm = dlsym(RTLD_DEFAULT, "failnth_disarm");
	if (!arm || !disarm) {
		fprintf(stderr, "run with LD_PRELOAD=failnth.so\n");
		exit(2);
	}
	vault_make(&V, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

/* What a child tells about its save. */
struct told {
	enum status st;
	struct oid id; /* of the version it prepared, zero if it did not get that far */
	long calls;
};

/* prepare and move apart, to know the id also when the move fails */
static void save(struct told *t, struct repo *r, const struct oid *base, bool allow_move)
{
	static const struct change changes[] = {
	    {{"child.md", 8}, {"new\n", 4}},
	    {{"sheets/a/1.md", 13}, {"1\n", 2}},
	};
	const struct signer who = vault_signer(&V);
	struct commit_draft d = draft_of(base, changes, 2);
	char sha[SHA256_HEX];

	t->st = commit_prepare(r, &d, V.keys, &who, &t->id, sha);
	if (!t->st && allow_move)
		t->st = commit_move(r, base, &t->id);
}

static void child_main(int answer, const struct oid *base, long n, int error, bool sticky)
{
	struct told t = {.st = ST_BUG};
	struct repo *r = NULL;

	if (repo_open(&r, V.store, &V.child))
		_exit(1);
	arm(n, error, sticky);
	t.st = repo_lock(r);
	if (!t.st)
		save(&t, r, base, true);
	t.calls = disarm();
	if (write(answer, &t, sizeof t) != sizeof t)
		_exit(2);
	_exit(0);
}

static struct told save_in_child(const struct oid *base, long n, int error, bool sticky)
{
	struct told t = {.st = ST_BUG};
	int ends[2], code = -1;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child_main(ends[1], base, n, error, sticky);
	close(ends[1]);
	if (read(ends[0], &t, sizeof t) != sizeof t)
		t.st = ST_BUG;
	close(ends[0]);
	waitpid(pid, &code, 0);
	if (code)
		fail_msg("place %ld, errno %d%s: the saver died: %x", n, error,
			 sticky ? ", for ever" : "", (unsigned)code);
	return t;
}

static void assert_text(struct repo *r, const char *path, const char *text)
{
	struct buf out;

	buf_init(&out, 100);
	assert_ok(repo_read(r, NULL, path, &out));
	assert_string_equal(buf_str(&out), text);
	buf_clear(&out);
}

static void assert_new_version(struct repo *r, const struct oid *head)
{
	struct buf sig, bytes;
	struct verdict v;

	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&bytes, 65536);
	assert_text(r, "child.md", "new\n");
	assert_text(r, "sheets/a/1.md", "1\n");
	assert_ok(commit_digest_check(r, head));
	assert_ok(commit_signature(r, head, &sig, &bytes));
	assert_ok(verify_detached(V.keys, buf_span(&bytes), buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_GOOD);
	buf_clear(&bytes);
	buf_clear(&sig);
}

/* After the fault, as a newly started process sees it. */
static void look(const struct told *t, const struct oid *base, long n)
{
	struct repo *r = NULL;
	struct store *fresh = NULL;
	struct sweep found;
	struct oid head;
	bool is_new;

	assert_ok(store_open(&fresh, V.dir));
	assert_ok(store_sweep(fresh, &found));
	assert_ok(repo_open(&r, fresh, &V.child));
	assert_ok(repo_head(r, &head));
	is_new = !oid_eq(&head, base);
	if (!t->st && (!is_new || !oid_eq(&head, &t->id)))
		fail_msg("place %ld: told \"saved\", but the branch is elsewhere", n);
	if (is_new) {
		assert_true(oid_eq(&head, &t->id));
		assert_new_version(r, &head);
	} else {
		assert_text(r, "child.md", "old\n");
	}
	repo_close(r);
	store_close(fresh);
	assert_prints(&V, "git fsck --strict --full --no-dangling", "");
}

/* A new repository with one version; then one save with the fault. */
static struct told try_place(long n, int error, bool sticky)
{
	struct repo *r = NULL;
	struct oid base, id;
	struct told t;

	if (repo_exists(V.store, &V.child))
		assert_ok(repo_remove(V.store, &V.child));
	assert_ok(repo_create(V.store, &V.child));
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(vault_save(&V, r, "child.md", "old\n", &base));
	t = save_in_child(&base, n, error, sticky);
	look(&t, &base, n);
	assert_ok(vault_save(&V, r, "next.md", "x", &id));
	repo_close(r);
	return t;
}

static void no_place(int error, bool sticky)
{
	size_t told_saved = 0;
	struct told t;
	long n = 0;

	do {
		t = try_place(++n, error, sticky);
		told_saved += !t.st;
	} while (t.calls >= n);
	assert_int_equal(t.st, ST_OK); /* the last one met no fault */
	assert_true(n > 15);
	print_message("%ld places, %zu of them told saved\n", n - 1, told_saved - 1);
}

static void an_input_output_error_once_at_any_place_harms_nothing(void **state)
{
	(void)state;
	no_place(EIO, false);
}

static void an_input_output_error_for_ever_from_any_place_harms_nothing(void **state)
{
	(void)state;
	no_place(EIO, true);
}

static void a_full_disk_once_at_any_place_harms_nothing(void **state)
{
	(void)state;
	no_place(ENOSPC, false);
}

static void a_full_disk_for_ever_from_any_place_harms_nothing(void **state)
{
	(void)state;
	no_place(ENOSPC, true);
}

/* The other mistake: the branch did move, and the library says that it failed. */
static void a_move_that_happened_is_answered_as_such_though_its_sync_failed(void **state)
{
	size_t moved = 0, failed = 0;
	struct repo *r = NULL;
	struct oid base, head;
	long calls, n = 0;

	(void)state;
	do {
		struct told t = {0};
		enum status st;
		assert_ok(repo_remove(V.store, &V.child));
		assert_ok(repo_create(V.store, &V.child));
		assert_ok(repo_open(&r, V.store, &V.child));
		assert_ok(vault_save(&V, r, "child.md", "old\n", &base));
		assert_ok(repo_lock(r));
		save(&t, r, &base, false);
		assert_ok(t.st);
		arm(++n, EIO, true);
		st = commit_move(r, &base, &t.id);
		calls = disarm();
		assert_ok(repo_head(r, &head));
		assert_int_equal(st == ST_OK, oid_eq(&head, &t.id));
		moved += st == ST_OK;
		failed += st != ST_OK;
		repo_close(r);
	} while (calls >= n);
	print_message("%zu moved, %zu did not\n", moved, failed);
	assert_true(moved >= 2); /* the last one met no fault */
	assert_true(failed >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_input_output_error_once_at_any_place_harms_nothing),
	    cmocka_unit_test(an_input_output_error_for_ever_from_any_place_harms_nothing),
	    cmocka_unit_test(a_full_disk_once_at_any_place_harms_nothing),
	    cmocka_unit_test(a_full_disk_for_ever_from_any_place_harms_nothing),
	    cmocka_unit_test(a_move_that_happened_is_answered_as_such_though_its_sync_failed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
