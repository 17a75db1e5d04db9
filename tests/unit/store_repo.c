#include "tests/unit/store_help.h"

#include <fcntl.h>
#include <git2.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Stands before the C library's for everything in this program, libgit2 too. */
int fsync(int fd);
static size_t synced;

int fsync(int fd)
{
	synced++;
	return (int)syscall(SYS_fsync, fd);
}

static struct vault V;

static int setup(void **state)
{
	(void)state;
	vault_make(&V, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

/* A commit without signature, made by stock git: reading needs no keys. */
static const char fill[] =
    "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b && "
    "b=$(printf 'text\\n' | git hash-object -w --stdin) && "
    "e=$(printf '' | git hash-object -w --stdin) && "
    "d=$(printf \"100644 blob $b\\t2026.md\\n100644 blob $e\\tempty\\n\" | git mktree) && "
    "t=$(printf \"040000 tree $d\\tsheets\\n100644 blob $b\\tchild.md\\n\" | git mktree) && "
    "git update-ref refs/heads/main $(git commit-tree -m x $t)";

static void a_new_repository_holds_exactly_these_files(void **state)
{
	(void)state;
	assert_prints(&V, "find . | LC_ALL=C sort",
		      ".\n./HEAD\n./config\n./objects\n./objects/pack\n./refs\n./refs/heads\n");
	assert_prints(&V, "cat HEAD", "ref: refs/heads/main\n");
	assert_prints(&V, "git config --get core.bare", "true\n");
	assert_prints(&V, "git config --get gc.auto", "0\n");
	assert_prints(&V, "ls -A ..", "c7k3m9q2v4.git\n");
	assert_int_equal(in_repo(&V, "git fsck --strict >/dev/null 2>&1"), 0);
}

static void an_unborn_branch_is_not_found(void **state)
{
	struct repo *r = NULL;
	struct oid id;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_int_equal(repo_head(r, &id), ST_NOTFOUND);
	assert_true(oid_none(&id));
	assert_int_equal(repo_read(r, NULL, "child.md", &out), ST_NOTFOUND);
	assert_int_equal(repo_list(r, NULL, "", NULL, NULL), ST_NOTFOUND);
	repo_close(r);
	buf_clear(&out);
}

static void what_is_not_there_cannot_be_opened_or_removed(void **state)
{
	struct repo_name other;
	struct repo *r = NULL;
	struct store *s = NULL;

	(void)state;
	assert_ok(repo_name_make(&other, REPO_INSTITUTION, SPAN_NONE, SPAN("kudan-es")));
	assert_int_equal(repo_open(&r, V.store, &other), ST_NOTFOUND);
	assert_null(r);
	assert_int_equal(repo_remove(V.store, &other), ST_NOTFOUND);
	assert_false(repo_exists(V.store, &other));
	assert_int_equal(store_open(&s, "/nowhere/at/all"), ST_NOTFOUND);
	assert_int_equal(store_open(&s, "/etc/passwd"), ST_INVALID);
	assert_null(s);
}

static void a_repository_is_made_once_and_removed_for_ever(void **state)
{
	struct repo *r = NULL;

	(void)state;
	assert_int_equal(repo_create(V.store, &V.child), ST_EXISTS);
	assert_prints(&V, "ls -A ..", "c7k3m9q2v4.git\n");
	assert_ok(repo_remove(V.store, &V.child));
	assert_false(repo_exists(V.store, &V.child));
	assert_int_equal(repo_open(&r, V.store, &V.child), ST_NOTFOUND);
	assert_ok(repo_create(V.store, &V.child));
	assert_prints(&V, "ls -A ..", "c7k3m9q2v4.git\n");
}

struct collected {
	char text[1024];
};

static enum status collect(void *arg, const struct repo_entry *e)
{
	struct collected *c = arg;
	char hex[OID_HEX];
	size_t n = strlen(c->text);

	oid_hex(&e->id, hex);
	snprintf(c->text + n, sizeof c->text - n, "%s%.*s %.7s\n", e->dir ? "d " : "f ",
		 SPAN_ARG(e->name), hex);
	return ST_OK;
}

static enum status stop(void *arg, const struct repo_entry *e)
{
	(void)e;
	++*(int *)arg;
	return ST_BUSY;
}

static void files_and_folders_are_read(void **state)
{
	struct repo *r = NULL;
	struct collected c = {""};
	struct oid head, a, b;
	struct buf out;
	int calls = 0;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(in_repo(&V, fill), 0);
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_head(r, &head));
	assert_ok(repo_read(r, NULL, "sheets/2026.md", &out));
	assert_string_equal(buf_str(&out), "text\n");
	assert_ok(repo_read(r, &head, "child.md", &out));
	assert_string_equal(buf_str(&out), "text\ntext\n");
	assert_ok(repo_read(r, NULL, "sheets/empty", &out));
	assert_ok(repo_blob_id(r, NULL, "child.md", &a));
	assert_ok(repo_blob_id(r, NULL, "sheets/2026.md", &b));
	assert_true(oid_eq(&a, &b));
	assert_ok(repo_read_blob(r, &b, &out));
	assert_string_equal(buf_str(&out), "text\ntext\ntext\n");
	assert_ok(repo_list(r, NULL, "", collect, &c));
	assert_string_equal(c.text, "f child.md 8e27be7\nd sheets 85f46af\n");
	c.text[0] = '\0';
	assert_ok(repo_list(r, &head, "sheets", collect, &c));
	assert_string_equal(c.text, "f 2026.md 8e27be7\nf empty e69de29\n");
	assert_int_equal(repo_list(r, NULL, "sheets", stop, &calls), ST_BUSY);
	assert_int_equal(calls, 1);
	repo_close(r);
	buf_clear(&out);
}

static void a_path_that_is_none_is_not_found(void **state)
{
	static const char *const bad[] = {"nothing.md", "sheets/no.md", "child.md/x",
					  "../HEAD",	"/child.md",	"sheets//x",
					  "sheets/",	"sheets",	"."};
	struct repo *r = NULL;
	struct buf out;
	struct oid id = {{1}};

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(in_repo(&V, fill), 0);
	assert_ok(repo_open(&r, V.store, &V.child));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (repo_read(r, NULL, bad[i], &out) != ST_NOTFOUND)
			fail_msg("read: %s", bad[i]);
	assert_int_equal(repo_read(r, &id, "child.md", &out), ST_NOTFOUND);
	assert_int_equal(repo_list(r, NULL, "child.md", collect, NULL), ST_NOTFOUND);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	buf_init(&out, 4);
	assert_int_equal(repo_read(r, NULL, "child.md", &out), ST_TOOBIG);
	repo_close(r);
	buf_clear(&out);
}

/* What is lost or changed on the disk is never "not there". */
static void damage_is_told_apart_from_absence(void **state)
{
	static const char *const harm[] = {
	    "rm -f objects/85/f46af*", /* the folder sheets */
	    "rm -f objects/8e/27be7*", /* the content */
	    "f=$(ls objects/8e/27be7*) && chmod u+w $f && g=$(ls objects/e6/9de29*) && cp $g $f",
	    "f=$(ls objects/8e/27be7*) && chmod u+w $f && printf xxxxxxxx >$f",
	};

	(void)state;
	for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
		struct repo *r = NULL;
		struct buf out;
		enum status st;
		buf_init(&out, 100);
		assert_ok(repo_remove(V.store, &V.child));
		assert_ok(repo_create(V.store, &V.child));
		assert_int_equal(in_repo(&V, fill), 0);
		assert_int_equal(in_repo(&V, harm[i]), 0);
		assert_ok(repo_open(&r, V.store, &V.child));
		st = repo_read(r, NULL, "sheets/2026.md", &out);
		if (st != ST_CORRUPT)
			fail_msg("%s: %s, %s", harm[i], status_name(st), fail_why());
		repo_close(r);
		buf_clear(&out);
	}
}

