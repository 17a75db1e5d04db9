#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status read_all(int fd, const char *path, struct buf *out)
{
	char chunk[65536];
	enum status st = ST_OK;
	ssize_t n;

	while (!st && (n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			st = fail(ST_IO, "cannot read %s: %s", path, strerror(errno));
			break;
		}
		buf_add(out, chunk, (size_t)n);
		if (out->st)
			st = fail(out->st, "%s: more than %zu bytes", path, out->max);
	}
	if (out->secret)
		explicit_bzero(chunk, sizeof chunk);
	return st;
}

enum status file_read(const char *path, struct buf *out)
{
	struct stat sb;
	enum status st;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(errno == ENOENT || errno == ENOTDIR ? ST_NOTFOUND : ST_IO,
			    "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode))
		st = fail(ST_IO, "%s is a folder", path);
	else
		st = read_all(fd, path, out);
	close(fd);
	return st;
}

enum status file_put(int fd, struct span bytes, const char *what)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(ST_IO, "cannot write %s: %s", what, strerror(errno));
		bytes = span_make(bytes.p + n, bytes.n - (size_t)n);
	}
	return ST_OK;
}

static enum status sync_parent(const char *path)
{
	char copy[PATH_MAX];
	enum status st = ST_OK;
	int fd;

	if (!span_copy(span_of(path), copy, sizeof copy))
		return fail(ST_TOOBIG, "path too long");
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		st = fail(ST_IO, "cannot sync the folder of %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return st;
}

static enum status replace(const char *path, struct span bytes, unsigned mode, bool sync)
{
	char tmp[PATH_MAX];
	enum status st;
	int fd;

	if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", path) >= sizeof tmp)
		return fail(ST_TOOBIG, "path too long");
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return fail(ST_IO, "cannot create %s: %s", path, strerror(errno));
	st = file_put(fd, bytes, path);
	if (!st && (fchmod(fd, mode) < 0 || (sync && fsync(fd) < 0)))
		st = fail(ST_IO, "cannot write %s: %s", path, strerror(errno));
	if (close(fd) < 0 && !st)
		st = fail(ST_IO, "cannot write %s: %s", path, strerror(errno));
	if (!st && rename(tmp, path) < 0)
		st = fail(ST_IO, "cannot replace %s: %s", path, strerror(errno));
	if (st)
		unlink(tmp);
	else if (sync)
		st = sync_parent(path);
	return st;
}

enum status file_write(const char *path, struct span bytes, unsigned mode)
{
	return replace(path, bytes, mode, true);
}

enum status file_write_fast(const char *path, struct span bytes, unsigned mode)
{
	return replace(path, bytes, mode, false);
}

enum status file_mkdirs(const char *path)
{
	char copy[PATH_MAX];

	if (!span_copy(span_of(path), copy, sizeof copy) || !*copy)
		return fail(ST_TOOBIG, "path too long");
	for (char *p = copy + 1;; p++) {
		char c = *p;
		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			return fail(ST_IO, "cannot make the folder %s: %s", copy, strerror(errno));
		*p = c;
		if (c == '\0')
			return ST_OK;
	}
}

static int remove_one(const char *path, const struct stat *sb, int flag, struct FTW *ftw)
{
	(void)sb;
	(void)flag;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

enum status file_remove_tree(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 && errno != ENOENT)
		return fail(ST_IO, "cannot remove %s: %s", path, strerror(errno));
	return ST_OK;
}

bool file_exists(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0;
}
