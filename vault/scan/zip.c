#include "vault/scan/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum {
	END_BYTES = 22,
	COMMENT_MAX = 65535,
	ENTRY_BYTES = 46,
	LOCAL_BYTES = 30,
	STORED = 0,
	DEFLATED = 8,
};

static unsigned u16(const unsigned char *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static size_t u32(const unsigned char *p)
{
	return (size_t)u16(p) | (size_t)u16(p + 2) << 16;
}

static enum status no_zip(void)
{
	return fail(ST_INVALID, "not a ZIP file that can be read");
}

/* All of it or nothing. */
static bool read_at(int fd, size_t bytes, size_t at, void *out, size_t n)
{
	return n <= bytes && at <= bytes - n && pread(fd, out, n, (off_t)at) == (ssize_t)n;
}

/* The end record: the last one whose comment reaches exactly to the end of the file. */
static enum status find_end(int fd, size_t bytes, unsigned char end[static END_BYTES])
{
	size_t most = bytes < END_BYTES + COMMENT_MAX ? bytes : END_BYTES + COMMENT_MAX;
	unsigned char *tail = malloc(most + 1);
	enum status st = tail ? ST_INVALID : ST_NOMEM;

	if (tail && most >= END_BYTES && read_at(fd, bytes, bytes - most, tail, most)) {
		for (size_t i = most - END_BYTES + 1; i-- > 0 && st;) {
			if (memcmp(tail + i, "PK\5\6", 4) != 0 ||
			    u16(tail + i + 20) != most - i - END_BYTES)
				continue;
			memcpy(end, tail + i, END_BYTES);
			st = ST_OK;
		}
	}
	free(tail);
	return st == ST_INVALID ? no_zip() : st;
}

static enum status walk(const unsigned char *dir, size_t n, size_t count,
			enum status (*each)(void *, const struct zip_member *), void *ctx)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < count && !st; i++) {
		size_t name;
		if (n < ENTRY_BYTES || memcmp(dir, "PK\1\2", 4) != 0)
			return no_zip();
		name = u16(dir + 28);
		size_t all = ENTRY_BYTES + name + u16(dir + 30) + u16(dir + 32);
		if (all > n)
			return no_zip();
		struct zip_member m = {
		    .name = span_make((const char *)dir + ENTRY_BYTES, name),
		    .encrypted = u16(dir + 8) & 1,
		    .method = u16(dir + 10),
		    .packed = u32(dir + 20),
		    .size = u32(dir + 24),
		    .at = u32(dir + 42),
		};
		st = each(ctx, &m);
		dir += all;
		n -= all;
	}
	return st;
}

enum status zip_each(int fd, size_t bytes, enum status (*each)(void *, const struct zip_member *),
		     void *ctx)
{
	unsigned char end[END_BYTES] = {0}, *dir;
	size_t count, n;
	enum status st = find_end(fd, bytes, end);

	if (st)
		return st;
	count = u16(end + 10);
	n = u32(end + 12);
	if (u16(end + 4) || u16(end + 6) || u16(end + 8) != count || count > ZIP_MEMBERS_MAX ||
	    n > ZIP_DIRECTORY_MAX)
		return no_zip();
	dir = malloc(n + 1);
	if (!dir)
		return fail(ST_NOMEM, "no memory for a directory");
	st = read_at(fd, bytes, u32(end + 16), dir, n) ? walk(dir, n, count, each, ctx) : no_zip();
	free(dir);
	return st;
}

static enum status inflate_into(unsigned char *packed, size_t n, struct buf *out)
{
	unsigned char piece[16 * 1024];
	z_stream z = {.next_in = packed, .avail_in = (uInt)n};
	int rc = inflateInit2(&z, -MAX_WBITS);

	while (rc == Z_OK && !out->st) {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		rc = inflate(&z, Z_NO_FLUSH);
		buf_add(out, piece, sizeof piece - z.avail_out);
	}
	inflateEnd(&z);
	return out->st ? out->st : rc == Z_STREAM_END ? ST_OK : no_zip();
}

enum status zip_read(int fd, size_t bytes, const struct zip_member *m, struct buf *out)
{
	unsigned char local[LOCAL_BYTES], *packed;
	enum status st = ST_OK;

	if (m->packed > out->max)
		return fail(ST_TOOBIG, "a member of a ZIP file is too large");
	if (!read_at(fd, bytes, m->at, local, sizeof local) || memcmp(local, "PK\3\4", 4) != 0 ||
	    (m->method != STORED && m->method != DEFLATED))
		return no_zip();
	packed = malloc(m->packed + 1);
	if (!packed)
		return fail(ST_NOMEM, "no memory for a member of a ZIP file");
	if (!read_at(fd, bytes, m->at + LOCAL_BYTES + u16(local + 26) + u16(local + 28), packed,
		     m->packed))
		st = no_zip();
	else if (m->method == STORED)
		buf_add(out, packed, m->packed);
	else
		st = inflate_into(packed, m->packed, out);
	free(packed);
	return st ? st : out->st;
}