/* An idle handle must not answer, from memory, for a repository that has been put in its place. */
static void a_replaced_repository_is_opened_anew(void **state)
{
	struct repo *r = NULL;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(in_repo(&V, fill), 0);
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_read(r, NULL, "sheets/2026.md", &out));
	repo_close(r);
	assert_int_equal(in_repo(&V, "cd .. && cp -r c7k3m9q2v4.git x && rm -rf c7k3m9q2v4.git && "
				     "mv x c7k3m9q2v4.git && rm -f c7k3m9q2v4.git/objects/85/f46*"),
			 0);
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_int_equal(repo_read(r, NULL, "sheets/2026.md", &out), ST_CORRUPT);
	repo_close(r);
	buf_clear(&out);
}

static void more_handles_than_are_kept_do_no_harm(void **state)
{
	struct repo *r[100] = {NULL};

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < 100; i++)
			assert_ok(repo_open(&r[i], V.store, &V.child));
		for (size_t i = 0; i < 100; i++)
			repo_close(r[i]);
	}
}

static enum status note(void *arg, const struct repo_name *name)
{
	char text[REPO_TEXT];
	struct collected *c = arg;
	size_t n = strlen(c->text);

	repo_name_text(name, text);
	snprintf(c->text + n, sizeof c->text - n, "%s\n", text);
	return ST_OK;
}

