/* Folders: their names in order, their lock, their way to the disk. */
#include "vault/store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_NAP_MS = 8 };

/*
 * The lock is on the folder itself, not on a file in it: nothing is left behind, and it works
 * between threads too, for each open(2) has its own.  After a wait the folder may be another one.
 */
static enum status lock_now(const char *path, int *out)
{
	struct stat here, there;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	*out = -1;
	if (fd < 0)
		return fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s", path,
			    strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		st = errno == EWOULDBLOCK
			 ? fail(ST_BUSY, "somebody else is writing to %s", path)
			 : fail(ST_IO, "cannot lock %s: %s", path, strerror(errno));
	else if (fstat(fd, &here) < 0 || stat(path, &there) < 0)
		st = fail(ST_NOTFOUND, "%s went away", path);
	else if (here.st_ino != there.st_ino || here.st_dev != there.st_dev)
		st = fail(ST_BUSY, "%s was replaced", path);
	if (st) {
		close(fd);
		return st;
	}
	*out = fd;
	return ST_OK;
}

enum status folder_lock(const char *path, long wait_ms, int *out)
{
	long waited = 0, nap = 1;
	enum status st;

	while ((st = lock_now(path, out)) == ST_BUSY && waited < wait_ms) {
		nanosleep(&(struct timespec){.tv_nsec = nap * 1000000L}, NULL);
		waited += nap;
		if (nap < LONGEST_NAP_MS)
			nap *= 2;
	}
	return st;
}

enum status folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0 || fsync(fd) < 0)
		st = fail(ST_IO, "cannot sync %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return st;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool names_add(struct names *n, size_t *room, const char *name)
{
	if (n->count == *room) {
		size_t more = *room ? *room * 2 : 16;
		char **p = reallocarray(n->name, more, sizeof *p);
		if (!p)
			return false;
		n->name = p;
		*room = more;
	}
	n->name[n->count] = strdup(name);
	return n->name[n->count] && ++n->count;
}

enum status names_read(struct names *out, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t room = 0;
	enum status st = ST_OK;

	*out = (struct names){0};
	if (!d)
		return errno == ENOENT || errno == ENOTDIR
			   ? ST_OK
			   : fail(ST_IO, "cannot list %s: %s", dir, strerror(errno));
	errno = 0;
	while (!st && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			if (!names_add(out, &room, e->d_name))
				st = fail(ST_NOMEM, "no memory to list %s", dir);
		errno = 0;
	}
	if (!st && errno)
		st = fail(ST_IO, "cannot list %s: %s", dir, strerror(errno));
	closedir(d);
	if (st)
		names_clear(out);
	else if (out->count)
		qsort(out->name, out->count, sizeof *out->name, by_bytes);
	return st;
}

void names_clear(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct names){0};
}
