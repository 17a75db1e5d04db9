/* The daily backup. */
#include "vault/flow/backup.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/flow/note.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NAMES_MAX = 4096, FILE_ROOM = 40, ROOM = PATH_MAX + 64 };
#define BEGINS "karte-"
#define ENDS ".backup"

extern char **environ;

/* "karte-2026-11-21.backup": one a day. */
static void name_of(struct day d, char out[static FILE_ROOM])
{
	char day[DAY_TEXT];

	day_iso(d, day);
	snprintf(out, FILE_ROOM, BEGINS "%.10s" ENDS, day);
}

static bool is_ours(const char *name)
{
	struct span s = span_of(name);
	struct day d;

	return span_starts(s, SPAN(BEGINS)) && span_ends(s, SPAN(ENDS)) &&
	       s.n == sizeof BEGINS ENDS - 1 + 10 &&
	       day_parse(span_make(s.p + sizeof BEGINS - 1, 10), &d);
}

/* ---- old ones go -------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static enum status drop_old(const char *folder, int keep)
{
	char(*names)[FILE_ROOM] = calloc(NAMES_MAX, sizeof *names);
	char path[ROOM];
	struct dirent *e;
	DIR *dir = names ? opendir(folder) : NULL;
	size_t n = 0;

	while (dir && (e = readdir(dir)))
		if (n < NAMES_MAX && is_ours(e->d_name))
			snprintf(names[n++], FILE_ROOM, "%.39s", e->d_name);
	if (dir)
		closedir(dir);
	if (n)
		qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i + (size_t)keep < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	free(names);
	return ST_OK;
}

/* ---- a process of its own ----------------------------------------------------------------- */

/* So that neither its memory nor its time is the server's; `backup` records itself. */
static enum status start(struct app *app, const char *path, pid_t *pid)
{
	const char *const argv[] = {"karte", "-C", app->dir, "backup", path, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int rc;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none); /* the server blocks its signals */
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(pid, "/proc/self/exe", &actions, &attr, (char *const *)(uintptr_t)argv,
			 environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return rc ? fail(ST_IO, "cannot start a backup: %s", strerror(rc)) : ST_OK;
}

static enum status failed(struct app *app, int status)
{
	const struct note n = {.class = "system",
			       .event = "backup.fail",
			       .decision = "deny",
			       .reason = "the daily backup failed",
			       .request = ""};
	enum status st = note_add(app, &n);

	return st ? st : fail(ST_IO, "the daily backup failed (%d)", status);
}

/* Which day's has been tried, and who is at it: of this process, whose chores are one thread. */
static pid_t running;
static struct day tried;

static enum status look_after(struct app *app)
{
	int status = 0;
	pid_t done = waitpid(running, &status, WNOHANG);

	if (done == 0)
		return ST_OK;
	running = 0;
	if (done < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return failed(app, status);
	return drop_old(app->conf.backup, app->conf.backup_keep);
}

enum status backup_chore(struct app *app)
{
	const int64_t now = (int64_t)time(NULL);
	struct day today = day_jst(now);
	char name[FILE_ROOM], path[ROOM];
	unsigned minutes = 0;
	enum status st = ST_OK;

	if (running)
		return look_after(app);
	if (!app->conf.backup[0] || !conf_clock(span_of(app->conf.backup_time), &minutes) ||
	    now < day_begin_jst(today) + (int64_t)minutes * 60 || day_cmp(tried, today) == 0)
		return ST_OK;
	name_of(today, name);
	snprintf(path, sizeof path, "%s/%s", app->conf.backup, name);
	tried = today;
	if (file_exists(path))
		return ST_OK;
	st = file_mkdirs(app->conf.backup);
	if (!st)
		st = start(app, path, &running);
	return st ? failed(app, 0) : ST_OK;
}
