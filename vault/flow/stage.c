#include "vault/flow/stage.h"

#include "generator/base/file.h"
#include "vault/auth/locker.h"
#include "vault/flow/files_impl.h"
#include "vault/flow/ids.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ENDING ".klk"
#define UNFINISHED ".new-"
enum { UNFINISHED_SECONDS = 3600 };

static const char *const states[] = {"scan", "held", "refused"};

static void path_of(struct app *app, const char *name, const char *end, struct buf *out)
{
	app_path(app, "incoming/", out);
	buf_addf(out, "%s%s", name, end);
}

static enum status key_of(struct app *app, unsigned char key[static LOCKER_KEY])
{
	struct buf path;
	enum status st = files_folders(app);

	buf_init(&path, PATH_MAX);
	app_path(app, "incoming.key", &path);
	if (!st)
		st = locker_key(buf_str(&path), key);
	buf_clear(&path);
	return st;
}

/* ---- the head: meta.md, and what is to become of it ----------------------------------------- */

static void write_head(const struct staged *s, struct buf *out)
{
	file_meta_write(&s->row, out);
	buf_addf(out, "%s %s\n%s\n", states[s->state], s->store ? "store" : "hold", s->why);
	for (size_t i = 0; i < s->nchildren; i++)
		buf_addf(out, "%s\n", s->children[i]);
}

static bool read_state(struct span line, struct staged *s)
{
	struct span word = span_cut(&line, ' ');

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (span_is(word, states[i])) {
			s->state = (enum stage_state)i;
			s->store = span_is(line, "store");
			return true;
		}
	return false;
}

static enum status read_head(struct span text, struct staged *s)
{
	struct span rest = text;
	long end = span_find(text, SPAN("\n---\n"));
	struct span why;
	enum status st;

	*s = (struct staged){.nchildren = 0};
	st = end < 0 ? ST_INVALID : file_meta_read(text, &s->row);
	if (st)
		return fail(ST_CORRUPT, "what was put aside cannot be read");
	rest = span_make(text.p + end + 5, text.n - (size_t)end - 5);
	if (!read_state(span_cut(&rest, '\n'), s))
		return fail(ST_CORRUPT, "what was put aside cannot be read");
	why = span_cut(&rest, '\n');
	span_copy(why, s->why, sizeof s->why);
	while (rest.n && s->nchildren < FILE_CHILDREN_MAX)
		span_copy(span_cut(&rest, '\n'), s->children[s->nchildren++], 11);
	if (s->nchildren)
		memcpy(s->row.child, s->children[0], sizeof s->row.child);
	return ST_OK;
}

/* ---- on the disk ---------------------------------------------------------------------------- */

static enum status put_aside(struct app *app, const struct staged *s, int in, size_t bytes, int out)
{
	unsigned char key[LOCKER_KEY];
	struct buf head;
	enum status st = key_of(app, key);

	buf_init(&head, LOCKER_HEAD_MAX);
	write_head(s, &head);
	if (!st)
		st = head.st ? head.st : locker_close(key, buf_span(&head), in, bytes, out);
	if (!st && fsync(out) != 0)
		st = fail(ST_IO, "cannot sync what is put aside: %s", strerror(errno));
	explicit_bzero(key, sizeof key);
	buf_clear(&head);
	return st;
}

static enum status sync_folder(struct app *app)
{
	struct buf path;
	enum status st = ST_OK;
	int fd;

