/*
 * Body files.  They are filled after `tail` is synced, so a crash can only leave them short, or
 * (on some file systems, after a power cut) with zeros at the end: both are filled up from tail.
 * Anything else was not done by the journal and is left alone for journal_verify to name.
 */
#include "vault/journal/journal_impl.h"

#include "generator/base/day.h"
#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void body_path(char out[PATH_MAX], const char *dir, int class, const char *month)
{
	snprintf(out, PATH_MAX, "%s/bodies/%s/%s.jsonl", dir, record_class_name(class), month);
}

void month_of(int64_t t, char out[static MONTH])
{
	char text[DAY_TEXT];

	time_utc(t, text);
	memcpy(out, text, MONTH - 1);
	out[MONTH - 1] = '\0';
}

static enum status trouble(const char *doing, int class, const char *month)
{
	return fail(ST_IO, "cannot %s bodies/%s/%s.jsonl: %s", doing, record_class_name(class),
		    month, strerror(errno));
}

static enum status foreign(int class, const char *month, const char *why)
{
	return fail(ST_CORRUPT, "bodies/%s/%s.jsonl %s", record_class_name(class), month, why);
}

/* Opens the file of b->month, making it if it should still be empty. */
static enum status open_body(struct journal *j, int class)
{
	struct body *b = &j->body[class];
	char path[PATH_MAX];

	body_path(path, j->dir, class, b->month);
	b->fd = open(path, O_RDWR | O_CLOEXEC);
	if (b->fd < 0 && errno == ENOENT && b->size == 0 && b->pending.len)
		b->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (b->fd >= 0 || (errno == ENOENT && b->size == 0))
		return ST_OK;
	if (errno == ENOENT)
		return foreign(class, b->month, "is missing");
	return trouble("open", class, b->month);
}

enum status body_add(struct journal *j, int class, const char *month, struct span line)
{
	struct body *b = &j->body[class];
	enum status st = ST_OK;

	if (strcmp(b->month, month) != 0) {
		st = body_flush(j, class);
		if (!st && b->fd >= 0)
			st = body_sync(j, class);
		if (st)
			return st;
		body_close(b);
		memcpy(b->month, month, MONTH);
		b->size = 0;
	}
	buf_addspan(&b->pending, line);
	buf_addc(&b->pending, '\n');
	return b->pending.st;
}

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* How many of the pending bytes are in the file already; the file has `there` bytes of them. */
static enum status compare(struct journal *j, int class, size_t there, size_t *same)
{
	struct body *b = &j->body[class];
	char *old = malloc(there);
	enum status st = ST_OK;

	*same = 0;
	if (!old)
		return fail(ST_NOMEM, "no memory for %zu bytes", there);
	if (pread(b->fd, old, there, (off_t)b->size) != (ssize_t)there)
		st = trouble("read", class, b->month);
	while (!st && *same < there && old[*same] == b->pending.data[*same])
		++*same;
	if (!st && !all_zero(old + *same, there - *same))
		st = foreign(class, b->month, "was changed");
	free(old);
	return st;
}

static enum status write_rest(struct journal *j, int class, size_t done)
{
	struct body *b = &j->body[class];

	while (done < b->pending.len) {
		ssize_t n = pwrite(b->fd, b->pending.data + done, b->pending.len - done,
				   (off_t)(b->size + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return trouble("write", class, b->month);
		done += (size_t)n;
	}
	return ST_OK;
}

enum status body_flush(struct journal *j, int class)
{
	struct body *b = &j->body[class];
	size_t there, same = 0;
	struct stat sb;
	enum status st = ST_OK;

	if (b->fd < 0)
		st = open_body(j, class);
	if (st || b->fd < 0)
		return st;
	if (fstat(b->fd, &sb) < 0)
		return trouble("open", class, b->month);
	if ((uint64_t)sb.st_size < b->size)
		return foreign(class, b->month, "was cut off");
	if ((uint64_t)sb.st_size > b->size + b->pending.len)
		return foreign(class, b->month, "has lines that were never logged");
	there = (size_t)((uint64_t)sb.st_size - b->size);
	if (there)
		st = compare(j, class, there, &same);
	if (!st)
		st = write_rest(j, class, same);
	if (!st) {
		b->size += b->pending.len;
		buf_cut(&b->pending, 0);
	}
	return st;
}

enum status body_sync(struct journal *j, int class)
{
	struct body *b = &j->body[class];
	char path[PATH_MAX];
	int dir;
	bool good;

	if (b->fd < 0)
		return ST_OK;
	body_path(path, j->dir, class, b->month);
	*strrchr(path, '/') = '\0';
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	good = dir >= 0 && fsync(b->fd) == 0 && fsync(dir) == 0;
	if (dir >= 0)
		close(dir);
	return good ? ST_OK : trouble("sync", class, b->month);
}

void body_close(struct body *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}
