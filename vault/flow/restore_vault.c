/* A vault out of a backup: all of it or nothing. */
#include "vault/flow/backup.h"

#include "generator/base/file.h"
#include "vault/db/db.h"
#include "vault/db/removal.h"
#include "vault/flow/actor.h"
#include "vault/flow/reindex.h"
#include "vault/flow/removed.h"
#include "vault/flow/tar_file.h"
#include "vault/store/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = PATH_MAX + TAR_NAME + 64 };

struct restoring {
	char dir[PATH_MAX]; /* what is being made, beside where it will stand */
	struct store *store;
	struct absent {
		char child[11];
		bool gone;
	} * absent;
	size_t count, cap;
};

/* ---- members ------------------------------------------------------------------------------ */

static enum status write_all(int in, int out, size_t bytes, const char *path)
{
	off_t at = 0;

	while ((size_t)at < bytes)
		if (sendfile(out, in, &at, bytes - (size_t)at) <= 0)
			return fail(ST_IO, "cannot write %s: %s", path, strerror(errno));
	return fsync(out) == 0 ? ST_OK : fail(ST_IO, "cannot sync %s: %s", path, strerror(errno));
}

static enum status put_file(void *ctx, const char *path, int fd, size_t bytes)
{
	struct restoring *r = ctx;
	char to[ROOM], *slash;
	int out = -1;
	enum status st;

	snprintf(to, sizeof to, "%s/%s", r->dir, path);
	slash = strrchr(to, '/');
	*slash = '\0';
	st = file_mkdirs(to);
	*slash = '/';
	if (!st)
		out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (!st && out < 0)
		st = fail(ST_CORRUPT, "%s: %s", path, strerror(errno));
	if (!st)
		st = write_all(fd, out, bytes, path);
	if (out >= 0)
		close(out);
	return st;
}

static enum status put_repo(void *ctx, const struct repo_name *name, const struct oid *head, int fd)
{
	struct restoring *r = ctx;

	return repo_unbundle(r->store, name, fd, head);
}

static enum status put_absent(void *ctx, const char *child, bool gone)
{
	struct restoring *r = ctx;
	struct absent *grown;

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->absent[i].child, child) == 0)
			return ST_OK;
	if (r->count == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		grown = realloc(r->absent, r->cap * sizeof *grown);
		if (!grown)
			return fail(ST_NOMEM, "no memory for a list");
		r->absent = grown;
	}
	r->absent[r->count] = (struct absent){.gone = gone};
	span_copy(span_of(child), r->absent[r->count++].child, sizeof r->absent->child);
	return ST_OK;
}

static const struct absent *absent_of(const struct restoring *r, const char *child)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->absent[i].child, child) == 0)
			return &r->absent[i];
	return NULL;
}

/* ---- what the restored journal must say --------------------------------------------------- */

static enum status record(struct app *app, const char *event, struct span repository,
			  struct span child, struct span object, const char *why)
{
	struct actor vault;
	struct record rec = {.class = "system",
			     .event = span_of(event),
			     .child = child,
			     .object = object,
			     .decision = SPAN("allow"),
			     .reason = span_of(why),
			     .repository = repository};

	actor_operator(&vault, app);
	rec.account = span_of(vault.account.id);
	rec.role = span_of(role_name(vault.account.role));
	rec.request = span_of(vault.request);
	return journal_append(app->journal, &rec, NULL);
}

/* The newest version of each repository that the journal has and the disk does not. */
struct missing {
	struct app *app;
	const struct restoring *r;
	const struct removed *removed;
	struct one_missing {
		struct repo_name name;
		char head[65];
	} * list;
	size_t count, cap;
	enum status st;
};

static bool collect(void *ctx, const struct record *rec, struct span line)
{
	struct missing *m = ctx;
	struct one_missing *grown, *one;
	struct repo_name name;

	(void)line;
	if (repo_name_parse(rec->repository, &name) || repo_exists(m->app->store, &name) ||
	    removed_has(m->removed, &name, NULL))
		return true;
	if (!absent_of(m->r, name.id)) {
		m->st = fail(ST_CORRUPT, "%.*s は記録にありますが、バックアップにありません",
			     SPAN_ARG(rec->repository));
		return false;
	}
	if (m->count == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 64;
		grown = realloc(m->list, m->cap * sizeof *grown);
		if (!grown) {
			m->st = fail(ST_NOMEM, "no memory for a list");
			return false;
		}
		m->list = grown;
	}
	one = &m->list[m->count++];
	*one = (struct one_missing){.name = name};
	span_copy(rec->new_, one->head, sizeof one->head);
	return true;
}

/* Who did not come back is said to be gone: as at the end of retention, or for want of a key. */
static enum status record_absent(struct app *app, const struct restoring *r)
{
	struct missing m = {.app = app, .r = r};
	struct removed *removed = NULL;
	char text[REPO_TEXT];
	enum status st = removed_load(&removed, app);

