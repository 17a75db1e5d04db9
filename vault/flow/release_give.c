/* What the server does for releases: gives, goes on after a crash, takes back. */
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/files_impl.h"
#include "vault/flow/releases_impl.h"
#include "vault/flow/stage.h"
#include "vault/store/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	ARENA = 4 * 1024 * 1024,
	FILES = RELEASE_ATTACHMENTS + 1,
	AT_ONCE = 20,
	ORPHAN_SECONDS = 3600
};

struct giving {
	struct app *app;
	struct release_row row;
	struct release_child *children;
	struct release_file *files;
	size_t nchildren, nfiles;
	struct arena *arena;
	struct account preparer;
	int fds[FILES]; /* contents, open while something is given */
	int64_t now;
};

/* ---- one commit in one repository ----------------------------------------------------------- */

static enum status commit(struct giving *g, const char *action, const char *child,
			  struct change *changes, size_t n)
{
	struct actor vault;
	struct buf what, reason;
	struct change_set set = {
	    .action = action,
	    .child = span_of(child),
	    .more = {{SPAN("Karte-Release"), span_of(g->row.id)},
		     {SPAN("Karte-Confirmed"), span_of(g->row.confirmer)}},
	    .changes = changes,
	    .count = n,
	};
	struct oid version;
	enum status st = repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, span_of(child));

	actor_operator(&vault, g->app);
	buf_init(&what, 64);
	buf_init(&reason, 1024);
	buf_addf(&what, "releases/%s", g->row.id);
	buf_addf(&reason, "%s が準備し、%s が確かめた配布を、サーバーが%sました", g->row.account,
		 g->row.confirmer, strcmp(action, "release.give") == 0 ? "渡し" : "取りもどし");
	set.what = buf_span(&what);
	set.reason = buf_span(&reason);
	if (!st)
		st = commit_change(g->app, &vault, &set, &version);
	buf_clear(&what);
	buf_clear(&reason);
	return st == ST_EXISTS ? ST_OK : st;
}

static struct span path_of(struct giving *g, const char *id, const char *name)
{
	struct buf b;
	struct span path;

	buf_init(&b, COMMIT_PATH_MAX);
	file_path(id, name, &b);
	path = b.st ? SPAN_NONE : arena_copy(g->arena, buf_span(&b));
	buf_clear(&b);
	return path;
}

static struct file_row row_of(const struct giving *g, const struct release_file *f,
			      const char *child)
{
	struct file_row row = {.bytes = f->bytes,
			       .at = g->row.due,
			       .readers = ROLE_BIT(ROLE_HOUSEHOLD) | ROLE_BIT(ROLE_BOARD),
			       .category = "letter"};

	span_copy(span_of(child), row.child, sizeof row.child);
	memcpy(row.id, f->file, sizeof row.id);
	memcpy(row.name, f->name, sizeof row.name);
	memcpy(row.title, f->title, sizeof row.title);
	memcpy(row.type, f->type, sizeof row.type);
	memcpy(row.sha256, f->sha256, sizeof row.sha256);
	memcpy(row.account, g->row.account, sizeof row.account);
	memcpy(row.institution, g->row.institution, sizeof row.institution);
	memcpy(row.release, g->row.id, sizeof row.release);
	return row;
}

/* ---- giving --------------------------------------------------------------------------------- */

/* The content, which must be that which was confirmed, and what is said about it. */
static enum status put_file(struct giving *g, struct repo *repo, size_t i, const char *child,
			    struct change *changes, struct oid *id)
{
	const struct release_file *f = &g->files[i];
	struct file_row row = row_of(g, f, child);
	char sha256[SHA256_HEX];
	struct buf meta;
	enum status st = repo_put_file(repo, g->fds[i], (size_t)f->bytes, id, sha256);

	if (!st && strcmp(sha256, f->sha256) != 0)
		st = fail(ST_CORRUPT, "a file of a release is not the one that was confirmed");
	buf_init(&meta, FILE_META_MAX);
	file_meta_write(&row, &meta);
	changes[0] = (struct change){path_of(g, f->file, f->name), change_blob(id)};
	changes[1] =
	    (struct change){path_of(g, f->file, "meta.md"), arena_copy(g->arena, buf_span(&meta))};
	if (!st && (meta.st || !changes[0].path.p || !changes[1].path.p || !changes[1].bytes.p))
		st = ST_NOMEM;
	buf_clear(&meta);
	return st;
}

