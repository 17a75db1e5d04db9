#include "vault/auth/locker.h"

#include "generator/base/file.h"

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#define MAGIC "KLK1"
enum {
	PIECE = 64 * 1024,
	MORE = crypto_secretstream_xchacha20poly1305_ABYTES,
	HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
};

_Static_assert((int)LOCKER_KEY == (int)crypto_secretstream_xchacha20poly1305_KEYBYTES, "key");

typedef crypto_secretstream_xchacha20poly1305_state stream;

enum status locker_key(const char *path, unsigned char key[static LOCKER_KEY])
{
	struct buf b;
	enum status st;

	buf_init_secret(&b, 1024);
	st = file_read(path, &b);
	if (st == ST_NOTFOUND) {
		randombytes_buf(key, LOCKER_KEY);
		st = file_write(path, span_make((const char *)key, LOCKER_KEY), 0600);
	} else if (!st && b.len != LOCKER_KEY) {
		st = fail(ST_CORRUPT, "%s is not a key", path);
	} else if (!st) {
		memcpy(key, b.data, LOCKER_KEY);
	}
	buf_clear(&b);
	return st;
}

/* ---- bytes of files ------------------------------------------------------------------------- */

static enum status put(int fd, const void *bytes, size_t n)
{
	return file_put(fd, span_make(bytes, n), "what is put aside");
}

static enum status get(int fd, void *bytes, size_t n)
{
	char *p = bytes;

	while (n) {
		ssize_t done = read(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return fail(done ? ST_IO : ST_CORRUPT, "what was put aside is cut short");
		p += done;
		n -= (size_t)done;
	}
	return ST_OK;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static enum status put_box(stream *s, int fd, const void *bytes, size_t n, bool last)
{
	unsigned char box[4 + PIECE + MORE];
	size_t all = n + MORE;

	for (int i = 0; i < 4; i++)
		box[i] = (unsigned char)(all >> (8 * i));
	crypto_secretstream_xchacha20poly1305_push(
	    s, box + 4, NULL, bytes, n, NULL, 0,
	    last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
	return put(fd, box, 4 + all);
}

static enum status get_box(stream *s, int fd, char plain[static PIECE], size_t *n, bool *last)
{
	unsigned char length[4], box[PIECE + MORE], tag = 0;
	unsigned long long m = 0;
	size_t all = 0;
	enum status st = get(fd, length, sizeof length);

	for (int i = 0; i < 4 && !st; i++)
		all |= (size_t)length[i] << (8 * i);
	if (!st && (all < MORE || all > sizeof box))
		st = fail(ST_CORRUPT, "what was put aside is damaged");
	if (!st)
		st = get(fd, box, all);
	if (!st && crypto_secretstream_xchacha20poly1305_pull(s, (unsigned char *)plain, &m, &tag,
							      box, all, NULL, 0) != 0)
		st = fail(ST_CORRUPT, "what was put aside does not open");
	*n = (size_t)m;
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return st;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static enum status put_content(stream *s, int in, size_t bytes, int out)
{
	char piece[PIECE];
	size_t at = 0;
	enum status st = ST_OK;

	while (at < bytes && !st) {
		size_t want = bytes - at < PIECE ? bytes - at : PIECE;
		ssize_t n = pread(in, piece, want, (off_t)at);

		if (n <= 0)
			return fail(ST_IO, "a file ends too early");
		st = put_box(s, out, piece, (size_t)n, false);
		at += (size_t)n;
	}
	sodium_memzero(piece, sizeof piece);
	return st ? st : put_box(s, out, "", 0, true);
}

enum status locker_close(const unsigned char key[static LOCKER_KEY], struct span head, int in,
			 size_t bytes, int out)
{
	unsigned char header[HEADER];
	stream s;
	enum status st;

	if (head.n > LOCKER_HEAD_MAX)
		return fail(ST_TOOBIG, "too much is said about a file");
	crypto_secretstream_xchacha20poly1305_init_push(&s, header, key);
	st = put(out, MAGIC, 4);
	if (!st)
		st = put(out, header, sizeof header);
	if (!st)
		st = put_box(&s, out, head.p, head.n, false);
	if (!st)
		st = put_content(&s, in, bytes, out);
	sodium_memzero(&s, sizeof s);
	return st;
}

static enum status begin(stream *s, const unsigned char *key, int in, struct buf *head)
{
	unsigned char header[4 + HEADER];
	char piece[PIECE];
	size_t n = 0;
	bool last = false;
	enum status st = lseek(in, 0, SEEK_SET) == 0 ? get(in, header, sizeof header) : ST_IO;

	if (!st && (memcmp(header, MAGIC, 4) != 0 ||
		    crypto_secretstream_xchacha20poly1305_init_pull(s, header + 4, key) != 0))
		st = fail(ST_CORRUPT, "nothing that was put aside");
	if (!st)
		st = get_box(s, in, piece, &n, &last);
	if (!st)
		buf_add(head, piece, n);
	return st ? st : head->st;
}

enum status locker_head(const unsigned char key[static LOCKER_KEY], int in, struct buf *head)
{
	stream s;
	enum status st = begin(&s, key, in, head);

	sodium_memzero(&s, sizeof s);
	return st;
}

enum status locker_open(const unsigned char key[static LOCKER_KEY], int in, struct buf *head,
			int out, size_t *bytes)
{
	char piece[PIECE];
	bool last = false;
	stream s;
	enum status st = begin(&s, key, in, head);

	*bytes = 0;
	while (!st && !last) {
		size_t n = 0;
		st = get_box(&s, in, piece, &n, &last);
		if (!st)
			st = put(out, piece, n);
		*bytes += n;
	}
	sodium_memzero(piece, sizeof piece);
	sodium_memzero(&s, sizeof s);
	return st;
}