	m.removed = removed;
	if (!st)
		st = journal_heads(app->journal, collect, &m);
	if (!st)
		st = m.st;
	for (size_t i = 0; i < m.count && !st; i++) {
		bool gone = absent_of(r, m.list[i].name.id)->gone;

		repo_name_text(&m.list[i].name, text);
		st = record(app, gone ? "retention.remove" : "restore.lost", span_of(text),
			    span_of(m.list[i].name.id), span_of(m.list[i].head),
			    gone ? "restore: its key was destroyed after this backup"
				 : "restore: no key for it");
	}
	removed_free(removed);
	free(m.list);
	return st;
}

static enum status purge_absent(struct app *app, const struct restoring *r)
{
	struct removal_counts n = {.rows = 0};
	enum status st = ST_OK;

	for (size_t i = 0; i < r->count && !st; i++)
		st = child_purge(app->db, span_of(r->absent[i].child), &n);
	return st ? st : db_settle(app->db);
}

/* Folders of classes in which nothing was recorded are in no archive. */
static enum status make_folders(const struct restoring *r)
{
	char path[ROOM];
	enum status st = ST_OK;

	for (int c = 0; c < RECORD_CLASSES && !st; c++) {
		snprintf(path, sizeof path, "%s/journal/bodies/%s", r->dir, record_class_name(c));
		st = file_mkdirs(path);
	}
	return st;
}

static enum status settle(const struct restoring *r, const struct restore_result *out)
{
	struct app *app = NULL;
	struct problems ps;
	char why[256];
	enum status st;

	problems_init(&ps);
	st = make_folders(r);
	if (!st)
		st = app_open(&app, r->dir, APP_DATA, &ps);
	if (!st)
		st = record_absent(app, r);
	if (!st)
		st = reindex(app, NULL, NULL);
	if (!st)
		st = purge_absent(app, r);
	snprintf(why, sizeof why, "at=%lld repositories=%zu files=%zu gone=%zu lost=%zu",
		 (long long)out->source.at, out->source.repositories, out->source.files, out->gone,
		 out->lost);
	if (!st)
		st = record(app, "restore", SPAN_NONE, SPAN_NONE, span_of(out->source.checkpoint),
			    why);
	app_close(app);
	problems_clear(&ps);
	return st;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static enum status begin(struct restoring *r, const char *dir)
{
	struct stat sb;

	if (lstat(dir, &sb) == 0)
		return fail(ST_EXISTS, "%s は、もうあります。上書きはしません", dir);
	if (snprintf(r->dir, sizeof r->dir, "%s.part-XXXXXX", dir) >= (int)sizeof r->dir)
		return fail(ST_TOOBIG, "%s: its path is too long", dir);
	if (!mkdtemp(r->dir)) {
		r->dir[0] = '\0';
		return fail(ST_IO, "cannot make a folder beside %s: %s", dir, strerror(errno));
	}
	return store_open(&r->store, r->dir);
}

static enum status tell(const struct restoring *r, bool allow_lost,
			void (*each)(void *ctx, const char *child, bool gone), void *ctx,
			struct restore_result *out)
{
	for (size_t i = 0; i < r->count; i++) {
		*(r->absent[i].gone ? &out->gone : &out->lost) += 1;
		each(ctx, r->absent[i].child, r->absent[i].gone);
	}
	return out->lost && !allow_lost
		   ? fail(ST_DENIED,
			  "鍵のない子どもが %zu人います。新しい鍵のファイルを使うか、"
			  "--without-missing を付けてください",
			  out->lost)
		   : ST_OK;
}

enum status restore_vault(int fd, const char *dir, const struct backup_keys *keys, bool allow_lost,
			  void (*each)(void *ctx, const char *child, bool gone), void *ctx,
			  struct restore_result *out)
{
	struct restoring r = {.count = 0};
	const struct backup_sink sink = {put_file, put_repo, put_absent, &r};
	enum status st;

	*out = (struct restore_result){.gone = 0};
	st = begin(&r, dir);
	if (!st)
		st = backup_read(fd, keys, &sink, &out->source);
	store_close(r.store);
	if (!st)
		st = tell(&r, allow_lost, each, ctx, out);
	if (!st)
		st = backup_keys_store(keys, r.dir);
	if (!st)
		st = settle(&r, out);
	if (!st && renameat2(AT_FDCWD, r.dir, AT_FDCWD, dir, RENAME_NOREPLACE) != 0)
		st = fail(errno == EEXIST ? ST_EXISTS : ST_IO, "cannot make %s: %s", dir,
			  strerror(errno));
	if (st && r.dir[0])
		file_remove_tree(r.dir);
	free(r.absent);
	return st;
}
