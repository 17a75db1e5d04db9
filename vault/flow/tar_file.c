#include "vault/flow/tar_file.h"

#include "generator/base/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

struct tar {
	struct archive *a;
	bool writes;
};

static enum status broken(struct tar *t, enum status st, const char *what)
{
	const char *why = archive_error_string(t->a);

	return fail(st, "%s: %s", what, why ? why : "no reason given");
}

static enum status made(struct tar **out, bool writes)
{
	struct tar *t = calloc(1, sizeof *t);

	*out = t;
	if (!t)
		return fail(ST_NOMEM, "no memory for an archive");
	t->writes = writes;
	t->a = writes ? archive_write_new() : archive_read_new();
	return t->a ? ST_OK : fail(ST_NOMEM, "no memory for an archive");
}

enum status tar_create(struct tar **out, int fd)
{
	enum status st = made(out, true);

	if (!st && (archive_write_set_format_pax_restricted((*out)->a) != ARCHIVE_OK ||
		    archive_write_open_fd((*out)->a, fd) != ARCHIVE_OK))
		st = broken(*out, ST_IO, "cannot write an archive");
	return st;
}

enum status tar_open(struct tar **out, int fd)
{
	enum status st = made(out, false);

	if (!st && (archive_read_support_format_tar((*out)->a) != ARCHIVE_OK ||
		    archive_read_open_fd((*out)->a, fd, PIECE) != ARCHIVE_OK))
		st = broken(*out, ST_CORRUPT, "バックアップのファイルではありません");
	return st;
}

enum status tar_close(struct tar *t)
{
	enum status st = ST_OK;

	if (!t)
		return ST_OK;
	if (t->a && t->writes && archive_write_close(t->a) != ARCHIVE_OK)
		st = broken(t, ST_IO, "cannot end an archive");
	if (t->a && t->writes)
		archive_write_free(t->a);
	else if (t->a)
		archive_read_free(t->a);
	free(t);
	return st;
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum status put_head(struct tar *t, const char *name, uint64_t size, int64_t at)
{
	struct archive_entry *e = archive_entry_new();
	enum status st = ST_OK;

	if (!e)
		return fail(ST_NOMEM, "no memory for an archive");
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, (la_int64_t)size);
	archive_entry_set_mtime(e, (time_t)at, 0);
	if (archive_write_header(t->a, e) != ARCHIVE_OK)
		st = broken(t, ST_IO, "cannot write an archive");
	archive_entry_free(e);
	return st;
}

static enum status put_bytes(struct tar *t, const void *p, size_t n)
{
	return archive_write_data(t->a, p, n) == (la_ssize_t)n
		   ? ST_OK
		   : broken(t, ST_IO, "cannot write an archive");
}

enum status tar_put(struct tar *t, const char *name, int fd, uint64_t size, int64_t at)
{
	char piece[PIECE];
	uint64_t done = 0;
	enum status st = put_head(t, name, size, at);

	while (!st && done < size) {
		size_t want = size - done < PIECE ? (size_t)(size - done) : PIECE;
		ssize_t n = pread(fd, piece, want, (off_t)done);

		if (n <= 0)
			return fail(ST_IO, "%s ends too early", name);
		st = put_bytes(t, piece, (size_t)n);
		done += (uint64_t)n;
	}
	return st;
}

enum status tar_put_text(struct tar *t, const char *name, struct span text, int64_t at)
{
	enum status st = put_head(t, name, text.n, at);

	return st ? st : put_bytes(t, text.p, text.n);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Names that this program writes: relative, no ".." and nothing hidden. */
static bool harmless(const char *name)
{
	bool good = name && *name && *name != '/' && strlen(name) < TAR_NAME;

	for (const char *p = name; good && *p; p++)
		if ((p == name || p[-1] == '/') && (*p == '.' || *p == '/'))
			good = false;
	return good;
}

enum status tar_next(struct tar *t, char name[static TAR_NAME], uint64_t *size)
{
	struct archive_entry *e;
	int rc = archive_read_next_header(t->a, &e);
	const char *path;

	name[0] = '\0';
	if (rc == ARCHIVE_EOF)
		return ST_OK;
	if (rc != ARCHIVE_OK)
		return broken(t, ST_CORRUPT,
			      "バックアップのファイルが途中で切れているか、"
			      "変えられています");
	path = archive_entry_pathname(e);
	if (archive_entry_filetype(e) != AE_IFREG || !archive_entry_size_is_set(e) ||
	    !harmless(path))
		return fail(ST_CORRUPT, "バックアップのファイルに、あるはずのないものがあります");
	memcpy(name, path, strlen(path) + 1);
	*size = (uint64_t)archive_entry_size(e);
	return ST_OK;
}

static enum status take(struct tar *t, int fd, struct buf *out)
{
	char piece[PIECE];
	enum status st = ST_OK;
	la_ssize_t n = 0;

	while (!st && (n = archive_read_data(t->a, piece, sizeof piece)) > 0) {
		if (out)
			buf_add(out, piece, (size_t)n);
		else
			st = file_put(fd, span_make(piece, (size_t)n), "what is read");
	}
	if (st)
		return st;
	if (n < 0)
		return broken(t, ST_CORRUPT,
			      "バックアップのファイルが途中で切れているか、"
			      "変えられています");
	return out ? out->st : ST_OK;
}

enum status tar_take(struct tar *t, int fd)
{
	return take(t, fd, NULL);
}

enum status tar_take_text(struct tar *t, struct buf *out)
{
	return take(t, -1, out);
}
