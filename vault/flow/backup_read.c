/* Reading a backup: everything is checked, also what nobody has a key for. */
#include "vault/flow/backup.h"

#include "generator/base/day.h"
#include "generator/base/sha256.h"
#include "vault/flow/tar_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MANIFEST_MAX = 256 * 1024 * 1024, PIECE = 64 * 1024 };
static const char manifest_name[] = BACKUP_KEY_VAULT "/manifest";

struct reading {
	struct tar *tar;
	const struct backup_keys *keys;
	const struct backup_sink *sink;
	struct backup_result *out;
	struct buf seen; /* the list as it is seen, to be compared with the one that is there */
	size_t members;
	bool ended;
};

static enum status altered(const char *what)
{
	return fail(ST_CORRUPT,
		    "バックアップのファイルが途中で切れているか、変えられています（%s）", what);
}

/* ---- the head ----------------------------------------------------------------------------- */

static bool word_line(struct span *rest, const char *word, struct span *out)
{
	*out = span_cut(rest, '\n');
	return span_is(span_cut(out, ' '), word);
}

static enum status read_head(struct reading *r)
{
	char name[TAR_NAME];
	uint64_t size;
	struct buf head;
	struct span rest, origin, at, checkpoint;
	bool good;
	enum status st = tar_next(r->tar, name, &size);

	buf_init(&head, 4096);
	if (!st && strcmp(name, "karte-backup") != 0)
		st = fail(ST_CORRUPT, "こどもカルテのバックアップではありません");
	if (!st)
		st = tar_take_text(r->tar, &head);
	rest = buf_span(&head);
	good = !st && span_is(span_cut(&rest, '\n'), "karte-backup 1") &&
	       word_line(&rest, "origin", &origin) && word_line(&rest, "at", &at) &&
	       word_line(&rest, "checkpoint", &checkpoint) &&
	       span_copy(origin, r->out->origin, sizeof r->out->origin) &&
	       span_copy(checkpoint, r->out->checkpoint, sizeof r->out->checkpoint) &&
	       time_parse_utc(at, &r->out->at);
	if (!st && !good)
		st = fail(ST_CORRUPT, "こどもカルテのバックアップではありません");
	if (!st && strcmp(r->keys->origin, r->out->origin) != 0)
		st = fail(ST_DENIED, "鍵は、別の保管庫（%s）のものです", r->keys->origin);
	buf_addspan(&r->seen, buf_span(&head));
	buf_clear(&head);
	return st;
}

/* ---- members ------------------------------------------------------------------------------ */

static enum status note_seen(struct reading *r, const char *name, int fd)
{
	unsigned char hash[SHA256_LEN];
	struct sha256 h;
	char piece[PIECE];
	uint64_t size = 0;
	ssize_t n;

	sha256_init(&h);
	while ((n = pread(fd, piece, sizeof piece, (off_t)size)) > 0) {
		sha256_add(&h, piece, (size_t)n);
		size += (uint64_t)n;
	}
	sha256_end(&h, hash);
	buf_addhex(&r->seen, hash, sizeof hash);
	buf_addf(&r->seen, " %llu %s\n", (unsigned long long)size, name);
	r->members++;
	r->out->bytes += size;
	return r->seen.st;
}

/* What a repository's bundle says about itself in its head: name, then its commit. */
static enum status give_repo(struct reading *r, struct span text, struct span head, int fd)
{
	struct repo_name name;
	struct oid commit;

	span_cut(&head, '\n');
	if (repo_name_parse(text, &name) || !oid_parse(head, &commit))
		return altered("repository");
	r->out->repositories++;
	return r->sink ? r->sink->repo(r->sink->ctx, &name, &commit, fd) : ST_OK;
}

static enum status give(struct reading *r, const char *name, struct span head, int fd, size_t bytes)
{
	struct span rest = span_of(name), whole = head, kind;
	char path[TAR_NAME];

