#include "vault/flow/backup.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/sha256.h"
#include "vault/db/db.h"
#include "vault/flow/actor.h"
#include "vault/flow/removed.h"
#include "vault/flow/stage.h"
#include "vault/flow/tar_file.h"
#include "vault/journal/copy.h"
#include "vault/store/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MANIFEST_MAX = 256 * 1024 * 1024, PIECE = 64 * 1024, ROOM = PATH_MAX + 512 };
#define SCRATCH ".backup-"

struct writing {
	struct app *app;
	struct tar *tar;
	struct buf manifest;
	char scratch[PATH_MAX]; /* a folder for copies, gone at the end */
	struct removed *removed;
	struct backup_result *out;
	backup_progress *tell;
	void *ctx;
	size_t members;
	struct journal_head {
		struct repo_name name;
		struct oid head;
	} * heads;
	size_t nheads, cap;
	enum status st;
};

/* ---- members ------------------------------------------------------------------------------ */

/* A file without a name, on the disk of the vault. */
static int nameless(const char *dir)
{
	return open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static enum status note_member(struct writing *w, const char *name, int fd, uint64_t *size)
{
	unsigned char hash[SHA256_LEN];
	struct sha256 h;
	char piece[PIECE];
	ssize_t n;

	*size = 0;
	sha256_init(&h);
	while ((n = pread(fd, piece, sizeof piece, (off_t)*size)) > 0) {
		sha256_add(&h, piece, (size_t)n);
		*size += (uint64_t)n;
	}
	sha256_end(&h, hash);
	buf_addhex(&w->manifest, hash, sizeof hash);
	buf_addf(&w->manifest, " %llu %s\n", (unsigned long long)*size, name);
	w->members++;
	w->out->bytes += *size;
	return n < 0 ? fail(ST_IO, "cannot read a copy: %s", strerror(errno)) : w->manifest.st;
}

/* Closes `bytes` bytes of a file with a key into the archive; head is the member's name, and for a
   repository its commit. */
static enum status put_member(struct writing *w, const char *key_name, const char *name,
			      struct span head, int in, size_t bytes)
{
	unsigned char key[LOCKER_KEY];
	uint64_t size = 0;
	int closed = nameless(w->scratch);
	enum status st = closed < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno))
				    : backup_key(w->app, key_name, key);

	if (!st)
		st = locker_close(key, head, in, bytes, closed);
	explicit_bzero(key, sizeof key);
	if (!st)
		st = note_member(w, name, closed, &size);
	if (!st)
		st = tar_put(w->tar, name, closed, size, w->out->at);
	if (closed >= 0)
		close(closed);
	return st;
}

static enum status put_file(struct writing *w, const char *key, const char *from, const char *path)
{
	char name[TAR_NAME];
	struct stat sb;
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum status st = ST_OK;

	if (fd < 0)
		return errno == ENOENT || errno == ENXIO
			   ? ST_OK /* it has just gone; a socket */
			   : fail(ST_IO, "%s: %s", from, strerror(errno));
	if (fstat(fd, &sb) != 0)
		st = fail(ST_IO, "%s: %s", from, strerror(errno));
	if (snprintf(name, sizeof name, "%s/files/%s", key, path) >= (int)sizeof name)
		st = fail(ST_TOOBIG, "%s: its path is too long", from);
	if (!st && S_ISREG(sb.st_mode)) {
		st = put_member(w, key, name, span_of(name), fd, (size_t)sb.st_size);
		w->out->files++;
	}
	close(fd);
	return st;
}

/* What waits for one child goes under that child's key. */
static enum status put_waiting(struct writing *w, const char *from, const char *path,
			       const char *file)
{
	struct staged *s = calloc(1, sizeof *s);
	struct span id = span_of(file);
	char key[11] = BACKUP_KEY_VAULT;
	enum status st = s ? ST_OK : ST_NOMEM;

	if (!st && stage_get(w->app, span_cut(&id, '.'), s) == ST_OK && s->nchildren)
		memcpy(key, s->children[0], sizeof key);
	free(s);
	if (!st)
		st = put_file(w, key, from, path);
	return st == ST_NOTFOUND ? ST_OK : st; /* that child's key was destroyed meanwhile */
}

/* ---- the vault's own files ---------------------------------------------------------------- */

static bool ends_in(const char *name, const char *end)
{
	return span_ends(span_of(name), span_of(end));
}

/* What is copied in another way, can be made again, or must stay behind. */
static bool left_out(const char *name, bool top)
{
	static const char *const folders[] = {"children",    "apart",	    "institutions",
					      "households",  "journal",	    "previews",
					      "backup-keys", "registry.git"};

	if (name[0] == '.' || ends_in(name, ".lock"))
		return true;
	for (size_t i = 0; top && i < sizeof folders / sizeof *folders; i++)
		if (strcmp(name, folders[i]) == 0)
			return true;
	return top &&
	       (ends_in(name, ".db") || ends_in(name, ".db-wal") || ends_in(name, ".db-shm"));
}

static enum status put_folder(struct writing *w, const char *from, const char *path)
{
	char src[ROOM], inner[ROOM];
	struct dirent *e;
	struct stat sb;
	DIR *dir = opendir(from);
	enum status st = dir ? ST_OK : fail(ST_IO, "cannot open %s: %s", from, strerror(errno));

