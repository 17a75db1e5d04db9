/*
 * `tail`, the write-ahead file: batches, each with its length and hash, so that one that was
 * torn by a crash is told from one that counts.
 *
 *	batch 2 611 <SHA-256 of the lines, 64 digits>
 *	read {"n":7,…}
 *	change {"n":8,…}
 */
#include "vault/journal/journal_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct span mark = {"batch ", 6}; /* begins no other line */

void tail_wrap(struct buf *out, size_t count, struct span lines)
{
	char hex[SHA256_HEX];

	sha256_hex(lines, hex);
	buf_addf(out, "batch %zu %zu %s\n", count, lines.n, hex);
	buf_addspan(out, lines);
}

static enum status corrupt(const char *why)
{
	return fail(ST_CORRUPT, "the journal's tail: %s", why);
}

/* Takes one whole batch off the front of *s; false if there is none. */
static bool take_batch(struct span *s, struct span *lines, long *count)
{
	struct span rest = *s, head = span_cut(&rest, '\n');
	char hex[SHA256_HEX];
	long bytes;

	if (!rest.p || !span_is(span_cut(&head, ' '), "batch") ||
	    !span_number(span_cut(&head, ' '), BATCH_RECORDS, count) ||
	    !span_number(span_cut(&head, ' '), 2 * BATCH_BYTES, &bytes) || (size_t)bytes > rest.n)
		return false;
	*lines = span_make(rest.p, (size_t)bytes);
	sha256_hex(*lines, hex);
	if (!span_is(head, hex))
		return false;
	*s = span_make(rest.p + bytes, rest.n - (size_t)bytes);
	return true;
}

static enum status each_line(struct span lines, long count, tail_each *each, void *ctx)
{
	enum status st = ST_OK;

	for (; lines.n && !st; count--) {
		struct span line = span_cut(&lines, '\n'), name = span_cut(&line, ' ');
		int class = record_class(name);
		uint64_t n;
		int64_t t;

		if (!lines.p || class < 0 || line.n > RECORD_MAX || !record_peek(line, &n, &t))
			return corrupt("a line is no record");
		st = each(ctx, class, line, n, t);
	}
	if (!st && count != 0)
		st = corrupt("a batch has another number of lines than it says");
	return st;
}

/* Whether a batch begins at some line of s after the first. */
static bool more_batches(struct span s)
{
	span_cut(&s, '\n');
	while (s.n) {
		if (span_starts(s, mark))
			return true;
		span_cut(&s, '\n');
	}
	return false;
}

enum status tail_parse(struct span bytes, tail_each *each, void *ctx, size_t *good)
{
	struct span rest = bytes, lines;
	enum status st = ST_OK;
	long count;

	*good = 0;
	while (rest.n && !st && take_batch(&rest, &lines, &count)) {
		st = each_line(lines, count, each, ctx);
		if (!st)
			*good = bytes.n - rest.n;
	}
	if (!st && rest.n && more_batches(rest))
		st = corrupt("a batch is damaged and others follow");
	return st;
}

enum status tail_read(int fd, uint64_t from, struct buf *out)
{
	char chunk[65536];

	for (;;) {
		ssize_t n = pread(fd, chunk, sizeof chunk, (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(ST_IO, "cannot read the journal's tail: %s", strerror(errno));
		if (n == 0)
			return out->st;
		buf_add(out, chunk, (size_t)n);
		from += (uint64_t)n;
	}
}

static bool write_at(int fd, struct span s, uint64_t at)
{
	while (s.n) {
		ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
		at += (uint64_t)n;
	}
	return true;
}

/* Cuts off what a failed write left.  If even that fails, the next load tries it again. */
static void undo(struct journal *j)
{
	struct stat sb;

	if (ftruncate(j->tail_fd, (off_t)j->tail_size) == 0)
		return;
	j->stale = true;
	if (fstat(j->tail_fd, &sb) == 0)
		j->tail_failed = (uint64_t)sb.st_size;
}

enum status tail_write(struct journal *j, struct span bytes)
{
	enum status st = ST_OK;

	if (j->tail_size > TAIL_MAX)
		return fail(ST_IO, "the journal's tail is too long: sealing it fails");
	if (!write_at(j->tail_fd, bytes, j->tail_size) || fdatasync(j->tail_fd) < 0) {
		st = fail(ST_IO, "cannot write the journal: %s", strerror(errno));
		undo(j);
		return st;
	}
	j->tail_size += bytes.n;
	return st;
}
