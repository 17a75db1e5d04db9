#include "vault/flow/backup_keys.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/path.h"
#include "vault/journal/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FOLDER "backup-keys"
#define FIRST_LINE "karte-backup-keys 1"
enum { ROOM = PATH_MAX + 64 };

static enum status path_of(const char *dir, const char *name, const char *end,
			   char out[static ROOM])
{
	if (strcmp(name, BACKUP_KEY_VAULT) != 0 && !path_child(span_of(name)))
		return fail(ST_INVALID, "no name of a backup key");
	snprintf(out, ROOM, "%s/" FOLDER "/%s%s", dir, name, end);
	return ST_OK;
}

static enum status make_folder(const char *dir)
{
	char path[ROOM];

	snprintf(path, sizeof path, "%s/" FOLDER, dir);
	return file_mkdirs(path);
}

enum status backup_key(struct app *app, const char *name, unsigned char key[static LOCKER_KEY])
{
	char gone[ROOM], path[ROOM];
	enum status st = path_of(app->dir, name, ".gone", gone);

	if (!st)
		st = path_of(app->dir, name, ".key", path);
	if (!st && file_exists(gone))
		st = fail(ST_NOTFOUND, "the backup key of %s was destroyed", name);
	if (!st)
		st = make_folder(app->dir);
	return st ? st : locker_key(path, key);
}

bool backup_key_gone(const struct app *app, const char *child)
{
	char gone[ROOM];

	return path_of(app->dir, child, ".gone", gone) == ST_OK && file_exists(gone);
}

/* In place, so that what the file held is written over where the disk does such a thing. */
static enum status wipe(const char *path)
{
	static const char zeros[LOCKER_KEY];
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	enum status st = ST_OK;

	if (fd < 0)
		return errno == ENOENT ? ST_OK : fail(ST_IO, "%s: %s", path, strerror(errno));
	if (pwrite(fd, zeros, sizeof zeros, 0) != (ssize_t)sizeof zeros || fsync(fd) != 0 ||
	    unlink(path) != 0)
		st = fail(ST_IO, "cannot destroy %s: %s", path, strerror(errno));
	close(fd);
	return st;
}

enum status backup_key_destroy(struct app *app, const char *child, int64_t now)
{
	char gone[ROOM], path[ROOM], at[DAY_TEXT];
	enum status st = path_of(app->dir, child, ".gone", gone);

	if (!st)
		st = path_of(app->dir, child, ".key", path);
	if (!st)
		st = make_folder(app->dir);
	time_utc(now, at);
	if (!st && !file_exists(gone))
		st = file_write(gone, span_of(at), 0600);
	return st ? st : wipe(path);
}

/* ---- a set -------------------------------------------------------------------------------- */

void backup_keys_clear(struct backup_keys *k)
{
	if (k->rows)
		explicit_bzero(k->rows, k->cap * sizeof *k->rows);
	free(k->rows);
	*k = (struct backup_keys){.count = 0};
}

static struct backup_key_row *add(struct backup_keys *k)
{
	if (k->count == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 256;
		struct backup_key_row *grown = calloc(cap, sizeof *grown);

		if (!grown)
			return NULL;
		if (k->rows) {
			memcpy(grown, k->rows, k->count * sizeof *grown);
			explicit_bzero(k->rows, k->cap * sizeof *k->rows);
		}
		free(k->rows);
		k->rows = grown;
		k->cap = cap;
	}
	return &k->rows[k->count++];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct backup_key_row *)a)->name,
		      ((const struct backup_key_row *)b)->name);
}

const struct backup_key_row *backup_keys_find(const struct backup_keys *k, const char *name)
{
	struct backup_key_row want = {.gone = false};

	span_copy(span_of(name), want.name, sizeof want.name);
	return k->count ? bsearch(&want, k->rows, k->count, sizeof want, by_name) : NULL;
}

static enum status load_one(const char *dir, struct span name, bool gone, struct backup_keys *k)
{
	struct backup_key_row *row = add(k);
	char path[ROOM];
	struct buf text;
	enum status st;

	if (!row)
		return ST_NOMEM;
	span_copy(name, row->name, sizeof row->name);
	row->gone = gone;
	st = path_of(dir, row->name, gone ? ".gone" : ".key", path);
	buf_init_secret(&text, 256);
	if (!st)
		st = file_read(path, &text);
	if (!st && gone && !time_parse_utc(buf_span(&text), &row->at))
		st = fail(ST_CORRUPT, "%s cannot be read", path);
	if (!st && !gone && text.len != LOCKER_KEY)
		st = fail(ST_CORRUPT, "%s is not a key", path);
	if (!st && !gone)
		memcpy(row->key, text.data, LOCKER_KEY);
	buf_clear(&text);
	return st;
}

enum status backup_keys_load(struct app *app, int64_t now, struct backup_keys *out)
{
	unsigned char key[LOCKER_KEY];
	char path[ROOM];
	struct dirent *e;
	DIR *dir;
	enum status st = backup_key(app, BACKUP_KEY_VAULT, key);

