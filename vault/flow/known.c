#include "vault/flow/known.h"

#include "generator/base/file.h"
#include "vault/flow/actor.h"
#include "vault/flow/note.h"
#include "vault/flow/witnesses.h"
#include "vault/journal/note.h"
#include "vault/journal/proof.h"

#include <stdio.h>

enum { ASK_SECONDS = 5, TOLD_MAX = 1000 };

/* ---- sources -------------------------------------------------------------------------------- */

/* ST_NOTFOUND: no file is named, or it is not there yet. */
static enum status read_copy(struct app *app, struct buf *text, struct journal_promise *out)
{
	const char *path = app->conf.checkpoint_copy;
	enum status st = *path ? file_read(path, text) : ST_NOTFOUND;

	if (!st && journal_promise_parse(buf_span(text), out))
		st = ST_INVALID;
	if (st == ST_INVALID || st == ST_TOOBIG)
		return fail(ST_CONFIG, "%s (checkpoint-copy) is no checkpoint: move it away", path);
	return st;
}

static enum status copy_promise(struct app *app, struct journal_promise *out)
{
	struct buf text;
	enum status st;

	buf_init(&text, NOTE_MAX);
	st = read_copy(app, &text, out);
	buf_clear(&text);
	return st;
}

static void name_copy(struct app *app, struct known *k)
{
	snprintf(k->source, sizeof k->source, "checkpoint-copy %.270s", app->conf.checkpoint_copy);
}

size_t known_here(struct app *app, struct known out[static KNOWN_MAX])
{
	size_t n = 0;

	if (!copy_promise(app, &out[n].promise))
		name_copy(app, &out[n++]);
	for (size_t i = 0; i < witnesses_count(app); i++)
		if (!witness_kept(app, i, &out[n].promise))
			snprintf(out[n++].source, KNOWN_SOURCE, "witness %s", witness_name(app, i));
	return n;
}

/* A note ends in a line end, which shells take away. */
static enum status read_told(const char *text, struct journal_promise *out)
{
	struct buf note;
	enum status st;

	buf_init(&note, 64 * 1024);
	buf_addf(&note, "%s\n", text);
	st = note.st ? note.st : journal_promise_parse(buf_span(&note), out);
	buf_clear(&note);
	return st ? fail(ST_USAGE, "チェックポイントの形ではありません: %s", text) : ST_OK;
}

/* ---- told before ---------------------------------------------------------------------------- */

static bool stop_at_first(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	(void)line;
	*(bool *)ctx = true;
	return false;
}

static enum status was_told(struct app *app, const struct known *k, bool *out)
{
	char text[JOURNAL_SHORT];
	struct journal_filter f = {.class = "system",
				   .event = SPAN("start.behind"),
				   .limit = TOLD_MAX,
				   .newest_first = true};

	journal_promise_text(&k->promise, text);
	f.object = span_of(text);
	*out = false;
	return journal_scan(app->journal, &f, stop_at_first, out);
}

/* ---- the guard ------------------------------------------------------------------------------ */

/* Is it kept?  What is not becomes a gap. */
static enum status check(struct app *app, const struct known *k, struct known_gaps *gaps)
{
	char text[JOURNAL_SHORT];
	bool told;
	enum status st = journal_keeps(app->journal, &k->promise);

	if (st != ST_STALE && st != ST_CORRUPT)
		return st;
	journal_promise_text(&k->promise, text);
	fprintf(stderr, "karte: %s: checkpoint %s: %s\n", k->source, text, fail_why());
	st = was_told(app, k, &told);
	if (!st && !told && gaps->count < KNOWN_MAX)
		gaps->gap[gaps->count++] = *k;
	return st;
}

/* Who does not answer is said, and stops the start only where karte.yaml wants it. */
static enum status ask_witness(struct app *app, size_t i, struct known_gaps *gaps)
{
	struct known k;
	enum status st = witness_ask(app, i, ASK_SECONDS, &k.promise);

