#include "generator/site/site.h"

#include "generator/site/site_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- what can be kept --------------------------------------------------------------------- */

void key_begin(const struct site *s, struct stamp *key, const char *what)
{
	stamp_begin(key, s->o->secret);
	stamp_adds(key, what);
	stamp_adds(key, theme_hash(s->o->theme));
	stamp_adds(key, s->o->version);
	stamp_adds(key, s->o->program);
	stamp_addn(key, s->o->role);
}

bool site_keep(struct worker *w, size_t place, const char *path, struct stamp *key,
	       const struct item *it)
{
	const struct made *old = outdir_old(w->s->out, path);
	struct made *m = &w->s->files[place].made;

	*m = (struct made){.path = path, .facts = it ? it->line : ""};
	stamp_end(key, m->key);
	if (it)
		memcpy(m->source, it->source, sizeof m->source);
	if (!old || strcmp(old->key, m->key) != 0 || !outdir_intact(w->s->out, old))
		return false;
	m->size = old->size;
	return true;
}

enum status site_put(struct worker *w, size_t place, struct span bytes)
{
	struct new_file *f = &w->s->files[place];

	f->made.size = bytes.n;
	f->staged = true;
	w->report.rendered++;
	return outdir_stage(w->s->out, f->made.path, bytes);
}

/* ---- inputs ------------------------------------------------------------------------------- */

enum status item_load(struct worker *w, const struct item *it)
{
	enum status st;

	if (w->bytes.st)
		buf_clear(&w->bytes);
	buf_cut(&w->bytes, 0);
	st = it->src->load(it->src->ctx, &w->bytes);
	if (st != ST_TOOBIG)
		return st;
	problem_add(&w->ps, it->src->name, 0, 0, "site.size", "%d KBまでです。",
		    SITE_INPUT_MAX / 1024);
	return fail(ST_INVALID, "%s is too big", it->src->name);
}

enum status item_set_facts(struct item *it, const struct facts *f)
{
	struct buf line;

	buf_init(&line, 64 * 1024);
	facts_write(f, &line);
	free(it->line);
	it->line = buf_detach(&line, NULL);
	if (!it->line)
		return fail(ST_NOMEM, "no memory for the list of a site");
	return facts_read(span_of(it->line), &it->facts) ? ST_OK
							 : fail(ST_BUG, "facts do not read back");
}

static void take_source(const struct site *s, struct item *it, const char *stamp)
{
	struct stamp h;

	stamp_begin(&h, s->o->secret);
	stamp_adds(&h, it->src->path);
	stamp_adds(&h, stamp);
	stamp_adds(&h, types_hash(s->o->types));
	stamp_adds(&h, s->o->names_stamp);
	stamp_adds(&h, s->o->program);
	stamp_addn(&h, s->o->role);
	stamp_end(&h, it->source);
}

/* Takes the facts from the last build, if nothing that they depend on has changed. */
static bool remember(const struct site *s, struct item *it)
{
	const struct made *old = outdir_old(s->out, it->src->path);
	struct facts f;

	it->shown = old && strcmp(old->source, it->source) == 0 &&
		    facts_read(span_of(old->facts), &f) && item_set_facts(it, &f) == ST_OK;
	return it->shown;
}

enum status item_settle(struct worker *w, struct item *it, item_read read)
{
	const char *stamp = it->src->stamp;
	char hex[SHA256_HEX];
	enum status st = ST_OK;

	if (!stamp) {
		st = item_load(w, it);
		sha256_hex(buf_span(&w->bytes), hex);
		stamp = hex;
	}
	take_source(w->s, it, stamp);
	if (!st && !remember(w->s, it)) {
		w->report.parsed++;
		st = read(w, it, !it->src->stamp);
	}
	if (st == ST_INVALID)
		atomic_fetch_add(&w->s->wrong, 1);
	return st;
}

/* ---- threads ------------------------------------------------------------------------------ */

void worker_init(struct worker *w, struct site *s)
{
	*w = (struct worker){.s = s};
	problems_init(&w->ps);
	buf_init(&w->bytes, SITE_INPUT_MAX);
	buf_init(&w->body, FRAME_MAX_BYTES);
	buf_init(&w->html, FRAME_MAX_BYTES + 64 * 1024);
}

static void hand_over(struct problems *from, struct problems *to)
{
	size_t listed = 0;

	for (size_t i = 0; i < from->count; i++) {
		const struct problem *p = &from->list[i];

		problem_add(to, p->file, p->line, p->col, p->code, "%s", p->text);
		if (p->warning)
			problem_soften(to);
		else
			listed++;
	}
	to->errors += from->errors - listed; /* those that the list had no room for */
}

void worker_end(struct worker *w)
{
	struct site_report *to = &w->s->report;

	pthread_mutex_lock(&w->s->lock);
	to->sheets += w->report.sheets;
	to->pages += w->report.pages;
	to->parsed += w->report.parsed;
	to->rendered += w->report.rendered;
	if (w->s->ps)
		hand_over(&w->ps, w->s->ps);
	pthread_mutex_unlock(&w->s->lock);
	problems_clear(&w->ps);
	buf_clear(&w->bytes);
	buf_clear(&w->body);
	buf_clear(&w->html);
}

/* Keeps the first failure for the thread that answers; wrong inputs do not stop the search. */
static void note_end(struct site *s, const struct group *g, enum status st)
{
	pthread_mutex_lock(&s->lock);
	s->done += g->count;
	if (st && (!s->st || (s->st == ST_INVALID && st != ST_INVALID))) {
		s->st = st;
		snprintf(s->why, sizeof s->why, "%s", fail_why());
	}
	if (st && st != ST_INVALID)
		atomic_store(&s->stopped, true);
	if (s->o->progress)
		s->o->progress(s->o->ctx, s->done, s->nitems);
	pthread_mutex_unlock(&s->lock);
}