	explicit_bzero(key, sizeof key);
	*out = (struct backup_keys){.at = now};
	span_copy(span_of(journal_origin(app->journal)), out->origin, sizeof out->origin);
	snprintf(path, sizeof path, "%s/" FOLDER, app->dir);
	dir = st ? NULL : opendir(path);
	while (!st && dir && (e = readdir(dir))) {
		struct span file = span_of(e->d_name), name = span_cut(&file, '.');

		if (!path_child(name) && !span_is(name, BACKUP_KEY_VAULT))
			continue;
		if (span_is(file, "key") || span_is(file, "gone"))
			st = load_one(app->dir, name, span_is(file, "gone"), out);
	}
	if (dir)
		closedir(dir);
	if (out->count)
		qsort(out->rows, out->count, sizeof *out->rows, by_name);
	return st;
}

void backup_keys_write(const struct backup_keys *k, struct buf *out)
{
	char at[DAY_TEXT];

	time_utc(k->at, at);
	buf_addf(out, FIRST_LINE "\norigin %s\nat %s\n", k->origin, at);
	for (size_t i = 0; i < k->count; i++) {
		const struct backup_key_row *r = &k->rows[i];

		if (r->gone) {
			time_utc(r->at, at);
			buf_addf(out, "gone %s %s\n", r->name, at);
		} else {
			buf_addf(out, "key %s ", r->name);
			buf_addhex(out, r->key, LOCKER_KEY);
			buf_addc(out, '\n');
		}
	}
}

static bool read_hex(struct span s, unsigned char key[static LOCKER_KEY])
{
	static const char digits[] = "0123456789abcdef";

	if (s.n != 2 * LOCKER_KEY)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *d = s.p[i] ? strchr(digits, s.p[i]) : NULL;

		if (!d)
			return false;
		key[i / 2] = (unsigned char)(key[i / 2] << 4 | (d - digits));
	}
	return true;
}

static bool read_line(struct span line, struct backup_keys *out)
{
	struct span word = span_cut(&line, ' '), name = span_cut(&line, ' ');
	struct backup_key_row *row;

	if (!path_child(name) && !span_is(name, BACKUP_KEY_VAULT))
		return false;
	row = add(out);
	if (!row)
		return false;
	span_copy(name, row->name, sizeof row->name);
	row->gone = span_is(word, "gone");
	return row->gone ? time_parse_utc(line, &row->at)
			 : span_is(word, "key") && read_hex(line, row->key);
}

enum status backup_keys_read(struct span text, struct backup_keys *out)
{
	struct span origin, at;
	bool good = span_is(span_cut(&text, '\n'), FIRST_LINE);

	*out = (struct backup_keys){.count = 0};
	origin = span_cut(&text, '\n');
	at = span_cut(&text, '\n');
	good = good && span_is(span_cut(&origin, ' '), "origin") &&
	       span_copy(origin, out->origin, sizeof out->origin) &&
	       span_is(span_cut(&at, ' '), "at") && time_parse_utc(at, &out->at);
	while (good && text.n)
		good = read_line(span_cut(&text, '\n'), out);
	if (good && out->count)
		qsort(out->rows, out->count, sizeof *out->rows, by_name);
	return good ? ST_OK : fail(ST_INVALID, "鍵のファイルが正しくありません");
}

enum status backup_keys_store(const struct backup_keys *k, const char *vault_dir)
{
	char path[ROOM], at[DAY_TEXT];
	enum status st = make_folder(vault_dir);

	for (size_t i = 0; i < k->count && !st; i++) {
		const struct backup_key_row *r = &k->rows[i];

		st = path_of(vault_dir, r->name, r->gone ? ".gone" : ".key", path);
		time_utc(r->at, at);
		if (!st)
			st = file_write(path,
					r->gone ? span_of(at)
						: span_make((const char *)r->key, LOCKER_KEY),
					0600);
	}
	return st;
}

/* ---- sets that should be gone --------------------------------------------------------------- */

struct staleness {
	const struct backup_keys *today;
	backup_keys_stale_set *each;
	void *ctx;
};

/* In the same second: rather one too many. */
static bool one_set(void *ctx, const struct record *r, struct span line)
{
	const struct staleness *s = ctx;
	size_t children = 0;

	(void)line;
	for (size_t i = 0; i < s->today->count; i++)
		children += s->today->rows[i].gone && s->today->rows[i].at >= r->t;
	if (children)
		s->each(s->ctx, r->t, r->account, children);
	return true;
}

enum status backup_keys_stale(struct app *app, const struct backup_keys *today, uint64_t most,
			      backup_keys_stale_set *each, void *ctx)
{
	const struct journal_filter f = {
	    .class = "system", .event = SPAN("backup.keys"), .limit = most, .newest_first = true};
	struct staleness s = {today, each, ctx};

	return journal_scan(app->journal, &f, one_set, &s);
}
