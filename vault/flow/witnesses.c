#include "vault/flow/witnesses.h"

#include "generator/base/file.h"
#include "generator/base/sha256.h"
#include "vault/flow/known.h"
#include "vault/flow/note.h"
#include "vault/http/client.h"
#include "vault/journal/cosign.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	ID_TEXT = 17,
	SECONDS = 10,	/* that a witness has for its answer */
	BACKOFF = 3600, /* seconds that one that is away waits at most */
	AGAIN = 3600,	/* seconds after which the same checkpoint is cosigned anew */
};

struct witness_of {
	const struct conf_witness *conf;
	struct log_signer key;
	char id[ID_TEXT];
	/* of this process; guarded by the mutex */
	time_t due; /* of the monotonic clock */
	int wait;   /* seconds since the last failure; 0: it answered */
	char why[WITNESS_WHY];
};

struct witnesses {
	pthread_mutex_t mutex;
	char copy[WITNESS_WHY]; /* the trouble with the copy outside; guarded by the mutex */
	size_t count;
	struct witness_of of[CONF_WITNESSES];
};

static void make_id(struct witness_of *w)
{
	unsigned char h[SHA256_LEN];

	sha256(span_of(w->key.vkey), h);
	for (int i = 0; i < (ID_TEXT - 1) / 2; i++)
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

static enum status read_of(const struct app *app, const char *name, const char *suffix,
			   struct buf *out)
{
	struct buf path;
	enum status st;

	file_of(app, name, suffix, &path);
	st = path.st ? path.st : file_read(buf_str(&path), out);
	buf_clear(&path);
	return st;
}

static enum status write_of(const struct app *app, const char *name, const char *suffix,
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

/* What a witness cosigned last, if its signature is good.  ST_NOTFOUND also for a file that was
   spoilt: the witness itself knows better. */
static enum status read_kept(const struct app *app, const struct witness_of *w, struct buf *b,
			     struct signed_checkpoint *out, int64_t *time)
{
	enum status st = read_of(app, w->id, "", b);

	if (!st)
		st = checkpoint_parse(out, buf_span(b));
	if (!st)
		st = checkpoint_signed(out, &w->key, time);
	return st && st != ST_IO ? fail(ST_NOTFOUND, "nothing that %s cosigned", w->key.origin)
				 : st;
}

static void promise_of(const struct checkpoint *c, struct journal_promise *out)
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
	st = read_kept(app, &app->witnesses->of[i], &b, &n, &time);
	if (!st)
		promise_of(&n.c, out);
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
	if (!read_of(app, id, ".refused", &b)) {
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
	return st ? st : write_of(app, id, ".refused", span_of(why));
}

void witness_agreed(const struct app *app, const char *id)
{
	struct buf path;

	file_of(app, id, ".refused", &path);
	if (!path.st)
		unlink(buf_str(&path));
	buf_clear(&path);
}

/* ---- one witness ---------------------------------------------------------------------------- */

/* What is asked of it now. */
struct asking {
	struct app *app;
	struct witness_of *w;
	const struct signed_checkpoint *now; /* our newest, and its note */
	struct span note;
	struct client_answer answer;
	char why[WITNESS_WHY]; /* it is away, or refuses, because */
	bool refuses;
};

static enum status send_from(struct asking *a, uint64_t old)
{
	struct proof proof;
	struct buf url, body;
	enum status st = journal_prove_consistency(a->app->journal, old, a->now->c.size, &proof);

	buf_init(&url, 2 * CONF_TEXT);
	buf_init(&body, ADD_MAX);
	buf_addf(&url, "%s/add-checkpoint", a->w->conf->url);
	add_request_write(&body, old, &proof, a->note);
	if (!st)
		st = url.st ? url.st : body.st;
	if (!st)
		st = client_send(&(struct client_request){.url = buf_str(&url),
							  .ca = a->w->conf->ca,
							  .body = buf_span(&body),
							  .type = "text/plain",
							  .seconds = SECONDS},
				 &a->answer);
	buf_clear(&body);
	buf_clear(&url);
	return st;
}

/* The size that a 409 tells; false if it tells none. */
static bool told_size(const struct asking *a, uint64_t *size)
{
	long n;

	if (a->answer.status != 409 ||
	    !span_number(span_trim(buf_span(&a->answer.body)), INT64_MAX, &n))
		return false;
	*size = (uint64_t)n;
	return true;
}

/* Its line in the answer, checked, becomes what we keep of it. */
static enum status take_line(struct asking *a)
{
	struct span lines = buf_span(&a->answer.body), line;
	struct signed_checkpoint one = *a->now;
	struct buf kept;
	enum status st = ST_NOTFOUND;

	buf_init(&kept, 2 * NOTE_MAX);
	while (lines.n && st == ST_NOTFOUND) {
		line = span_cut(&lines, '\n');
		one.signatures = line;
		st = checkpoint_signed(&one, &a->w->key, NULL);
	}
	if (!st) {
		buf_addspan(&kept, a->note);
		buf_addspan(&kept, line);
		buf_addc(&kept, '\n');
		st = kept.st ? kept.st : write_of(a->app, a->w->id, "", buf_span(&kept));
	} else {
		snprintf(a->why, sizeof a->why, "its answer has no good cosignature");
	}
	buf_clear(&kept);
	return st == ST_NOTFOUND || st == ST_DENIED ? ST_OK : st;
}

static void judge(struct asking *a, uint64_t old)
{
	uint64_t size;
	int status = a->answer.status;

	a->refuses = status >= 400 && status < 500 && status != 408 && status != 429;
	if (told_size(a, &size) && size > a->now->c.size)
		snprintf(a->why, sizeof a->why,
			 "it has seen %llu records of this journal, which has %llu",
			 (unsigned long long)size, (unsigned long long)a->now->c.size);
	else if (status == 422)
		snprintf(a->why, sizeof a->why,
			 "the %llu records that it has seen are not the beginning of this journal",
			 (unsigned long long)old);
	else if (status == 404 || status == 403)
		snprintf(a->why, sizeof a->why, "it does not know this journal or its key (%d)",
			 status);
	else
		snprintf(a->why, sizeof a->why, "it answered %d", status);
}

/* From what it signed last, or from where it says that it is. */
static enum status submit(struct asking *a, uint64_t old)
{
	uint64_t size;
	enum status st;

	if (old > a->now->c.size)
		old = 0; /* it signed more than we have: let it say so */
	st = send_from(a, old);
	if (!st && told_size(a, &size) && size != old && size <= a->now->c.size) {
		old = size;
		st = send_from(a, old);
	}
	if (!st && a->answer.status == 200)
		return take_line(a);
	if (!st)
		judge(a, old);
	else if (st == ST_IO)
		snprintf(a->why, sizeof a->why, "%.250s", fail_why());
	return st == ST_IO ? ST_OK : st;
}

static time_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void plan(struct asking *a)
{
	struct witnesses *all = a->app->witnesses;
	struct witness_of *w = a->w;
	int every = a->app->conf.witness_every;

	pthread_mutex_lock(&all->mutex);
	if (!a->why[0])
		w->wait = 0;
	else
		w->wait = w->wait ? w->wait * 2 : every;
	if (a->why[0] && !a->refuses && !w->why[0])
		fprintf(stderr, "karte: witness %s is away: %s\n", w->key.origin, a->why);
	if (w->wait > BACKOFF && w->wait > every)
		w->wait = BACKOFF > every ? BACKOFF : every;
	w->due = monotonic() + (w->wait ? w->wait : every);
	memcpy(w->why, a->why, sizeof w->why);
	pthread_mutex_unlock(&all->mutex);
}

static bool is_due(struct app *app, const struct witness_of *w)
{
	bool due;

	pthread_mutex_lock(&app->witnesses->mutex);
	due = monotonic() >= w->due;
	pthread_mutex_unlock(&app->witnesses->mutex);
	return due;
}

/* Nothing is sent for what it has cosigned already, unless that was long ago. */
static enum status ask(struct app *app, struct witness_of *w, const struct signed_checkpoint *now,
		       struct span note)
{
	struct asking a = {.app = app, .w = w, .now = now, .note = note};
	struct signed_checkpoint last = {.c = {.size = 0}};
	struct buf b;
	int64_t at = 0;
	enum status st;

	buf_init(&b, 2 * NOTE_MAX);
	buf_init(&a.answer.body, NOTE_MAX);
	st = read_kept(app, w, &b, &last, &at);
	if (st == ST_NOTFOUND) {
		st = ST_OK;
		last.c.size = 0;
	}
	if (!st && last.c.size == now->c.size && at && time(NULL) < at + AGAIN)
		goto out;
	if (!st)
		st = submit(&a, last.c.size);
	if (!st && a.refuses)
		st = witness_refused(app, w->id, w->key.origin, a.why);
	else if (!st && !a.why[0])
		witness_agreed(app, w->id);
	plan(&a);

out:
	buf_clear(&a.answer.body);
	buf_clear(&b);
	return st;
}

/* ---- the note for everybody ----------------------------------------------------------------- */

/* All lines over the newest text that anybody cosigned. */
static enum status gather(struct app *app, const struct signed_checkpoint *now, struct span note)
{
	struct buf out, b;
	size_t lines = 0;
	enum status st = ST_OK;

	buf_init(&out, NOTE_MAX);
	buf_addspan(&out, note);
	for (size_t i = 0; i < app->witnesses->count; i++) {
		struct signed_checkpoint kept;
		int64_t time;

		buf_init(&b, 2 * NOTE_MAX);
		if (!read_kept(app, &app->witnesses->of[i], &b, &kept, &time) &&
		    span_eq(kept.text, now->text) &&
		    span_starts(kept.signatures, now->signatures)) {
			size_t own = now->signatures.n;

			buf_add(&out, kept.signatures.p + own, kept.signatures.n - own);
			lines++;
		}
		buf_clear(&b);
	}
	if (lines)
		st = out.st ? out.st : write_of(app, "checkpoint", "", buf_span(&out));
	buf_clear(&out);
	return st;
}

enum status witness_chore(struct app *app)
{
	struct signed_checkpoint now;
	struct buf note;
	bool asked = false;
	enum status st, first = ST_OK;

	buf_init(&note, NOTE_MAX);
	st = journal_checkpoint(app->journal, &note);
	if (!st)
		st = checkpoint_parse(&now, buf_span(&note));
	if (!st)
		first = known_copy(app, buf_span(&note));
	for (size_t i = 0; !st && i < app->witnesses->count; i++) {
		struct witness_of *w = &app->witnesses->of[i];

		if (!is_due(app, w))
			continue;
		st = ask(app, w, &now, buf_span(&note));
		asked = true;
	}
	if (!st && asked)
		st = gather(app, &now, buf_span(&note));
	buf_clear(&note);
	return st ? st : first;
}

/* Idle checkpoints are signed anew every hour: has anybody done so lately? */
static bool is_fresh(const struct app *app, const struct signed_checkpoint *n)
{
	for (size_t i = 0; i < app->witnesses->count; i++) {
		int64_t at;

		if (!checkpoint_signed(n, &app->witnesses->of[i].key, &at) &&
		    time(NULL) < at + WITNESS_STALE + AGAIN)
			return true;
	}
	return false;
}

enum status witnesses_note(struct app *app, struct buf *out)
{
	struct signed_checkpoint n;
	struct buf b;
	bool fresh = false;

	buf_init(&b, 2 * NOTE_MAX);
	if (app->witnesses->count && !read_of(app, "checkpoint", "", &b) &&
	    !checkpoint_parse(&n, buf_span(&b)))
		fresh = is_fresh(app, &n);
	if (fresh)
		buf_addspan(out, buf_span(&b));
	buf_clear(&b);
	return fresh ? out->st : journal_published(app->journal, out);
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
		if (!read_kept(app, w, &b, &n, &s.last))
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

void witnesses_copy_trouble(struct app *app, char out[static WITNESS_WHY])
{
	pthread_mutex_lock(&app->witnesses->mutex);
	memcpy(out, app->witnesses->copy, WITNESS_WHY);
	pthread_mutex_unlock(&app->witnesses->mutex);
}

/* ---- asking at the start -------------------------------------------------------------------- */

/*
 * GET <prefix>/<origin hash>/checkpoint.  The witness vouches for it.  Our own signature is not
 * looked at: a vault whose key was exchanged has to keep the promises of the old one.
 */
static enum status take_note(struct app *app, const struct witness_of *w, struct span note,
			     struct journal_promise *out)
{
	struct signed_checkpoint n;
	enum status st = checkpoint_parse(&n, note);

	if (!st && !span_is(n.origin, journal_origin(app->journal)))
		st = fail(ST_INVALID, "it belongs to another log");
	if (!st)
		st = checkpoint_signed(&n, &w->key, NULL);
	if (!st)
		promise_of(&n.c, out);
	return st ? fail(ST_CORRUPT, "witness %s gave no checkpoint of this journal that it signed",
			 w->key.origin)
		  : ST_OK;
}

/* It does not offer its checkpoint: whoever says "old 0" is told the size (tlog-witness). */
static enum status ask_size(struct asking *a, struct journal_promise *out)
{
	uint64_t size;
	enum status st = send_from(a, 0);

	if (!st && told_size(a, &size)) {
		*out = (struct journal_promise){.size = size};
		return ST_OK;
	}
	if (!st && a->answer.status == 200)
		st = take_line(a);
	return st ? st : fail(ST_NOTFOUND, "the witness knows no checkpoint of this journal");
}

enum status witness_ask(struct app *app, size_t i, unsigned seconds, struct journal_promise *out)
{
	struct asking a = {.app = app, .w = &app->witnesses->of[i]};
	unsigned char h[SHA256_LEN];
	struct signed_checkpoint now;
	struct buf url, note;
	enum status st;

	buf_init(&url, 2 * CONF_TEXT);
	buf_init(&note, NOTE_MAX);
	buf_init(&a.answer.body, 2 * NOTE_MAX);
	sha256(span_of(journal_origin(app->journal)), h);
	buf_addf(&url, "%s/", a.w->conf->url);
	buf_addhex(&url, h, sizeof h);
	buf_adds(&url, "/checkpoint");
	st = client_send(
	    &(struct client_request){.url = buf_str(&url), .ca = a.w->conf->ca, .seconds = seconds},
	    &a.answer);
	if (!st && a.answer.status == 200) {
		st = take_note(app, a.w, buf_span(&a.answer.body), out);
	} else if (!st && a.answer.status >= 500) {
		st = fail(ST_IO, "witness %s answered %d", a.w->key.origin, a.answer.status);
	} else if (!st) {
		st = journal_checkpoint(app->journal, &note);
		if (!st)
			st = checkpoint_parse(&now, buf_span(&note));
		a.now = &now;
		a.note = buf_span(&note);
		if (!st)
			st = ask_size(&a, out);
	}
	buf_clear(&a.answer.body);
	buf_clear(&note);
	buf_clear(&url);
	return st;
}
