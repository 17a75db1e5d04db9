/* What a backup consists of: files of the vault, the journal as it is at one moment, repositories.
 */
#include "vault/flow/backup_impl.h"

#include "generator/base/sha256.h"
#include "vault/flow/stage.h"
#include "vault/journal/copy.h"
#include "vault/store/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

/* ---- members ------------------------------------------------------------------------------ */

int backup_nameless(const char *dir)
{
	return open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static enum status note_member(struct backup_writing *w, const char *name, int fd, uint64_t *size)
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

enum status backup_put_member(struct backup_writing *w, const char *key_name, const char *name,
			      struct span head, int in, size_t bytes)
{
	unsigned char key[LOCKER_KEY];
	uint64_t size = 0;
	int closed = backup_nameless(w->scratch);
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

enum status backup_put_file(struct backup_writing *w, const char *key, const char *from,
			    const char *path)
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
		st = backup_put_member(w, key, name, span_of(name), fd, (size_t)sb.st_size);
		w->out->files++;
	}
	close(fd);
	return st;
}

/* What waits for one child goes under that child's key. */
static enum status put_waiting(struct backup_writing *w, const char *from, const char *path,
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
		st = backup_put_file(w, key, from, path);
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

enum status backup_put_folder(struct backup_writing *w, const char *from, const char *path)
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
			st = backup_put_folder(w, src, inner);
		else if (S_ISREG(sb.st_mode) && strcmp(path, "incoming") == 0)
			st = put_waiting(w, src, inner, e->d_name);
		else if (S_ISREG(sb.st_mode))
			st = backup_put_file(w, BACKUP_KEY_VAULT, src, inner);
	}
	if (dir)
		closedir(dir);
	return st;
}

/* ---- the journal, as it is at one moment -------------------------------------------------- */

static bool collect(void *ctx, const struct record *r, struct span line)
{
	struct backup_writing *w = ctx;
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

enum status backup_copy_journal(struct backup_writing *w)
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

static enum status bundle(struct backup_writing *w, const struct journal_head *h, const char *key,
			  const char *name)
{
	char head[TAR_NAME + OID_HEX], hex[OID_HEX];
	struct repo *repo = NULL;
	int fd = backup_nameless(w->scratch);
	enum status st = fd < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno))
				: repo_open(&repo, w->app->store, &h->name);

	oid_hex(&h->head, hex);
	snprintf(head, sizeof head, "%s\n%s", name, hex);
	if (!st)
		st = repo_bundle(repo, &h->head, fd);
	if (!st)
		st = backup_put_member(w, key, name, span_of(head), fd,
				       (size_t)lseek(fd, 0, SEEK_CUR));
	repo_close(repo);
	if (fd >= 0)
		close(fd);
	return st;
}

enum status backup_put_repo(struct backup_writing *w, const struct journal_head *h)
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