	while (!st && (e = readdir(dir))) {
		if (left_out(e->d_name, !*path))
			continue;
		snprintf(src, sizeof src, "%s/%s", from, e->d_name);
		snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "/" : "", e->d_name);
		if (lstat(src, &sb) != 0)
			continue;
		if (S_ISDIR(sb.st_mode))
			st = put_folder(w, src, inner);
		else if (S_ISREG(sb.st_mode) && strcmp(path, "incoming") == 0)
			st = put_waiting(w, src, inner, e->d_name);
		else if (S_ISREG(sb.st_mode))
			st = put_file(w, BACKUP_KEY_VAULT, src, inner);
	}
	if (dir)
		closedir(dir);
	return st;
}

/* ---- the journal, as it is at one moment -------------------------------------------------- */

static bool collect(void *ctx, const struct record *r, struct span line)
{
	struct writing *w = ctx;
	struct journal_head *grown, *h;

	(void)line;
	if (w->nheads == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 256;
		grown = realloc(w->heads, w->cap * sizeof *grown);
		if (!grown) {
			w->st = fail(ST_NOMEM, "no memory for the repositories");
			return false;
		}
		w->heads = grown;
	}
	h = &w->heads[w->nheads];
	if (repo_name_parse(r->repository, &h->name) == ST_OK && oid_parse(r->new_, &h->head))
		w->nheads++;
	return true;
}

static enum status copy_journal(struct writing *w)
{
	char to[ROOM];
	struct journal *copy = NULL;
	enum status st;

	snprintf(to, sizeof to, "%s/journal", w->scratch);
	st = journal_copy(w->app->journal, to);
	if (!st)
		st = journal_open(&copy, to, JOURNAL_WRITE);
	if (!st)
		st = journal_checkpoint_short(copy, w->out->checkpoint);
	if (!st)
		st = journal_heads(copy, collect, w);
	if (!st)
		st = w->st;
	journal_close(copy);
	return st;
}

/* ---- repositories ------------------------------------------------------------------------- */

static enum status bundle(struct writing *w, const struct journal_head *h, const char *key,
			  const char *name)
{
	char head[TAR_NAME + OID_HEX], hex[OID_HEX];
	struct repo *repo = NULL;
	int fd = nameless(w->scratch);
	enum status st = fd < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno))
				: repo_open(&repo, w->app->store, &h->name);

	oid_hex(&h->head, hex);
	snprintf(head, sizeof head, "%s\n%s", name, hex);
	if (!st)
		st = repo_bundle(repo, &h->head, fd);
	if (!st)
		st = put_member(w, key, name, span_of(head), fd, (size_t)lseek(fd, 0, SEEK_CUR));
	repo_close(repo);
	if (fd >= 0)
		close(fd);
	return st;
}

static enum status put_repo(struct writing *w, const struct journal_head *h)
{
	bool child = h->name.kind == REPO_CHILD || h->name.kind == REPO_APART;
	const char *key = child ? h->name.id : BACKUP_KEY_VAULT;
	char text[REPO_TEXT], name[TAR_NAME];
	enum status st;

	if (removed_has(w->removed, &h->name, NULL))
		return ST_OK;
	repo_name_text(&h->name, text);
	snprintf(name, sizeof name, "%s/git/%s", key, text);
	st = bundle(w, h, key, name);
	if (st == ST_NOTFOUND && child && !repo_exists(w->app->store, &h->name))
		return ST_OK; /* removed while this was being written; the journal will say so */
	if (!st)
		w->out->repositories++;
	return st;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static enum status put_head(struct writing *w)
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

static enum status put_manifest(struct writing *w)
{
	static const char name[] = BACKUP_KEY_VAULT "/manifest";
	int fd = nameless(w->scratch);
	enum status st = fd < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno)) : ST_OK;

	buf_addf(&w->manifest, "members %zu\n", w->members);
	if (!st)
		st = w->manifest.st;
	if (!st && write(fd, w->manifest.data, w->manifest.len) != (ssize_t)w->manifest.len)
		st = fail(ST_IO, "cannot write the list: %s", strerror(errno));
	if (!st)
		st = put_member(w, BACKUP_KEY_VAULT, name, SPAN(BACKUP_KEY_VAULT "/manifest"), fd,
				w->manifest.len);
	if (fd >= 0)
		close(fd);
	return st;
}

static enum status put_database(struct writing *w)
{
	char path[ROOM];
	enum status st;

	snprintf(path, sizeof path, "%s/vault.db", w->scratch);
	st = db_copy(w->app->db, path);
	return st ? st : put_file(w, BACKUP_KEY_VAULT, path, "vault.db");
}

static enum status put_all(struct writing *w)
{
	char journal[ROOM];
	enum status st = copy_journal(w);

	if (!st)
		st = put_head(w);
	if (!st)
		st = put_database(w);
	snprintf(journal, sizeof journal, "%s/journal", w->scratch);
	if (!st)
		st = put_folder(w, journal, "journal");
	if (!st)
		st = put_folder(w, w->app->dir, "");
	if (!st)
		st = removed_load(&w->removed, w->app);
	for (size_t i = 0; i < w->nheads && !st; i++) {
		st = put_repo(w, &w->heads[i]);
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
	struct writing w = {.app = app, .out = out, .tell = tell, .ctx = ctx};
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