static enum status give_to(struct giving *g, const char *child)
{
	struct change changes[2 * FILES];
	struct oid ids[FILES];
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, g->app, span_of(child));

	for (size_t i = 0; i < g->nfiles && !st; i++)
		st = put_file(g, repo, i, child, &changes[2 * i], &ids[i]);
	repo_close(repo);
	if (!st)
		st = commit(g, "release.give", child, changes, 2 * g->nfiles);
	for (size_t i = 0; i < g->nfiles && !st; i++) {
		struct file_row row = row_of(g, &g->files[i], child);
		st = file_row_put(g->app->db, &row);
	}
	return st;
}

static enum status mark(struct giving *g, struct release_child *c, const char *state,
			const char *why)
{
	snprintf(c->state, sizeof c->state, "%s", state);
	snprintf(c->why, sizeof c->why, "%s", why);
	return release_child_set(g->app->db, span_of(g->row.id), c);
}

/* The facts are looked at again: whoever is not any more as confirmed is left out, and that is
   said. */
static enum status settle_child(struct giving *g, struct release_child *c)
{
	struct release_to *to = arena_alloc(g->arena, sizeof *to);
	const char *why;
	enum status st;

	if (!to)
		return ST_NOMEM;
	st = release_recipient(g->app, &g->preparer, g->now, span_of(c->child), to);
	if (st)
		return st;
	why = to->obstacle ? to->obstacle : strcmp(to->line, c->line) != 0 ? "changed" : NULL;
	if (why)
		return mark(g, c, "left", why);
	st = give_to(g, c->child);
	return st ? st : mark(g, c, "given", "");
}

static enum status open_files(struct giving *g)
{
	struct staged *s = malloc(sizeof *s);
	enum status st = s ? ST_OK : ST_NOMEM;

	for (size_t i = 0; i < g->nfiles && !st; i++)
		if (g->fds[i] < 0)
			st = stage_content(g->app, span_of(g->files[i].file), s, &g->fds[i]);
	free(s);
	return st;
}

static enum status still_giving(struct giving *g, bool *yes)
{
	struct release_row row;
	enum status st = release_get(g->app->db, span_of(g->row.id), &row);

	*yes = !st && release_state_of(span_of(row.state)) == RELEASE_GIVING;
	return st;
}

static enum status drop_staged(struct giving *g)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < g->nfiles && !st; i++)
		st = stage_drop(g->app, span_of(g->files[i].file));
	return st;
}

static size_t count(const struct giving *g, const char *state)
{
	size_t n = 0;

	for (size_t i = 0; i < g->nchildren; i++)
		n += strcmp(g->children[i].state, state) == 0;
	return n;
}

static enum status server_step(struct giving *g, enum release_step step)
{
	const struct release_facts f = {.server = true, .due = g->row.due <= g->now};
	struct release_row to = g->row;
	enum release_state state;
	enum status st;

	if (!release_next(release_state_of(span_of(g->row.state)), step, &f, &state))
		return fail(ST_BUG, "a release cannot go on from %s", g->row.state);
	snprintf(to.state, sizeof to.state, "%s", release_state_name(state));
	if (step == STEP_END)
		to.given = g->now;
	st = release_move(g->app->db, &to, g->row.state, g->row.asked, NULL, 0);
	if (!st)
		g->row = to;
	return st;
}

/* All who wait; one that cannot be settled now does not keep the others. */
static enum status give(struct giving *g)
{
	const struct question q = {.now = g->now, .request = ""};
	enum status st = ST_OK, failed = ST_OK;
	bool yes = true;

	if (release_state_of(span_of(g->row.state)) == RELEASE_CONFIRMED)
		st = server_step(g, STEP_GIVE);
	for (size_t i = 0; i < g->nchildren && !st; i++) {
		enum status one = ST_OK;

		if (strcmp(g->children[i].state, "waits") != 0)
			continue;
		st = still_giving(g, &yes);
		if (!st && yes)
			st = open_files(g);
		if (st || !yes)
			return st;
		one = settle_child(g, &g->children[i]);
		failed = one ? one : failed;
	}
	if (st || failed)
		return st ? st : failed;
	st = drop_staged(g);
	if (!st)
		st = release_note(g->app, &q, "release.given", &g->row, count(g, "given"),
				  g->nfiles - 1);
	if (!st && count(g, "left"))
		st = release_note(g->app, &q, "release.left", &g->row, count(g, "left"),
				  g->nfiles - 1);
	return st ? st : server_step(g, STEP_END);
}

/* ---- taking back ---------------------------------------------------------------------------- */

