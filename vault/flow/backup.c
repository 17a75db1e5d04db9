#include "vault/flow/backup_impl.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/db/db.h"
#include "vault/flow/actor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { MANIFEST_MAX = 256 * 1024 * 1024 };

static enum status put_head(struct backup_writing *w)
{
	struct buf head;
	char at[DAY_TEXT];
	enum status st;

	buf_init(&head, 4096);
	time_utc(w->out->at, at);
	buf_addf(&head, "karte-backup 1\norigin %s\nat %s\ncheckpoint %s\n", w->out->origin, at,
		 w->out->checkpoint);
	buf_addspan(&w->manifest, buf_span(&head));
	st = head.st ? head.st : tar_put_text(w->tar, "karte-backup", buf_span(&head), w->out->at);
	buf_clear(&head);
	return st;
}

static enum status put_manifest(struct backup_writing *w)
{
	static const char name[] = BACKUP_KEY_VAULT "/manifest";
	int fd = backup_nameless(w->scratch);
	enum status st = fd < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno)) : ST_OK;

	buf_addf(&w->manifest, "members %zu\n", w->members);
	if (!st)
		st = w->manifest.st;
	if (!st)
		st = file_put(fd, buf_span(&w->manifest), "the list");
	if (!st)
		st = backup_put_member(w, BACKUP_KEY_VAULT, name,
				       SPAN(BACKUP_KEY_VAULT "/manifest"), fd, w->manifest.len);
	if (fd >= 0)
		close(fd);
	return st;
}

static enum status put_database(struct backup_writing *w)
{
	char path[ROOM];
	enum status st;

	snprintf(path, sizeof path, "%s/vault.db", w->scratch);
	st = db_copy(w->app->db, path);
	return st ? st : backup_put_file(w, BACKUP_KEY_VAULT, path, "vault.db");
}

static enum status put_all(struct backup_writing *w)
{
	char journal[ROOM];
	enum status st = backup_copy_journal(w);

	if (!st)
		st = put_head(w);
	if (!st)
		st = put_database(w);
	snprintf(journal, sizeof journal, "%s/journal", w->scratch);
	if (!st)
		st = backup_put_folder(w, journal, "journal");
	if (!st)
		st = backup_put_folder(w, w->app->dir, "");
	if (!st)
		st = removed_load(&w->removed, w->app);
	for (size_t i = 0; i < w->nheads && !st; i++) {
		st = backup_put_repo(w, &w->heads[i]);
		if (w->tell)
			w->tell(w->ctx, i + 1, w->nheads);
	}
	return st ? st : put_manifest(w);
}

/* One at a time; what a backup that was killed left behind goes. */
static enum status take_turn(struct app *app, int *lock)
{
	struct buf path;
	struct dirent *e;
	DIR *dir;
	enum status st;

	buf_init(&path, PATH_MAX);
	app_path(app, "backup-keys", &path);
	st = path.st ? path.st : file_mkdirs(buf_str(&path));
	*lock = st ? -1 : open(buf_str(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!st && (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) != 0))
		st = fail(ST_BUSY, "別のバックアップを取っているところです");
	dir = st ? NULL : opendir(app->dir);
	while (dir && (e = readdir(dir)))
		if (strncmp(e->d_name, SCRATCH, sizeof SCRATCH - 1) == 0) {
			app_path(app, e->d_name, &path);
			file_remove_tree(buf_str(&path));
		}
	if (dir)
		closedir(dir);
	buf_clear(&path);
	return st;
}

enum status backup_write(struct app *app, int fd, backup_progress *tell, void *ctx,
			 struct backup_result *out)
{
	struct backup_writing w = {.app = app, .out = out, .tell = tell, .ctx = ctx};
	int lock = -1;
	enum status st = take_turn(app, &lock), end;

	*out = (struct backup_result){.at = (int64_t)time(NULL)};
	span_copy(span_of(journal_origin(app->journal)), out->origin, sizeof out->origin);
	buf_init(&w.manifest, MANIFEST_MAX);
	if (snprintf(w.scratch, sizeof w.scratch, "%s/" SCRATCH "XXXXXX", app->dir) >=
	    (int)sizeof w.scratch)
		st = fail(ST_TOOBIG, "the vault's path is too long");
	if (!st && !mkdtemp(w.scratch))
		st = fail(ST_IO, "cannot make a folder in %s: %s", app->dir, strerror(errno));
	if (!st) {
		st = tar_create(&w.tar, fd);
		if (!st)
			st = put_all(&w);
		end = tar_close(w.tar);
		st = st ? st : end;
		file_remove_tree(w.scratch);
	}
	removed_free(w.removed);
	free(w.heads);
	buf_clear(&w.manifest);
	if (lock >= 0)
		close(lock);
	return st;
}

enum status backup_record(struct app *app, const struct backup_result *r)
{
	struct actor vault;
	struct buf reason;
	struct record rec = {.class = "system",
			     .event = SPAN("backup"),
			     .object = span_of(r->checkpoint),
			     .decision = SPAN("allow")};
	enum status st;

	actor_operator(&vault, app);
	buf_init(&reason, RECORD_REASON_MAX);
	buf_addf(&reason, "bytes=%llu repositories=%zu files=%zu", (unsigned long long)r->bytes,
		 r->repositories, r->files);
	rec.account = span_of(vault.account.id);
	rec.role = span_of(role_name(vault.account.role));
	rec.request = span_of(vault.request);
	rec.reason = buf_span(&reason);
	st = reason.st ? reason.st : journal_append(app->journal, &rec, NULL);
	buf_clear(&reason);
	return st;
}

static enum status check(struct app *app, int fd, const struct backup_result *wrote)
{
	struct backup_keys keys = {.count = 0};
	struct backup_result read;
	enum status st = backup_keys_load(app, wrote->at, &keys);

	if (!st)
		st = backup_read(fd, &keys, NULL, &read);
	if (!st &&
	    (read.files != wrote->files || read.repositories != wrote->repositories || read.closed))
		st = fail(ST_CORRUPT, "書いたものが、読めるものとちがいます");
	backup_keys_clear(&keys);
	return st;
}

/* Nothing is overwritten; a disk from outside may know no such renaming. */
static enum status put_in_place(const char *part, const char *path)
{
	int rc = renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE);

	if (rc != 0 && errno == EINVAL && !file_exists(path))
		rc = rename(part, path);
	if (rc == 0)
		return ST_OK;
	return errno == EEXIST ? fail(ST_EXISTS, "%s は、もうあります", path)
			       : fail(ST_IO, "cannot make %s: %s", path, strerror(errno));
}

enum status backup_file(struct app *app, const char *path, backup_progress *tell, void *ctx,
			struct backup_result *out)
{
	char part[ROOM];
	int fd = -1;
	enum status st = ST_OK;

	if (file_exists(path))
		return fail(ST_EXISTS, "%s は、もうあります。上書きはしません", path);
	snprintf(part, sizeof part, "%s.part", path);
	fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(ST_IO, "cannot make %s: %s", part, strerror(errno));
	st = backup_write(app, fd, tell, ctx, out);
	if (!st && fsync(fd) != 0)
		st = fail(ST_IO, "cannot sync %s: %s", part, strerror(errno));
	if (!st)
		st = check(app, fd, out);
	if (!st)
		st = put_in_place(part, path);
	if (st)
		unlink(part);
	close(fd);
	return st ? st : backup_record(app, out);
}
