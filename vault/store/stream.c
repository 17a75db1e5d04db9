#include "vault/store/stream.h"

#include "generator/base/file.h"
#include "vault/store/digest.h"
#include "vault/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

/* ---- in ------------------------------------------------------------------------------------- */

static enum status copy_in(git_odb_stream *stream, int fd, size_t bytes, struct sha256 *sum)
{
	char piece[PIECE];
	size_t at = 0;

	while (at < bytes) {
		size_t want = bytes - at < PIECE ? bytes - at : PIECE;
		ssize_t n = pread(fd, piece, want, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(ST_IO, "a file ends too early");
		sha256_add(sum, piece, (size_t)n);
		int rc = git_odb_stream_write(stream, piece, (size_t)n);
		if (rc)
			return git_failed(rc, "cannot write a file");
		at += (size_t)n;
	}
	return ST_OK;
}

enum status repo_put_file(struct repo *r, int fd, size_t bytes, struct oid *id,
			  char sha256[static SHA256_HEX])
{
	git_odb *odb = NULL;
	git_odb_stream *stream = NULL;
	struct sha256 sum;
	git_oid made;
	enum status st = ST_OK;
	int rc = git_repository_odb(&odb, r->git);

	*id = (struct oid){{0}};
	sha256_init(&sum);
	if (!rc)
		rc = git_odb_open_wstream(&stream, odb, bytes, GIT_OBJECT_BLOB);
	if (rc)
		st = git_failed(rc, "cannot write a file");
	if (!st)
		st = copy_in(stream, fd, bytes, &sum);
	rc = st ? 0 : git_odb_stream_finalize_write(&made, stream);
	if (rc)
		st = git_failed(rc, "cannot write a file");
	git_odb_stream_free(stream);
	git_odb_free(odb);
	if (st)
		return st;
	oid_from_git(id, &made);
	digest_remember(r, &made, &sum, sha256);
	return ST_OK;
}

/* ---- out ------------------------------------------------------------------------------------ */

static enum status copy_out(git_odb_stream *stream, int fd, size_t bytes)
{
	char piece[PIECE];
	enum status st = ST_OK;

	while (!st && bytes) {
		int n = git_odb_stream_read(stream, piece, bytes < PIECE ? bytes : PIECE);

		if (n <= 0)
			return fail(ST_CORRUPT, "a stored file ends too early");
		st = file_put(fd, span_make(piece, (size_t)n), "a file");
		bytes -= (size_t)n;
	}
	return st;
}

/* The library reads what is in a pack only as a whole, and checks it. */
static enum status copy_whole(git_odb *odb, const git_oid *id, int fd)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	git_odb_object *o = NULL;
	enum status st;
	int rc;

	pthread_mutex_lock(&one_at_a_time);
	rc = git_odb_read(&o, odb, id);
	st = rc ? git_broken(rc, "cannot read a file")
		: file_put(fd, span_make(git_odb_object_data(o), git_odb_object_size(o)), "a file");
	git_odb_object_free(o);
	pthread_mutex_unlock(&one_at_a_time);
	return st;
}

/* Reading piece by piece checks nothing. */
static enum status check_id(int fd, const git_oid *id)
{
	char path[64];
	git_oid now;
	int rc;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = git_odb_hashfile(&now, path, GIT_OBJECT_BLOB);
	if (rc)
		return git_failed(rc, "cannot check a file");
	return git_oid_equal(&now, id) ? ST_OK : fail(ST_CORRUPT, "a stored file is damaged");
}

static enum status get(git_odb *odb, const git_oid *id, size_t max, int fd, size_t *bytes)
{
	git_odb_stream *stream = NULL;
	git_object_t type;
	enum status st;
	int rc = git_odb_read_header(bytes, &type, odb, id);

	if (rc)
		return git_failed(rc, "cannot read a file");
	if (type != GIT_OBJECT_BLOB)
		return fail(ST_CORRUPT, "an object is not of the kind it should be");
	if (*bytes > max)
		return fail(ST_TOOBIG, "a file over %zu bytes", max);
	rc = git_odb_open_rstream(&stream, bytes, &type, odb, id);
	st = rc ? copy_whole(odb, id, fd) : copy_out(stream, fd, *bytes);
	git_odb_stream_free(stream);
	return st ? st : check_id(fd, id);
}

enum status repo_get_file(struct repo *r, const struct oid *id, size_t max, int *fd, size_t *bytes)
{
	git_odb *odb = NULL;
	git_oid git_id;
	enum status st;
	int rc = git_repository_odb(&odb, r->git);

	*fd = -1;
	*bytes = 0;
	if (rc)
		return git_failed(rc, "cannot read a file");
	oid_to_git(&git_id, id);
	*fd = open(r->store->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	st = *fd >= 0 ? get(odb, &git_id, max, *fd, bytes)
		      : fail(ST_IO, "no temporary file: %s", strerror(errno));
	if (!st && lseek(*fd, 0, SEEK_SET) != 0)
		st = fail(ST_IO, "a temporary file: %s", strerror(errno));
	if (st && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	git_odb_free(odb);
	return st;
}

static enum status sum_of(int fd, unsigned char sha[static SHA256_LEN])
{
	struct sha256 sum;
	char piece[PIECE];
	ssize_t n;

	sha256_init(&sum);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		sha256_add(&sum, piece, (size_t)n);
	sha256_end(&sum, sha);
	return n < 0 ? fail(ST_IO, "cannot read a file: %s", strerror(errno)) : ST_OK;
}

enum status large_sha(struct repo *r, const git_oid *id, unsigned char sha[static SHA256_LEN])
{
	struct oid oid;
	size_t bytes;
	enum status st;
	int fd;

	oid_from_git(&oid, id);
	st = repo_get_file(r, &oid, SIZE_MAX, &fd, &bytes);
	if (st)
		return st;
	st = sum_of(fd, sha);
	close(fd);
	return st;
}
