/*
 * Sealing: what tail holds is synced in bodies and tiles, so that tail can begin anew.  The order
 * is checkpoint and tiles, bodies, `sealed`, new tail; a crash between any two loses nothing,
 * because replay passes over records that are sealed.
 */
#include "vault/journal/journal_impl.h"
#include "vault/journal/tile.h"

#include "generator/base/day.h"
#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char title[] = "karte journal seal 1";

enum status seal_write(const char *dir, const struct seal *s)
{
	char path[PATH_MAX], time[DAY_TEXT];
	struct buf b;
	enum status st;

	buf_init(&b, 4096);
	time_utc(s->t, time);
	buf_addf(&b, "%s\nsize %llu\ntime %s\nroot ", title, (unsigned long long)s->size, time);
	buf_addhex(&b, s->root.b, sizeof s->root.b);
	for (int c = 0; c < RECORD_CLASSES; c++)
		buf_addf(&b, "\n%s %llu", record_class_name(c), (unsigned long long)s->body[c]);
	buf_addc(&b, '\n');
	snprintf(path, sizeof path, "%s/sealed", dir);
	st = b.st ? b.st : file_write(path, buf_span(&b), 0600);
	buf_clear(&b);
	return st;
}

/* The value of the next line, which must have this name. */
static struct span value_of(struct span *rest, const char *name)
{
	struct span line = span_cut(rest, '\n');

	return span_is(span_cut(&line, ' '), name) ? line : SPAN_NONE;
}

static bool number_of(struct span *rest, const char *name, uint64_t *out)
{
	long v;

	if (!span_number(value_of(rest, name), LONG_MAX, &v))
		return false;
	*out = (uint64_t)v;
	return true;
}

static bool parse_seal(struct span rest, struct seal *out)
{
	struct span hex;
	size_t n = 0;

	if (!span_is(span_cut(&rest, '\n'), title) || !number_of(&rest, "size", &out->size) ||
	    !time_parse_utc(value_of(&rest, "time"), &out->t))
		return false;
	hex = value_of(&rest, "root");
	if (sodium_hex2bin(out->root.b, sizeof out->root.b, hex.p, hex.n, NULL, &n, NULL) ||
	    n != sizeof out->root.b)
		return false;
	for (int c = 0; c < RECORD_CLASSES; c++)
		if (!number_of(&rest, record_class_name(c), &out->body[c]))
			return false;
	return rest.p && rest.n == 0;
}

enum status sealed_read(const char *dir, struct seal *out)
{
	char path[PATH_MAX];
	struct buf b;
	enum status st;

	*out = (struct seal){0};
	snprintf(path, sizeof path, "%s/sealed", dir);
	buf_init(&b, 4096);
	st = file_read(path, &b);
	if (st == ST_TOOBIG || (!st && !parse_seal(buf_span(&b), out)))
		st = fail(ST_CORRUPT, "%s is not as the journal writes it", path);
	buf_clear(&b);
	return st;
}

enum status checkpoint_read(const char *dir, const struct log_signer *s, struct buf *note,
			    struct checkpoint *out)
{
	char path[PATH_MAX];
	struct buf b;
	enum status st;

	snprintf(path, sizeof path, "%s/checkpoint", dir);
	buf_init(&b, NOTE_MAX);
	st = file_read(path, &b);
	if (!st)
		st = note_read(buf_span(&b), s, out);
	if (!st && note)
		buf_addspan(note, buf_span(&b));
	if (st == ST_INVALID || st == ST_NOTFOUND || st == ST_TOOBIG)
		st = fail(ST_CORRUPT, "%s: %s", path, fail_why());
	buf_clear(&b);
	return st;
}

enum status state_publish(struct journal *j)
{
	struct checkpoint c = {.size = j->tree.size};
	char path[PATH_MAX];
	struct buf note;
	enum status st;

	if (j->published == c.size)
		return ST_OK;
	c.root = tree_root(&j->tree);
	buf_init(&note, NOTE_MAX);
	note_write(&note, &j->key, &c);
	snprintf(path, sizeof path, "%s/checkpoint", j->dir);
	st = note.st ? note.st : tile_write_edges(j->dir, &j->tree);
	if (!st)
		st = file_write(path, buf_span(&note), 0600);
	if (!st)
		j->published = c.size;
	buf_clear(&note);
	return st;
}

/* Every tile that was written since the last seal. */
static enum status sync_tiles(struct journal *j)
{
	enum status st = ST_OK;

	for (unsigned level = 0; level < TILE_LEVELS && !st; level++) {
		uint64_t from = j->base >> (8 * level) >> 8;
		uint64_t to = j->tree.size >> (8 * level) >> 8;

		for (; from < to && !st; from++)
			st = tile_sync(j->dir, level, from, TILE_WIDTH);
		if (!st && j->tree.edge[level].width)
			st = tile_sync(j->dir, level, to, j->tree.edge[level].width);
	}
	return st;
}

static enum status new_tail(struct journal *j)
{
	char path[PATH_MAX];
	enum status st;
	int fd;

	snprintf(path, sizeof path, "%s/tail", j->dir);
	st = file_write(path, SPAN(""), 0600);
	if (st)
		return st;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail(ST_IO, "cannot open %s: %s", path, strerror(errno));
	close(j->tail_fd);
	j->tail_fd = fd;
	j->tail_size = 0;
	return ST_OK;
}

enum status state_seal(struct journal *j)
{
	struct seal s = {.size = j->tree.size, .t = j->last_t, .root = tree_root(&j->tree)};
	char month[MONTH];
	enum status st = state_publish(j);

	if (!st)
		st = sync_tiles(j);
	month_of(s.t, month);
	for (int c = 0; c < RECORD_CLASSES && !st; c++) {
		st = body_sync(j, c);
		if (strcmp(j->body[c].month, month) == 0)
			s.body[c] = j->body[c].size;
	}
	if (!st)
		st = seal_write(j->dir, &s);
	if (!st) {
		j->base = s.size;
		st = new_tail(j);
	}
	if (st)
		j->stale = true; /* nothing is lost; load() sorts out how far this came */
	else
		j->seal_at = j->seal_every;
	return st;
}
