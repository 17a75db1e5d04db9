/* What a witness is asked, and what of its answer is believed. */
#include "vault/flow/witnesses_impl.h"

#include "generator/base/sha256.h"

#include <stdio.h>

enum { SECONDS = 10 }; /* that a witness has for its answer */

enum status witness_send(struct asking *a, uint64_t old)
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

bool witness_told_size(const struct asking *a, uint64_t *size)
{
	long n;

	if (a->answer.status != 409 ||
	    !span_number(span_trim(buf_span(&a->answer.body)), INT64_MAX, &n))
		return false;
	*size = (uint64_t)n;
	return true;
}

enum status witness_take_line(struct asking *a)
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
		st = kept.st ? kept.st : witness_file_write(a->app, a->w->id, "", buf_span(&kept));
	} else {
		snprintf(a->why, sizeof a->why, "its answer has no good cosignature");
	}
	buf_clear(&kept);
	return st == ST_NOTFOUND || st == ST_DENIED ? ST_OK : st;
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
		witness_promise(&n.c, out);
	return st ? fail(ST_CORRUPT, "witness %s gave no checkpoint of this journal that it signed",
			 w->key.origin)
		  : ST_OK;
}

/* It does not offer its checkpoint: whoever says "old 0" is told the size (tlog-witness). */
static enum status ask_size(struct asking *a, struct journal_promise *out)
{
	uint64_t size;
	enum status st = witness_send(a, 0);

	if (!st && witness_told_size(a, &size)) {
		*out = (struct journal_promise){.size = size};
		return ST_OK;
	}
	if (!st && a->answer.status == 200)
		st = witness_take_line(a);
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
