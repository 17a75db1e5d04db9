/* The state in memory: from `sealed`, tiles and `tail`, kept level with other processes. */
#include "vault/journal/lines.h"
#include "vault/journal/tile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status sink(void *ctx, unsigned level, uint64_t index, const struct hash *h)
{
	struct journal *j = ctx;

	return tile_write(j->dir, level, index, TILE_WIDTH, h);
}

enum status state_apply(struct journal *j, int class, struct span line, int64_t t)
{
	struct hash leaf = hash_leaf(line);
	char month[MONTH];
	enum status st = tree_add(&j->tree, &leaf, sink, j), st2;

	j->last_t = t;
	month_of(t, month);
	st2 = body_add(j, class, month, line);
	if (st || st2)
		j->stale = true;
	return st ? st : st2;
}

enum status state_flush(struct journal *j)
{
	enum status st = ST_OK;

	for (int c = 0; c < RECORD_CLASSES && !st; c++)
		st = body_flush(j, c);
	if (st)
		j->stale = true;
	return st;
}

void state_close(struct journal *j)
{
	for (int c = 0; c < RECORD_CLASSES; c++) {
		body_close(&j->body[c]);
		buf_clear(&j->body[c].pending);
	}
	if (j->tail_fd >= 0)
		close(j->tail_fd);
	j->tail_fd = -1;
}

void state_notice(struct journal *j, const char *fmt, ...)
{
	va_list ap;

	if (j->opened)
		return;
	va_start(ap, fmt);
	vsnprintf(j->notice, sizeof j->notice, fmt, ap);
	va_end(ap);
}

/* ---- replay ---- */

struct replay {
	struct journal *j;
	const struct checkpoint *promised; /* what must hold on the way; NULL: not from the start */
};

static enum status keeps(struct replay *r)
{
	struct journal *j = r->j;
	struct hash root;

	if (!r->promised || j->tree.size != r->promised->size)
		return ST_OK;
	root = tree_root(&j->tree);
	if (!hash_eq(&root, &r->promised->root))
		return fail(ST_CORRUPT, "the journal does not give the root of its checkpoint");
	return tile_write_edges(j->dir, &j->tree);
}

static enum status replay_line(void *ctx, int class, struct span line, uint64_t n, int64_t t)
{
	struct replay *r = ctx;
	struct journal *j = r->j;
	enum status st;

	if (n < j->base)
		return ST_OK; /* a crash came between sealing and beginning the new tail */
	if (n != j->tree.size || t < j->last_t)
		return fail(ST_CORRUPT, "the journal's tail has a gap before record %llu",
			    (unsigned long long)n);
	st = state_apply(j, class, line, t);
	return st ? st : keeps(r);
}

/* A class has no file that is newer than its newest record: else tail lost what bodies have. */
static enum status check_newer(struct journal *j)
{
	struct body_list list;
	enum status st = body_list_read(&list, j->dir);

	for (size_t i = 0; i < list.count && !st; i++) {
		const struct body_file *f = &list.file[i];

		if (f->size && strcmp(f->month, j->body[f->class].month) > 0)
			st = fail(ST_CORRUPT, "bodies/%s/%s.jsonl was never logged",
				  record_class_name(f->class), f->month);
	}
	body_list_clear(&list);
	return st;
}

/* What tail holds from tail_size on; a torn batch at its end is cut off. */
static enum status replay(struct journal *j, const struct checkpoint *promised)
{
	struct replay r = {j, promised};
	size_t good = 0, torn = 0;
	struct buf bytes;
	enum status st;

	buf_init(&bytes, 2u * TAIL_MAX);
	st = tail_read(j->tail_fd, j->tail_size, &bytes);
	if (!st)
		st = keeps(&r);
	if (!st)
		st = tail_parse(buf_span(&bytes), replay_line, &r, &good);
	if (!st)
		st = state_flush(j);
	if (!st && promised)
		st = check_newer(j);
	torn = bytes.len - good;
	if (!st && torn) {
		if (ftruncate(j->tail_fd, (off_t)(j->tail_size + good)) < 0)
			st = fail(ST_IO, "cannot cut the journal's tail: %s", strerror(errno));
		state_notice(j, "cut %zu bytes of an unfinished batch off the journal's tail",
			     torn);
	}
	j->tail_size += good;
	buf_clear(&bytes);
	return st;
}

