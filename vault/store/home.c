#include "vault/store/home.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/base/sha256.h"
#include "vault/store/keytext.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct home {
	char *dir;  /* real path */
	char *link; /* NULL when the real path is short enough */
	int fd;	    /* of dir; its shared lock says "in use" */
};

/*
 * s2k-count: a key is sealed with 256 random bits, which need no stretching, and the agent would
 * stretch anew for each signature (270 ms by default, design 11).  auto-expand-secmem: without it
 * signing in parallel fails with "Cannot allocate memory".
 */
static const struct {
	const char *name, *content;
} files[] = {
    {"gpg-agent.conf", "allow-loopback-pinentry\n"
		       "auto-expand-secmem\n"
		       "default-cache-ttl 0\n"
		       "max-cache-ttl 0\n"
		       "disable-scdaemon\n"
		       "no-allow-external-cache\n"
		       "pinentry-program /bin/false\n"
		       "s2k-count 65536\n"},
    {"gpg.conf", "charset utf-8\n"
		 "disable-dirmngr\n"
		 "no-auto-check-trustdb\n"
		 "no-auto-key-retrieve\n"
		 "personal-digest-preferences SHA512 SHA256\n"
		 "trust-model always\n"},
};

/* Longest name that gpg puts behind the path of a home, and the room of sun_path. */
#define LONGEST_SOCKET "/S.gpg-agent.browser"
enum { SUN_PATH = 108, RUNTIME_MAX = 40 };

static enum status write_files(const char *dir)
{
	struct buf path, now;
	enum status st = ST_OK;

	buf_init(&path, PATH_MAX);
	buf_init(&now, 65536);
	for (size_t i = 0; !st && i < sizeof files / sizeof *files; i++) {
		path_join(&path, dir, files[i].name);
		buf_cut(&now, 0);
		st = path.st ? path.st : file_read(buf_str(&path), &now);
		if (st == ST_NOTFOUND || (!st && !span_is(buf_span(&now), files[i].content)))
			st = file_write(buf_str(&path), span_of(files[i].content), 0600);
	}
	buf_clear(&now);
	buf_clear(&path);
	return st;
}

/* Ours, a folder and closed to others: nobody may offer us a socket of his own. */
static enum status check_own(const char *dir)
{
	struct stat sb;

	if (lstat(dir, &sb) < 0)
		return fail(ST_IO, "cannot open %s: %s", dir, strerror(errno));
	if (!S_ISDIR(sb.st_mode) || sb.st_uid != geteuid() || (sb.st_mode & 077))
		return fail(ST_DENIED, "%s is not a folder of this user alone", dir);
	return ST_OK;
}

/* <runtime folder or /tmp>/karte-<user>-<hash of the real path>/g */
static enum status name_link(struct home *h)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	char hex[SHA256_HEX];

	if (!base || base[0] != '/' || strlen(base) > RUNTIME_MAX || check_own(base))
		base = "/tmp";
	sha256_hex(span_of(h->dir), hex);
	if (asprintf(&h->link, "%s/karte-%u-%.16s/g", base, (unsigned)geteuid(), hex) < 0) {
		h->link = NULL;
		return fail(ST_NOMEM, "no memory for a path");
	}
	return ST_OK;
}

static enum status make_link(struct home *h)
{
	char *slash = strrchr(h->link, '/');
	char now[PATH_MAX];
	enum status st;
	ssize_t n;

	*slash = '\0';
	st = mkdir(h->link, 0700) < 0 && errno != EEXIST
		 ? fail(ST_IO, "cannot make %s: %s", h->link, strerror(errno))
		 : check_own(h->link);
	*slash = '/';
	if (st)
		return st;
	if (symlink(h->dir, h->link) < 0 && errno != EEXIST)
		return fail(ST_IO, "cannot make %s: %s", h->link, strerror(errno));
	n = readlink(h->link, now, sizeof now);
	if (n < 0 || !span_is(span_make(now, (size_t)n), h->dir))
		return fail(ST_IO, "%s does not lead to %s", h->link, h->dir);
	return ST_OK;
}

static void remove_link(struct home *h)
{
	char *slash = strrchr(h->link, '/');

	unlink(h->link);
	*slash = '\0';
	rmdir(h->link);
	*slash = '/';
}