	buf_init(&path, PATH_MAX);
	app_path(app, "incoming", &path);
	fd = open(buf_str(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		st = fail(ST_IO, "cannot sync %s: %s", buf_str(&path), strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_clear(&path);
	return st;
}

/* Puts it in the place of what has the same id: the old one or the new one is there, never half. */
static enum status save(struct app *app, const struct staged *s, int in, size_t bytes)
{
	struct buf made, path;
	enum status st = files_folders(app);
	int out = -1;

	buf_init(&made, PATH_MAX);
	buf_init(&path, PATH_MAX);
	path_of(app, UNFINISHED, s->row.id, &made);
	path_of(app, s->row.id, ENDING, &path);
	if (!st) {
		out = open(buf_str(&made), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		st = out < 0 ? fail(ST_IO, "cannot put aside: %s", strerror(errno))
			     : put_aside(app, s, in, bytes, out);
	}
	if (out >= 0 && close(out) != 0 && !st)
		st = fail(ST_IO, "cannot put aside: %s", strerror(errno));
	if (!st && rename(buf_str(&made), buf_str(&path)) != 0)
		st = fail(ST_IO, "cannot put aside: %s", strerror(errno));
	if (st)
		unlink(buf_str(&made));
	else
		st = sync_folder(app);
	buf_clear(&made);
	buf_clear(&path);
	return st;
}

/* With fd: the content, too. */
static enum status load(struct app *app, const char *id, struct staged *out, int *fd)
{
	unsigned char key[LOCKER_KEY];
	struct buf path, head;
	size_t bytes;
	enum status st = key_of(app, key);
	int in;

	buf_init(&path, PATH_MAX);
	buf_init(&head, LOCKER_HEAD_MAX);
	path_of(app, id, ENDING, &path);
	in = open(buf_str(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (!st && in < 0)
		st = fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "nothing was put aside as %s", id);
	if (!st && fd) {
		app_path(app, "incoming", &path);
		*fd = open(buf_str(&path), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		st = *fd < 0 ? fail(ST_IO, "no temporary file: %s", strerror(errno))
			     : locker_open(key, in, &head, *fd, &bytes);
	} else if (!st) {
		st = locker_head(key, in, &head);
	}
	if (!st)
		st = read_head(buf_span(&head), out);
	if (in >= 0)
		close(in);
	explicit_bzero(key, sizeof key);
	buf_clear(&path);
	buf_clear(&head);
	return st;
}

enum status stage_get(struct app *app, struct span id, struct staged *out)
{
	char name[FILE_ID];

	if (!path_id(id) || !span_copy(id, name, sizeof name))
		return fail(ST_NOTFOUND, "no such file");
	return load(app, name, out, NULL);
}

enum status stage_drop(struct app *app, struct span id)
{
	char name[FILE_ID];
	struct buf path;
	enum status st = ST_OK;

	if (!path_id(id) || !span_copy(id, name, sizeof name))
		return fail(ST_NOTFOUND, "no such file");
	buf_init(&path, PATH_MAX);
	path_of(app, name, ENDING, &path);
	if (unlink(buf_str(&path)) != 0 && errno != ENOENT)
		st = fail(ST_IO, "cannot remove %s: %s", buf_str(&path), strerror(errno));
	buf_clear(&path);
	return st;
}

/* One that was begun and never ended, because the server died. */
static void sweep(struct app *app, const char *name)
{
	struct buf path;
	struct stat sb;

	buf_init(&path, PATH_MAX);
	path_of(app, name, "", &path);
	if (stat(buf_str(&path), &sb) == 0 && time(NULL) - sb.st_mtime > UNFINISHED_SECONDS)
		unlink(buf_str(&path));
	buf_clear(&path);
}

enum status stage_each(struct app *app, enum status (*each)(void *, const struct staged *),
		       void *ctx)
{
	struct staged *s = malloc(sizeof *s);
	struct buf path;
	enum status st = s ? ST_OK : ST_NOMEM;
	struct dirent *e;
	DIR *dir;

	buf_init(&path, PATH_MAX);
	app_path(app, "incoming", &path);
	dir = st ? NULL : opendir(buf_str(&path));
	while (!st && dir && (e = readdir(dir))) {
		struct span name = span_of(e->d_name);
		char id[FILE_ID];

		if (span_starts(name, SPAN(UNFINISHED)))
			sweep(app, e->d_name);
		if (name.n != FILE_ID - 1 + strlen(ENDING) || !span_ends(name, SPAN(ENDING)) ||
		    !span_copy(span_make(name.p, FILE_ID - 1), id, sizeof id))
			continue;
		/* one that cannot be read, or has just gone, hides no other */
		if (load(app, id, s, NULL) == ST_OK)
			st = each(ctx, s);
	}
	if (dir)
		closedir(dir);
	free(s);
	buf_clear(&path);
	return st;
}

/* ---- the stories ---------------------------------------------------------------------------- */

static enum status count_one(void *ctx, const struct staged *s)
{
	(void)s;
	++*(size_t *)ctx;
	return ST_OK;
}

static enum status fill(struct staged *s, const struct question *q, const struct checked *c,
			struct file_place *at, bool store)
{
	struct file_row *row = &s->row;
	enum status st = at->id[0] ? ST_OK : id_new(at->id, 'f');

	s->state = c->waits ? STAGE_SCAN : STAGE_HELD;
	s->store = store;
	memcpy(row->id, at->id, sizeof row->id);
	memcpy(row->name, c->name, sizeof row->name);
	snprintf(row->type, sizeof row->type, "%s", c->kind->type);
	memset(row->sha256, '0', SHA256_HEX - 1); /* known when it is added */
	row->bytes = (long long)c->bytes;
	row->at = q->now;
	span_copy(span_of(q->who->id), row->account, sizeof row->account);
	if (q->who->staff)
		span_copy(span_of(q->who->institution), row->institution, sizeof row->institution);
	for (size_t i = 0; i < at->count && i < FILE_CHILDREN_MAX; i++)
		span_copy(at->children[i], s->children[s->nchildren++], 11);
	return st;
}

enum status stage_add(struct app *app, const struct question *q, const struct checked *c,
		      const struct file_about *about, struct file_place *at, bool store)
{
	struct staged *s = calloc(1, sizeof *s);
	size_t waiting = 0;
	enum status st = s ? stage_each(app, count_one, &waiting) : ST_NOMEM;

	if (!st && waiting >= STAGE_MAX)
		st = fail(ST_TOOBIG, "more than %d files wait", STAGE_MAX);
	if (!st)
		st = file_about_check(about, c->name, &s->row);
	if (!st)
		st = file_rules(app, c, &s->row, at->count);
	if (!st)
		st = fill(s, q, c, at, store);
	if (!st)
		st = save(app, s, c->fd, c->bytes);
	free(s);
	return st;
}

enum status stage_content(struct app *app, struct span id, struct staged *out, int *fd)
{
	enum status st = stage_get(app, id, out);

	*fd = -1;
	if (!st && out->state != STAGE_HELD)
		st = fail(ST_DENIED, "a file that was not scanned");
	if (!st)
		st = load(app, out->row.id, out, fd);
	if (st && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return st;
}

/* ---- scanning again ------------------------------------------------------------------------- */

static enum status store_clean(struct app *app, struct staged *s, int fd)
{
	struct actor vault;
	struct buf reason;
	enum status st = ST_OK;

	actor_operator(&vault, app);
	buf_init(&reason, 512);
	buf_addf(&reason, "検査がすんだので、サーバーが %s のかわりに保存しました", s->row.account);
	for (size_t i = 0; i < s->nchildren && !st; i++) {
		memcpy(s->row.child, s->children[i], sizeof s->row.child);
		st = file_store(app, &vault, fd, &s->row, buf_span(&reason));
	}
	buf_clear(&reason);
	return st ? st : stage_drop(app, span_of(s->row.id));
}

/* Its content goes; whoever sent it is told why. */
static enum status refuse_staged(struct app *app, struct staged *s)
{
	s->state = STAGE_REFUSED;
	s->row.bytes = 0;
	span_copy(span_of(fail_why()), s->why, sizeof s->why);
	return save(app, s, -1, 0);
}

static enum status settle(struct app *app, struct staged *s, const struct checked *c,
			  enum status checked)
{
	if (checked == ST_INVALID)
		return refuse_staged(app, s);
	if (checked)
		return checked;
	if (c->waits)
		return ST_BUSY; /* still away: the others wait, too */
	memcpy(s->row.name, c->name, sizeof s->row.name);
	snprintf(s->row.type, sizeof s->row.type, "%s", c->kind->type);
	s->row.bytes = (long long)c->bytes;
	checked = s->store ? file_rules(app, c, &s->row, s->nchildren) : ST_OK;
	if (checked == ST_INVALID)
		return refuse_staged(app, s);
	if (checked)
		return checked;
	if (s->store)
		return store_clean(app, s, c->fd);
	s->state = STAGE_HELD;
	return save(app, s, c->fd, c->bytes);
}

static enum status scan_again(struct app *app, const char *id)
{
	struct staged *s = calloc(1, sizeof *s);
	struct account who;
	struct checked c = {.made = false};
	int fd = -1;
	enum status st = s ? load(app, id, s, &fd) : ST_NOMEM;

	if (!st)
		st = account_get(app->db, span_of(s->row.account), &who);
	if (!st) {
		struct question q = {
		    .who = &who, .child = span_of(s->row.child), .request = "", .now = s->row.at};
		struct upload u = {fd, (size_t)s->row.bytes, false, span_of(s->row.name)};

		st = settle(app, s, &c, file_check(&c, app, &q, &u));
	}
	checked_clear(&c);
	if (fd >= 0)
		close(fd);
	free(s);
	return st;
}

struct waiting {
	char ids[STAGE_MAX][FILE_ID];
	size_t count;
	struct app *app;
	int64_t now;
};

static enum status note_waiting(void *ctx, const struct staged *s)
{
	struct waiting *w = ctx;

	if (s->state == STAGE_REFUSED && w->now - s->row.at > STAGE_REFUSED_DAYS * 86400)
		return stage_drop(w->app, span_of(s->row.id));
	if (s->state == STAGE_SCAN && w->count < STAGE_MAX)
		memcpy(w->ids[w->count++], s->row.id, FILE_ID);
	return ST_OK;
}

enum status stage_rescan(struct app *app)
{
	struct waiting *w = calloc(1, sizeof *w);
	enum status st = w ? ST_OK : ST_NOMEM, failed = ST_OK;

	if (!st) {
		w->app = app;
		w->now = time(NULL);
		st = stage_each(app, note_waiting, w);
	}
	/* one that cannot be settled does not keep the others; without a scanner all wait */
	for (size_t i = 0; !st && i < w->count && failed != ST_BUSY; i++) {
		enum status one = scan_again(app, w->ids[i]);
		failed = one ? one : failed;
	}
	free(w);
	return st ? st : failed == ST_BUSY ? ST_OK : failed;
}