	snprintf(k.source, sizeof k.source, "witness %s", witness_name(app, i));
	if (!st)
		return check(app, &k, gaps);
	if (st == ST_NOTFOUND)
		return ST_OK;
	fprintf(stderr, "karte: %s: %s\n", k.source, fail_why());
	if (strcmp(app->conf.witness_required, "true") != 0)
		return ST_OK;
	return fail(ST_BUSY, "%s does not answer, and witness-required is true", k.source);
}

static enum status check_all(struct app *app, const struct known_ask *o, struct known_gaps *gaps)
{
	struct known here[KNOWN_MAX], given = {.source = "--known"};
	struct journal_promise copy;
	enum status st = o->known ? read_told(o->known, &given.promise) : ST_OK;
	size_t n;

	if (!st && copy_promise(app, &copy) == ST_CONFIG)
		st = ST_CONFIG;
	if (st)
		return st;
	if (o->known)
		st = check(app, &given, gaps);
	n = known_here(app, here);
	for (size_t i = 0; i < n && !st; i++)
		st = check(app, &here[i], gaps);
	for (size_t i = 0; i < witnesses_count(app) && !st; i++)
		st = ask_witness(app, i, gaps);
	return st;
}

enum status known_guard(struct app *app, const struct known_ask *o, struct known_gaps *gaps)
{
	char text[JOURNAL_SHORT];
	enum status st;

	gaps->count = 0;
	if (o->accept && (!*o->accept || strlen(o->accept) > RECORD_REASON_MAX))
		return fail(ST_USAGE, "--accept-older に、理由を%dバイトまでで書いてください",
			    RECORD_REASON_MAX);
	st = check_all(app, o, gaps);
	if (st || !gaps->count || o->accept)
		return st;
	journal_promise_text(&gaps->gap[0].promise, text);
	return fail(ST_CORRUPT,
		    "この保管庫は、知られているチェックポイント %s（%.100s）を含みません。"
		    "古い写しか、書きかえられたものです。それでも始めるときは "
		    "--accept-older に理由を書いてください",
		    text, gaps->gap[0].source);
}

enum status known_record(struct app *app, const struct known_gaps *gaps, const char *why)
{
	char text[JOURNAL_SHORT];
	struct actor operator;
	struct note n = {
	    .class = "system", .event = "start.behind", .decision = "allow", .reason = why};
	enum status st = ST_OK;

	actor_operator(&operator, app);
	n.who = &operator.account;
	n.request = operator.request;
	for (size_t i = 0; i < gaps->count && !st; i++) {
		bool told;

		journal_promise_text(&gaps->gap[i].promise, text);
		n.object = span_of(text);
		st = was_told(app, &gaps->gap[i], &told);
		if (!st && !told)
			st = note_add(app, &n);
	}
	return st;
}

/* ---- the copy ------------------------------------------------------------------------------- */

/* Said when it begins and when it changes, not every few seconds. */
static void say_trouble(struct app *app, const char *why)
{
	if (witnesses_copy_state(app, why) && *why)
		fprintf(stderr, "karte: checkpoint-copy: %s\n", why);
}

static enum status write_copy(struct app *app, struct span note)
{
	enum status st = file_write(app->conf.checkpoint_copy, note, 0644);

	say_trouble(app, st ? fail_why() : "");
	witness_agreed(app, "copy");
	return ST_OK;
}

enum status known_copy(struct app *app, struct span note)
{
	struct journal_promise old;
	struct buf text;
	enum status st;

	if (!app->conf.checkpoint_copy[0])
		return ST_OK;
	buf_init(&text, NOTE_MAX);
	st = read_copy(app, &text, &old);
	if (!st && span_eq(buf_span(&text), note)) {
		st = ST_OK;
	} else if (st == ST_NOTFOUND) {
		st = write_copy(app, note);
	} else if (st) {
		say_trouble(app, fail_why());
		st = ST_OK;
	} else {
		st = journal_keeps(app->journal, &old);
		if (st == ST_STALE || st == ST_CORRUPT) {
			say_trouble(app, fail_why());
			st = witness_refused(app, "copy", "checkpoint-copy", fail_why());
		} else if (!st) {
			st = write_copy(app, note);
		}
	}
	buf_clear(&text);
	return st;
}
