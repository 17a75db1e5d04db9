#include "vault/journal/copy.h"

#include "generator/base/file.h"
#include "vault/journal/journal_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = PATH_MAX + 256 };

static enum status io_failed(const char *path)
{
	return fail(ST_IO, "cannot copy %s: %s", path, strerror(errno));
}

static enum status copy_bytes(int in, int out, off_t from, off_t to, const char *path)
{
	char piece[64 * 1024];

	while (from < to) {
		size_t want = to - from < (off_t)sizeof piece ? (size_t)(to - from) : sizeof piece;
		ssize_t n = pread(in, piece, want, from);

		if (n <= 0 || pwrite(out, piece, (size_t)n, from) != n)
			return io_failed(path);
		from += n;
	}
	return ST_OK;
}

/* Files that only grow are continued where the first pass ended. */
static bool only_grows(const char *path)
{
	return strstr(path, "/bodies/") != NULL;
}

static enum status copy_file(const char *from, const char *to)
{
	struct stat src, dst;
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	enum status st = ST_OK;
	off_t begin = 0;

	if (in < 0)
		return errno == ENOENT ? ST_OK
				       : io_failed(from); /* pruned, or became a full tile */
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (out < 0 || fstat(in, &src) != 0 || fstat(out, &dst) != 0)
		st = io_failed(from);
	if (!st && only_grows(from) && dst.st_size <= src.st_size)
		begin = dst.st_size;
	if (!st)
		st = copy_bytes(in, out, begin, src.st_size, from);
	if (!st && ftruncate(out, src.st_size) != 0)
		st = io_failed(to);
	if (out >= 0 && close(out) != 0 && !st)
		st = io_failed(to);
	close(in);
	return st;
}

static enum status copy_tree(const char *from, const char *to)
{
	char src[ROOM], dst[ROOM];
	struct dirent *e;
	struct stat sb;
	enum status st = file_mkdirs(to);
	DIR *dir = st ? NULL : opendir(from);

	while (!st && dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.' || strcmp(e->d_name, "lock") == 0)
			continue;
		snprintf(src, sizeof src, "%s/%s", from, e->d_name);
		snprintf(dst, sizeof dst, "%s/%s", to, e->d_name);
		if (lstat(src, &sb) != 0)
			continue;
		if (S_ISDIR(sb.st_mode))
			st = copy_tree(src, dst);
		else if (S_ISREG(sb.st_mode))
			st = copy_file(src, dst);
	}
	if (dir)
		closedir(dir);
	return st;
}

/* What has gone since the first pass goes from the copy, too. */
static enum status drop_gone(const char *from, const char *to)
{
	char src[ROOM], dst[ROOM];
	struct dirent *e;
	struct stat sb;
	DIR *dir = opendir(to);
	enum status st = dir ? ST_OK : io_failed(to);

	while (!st && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(src, sizeof src, "%s/%s", from, e->d_name);
		snprintf(dst, sizeof dst, "%s/%s", to, e->d_name);
		if (lstat(src, &sb) != 0)
			st = file_remove_tree(dst);
		else if (S_ISDIR(sb.st_mode))
			st = drop_gone(src, dst);
	}
	if (dir)
		closedir(dir);
	return st;
}

enum status journal_copy(struct journal *j, const char *to)
{
	char lock[ROOM];
	enum status st = copy_tree(j->dir, to);

	if (!st)
		st = journal_enter(j);
	if (st)
		return st;
	if (j->mode == JOURNAL_WRITE)
		st = state_publish(j);
	if (!st && j->mode == JOURNAL_WRITE)
		st = state_seal(j);
	if (!st)
		st = copy_tree(j->dir, to);
	if (!st)
		st = drop_gone(j->dir, to);
	journal_leave(j);
	snprintf(lock, sizeof lock, "%s/lock", to);
	return st ? st : file_write(lock, SPAN(""), 0600);
}