static enum status refuse(void *arg, const struct repo_name *name)
{
	(void)arg;
	(void)name;
	return ST_DENIED;
}

static void all_repositories_of_a_kind_are_found_in_order(void **state)
{
	static const char *const names[] = {
	    "children/c000000002",	     "children/c000000001", "apart/welfare/c7k3m9q2v4",
	    "apart/consultation/c7k3m9q2v4", "institutions/b",	    "registry"};
	struct collected c = {""};

	(void)state;
	assert_ok(store_each(V.store, REPO_REGISTRY, note, &c));
	assert_string_equal(c.text, "");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct repo_name name;
		assert_ok(repo_name_parse(span_of(names[i]), &name));
		assert_ok(repo_create(V.store, &name));
	}
	/* what is no repository: another folder's, a wrong name, a file in the way */
	assert_int_equal(in_repo(&V, "mkdir ../c000000001.git ../notes.git ../../abc ../../z; "
				     "touch ../../y"),
			 0);
	for (int kind = 0; kind < REPO_KINDS; kind++)
		assert_ok(store_each(V.store, (enum repo_kind)kind, note, &c));
	assert_string_equal(c.text, "registry\n"
				    "children/c000000001\nchildren/c000000002\n"
				    "children/c7k3m9q2v4\n"
				    "apart/consultation/c7k3m9q2v4\napart/welfare/c7k3m9q2v4\n"
				    "institutions/b\n");
	assert_int_equal(store_each(V.store, REPO_CHILD, refuse, NULL), ST_DENIED);
}

static void the_sweep_removes_rubbish_and_nothing_else(void **state)
{
	struct sweep found;

	(void)state;
	assert_int_equal(in_repo(&V, fill), 0);
	assert_int_equal(
	    in_repo(&V, "find . -type f | LC_ALL=C sort | xargs sha1sum >../../../before"), 0);
	assert_int_equal(in_repo(&V, "touch refs/heads/main.lock HEAD.lock config.lock "
				     "objects/tmp_object_git2_x1 objects/tmp_object_git2_x2 && "
				     "mkdir -p ../.new-abc/objects ../.gone-c000000001/refs "
				     "../../../.new-registry"),
			 0);
	assert_ok(store_sweep(V.store, &found));
	assert_int_equal(found.repos, 1);
	assert_int_equal(found.locks, 3);
	assert_int_equal(found.temps, 5);
	assert_int_equal(found.busy, 0);
	assert_prints(&V, "ls -A ..", "c7k3m9q2v4.git\n");
	assert_int_equal(in_repo(&V, "find . -type f | LC_ALL=C sort | xargs sha1sum | "
				     "cmp - ../../../before"),
			 0);
	assert_ok(store_sweep(V.store, &found));
	assert_int_equal(found.locks + found.temps, 0);
}