static void *work(void *arg)
{
	struct site *s = arg;
	struct worker w;
	size_t at;

	worker_init(&w, s);
	while (!atomic_load(&s->stopped) && (at = atomic_fetch_add(&s->next, 1)) < s->ngroups) {
		struct group *g = &s->groups[at];
		bool pages = s->items[g->first].src->kind == SOURCE_PAGE;

		note_end(s, g, pages ? site_pages(&w, g) : site_sheets(&w, g));
	}
	worker_end(&w);
	return NULL;
}

static unsigned count_threads(const struct site *s)
{
	long n = s->o->threads ? (long)s->o->threads : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		n = 1;
	if (n > SITE_THREADS_MAX)
		n = SITE_THREADS_MAX;
	return (size_t)n < s->ngroups ? (unsigned)n : (unsigned)(s->ngroups ? s->ngroups : 1);
}

/* This thread works too; helpers that cannot be started are done without. */
static enum status work_all(struct site *s)
{
	pthread_t helpers[SITE_THREADS_MAX];
	unsigned n = count_threads(s), started = 0;

	while (started + 1 < n && pthread_create(&helpers[started], NULL, work, s) == 0)
		started++;
	work(s);
	for (unsigned i = 0; i < started; i++)
		pthread_join(helpers[i], NULL);
	if (s->st == ST_INVALID)
		return fail(s->st, "%zu件の入力に直すところがあります。サイトは変えていません",
			    atomic_load(&s->wrong));
	return s->st ? fail(s->st, "%s", s->why) : ST_OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Neighbours of one group stand together in a plan. */
static void make_groups(struct site *s)
{
	for (size_t i = 0; i < s->nitems; i++) {
		const struct source *src = plan_at(s->plan, i);
		struct group *g = &s->groups[s->ngroups];

		s->items[i].src = src;
		if (i && strcmp(plan_at(s->plan, i - 1)->group, src->group) == 0) {
			g--;
		} else {
			g->first = i;
			snprintf(g->path, sizeof g->path, "children/%s/%s", src->group, SITE_HOME);
			s->ngroups++;
		}
		g->count++;
	}
}

static enum status site_init(struct site *s, const struct plan *plan, const struct site_options *o,
			     struct problems *ps)
{
	size_t n = plan_count(plan);

	*s = (struct site){.plan = plan, .o = o, .ps = ps, .nitems = n};
	pthread_mutex_init(&s->lock, NULL);
	s->nfiles = 2 * n + theme_assets(o->theme) + 1;
	s->items = calloc(n + 1, sizeof *s->items);
	s->groups = calloc(n + 1, sizeof *s->groups);
	s->files = calloc(s->nfiles, sizeof *s->files);
	if (!s->items || !s->groups || !s->files)
		return fail(ST_NOMEM, "no memory for a site");
	make_groups(s);
	return ST_OK;
}

static void site_clear(struct site *s)
{
	for (size_t i = 0; s->items && i < s->nitems; i++) {
		view_free(s->items[i].view);
		free(s->items[i].line);
	}
	free(s->items);
	free(s->groups);
	free(s->files);
	pthread_mutex_destroy(&s->lock);
}

/* Under their hashed names, so that a browser never shows an old style with a new page. */
static enum status put_assets(struct worker *w, struct arena *a)
{
	const struct theme *t = w->s->o->theme;
	enum status st = ST_OK;

	for (size_t i = 0; i < theme_assets(t) && !st; i++) {
		const struct theme_asset *asset = theme_asset(t, i);
		const char *path = arena_printf(a, "assets/%s", asset->hashed);
		size_t place = 2 * w->s->nitems + i;
		struct stamp key;

		if (!path)
			return ST_NOMEM;
		if (!site_path(span_of(path)))
			return fail(ST_CONFIG, "the theme's %s has no plain name", asset->name);
		stamp_begin(&key, w->s->o->secret);
		stamp_adds(&key, asset->sha256);
		if (!site_keep(w, place, path, &key, NULL))
			st = site_put(w, place, asset->bytes);
	}
	return st;
}

static enum status finish(struct site *s, struct arena *a)
{
	struct worker w;
	enum status st;

	worker_init(&w, s);
	st = site_home(&w);
	if (!st)
		st = put_assets(&w, a);
	worker_end(&w);
	return st;
}

static enum status commit(struct site *s)
{
	struct outdir_done done;
	size_t n = 0;
	enum status st;

	for (size_t i = 0; i < s->nfiles; i++)
		if (s->files[i].made.path)
			s->files[n++] = s->files[i];
	st = outdir_commit(s->out, s->files, n, &done);
	s->report.kept = done.kept;
	s->report.removed = done.removed;
	return st;
}

enum status site_build(const struct plan *plan, const struct site_options *options,
		       struct site_report *report, struct problems *ps)
{
	struct arena *a = arena_new(1024 * 1024);
	struct site s;
	enum status st = site_init(&s, plan, options, ps);

	if (!st && !a)
		st = ST_NOMEM;
	if (!st)
		st = outdir_open(&s.out, options->outdir);
	if (!st)
		st = work_all(&s);
	if (!st)
		st = finish(&s, a);
	if (!st)
		st = commit(&s);
	*report = s.report;
	outdir_close(s.out);
	site_clear(&s);
	arena_free(a);
	return st;
}
