#include "vault/journal/tile.h"

#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INDEX_PARTS = 7 }; /* of three digits: more than 2^64 / 256 needs */

void tile_path(struct buf *out, unsigned level, uint64_t index, unsigned width)
{
	unsigned part[INDEX_PARTS], n = 0;

	do {
		part[n++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index);
	buf_addf(out, "tile/%u", level);
	while (n-- > 0)
		buf_addf(out, n ? "/x%03u" : "/%03u", part[n]);
	if (width < TILE_WIDTH)
		buf_addf(out, ".p/%u", width);
}

/* A path is right if writing what was understood gives the same text. */
bool tile_parse(struct span path, unsigned *level, uint64_t *index, unsigned *width)
{
	struct span rest = path, part;
	struct buf again;
	bool same;
	long v;

	*index = 0;
	*width = TILE_WIDTH;
	if (path.n > 64 || !span_is(span_cut(&rest, '/'), "tile") ||
	    !span_number(span_cut(&rest, '/'), TILE_LEVELS - 1, &v))
		return false;
	*level = (unsigned)v;
	for (int i = 0; rest.p && i < INDEX_PARTS; i++) {
		part = span_cut(&rest, '/');
		if (part.n == 5 && span_ends(part, SPAN(".p"))) {
			part.n = 3;
			if (!span_number(rest, TILE_WIDTH - 1, &v) || v < 1)
				return false;
			*width = (unsigned)v;
			rest = SPAN_NONE;
		} else if (part.n == 4 && part.p[0] == 'x') {
			part = span_make(part.p + 1, 3);
		}
		if (part.n != 3 || !span_number(part, 999, &v))
			return false;
		*index = *index * 1000 + (uint64_t)v;
	}
	buf_init(&again, 128);
	tile_path(&again, *level, *index, *width);
	same = !rest.p && span_eq(buf_span(&again), path);
	buf_clear(&again);
	return same;
}

static enum status full_path(char out[PATH_MAX], const char *dir, unsigned level, uint64_t index,
			     unsigned width)
{
	struct buf b;
	enum status st;

	buf_init(&b, PATH_MAX - 1);
	buf_adds(&b, dir);
	buf_addc(&b, '/');
	tile_path(&b, level, index, width);
	st = b.st;
	if (!st)
		memcpy(out, buf_str(&b), b.len + 1);
	buf_clear(&b);
	return st;
}

static enum status read_exact(const char *path, unsigned width, struct hash *out)
{
	struct buf b;
	enum status st;

	buf_init(&b, TILE_WIDTH * sizeof *out);
	st = file_read(path, &b);
	if (st == ST_TOOBIG || (!st && b.len != width * sizeof *out))
		st = fail(ST_CORRUPT, "%s has a wrong length", path);
	if (!st)
		memcpy(out, b.data, b.len);
	buf_clear(&b);
	return st;
}

enum status tile_read(const char *dir, unsigned level, uint64_t index, unsigned width,
		      struct hash *out)
{
	char path[PATH_MAX];
	struct hash full[TILE_WIDTH];
	enum status st = full_path(path, dir, level, index, width);

	if (!st)
		st = read_exact(path, width, out);
	if (st != ST_NOTFOUND || width == TILE_WIDTH)
		return st;
	st = full_path(path, dir, level, index, TILE_WIDTH);
	if (!st)
		st = read_exact(path, TILE_WIDTH, full);
	if (!st)
		memcpy(out, full, width * sizeof *out);
	return st;
}

static bool has_size(const char *path, size_t size)
{
	struct stat sb;

	return lstat(path, &sb) == 0 && S_ISREG(sb.st_mode) && (size_t)sb.st_size == size;
}

static enum status make_parent(const char *path)
{
	char copy[PATH_MAX];

	memcpy(copy, path, strlen(path) + 1);
	*strrchr(copy, '/') = '\0';
	return file_exists(copy) ? ST_OK : file_mkdirs(copy);
}

enum status tile_write(const char *dir, unsigned level, uint64_t index, unsigned width,
		       const struct hash *h)
{
	char path[PATH_MAX], partial[PATH_MAX + 2];
	enum status st = full_path(path, dir, level, index, width);
	struct span bytes = span_make((const char *)h, width * sizeof *h);

	if (!st && !has_size(path, bytes.n)) {
		st = make_parent(path);
		if (!st)
			st = file_write_fast(path, bytes, 0600);
	}
	if (st || width < TILE_WIDTH)
		return st;
	snprintf(partial, sizeof partial, "%s.p", path);
	return file_exists(partial) ? file_remove_tree(partial) : ST_OK;
}

static enum status sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0 || fsync(fd) < 0)
		st = fail(ST_IO, "cannot sync %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return st;
}

enum status tile_sync(const char *dir, unsigned level, uint64_t index, unsigned width)
{
	char path[PATH_MAX];
	size_t stop = strlen(dir);
	enum status st = full_path(path, dir, level, index, width);

	while (!st && strlen(path) > stop) {
		st = sync_path(path);
		*strrchr(path, '/') = '\0';
	}
	return st;
}

enum status tile_load_tree(const char *dir, uint64_t size, struct tree *t)
{
	enum status st = ST_OK;

	tree_init(t);
	t->size = size;
	for (unsigned level = 0; level < TILE_LEVELS && !st; level++) {
		unsigned width = tree_edge_width(size, level);

		t->edge[level].width = width;
		if (width)
			st = tile_read(dir, level, size >> (8 * level) >> 8, width,
				       t->edge[level].h);
	}
	if (!st)
		tree_from_edges(t);
	return st;
}

enum status tile_write_edges(const char *dir, const struct tree *t)
{
	enum status st = ST_OK;

	for (unsigned level = 0; level < TILE_LEVELS && !st; level++)
		if (t->edge[level].width)
			st = tile_write(dir, level, t->size >> (8 * level) >> 8,
					t->edge[level].width, t->edge[level].h);
	return st;
}