	if (!span_is(span_cut(&whole, '\n'), name))
		return altered("name");
	span_cut(&rest, '/');
	kind = span_cut(&rest, '/');
	if (span_is(kind, "git"))
		return give_repo(r, rest, head, fd);
	if (!span_is(kind, "files") || !span_copy(rest, path, sizeof path))
		return altered("name");
	r->out->files++;
	return r->sink ? r->sink->file(r->sink->ctx, path, fd, bytes) : ST_OK;
}

static enum status is_whole(struct reading *r, int fd, size_t bytes)
{
	struct buf list;
	char piece[PIECE];
	size_t at = 0;
	ssize_t n;
	enum status st;

	buf_init(&list, MANIFEST_MAX);
	while (at < bytes && (n = pread(fd, piece, sizeof piece, (off_t)at)) > 0) {
		buf_add(&list, piece, (size_t)n);
		at += (size_t)n;
	}
	st = list.st;
	buf_addf(&r->seen, "members %zu\n", r->members);
	if (!st)
		st = r->seen.st;
	if (!st && !span_eq(buf_span(&list), buf_span(&r->seen)))
		st = altered("manifest");
	r->ended = true;
	buf_clear(&list);
	return st;
}

static enum status open_member(struct reading *r, const char *name,
			       const unsigned char key[static LOCKER_KEY], int closed)
{
	struct buf head;
	size_t bytes = 0;
	int plain = memfd_create("karte", MFD_CLOEXEC);
	enum status st = plain < 0 ? fail(ST_NOMEM, "no memory: %s", strerror(errno)) : ST_OK;

	buf_init(&head, LOCKER_HEAD_MAX);
	if (!st)
		st = locker_open(key, closed, &head, plain, &bytes);
	if (st == ST_CORRUPT)
		st = altered(name);
	if (!st && lseek(plain, 0, SEEK_SET) != 0)
		st = fail(ST_IO, "cannot read a copy");
	if (!st && strcmp(name, manifest_name) == 0)
		st = span_is(buf_span(&head), manifest_name) ? is_whole(r, plain, bytes)
							     : altered("manifest");
	else if (!st)
		st = give(r, name, buf_span(&head), plain, bytes);
	if (plain >= 0)
		close(plain);
	buf_clear(&head);
	return st;
}

static enum status one_member(struct reading *r, const char *name)
{
	struct span rest = span_of(name), key_name = span_cut(&rest, '/');
	const struct backup_key_row *key = NULL;
	char id[11];
	int closed = memfd_create("karte", MFD_CLOEXEC);
	enum status st = closed < 0 ? fail(ST_NOMEM, "no memory: %s", strerror(errno)) : ST_OK;

	if (!st && span_copy(key_name, id, sizeof id))
		key = backup_keys_find(r->keys, id);
	if (!st)
		st = tar_take(r->tar, closed);
	if (!st && strcmp(name, manifest_name) != 0)
		st = note_seen(r, name, closed);
	if (!st && (!key || key->gone)) {
		r->out->closed++;
		if (span_is(key_name, BACKUP_KEY_VAULT))
			st = fail(ST_DENIED, "保管庫の鍵がありません");
		else if (r->sink)
			st = r->sink->closed(r->sink->ctx, id, key != NULL);
	} else if (!st) {
		st = open_member(r, name, key->key, closed);
	}
	if (closed >= 0)
		close(closed);
	return st;
}

enum status backup_read(int fd, const struct backup_keys *keys, const struct backup_sink *sink,
			struct backup_result *out)
{
	struct reading r = {.keys = keys, .sink = sink, .out = out};
	char name[TAR_NAME];
	uint64_t size;
	enum status st;

	*out = (struct backup_result){.files = 0};
	buf_init(&r.seen, MANIFEST_MAX);
	lseek(fd, 0, SEEK_SET); /* a pipe stands at its beginning */
	st = tar_open(&r.tar, fd);
	if (!st)
		st = read_head(&r);
	while (!st) {
		st = tar_next(r.tar, name, &size);
		if (st || !name[0])
			break;
		st = r.ended ? altered("end") : one_member(&r, name);
	}
	if (!st && !r.ended)
		st = altered("end");
	tar_close(r.tar);
	buf_clear(&r.seen);
	return st;
}
