/*
 * Checkpoints of this vault that lie outside of it, and the guard at the start: a copy of
 * yesterday, consistent in itself, does not hold what they promised.
 *
 * They come from witnesses (asked; and what was kept of them), from the file `checkpoint-copy` of
 * karte.yaml, and from whoever starts the server.
 */
#ifndef KARTE_FLOW_KNOWN_H
#define KARTE_FLOW_KNOWN_H

#include "vault/app.h"
#include "vault/journal/journal.h"

enum { KNOWN_MAX = 2 * CONF_WITNESSES + 2, KNOWN_SOURCE = 300 };

struct known {
	struct journal_promise promise;
	char source[KNOWN_SOURCE]; /* "witness NAME", "checkpoint-copy PATH", "--known" */
};

/* What is known without asking anybody: the copy, and what witnesses cosigned; how many. */
size_t known_here(struct app *app, struct known out[static KNOWN_MAX]);

struct known_ask {
	const char *known;  /* short form or note; NULL: none */
	const char *accept; /* why to start nevertheless; NULL: do not */
};

/* What today's journal does not contain. */
struct known_gaps {
	struct known gap[KNOWN_MAX];
	size_t count;
};

/*
 * Asks all of them, before anything of the vault is changed; what cannot be asked is said on
 * stderr.  ST_OK: everything known is contained, or was accepted (once told, a checkpoint is not
 * asked about again: the record says who was told).  *gaps then holds what has to be recorded.
 *
 * ST_CORRUPT: the journal is behind, or is another history.  ST_BUSY: `witness-required`, and one
 * does not answer.  ST_USAGE: o->known or o->accept cannot be read.  ST_CONFIG: the copy is no
 * checkpoint.
 */
enum status known_guard(struct app *app, const struct known_ask *o, struct known_gaps *gaps);

/* Records each gap (`start.behind`, class system) with the reason that was given. */
enum status known_record(struct app *app, const struct known_gaps *gaps, const char *why);

/*
 * Writes the copy, if karte.yaml names a file.  One that today's journal does not contain is
 * not touched: it is evidence, and a record (`witness.refused`).  Trouble with the file is said on
 * stderr when it begins.  ST_OK unless the record fails.
 */
enum status known_copy(struct app *app, struct span note);

#endif
