#include "generator/base/file.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[512];

static int set_up(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/karte-file-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder) ? -1 : 0;
}

/* The path of something in the folder; four at a time. */
static const char *at(const char *name)
{
	static char paths[4][1024];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

static void assert_content(const char *path, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(path, &b), ST_OK);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

static int entries(const char *path)
{
	char line[PATH_MAX];
	int n = -1;
	FILE *p;

	snprintf(line, sizeof line, "ls -A '%s' | wc -l", path);
	p = popen(line, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%d", &n), 1);
	pclose(p);
	return n;
}

static void what_is_written_is_read_with_the_mode_asked_for(void **state)
{
	struct stat sb;

	(void)state;
	umask(022);
	assert_int_equal(file_write(at("a"), SPAN("first\n"), 0600), ST_OK);
	assert_content(at("a"), "first\n");
	assert_int_equal(stat(at("a"), &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
	assert_int_equal(file_write(at("a"), SPAN("second\n"), 0644), ST_OK);
	assert_content(at("a"), "second\n");
	assert_int_equal(stat(at("a"), &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0644);
	assert_int_equal(file_write_fast(at("b"), SPAN(""), 0640), ST_OK);
	assert_content(at("b"), "");
	assert_int_equal(entries(folder), 2); /* and nothing beside them */
}

/* In a child: a disk that takes no more than 4096 bytes of a file. */
static int write_on_a_full_disk(const char *path,
				enum status (*write_it)(const char *, struct span, unsigned))
{
	static char much[100000];
	const struct rlimit limit = {4096, 4096};
	int code;
	pid_t pid = fork();

	if (pid == 0) {
		memset(much, 'x', sizeof much);
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(write_it(path, span_make(much, sizeof much), 0600) == ST_IO ? 7 : 1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &code, 0), pid);
	return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

static void a_full_disk_leaves_the_old_file_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(file_write(at("a"), SPAN("old"), 0600), ST_OK);
	assert_int_equal(write_on_a_full_disk(at("a"), file_write), 7);
	assert_content(at("a"), "old");
	assert_int_equal(write_on_a_full_disk(at("a"), file_write_fast), 7);
	assert_content(at("a"), "old");
	assert_int_equal(write_on_a_full_disk(at("new"), file_write), 7);
	assert_false(file_exists(at("new")));
	assert_int_equal(entries(folder), 1);
}

static void writing_where_one_cannot_fails_and_changes_nothing(void **state)
{
	char long_one[PATH_MAX + 100];

	(void)state;
	assert_int_equal(file_write(at("no/such/folder"), SPAN("x"), 0600), ST_IO);
	assert_int_equal(file_mkdirs(at("dir")), ST_OK);
	assert_int_equal(file_write(at("dir"), SPAN("x"), 0600), ST_IO);
	assert_int_equal(entries(folder), 1);
	assert_int_equal(entries(at("dir")), 0);
	memset(long_one, 'x', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_int_equal(file_write(long_one, SPAN("x"), 0600), ST_TOOBIG);
	assert_int_equal(file_mkdirs(long_one), ST_TOOBIG);
	assert_int_equal(file_mkdirs(""), ST_TOOBIG);
}

/* A link is replaced by the file, its target is left alone. */
static void writing_does_not_go_through_a_link(void **state)
{
	struct stat sb;

	(void)state;
	assert_int_equal(file_write(at("target"), SPAN("precious"), 0600), ST_OK);
	assert_int_equal(symlink("target", at("link")), 0);
	assert_int_equal(file_write(at("link"), SPAN("new"), 0600), ST_OK);
	assert_content(at("target"), "precious");
	assert_content(at("link"), "new");
	assert_int_equal(lstat(at("link"), &sb), 0);
	assert_true(S_ISREG(sb.st_mode));
}

static void reading_keeps_to_the_bound(void **state)
{
	struct buf b;

	(void)state;
	assert_int_equal(file_write(at("ten"), SPAN("0123456789"), 0600), ST_OK);
	buf_init(&b, 10);
	assert_int_equal(file_read(at("ten"), &b), ST_OK);
	assert_int_equal(b.len, 10);
	buf_clear(&b);
	buf_init(&b, 9);
	assert_int_equal(file_read(at("ten"), &b), ST_TOOBIG);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
	buf_init(&b, 12); /* reading adds to what is there */
	buf_adds(&b, "> ");
	assert_int_equal(file_read(at("ten"), &b), ST_OK);
	assert_string_equal(buf_str(&b), "> 0123456789");
	buf_clear(&b);
	buf_init(&b, 100); /* a file without an end is bounded too */
	assert_int_equal(file_read("/dev/zero", &b), ST_TOOBIG);
	buf_clear(&b);
}

static void what_is_no_file_is_not_read(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(file_read(at("missing"), &b), ST_NOTFOUND);
	assert_int_equal(file_write(at("file"), SPAN("x"), 0600), ST_OK);
	assert_int_equal(file_read(at("file/below"), &b), ST_NOTFOUND);
	assert_int_equal(file_read(folder, &b), ST_IO);
	assert_int_equal(symlink("nowhere", at("dangling")), 0);
	assert_int_equal(file_read(at("dangling"), &b), ST_NOTFOUND);
	assert_true(file_exists(at("dangling")));
	assert_false(file_exists(at("missing")));
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void a_hyphen_is_standard_input(void **state)
{
	int ends[2], before = dup(STDIN_FILENO);
	struct buf b;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	buf_init_secret(&b, 100);
	assert_int_equal(file_read("-", &b), ST_OK);
	assert_string_equal(buf_str(&b), "piped");
	buf_clear(&b);
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
}

static void folders_are_made_down_to_the_last_for_the_owner_only(void **state)
{
	struct stat sb;

	(void)state;
	umask(0);
	assert_int_equal(file_mkdirs(at("a/b/c")), ST_OK);
	assert_int_equal(file_mkdirs(at("a/b/c")), ST_OK);
	assert_int_equal(file_mkdirs(at("a/b/d/")), ST_OK);
	assert_int_equal(stat(at("a/b/c"), &sb), 0);
	assert_true(S_ISDIR(sb.st_mode));
	assert_int_equal(sb.st_mode & 07777, 0700);
	assert_true(file_exists(at("a/b/d")));
	assert_int_equal(file_write(at("file"), SPAN(""), 0600), ST_OK);
	assert_int_equal(file_mkdirs(at("file/below")), ST_IO);
}

static void removing_a_tree_does_not_follow_links(void **state)
{
	(void)state;
	assert_int_equal(file_mkdirs(at("keep/sub")), ST_OK);
	assert_int_equal(file_write(at("keep/sub/file"), SPAN("precious"), 0600), ST_OK);
	assert_int_equal(file_mkdirs(at("gone/deep/deeper")), ST_OK);
	assert_int_equal(file_write(at("gone/deep/deeper/x"), SPAN("x"), 0600), ST_OK);
	assert_int_equal(symlink("../keep", at("gone/to-folder")), 0);
	assert_int_equal(symlink("../keep/sub/file", at("gone/deep-to-file")), 0);
	assert_int_equal(symlink("nowhere", at("gone/dangling")), 0);
	assert_int_equal(file_remove_tree(at("gone")), ST_OK);
	assert_false(file_exists(at("gone")));
	assert_content(at("keep/sub/file"), "precious");

	assert_int_equal(symlink("keep", at("link")), 0);
	assert_int_equal(file_remove_tree(at("link")), ST_OK);
	assert_false(file_exists(at("link")));
	assert_content(at("keep/sub/file"), "precious");
	assert_int_equal(file_remove_tree(at("never-was")), ST_OK);
}

/* A pipe takes a piece at a time; a signal interrupts in between. */
static void nothing(int signal)
{
	(void)signal;
}

static void all_is_written_whatever_write_takes_at_a_time(void **state)
{
	enum { MUCH = 1 << 20 };
	const struct sigaction quiet = {.sa_handler = nothing}; /* without SA_RESTART */
	static char sent[MUCH], got[MUCH];
	size_t have = 0;
	int ends[2];
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < MUCH; i++)
		sent[i] = (char)(i * 7919 >> 3);
	assert_int_equal(pipe(ends), 0);
	sigaction(SIGUSR1, &quiet, NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(file_put(ends[1], span_make(sent, MUCH), "a pipe") ? 1 : 0);
	close(ends[1]);
	for (ssize_t n = 1; n > 0; have += (size_t)n) {
		kill(pid, SIGUSR1);
		n = read(ends[0], got + have, MUCH - have < 5000 ? MUCH - have : 5000);
		assert_true(n >= 0);
	}
	close(ends[0]);
	assert_int_equal(have, MUCH);
	assert_memory_equal(got, sent, MUCH);
	waitpid(pid, &ends[0], 0);
	assert_int_equal(ends[0], 0);
}

static void what_takes_nothing_is_named(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(file_put(fd, SPAN("bytes"), "a full disk"), ST_IO);
	assert_non_null(strstr(fail_why(), "cannot write a full disk: "));
	assert_int_equal(file_put(fd, SPAN_NONE, "nothing"), ST_OK);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	    TEST(what_is_written_is_read_with_the_mode_asked_for),
	    TEST(a_full_disk_leaves_the_old_file_and_nothing_else),
	    TEST(writing_where_one_cannot_fails_and_changes_nothing),
	    TEST(writing_does_not_go_through_a_link),
	    TEST(reading_keeps_to_the_bound),
	    TEST(what_is_no_file_is_not_read),
	    TEST(a_hyphen_is_standard_input),
	    TEST(folders_are_made_down_to_the_last_for_the_owner_only),
	    TEST(removing_a_tree_does_not_follow_links),
	    TEST(all_is_written_whatever_write_takes_at_a_time),
	    TEST(what_takes_nothing_is_named),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
