#include "vault/flow/witnesses_impl.h"

#include "generator/base/file.h"
#include "generator/base/sha256.h"
#include "vault/flow/note.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void make_id(struct witness_of *w)
{
	unsigned char h[SHA256_LEN];

	sha256(span_of(w->key.vkey), h);
	for (int i = 0; i < (WITNESS_ID_TEXT - 1) / 2; i++)
		snprintf(w->id + (size_t)2 * (size_t)i, 3, "%02x", h[i]);
}

enum status witnesses_open(struct witnesses **out, const struct conf *conf)
{
	struct witnesses *w = calloc(1, sizeof *w);

	*out = NULL;
	if (!w)
		return fail(ST_NOMEM, "no memory for witnesses");
	pthread_mutex_init(&w->mutex, NULL);
	for (; w->count < (size_t)conf->witnesses; w->count++) {
		const struct conf_witness *c = &conf->witness[w->count];
		struct witness_of *one = &w->of[w->count];

		one->conf = c;
		if (vkey_read(&one->key, span_of(c->vkey), NOTE_WITNESS)) {
			witnesses_close(w);
			return fail(ST_CONFIG,
				    "karte.yaml: the vkey of witness %s is no key of a witness",
				    c->url);
		}
		make_id(one);
	}
	*out = w;
	return ST_OK;
}

void witnesses_close(struct witnesses *w)
{
	if (!w)
		return;
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

size_t witnesses_count(const struct app *app)
{
	return app->witnesses->count;
}

const char *witness_name(const struct app *app, size_t i)
{
	return app->witnesses->of[i].key.origin;
}

/* ---- files ---------------------------------------------------------------------------------- */

static void file_of(const struct app *app, const char *name, const char *suffix, struct buf *out)
{
	struct buf below;

	buf_init(&below, 256);
	buf_addf(&below, "witnesses/%s%s", name, suffix);
	buf_init(out, PATH_MAX);
	app_path(app, buf_str(&below), out);
	buf_clear(&below);
}

enum status witness_file_read(const struct app *app, const char *name, const char *suffix,
			      struct buf *out)
{
	struct buf path;
	enum status st;

	file_of(app, name, suffix, &path);
	st = path.st ? path.st : file_read(buf_str(&path), out);
	buf_clear(&path);
	return st;
}

enum status witness_file_write(const struct app *app, const char *name, const char *suffix,
			       struct span bytes)
{
	struct buf path;
	enum status st;

	file_of(app, "", "", &path);
	st = path.st ? path.st : file_mkdirs(buf_str(&path));
	buf_clear(&path);
	file_of(app, name, suffix, &path);
	if (!st)
		st = path.st ? path.st : file_write(buf_str(&path), bytes, 0600);
	buf_clear(&path);
	return st;
}

enum status witness_read_kept(const struct app *app, const struct witness_of *w, struct buf *b,
			      struct signed_checkpoint *out, int64_t *time)
{
	enum status st = witness_file_read(app, w->id, "", b);

	if (!st)
		st = checkpoint_parse(out, buf_span(b));
	if (!st)
		st = checkpoint_signed(out, &w->key, time);
	return st && st != ST_IO ? fail(ST_NOTFOUND, "nothing that %s cosigned", w->key.origin)
				 : st;
}

void witness_promise(const struct checkpoint *c, struct journal_promise *out)
{
	*out = (struct journal_promise){.size = c->size, .root_len = sizeof c->root.b};
	memcpy(out->root, c->root.b, sizeof c->root.b);
}

enum status witness_kept(struct app *app, size_t i, struct journal_promise *out)
{
	struct signed_checkpoint n;
	struct buf b;
	int64_t time;
	enum status st;

	buf_init(&b, 2 * NOTE_MAX);
	st = witness_read_kept(app, &app->witnesses->of[i], &b, &n, &time);
	if (!st)
		witness_promise(&n.c, out);
	buf_clear(&b);
	return st;
}

/* ---- refusals ------------------------------------------------------------------------------- */

/* The first line of the file; "" if it does not refuse. */
static void read_refusal(const struct app *app, const char *id, char out[static WITNESS_WHY])
{
	struct span rest;
	struct buf b;

	buf_init(&b, 4096);
	out[0] = '\0';
	if (!witness_file_read(app, id, ".refused", &b)) {
		rest = buf_span(&b);
		span_copy(span_cut(&rest, '\n'), out, WITNESS_WHY);
	}
	buf_clear(&b);
}

enum status witness_refused(struct app *app, const char *id, const char *name, const char *why)
{
	char before[WITNESS_WHY];
	struct note n = {.class = "system",
			 .event = "witness.refused",
			 .object = span_of(name),
			 .decision = "deny",
			 .reason = why,
			 .request = ""};
	enum status st;

	read_refusal(app, id, before);
	if (strcmp(before, why) == 0)
		return ST_OK;
	fprintf(stderr, "karte: witness %s refuses: %s\n", name, why);
	st = note_add(app, &n);
	return st ? st : witness_file_write(app, id, ".refused", span_of(why));
}

void witness_agreed(const struct app *app, const char *id)
{
	struct buf path;

	file_of(app, id, ".refused", &path);
	if (!path.st)
		unlink(buf_str(&path));
	buf_clear(&path);
}

/* ---- state ---------------------------------------------------------------------------------- */

void witnesses_each(struct app *app, witness_state_tell *tell, void *ctx)
{
	struct witnesses *all = app->witnesses;

	for (size_t i = 0; i < all->count; i++) {
		struct witness_of *w = &all->of[i];
		struct witness_state s = {.name = w->key.origin, .url = w->conf->url};
		struct signed_checkpoint n;
		struct buf b;

		buf_init(&b, 2 * NOTE_MAX);
		if (!witness_read_kept(app, w, &b, &n, &s.last))
			s.size = n.c.size;
		buf_clear(&b);
		read_refusal(app, w->id, s.why);
		s.refused = s.why[0];
		pthread_mutex_lock(&all->mutex);
		s.away = w->why[0] && !s.refused;
		if (s.away)
			memcpy(s.why, w->why, sizeof s.why);
		pthread_mutex_unlock(&all->mutex);
		tell(ctx, &s);
	}
}

bool witnesses_copy_state(struct app *app, const char *why)
{
	struct witnesses *all = app->witnesses;
	char text[WITNESS_WHY];
	bool changed;

	snprintf(text, sizeof text, "%.250s", why);
	pthread_mutex_lock(&all->mutex);
	changed = strcmp(all->copy, text) != 0;
	memcpy(all->copy, text, sizeof text);
	pthread_mutex_unlock(&all->mutex);
	return changed;
}