static void the_sweep_leaves_a_repository_alone_that_somebody_writes(void **state)
{
	struct repo *r = NULL;
	struct sweep found;

	(void)state;
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_lock(r));
	assert_int_equal(in_repo(&V, "touch refs/heads/main.lock"), 0);
	assert_ok(store_sweep(V.store, &found));
	assert_int_equal(found.busy, 1);
	assert_int_equal(in_repo(&V, "test -e refs/heads/main.lock"), 0);
	repo_unlock(r);
	/* taking the lock clears the branch by itself */
	assert_ok(repo_lock(r));
	assert_int_equal(in_repo(&V, "test -e refs/heads/main.lock"), 1);
	assert_int_equal(repo_lock(r), ST_BUG);
	repo_close(r);
	assert_ok(store_sweep(V.store, &found));
	assert_int_equal(found.busy, 0);
}

static void *hold_a_while(void *arg)
{
	struct repo *r = NULL;

	if (repo_open(&r, V.store, &V.child) || repo_lock(r))
		return arg;
	*(int *)arg = 1;
	usleep(50000);
	*(int *)arg = 2;
	repo_close(r);
	return NULL;
}

static void a_second_writer_waits_for_the_first(void **state)
{
	pthread_t thread;
	volatile int step = 0;
	void *why = NULL;
	struct repo *r = NULL;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, hold_a_while, (void *)&step), 0);
	while (!step)
		usleep(1000);
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_lock(r));
	assert_int_equal(step, 2);
	repo_close(r);
	pthread_join(thread, &why);
	assert_null(why);
}

static void a_repository_that_is_removed_meanwhile_cannot_be_locked(void **state)
{
	struct repo *r = NULL;

	(void)state;
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_remove(V.store, &V.child));
	assert_int_equal(repo_lock(r), ST_NOTFOUND);
	repo_close(r);
	assert_ok(repo_create(V.store, &V.child));
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(repo_lock(r));
	repo_close(r);
}

static void every_object_and_the_branch_are_synced(void **state)
{
	git_repository *g = NULL;
	git_oid id;
	struct buf path;

	(void)state;
	buf_init(&path, PATH_MAX);
	store_path(V.store, &V.child, &path);
	assert_int_equal(git_repository_open_bare(&g, buf_str(&path)), 0);
	synced = 0;
	assert_int_equal(git_blob_create_from_buffer(&id, g, "x", 1), 0);
	assert_int_equal(synced, 2); /* the object and its folder */
	git_repository_free(g);
	buf_clear(&path);
}

/* A user's gitconfig would let a repository be read or written otherwise here than there. */
static void nobodys_gitconfig_is_read(void **state)
{
	git_repository *g = NULL;
	git_config *config = NULL;
	char home[PATH_MAX + 16];
	struct buf path;
	int value = 0;

	(void)state;
	snprintf(home, sizeof home, "%s/.gitconfig", V.dir);
	assert_ok(file_write(home, SPAN("[core]\n\tcompression = 9\n"), 0600));
	store_close(V.store);
	setenv("HOME", V.dir, 1);
	assert_ok(store_open(&V.store, V.dir));
	buf_init(&path, PATH_MAX);
	store_path(V.store, &V.child, &path);
	assert_int_equal(git_repository_open_bare(&g, buf_str(&path)), 0);
	assert_int_equal(git_repository_config_snapshot(&config, g), 0);
	assert_int_equal(git_config_get_int32(&value, config, "core.compression"), GIT_ENOTFOUND);
	git_config_free(config);
	git_repository_free(g);
	buf_clear(&path);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_new_repository_holds_exactly_these_files),
	    CASE(an_unborn_branch_is_not_found),
	    CASE(what_is_not_there_cannot_be_opened_or_removed),
	    CASE(a_repository_is_made_once_and_removed_for_ever),
	    CASE(files_and_folders_are_read),
	    CASE(a_path_that_is_none_is_not_found),
	    CASE(damage_is_told_apart_from_absence),
	    CASE(a_replaced_repository_is_opened_anew),
	    CASE(more_handles_than_are_kept_do_no_harm),
	    CASE(all_repositories_of_a_kind_are_found_in_order),
	    CASE(the_sweep_removes_rubbish_and_nothing_else),
	    CASE(the_sweep_leaves_a_repository_alone_that_somebody_writes),
	    CASE(a_second_writer_waits_for_the_first),
	    CASE(a_repository_that_is_removed_meanwhile_cannot_be_locked),
	    CASE(every_object_and_the_branch_are_synced),
	    CASE(nobodys_gitconfig_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