enum status home_ready(struct home *h)
{
	struct stat sb;

	if (!h->link || lstat(h->link, &sb) == 0)
		return ST_OK;
	return make_link(h);
}

/* The lock is shared while the home is in use; the last one out gets it alone (home_close). */
static enum status hold(struct home *h)
{
	h->fd = open(h->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->fd < 0 || flock(h->fd, LOCK_SH) < 0)
		return fail(ST_IO, "cannot lock %s: %s", h->dir, strerror(errno));
	return ST_OK;
}

static void home_free(struct home *h)
{
	if (h->fd >= 0)
		close(h->fd);
	free(h->link);
	free(h->dir);
	free(h);
}

enum status home_open(struct home **out, const char *dir)
{
	struct home *h = calloc(1, sizeof *h);
	enum status st;

	*out = NULL;
	if (!h)
		return fail(ST_NOMEM, "no memory for a key home");
	h->fd = -1;
	st = file_mkdirs(dir);
	if (!st && chmod(dir, 0700) < 0)
		st = fail(ST_DENIED, "cannot close %s to others: %s", dir, strerror(errno));
	if (!st && !(h->dir = realpath(dir, NULL)))
		st = fail(ST_IO, "cannot find %s: %s", dir, strerror(errno));
	if (!st)
		st = check_own(h->dir);
	if (!st)
		st = hold(h);
	if (!st)
		st = write_files(h->dir);
	if (!st && strlen(h->dir) + sizeof LONGEST_SOCKET > SUN_PATH)
		st = name_link(h);
	if (!st)
		st = home_ready(h);
	if (st) {
		home_free(h);
		return st;
	}
	*out = h;
	return ST_OK;
}

/* Runs a program to its end; its standard output goes into out (at most one page). */
static bool run(const char *const argv[], char *out, size_t cap)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = -1;
	size_t n = 0;
	ssize_t got;
	pid_t pid;
	bool started;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	started = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (started && n + 1 < cap && (got = read(ends[0], out + n, cap - 1 - n)) != 0) {
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	out[n] = '\0';
	close(ends[0]);
	while (started && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return started && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Until the process has ended, but no longer than two seconds. */
static void wait_gone(pid_t pid)
{
	struct pollfd p = {.fd = pidfd_open(pid, 0), .events = POLLIN};

	if (p.fd < 0)
		return;
	poll(&p, 1, 2000);
	close(p.fd);
}

static void end_agent(struct home *h)
{
	const char *home = h->link ? h->link : h->dir;
	const char *const ask[] = {"gpg-connect-agent", "--homedir", home,   "--no-autostart",
				   "GETINFO pid",	"KILLAGENT", "/bye", NULL};
	const char *const tidy[] = {"gpgconf", "--homedir", home, "--remove-socketdir", NULL};
	char answer[1024];
	struct span rest;
	long pid;

	run(ask, answer, sizeof answer);
	rest = span_of(answer);
	if (span_starts(rest, SPAN("D "))) {
		rest = span_make(rest.p + 2, rest.n - 2);
		if (span_number(span_cut(&rest, '\n'), INT_MAX, &pid) && pid > 1)
			wait_gone((pid_t)pid);
	}
	run(tidy, answer, sizeof answer);
}

void home_close(struct home *h)
{
	if (!h)
		return;
	if (flock(h->fd, LOCK_EX | LOCK_NB) == 0) {
		if (!home_ready(h))
			end_agent(h);
		if (h->link)
			remove_link(h);
	}
	home_free(h);
}

const char *home_path(const struct home *h)
{
	return h->link ? h->link : h->dir;
}

enum status home_unlink(const struct home *h, const char *folder, const char *hex,
			const char *ending)
{
	struct buf path;
	enum status st = ST_OK;

	if (!key_hex_ok(hex))
		return fail(ST_INVALID, "not the name of a key's file");
	buf_init(&path, PATH_MAX);
	buf_addf(&path, "%s/%s/%s%s", h->dir, folder, hex, ending);
	if (path.st)
		st = path.st;
	else if (unlink(buf_str(&path)) < 0)
		st = fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot remove a key's file: %s",
			  strerror(errno));
	buf_clear(&path);
	return st;
}