/* ---- load ---- */

static enum status open_tail(struct journal *j)
{
	char path[PATH_MAX];
	struct stat sb;

	snprintf(path, sizeof path, "%s/tail", j->dir);
	if (j->tail_fd >= 0)
		close(j->tail_fd);
	j->tail_fd = open(path, O_RDWR | O_CLOEXEC);
	if (j->tail_fd < 0 || fstat(j->tail_fd, &sb) < 0)
		return fail(errno == ENOENT ? ST_CORRUPT : ST_IO, "cannot open %s: %s", path,
			    strerror(errno));
	if (sb.st_size > TAIL_MAX + 2 * BATCH_BYTES)
		return fail(ST_CORRUPT, "%s is too long", path);
	j->tail_size = 0;
	return ST_OK;
}

static void begin_from(struct journal *j, const struct seal *s)
{
	j->base = s->size;
	j->last_t = s->t;
	for (int c = 0; c < RECORD_CLASSES; c++) {
		struct body *b = &j->body[c];

		body_close(b);
		buf_clear(&b->pending);
		buf_init(&b->pending, 2u * TAIL_MAX);
		month_of(s->t, b->month);
		b->size = s->body[c];
	}
}

static enum status load_tree(struct journal *j, const struct seal *s)
{
	enum status st = tile_load_tree(j->dir, s->size, &j->tree);
	struct hash root;

	if (!st) {
		root = tree_root(&j->tree);
		if (hash_eq(&root, &s->root))
			return ST_OK;
	}
	if (st && st != ST_NOTFOUND && st != ST_CORRUPT)
		return st;
	st = rebuild_tree(j, s);
	if (!st)
		state_notice(j, "made lost tiles again from the records");
	return st;
}

static enum status load(struct journal *j)
{
	struct checkpoint c;
	struct seal s;
	enum status st;

	j->stale = true;
	st = sealed_read(j->dir, &s);
	if (!st)
		st = open_tail(j);
	if (st)
		return st;
	begin_from(j, &s);
	st = load_tree(j, &s);
	if (!st)
		st = checkpoint_read(j->dir, &j->key, NULL, &c);
	if (!st)
		st = replay(j, &c);
	if (!st && c.size > j->tree.size)
		st = fail(ST_CORRUPT, "the journal has %llu records, its checkpoint says %llu",
			  (unsigned long long)j->tree.size, (unsigned long long)c.size);
	if (st)
		return st;
	j->published = c.size;
	j->seal_at = j->seal_every;
	j->stale = false;
	return ST_OK;
}

/* A write failed and could not be undone then: the disk may be well again now. */
static enum status undo_failed(struct journal *j, const struct stat *sb)
{
	if ((uint64_t)sb->st_size == j->tail_failed && sb->st_nlink > 0 &&
	    (ftruncate(j->tail_fd, (off_t)j->tail_size) < 0 || fdatasync(j->tail_fd) < 0))
		return fail(ST_IO, "cannot cut the journal's tail: %s", strerror(errno));
	j->tail_failed = 0;
	return ST_OK;
}

enum status state_refresh(struct journal *j)
{
	struct stat sb;
	enum status st = ST_OK;

	if (j->tail_fd < 0)
		return load(j);
	if (fstat(j->tail_fd, &sb) < 0)
		return fail(ST_IO, "cannot look at the journal's tail: %s", strerror(errno));
	if (j->tail_failed)
		st = undo_failed(j, &sb);
	if (st)
		return st;
	if (j->stale || sb.st_nlink == 0)
		return load(j);
	if ((uint64_t)sb.st_size == j->tail_size)
		return ST_OK;
	if ((uint64_t)sb.st_size < j->tail_size) {
		j->stale = true;
		return fail(ST_CORRUPT, "the journal's tail was cut off");
	}
	st = replay(j, NULL);
	if (st)
		j->stale = true;
	return st;
}