/* What of it is in the repository. */
static enum status removals(struct giving *g, const char *child, struct change *changes, size_t *n)
{
	struct repo *repo = NULL;
	struct oid id;
	enum status st = child_repo(&repo, g->app, span_of(child));

	*n = 0;
	for (size_t i = 0; i < g->nfiles && !st; i++) {
		struct span content = path_of(g, g->files[i].file, g->files[i].name);
		struct span meta = path_of(g, g->files[i].file, "meta.md");
		enum status there =
		    content.p && meta.p ? repo_blob_id(repo, NULL, meta.p, &id) : ST_NOMEM;

		if (there == ST_NOTFOUND)
			continue;
		st = there;
		changes[(*n)++] = (struct change){content, SPAN_NONE};
		changes[(*n)++] = (struct change){meta, SPAN_NONE};
	}
	repo_close(repo);
	return st;
}

static enum status take_back_from(struct giving *g, struct release_child *c)
{
	struct change changes[2 * FILES];
	size_t n = 0;
	enum status st = removals(g, c->child, changes, &n);

	if (!st && n)
		st = commit(g, "release.recall", c->child, changes, n);
	for (size_t i = 0; i < g->nfiles && !st; i++)
		st = file_row_drop(g->app->db, span_of(c->child), span_of(g->files[i].file));
	return st ? st : mark(g, c, "recalled", "");
}

static enum status take_back(struct giving *g)
{
	enum status st = drop_staged(g), failed = ST_OK;

	for (size_t i = 0; i < g->nchildren && !st; i++)
		if (strcmp(g->children[i].state, "waits") == 0 ||
		    strcmp(g->children[i].state, "given") == 0) {
			enum status one = take_back_from(g, &g->children[i]);
			failed = one ? one : failed;
		}
	for (size_t i = 0; i < g->nfiles && !st && !failed; i++)
		st = file_drop_preview(g->app, g->files[i].sha256);
	return st ? st : failed;
}

/* ---- the chores ----------------------------------------------------------------------------- */

static enum status go_on(struct app *app, const struct release_row *row, int64_t now)
{
	struct giving *g = calloc(1, sizeof *g);
	enum status st = ST_OK;

	if (!g)
		return fail(ST_NOMEM, "no memory for a release");
	*g = (struct giving){.app = app, .row = *row, .now = now, .arena = arena_new(ARENA)};
	for (size_t i = 0; i < FILES; i++)
		g->fds[i] = -1;
	st = g->arena ? release_lists(app, span_of(row->id), g->arena, &g->children, &g->nchildren,
				      &g->files, &g->nfiles)
		      : ST_NOMEM;
	if (!st)
		st = account_get(app->db, span_of(row->account), &g->preparer);
	if (st == ST_NOTFOUND) { /* then nothing is given */
		g->preparer = (struct account){.disabled = true};
		st = ST_OK;
	}
	if (!st)
		st = release_state_of(span_of(row->state)) == RELEASE_RECALLED ? take_back(g)
									       : give(g);
	for (size_t i = 0; i < FILES; i++)
		if (g->fds[i] >= 0)
			close(g->fds[i]);
	arena_free(g->arena);
	free(g);
	return st;
}

struct due {
	struct release_row rows[AT_ONCE];
	size_t count;
};

static enum status note_due(void *ctx, const struct release_row *r)
{
	struct due *d = ctx;

	if (d->count < AT_ONCE)
		d->rows[d->count++] = *r;
	return ST_OK;
}

enum status release_chore(struct app *app)
{
	struct due *d = calloc(1, sizeof *d);
	int64_t now = time(NULL);
	enum status st = d ? release_due(app->db, now, note_due, d) : ST_NOMEM, failed = ST_OK;

	for (size_t i = 0; !st && i < d->count; i++) {
		enum status one = go_on(app, &d->rows[i], now);
		failed = one && one != ST_STALE ? one : failed; /* stopped just now */
	}
	free(d);
	return st ? st : failed;
}

struct orphans {
	struct app *app;
	int64_t now;
};

/* Kept aside by a release that never came to be, because the server died. */
static enum status drop_orphan(void *ctx, const struct staged *s)
{
	const struct orphans *o = ctx;
	bool used = true;
	enum status st;

	if (s->store || s->state != STAGE_HELD || o->now - s->row.at < ORPHAN_SECONDS)
		return ST_OK;
	st = release_has_file(o->app->db, span_of(s->row.id), &used);
	return st || used ? st : stage_drop(o->app, span_of(s->row.id));
}

enum status release_sweep(struct app *app)
{
	struct orphans o = {app, time(NULL)};

	return stage_each(app, drop_orphan, &o);
}
