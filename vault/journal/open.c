#include "vault/journal/journal_impl.h"
#include "vault/journal/tile.h"

#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status write_in(const char *dir, const char *name, struct span bytes)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return file_write(path, bytes, 0600);
}

static enum status make_folders(const char *dir)
{
	char path[PATH_MAX];
	enum status st = ST_OK;

	for (int c = 0; c < RECORD_CLASSES && !st; c++) {
		snprintf(path, sizeof path, "%s/bodies/%s", dir, record_class_name(c));
		st = file_mkdirs(path);
	}
	snprintf(path, sizeof path, "%s/tile", dir);
	return st ? st : file_mkdirs(path);
}

static enum status write_empty(const char *dir)
{
	struct checkpoint empty = {.root = hash_empty()};
	struct seal seal = {.root = empty.root};
	struct log_signer key;
	struct buf note;
	enum status st;

	buf_init(&note, NOTE_MAX);
	st = signer_load(&key, dir, true);
	if (!st) {
		note_write(&note, &key, &empty);
		st = note.st ? note.st : write_in(dir, "checkpoint", buf_span(&note));
	}
	if (!st)
		st = write_in(dir, "lock", SPAN(""));
	if (!st)
		st = write_in(dir, "tail", SPAN(""));
	if (!st) /* last: it says that the journal is whole */
		st = seal_write(dir, &seal);
	signer_clear(&key);
	buf_clear(&note);
	return st;
}

static bool dir_fits(const char *dir)
{
	return *dir && strlen(dir) < DIR_MAX;
}

enum status journal_create(const char *dir, struct span origin)
{
	char path[PATH_MAX];
	enum status st;

	if (!dir_fits(dir))
		return fail(ST_TOOBIG, "the journal's path is too long");
	snprintf(path, sizeof path, "%s/sealed", dir);
	if (file_exists(path))
		return fail(ST_EXISTS, "%s is a journal already", dir);
	st = make_folders(dir);
	if (!st)
		st = signer_create(dir, origin);
	return st ? st : write_empty(dir);
}

static enum status open_lock(struct journal *j)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/lock", j->dir);
	j->lock_fd = open(path, (j->mode == JOURNAL_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (j->lock_fd < 0)
		return fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s", path,
			    strerror(errno));
	return ST_OK;
}

static struct journal *new_journal(const char *dir, enum journal_mode mode)
{
	struct journal *j = calloc(1, sizeof *j);

	if (!j)
		return NULL;
	memcpy(j->dir, dir, strlen(dir) + 1);
	j->mode = mode;
	j->seal_every = SEAL_AT;
	j->lock_fd = j->tail_fd = -1;
	for (int c = 0; c < RECORD_CLASSES; c++) {
		j->body[c].fd = -1;
		buf_init(&j->body[c].pending, 2u * TAIL_MAX);
	}
	pthread_mutex_init(&j->mutex, NULL);
	return j;
}

static void free_journal(struct journal *j)
{
	if (!j)
		return;
	state_close(j);
	if (j->lock_fd >= 0)
		close(j->lock_fd);
	signer_clear(&j->key);
	pthread_mutex_destroy(&j->mutex);
	free(j);
}

/* Who only reads can go on without a good key: journal_verify reports it. */
static enum status load_key(struct journal *j)
{
	enum status st = signer_load(&j->key, j->dir, j->mode == JOURNAL_WRITE);

	if (j->mode == JOURNAL_READ && (st == ST_CORRUPT || st == ST_NOTFOUND))
		return ST_OK;
	return st;
}

enum status journal_open(struct journal **out, const char *dir, enum journal_mode mode)
{
	struct journal *j;
	enum status st;

	*out = NULL;
	if (!dir_fits(dir))
		return fail(ST_TOOBIG, "the journal's path is too long");
	j = new_journal(dir, mode);
	if (!j)
		return fail(ST_NOMEM, "no memory for the journal");
	st = open_lock(j);
	if (!st)
		st = load_key(j);
	if (!st)
		st = journal_enter(j);
	if (st) {
		free_journal(j);
		return st;
	}
	j->opened = true;
	state_seen(j);
	journal_leave(j);
	*out = j;
	return ST_OK;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	clerk_end(j);
	if (j->mode == JOURNAL_WRITE && !journal_enter(j)) {
		state_publish(j); /* a checkpoint that lags is no harm */
		journal_leave(j);
	}
	free_journal(j);
}

bool journal_writes(const struct journal *j)
{
	return j->mode == JOURNAL_WRITE;
}

const char *journal_notice(const struct journal *j)
{
	return j->notice;
}

const char *journal_origin(const struct journal *j)
{
	return j->key.origin;
}

const char *journal_vkey(const struct journal *j)
{
	return j->key.vkey;
}

/* ---- checkpoints and tiles ---- */

/* The state of now, or what is published when this process may not write. */
static enum status newest(struct journal *j, struct checkpoint *out)
{
	if (j->mode == JOURNAL_READ)
		return checkpoint_read(j->dir, &j->key, NULL, out);
	out->size = j->tree.size;
	out->root = tree_root(&j->tree);
	return ST_OK;
}

static enum status enter_newest(struct journal *j, struct checkpoint *out)
{
	enum status st = journal_enter(j);

	if (st)
		return st;
	st = newest(j, out);
	journal_leave(j);
	return st;
}

enum status journal_size(struct journal *j, uint64_t *size)
{
	struct checkpoint c = {0};
	enum status st = enter_newest(j, &c);

	*size = c.size;
	return st;
}

enum status journal_checkpoint_short(struct journal *j, char out[static JOURNAL_SHORT])
{
	struct checkpoint c;
	enum status st = enter_newest(j, &c);

	*out = '\0';
	if (!st)
		promise_short(&c, out);
	return st;
}

void state_seen(struct journal *j)
{
	struct checkpoint c = {.size = j->tree.size, .root = tree_root(&j->tree)};
	char text[JOURNAL_SHORT];

	promise_short(&c, text);
	pthread_mutex_lock(&j->mutex);
	memcpy(j->seen, text, sizeof text);
	pthread_mutex_unlock(&j->mutex);
}

void journal_checkpoint_seen(struct journal *j, char out[static JOURNAL_SHORT])
{
	pthread_mutex_lock(&j->mutex);
	memcpy(out, j->seen, sizeof j->seen);
	pthread_mutex_unlock(&j->mutex);
}

enum status journal_checkpoint(struct journal *j, struct buf *note)
{
	struct checkpoint c;
	enum status st = journal_enter(j);

	if (st)
		return st;
	if (j->mode == JOURNAL_WRITE)
		st = state_publish(j);
	if (!st)
		st = checkpoint_read(j->dir, &j->key, note, &c);
	journal_leave(j);
	return st ? st : note->st;
}

enum status journal_published(struct journal *j, struct buf *note)
{
	struct checkpoint c;
	enum status st = checkpoint_read(j->dir, &j->key, note, &c);

	return st ? st : note->st;
}

enum status journal_resource(struct journal *j, struct span path, struct buf *out)
{
	struct hash h[TILE_WIDTH];
	unsigned level, width;
	uint64_t index;
	enum status st;

	if (span_is(path, "checkpoint"))
		return journal_checkpoint(j, out);
	if (!tile_parse(path, &level, &index, &width))
		return fail(ST_NOTFOUND, "the journal has no such resource");
	st = tile_read(j->dir, level, index, width, h);
	if (!st)
		buf_add(out, h, width * sizeof *h);
	return st ? st : out->st;
}
